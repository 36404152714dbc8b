"""What a job tells while it is computed, and what it gives back in the end."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..arrays import AnyPlanes, Change, Mask, Rgb
from ..image.pixels import Pixels
from ..image.region import Region
from ..image.rows import blocks
from ..settings.recipe import Recipe


@dataclass(frozen=True)
class DreamResult:
    """The dream of the mask's bounds, not blended with the source.

    ``x``, ``y``: where it lies in the job's picture. ``rgb``: float32 (height, width, 3), 0..255 (above that
    only where the source was). ``alpha``: the source's alpha x mask, ``mask``: the feathered mask, with
    ``growth_alpha`` only where something grew; float32. ``record``: of a dream, plain values by which a part of it can
    be dreamed again.
    """

    x: int
    y: int
    rgb: Rgb
    alpha: Mask
    mask: Mask
    recipe: Recipe
    record: Mapping[str, Any] = field(default_factory=dict)


class Stage(NamedTuple):
    """A dream after a step. ``added()``: float32 (height, width, 3), what was added so far to the mask's bounds at the
    octave's size, to be taken before the dream goes on; ``pixels(added)``: what it makes of them at their own size, as
    ``DreamResult`` has it, at any time. ``checkpoint()``: to be taken as ``added``; after the last step the dream
    can go further from it. ``corner``: x, y of the mask's bounds in the job's picture.
    """

    pixels: Callable[[Change], Pixels]
    added: Callable[[], Change]
    checkpoint: Callable[[], Any]
    corner: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a dream has come: ``done`` of ``total`` pixel-steps; octave and step count from 1.

    ``preview``: after each whole step the mask's bounds at the octave's size, float32 (height, width, 3),
    0..255, at most ``pixels.PREVIEW_PX`` on the longer side; ``octave_picture``: the same after an octave's last step,
    as large as it is. ``stage``: of a dream, after each whole step. ``result``: in the last progress only.
    """

    done: float
    total: float
    octave: int
    octaves: int
    step: int
    steps: int
    seconds_left: float
    preview: Rgb | None = None
    octave_picture: Rgb | None = None
    stage: Stage | None = None
    result: DreamResult | None = None


# What each step takes beside its pixels is as much as so many pixels take: much in small octaves, little in large ones.
STEP_PX = 40_000


class Pace:
    """How much of ``total`` pixel-steps is ``done``, and how long the rest will take at the same pace.

    ``areas``: pixels of each octave, in their order; each has as many ``steps``.
    """

    def __init__(self, areas: Sequence[int], steps: int) -> None:
        self._areas, self._steps = areas, steps
        self.total, self.done = float(sum(areas) * steps), 0.0
        self._effort = self.total + STEP_PX * len(areas) * steps
        self._spent = 0.0
        self._started = time.monotonic()
        # When the first part was done, and what it was: everything takes longer once.
        self._first: tuple[float, float] | None = None

    def reach(self, octave: int, steps: float) -> None:
        """So many steps (and a share of one) of octave number ``octave``, from 0, are done."""
        before = sum(self._areas[:octave])
        self.done = before * self._steps + steps * self._areas[octave]
        self._spent = self.done + STEP_PX * (octave * self._steps + steps)
        self._first = self._first or (time.monotonic(), self._spent)

    @property
    def seconds_left(self) -> float:
        """A guess that gets better as more is done."""
        began, spent = self._first or (self._started, 0.0)
        if self._spent <= spent:
            began, spent = self._started, 0.0
        return (time.monotonic() - began) * (self._effort - self._spent) / max(self._spent - spent, 1.0)

    def last(self, octaves: int, steps: int, result: DreamResult) -> Progress:
        """The progress that brings the result."""
        return Progress(
            done=self.total,
            total=self.total,
            octave=octaves,
            octaves=octaves,
            step=steps,
            steps=steps,
            seconds_left=0.0,
            result=result,
        )


class Stopwatch:
    """Seconds that a whole job takes once all is compiled: by what came after its first progress."""

    def __init__(self) -> None:
        # When, and which share of the job was done.
        self._first: tuple[float, float] | None = None
        self._last = 0.0, 0.0

    def see(self, progress: Progress) -> None:
        """To be called with each progress as it comes, to the last."""
        self._last = time.monotonic(), progress.done / progress.total
        self._first = self._first or self._last

    @property
    def seconds(self) -> float:
        """0 as long as there is nothing to tell by."""
        began, share = self._first or self._last
        return (self._last[0] - began) / (1 - share) if share < 1 else 0.0


def result_of(
    rgb: Rgb, pixels: Pixels, region: Region, recipe: Recipe, record: Mapping[str, Any] | None = None
) -> DreamResult:
    """``rgb`` of the region's core as the result for a job on ``pixels``."""
    core, mask = region.core, region.mask
    alpha = mask if pixels.alpha is None else mask * pixels.alpha[core.slices]
    return DreamResult(core.left, core.top, rgb, alpha, mask, recipe, record or {})


def hashes(
    pictures: Mapping[str, Pixels], mask: Mask | None, backdrop: Pixels | None, strength_map: Mask | None = None
) -> dict[str, str]:
    """SHA-256 of every further picture by its name, of the "mask", the "backdrop" and the "weight".

    Where somebody has called a picture like one of these three, "picture " comes before its name.
    """
    parts: dict[str, list[AnyPlanes | None]] = {"mask": [mask], "weight": [strength_map]}
    parts["backdrop"] = [backdrop.rgb, backdrop.alpha] if backdrop else [None]
    own = set(parts)
    parts |= {f"picture {name}" if name in own else name: [each.rgb, each.alpha] for name, each in pictures.items()}
    return {name: _hash(arrays) for name, arrays in parts.items() if arrays[0] is not None}


def _hash(arrays: list[AnyPlanes | None]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        if array is not None:
            digest.update(str(array.shape).encode())
            for rows in blocks(array.shape[0], array[0].size):
                digest.update(np.ascontiguousarray(array[rows], np.float32).data)
    return digest.hexdigest()
