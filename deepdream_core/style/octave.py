"""(picture of one octave, styles, gradient) → the same picture, step by step nearer to the styles' manner.

The network reads every 2nd, 4th … 16th position only, so a picture could take on a manner at just these and look
scratched between them. Every other step therefore lays the picture on the network's lattice with another shift.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Change, Gram, Mask, PerBand, Planes, Rgb
from ..engine.tiles import LATTICE
from ..settings.style_settings import CONTENT_UNIT, StyleSettings
from .areas import Area
from .gram_gradient import CELL, Goal, Manner, StyleGradient, View
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
class OctaveStart:
    """What an octave begins with: pictures, float32 (height, width, 3), 0..255.

    ``content``: whose forms are kept; ``ground``: what is painted on; ``movable``: float32 (height, width), 1 where
    pixels may move; ``areas``: what is painted where; ``tile``: the longest side of a patch in pixels.
    """

    content: Rgb
    ground: Rgb
    movable: Mask
    areas: list[Area]
    tile: int


class Octave:
    """Gradient descent at one size. ``picture``: float32 (height, width, 3), 0..255."""

    def __init__(self, start: OctaveStart, gradient: StyleGradient, settings: StyleSettings) -> None:
        self._start, self._gradient, self._settings = start, gradient, settings
        self._movable = start.movable[..., np.newaxis]
        self._masks = [start.movable * area.mask for area in start.areas]
        self._palettes = [palette(area.styles, area.shares) for area in start.areas]
        moved = self._joined([colours.moved(start.ground) for colours in self._palettes])
        self._ground = np.where(self._movable > 0, moved, start.content)
        self.picture = self._ground
        # By a patch's number, where the picture isn't shifted: its content's features.
        self._still: dict[int, Planes] = {}
        self._goal = self._wanted()

    def add(self, strokes: Change) -> None:
        """Paint what smaller octaves left."""
        self._move(strokes)

    def strokes(self) -> Change:
        """What was painted on the ground."""
        return self.picture - self._ground

    def descend(self) -> Iterator[tuple[int, float]]:
        """All steps; yields after every patch (step, share of it that is done)."""
        paces = [_paces(colours, area) for colours, area in zip(self._palettes, self._start.areas, strict=True)]
        # Each area goes along its own colours, as far as its styles do.
        optimisers = [PyramidAdam(pace) for pace in paces]
        for step in range(self._settings.steps):
            shift = self._shift(step)
            total = np.zeros_like(framed(self.picture, shift))
            for share in self._accumulate(total, shift):
                if share == 1:
                    gradient: Change = unframed(total, self.picture.shape[:2], shift) * self._movable
                    directions = []
                    for optimiser, colours in zip(optimisers, self._palettes, strict=True):
                        direction = optimiser.direction(gradient @ colours.axes)
                        direction *= np.float32(_slowed(step, self._settings.steps))
                        directions.append(direction @ colours.axes.T)
                    self._move(self._joined(directions))
                yield step, share

    def _move(self, by: Change) -> None:
        held = self._joined([colours.held(self.picture + by) for colours in self._palettes])
        self.picture = np.where(self._movable > 0, held, self.picture)

    def _joined(self, wholes: list[Planes]) -> Planes:
        """One picture from one for each area: (height, width, 3)."""
        if len(wholes) == 1:
            return wholes[0]
        joined = np.zeros_like(wholes[0])
        for whole, area in zip(wholes, self._start.areas, strict=True):
            joined += whole * area.mask[..., np.newaxis]
        return joined

    def _shift(self, step: int) -> Shift:
        if step % 2:
            return 0, 0
        random = np.random.default_rng([self._settings.seed, len(self.picture), step])
        down, right = random.integers(0, LATTICE, 2)
        return int(down), int(right)

    def _accumulate(self, total: Change, shift: Shift) -> Iterator[float]:
        """Add up the patches' gradients in ``total``; two rounds, unless one patch sees everything."""
        patches = _Patches(self._masks, self._start.tile, shift).all
        picture, ground, content = (framed(whole, shift) for whole in (self.picture, self._ground, self._start.content))
        features = {} if any(shift) else self._still
        sums = [[self._gradient.nothing() for _area in self._masks]]
        if len(patches) > 1:
            sums = []
            for index, (patch, masks) in enumerate(patches):
                found = self._gradient.sums(picture[patch.seen], masks)
                sums.append([area.grams for area in found])
                yield (index + 1) / (4 * len(patches))
        wholes = [_added(area) for area in zip(*sums, strict=True)]
        for index, (patch, masks) in enumerate(patches):
            others = [_less(whole, own) for whole, own in zip(wholes, sums[index], strict=True)]
            if index not in features:
                features[index] = self._gradient.content(content[patch.seen])
            view = View(picture[patch.seen], masks, ground[patch.seen], features[index])
            total[patch.seen] += self._gradient(view, others, self._goal)
            yield 0.25 + 0.75 * (index + 1) / len(patches)

    def _wanted(self) -> Goal:
        """The goal: the styles' Gram matrices, and the content's features, as strong as the styles' are.

        A blurred photo's features are far weaker than a pen drawing's: at their own strength they would drown.
        """
        own = self._statistics(self._start.content, self._start.movable)[1]
        whole = _Patches([self._start.movable], self._start.tile)
        style, share = self._settings.style_weight / 100, self._settings.content_weight / 100 * CONTENT_UNIT
        manners = []
        for area, mask in zip(self._start.areas, self._masks, strict=True):
            grams, energy = self._manner(area)
            mask_sum = max(float(mask.sum(dtype=np.float64)), 1.0)
            # By its part of the whole, so that each pixel is pulled as strongly as if its area were all there is.
            part = mask_sum / whole.mask_sum
            content = share * CONTENT_FACTOR / (energy * whole.mask_sum)
            manners.append(Manner(grams, mask_sum, style * part, content, math.sqrt(energy / own)))
        return Goal(manners, share * COLOUR_FACTOR / whole.variance(framed(self._ground)))

    def _manner(self, area: Area) -> tuple[list[Gram], float]:
        """An area's Gram matrices, mixed: nearest to its styles', each by its share; and their content's energy."""
        mixed, mixed_energy = self._gradient.nothing(), 0.0
        for picture, share in zip(area.styles, area.shares, strict=True):
            part = share / sum(area.shares)
            grams, energy = self._statistics(picture, np.ones(picture.shape[:2], np.float32))
            mixed_energy += part * energy
            for gram, own in zip(mixed, grams, strict=True):
                gram += np.float32(part) * own
        return mixed, mixed_energy

    def _statistics(self, picture: Rgb, mask: Mask) -> tuple[list[Gram], float]:
        """A whole picture's Gram matrices, and the energy of its content at a pixel; by a (height, width) mask."""
        patches, whole = _Patches([mask], self._start.tile), framed(picture)
        found = [self._gradient.sums(whole[patch.seen], owned)[0] for patch, owned in patches.all]
        grams = self._gradient.mean([sums.grams for sums in found], patches.mask_sum)
        return grams, max(sum(sums.energy for sums in found) / patches.mask_sum, 1e-9)


