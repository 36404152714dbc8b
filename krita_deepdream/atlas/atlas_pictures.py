"""What each channel of a network looks for, as a picture and in words."""

from __future__ import annotations

from pathlib import Path

from ..choices.atlas_picks import Channel
from ..core import atlas_sheets, classes
from ..jobs.descriptions import channel_word
from ..language import tr
from ..qt import Qt, QtCore, QtGui

PICTURE = QtCore.QSize(96, 96)


class AtlasPictures:
    """Of the layers that have a sheet; one that was rendered since is there after ``look_again``."""

    def __init__(self, network: str) -> None:
        self._network = network
        self._pixmaps: dict[Path, QtGui.QPixmap] = {}
        self.look_again()

    def look_again(self) -> None:
        """See which sheets there are."""
        self._sheets = atlas_sheets.sheets(self._network)

    def channels(self, layer: str) -> list[Channel]:
        """All channels of a layer; none when it has no sheet."""
        sheet = self._sheets.get(layer)
        return [Channel(layer, number) for number in range(len(sheet.classes) if sheet else 0)]

    def icon(self, channel: Channel) -> QtGui.QIcon:
        """The channel's picture, an empty icon without a sheet."""
        sheet = self._sheets.get(channel.layer)
        if sheet is None:
            return QtGui.QIcon()
        whole = self._pixmaps.setdefault(sheet.file, QtGui.QPixmap(str(sheet.file)))
        tile = whole.copy(*sheet.corner(channel.number), atlas_sheets.PIXELS, atlas_sheets.PIXELS)
        return QtGui.QIcon(tile.scaled(PICTURE, transformMode=Qt.TransformationMode.SmoothTransformation))

    def words(self, channel: Channel) -> str:
        """What the network reads in the picture: "hare, fox, hyena (channel 34 of b10)"."""
        sheet = self._sheets.get(channel.layer)
        read = sheet.classes[channel.number] if sheet and channel.number < len(sheet.classes) else ()
        names = ", ".join(map(classes.class_name, read)) or "?"
        return tr("{names} (channel {number} of {layer})", layer=channel.layer, number=channel.number, names=names)

    def name(self, channel: Channel) -> str:
        """What is read in the picture before all else, or where it stands if nothing is: "hare", "b14 · 137"."""
        word = channel_word(self._network, *channel)
        return word or f"{channel.layer} · {channel.number}"
