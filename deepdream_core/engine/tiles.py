"""(size of an octave, tile, shift) → the tile plan: where to cut, and how to lay the pieces over each other.

SAME padding with stride makes a gradient depend on where the picture lies on the network's lattice, so within
a step all tiles start on one lattice and have whole lattice sizes. The random shift moves both the lattice
under the picture and the cuts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import AnyMask, AnyPlanes, Line, Planes
from ..catalogue.info import NetworkInfo
from ..image.rows import blocks
from ..settings.dream_settings import AUTO
from ..system import memory

# In pixels: the largest stride that any network has, and what neighbouring tiles share, a multiple of it.
LATTICE = 32
OVERLAP = 96
# What a computer with little memory takes at most.
SMALL_TILE = 512
# How far cuts can wander at least from step to step, so that no seam adds up: more than it takes to cross one.
WANDER = 64


@dataclass(frozen=True)
class Tile:
    """A piece of the picture, rows first, in pixels of the octave; it may reach beyond the picture.

    ``row_ramp``, ``column_ramp``: how much its gradient counts in each row and column, float32.
    """

    top: int
    left: int
    row_ramp: Line
    column_ramp: Line

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.row_ramp.size)

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.column_ramp.size)


def largest_side(tile: int | str, info: NetworkInfo) -> int:
    """In pixels: ``tile`` as far as it fits on the lattice, or for "auto" by the network and the computer's memory."""
    if tile != AUTO:
        return int(tile) // LATTICE * LATTICE
    return min(info.tile_px, SMALL_TILE) if memory.is_small() else info.tile_px


def plan(height: int, width: int, tile: int, shift: tuple[int, int], lattice: int = LATTICE) -> list[Tile]:
    """Tiles of at most ``tile`` pixels that cover every pixel; their weights add up to 1 at each.

    ``shift``: non-negative pixels down and across. ``lattice``: the stride of the deepest layer that is read, a
    divisor of ``LATTICE``: shallow layers need less padding.
    """
    tile -= tile % lattice
    rows = list(_cuts(height, tile, shift[0], lattice))
    columns = list(_cuts(width, tile, shift[1], lattice))
    return [Tile(top, left, down, across) for top, down in rows for left, across in columns]


def largest_area(height: int, width: int, tile: int, lattice: int = LATTICE) -> int:
    """Pixels of the largest tile in any plan for such a picture; arguments as ``plan``."""
    down, across = (_largest(length, tile - tile % lattice, lattice) for length in (height, width))
    return down * across


def cut(picture: AnyPlanes, tile: Tile) -> AnyPlanes:
    """The tile's part of (height, width, channels); beyond the border the outermost pixels are repeated."""
    height, width = picture.shape[:2]
    inner = picture[max(0, tile.top) : tile.top + tile.height, max(0, tile.left) : tile.left + tile.width]
    padding = (
        (max(0, -tile.top), max(0, tile.top + tile.height - height)),
        (max(0, -tile.left), max(0, tile.left + tile.width - width)),
        (0, 0),
    )
    return np.pad(inner, padding, mode="edge") if np.any(padding) else inner


def paste(gradient: Planes, piece: Planes, tile: Tile) -> None:
    """Add the tile's weighted gradient to the picture's, in place."""
    height, width = gradient.shape[:2]
    top, left = max(0, tile.top), max(0, tile.left)
    bottom, right = min(height, tile.top + tile.height), min(width, tile.left + tile.width)
    columns = slice(left - tile.left, right - tile.left)
    across = np.repeat(tile.column_ramp[columns], piece.shape[2])
    for part in blocks(bottom - top, across.size):
        rows = slice(part.start + top - tile.top, part.stop + top - tile.top)
        ramps = tile.row_ramp[rows, np.newaxis] * across
        inner = piece[rows, columns]
        into = gradient[top + part.start : top + part.stop, left:right]
        into += inner if ramps.min() == 1 else inner * ramps.reshape(inner.shape)


def touches(tile: Tile, mask: AnyMask) -> bool:
    """Whether any pixel of (height, width) ``mask`` above 0 counts in the tile."""
    rows = _normalised(tile.top, tile.row_ramp)
    columns = _normalised(tile.left, tile.column_ramp)
    return bool(mask[rows, columns].any())


def _cuts(length: int, tile: int, shift: int, lattice: int) -> Iterator[tuple[int, Line]]:
    """Starts and weights along one axis."""
    before = shift % lattice
    whole = _up(before + length, lattice)
    side, starts = _starts(whole, tile, shift - before, lattice)
    ramps = [_ramps(side, first=start == 0, last=start + side == whole) for start in starts]
    total = np.zeros(whole, np.float32)
    for start, ramp in zip(starts, ramps, strict=True):
        total[start : start + side] += ramp
    for start, ramp in zip(starts, ramps, strict=True):
        yield start - before, ramp / total[start : start + side]


def _starts(whole: int, tile: int, shift: int, lattice: int) -> tuple[int, list[int]]:
    if whole <= tile:
        return whole, [0]
    stride = tile - OVERLAP
    count = -(-(whole + WANDER - OVERLAP) // stride)
    side = min(tile, _up(-(-(whole + WANDER + (count - 1) * OVERLAP) // count), lattice))
    slack = count * side - (count - 1) * OVERLAP - whole
    phase = shift % (slack + lattice)
    starts = [max(0, min(index * (side - OVERLAP) - phase, whole - side)) for index in range(count)]
    return side, sorted(set(starts))


def _largest(length: int, tile: int, lattice: int) -> int:
    """The longest side along one axis, whatever the shift: at some a picture just fits into a tile."""
    wholes = _up(length, lattice), _up(length + lattice - 1, lattice)
    return max(_starts(whole, tile, 0, lattice)[0] for whole in wholes)


def _ramps(side: int, first: bool, last: bool) -> Line:
    """Weights rise over the middle half of an overlap; its outer quarter sees too little to count."""
    distance = np.arange(side, dtype=np.float32) + np.float32(0.5)
    rise = np.clip((distance - OVERLAP / 4) / (OVERLAP / 2), 1e-4, 1).astype(np.float32)
    ramp: Line = (1 if first else rise) * (1 if last else rise[::-1]) * np.ones(side, np.float32)
    return ramp


def _normalised(start: int, ramps: Line) -> slice:
    inside = np.flatnonzero(ramps > 1e-3)
    return slice(max(0, start + int(inside[0])), max(0, start + int(inside[-1]) + 1))


def _up(length: int, lattice: int) -> int:
    return -(-length // lattice) * lattice
