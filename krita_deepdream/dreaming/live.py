"""Dreaming while somebody paints: notices changes, sketches again, and drops what is outdated.

Krita has no signal for a finished stroke, so the source is compared with what was sketched: never during a stroke,
and less often if comparing takes long, so that the brush isn't held up. Nothing is written into the document until
Dream is pressed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..border import guarded
from ..core import dream_settings, errors
from ..jobs.job import DreamRequest
from ..qt import Qt, QtCore, QtWidgets, Signal
from .session import Session
from .sketching import Sketching, grab

LOOK_MS = 150
# At most one part in so many of the time is spent on looking.
LOOK_SHARE = 20
# How long nothing must change before a sketch, and how long to wait for that at most.
REST_SECONDS, LONGEST_SECONDS = 0.25, 3.0


class Live(QtCore.QObject):
    """Switched by ``switch``. ``shown`` carries pictures (``None`` for nothing); ``moved``: ``at_work`` has changed.

    It pauses during a dream, while its parent widget is hidden, and if there is nothing to dream.
    """

    shown = Signal(object)
    moved = Signal()

    def __init__(self, session: Session, request: Callable[[], DreamRequest], parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._session, self._request, self._parent = session, request, parent
        self._sketching = Sketching(session, self)
        self._sketching.shown.connect(self.shown)
        self._sketching.moved.connect(self.moved)
        self._sketching.displaced.connect(self._begin_anew)
        self._sketched: object = None
        self._latest: object = None
        self._first_change = self._last_change = 0.0
        self._looking = QtCore.QTimer(self)
        self._looking.timeout.connect(self._look)

    @property
    def at_work(self) -> bool:
        """Whether it is dreaming right now."""
        return self._sketching.at_work

    def keep(self) -> None:
        """Make a layer of what is shown. Raises ``DreamError`` as ``Session.dream``."""
        if self._sketching.sketch:
            self._session.keep(self._sketching.sketch)

    def switch(self, on: bool) -> None:
        """Start watching, or stop at once and show nothing."""
        self._sketched = self._latest = None
        if on:
            self._looking.start(LOOK_MS)
            return
        self._looking.stop()
        self._sketching.stop()
        self.shown.emit(None)

    @guarded
    def _look(self) -> None:
        resting = QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton
        if not resting or not self._parent.isVisible() or self._session.busy:
            return
        began = time.monotonic()
        request = self._request()
        try:
            seen = request, self._session.host.glimpse(request)
        except errors.DreamError:
            # The docker already says why there is nothing to dream.
            self._show_nothing()
            return
        self._compare(request, seen)
        self._looking.setInterval(max(LOOK_MS, round(1000 * LOOK_SHARE * (time.monotonic() - began))))

    def _compare(self, request: DreamRequest, seen: object) -> None:
        if seen == self._sketched or not isinstance(request.settings, dream_settings.DreamSettings):
            return
        now = time.monotonic()
        if seen != self._latest:
            if self._latest == self._sketched:
                self._first_change = now
            self._latest, self._last_change = seen, now
        if now - self._last_change >= REST_SECONDS or now - self._first_change >= LONGEST_SECONDS:
            self._sketched = self._latest = seen
            self._sketching.begin(grab(self._session.host, request), request)

    @guarded
    def _begin_anew(self) -> None:
        self._sketched = None

    def _show_nothing(self) -> None:
        if self._latest is not None:
            self._sketched = self._latest = None
            self._sketching.stop()
            self.shown.emit(None)
