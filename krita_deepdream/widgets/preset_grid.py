"""The presets as pictures: what each of them does, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..core import presets
from ..language import mark, tr
from ..qt import Qt, QtGui
from .picture_grid import PICTURE, PictureGrid, Shown

OWN = mark("Your own")
PICTURES = Path(__file__).parents[1] / "pictures"


class PresetGrid(PictureGrid):
    """``chosen`` carries a preset's name."""

    def __init__(self) -> None:
        super().__init__("preset", tr("Presets"))

    def show_presets(self, shown: Sequence[presets.Preset], favourites: Sequence[str]) -> None:
        """Show exactly these, first those whose names are among the ``favourites``, in their order."""
        families = {preset.name: tr(preset.family or OWN) for preset in shown}
        families.update({name: tr("Favourites") for name in favourites})
        rank = {name: index for index, name in enumerate(favourites)}
        shown = sorted(shown, key=lambda preset: rank.get(preset.name, len(rank)))
        self.show_things(
            [
                Shown(
                    preset.name, tr(preset.name), tr(preset.description), picture_of(preset.name), families[preset.name]
                )
                for preset in shown
            ]
        )


def picture_of(name: str) -> QtGui.QIcon:
    """The preset's picture; for a preset of the painter's own a plain one with its first letter."""
    if name in presets.PRESETS:
        return QtGui.QIcon(str(PICTURES / f"{name.lower()}.png"))
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
