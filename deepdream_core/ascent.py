"""(picture of one octave, mask, gradient) → the same picture, step by step further up the objective."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from . import tiles
from .gradient import Gradient
from .laplacian import LaplacianNormaliser
from .settings import DreamSettings

Array = NDArray[np.float32]


class Ascent:
    """Gradient ascent on ``picture``, in place.

    ``picture``: float32 (height, width, 3), 0..255. ``movable``: float32 (height, width), 1 where pixels may
    move. ``maps``: float32 (height, width, maps), where the objective's terms count. ``tile``: pixels.
    """

    def __init__(self, picture: Array, movable: Array, maps: Array, tile: int) -> None:
        self.picture = picture
        self._movable = movable
        self._maps = maps
        self._tile = tile

    def step(
        self, gradient: Gradient, normaliser: LaplacianNormaliser | None, settings: DreamSettings,
        random: np.random.Generator,
    ) -> Iterator[float]:
        """One step; yields after every tile the share of the step that is done. The last yield ends it."""
        raw = np.zeros_like(self.picture)
        plan = self._tiles(settings.jitter, random)
        for index, tile in enumerate(plan):
            piece = gradient(tiles.cut(self.picture, tile), tiles.cut(self._maps, tile))
            tiles.paste(raw, piece, tile)
            if index + 1 == len(plan):
                self._climb(raw, normaliser, settings.step_size)
            yield (index + 1) / len(plan)

    def _tiles(self, jitter: int, random: np.random.Generator) -> list[tiles.Tile]:
        down, across = (int(shift) for shift in random.integers(0, jitter + 1, 2))
        height, width = self._movable.shape
        plan = tiles.plan(height, width, self._tile, (down, across))
        return [tile for tile in plan if tiles.touches(tile, self._movable)]

    def _climb(self, gradient: Array, normaliser: LaplacianNormaliser | None, step_size: float) -> None:
        """Move by ``step_size`` on average where pixels may move (mean-absolute normalisation)."""
        if normaliser:
            gradient = normaliser(gradient, self._movable)
        gradient *= self._movable[..., np.newaxis]
        mean = float(np.abs(gradient).sum()) / max(3 * float(self._movable.sum()), 1.0)
        if mean > 0:
            gradient *= np.float32(step_size / mean)
            self.picture += gradient
            np.clip(self.picture, 0, 255, out=self.picture)
