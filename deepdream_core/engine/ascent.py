"""(picture of one octave, mask, gradient) → the same picture, step by step further up the objective."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..image.colour import natural
from ..image.pixels import Colours
from ..image.rotation import Turn
from ..image.rows import Mask, blank, blocks, mean_absolute, weigh
from ..settings.dream_settings import DreamSettings
from . import tiles, views
from .bands import Bands, even_out
from .gradient import Gradient
from .optimiser import Optimiser

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Pull:
    """How one network pulls at the picture: its compiled gradient, channel weights, and how bands are evened out."""

    gradient: Gradient
    emphasis: list[Array]
    bands: Bands


class Ascent:
    """Gradient ascent on one octave's ``picture``, in place.

    ``base``: what the octave starts from, (height, width, 3), 0..255; ``detail``: float32, what the smaller octaves
    added (it becomes the picture). ``movable``: (height, width), where pixels may move.
    ``maps``: float32 (height, width, maps), where the objective's terms count. ``tile``: the largest side of a
    tile in pixels.
    """

    def __init__(self, base: Colours, detail: Array, movable: Mask, maps: Array, tile: int) -> None:
        self.base = base
        weigh(detail, movable)
        detail += base
        self.picture = np.clip(detail, 0, 255, out=detail)
        self._movable, self._maps, self._tile = movable, maps, tile

    def climb(self, pulls: Sequence[Pull], settings: DreamSettings, octave: int) -> Iterator[tuple[int, float]]:
        """All steps, each by the next of ``pulls``; yields after every tile (step, share of it that is done).

        What one network makes up, the next doesn't see: in turn they agree on the thing itself (Fort &
        Lakshminarayanan 2024, arXiv 2408.05446).
        """
        optimiser = Optimiser(self.base, self._movable, settings)
        height, width = self._movable.shape
        side = views.View(height, width, angle=settings.angle).seen_size()
        raw = blank((*side, 3 * len(pulls[0].gradient.groups)))
        for step in range(settings.steps):
            pull = pulls[(octave * settings.steps + step) % len(pulls)]
            random = np.random.default_rng([settings.seed, octave, step])
            view = views.draw(settings, height, width, random)
            seen = _Seen(view.there(self.picture), view.there(self._movable, empty=True), view.there(self._maps))
            raw.fill(0)
            for share in self._accumulate(raw, seen, pull, settings, random):
                if share == 1:
                    gradient = _balanced(raw, seen, pull)
                    _colour(gradient, settings)
                    optimiser.move(self.picture, view.back(gradient))
                yield step, share

    def detail(self) -> Array:
        """What all octaves so far have added; the picture is used up."""
        self.picture -= self.base
        return self.picture

    def _accumulate(
        self, raw: Array, seen: _Seen, pull: Pull, settings: DreamSettings, random: np.random.Generator
    ) -> Iterator[float]:
        down, across = (int(shift) for shift in random.integers(0, settings.jitter + 1, 2))
        turn = _turn(settings, random)
        height, width = seen.movable.shape
        plan = tiles.plan(height, width, self._tile, (down, across), pull.gradient.lattice)
        touched = [tile for tile in plan if tiles.touches(tile, seen.movable)]
        for index, tile in enumerate(touched):
            pieces = tiles.cut(seen.picture, tile), tiles.cut(seen.maps, tile)
            tiles.paste(raw, pull.gradient(*pieces, pull.emphasis, turn), tile)
            yield (index + 1) / len(touched)


class _Seen(NamedTuple):
    """Picture, movable pixels and maps as one step sees them."""

    picture: Array
    movable: Mask
    maps: Array


def _colour(gradient: Array, settings: DreamSettings) -> None:
    """Turn the gradient to the colours in which the picture may move, in place."""
    for rows in blocks(gradient.shape[0], gradient.shape[1] * 3):
        if settings.keep_colours:
            gradient[rows] = gradient[rows].mean(axis=2, keepdims=True)
        elif settings.decorrelate_colours:
            gradient[rows] = natural(gradient[rows])


def _balanced(raw: Array, seen: _Seen, pull: Pull) -> Array:
    """One gradient of all groups: each only under its mask, and there of its weight on average."""
    groups = pull.gradient.groups
    total: Array | None = None
    for index, (mask, weight) in enumerate(groups):
        where = seen.movable * seen.maps[..., pull.gradient.maps.index(mask)] if mask else seen.movable
        part = raw[..., 3 * index:3 * index + 3]
        even_out(part, where, pull.bands)
        if groups == (("", weight),):
            return part
        weigh(part, where)
        part *= np.float32(weight * where.sum() / max(mean_absolute(part, 3), 1e-30))
        if total is None:
            total = part
        else:
            total += part
    assert total is not None
    return total


def _turn(settings: DreamSettings, random: np.random.Generator) -> Turn:
    """A random angle and a random scale, as far as the settings allow."""
    angle, scale = random.uniform(-1, 1, 2)
    return Turn(math.radians(settings.rotation) * angle, (1 + settings.scaling / 100) ** scale)
