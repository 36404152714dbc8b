"""(job, engine) → progress, and in the end the dream: octaves, steps, tiles, gradient ascent.

The octaves of Google's DeepDream (Mordvintsev et al. 2015): each starts from the source at its own size plus
the detail that the smaller one added, so the original's lines stay as sharp as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ..arrays import AnyRgb, Change, Mask, Rgb, Rgb8
from ..engine.ascent import Ascent, Whole
from ..engine.engine import Engine, shared
from ..engine.job import Job
from ..engine.progress import DreamResult, Progress, Stage, result_of
from ..engine.tones import Ground
from ..engine.whole_job import Run
from ..image.headroom import pressed
from ..image.pixels import Pixels, blend, preview, rounded
from ..image.region import Box
from ..image.resizing import resize, resize_around
from ..image.rows import weigh
from ..settings.dream_settings import STEPS, DreamSettings
from .checkpoint import Checkpoint, identity_of
from .finish import Finish
from .plan import DreamPlan, planned
from .record import Record

# Standard deviation of the start noise at full variation, in 0..255 units.
START_NOISE = 16.0


def dream(job: Job, engine: Engine, checkpoint: Checkpoint | None = None) -> Iterator[Progress]:
    """Dream ``job``; progress after every tile. Closing the generator between two tiles is all it takes to stop.

    ``checkpoint``: of the same dream, to go further from; one of another dream is left aside. It is used up.
    Raises ``DreamError`` before the first progress: for a mask that covers nothing, an objective that the network or
    the pictures don't have, weights that can't be read, and too little memory.
    """
    plan = planned(job, engine)
    yield from Dreaming(plan, checkpoint if checkpoint and checkpoint.fits(plan) else None).progress()


def dream_array(picture: AnyRgb, settings: DreamSettings, mask: Mask | None = None) -> Rgb8:
    """Dream ``picture``, (height, width, 3), 0..255, sRGB; return it as uint8, blended with ``mask`` and strength.

    ``mask``: float32 (height, width), 0..1. For pictures from a script, one after the other; ``dream`` gives progress.
    Raises ``DreamError`` as ``dream`` and ``Engine``.
    """
    source = picture if picture.dtype == np.uint8 else np.asarray(picture, np.float32)
    for progress in dream(Job(Pixels(source), settings, mask), shared(settings.threads)):
        result = progress.result
    assert result is not None
    box = Box(result.y, result.x, *result.mask.shape)
    output = rounded(source)
    share = result.mask * np.float32(settings.strength / 100)
    output[box.slices] = rounded(blend(source[box.slices], result.rgb, share))
    return output


class Dreaming(Run):
    """A dream at work: its plan, and the detail that was added so far, to which it comes with a ``checkpoint``."""

    def __init__(self, plan: DreamPlan, checkpoint: Checkpoint | None = None) -> None:
        self._plan, self._settings = plan, plan.settings
        self._resize = resize_around if plan.settings.seamless else resize
        self._finish = _finish_of(plan)
        self._wholes: list[Sequence[Whole]] = []
        if checkpoint is not None:
            self._detail, self._wholes = checkpoint.detail, [*checkpoint.wholes]
        elif plan.start is not None:
            self._detail = self._start_at(0)
        else:
            self._detail = self._start_noise()
        super().__init__([height * width for height, width in plan.sizes], plan.settings.steps, len(self._wholes))

    def _octave(self, index: int) -> Iterator[Progress]:
        """Dream one octave on top of the detail of the smaller ones."""
        plan, (height, width) = self._plan, self._plan.sizes[index]
        self._detail = self._enlarged(index)
        base = plan.resized(plan.base, height, width)
        ground = Ground(base, plan.movable(height, width), plan.room, height / plan.seen.shape[0])
        ascent = Ascent(ground, self._detail, plan.maps(height, width), plan.tile)
        if index:
            # Who listens still holds the last octave's picture, and lets go of it with this.
            yield self._at(index, 0)
        for number, share in ascent.climb(list(plan.directions), self._how_far(index), index):
            step = self._settings.steps - 1 if ascent.ended else number
            self._pace.reach(index, step + share)
            yield self._stepped(index, step, ascent) if share == 1 else self._at(index, step)
        self._wholes.append(ascent.wholes)
        self._detail = ascent.detail()

    def _how_far(self, index: int) -> DreamSettings:
        """Who goes further wants all the steps of it."""
        is_further = index >= len(self._plan.sizes) - self._settings.further
        return self._settings.replace({"how_far": STEPS}) if is_further else self._settings

    def _result(self) -> DreamResult:
        """The original with the added detail, enlarged to its size."""
        plan = self._plan
        rgb, region = self._finish.picture(self._detail[plan.core.slices])
        return result_of(rgb, plan.job.pixels, region, plan.own_recipe(), self._record().to_dict())

    def _record(self) -> Record:
        plan, region = self._plan, self._plan.region
        ranked = [[term.rank for term in terms] for _network, terms in plan.engine.alternating(self._settings)]
        channels = [
            [[number for number, _share in term.channels] for term, rank in zip(terms, ranks, strict=True) if rank]
            for (_network, terms), ranks in zip(plan.alternating, ranked, strict=True)
        ]
        likeness = [
            [float(each[0]) for each in direction.emphasis[-len(direction.gradient.groups) :]]
            for direction in plan.directions
            if direction.gradient.original_channels
        ]
        return Record(region.core, region.crop, plan.sizes, plan.room, plan.lines, channels, likeness, self._wholes)

    def _enlarged(self, index: int) -> Change:
        """What the smaller octaves left, at this one's size; with what the start has there that is finer."""
        height, width = self._plan.sizes[index]
        detail: Change = self._resize(self._detail, width, height)
        if self._plan.start is not None and index:
            detail += self._start_at(index) - self._resize(self._start_at(index - 1), width, height)
        return detail

    def _start_at(self, index: int) -> Change:
        assert self._plan.start is not None
        height, width = self._plan.sizes[index]
        return np.array(self._resize(self._plan.start, width, height))

    def _start_noise(self) -> Change:
        height, width = self._plan.sizes[0]
        frame = [self._plan.job.frame] if self._plan.job.frame else []
        octaves = len(self._plan.sizes) - self._settings.further
        random = np.random.default_rng([self._settings.seed, octaves, *frame])
        noise = start_noise(height, width, self._settings, random)
        weigh(noise, self._plan.movable(height, width))
        return noise

    def _stepped(self, index: int, step: int, ascent: Ascent) -> Progress:
        """The progress after a whole step, with its picture, and what was added to it."""
        core = self._plan.region.core_in(*self._plan.sizes[index]).slices
        wholes = [*self._wholes, ascent.wholes]
        stage = Stage(
            self._finish.pixels,
            lambda: ascent.added()[core],
            lambda: Checkpoint(ascent.added(), wholes, identity_of(self._plan)),
            (self._plan.region.core.left, self._plan.region.core.top),
        )
        return replace(self._shown(index, step, ascent), stage=stage)

    def _shown(self, index: int, step: int, ascent: Ascent) -> Progress:
        height, width = ascent.picture.shape[:2]
        region = self._plan.origin.resized(height, width).back(ascent.picture)
        region = region[self._plan.region.core_in(height, width).slices]
        whole = self._seen_tones(region) if ascent.ended else None
        return self._at(index, step, preview(region, self._seen_tones), whole)

    def _seen_tones(self, picture: Rgb) -> Rgb:
        return picture if self._plan.room is None else pressed(picture)


def _finish_of(plan: DreamPlan) -> Finish:
    alpha = plan.job.pixels.alpha
    alpha = None if alpha is None else alpha[plan.region.core.slices]
    return Finish(plan.source, alpha, plan.region, plan.reach(), plan.room, plan.origin, plan.settings)


def start_noise(height: int, width: int, settings: DreamSettings, random: np.random.Generator) -> Change:
    """Faint noise to start from; grey where no colour is to be added by chance."""
    channels = 1 if settings.hold_saturation else 3
    noise = np.repeat(random.standard_normal((height, width, channels), np.float32), 3 // channels, axis=2)
    noise *= np.float32(START_NOISE * settings.variation / 100)
    return noise
