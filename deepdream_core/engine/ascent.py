"""(picture of one octave, mask, gradient) → the same picture, step by step further up the objective."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..arrays import AnyMask, Change, Maps, Mask, PerChannel, Planes, Rgb
from ..image.colour import channel_sum, natural
from ..image.headroom import HIGHEST, LOWEST
from ..image.rotation import Rotation
from ..image.rows import blank, blocks, mean_absolute, weigh
from ..settings.dream_settings import AUTO, DreamSettings
from . import tiles, views
from .bands import Bands, even_out
from .gradient import Gradient
from .optimiser import Moved, Optimiser
from .tones import Ground


@dataclass(frozen=True)
class Direction:
    """How one network pulls at the picture: its compiled gradient, channel weights, and how bands are evened out."""

    gradient: Gradient
    emphasis: list[PerChannel]
    bands: Bands


@dataclass(frozen=True)
class Whole:
    """All that one step took from the whole picture and not from each pixel's surroundings.

    With these numbers of a dream, a part of it is dreamed again as the whole was. ``bands``: the factor of each
    band, of each of the gradient's groups; ``balance``: the factor of each group; ``natural``: mean |gradient|, and in
    natural colours; ``moved``: of the step itself; ``direction``: the number of the network that took it.
    """

    direction: int
    bands: tuple[tuple[float, ...], ...]
    balance: tuple[float, ...]
    natural: tuple[float, float]
    moved: Moved


@dataclass(frozen=True)
class Part:
    """What ties a part of an earlier dream to its whole while it is dreamed again.

    ``wholes``: of each step of the whole. ``detail``: what the whole had added here in the end; ``weight``: float32
    (height, width), 0 where that stays, 1 where all is new.
    """

    wholes: Sequence[Whole]
    detail: Change
    weight: Mask


class Ascent:
    """Gradient ascent on one octave's ``picture``, in place.

    ``ground``: what the octave starts from; ``detail``: float32, what the smaller octaves added (it becomes the
    picture, in the ground's tones). ``maps``: float32 (height, width, maps), where the objective's terms count.
    ``tile``: the largest side of a tile in pixels. ``part``: for a part of an earlier dream.
    """

    def __init__(self, ground: Ground, detail: Change, maps: Maps, tile: int, part: Part | None = None) -> None:
        self._ground, self._movable, self._maps, self._tile = ground, ground.movable, maps, tile
        weigh(detail, ground.movable)
        low, high = (0, 255) if ground.room is None else (LOWEST, HIGHEST)
        for rows in ground.rows():
            detail[rows] += ground.start(rows)
            np.clip(detail[rows], low, high, out=detail[rows])
        self.picture = detail
        self._part = part
        # Where the old dream began here, as far as it is known, and what it came to.
        self._begun = self._end = blank((0, 0, 3))
        if part is not None:
            self._begun, self._end = self.picture.copy(), ground.start(slice(None)) + part.detail
        # Of each step so far; and whether it was the last one.
        self.wholes: list[Whole] = []
        self.ended = False
        self._strength = np.zeros(2, np.float32)

    def climb(
        self, directions: Sequence[Direction], settings: DreamSettings, octave: int
    ) -> Iterator[tuple[int, float]]:
        """All steps, each by the next of ``directions``; yields after every tile (step, share of it that is done).

        With ``how_far`` at "auto" the last is the one that finds the objective as strong as in photographs; of a part
        it is the whole's last.

        What one network makes up, the next doesn't see: in turn they agree on the thing itself (Fort &
        Lakshminarayanan 2024, arXiv 2408.05446).
        """
        optimiser = Optimiser(self._ground, settings)
        height, width = self._movable.shape
        side = views.View(height, width, angle=settings.angle).seen_size()
        channels = directions[0].gradient.original_channels
        original = self._ground.original() if channels else self._maps[..., :0]
        raw = blank((*side, 3 * len(directions[0].gradient.groups)))
        steps = len(self._part.wholes) if self._part else settings.steps
        for step in range(steps):
            rotation = (octave * settings.steps + step) % len(directions)
            direction = directions[rotation]
            # Numpy takes [seed, 0, 0] for seed: the first step's numbers are those that ``drift`` draws.
            random = np.random.default_rng([settings.seed, octave, step])
            view = views.draw(settings, height, width, random)
            seen = self._seen(view, original)
            raw.fill(0)
            self._strength[:] = 0
            for share in self._accumulate(raw, seen, direction, settings, random):
                if share == 1:
                    whole = self._part.wholes[step] if self._part else None
                    gradient, bands, balance = _balanced(raw, seen, direction, whole)
                    means = _colour(gradient, settings, whole)
                    moved = optimiser.move(self.picture, view.back(gradient), whole.moved if whole else None)
                    self.wholes.append(Whole(rotation, bands, balance, means, moved))
                    self._settle((step + 1) / steps)
                    self.ended = step + 1 == steps or (self._strength[0] >= self._strength[1] > 0)
                yield step, share
            if self.ended:
                return

    def detail(self) -> Change:
        """What all octaves so far have added; the picture is used up."""
        for rows in self._ground.rows():
            self.picture[rows] -= self._ground.start(rows)
        return self.picture

    def added(self) -> Change:
        """As ``detail``, of a picture that goes on."""
        added: Change = self.picture.copy()
        for rows in self._ground.rows():
            added[rows] -= self._ground.start(rows)
        return added

    def _settle(self, share: float) -> None:
        """Lay what is new into the old dream as that was, as far as is known, after such a share of the steps."""
        if self._part is None:
            return
        for rows in self._ground.rows():
            old = self._begun[rows] + (self._end[rows] - self._begun[rows]) * np.float32(share)
            self.picture[rows] -= old
            weigh(self.picture[rows], self._part.weight[rows])
            self.picture[rows] += old

    def _seen(self, view: views.View, original: Planes) -> _Seen:
        movable = view.there(self._movable, empty=True)
        return _Seen(view.there(self.picture), movable, view.there(self._maps), view.there(original))

    def _accumulate(
        self, raw: Planes, seen: _Seen, direction: Direction, settings: DreamSettings, random: np.random.Generator
    ) -> Iterator[float]:
        down, across = (int(shift) for shift in random.integers(0, settings.jitter + 1, 2))
        rotation = _rotation(settings, random)
        height, width = seen.movable.shape
        plan = tiles.plan(height, width, self._tile, (down, across), direction.gradient.lattice)
        touched = [tile for tile in plan if tiles.touches(tile, seen.movable)]
        for index, tile in enumerate(touched):
            picture, maps, original = (tiles.cut(each, tile) for each in (seen.picture, seen.maps, seen.original))
            pieces = self._ground.seen(picture), maps, original
            if settings.how_far == AUTO and not self._part:
                movable = tiles.cut(seen.movable[..., np.newaxis], tile).astype(np.float32)
                piece, strength = direction.gradient.with_strength((*pieces, movable), direction.emphasis, rotation)
                self._strength += strength
            else:
                piece = direction.gradient(*pieces, direction.emphasis, rotation)
            tiles.paste(raw, piece, tile)
            yield (index + 1) / len(touched)


class _Seen(NamedTuple):
    """Picture, movable pixels, maps, and what the picture shall stay like, as one step sees them."""

    picture: Rgb
    movable: AnyMask
    maps: Maps
    original: Planes


def _colour(gradient: Change, settings: DreamSettings, recorded: Whole | None = None) -> tuple[float, float]:
    """Turn the gradient to the colours in which the picture may move, in place.

    Returns its mean absolute value, and that of its natural colours, where both are mixed; or those ``recorded``.
    """
    height, width = gradient.shape[:2]
    share = settings.natural_colours / 100
    means = recorded.natural if recorded else (1.0, 1.0)
    if 0 < share < 1 and not settings.keep_colours and not recorded:
        rotated = sum(float(np.abs(natural(gradient[rows])).sum()) for rows in blocks(height, width * 3))
        means = mean_absolute(gradient, gradient.size), rotated / gradient.size
    for rows in blocks(height, width * 3):
        part = gradient[rows]
        if settings.keep_colours:
            part[...] = (channel_sum(part) / np.float32(3))[..., np.newaxis]
        elif share == 1:
            part[...] = natural(part)
        elif share:
            mixed = natural(part) * np.float32(share * means[0] / max(means[1], 1e-30))
            part *= np.float32(1 - share)
            part += mixed
    return means


def _balanced(
    raw: Planes, seen: _Seen, direction: Direction, recorded: Whole | None = None
) -> tuple[Change, tuple[tuple[float, ...], ...], tuple[float, ...]]:
    """One gradient of all groups: each only under its mask, and there of its weight on average.

    Also the factors of each group's bands, and of each group; or those ``recorded``.
    """
    groups = direction.gradient.groups
    total: Change | None = None
    factors, balance = [], []
    for index, (mask, weight) in enumerate(groups):
        where = seen.movable * seen.maps[..., direction.gradient.maps.index(mask)] if mask else seen.movable
        part = raw[..., 3 * index : 3 * index + 3]
        factors.append(even_out(part, where, direction.bands, recorded.bands[index] if recorded else None))
        if groups == (("", weight),):
            return part, tuple(factors), ()
        weigh(part, where)
        measured = weight * where.sum() / max(mean_absolute(part, 3), 1e-30)
        balance.append(recorded.balance[index] if recorded else float(measured))
        part *= np.float32(balance[-1])
        if total is None:
            total = part
        else:
            total += part
    assert total is not None
    return total, tuple(factors), tuple(balance)


def _rotation(settings: DreamSettings, random: np.random.Generator) -> Rotation:
    """A random angle and a random scale, as far as the settings allow."""
    angle, scale = random.uniform(-1, 1, 2)
    return Rotation(math.radians(settings.random_rotation) * angle, (1 + settings.random_scaling / 100) ** scale)
