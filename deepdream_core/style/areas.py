"""(masks of the styles, pictures) → areas: where which styles are painted, at any size, soft where two of them meet.

Styles with the same mask share an area and are mixed there. Those without one are painted where no mask is; without
any such style, the picture stays there as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ..arrays import Mask, Rgb
from ..engine.term_maps import TermMaps
from ..errors import DreamError
from ..image.pixels import Pixels
from ..image.region import Region, feathered
from ..image.resizing import resize
from ..image.rows import everywhere
from ..settings.style_settings import StyleSettings

# In pixels of each octave: over as much one area goes over into the next, by a Gaussian of this standard deviation.
# Broad forms so go over more softly than fine ones.
SOFT_PX = 4.0
LEAST = 1e-6


@dataclass(frozen=True)
class Area:
    """Where ``styles``, float32 (height, width, 3), 0..255, are painted, mixed: each counts by its one of ``shares``.

    ``mask``: float32 (height, width), 0..1; those of all areas add up to 1 at each pixel.
    """

    mask: Mask
    styles: list[Rgb]
    shares: list[float]


class Areas:
    """The areas of one job, which has as many styles as there are ``shares``; ``size``: (height, width) of its picture.

    Raises ``DreamError`` for a mask that isn't among ``pictures``, of another size, or empty, and for a region in which
    nothing would be painted. That a part of the picture lies in one of several masks only is as it should be.
    """

    def __init__(
        self, settings: StyleSettings, count: int, pictures: Mapping[str, Pixels], size: tuple[int, int], region: Region
    ) -> None:
        self._mask_names, self._shares = settings.masks_of(count), settings.shares_of(count)
        if missing := sorted(settings.mask_pictures - pictures.keys()):
            raise DreamError("style.mask", name=missing[0])
        self._names = list(dict.fromkeys(self._mask_names))
        named = [name for name in self._names if name]
        crop, core = region.crop, region.core.within(region.crop)
        whole = TermMaps(named, pictures, size, crop, region.core).at(crop.height, crop.width, core, named)
        self._masks = [feathered(whole[..., index], settings.feather) for index in range(len(named))]
        empty = [name for name, mask in zip(named, self._masks, strict=True) if not mask[core.slices].any()]
        if empty and (len(empty) == len(self._names) or (core.height, core.width) == size):
            raise DreamError("style.nowhere", name=empty[0])

    def reach(self) -> Mask | float:
        """How much of each pixel is painted at all: float32 of the region's crop, 0..1 (plain 1.0: everywhere)."""
        if "" in self._names:
            return 1.0
        reach: Mask = np.minimum(np.sum(self._masks, axis=0), 1)
        return reach

    def at(self, height: int, width: int, styles: Sequence[Rgb]) -> list[Area]:
        """The areas in a crop of this size, each with those of ``styles``, all of the job's, that are painted there."""
        areas = []
        for name, mask in zip(self._names, self._partition(height, width), strict=True):
            own = [index for index, other in enumerate(self._mask_names) if other == name]
            areas.append(Area(mask, [styles[index] for index in own], [self._shares[index] for index in own]))
        return areas

    def _partition(self, height: int, width: int) -> list[Mask]:
        """The masks of all areas at this size: they add up to 1 at each pixel."""
        if len(self._names) == 1:
            return [everywhere(height, width)]
        small = (resize(mask, width, height, enlarge_softly=False) for mask in self._masks)
        soft = [cv2.GaussianBlur(mask, (0, 0), SOFT_PX, borderType=cv2.BORDER_REFLECT) for mask in small]
        total = np.sum(soft, axis=0)
        # Where too little is left to divide by, nothing is painted anyway.
        total = np.maximum(total, 1 if "" in self._names else LEAST)
        masks = [mask / total for mask in soft]
        if "" in self._names:
            masks.insert(self._names.index(""), 1 - np.sum(masks, axis=0))
        return masks
