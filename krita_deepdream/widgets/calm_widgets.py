"""Qt's fields with the manners of a docker: the keyboard stays the canvas's, and the wheel scrolls.

None of them keeps the keyboard after a click, so that Krita's single-key shortcuts go on working, and the
wheel scrolls the docker unless a widget was reached by Tab.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..border import guarded
from ..qt import Qt, QtGui, QtWidgets

# PyQt allows one Qt class among the bases of a class.
if TYPE_CHECKING:
    _Widget = QtWidgets.QWidget
else:
    _Widget = object
# A docker may be narrow: what doesn't fit is cut off inside a field rather than outside the docker.
LEAST_PX = 48


class _LeavesTheWheel(_Widget):
    @guarded
    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _EndsWithEnter(_Widget):
    @guarded
    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()
            # In a dialog it would press a button too.
            event.accept()


class CalmSlider(_LeavesTheWheel, QtWidgets.QSlider):
    """A slider that goes where it is pressed, as Krita's do, and takes neither keyboard nor wheel by chance."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setMinimumWidth(LEAST_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @guarded
    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            # Put the handle under the pointer first, so that the press grabs it and a drag goes on from there.
            style = self.style()
            handle = style.pixelMetric(QtWidgets.QStyle.PixelMetric.PM_SliderLength, None, self) if style else 0
            span = self.width() - handle
            place = event.pos().x() - handle // 2
            low, high = self.minimum(), self.maximum()
            self.setValue(QtWidgets.QStyle.sliderValueFromPosition(low, high, place, span))
        super().mousePressEvent(event)


class CalmNumber(_LeavesTheWheel, _EndsWithEnter, QtWidgets.QDoubleSpinBox):
    """A number box that gives the keyboard back on Enter and leaves the wheel to the docker."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.setMinimumWidth(LEAST_PX)


class CalmChoice(_LeavesTheWheel, QtWidgets.QComboBox):
    """A drop-down list with the same manners."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST_PX)


class CalmLine(_EndsWithEnter, QtWidgets.QLineEdit):
    """A line of text that can be narrow, is cleared by pen, and gives the keyboard back on Enter."""

    def __init__(self, placeholder: str = "", tip: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setToolTip(tip)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(LEAST_PX)
