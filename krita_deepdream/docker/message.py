"""What the session says last, in the docker: it goes by itself, with the painter's next act, or when it is closed."""

from __future__ import annotations

import time

from ..border import guarded
from ..dreaming.session import Session
from ..language import tr
from ..qt import Qt, QtCore, QtWidgets
from ..widgets.buttons import flat_button
from ..widgets.deaf import Deaf
from ..widgets.labels import label
from ..widgets.tips import plain

# How long a person who looks at the canvas may take to look here; what went wrong waits longer.
NOTICE_S, FAULT_S = 20.0, 120.0
# What the painter does in the moment in which it is said isn't an answer to it.
FRESH_S = 1.0


class Message(QtWidgets.QFrame):
    """``look`` often; ``acted`` when the painter did something. ``height_at`` says how tall it is."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._said, self._since = "", 0.0
        self._about: tuple[object, bool] = (None, False)
        self._words = label("deepdream_status")
        # No name: what it says is its name, or a screen reader would never tell it.
        self._words.setAccessibleDescription(tr("Status"))
        self._words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._words.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Ignored)
        spoken = tr("Close the message")
        self._close = close = flat_button("deepdream_status_close", "✕", self._closed, spoken, tip=spoken)
        Deaf(close)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._words, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether there is something to say."""
        return not self.isHidden()

    def height_at(self, width: int) -> int:
        """How tall it is at a width: as many lines as it takes."""
        room = max(1, width - self._close.sizeHint().width() - 2)
        words = self._words.fontMetrics().boundingRect(
            QtCore.QRect(0, 0, room, 10_000), int(Qt.TextFlag.TextWordWrap), self._words.text()
        )
        return max(self._close.sizeHint().height(), words.height() + 2)

    def show_sentence(self) -> None:
        """Show what the session says, if that is new; nothing if it says nothing."""
        sentence = self._session.sentence
        if sentence == self._said:
            return
        self._said, self._since, self._about = sentence, time.monotonic(), self._now()
        self._words.setText(sentence)
        self._words.setToolTip(plain(sentence))
        self.setVisible(bool(sentence))

    def acted(self) -> None:
        """The painter does the next thing: what was said is over."""
        if time.monotonic() - self._since >= FRESH_S:
            self._go()

    def look(self) -> None:
        """Time goes by, the painter turns to another document, or takes the dream back that it speaks of."""
        waits = FAULT_S if self._session.failed else NOTICE_S
        starting = self._session.busy and not self._session.progress
        now, opened = self._now(), self._session.results.opened
        if opened is not None and now[0] == opened:
            # The image that a dream has become comes to the front some time after that was said.
            now = self._about[0], now[1]
        if now != self._about or (time.monotonic() - self._since > waits and not starting):
            self._go()

    def _now(self) -> tuple[object, bool]:
        results = self._session.results
        return results.history.document, results.comparing.can(results.newest)

    @guarded
    def _closed(self, _checked: bool = False) -> None:
        self._go()

    def _go(self) -> None:
        if self.wanted:
            self.hide()
            # The same sentence may be said again, and is new then.
            self._said = ""
            self._session.forget_sentence()
