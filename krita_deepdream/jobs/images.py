"""Pictures of the wire as Qt images, and the other way round."""

from __future__ import annotations

import struct
from functools import cache

from ..core import wire
from ..qt import Qt, QtCore, QtGui

# BGRA in memory, as the wire has it.
FORMAT = QtGui.QImage.Format.Format_ARGB32
# As everywhere, a gigapixel; and how many pixels of 8 bits deflate packs into a byte at best.
MOST_PIXELS, _BEST_PACKED = 1 << 30, 1032
# Upper halves of floats: of what is still black, of 1, of the first below 0; and the middle of the lower halves.
_BLACK, _ONE, _NEGATIVE, _MIDDLE = 0x3880, 0x3F80, 0x8000, 0x8000


def from_image(image: QtGui.QImage, longest: int = 0) -> wire.Picture:
    """Any image as a ``U8`` picture; unless 0, ``longest`` limits its longer side in pixels."""
    if longest and max(image.width(), image.height()) > longest:
        aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        # Coarsely first: smoothing many megapixels is slow.
        image = image.scaled(2 * longest, 2 * longest, aspect) if image.width() > 4 * longest else image
        image = image.scaled(longest, longest, aspect, smooth)
    image = image.convertToFormat(FORMAT)
    bits = image.constBits()
    assert bits is not None
    bits.setsize(image.width() * image.height() * 4)
    return wire.Picture(image.width(), image.height(), "U8", bits.asstring())


def to_image(picture: wire.Picture, longest: int = 0) -> QtGui.QImage:
    """A ``U8`` picture of the wire as a new image; unless 0, ``longest`` limits its longer side in pixels, coarsely."""
    # On the picture's own memory (its BGRA is Qt's ARGB32): copying a large one would block Krita.
    shape = picture.width, picture.height, 4 * picture.width
    shared = QtGui.QImage(picture.data, *shape, FORMAT)  # type: ignore[arg-type]  # it takes any buffer
    if longest and max(picture.width, picture.height) > longest:
        return shared.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio)
    return shared.copy()


def png(image: QtGui.QImage) -> bytes:
    """An image as a PNG file."""
    data = QtCore.QByteArray()
    buffer = QtCore.QBuffer(data)
    buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
    QtGui.QImageWriter(buffer, b"PNG").write(image)
    return bytes(data.data())


def from_png(file: bytes, most: int = MOST_PIXELS) -> QtGui.QImage:
    """A PNG file's image; a null one if it isn't such a file, states over ``most`` pixels or more than fit in it.

    By that reader alone: of others that Qt has, some open further files. Of Qt's ways to read a picture, this one
    releases Python's lock.
    """
    buffer = QtCore.QBuffer()
    buffer.setData(file)
    buffer.open(QtCore.QIODevice.OpenModeFlag.ReadOnly)
    reader = QtGui.QImageReader(buffer, b"PNG")
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > min(most, _BEST_PACKED * len(file)):
        return QtGui.QImage()
    return reader.read()


def coarse(picture: wire.Picture, longest: int) -> wire.Picture:
    """A picture of any depth sampled to ``U8``, its longer side at most ``longest`` pixels."""
    step = -(-max(picture.width, picture.height) // longest)
    if picture.depth == "U8" and step == 1:
        return picture
    row_bytes = picture.width * wire.BYTES_PER_PIXEL[picture.depth]
    data, rows = memoryview(picture.data).cast("B"), range(0, picture.height, step)
    found = b"".join(_as_u8(data[row * row_bytes : (row + 1) * row_bytes], picture.depth, step) for row in rows)
    return wire.Picture(-(-picture.width // step), len(rows), "U8", found)


def _as_u8(row: memoryview, depth: str, step: int) -> bytes | bytearray:
    """Every ``step``-th pixel of a row; one item is a whole pixel, so that no Python loop blocks Krita."""
    if depth == "U8":
        return row.cast("I")[::step].tobytes()
    if depth == "U16":
        return row.cast("Q")[::step].tobytes()[1::2]
    pixels, halves = bytearray(4 * -(-len(row) // (16 * step))), row.cast("H")
    for place, channel in enumerate((2, 1, 0, 3)):  # RGBA becomes BGRA
        levels = _levels(is_light=channel < 3)
        # The upper half of each float; no function of Python's own is called for a sample.
        pixels[place::4] = bytes(map(levels.__getitem__, halves[2 * channel + 1 :: 8 * step]))
    return pixels


@cache
def _levels(is_light: bool) -> bytes:
    """By the upper half of a float its byte: as it is, or linear light by sRGB's curve; 0 below 0, 255 from 1."""
    halves = range(_BLACK, _ONE)
    values = struct.unpack(f"<{len(halves)}f", b"".join(struct.pack("<HH", _MIDDLE, half) for half in halves))
    levels = bytes(map(_encoded if is_light else _level, values))
    return bytes(_BLACK) + levels + b"\xff" * (_NEGATIVE - _ONE) + bytes(0x10000 - _NEGATIVE)


def _level(value: float) -> int:
    return round(255 * value)


def _encoded(light: float) -> int:
    return _level(12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)
