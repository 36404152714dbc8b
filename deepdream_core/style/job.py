"""(picture, styles) → progress, and in the end the picture in their manner: strokes, textures and colours.

Gram matrices after Gatys et al. 2016, from coarse to fine. Each octave starts from the picture in the styles'
colours plus the strokes that the smaller octave painted; every step sees the Gram matrices of the whole picture,
however many patches it is cut into.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..arrays import AnyRgb, Change, Mask, Rgb
from ..engine import cost
from ..engine.engine import Engine
from ..engine.precision import FP32
from ..engine.progress import DreamResult, Progress, hashes, result_of
from ..engine.whole_job import Plan, Run, scaled_size
from ..errors import DreamError
from ..image.colour import keep_chroma, luminance
from ..image.pixels import Pixels, over, preview
from ..image.region import Box, Region, find_region, seen
from ..image.resizing import resize
from ..settings.dream_settings import AUTO
from ..settings.style_settings import LAYERS, OCTAVE_SCALE, SMALLEST_OCTAVE, StyleSettings
from ..settings.working_size import extent, working_scale
from ..system import memory
from .areas import Areas
from .gram_gradient import StyleGradient
from .octave import Octave, OctaveStart

# Standard deviation of the start noise, in 0..255 units: it lets the seed choose between equally good strokes.
START_NOISE = 8.0


@dataclass(frozen=True)
class StyleJob:
    """All that a style transfer needs. ``mask``: float32 (height, width), 0..1, ``None`` for everything.

    ``pictures``: by name, the masks that the settings speak of (the picture's size, white where they count), and the
    styles, of any size, in the order of their names; ``backdrop``: what is visible at the same place, seen under
    transparent pixels. ``strength_map``: like ``mask``, multiplied with it. ``start``: what the first
    pass begins with instead of noise, by what it adds to ``pixels``: an earlier painting less them.
    """

    pixels: Pixels
    settings: StyleSettings
    pictures: Mapping[str, Pixels]
    mask: Mask | None = None
    backdrop: Pixels | None = field(default=None)
    strength_map: Mask | None = None
    start: Change | None = None

    @property
    def styles(self) -> list[Pixels]:
        """The styles in their order."""
        return [self.pictures[name] for name in sorted(self.pictures.keys() - self.settings.mask_pictures)]


def style(job: StyleJob, engine: Engine) -> Iterator[Progress]:
    """Paint ``job``; progress after every patch. Closing the generator between two patches is all it takes to stop.

    Raises ``DreamError`` before the first progress for what can't be painted.
    """
    yield from _Painting(_planned(job, engine)).progress()


@dataclass(frozen=True)
class _Plan(Plan[StyleSettings]):
    """What a style transfer knows before its first step.

    ``content``: the picture at ``size``, 0..255; ``styles``: at the sizes at which they are seen beside it;
    ``areas``: where each is painted. ``start``: the painting that the first pass begins with, at ``size``.
    """

    job: StyleJob
    gradient: StyleGradient
    content: Rgb
    styles: Sequence[Rgb]
    areas: Areas
    start: Rgb | None


def _planned(job: StyleJob, engine: Engine) -> _Plan:
    """In the order in which one needs the other. Raises ``DreamError`` for what can't be painted."""
    settings, pixels, styles = job.settings, job.pixels, job.styles
    if not styles:
        raise DreamError("style.missing")
    network = engine.network(settings.network)
    name = network.info.name
    gradient = engine.cached(("style", name), lambda: StyleGradient(network, *LAYERS[name]))
    region = find_region(pixels.height, pixels.width, job.mask, settings, job.strength_map)
    areas = Areas(settings, len(styles), job.pictures, (pixels.height, pixels.width), region)
    region = region.with_strength(areas.reach())
    memory.require(cost.memory(settings, region.core.width, region.core.height, is_part=region.core != region.crop))
    shown = seen(pixels, job.backdrop, region.crop)
    content = np.clip(_working_picture(shown, region, settings), 0, 255)
    inner = region.core_in(*content.shape[:2])
    return _Plan(
        settings=settings,
        engine=engine,
        network=network,
        region=region,
        seen=shown,
        size=(content.shape[0], content.shape[1]),
        sizes=_octave_sizes(content, inner, settings),
        job=job,
        gradient=gradient,
        content=content,
        styles=[_prepared(over(each), content[inner.slices], settings) for each in styles],
        areas=areas,
        start=None if job.start is None else _start(job.start[region.crop.slices], content, settings),
    )


def _start(change: Change, content: Rgb, settings: StyleSettings) -> Rgb:
    """``content`` with what an earlier painting added to it, (height, width, 3)."""
    height, width = content.shape[:2]
    start: Rgb = content + resize(_grey(change) if settings.keep_colours else change, width, height)
    return np.clip(start, 0, 255, out=start)


def _working_picture(shown: AnyRgb, region: Region, settings: StyleSettings) -> Rgb:
    scale = working_scale(region.core.width, region.core.height, settings)
    return _scaled(_grey(shown) if settings.keep_colours else shown, scale)


def _prepared(picture: Rgb, content: Rgb, settings: StyleSettings) -> Rgb:
    """A style's picture at the size at which it is seen beside the whole content."""
    height, width = content.shape[:2]
    picture = np.clip(
        _scaled(picture, settings.style_scale / 100 * extent(width, height) / max(picture.shape[:2])), 0, 255
    )
    return _toned(_grey(picture), content) if settings.keep_colours else picture


def _octave_sizes(content: Rgb, inner: Box, settings: StyleSettings) -> list[tuple[int, int]]:
    scale = OCTAVE_SCALE if settings.octave_scale == AUTO else float(settings.octave_scale)
    room = math.log(extent(inner.width, inner.height) / SMALLEST_OCTAVE) / math.log(scale)
    count = max(0, int(room)) + 1 if settings.octaves == AUTO else int(settings.octaves)
    return [scaled_size(content.shape, scale ** -(count - 1 - index)) for index in range(count)]


class _Painting(Run):
    """A style transfer at work: its plan, and how far the picture is."""

    def __init__(self, plan: _Plan) -> None:
        areas = [height * width for height, width in plan.sizes]
        super().__init__(areas * plan.settings.passes, plan.settings.steps)
        self._plan, self._settings = plan, plan.settings
        # What the strokes are painted on: the content, and in later passes what the last one left.
        self._ground = self._picture = plan.content
        self._strokes: Change | None = None
        # Of the plan's start, what the last octave began with.
        self._start: Change | None = None

    def _octave(self, index: int) -> Iterator[Progress]:
        """One octave; ``index`` counts on through all passes."""
        sizes = self._plan.sizes
        height, width = sizes[index % len(sizes)]
        if index % len(sizes) == 0:
            self._ground, self._strokes = self._picture, None
        octave = Octave(self._octave_start(height, width), self._plan.gradient, self._settings)
        octave.add(self._strokes_before(index, octave))
        for step, share in octave.descend():
            self._pace.reach(index, step + share)
            yield self._shown(index, step, octave.picture) if share == 1 else self._at(index, step)
        self._picture, self._strokes = octave.picture, octave.strokes()

    def _result(self) -> DreamResult:
        """The picture, enlarged to the original's size."""
        plan, job, core = self._plan, self._plan.job, self._plan.region.core
        rgb = np.clip(resize(self._picture[plan.core.slices], core.width, core.height), 0, 255)
        if plan.source.dtype != np.uint8:
            rgb += np.maximum(plan.source - np.float32(255), 0)  # what is lighter than white stays so much lighter
        if self._settings.keep_colours:
            rgb = keep_chroma(plan.source, rgb)
        recipe = plan.recipe(FP32, hashes(job.pictures, job.mask, job.backdrop, job.strength_map))
        return result_of(rgb, job.pixels, plan.region, recipe)

    def _octave_start(self, height: int, width: int) -> OctaveStart:
        """Everything at the size of an octave."""
        plan, share = self._plan, height / self._plan.content.shape[0]
        content, ground = (np.clip(resize(whole, width, height), 0, 255) for whole in (plan.content, self._ground))
        styles = [np.clip(_scaled(item, share), 0, 255) for item in plan.styles]
        movable = plan.region.movable(height, width).astype(np.float32)
        return OctaveStart(content, ground, movable, plan.areas.at(height, width, styles), plan.tile)

    def _strokes_before(self, index: int, octave: Octave) -> Change:
        """What an octave begins with: what smaller ones painted, with what the job's start has there that is finer."""
        height, width = octave.picture.shape[:2]
        if self._plan.start is None or index >= len(self._plan.sizes):
            return self._first_strokes(index) if self._strokes is None else resize(self._strokes, width, height)
        start = resize(self._plan.start, width, height) - octave.picture
        if self._strokes is not None and self._start is not None:
            strokes: Change = start + resize(self._strokes - self._start, width, height)
        else:
            strokes = start
        self._start = start
        return strokes

    def _first_strokes(self, index: int) -> Change:
        height, width = self._plan.sizes[0]
        random = np.random.default_rng([self._settings.seed, index])
        noise: Change = random.standard_normal((height, width, 3), np.float32) * np.float32(START_NOISE)
        return noise

    def _shown(self, index: int, step: int, picture: Rgb) -> Progress:
        """The progress after a whole step, with its picture."""
        return self._at(index, step, preview(picture[self._plan.region.core_in(*picture.shape[:2]).slices]))


def _scaled(picture: AnyRgb, scale: float) -> Rgb:
    height, width = scaled_size(picture.shape, scale)
    return resize(picture, width, height)


def _grey(picture: AnyRgb) -> Rgb:
    return np.repeat(luminance(picture)[..., np.newaxis], 3, axis=2)


def _toned(picture: Rgb, like: Rgb) -> Rgb:
    """A grey picture with the mean and contrast of ``like`` (as Gatys et al. 2017 for transfer of light alone)."""
    contrast = like.std() / max(float(picture.std()), 1e-3)
    toned: Rgb = np.clip((picture - picture.mean()) * contrast + like.mean(), 0, 255).astype(np.float32)
    return toned
