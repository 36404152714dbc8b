"""(frames in order) → their dreams or paintings, each started from the last one moved with the picture.

As in Ruder et al. 2016, the last result is moved by optical flow, only where that is reliable. A dream doesn't converge
but keeps growing, so the more detail it starts with, the fewer steps it takes; else every frame would be stronger.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from ..arrays import Change, Mask, Rgb
from ..dream import Job, dream
from ..engine.engine import Engine
from ..engine.progress import DreamResult, Progress
from ..errors import DreamError
from ..image.pixels import Pixels, over
from ..image.region import Box
from ..settings.dream_settings import DreamSettings, spec_of
from ..settings.film_settings import OFF, carried_share, share_of_steps
from ..settings.style_settings import StyleSettings
from ..style.job import StyleJob, style
from .flow import same_scene, seen_of

# What comes into view is dreamed in full first if it is wider than this share of the picture's size.
WIDE = 0.02


@dataclass(frozen=True)
class Look:
    """What is done to every frame. ``pictures``: by name, those that the objective names, or the styles.

    ``mask``: float32 (height, width), 0..1, ``None`` for everything. ``recipe_settings``: what its recipe says, where
    that isn't ``settings``.
    """

    settings: DreamSettings | StyleSettings
    pictures: Mapping[str, Pixels] = field(default_factory=dict)
    mask: Mask | None = None
    recipe_settings: DreamSettings | StyleSettings | None = None


@dataclass(frozen=True)
class Last:
    """The last frame without its alpha, and what its dream added: float32 (height, width, 3)."""

    seen: Rgb
    change: Change


class Film:
    """The frames so far: of the ``last`` one, picture and dream. ``flow``: 0..100, or "off" for each frame alone.

    A film starts, or continues after a ``last`` frame that was dreamed before.
    """

    def __init__(self, engine: Engine, look: Look, flow: float | str, last: Last | None = None) -> None:
        self._engine, self._look = engine, look
        self._flow, self._share = flow, None if flow == OFF else carried_share(flow)
        self.last = last

    def frame(self, pixels: Pixels) -> Iterator[Progress]:
        """Dream the next frame; the last progress brings its result. Raises ``DreamError``."""
        seen = seen_of(pixels)
        start = yield from self._start(pixels, seen)
        result = yield from self._made(_job(pixels, self._begun(start), start=start))
        recipe = replace(result.recipe, settings=self._look.recipe_settings or self._look.settings)
        if self._share is not None:
            self.last = Last(seen, _added(result, seen))
        done = Progress(
            done=1.0,
            total=1.0,
            octave=1,
            octaves=1,
            step=1,
            steps=1,
            seconds_left=0.0,
            result=replace(result, recipe=recipe),
        )
        yield done

    def resume(self, pixels: Pixels, finished: Pixels) -> None:
        """Continue after a frame whose dream is ``finished``, as it was saved."""
        if self._share is None or not self._look.settings.strength:
            return
        seen = seen_of(pixels)
        change = np.asarray(over(finished), np.float32) - seen
        self.last = Last(seen, change * np.float32(100 / self._look.settings.strength))

    def _made(self, job: Job | StyleJob) -> Generator[Progress, None, DreamResult]:
        """All of a job's progress but the last, whose result is returned."""
        for progress in dream(job, self._engine) if isinstance(job, Job) else style(job, self._engine):
            if progress.result is not None:
                return progress.result
            yield progress
        raise AssertionError("a job ends with its result")

    def _start(self, pixels: Pixels, seen: Rgb) -> Generator[Progress, None, Change | None]:
        """What the last dream added, moved with the picture; ``None`` if nothing of the last frame is left."""
        if self.last is None or self._share is None:
            return None
        found = same_scene(self.last.seen, seen)
        if found is None:
            return None
        start: Change = found.carried(self.last.change) * found.holds[..., np.newaxis]
        uncovered = _wide(1 - found.holds)
        if self._look.mask is not None:
            uncovered *= self._look.mask
        if uncovered.any():
            start += yield from self._uncovered(pixels, seen, uncovered)
        # A painting converges to its styles wherever it starts; a dream grows from there.
        return start if isinstance(self._look.settings, StyleSettings) else start * np.float32(self._share)

    def _uncovered(self, pixels: Pixels, seen: Rgb, uncovered: Mask) -> Generator[Progress, None, Change]:
        """What is added where something comes into view, by how much it does; nothing where no style is painted."""
        try:
            result = yield from self._made(_job(pixels, replace(self._look, mask=uncovered)))
        except DreamError as error:
            if error.code != "style.nowhere":
                raise
            return np.zeros_like(seen)
        return _added(result, seen)

    def _begun(self, start: Change | None) -> Look:
        """The settings with the number and size of steps that are left for a frame that starts from ``start``."""
        settings = self._look.settings
        if start is None:
            return self._look
        left = settings.steps * share_of_steps(self._flow)
        changes: dict[str, float] = {"steps": max(1, round(left))}
        if isinstance(settings, DreamSettings):
            size = spec_of("step_size")
            changes["step_size"] = min(size.high, max(size.low, settings.step_size * left / changes["steps"]))
        return replace(self._look, settings=settings.replace(changes))


def _job(pixels: Pixels, look: Look, start: Change | None = None) -> Job | StyleJob:
    if isinstance(look.settings, StyleSettings):
        return StyleJob(pixels, look.settings, look.pictures, look.mask, start=start)
    return Job(pixels, look.settings, look.mask, pictures=look.pictures, start=start)


def _added(result: DreamResult, seen: Rgb) -> Change:
    """What a dream adds to the whole frame, by its mask: float32 (height, width, 3)."""
    change = np.zeros_like(seen)
    area = Box(result.y, result.x, *result.mask.shape).slices
    change[area] = (result.rgb - seen[area]) * result.mask[..., np.newaxis]
    return change


def _wide(uncovered: Mask) -> Mask:
    """Only what is wider than a thin border, as wide as it is: where little comes into view, it grows by itself."""
    side = 2 * round(WIDE * math.sqrt(uncovered.size) / 2) + 1
    core = cv2.erode((uncovered > 0).astype(np.uint8), np.ones((side, side), np.uint8), borderValue=1)
    reach = cv2.dilate(core, np.ones((2 * side + 1, 2 * side + 1), np.uint8))
    wide: Mask = uncovered * reach
    return wide
