"""A button that is deaf for a moment after its meaning changed: a click may have been meant for what it was before."""

from __future__ import annotations

from ..border import guarded_or
from ..qt import Qt, QtCore, QtGui, QtWidgets

# As long as a person takes to see that something changed, and to stop a hand that is on its way.
DEAF_MS = 700
PRESSES = (
    QtCore.QEvent.Type.MouseButtonPress,
    QtCore.QEvent.Type.MouseButtonDblClick,
    QtCore.QEvent.Type.TouchBegin,
)
# All others are Krita's, or go on to another widget.
KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)


class Deaf(QtCore.QObject):
    """Swallows presses of mouse, pen and keys on ``widget`` for ``DEAF_MS`` after ``begin``, and after it appeared.

    A press that began before isn't completed any more. What a screen reader presses is heard: it says first what it is.
    """

    def __init__(self, widget: QtWidgets.QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._rest = QtCore.QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(DEAF_MS)
        widget.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether presses are swallowed."""
        return self._rest.isActive()

    def begin(self) -> None:
        """The widget means something else from now on."""
        self._rest.start()
        if isinstance(self._widget, QtWidgets.QAbstractButton):
            self._widget.setDown(False)

    def eventFilter(self, _watched: QtCore.QObject | None, event: QtCore.QEvent | None) -> bool:
        return self._swallows(event)

    @guarded_or(bool)
    def _swallows(self, event: QtCore.QEvent | None) -> bool:
        if event is None:
            return False
        if event.type() == QtCore.QEvent.Type.Show:
            self.begin()
        key = event.key() if isinstance(event, QtGui.QKeyEvent) else None
        return self.is_on and (event.type() in PRESSES or key in KEYS)
