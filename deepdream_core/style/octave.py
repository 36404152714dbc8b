"""(picture of one octave, styles, gradient) → the same picture, step by step nearer to the styles' manner.

The network reads every 2nd, 4th … 16th position only, so a picture could take on a manner at just these and look
scratched between them. Every other step therefore lays the picture on the network's lattice with another shift.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import Change, Gram, Mask, PerBand, Planes, Rgb
from ..engine.tiles import LATTICE
from ..settings.style_settings import CONTENT_UNIT, StyleSettings
from .gram_gradient import CELL, Goal, StyleGradient, View
from .palette import Palette, palette
from .patches import Patch, Shift, cut_up, framed, unframed
from .pyramid_adam import LEVELS, PyramidAdam, spreads

# How far the first step of an octave goes, as a share of how far the styles' colours go; and the last one beside it.
FIRST_STEP, LAST_STEP = 0.12, 0.1
# Where the colours go less far than this share of the widest axis, steps are as if they went that far.
NARROWEST = 0.05
# How strongly content and colours pull at a weight of 1, where the styles pull with 1.
CONTENT_FACTOR, COLOUR_FACTOR = 1.8, 0.1


@dataclass(frozen=True)
class Scene:
    """What an octave begins with: pictures, float32 (height, width, 3), 0..255.

    ``content``: whose forms are kept; ``ground``: what is painted on; ``movable``: float32 (height, width), 1 where
    pixels may move; ``shares``: how much each of ``styles`` counts; ``tile``: the longest side of a patch in pixels.
    """

    content: Rgb
    ground: Rgb
    movable: Mask
    styles: list[Rgb]
    shares: list[float]
    tile: int


class Octave:
    """Gradient descent at one size. ``picture``: float32 (height, width, 3), 0..255."""

    def __init__(self, scene: Scene, gradient: StyleGradient, settings: StyleSettings) -> None:
        self._scene, self._gradient, self._settings = scene, gradient, settings
        self._movable = scene.movable[..., np.newaxis]
        self._palette = palette(scene.styles, scene.shares)
        self._paces = _paces(self._palette, scene)
        self._ground = np.where(self._movable > 0, self._palette.moved(scene.ground), scene.content)
        self.picture = self._ground
        self._goal = self._wanted()

    def add(self, strokes: Change) -> None:
        """Paint what smaller octaves left."""
        self._move(strokes)

    def strokes(self) -> Change:
        """What was painted on the ground."""
        return self.picture - self._ground

    def descend(self) -> Iterator[tuple[int, float]]:
        """All steps; yields after every patch (step, share of it that is done)."""
        optimiser = PyramidAdam(self._paces)
        for step in range(self._settings.steps):
            shift = self._shift(step)
            total = np.zeros_like(framed(self.picture, shift))
            for share in self._accumulate(total, shift):
                if share == 1:
                    gradient: Change = unframed(total, self.picture.shape[:2], shift) * self._movable
                    direction = optimiser.direction(gradient @ self._palette.axes)
                    direction *= np.float32(_slowed(step, self._settings.steps))
                    self._move(direction @ self._palette.axes.T)
                yield step, share

    def _move(self, by: Change) -> None:
        self.picture = np.where(self._movable > 0, self._palette.held(self.picture + by), self.picture)

    def _shift(self, step: int) -> Shift:
        if step % 2:
            return 0, 0
        random = np.random.default_rng([self._settings.seed, len(self.picture), step])
        down, right = random.integers(0, LATTICE, 2)
        return int(down), int(right)

    def _accumulate(self, total: Change, shift: Shift) -> Iterator[float]:
        """Add up the patches' gradients in ``total``; two rounds, unless one patch sees everything."""
        patches = _Patches(self._scene.movable, self._scene.tile, shift).all
        picture, ground, content = (framed(whole, shift) for whole in (self.picture, self._ground, self._scene.content))
        sums = [self._gradient.nothing()]
        if len(patches) > 1:
            sums = []
            for index, (patch, mask) in enumerate(patches):
                sums.append(self._gradient.sums(picture[patch.seen], mask).grams)
                yield (index + 1) / (4 * len(patches))
        whole = [np.sum(grams, axis=0) for grams in zip(*sums, strict=True)]
        for index, (patch, mask) in enumerate(patches):
            others = [all_of_it - own for all_of_it, own in zip(whole, sums[index], strict=True)]
            view = View(picture[patch.seen], mask, ground[patch.seen], content[patch.seen])
            total[patch.seen] += self._gradient(view, others, self._goal)
            yield 0.25 + 0.75 * (index + 1) / len(patches)

    def _wanted(self) -> Goal:
        """The goal: the styles' Gram matrices, and the content's features, as strong as the styles' are.

        A blurred photo's features are far weaker than a pen drawing's: at their own strength they would drown.
        """
        grams, energy = self._manner()
        own = self._statistics(self._scene.content, self._scene.movable)[1]
        patches = _Patches(self._scene.movable, self._scene.tile)
        share = self._settings.content_weight / 100 * CONTENT_UNIT
        factors = (
            self._settings.style_weight / 100,
            share * CONTENT_FACTOR / (energy * patches.mask_sum),
            share * COLOUR_FACTOR / patches.variance(framed(self._ground)),
        )
        return Goal(grams, patches.mask_sum, factors, math.sqrt(energy / own))

    def _manner(self) -> tuple[list[Gram], float]:
        """The styles' Gram matrices, mixed: nearest to them all, each by its share; and their content's energy."""
        mixed, mixed_energy = self._gradient.nothing(), 0.0
        for picture, share in zip(self._scene.styles, self._scene.shares, strict=True):
            part = share / sum(self._scene.shares)
            grams, energy = self._statistics(picture, np.ones(picture.shape[:2], np.float32))
            mixed_energy += part * energy
            for gram, own in zip(mixed, grams, strict=True):
                gram += np.float32(part) * own
        return mixed, mixed_energy

    def _statistics(self, picture: Rgb, mask: Mask) -> tuple[list[Gram], float]:
        """A whole picture's Gram matrices, and the energy of its content at a pixel; by a (height, width) mask."""
        patches, whole = _Patches(mask, self._scene.tile), framed(picture)
        found = [self._gradient.sums(whole[patch.seen], owned) for patch, owned in patches.all]
        grams = self._gradient.mean([sums.grams for sums in found], patches.mask_sum)
        return grams, max(sum(sums.energy for sums in found) / patches.mask_sum, 1e-9)


