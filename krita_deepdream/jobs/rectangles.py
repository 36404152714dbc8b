"""Rectangles of pixels, without Krita: surroundings, crops, whether all is empty or opaque."""

from __future__ import annotations

from ..core import dream_settings, surroundings, wire
from ..qt import QtCore

QRect = QtCore.QRect

# A whole number of pixels of any depth.
BLOCK_BYTES = 1 << 17
_SOLID = b"\0" + b"\xff" * 255
# The alpha sample of one opaque pixel, as it lies in memory.
OPAQUE = {"U8": b"\xff", "U16": b"\xff\xff", "F16": b"\x00\x3c", "F32": b"\x00\x00\x80\x3f"}


def with_surroundings(region: QRect, canvas: QRect, working_size: int | str = dream_settings.AUTO) -> QRect:
    """``region`` with the surroundings that the network should see, inside the canvas."""
    margin = surroundings.surroundings(region.width(), region.height(), working_size)
    return region.adjusted(-margin, -margin, margin, margin).intersected(canvas)


def box_mask(region: QRect, rect: QRect) -> bytes:
    """One byte per pixel of ``rect``: 255 inside ``region``, else 0; empty when they are the same."""
    if region == rect:
        return b""
    left = region.x() - rect.x()
    right = rect.width() - left - region.width()
    row = bytes(left) + b"\xff" * region.width() + bytes(right)
    above = region.y() - rect.y()
    below = rect.height() - above - region.height()
    return bytes(above * rect.width()) + row * region.height() + bytes(below * rect.width())


def crop(picture: wire.Picture, rect: QRect) -> wire.Picture:
    """The part of ``picture`` inside ``rect``, which is given in the picture's own pixels."""
    if (rect.width(), rect.height()) == (picture.width, picture.height):
        return picture
    size = wire.BYTES_PER_PIXEL[picture.depth]
    stride, first, length = picture.width * size, rect.x() * size, rect.width() * size
    starts = range(rect.y() * stride + first, (rect.y() + rect.height()) * stride + first, stride)
    data = b"".join(picture.data[start : start + length] for start in starts)
    return wire.Picture(rect.width(), rect.height(), picture.depth, data)


def is_empty(picture: wire.Picture, mask: bytes = b"") -> bool:
    """Whether every pixel is fully transparent where ``mask`` (a byte per pixel, or none) isn't 0."""
    size, samples = wire.BYTES_PER_PIXEL[picture.depth], len(OPAQUE[picture.depth])
    pixels = BLOCK_BYTES // size
    for start in range(0, picture.width * picture.height, pixels):
        block = bytes(picture.data[start * size : (start + pixels) * size])
        planes = [block[size - 1 - index :: size] for index in range(samples)]
        painted = [plane for plane in planes if plane != bytes(len(plane))]
        chosen = _solid(mask[start : start + pixels]) if mask and painted else -1
        if any(_solid(plane) & chosen for plane in painted):
            return False
    return True


def _solid(plane: bytes) -> int:
    """A number with 255 in every byte that isn't 0."""
    return int.from_bytes(plane.translate(_SOLID), "little")


def is_opaque(picture: wire.Picture) -> bool:
    """Whether no pixel is even partly transparent."""
    # A float below 1 has another upper half.
    return _alpha_is(picture, OPAQUE[picture.depth][-2:])


def _alpha_is(picture: wire.Picture, sample: bytes) -> bool:
    # Only slices and whole-buffer comparisons: a Python loop over pixels would stall the painter.
    # In blocks, because the first usually decides.
    size = wire.BYTES_PER_PIXEL[picture.depth]
    first = size - len(sample)
    for start in range(0, len(picture.data), BLOCK_BYTES):
        # Every fourth byte of a copy is read faster than of a view.
        block = bytes(picture.data[start : start + BLOCK_BYTES])
        for index, value in enumerate(sample):
            plane = block[first + index :: size]
            if plane != bytes([value]) * len(plane):
                return False
    return True
