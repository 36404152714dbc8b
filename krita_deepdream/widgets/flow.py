"""A row of small widgets that goes on in the next line where a narrow docker has no more room."""

from __future__ import annotations

from ..border import guarded
from ..qt import Qt, QtCore, QtGui, QtWidgets

GAP_PX = 4
# What a finger or a pen hits.
LEAST_PX = 24


class Flow(QtWidgets.QWidget):
    """Places its widgets by hand, each in its own size: a layout would ask for the width of the whole row."""

    def __init__(self, widgets: list[QtWidgets.QWidget]) -> None:
        super().__init__()
        self._widgets = widgets
        for widget in widgets:
            widget.setParent(self)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        self.arrange()

    @guarded
    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Place them again: one was shown or hidden."""
        left, top, height = 0, 0, 0
        for widget in self._widgets:
            if widget.isHidden():
                continue
            size = widget.sizeHint().expandedTo(QtCore.QSize(LEAST_PX, LEAST_PX))
            if left and left + size.width() > self.width():
                left, top, height = 0, top + height + GAP_PX, 0
            widget.setGeometry(QtCore.QRect(QtCore.QPoint(left, top), size))
            left, height = left + size.width() + GAP_PX, max(height, size.height())
        self.setFixedHeight(top + height)


def make_room(window: QtWidgets.QWidget) -> None:
    """Make everything in a window that can be pressed as high as ``LEAST_PX``; styles differ."""
    for widget in window.findChildren(QtWidgets.QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.minimumHeight() < LEAST_PX:
            widget.setMinimumHeight(LEAST_PX)
