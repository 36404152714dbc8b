"""(size of a region, settings) → how much smaller it is computed, and by which length its motifs are measured.

By area and not by the longer side: else a panorama would be computed as a strip too narrow for any motif.
"""

from __future__ import annotations

import math
from typing import Protocol

DRAFT, AUTO, FINE, FULL = "draft", "auto", "fine", "full"
WORDS = (DRAFT, AUTO, FINE, FULL)
# The words that go by area, and how many times the automatic size each is.
BY_AREA = {DRAFT: 0.5, AUTO: 1.0, FINE: 2.0}
# Height of an ordinary picture as a share of its width: of this shape, the working size is its longer side.
ORDINARY_SHAPE = 3 / 4
# In pixels, where the picture has as many: below, a network sees next to nothing on the shorter side.
SHORTER_SIDE = 400
# A region counts as no longer than so many times its shorter side: what grows has to fit in there too.
LONGEST_SHAPE = 2


class Sized(Protocol):
    """Settings of a dream or a style. ``automatic_size``: see ``scale_by_area``."""

    @property
    def working_size(self) -> int | str:
        """In pixels, or one of ``WORDS``."""

    @property
    def automatic_size(self) -> int:
        """In pixels."""


def working_scale(width: int, height: int, settings: Sized) -> float:
    """How much smaller than the original is computed: 0 < scale <= 1; a number is the longer side in pixels."""
    if settings.working_size == FULL:
        return 1.0
    if settings.working_size in BY_AREA:
        return scale_by_area(width, height, settings.automatic_size * BY_AREA[str(settings.working_size)])
    return min(1.0, float(settings.working_size) / max(width, height))


def scale_by_area(width: int, height: int, size: float) -> float:
    """The scale at which a region has the area of an ordinary picture with a longer side of ``size`` pixels.

    It is larger where the shorter side would come below ``SHORTER_SIDE``, or below that share of a small ``size``.
    """
    by_area = size * math.sqrt(ORDINARY_SHAPE / (width * height))
    by_side = min(SHORTER_SIDE, SHORTER_SIDE / 1024 * size) / min(width, height)
    return min(1.0, max(by_area, by_side))


def longer_side(width: int, height: int, size: int) -> int:
    """The longer side in pixels at that scale: the working size that computes a region as ``scale_by_area`` says."""
    return round(max(width, height) * scale_by_area(width, height, size))


def extent(width: float, height: float) -> float:
    """The length that sizes of motifs and strokes are shares of: the longer side, unless that is out of all shape."""
    return min(max(width, height), LONGEST_SHAPE * min(width, height))
