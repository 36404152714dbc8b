"""Pictures of what channels look for, to look through and to pick: a click picks, another one lets go."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path
from typing import NamedTuple

from .core import atlas_sheets, classes
from .language import tr
from .qt import Qt, QtCore, QtGui, QtWidgets

PICTURE = QtCore.QSize(96, 96)


class Channel(NamedTuple):
    """A channel of a layer."""

    layer: str
    number: int


class AtlasView(QtWidgets.QListWidget):
    """Shows channels as pictures; each item's data is its ``Channel``, its tip says what the network reads in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("deepdream_atlas_view")
        self.setAccessibleName(tr("Channels"))
        self.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.MultiSelection)
        self.setUniformItemSizes(True)
        self.setIconSize(PICTURE)

    def show_channels(self, network: str, channels: Iterable[Channel], picked: Container[Channel]) -> None:
        """Show exactly these, the ``picked`` ones marked."""
        self.clear()
        sheets = atlas_sheets.sheets(network)
        pixmaps: dict[Path, QtGui.QPixmap] = {}
        for channel in channels:
            sheet = sheets[channel.layer]
            pixmap = pixmaps.setdefault(sheet.file, QtGui.QPixmap(str(sheet.file)))
            label = f"{channel.layer} · {channel.number}"
            item = QtWidgets.QListWidgetItem(_icon(pixmap, sheet.place(channel.number)), label)
            item.setData(Qt.ItemDataRole.UserRole, channel)
            item.setToolTip(in_words(sheet, channel))
            self.addItem(item)
            item.setSelected(channel in picked)


def in_words(sheet: atlas_sheets.Sheet, channel: Channel) -> str:
    """What is read in a channel's picture on its layer's sheet: "Channel 34 of b10: hare, fox, hyena"."""
    names = ", ".join(map(classes.class_name, sheet.classes[channel.number]))
    return tr("Channel {number} of {layer}: {names}", layer=channel.layer, number=channel.number, names=names or "?")


def objective(weights: dict[Channel, float]) -> str:
    """The objective that makes these channels grow, each with its weight."""
    layers: dict[str, list[str]] = {}
    for channel, weight in weights.items():
        layers.setdefault(channel.layer, []).append(f"{channel.number}" + ("" if weight == 1 else f"*{weight:g}"))
    return " + ".join(f"{layer}[{','.join(numbers)}]" for layer, numbers in layers.items())


def _icon(sheet: QtGui.QPixmap, place: tuple[int, int]) -> QtGui.QIcon:
    tile = sheet.copy(*place, atlas_sheets.PIXELS, atlas_sheets.PIXELS)
    return QtGui.QIcon(tile.scaled(PICTURE, transformMode=Qt.TransformationMode.SmoothTransformation))
