"""(size of a picture, tile) → patches that see all around what they own, so that sums over them are exact.

A patch owns whole cells of the network's lattice and sees ``AROUND`` pixels more on each side: as far as the layers
that a style is taken from. What is computed at the owned positions is what the whole picture would give there, and
each position is owned once; so sums over patches, and their gradients, are those of the whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Mask, Planes
from ..engine.tiles import LATTICE

# (down, right), in pixels, each less than a cell of the lattice.
Shift = tuple[int, int]
AROUND = 64
# Mirrored pixels around the picture (at least), so that its border has something beside it.
FRAME = 16


@dataclass(frozen=True)
class Patch:
    """``seen``: rows and columns of the framed picture; ``owned``: those of them that count, within ``seen``."""

    seen: tuple[slice, slice]
    owned: tuple[slice, slice]

    def mask(self, framed: Mask) -> Mask:
        """What is seen of a (height, width) mask, zero where other patches own."""
        mask = np.zeros_like(framed[self.seen])
        mask[self.owned] = framed[self.seen][self.owned]
        return mask


def framed(picture: Planes, shift: Shift = (0, 0)) -> Planes:
    """The picture (height, width[, channels]) with its mirror image around it, up to whole lattice cells.

    Weights (height, width) are framed with zeros. ``shift`` says how the picture lies on the lattice; what is framed
    is as large with any.
    """
    padding = [
        (FRAME + before, FRAME + LATTICE - before + -length % LATTICE)
        for length, before in zip(picture.shape[:2], shift, strict=True)
    ]
    if picture.ndim == 2:
        return np.pad(picture, padding)
    return np.pad(picture, [*padding, (0, 0)], mode="symmetric")


def unframed(picture: Planes, size: tuple[int, ...], shift: Shift) -> Planes:
    """The inverse of ``framed``; ``size``: (height, width) of what was framed."""
    height, width = size
    top, left = (FRAME + before for before in shift)
    return picture[top : top + height, left : left + width]


def cut_up(framed_mask: Mask, tile: int) -> list[Patch]:
    """Patches of at most ``tile`` pixels (of at least 192) that own what weighs anything, each cell once."""
    height, width = framed_mask.shape
    patches = [
        Patch((down[0], across[0]), (down[1], across[1]))
        for down in _cuts(height, tile)
        for across in _cuts(width, tile)
    ]
    return [patch for patch in patches if patch.mask(framed_mask).any()]


def _cuts(length: int, tile: int) -> list[tuple[slice, slice]]:
    """(seen, owned within it) along one axis."""
    tile = max(tile, 2 * AROUND + 2 * LATTICE)
    count = 1 if length <= tile else -(-length // (tile // LATTICE * LATTICE - 2 * AROUND))
    cells = length // LATTICE
    limits = [round(cells * index / count) * LATTICE for index in range(count + 1)]
    cuts = []
    for start, stop in zip(limits[:-1], limits[1:], strict=True):
        first = max(0, start - AROUND)
        cuts.append((slice(first, min(length, stop + AROUND)), slice(start - first, stop - first)))
    return cuts
