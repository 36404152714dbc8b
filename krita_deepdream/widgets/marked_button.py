"""A button that shows that it is chosen or switched on, in the theme's own colours."""

from __future__ import annotations

from ..border import guarded
from ..qt import QtGui, QtWidgets


class MarkedButton(QtWidgets.QToolButton):
    """Painted, because a style sheet would keep the colours of an earlier theme."""

    @guarded
    def paintEvent(self, _event: QtGui.QPaintEvent | None) -> None:
        option = QtWidgets.QStyleOptionToolButton()
        self.initStyleOption(option)
        painter = QtWidgets.QStylePainter(self)
        if self.isChecked():
            painter.fillRect(self.rect(), option.palette.highlight())
            option.palette.setBrush(QtGui.QPalette.ColorRole.Button, option.palette.highlight())
            option.palette.setBrush(QtGui.QPalette.ColorRole.ButtonText, option.palette.highlightedText())
            option.state &= ~QtWidgets.QStyle.StateFlag.State_On
        painter.drawComplexControl(QtWidgets.QStyle.ComplexControl.CC_ToolButton, option)
        painter.end()