class _Patches:
    """How a picture that lies at ``shift`` is cut up. ``all``: each patch with its mask; ``mask_sum``: their sum."""

    def __init__(self, movable: Mask, tile: int, shift: Shift = (0, 0)) -> None:
        self._mask = framed(movable, shift)
        self.all: list[tuple[Patch, Mask]] = [(patch, patch.mask(self._mask)) for patch in cut_up(self._mask, tile)]
        self.mask_sum = float(movable.sum(dtype=np.float64))

    def variance(self, picture: Rgb) -> float:
        """The weighted sum over cells of ``picture``'s squared distance from its mean colour."""
        cells, mask = _cells(picture), _cells(self._mask)
        mean = (cells * mask[..., np.newaxis]).sum(axis=(0, 1)) / mask.sum()
        return max(float((np.square(cells - mean).sum(axis=2) * mask).sum()), 1.0)


def _cells(picture: Planes) -> Planes:
    height, width = picture.shape[:2]
    cells: Planes = picture.reshape(height // CELL, CELL, width // CELL, CELL, -1).mean(axis=(1, 3))
    return cells if picture.ndim == 3 else cells[..., 0]


def _paces(colours: Palette, scene: Scene) -> PerBand:
    """How far a step goes at first, for each band and axis of colour: a share of how far the styles go there.

    A quiet wash must not break up into grain, nor a grey style's colours drift, while its darks are painted.
    """
    squares = np.zeros((LEVELS + 1, 3), np.float32)
    for picture, share in zip(scene.styles, scene.shares, strict=True):
        along = ((picture - colours.mean) @ colours.axes).astype(np.float32)
        squares += np.float32(share / sum(scene.shares)) * np.square(spreads(framed(along)))
    paces: PerBand = np.float32(FIRST_STEP) * np.maximum(np.sqrt(squares), np.float32(NARROWEST) * colours.spread.max())
    return paces


def _slowed(step: int, steps: int) -> float:
    """From 1 to ``LAST_STEP``, along half a cosine."""
    return LAST_STEP + (1 - LAST_STEP) * (1 + math.cos(math.pi * step / steps)) / 2
