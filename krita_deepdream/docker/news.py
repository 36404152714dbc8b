"""What comes and goes while something is dreamed: preview, queue, messages, a dream that has no place."""

from __future__ import annotations

from ..border import guarded, guarded_or
from ..dreaming.session import Session
from ..language import tr
from ..qt import Qt, QtCore, QtWidgets, Signal
from ..widgets.buttons import button
from ..widgets.deaf import Deaf
from ..widgets.one_window import OneWindow
from ..widgets.preview import LEAST_PX, Preview
from .history.queue_box import QueueBox
from .message import Message
from .preview_window import PreviewWindow

GAP_PX = 2


class News(QtWidgets.QWidget):
    """``changed`` when it would like another height; ``sketch_wanted`` as a layer, if one is shown.

    Whoever shows it gives it what ``height_at`` says.
    """

    changed = Signal()
    sketch_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.preview, self.message = Preview(), Message(session)
        self._queue = QueueBox(session)
        self._live = button("deepdream_live_keep", tr("Keep"), self._live_pressed)
        self._live.setToolTip(tr("Make a layer of what Live shows"))
        self._live.hide()
        # In the picture's corner: a row of its own would take its height from the picture.
        corner = QtWidgets.QVBoxLayout(self.preview)
        corner.setSizeConstraint(QtWidgets.QLayout.SizeConstraint.SetNoConstraint)
        corner.setContentsMargins(*[GAP_PX] * 4)
        corner.addWidget(self._live, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self._keep = button("deepdream_keep", tr("Add on Top"), self._keep_pressed)
        self._drop = button("deepdream_drop", tr("Discard"), self._drop_pressed)
        self._offer = QtWidgets.QWidget()
        row = QtWidgets.QHBoxLayout(self._offer)
        row.setContentsMargins(0, 0, 0, 0)
        for each in (self._keep, self._drop):
            Deaf(each)
            row.addWidget(each)
        Deaf(self._live)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, GAP_PX, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.preview, 1)
        for part in (self._queue, self.message, self._offer):
            column.addWidget(part)
        self._large = OneWindow(self)
        self.preview.clicked.connect(self._enlarge)
        self.preview.pictured.connect(self.changed)
        session.changed.connect(self._show)
        self._show()

    def height_at(self, width: int, room: int, reserved: int) -> int:
        """How tall it is where there is ``room``, of which ``reserved`` pixels stay free as far as that can be."""
        wanted = self.preview.height_at(width)
        if not wanted:
            return min(self._words_at(width), room)
        least = min(LEAST_PX + GAP_PX, room)
        # A notice that is cut can be read in its tip; what went wrong is read before anything is seen.
        words = min(self._words_at(width), room if self._session.failed else room - least)
        picture = min(wanted + GAP_PX, max(min(least, room - words), room - words - reserved))
        return words + (picture if picture >= LEAST_PX else 0)

    def show_sketch(self, there: bool) -> None:
        """Whether the preview is a live sketch, which can become a layer."""
        self._live.setVisible(there)

    def look(self) -> None:
        """Let go of a message that is over."""
        self.message.look()
        self.changed.emit()

    def acted(self) -> None:
        """The painter does the next thing."""
        self.message.acted()
        self.changed.emit()

    def _words_at(self, width: int) -> int:
        heights = [self._queue.sizeHint().height()] if not self._queue.isHidden() else []
        heights += [self.message.height_at(width)] if self.message.wanted else []
        heights += [self._offer.sizeHint().height()] if not self._offer.isHidden() else []
        return sum(heights) + GAP_PX * len(heights)

    @guarded
    def _show(self) -> None:
        self.message.show_sentence()
        offer, partial = self._session.results.offer, self._session.partial
        self._offer.setVisible(offer is not None or partial.job is not None)
        if offer is None:
            self._keep.setText(tr("Keep What Is There"))
            self._keep.setAccessibleName(self._keep.text())
        else:
            stands = self._session.results.can_stand(offer)
            self._keep.setText(tr("Add on Top") if stands else tr("Open as New Image"))
            self._keep.setAccessibleName(self._keep.text())
        self.changed.emit()

    @guarded
    def _enlarge(self, _checked: bool = False) -> None:
        self._large.open(lambda: PreviewWindow(self.preview))

    @guarded
    def _live_pressed(self, _checked: bool = False) -> None:
        self.sketch_wanted.emit()

    @guarded
    def _keep_pressed(self, _checked: bool = False) -> None:
        if self._session.results.offer is None:
            self._session.partial.keep()
        else:
            self._session.results.keep_offer()

    @guarded
    def _drop_pressed(self, _checked: bool = False) -> None:
        if self._session.results.offer is None:
            self._session.partial.drop()
        else:
            self._session.results.drop_offer()


class Room(QtWidgets.QWidget):
    """What can be scrolled, and below it the news, which take their height from it and never from Krita's window."""

    def __init__(self, scroll: QtWidgets.QScrollArea, news: News, row: int) -> None:
        """``row``: down to where the presets' first row ends, in pixels; at least its pictures are in sight."""
        super().__init__()
        self._scroll, self._news, self._row = scroll, news, row
        self._least = row - self.fontMetrics().height()
        for each in (scroll, news):
            each.setParent(self)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Expanding)
        news.changed.connect(self._arrange)

    @guarded_or(QtCore.QSize)
    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(self._scroll.sizeHint().width(), 3 * self._row)

    @guarded_or(QtCore.QSize)
    def minimumSizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(self._scroll.minimumSizeHint().width(), self._least)

    @guarded
    def resizeEvent(self, _event: object) -> None:
        self._arrange()

    @guarded
    def _arrange(self) -> None:
        width, height = self.width(), self.height()
        news = self._news.height_at(width, height, min(self._row, height // 3))
        self._scroll.setGeometry(0, 0, width, height - news)
        self._news.setGeometry(0, height - news, width, news)
        self._news.setVisible(news > 0)
