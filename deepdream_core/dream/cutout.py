"""(a part of a whole, a size of the whole) → the same part there, on the very grid on which the whole is resized."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..arrays import AnyPlanes, Planes
from ..image.region import Box
from ..image.resizing import resize_part

# Where a part meets the pixels' grid but for rounding.
_EXACT = 1e-6


@dataclass(frozen=True)
class Cutout:
    """``box``: of a whole picture of ``height`` x ``width`` pixels, which needn't be there."""

    height: int
    width: int
    box: Box

    def at(self, height: int, width: int) -> Cutout:
        """The same where the whole is ``height`` x ``width``, grown to whole pixels."""
        top, bottom = _covering(self.box.top, self.box.height, height / self.height, height)
        left, right = _covering(self.box.left, self.box.width, width / self.width, width)
        return Cutout(height, width, Box(top, left, bottom - top, right - left))

    def resized(self, picture: AnyPlanes, to: Cutout, softly: bool = True) -> Planes:
        """``picture`` of this part → that of ``to``, float32: antialiased, bicubic, or bilinear if not ``softly``.

        Where ``to`` reaches beyond this part, the outermost pixels are repeated.
        """
        if self == to:
            return np.asarray(picture, np.float32)
        vertical, horizontal = self.height / to.height, self.width / to.width
        top, left = to.box.top * vertical - self.box.top, to.box.left * horizontal - self.box.left
        bottom, right = top + to.box.height * vertical, left + to.box.width * horizontal
        beyond = max(-top, -left, bottom - self.box.height, right - self.box.width)
        margin = math.ceil(beyond - _EXACT) if beyond > _EXACT else 0
        if margin:
            picture = np.pad(picture, ((margin, margin), (margin, margin), *[(0, 0)] * (picture.ndim - 2)), "edge")
        method = Image.Resampling.BICUBIC if softly else Image.Resampling.BILINEAR
        area = left + margin, top + margin, right + margin, bottom + margin
        return resize_part(picture, area, (to.box.height, to.box.width), method)


def _covering(start: int, length: int, scale: float, most: int) -> tuple[int, int]:
    first, last = math.floor(start * scale + _EXACT), math.ceil((start + length) * scale - _EXACT)
    return min(first, most - 1), min(max(last, first + 1), most)
