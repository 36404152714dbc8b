"""The presets as pictures: what each of them does, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .border import guarded
from .core import presets
from .language import tr
from .marked_button import MarkedButton
from .qt import Qt, QtCore, QtGui, QtWidgets, Signal

PICTURES = Path(__file__).with_name("pictures")
PICTURE = QtCore.QSize(64, 48)
GAP_PX = 2
MARGIN_PX = 8


class PresetGrid(QtWidgets.QWidget):
    """Buttons in as many columns as there is room for; ``chosen`` carries the name of the one pressed."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("deepdream_presets")
        self.setAccessibleName(tr("Presets"))
        self._buttons: dict[str, MarkedButton] = {}

    def show_presets(self, shown: Sequence[presets.Preset]) -> None:
        """Show exactly these."""
        for button in self._buttons.values():
            button.deleteLater()
        self._buttons = {preset.name: self._button(preset) for preset in shown}
        self._arrange()

    def show_current(self, name: str) -> None:
        """Mark the preset of that name, or none."""
        for each, button in self._buttons.items():
            button.setChecked(each == name)

    def _button(self, preset: presets.Preset) -> MarkedButton:
        button = MarkedButton(self)
        button.setObjectName(f"deepdream_preset_{preset.name.lower().replace(' ', '_')}")
        button.setAccessibleName(tr(preset.name))
        button.setAccessibleDescription(tr(preset.description))
        button.setToolTip(tr(preset.description))
        button.setText(tr(preset.name))
        button.setIcon(picture_of(preset.name))
        button.setIconSize(PICTURE)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._pressed)
        return button

    @guarded
    def _pressed(self, _checked: bool = False) -> None:
        for name, button in self._buttons.items():
            if button is self.sender():
                self.show_current(name)
                self.chosen.emit(name)

    @guarded
    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Place the buttons by hand: a layout would ask for the width of its widest arrangement."""
        words = max((self.fontMetrics().horizontalAdvance(tr(name)) for name in self._buttons), default=0)
        least = max(PICTURE.width(), words) + MARGIN_PX
        columns = max(1, (self.width() + GAP_PX) // (least + GAP_PX))
        width = (self.width() + GAP_PX) // columns - GAP_PX
        height = PICTURE.height() + self.fontMetrics().height() + MARGIN_PX
        for index, button in enumerate(self._buttons.values()):
            row, column = divmod(index, columns)
            left, top = column * (width + GAP_PX), row * (height + GAP_PX)
            button.setGeometry(left, top, width, height)
            button.show()
        rows = -(-len(self._buttons) // columns)
        self.setFixedHeight(rows * (height + GAP_PX))


def picture_of(name: str) -> QtGui.QIcon:
    """The preset's picture; for a preset of the painter's own a plain one with its first letter."""
    path = PICTURES / f"{name.lower()}.png"
    if path.exists():
        return QtGui.QIcon(str(path))
    pixmap = QtGui.QPixmap(2 * PICTURE)
    hue = sum(name.encode()) * 37 % 360
    pixmap.fill(QtGui.QColor.fromHsl(hue, 90, 110))
    painter = QtGui.QPainter(pixmap)
    font = painter.font()
    font.setPixelSize(PICTURE.height())
    painter.setFont(font)
    painter.setPen(QtGui.QColor("white"))
    painter.drawText(pixmap.rect(), Qt.AlignmentFlag.AlignCenter, name[:1].upper())
    painter.end()
    return QtGui.QIcon(pixmap)
