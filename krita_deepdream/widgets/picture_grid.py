"""Things to choose as pictures, at a glance: buttons in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from ..border import guarded
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .marked_button import MarkedButton
from .tips import tip

PICTURE = QtCore.QSize(64, 48)
GAP_PX = 2
MARGIN_PX = 8
# A longer label is cut off, or one long name would take the room of several pictures.
WIDEST_LABEL_PX = 80


@dataclass(frozen=True)
class Shown:
    """One thing: ``name`` for programs; label, tip and icon for people; ``family``: the heading over it."""

    name: str
    label: str
    tip: str
    icon: QtGui.QIcon
    family: str = ""


class PictureGrid(QtWidgets.QWidget):
    """``chosen`` carries the name of the button that was pressed; ``prefix`` begins the buttons' object names."""

    chosen = Signal(str)

    def __init__(self, prefix: str, label: str) -> None:
        super().__init__()
        self._prefix = prefix
        self.setObjectName(f"deepdream_{prefix}s")
        self.setAccessibleName(label)
        self._buttons: dict[str, MarkedButton] = {}
        # By heading, in the order in which they are shown.
        self._families: dict[str, list[MarkedButton]] = {}
        self._headings: dict[str, QtWidgets.QLabel] = {}

    def show_things(self, shown: Sequence[Shown]) -> None:
        """Show exactly these, those of a family together."""
        for gone in (*self._buttons.values(), *self._headings.values()):
            gone.setParent(None)
            gone.deleteLater()
        self._buttons = {each.name: self._button(each) for each in shown}
        self._families = {each.family: [] for each in shown}
        for each in shown:
            self._families[each.family].append(self._buttons[each.name])
        self._headings = {family: self._heading(family) for family in self._families if family}
        self._arrange()

    def show_current(self, names: Container[str]) -> None:
        """Mark these and no others."""
        for name, button in self._buttons.items():
            button.setChecked(name in names)

    def _button(self, shown: Shown) -> MarkedButton:
        button = MarkedButton(self)
        button.setObjectName(f"deepdream_{self._prefix}_{shown.name.lower().replace(' ', '_')}")
        button.setAccessibleName(shown.label)
        button.setAccessibleDescription(shown.tip)
        button.setToolTip(tip("", f"{shown.label}: {shown.tip}" if shown.tip else shown.label))
        button.setIcon(shown.icon)
        button.setIconSize(PICTURE)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._pressed)
        return button

    def _heading(self, family: str) -> QtWidgets.QLabel:
        heading = QtWidgets.QLabel(family, self)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        return heading

    @guarded
    def _pressed(self, _checked: bool = False) -> None:
        for name, button in self._buttons.items():
            if button is self.sender():
                self.show_current([name])
                self.chosen.emit(name)

    @guarded
    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Place the buttons by hand: a layout would ask for the width of its widest arrangement."""
        labels = (button.accessibleName() for button in self._buttons.values())
        words = max((self.fontMetrics().horizontalAdvance(label) for label in labels), default=0)
        least = max(PICTURE.width(), min(words, WIDEST_LABEL_PX)) + MARGIN_PX
        columns = max(1, (self.width() + GAP_PX) // (least + GAP_PX))
        width = (self.width() + GAP_PX) // columns - GAP_PX
        top = 0
        for family, buttons in self._families.items():
            if family:
                heading = self._headings[family]
                heading.setGeometry(0, top, self.width(), heading.sizeHint().height())
                heading.show()
                top += heading.height() + GAP_PX
            for index, button in enumerate(buttons):
                row, column = divmod(index, columns)
                left, down = column * (width + GAP_PX), row * (row_height(self) + GAP_PX)
                button.setGeometry(left, top + down, width, row_height(self))
                button.setText(_cut_off(button, width - MARGIN_PX))
                button.show()
            top += -(-len(buttons) // columns) * (row_height(self) + GAP_PX)
        self.setFixedHeight(top)


def _cut_off(button: QtWidgets.QToolButton, width: int) -> str:
    """As much of the button's whole label as there is room for; "&" is a letter here and no shortcut."""
    fitting = button.fontMetrics().elidedText(button.accessibleName(), Qt.TextElideMode.ElideRight, width)
    return fitting.replace("&", "&&")


def row_height(widget: QtWidgets.QWidget) -> int:
    """How tall a row of pictures is in ``widget``'s font, in pixels."""
    return PICTURE.height() + widget.fontMetrics().height() + MARGIN_PX


def first_row_height(widget: QtWidgets.QWidget) -> int:
    """How tall the first row is with the heading over it."""
    return row_height(widget) + widget.fontMetrics().height() + GAP_PX