class _Patches:
    """How a picture that lies at ``shift`` is cut up, by the ``masks`` of its areas. ``all``: each patch with its part
    of them; ``mask_sum``: the sum of all masks."""

    def __init__(self, masks: list[Mask], tile: int, shift: Shift = (0, 0)) -> None:
        whole = [framed(mask, shift) for mask in masks]
        self._mask = whole[0] if len(whole) == 1 else np.sum(whole, axis=0)
        self.all: list[tuple[Patch, list[Mask]]] = [
            (patch, [patch.mask(mask) for mask in whole]) for patch in cut_up(self._mask, tile)
        ]
        self.mask_sum = float(sum(mask.sum(dtype=np.float64) for mask in masks))

    def variance(self, picture: Rgb) -> float:
        """The weighted sum over cells of ``picture``'s squared distance from its mean colour."""
        cells, mask = _cells(picture), _cells(self._mask)
        mean = (cells * mask[..., np.newaxis]).sum(axis=(0, 1)) / mask.sum()
        return max(float((np.square(cells - mean).sum(axis=2) * mask).sum()), 1.0)


def _cells(picture: Planes) -> Planes:
    height, width = picture.shape[:2]
    cells: Planes = picture.reshape(height // CELL, CELL, width // CELL, CELL, -1).mean(axis=(1, 3))
    return cells if picture.ndim == 3 else cells[..., 0]


def _added(sums: Sequence[list[Gram]]) -> list[Gram]:
    """What all patches contribute to one area, layer by layer."""
    return [np.sum(grams, axis=0) for grams in zip(*sums, strict=True)]


def _less(whole: list[Gram], own: list[Gram]) -> list[Gram]:
    return [all_of_it - part for all_of_it, part in zip(whole, own, strict=True)]


def _paces(colours: Palette, area: Area) -> PerBand:
    """How far a step goes at first, for each band and axis of colour: a share of how far the styles go there.

    A quiet wash must not break up into grain, nor a grey style's colours drift, while its darks are painted.
    """
    squares = np.zeros((LEVELS + 1, 3), np.float32)
    for picture, share in zip(area.styles, area.shares, strict=True):
        along = ((picture - colours.mean) @ colours.axes).astype(np.float32)
        squares += np.float32(share / sum(area.shares)) * np.square(spreads(framed(along)))
    paces: PerBand = np.float32(FIRST_STEP) * np.maximum(np.sqrt(squares), np.float32(NARROWEST) * colours.spread.max())
    return paces


def _slowed(step: int, steps: int) -> float:
    """From 1 to ``LAST_STEP``, along half a cosine."""
    return LAST_STEP + (1 - LAST_STEP) * (1 + math.cos(math.pi * step / steps)) / 2
