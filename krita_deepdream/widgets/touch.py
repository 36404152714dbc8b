"""Notices once that a person has begun to use a widget: a click or key anywhere in it."""

from __future__ import annotations

from collections.abc import Sequence

from ..border import guarded
from ..qt import QtCore, QtWidgets, Signal, alive

# Not the press: what the docker then says would move the button from under the mouse, and the click be lost.
RELEASES = (
    QtCore.QEvent.Type.MouseButtonRelease,
    QtCore.QEvent.Type.TabletRelease,
    QtCore.QEvent.Type.TouchEnd,
    QtCore.QEvent.Type.KeyRelease,
)


class FirstTouch(QtCore.QObject):
    """Fires ``touched`` at the end of the first click or key press in ``widget`` and what it ever holds; once."""

    touched = Signal()
    # When Python ends, it clears an object that Qt still sends events to.
    _watched: Sequence[QtCore.QObject] = ()

    def __init__(self, widget: QtWidgets.QWidget) -> None:
        super().__init__(widget)
        self._watched = []
        self._watch(widget)

    def eventFilter(self, _watched: QtCore.QObject | None, event: QtCore.QEvent | None) -> bool:
        self._look_at(event)
        return False

    def _watch(self, widget: QtCore.QObject) -> None:
        for each in (widget, *widget.findChildren(QtWidgets.QWidget)):
            each.installEventFilter(self)
            self._watched = [*self._watched, each]

    @guarded
    def _look_at(self, event: QtCore.QEvent | None) -> None:
        if event is None or not self._watched:
            return
        if isinstance(event, QtCore.QChildEvent) and event.polished():
            # Rows are made anew before anybody touches the docker.
            child = event.child()
            if isinstance(child, QtWidgets.QWidget):
                self._watch(child)
        elif event.type() in RELEASES:
            for each in filter(alive, self._watched):
                each.removeEventFilter(self)
            self._watched = ()
            self.touched.emit()
