"""(what a dream has added so far) → the picture that it makes: the dream's own, or how it looked after any step."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..arrays import AnyRgb, Change, Light, Mask, Rgb
from ..engine.views import View
from ..image.colour import luminance
from ..image.growth import growth
from ..image.headroom import HIGHEST, LOWEST, opened, pressed
from ..image.pixels import Pixels
from ..image.region import Region
from ..image.resizing import resize, resize_around
from ..image.rows import blocks
from ..settings.dream_settings import DreamSettings
from .laying import lay_over


@dataclass(frozen=True)
class Finish:
    """What is the same for every picture of one dream.

    ``source``: the region's core as it is seen, at its own size; ``reach``, ``room``: as ``laying.lay_over`` has them;
    ``alpha``: of the source, ``None`` where it has none; ``origin``: the view in which it was computed.
    """

    source: AnyRgb
    alpha: Mask | None
    region: Region
    reach: Mask
    room: float | None
    origin: View
    settings: DreamSettings

    def picture(self, detail: Change) -> tuple[Rgb, Region]:
        """The source with ``detail`` of the core, of any size; and the region, with growth's mask if that is wanted."""
        core, resized = self.region.core, resize_around if self.settings.seamless else resize
        rgb = self.origin.back(resized(detail, core.width, core.height))
        region = self._grown(rgb) if self.settings.growth_alpha else self.region
        lay_over(self.source, rgb, self.reach, self.room, self.settings.keep_colours)
        return rgb, region

    def pixels(self, detail: Change) -> Pixels:
        """``picture``, with what it covers as its alpha."""
        rgb, region = self.picture(detail)
        return Pixels(rgb, region.mask if self.alpha is None else region.mask * self.alpha)

    def _grown(self, detail: Change) -> Region:
        """The region with a mask that leaves only what grew."""
        added = np.empty(self.reach.shape, np.float32)
        for rows in blocks(*self.reach.shape):
            added[rows] = self._light_added(self.source[rows], detail[rows])
        return replace(self.region, mask=growth(added, self.region.mask * self.reach))

    def _light_added(self, source: AnyRgb, detail: Change) -> Light:
        if self.room is None:
            return luminance(detail)
        start = opened(source, self.room)
        return luminance(pressed(np.clip(start + detail, LOWEST, HIGHEST)) - pressed(start))
