"""(names of masks, pictures) → where each term counts, or each style: under a mask, a colour, or around a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..arrays import Maps, Mask
from ..errors import DreamError
from ..image.masks import painted
from ..image.pixels import Pixels
from ..image.region import Box
from ..image.resizing import resize
from ..objective.syntax import spot_of
from .loss import MapKey

# A neuron's pull fades out over this share of the region's longer side.
NEURON_REACH = 0.02
# And a spot: wide enough for a thing.
SPOT_REACH, SPOT_END = 0.12, 0.05


class TermMaps:
    """The maps of one job.

    ``mask_names``: of its terms or styles, "" for one that counts everywhere; ``pictures``: by name, those that they
    speak of, each as large as the dreamed picture, ``size`` (height, width); ``crop``: the part of it that is computed,
    ``core``: the region, by which places are counted. Raises ``DreamError`` for a mask of another size.
    """

    def __init__(
        self, mask_names: Sequence[str], pictures: Mapping[str, Pixels], size: tuple[int, int], crop: Box, core: Box
    ) -> None:
        names = dict.fromkeys(filter(None, mask_names))
        core = core.within(crop)

        def mask(name: str) -> Mask:
            position = spot_of(name)
            if position:
                # Nothing far away: what may move at all is what a step's size is measured by.
                spot = _spot(crop.height, crop.width, core, position, SPOT_REACH)
                ended: Mask = np.clip((spot - SPOT_END) / (1 - SPOT_END), 0, 1)
                return ended
            return _mask(name, pictures, size)[crop.slices]

        self._masks = {name: mask(name) for name in names}
        self._everywhere = not all(mask_names)

    def reach(self) -> Mask | float:
        """How much the term that counts most counts: float32 of the crop, 0..1 (plain 1.0: everywhere)."""
        if self._everywhere:
            return 1.0
        strongest: Mask = np.max(list(self._masks.values()), axis=0)
        return strongest

    def at(self, height: int, width: int, core: Box, names: Sequence[MapKey]) -> Maps:
        """The maps called ``names`` for a crop of this size: float32 (height, width, names), 0..1.

        ``core``: the dreamed region in a crop of this size, by which neurons' places are counted.
        """
        maps = np.zeros((height, width, len(names)), np.float32)
        for index, name in enumerate(names):
            if isinstance(name, str):
                maps[..., index] = resize(self._masks[name], width, height, enlarge_softly=False)
            else:
                maps[..., index] = _spot(height, width, core, name, NEURON_REACH)
        return maps


def _mask(name: str, pictures: Mapping[str, Pixels], size: tuple[int, int]) -> Mask:
    """The mask "hill", where "hint" is of the colour that "hint#rrggbb" says, or how opaque it is for "hint#alpha"."""
    picture_name, _, colour = name.partition("#")
    picture = pictures[picture_name]
    if (picture.height, picture.width) != size:
        raise DreamError(
            "mask.size", mask_width=picture.width, mask_height=picture.height, width=size[1], height=size[0]
        )
    return painted(picture, colour)


def _spot(height: int, width: int, core: Box, position: tuple[float, float], share: float) -> Mask:
    """A Gaussian around ``position`` (across, down, as shares of ``core``); ``share`` of the longer side: its reach."""
    reach = max(share * max(core.height, core.width), 1.0)
    across = (np.arange(width) - core.left - position[0] * core.width) / reach
    down = (np.arange(height) - core.top - position[1] * core.height) / reach
    spot: Mask = np.exp(-(down[:, np.newaxis] ** 2 + across**2) / 2).astype(np.float32)
    return spot
