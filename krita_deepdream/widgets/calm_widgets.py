"""Qt's fields with the manners of a docker: the keyboard stays the canvas's, and the wheel scrolls.

None of them keeps the keyboard after a click, so that Krita's single-key shortcuts go on working, and the
wheel scrolls the docker unless a widget was reached by Tab. While a field is written in, its keys are its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..border import guarded, guarded_or
from ..qt import Qt, QtCore, QtGui, QtWidgets

# PyQt allows one Qt class among the bases of a class.
if TYPE_CHECKING:
    _Widget = QtWidgets.QWidget
else:
    _Widget = object
# A docker may be narrow: what doesn't fit is cut off inside a field rather than outside the docker.
LEAST_PX = 48
# What Qt leaves free in a list's field, beside an icon and around the text.
ICON_GAP_PX, TEXT_GAP_PX = 4, 2
BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
# More than a person writes by hand: what is read at every key must not take long.
MOST_LETTERS = 4000

_Key, _Modifier = Qt.Key, Qt.KeyboardModifier
# With Ctrl too these move, mark or delete in a text, or copy and paste it.
_EDITING_KEYS = frozenset(
    (
        _Key.Key_Insert,
        _Key.Key_Delete,
        _Key.Key_Backspace,
        _Key.Key_Left,
        _Key.Key_Right,
        _Key.Key_Up,
        _Key.Key_Down,
        _Key.Key_Home,
        _Key.Key_End,
        _Key.Key_PageUp,
        _Key.Key_PageDown,
    )
)
# Standard shortcuts that Qt's own fields obey but leave to the window if it has the same.
_EDITING = (
    QtGui.QKeySequence.StandardKey.DeleteCompleteLine,
    QtGui.QKeySequence.StandardKey.DeleteEndOfLine,
    QtGui.QKeySequence.StandardKey.DeleteStartOfWord,
    QtGui.QKeySequence.StandardKey.DeleteEndOfWord,
)
_NOT_FOR_WRITING = (_Key.Key_Escape, _Key.Key_Tab, _Key.Key_Backtab, _Key.Key_Menu, _Key.Key_Help)


class _LeavesTheWheel(_Widget):
    @guarded
    def wheelEvent(self, event: QtGui.QWheelEvent | None) -> None:
        assert event is not None
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _EndsWithEnter(_Widget):
    @guarded
    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:
        assert event is not None
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()
            # In a dialog it would press a button too.
            event.accept()


class _KeepsItsKeys(_Widget):
    """Every key that a text field knows is its own while it has the cursor, whatever Krita does with it elsewhere."""

    def event(self, event: QtCore.QEvent | None) -> bool:
        key = event if isinstance(event, QtGui.QKeyEvent) else None
        if key and key.type() == QtCore.QEvent.Type.ShortcutOverride and belongs_to_a_text(key):
            key.accept()
            return True
        return super().event(event)


def belongs_to_a_text(event: QtGui.QKeyEvent) -> bool:
    """Whether somebody who writes means the text by a key: letters, Enter, and all that moves, marks or deletes."""
    held = event.modifiers() & ~(_Modifier.ShiftModifier | _Modifier.KeypadModifier | _Modifier.GroupSwitchModifier)
    key = event.key()
    if held == _Modifier.NoModifier:
        return key not in _NOT_FOR_WRITING and not _Key.Key_F1 <= key <= _Key.Key_F35
    if held == _Modifier.ControlModifier and key in _EDITING_KEYS:
        return True
    return any(event.matches(each) for each in _EDITING)


class CalmSlider(_LeavesTheWheel, QtWidgets.QSlider):
    """A slider that goes where it is pressed, as Krita's do, and takes neither keyboard nor wheel by chance."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setMinimumWidth(LEAST_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @guarded
    def mousePressEvent(self, event: QtGui.QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            # Put the handle under the pointer first, so that the press grabs it and a drag goes on from there.
            style = self.style()
            handle = style.pixelMetric(QtWidgets.QStyle.PixelMetric.PM_SliderLength, None, self) if style else 0
            span = self.width() - handle
            position = event.pos().x() - handle // 2
            low, high = self.minimum(), self.maximum()
            self.setValue(QtWidgets.QStyle.sliderValueFromPosition(low, high, position, span))
        super().mousePressEvent(event)

    @guarded
    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            # Krita's style shows nothing of it.
            painter = QtGui.QPainter(self)
            painter.setPen(self.palette().color(QtGui.QPalette.ColorRole.Highlight))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.end()


class _LeftByTab(_Widget):
    """Who clicked into a field wants to go back to the canvas from it; who came by Tab goes on by Tab."""

    _clicked = False

    @guarded
    def focusInEvent(self, event: QtGui.QFocusEvent | None) -> None:
        assert event is not None
        reason = event.reason()
        if reason in (Qt.FocusReason.MouseFocusReason, *BY_KEYS):
            # Anything else (the window is active again, a menu was closed) gives back what it took.
            self._clicked = reason not in BY_KEYS
        super().focusInEvent(event)

    @guarded_or(bool)
    def focusNextPrevChild(self, forward: bool) -> bool:
        if self._clicked:
            self.clearFocus()
            return True
        return bool(super().focusNextPrevChild(forward))


class CalmNumber(_LeavesTheWheel, _EndsWithEnter, _LeftByTab, _KeepsItsKeys, QtWidgets.QDoubleSpinBox):
    """A number box that gives the keyboard back on Enter and leaves the wheel to the docker."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.setMinimumWidth(LEAST_PX)


class CalmChoice(_LeavesTheWheel, _KeepsItsKeys, QtWidgets.QComboBox):
    """A drop-down list with the same manners."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST_PX)

    @guarded
    def showPopup(self) -> None:
        """A narrow docker's list is as wide as its longest line."""
        view, bar = self.view(), QtWidgets.QStyle.PixelMetric.PM_ScrollBarExtent
        style = self.style()
        if view is not None and style is not None:
            view.setMinimumWidth(view.sizeHintForColumn(0) + style.pixelMetric(bar, None, self))
        super().showPopup()

    @guarded
    def paintEvent(self, _event: QtGui.QPaintEvent | None) -> None:
        """What is too long for the field loses its middle: long names differ at their ends."""
        option = QtWidgets.QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideMiddle, self._room(option)
        )
        painter = QtWidgets.QStylePainter(self)
        painter.drawComplexControl(QtWidgets.QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QtWidgets.QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def _room(self, option: QtWidgets.QStyleOptionComboBox) -> int:
        """How many pixels of the field are left to its words."""
        style, part = self.style(), QtWidgets.QStyle.SubControl.SC_ComboBoxEditField
        assert style is not None
        field = style.subControlRect(QtWidgets.QStyle.ComplexControl.CC_ComboBox, option, part, self)
        icon = 0 if option.currentIcon.isNull() else option.iconSize.width() + ICON_GAP_PX
        return field.width() - icon - TEXT_GAP_PX


class CalmLine(_EndsWithEnter, _LeftByTab, _KeepsItsKeys, QtWidgets.QLineEdit):
    """A line of text that can be narrow, is cleared by pen, and gives the keyboard back on Enter."""

    def __init__(self, placeholder: str = "", tip: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setToolTip(tip)
        self.setClearButtonEnabled(True)
        self.setMaxLength(MOST_LETTERS)
        self.setMinimumWidth(LEAST_PX)
