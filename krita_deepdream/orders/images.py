"""Pictures of the wire as Qt images, and the other way round."""

from __future__ import annotations

import struct

from ..core import wire
from ..qt import Qt, QtGui

# BGRA in memory, as the wire has it.
FORMAT = QtGui.QImage.Format.Format_ARGB32

def from_image(image: QtGui.QImage, longest: int = 0) -> wire.Picture:
    """Any image as a ``U8`` picture, of at most ``longest`` pixels if that isn't 0."""
    if longest and max(image.width(), image.height()) > longest:
        aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        # Coarsely first: to smooth a picture of many megapixels takes long.
        image = image.scaled(2 * longest, 2 * longest, aspect) if image.width() > 4 * longest else image
        image = image.scaled(longest, longest, aspect, smooth)
    image = image.convertToFormat(FORMAT)
    bits = image.constBits()
    assert bits is not None
    bits.setsize(image.width() * image.height() * 4)
    return wire.Picture(image.width(), image.height(), "U8", bits.asstring())


def to_image(picture: wire.Picture, longest: int = 0) -> QtGui.QImage:
    """A ``U8`` picture of the wire as an image of its own, coarsely shrunk to ``longest`` pixels if that isn't 0."""
    # On the picture's own memory (BGRA there is Qt's ARGB32): a copy of a large one would hold Krita up.
    shape = picture.width, picture.height, 4 * picture.width
    shared = QtGui.QImage(picture.data, *shape, FORMAT)  # type: ignore[arg-type]  # it takes any buffer
    if longest and max(picture.width, picture.height) > longest:
        return shared.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio)
    return shared.copy()


def coarse(picture: wire.Picture, longest: int) -> wire.Picture:
    """Single pixels of a picture of any depth, as a ``U8`` picture of at most ``longest`` pixels."""
    step = -(-max(picture.width, picture.height) // longest)
    if picture.depth == "U8" and step == 1:
        return picture
    size, width = wire.BYTES_PER_PIXEL[picture.depth], picture.width
    columns, rows = range(0, width, step), range(0, picture.height, step)
    data, found = memoryview(picture.data).cast("B"), bytearray()
    for row in rows:
        line = bytes(data[row * width * size:(row + 1) * width * size])
        found += b"".join(_as_u8(line[column * size:(column + 1) * size], picture.depth) for column in columns)
    return wire.Picture(len(columns), len(rows), "U8", bytes(found))


def _as_u8(pixel: bytes, depth: str) -> bytes:
    if depth == "U8":
        return pixel
    if depth == "U16":
        return pixel[1::2]
    red, green, blue, alpha = (round(255 * min(max(0.0, value), 1.0)) for value in struct.unpack("<4f", pixel))
    return bytes((blue, green, red, alpha))
