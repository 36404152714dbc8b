"""What Krita's colour conversion cuts off: samples above white in float layers, kept aside and added again.

A dream is computed on the clipped picture; where the layer was brighter than white its result gets the excess
back, so that a highlight of 4.0 stays one. Whole planes of bytes are compared at once, because a loop over
every pixel in Python would hold the painter up; only the samples above white are touched one by one, and only as many
of them as that takes half a second for.
"""

from __future__ import annotations

import re
import struct

from ..jobs.document_data import Highlights

FORMS = {"F16": "<e", "F32": "<f"}
COLOURS = {"RGBA": 3, "GRAYA": 1}
MOST = 500_000
# The bytes of 1.0: a positive sample is above white if its bits, read as a number, are larger.
_WHITE = {"F16": b"\x00\x3c", "F32": b"\x00\x00\x80\x3f"}
# The highest byte below which every positive sample is finite.
_FINITE = {"F16": 0x7B, "F32": 0x7E}


def can_be_above_white(model: str, depth: str) -> bool:
    """Whether samples of this colour model and depth have any room above white: RGB and grey in float."""
    return model in COLOURS and depth in FORMS


def above_white(data: bytes, width: int, model: str, depth: str) -> Highlights | None:
    """The highlights of a picture ``width`` pixels wide, in Krita's layout; ``None`` if it has none.

    Infinite samples and those that are no numbers are left out.
    """
    if not can_be_above_white(model, depth):
        return None
    form, samples = FORMS[depth], COLOURS[model] + 1
    size = struct.calcsize(form)
    excess: dict[int, float] = {}
    for colour in range(samples - 1):
        planes = [data[colour * size + byte :: samples * size] for byte in range(size)]
        flags = _above(planes, _WHITE[depth], _FINITE[depth])
        if len(excess) + len(flags) - flags.count(0) > MOST:
            return Highlights(width, model, depth, {}, too_many=True)
        for match in re.finditer(b"[^\\0]", flags):
            pixel = match.start()
            index = pixel * samples + colour
            excess[index] = struct.unpack_from(form, data, index * size)[0] - 1.0
    return Highlights(width, model, depth, excess) if excess else None


def add_again(highlights: Highlights, data: bytes, width: int, x: int, y: int) -> bytes:
    """``data`` (same model and depth, ``width`` wide, lying at ``x``, ``y`` in the first picture) with the excess."""
    form, samples = FORMS[highlights.depth], COLOURS[highlights.model] + 1
    size = struct.calcsize(form)
    brighter = bytearray(data)
    height = len(data) // (width * samples * size)
    for index, excess in highlights.excess.items():
        pixel, colour = divmod(index, samples)
        row, column = pixel // highlights.width - y, pixel % highlights.width - x
        if 0 <= row < height and 0 <= column < width:
            offset = ((row * width + column) * samples + colour) * size
            struct.pack_into(form, brighter, offset, struct.unpack_from(form, brighter, offset)[0] + excess)
    return bytes(brighter)


def _above(planes: list[bytes], white: bytes, finite: int) -> bytes:
    """255 for each sample whose bits, lowest byte's plane first, are a larger number than ``white``'s, else 0."""
    top = planes[-1]
    if not re.search(b"[\\x%02x-\\x%02x]" % (white[-1], finite), top):
        return b""
    larger, equal = 0, int.from_bytes(b"\xff" * len(top), "little")
    for plane, limit in zip(reversed(planes), reversed(white), strict=True):
        larger |= equal & _where(plane, limit + 1, 255)
        equal &= _where(plane, limit, limit)
    larger &= _where(top, white[-1], finite)
    return larger.to_bytes(len(top), "little")


def _where(plane: bytes, low: int, high: int) -> int:
    """A number with 255 in every byte where ``plane`` lies between ``low`` and ``high``."""
    table = bytes(255 if low <= value <= high else 0 for value in range(256))
    return int.from_bytes(plane.translate(table), "little")
