"""(size of the region, settings) → sizes of the octaves, from small to large."""

from __future__ import annotations

import math

from .dream_settings import AUTO, DreamSettings

DEFAULT_OCTAVES = 4
DEFAULT_SCALE = 1.4
# Below this extent in pixels a network sees next to nothing.
SMALLEST_SIDE = 32


def octave_scales(extent: float, motif_px: int, settings: DreamSettings) -> list[float]:
    """The octaves as shares of the computed size, rising to 1.0, which comes once more for each time *Further*.

    ``extent``: of the region as computed, in pixels (see ``working_size``); ``motif_px``: the dreamed layer's own motif
    size. With ``size`` the smallest octave is the one in which that motif is ``size`` percent of the region.
    """
    count, scale = count_and_scale(extent, motif_px, settings)
    shares = [scale ** -(count - 1 - index) for index in range(count)]
    shares = [share for share in shares if share == 1.0 or share * extent >= SMALLEST_SIDE]
    return shares + [1.0] * settings.further


def count_and_scale(extent: float, motif_px: int, settings: DreamSettings) -> tuple[int, float]:
    """How many octaves, and how much larger each is than the one before; arguments as ``octave_scales``."""
    if settings.size == AUTO:
        count = DEFAULT_OCTAVES if settings.octaves == AUTO else int(settings.octaves)
        scale = DEFAULT_SCALE if settings.octave_scale == AUTO else float(settings.octave_scale)
        return count, scale
    ratio = float(settings.size) / 100 * extent / motif_px
    if ratio <= 1.0:
        return 1, DEFAULT_SCALE
    count = 1 + max(1, round(math.log(ratio) / math.log(DEFAULT_SCALE)))
    return count, ratio ** (1 / (count - 1))
