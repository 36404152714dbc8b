"""Whether a pen or a finger is on the canvas: Qt tells of mouse buttons at any time, of these only by events.

So a filter looks at the events of the canvas beneath the pointer, and of no other widget: one on the application would
call Python for each of Krita's events. It costs about 2 µs per event, and a pen sends up to 1000 of them a second.
Pixels wouldn't tell: most brushes change none before the pen is lifted. Krita itself would (``tryBarrierLock``), but
then it makes its Instant Preview anew.
"""

from __future__ import annotations

import time

from ..border import guarded_or
from ..qt import Qt, QtCore, QtGui, QtWidgets, alive

_Type = QtCore.QEvent.Type
PEN = (_Type.TabletPress, _Type.TabletMove, _Type.TabletRelease)
TOUCHING, NO_LONGER = (_Type.TouchBegin, _Type.TouchUpdate), (_Type.TouchEnd, _Type.TouchCancel)
# A release may go elsewhere, while a pen that is held down goes on sending events.
LOST_S = 5.0


class Pen(QtCore.QObject):
    """Of mice it knows nothing, and of other widgets than those it was told to ``watch``."""

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._touches, self._last = False, 0.0
        self._canvas: QtWidgets.QWidget | None = None

    @property
    def is_down(self) -> bool:
        """Whether a pen or a finger touches the canvas."""
        return self._touches and time.monotonic() - self._last < LOST_S

    def watch(self, canvas: QtWidgets.QWidget) -> None:
        """Look at the events of this widget only from now on, before anybody else: who was told last is asked first."""
        if self._canvas is not canvas:
            self.rest()
            self._canvas = canvas
        canvas.installEventFilter(self)

    def rest(self) -> None:
        """Look at no events any more."""
        canvas, self._canvas = self._canvas, None
        if canvas is not None and alive(canvas):
            canvas.removeEventFilter(self)

    def eventFilter(self, _watched: QtCore.QObject | None, event: QtCore.QEvent | None) -> bool:
        return self._sees(event)

    @guarded_or(bool)
    def _sees(self, event: QtCore.QEvent | None) -> bool:
        event_type = event.type() if event is not None else None
        if isinstance(event, QtGui.QTabletEvent) and event_type in PEN:
            self._tell(event_type != _Type.TabletRelease and event.buttons() != Qt.MouseButton.NoButton)
        elif event_type in TOUCHING:
            self._tell(True)
        elif event_type in NO_LONGER:
            self._tell(False)
        return False

    def _tell(self, touches: bool) -> None:
        self._touches, self._last = touches, time.monotonic()
