"""What is needed to renew a dream layer, as plain data; and how changes are found, tile by tile.

A checksum per tile tells whether it changed; comparing its bytes before and after tells which pixels did.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..krita_api import Data, view

# One grid for a whole document.
TILE_PX = 256
# x, y, width and height in document pixels.
Box = tuple[int, int, int, int]
_ANY = b"\0" + b"\xff" * 255


@dataclass(frozen=True)
class DreamRecord:
    """``record``: of the worker's ``Result``; ``corner``: of the picture that was sent for it, in document pixels.

    ``box``: what was dreamed. ``source`` and ``own``: a checksum for each of its ``tiles``, of what was dreamed and of
    the layer as the dream left it. ``keeps_up``: whether it follows changes of the source.
    """

    corner: tuple[int, int]
    box: Box
    record: dict[str, Any] = field(default_factory=dict)
    source: tuple[int, ...] = ()
    own: tuple[int, ...] = ()
    keeps_up: bool = False


def tiles(box: Box) -> list[Box]:
    """The tiles of a rectangle, row by row, cut off at its borders."""
    x, y, width, height = box
    rows, columns = list(_cuts(y, y + height)), list(_cuts(x, x + width))
    return [(left, top, right - left, bottom - top) for top, bottom in rows for left, right in columns]


def nearest(boxes: Sequence[Box], x: int, y: int) -> int:
    """The number of the tile that holds a pixel, or else is nearest to it."""

    def away(number: int) -> int:
        left, top, width, height = boxes[number]
        return max(left - x, 0, x - left - width + 1) + max(top - y, 0, y - top - height + 1)

    return min(range(len(boxes)), key=away)


def check_sum(data: Data) -> int:
    """The checksum of a tile's bytes."""
    return zlib.crc32(view(data))


def bounds(boxes: Iterable[Box]) -> Box:
    """The rectangle around at least one other."""
    found = list(boxes)
    x, y = min(box[0] for box in found), min(box[1] for box in found)
    right, bottom = max(box[0] + box[2] for box in found), max(box[1] + box[3] for box in found)
    return x, y, right - x, bottom - y


def changed_pixels(before: Data, after: Data, pixel_bytes: int) -> bytes:
    """One byte per pixel, 255 where the two tiles differ."""
    length = len(view(after))
    differ = int.from_bytes(view(before), "little") ^ int.from_bytes(view(after), "little")
    flags = differ.to_bytes(length, "little").translate(_ANY)
    planes = (int.from_bytes(flags[byte::pixel_bytes], "little") for byte in range(pixel_bytes))
    united = 0
    for plane in planes:
        united |= plane
    return united.to_bytes(length // pixel_bytes, "little")


def bounds_of(flags: bytes, box: Box) -> Box | None:
    """The rectangle around all nonzero ``flags`` (a byte per pixel of ``box``); ``None`` if there are none."""
    x, y, width, height = box
    rows = [flags[row * width : (row + 1) * width] for row in range(height)]
    filled = [row for row in range(height) if any(rows[row])]
    if not filled:
        return None
    left = min(width - len(rows[row].lstrip(b"\0")) for row in filled)
    right = max(len(rows[row].rstrip(b"\0")) for row in filled)
    return x + left, y + filled[0], right - left, filled[-1] - filled[0] + 1


def _cuts(first: int, end: int) -> Iterable[tuple[int, int]]:
    while first < end:
        then = min(end, (first // TILE_PX + 1) * TILE_PX)
        yield first, then
        first = then
