"""Arithmetic on pictures a few rows at a time, in place: no second copy, and what is worked on stays in the cache."""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from ..arrays import AnyMask, Mask, Planes

# Samples that are worked on at once; a few arrays of that many lie in a core's own cache.
SAMPLES_AT_ONCE = 1 << 18
# In bytes. What is smaller is left to the C library, which keeps what it is given back for the next time.
_LARGE = 1 << 20


def blocks(height: int, samples_in_row: int) -> Iterator[slice]:
    """Slices of a few rows that cover ``height`` rows."""
    step = max(1, SAMPLES_AT_ONCE // max(1, samples_in_row))
    for start in range(0, height, step):
        yield slice(start, min(height, start + step))


def blank(shape: tuple[int, ...]) -> Planes:
    """Zeros, float32; large ones give their memory back to the system as soon as nobody holds them any more.

    An octave's pictures would otherwise stay with the C library, where the next octave's larger ones don't fit in.
    """
    count = math.prod(shape)
    if 4 * count < _LARGE:
        return np.zeros(shape, np.float32)
    own = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
    room = mmap.mmap(-1, 4 * count, **own)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        # A kernel without huge pages refuses; it is only about speed.
        with suppress(OSError):
            room.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(room, np.float32).reshape(shape)


def everywhere(height: int, width: int) -> Mask:
    """A mask of ones that takes no memory; read only."""
    return np.broadcast_to(np.float32(1), (height, width))


def is_everywhere(mask: AnyMask) -> bool:
    """Whether ``everywhere`` made the mask."""
    return mask.strides == (0, 0) and mask.size > 0 and float(mask[0, 0]) == 1.0


def weigh(picture: Planes, mask: AnyMask) -> None:
    """Multiply (height, width, channels) by (height, width) ``mask``, in place."""
    if is_everywhere(mask):
        return
    channels = picture.shape[2]
    for rows in blocks(picture.shape[0], picture.shape[1] * channels):
        part = picture[rows]
        np.multiply(part, np.repeat(mask[rows], channels, axis=1).reshape(part.shape), out=part)


def mean_absolute(picture: Planes, count: float) -> float:
    """The sum of all absolute samples, divided by ``count``."""
    parts = blocks(picture.shape[0], picture.shape[1] * picture.shape[2])
    return sum(float(np.abs(picture[rows]).sum()) for rows in parts) / count
