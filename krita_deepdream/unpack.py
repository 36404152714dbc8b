"""A packed dream's PNG file back to pixels as the wire has them."""

from __future__ import annotations

from .core import errors, wire
from .qt import QtGui

_Format = QtGui.QImage.Format


def unpacked(png: bytes) -> wire.Picture:
    """``U8`` or ``U16``, as deep as the file. Raises ``DreamError`` for bytes that are no picture."""
    image = QtGui.QImage.fromData(png, "PNG")
    if image.isNull():
        raise errors.DreamError("history.broken")
    deep = image.depth() > 32
    image = image.convertToFormat(_Format.Format_RGBA64 if deep else _Format.Format_ARGB32)
    bits = image.constBits()
    assert bits is not None
    bits.setsize(image.sizeInBytes())
    data = bytes(bits)
    return wire.Picture(image.width(), image.height(), "U16" if deep else "U8", _red_last(data) if deep else data)


def _red_last(data: bytes) -> bytes:
    """16-bit R, G, B and alpha as B, G, R and alpha."""
    swapped = bytearray(data)
    for byte in range(2):
        swapped[byte::8], swapped[4 + byte::8] = data[4 + byte::8], data[byte::8]
    return bytes(swapped)
