"""(size of the region, settings) → sizes of the octaves, from small to large."""

from __future__ import annotations

import math

from .settings import AUTO, FULL, DreamSettings
from .surroundings import AUTOMATIC_WORKING_SIZE

DEFAULT_OCTAVES = 4
DEFAULT_SCALE = 1.4
# Below this many pixels on the longer side a network sees next to nothing.
SMALLEST_SIDE = 32


def working_scale(width: int, height: int, settings: DreamSettings) -> float:
    """How much smaller than the original is computed: 0 < scale <= 1, longest side to the working size."""
    if settings.working_size == FULL:
        return 1.0
    limit = AUTOMATIC_WORKING_SIZE if settings.working_size == AUTO else float(settings.working_size)
    return min(1.0, limit / max(width, height))


def octave_scales(longest: float, motif_px: int, settings: DreamSettings) -> list[float]:
    """The octaves as shares of the computed size, rising to 1.0.

    ``longest``: the region's longer side as computed, in pixels; ``motif_px``: the dreamed layer's own motif
    size. With ``size`` the smallest octave is the one in which that motif is ``size`` percent of the region.
    """
    count, scale = _count_and_scale(longest, motif_px, settings)
    shares = [scale ** -(count - 1 - index) for index in range(count)]
    return [share for share in shares if share == 1.0 or share * longest >= SMALLEST_SIDE]


def _count_and_scale(longest: float, motif_px: int, settings: DreamSettings) -> tuple[int, float]:
    if settings.size == AUTO:
        count = DEFAULT_OCTAVES if settings.octaves == AUTO else int(settings.octaves)
        scale = DEFAULT_SCALE if settings.octave_scale == AUTO else float(settings.octave_scale)
        return count, scale
    ratio = float(settings.size) / 100 * longest / motif_px
    if ratio <= 1.0:
        return 1, DEFAULT_SCALE
    count = 1 + max(1, round(math.log(ratio) / math.log(DEFAULT_SCALE)))
    return count, ratio ** (1 / (count - 1))
