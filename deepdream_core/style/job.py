"""(picture, styles) → progress, and in the end the picture in their manner: strokes, textures and colours.

Gram matrices after Gatys et al. 2016, from coarse to fine. Each octave starts from the picture in the styles'
colours plus the strokes that the smaller octave painted; every step sees the Gram matrices of the whole picture,
however many patches it is cut into.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from ..arrays import Change, Mask, Rgb
from ..engine import cost, tiles
from ..engine.engine import Engine
from ..engine.precision import FP32
from ..engine.progress import Pace, Progress, hashes, result_of
from ..errors import DreamError
from ..image.colour import keep_chroma, luminance
from ..image.pixels import Pixels, over, preview
from ..image.region import Box, find_region, seen
from ..image.resizing import resize
from ..settings.dream_settings import AUTO
from ..settings.recipe import Recipe
from ..settings.style_settings import LAYERS, OCTAVE_SCALE, SMALLEST_OCTAVE, StyleSettings
from ..settings.working_size import extent, working_scale
from ..system import memory
from ..version import VERSION
from .gram_gradient import StyleGradient
from .octave import Octave, Scene

# Standard deviation of the start noise, in 0..255 units: it lets the seed choose between equally good strokes.
START_NOISE = 8.0


@dataclass(frozen=True)
class StyleJob:
    """All that a style transfer needs. ``mask``: float32 (height, width), 0..1, ``None`` for everything.

    ``styles``: pictures of any size, in the order of their names; ``backdrop``: what is visible at the same
    place, seen under transparent pixels. ``weight``: like ``mask``, multiplied with it.
    """

    pixels: Pixels
    settings: StyleSettings
    styles: Mapping[str, Pixels]
    mask: Mask | None = None
    backdrop: Pixels | None = field(default=None)
    strength_map: Mask | None = None


def style(job: StyleJob, engine: Engine) -> Iterator[Progress]:
    """Paint ``job``; progress after every patch. Closing the generator between two patches is all it takes to stop.

    Raises ``DreamError`` before the first progress for what can't be painted.
    """
    run = _Run(job, engine)
    for index in range(len(run.sizes) * job.settings.passes):
        yield from run.paint(index)
    yield run.last_progress()


class _Run:
    """One style transfer in progress: what was prepared of the job, and how far the picture is."""

    def __init__(self, job: StyleJob, engine: Engine) -> None:
        self._job, self._settings, self._engine = job, job.settings, engine
        if not job.styles:
            raise DreamError("style.missing")
        self._network = engine.network(job.settings.network)
        network = self._network
        self._gradient = engine.cached(
            ("style", network.info.name), lambda: StyleGradient(network, *LAYERS[network.info.name])
        )
        self._shares = job.settings.shares_of(len(job.styles))
        self._region = find_region(job.pixels.height, job.pixels.width, job.mask, job.settings, job.strength_map)
        memory.require(cost.memory(job.settings, self._region.core.width, self._region.core.height))
        self._seen = seen(job.pixels, job.backdrop, self._region.crop)
        self._content = np.clip(self._working_picture(), 0, 255)
        self._styles = [self._prepared(over(job.styles[name])) for name in sorted(job.styles)]
        self.sizes = self._octave_sizes()
        # What the strokes are painted on: the content, and in later passes what the last one left.
        self._ground = self._content
        self._picture = self._content
        self._strokes: Change | None = None
        areas = [height * width for height, width in self.sizes]
        self._pace = Pace(areas * job.settings.passes, job.settings.steps)

    def paint(self, index: int) -> Iterator[Progress]:
        """One octave; ``index`` counts on through all passes."""
        height, width = self.sizes[index % len(self.sizes)]
        if index % len(self.sizes) == 0:
            self._ground, self._strokes = self._picture, None
        octave = Octave(self._at(height, width), self._gradient, self._settings)
        octave.add(self._first_strokes(index) if self._strokes is None else resize(self._strokes, width, height))
        for step, share in octave.descend():
            self._pace.reach(index, step + share)
            yield self._progress(index, step, octave.picture if share == 1 else None)
        self._picture, self._strokes = octave.picture, octave.strokes()

    def last_progress(self) -> Progress:
        """The result, enlarged to the original's size."""
        core = self._region.core
        inner = self._region.core_in(*self._content.shape[:2])
        rgb = np.clip(resize(self._picture[inner.slices], core.width, core.height), 0, 255)
        if self._settings.keep_colours:
            rgb = keep_chroma(self._seen[core.within(self._region.crop).slices], rgb)
        result = result_of(rgb, self._job.pixels, self._region, self._recipe(inner))
        return self._pace.last(len(self.sizes) * self._settings.passes, self._settings.steps, result)

    def _working_picture(self) -> Rgb:
        core = self._region.core
        scale = working_scale(core.width, core.height, self._settings)
        shown = _grey(self._seen) if self._settings.keep_colours else self._seen
        return resize(shown, max(1, round(shown.shape[1] * scale)), max(1, round(shown.shape[0] * scale)))

    def _prepared(self, picture: Rgb) -> Rgb:
        """A style's picture at the size at which it is seen beside the whole content."""
        inner = self._region.core_in(*self._content.shape[:2])
        scale = self._settings.style_scale / 100 * extent(inner.width, inner.height) / max(picture.shape[:2])
        picture = np.clip(_scaled(picture, scale), 0, 255)
        return _toned(_grey(picture), self._content[inner.slices]) if self._settings.keep_colours else picture

    def _octave_sizes(self) -> list[tuple[int, int]]:
        height, width = self._content.shape[:2]
        inner = self._region.core_in(height, width)
        scale = OCTAVE_SCALE if self._settings.octave_scale == AUTO else float(self._settings.octave_scale)
        room = math.log(extent(inner.width, inner.height) / SMALLEST_OCTAVE) / math.log(scale)
        count = max(0, int(room)) + 1 if self._settings.octaves == AUTO else int(self._settings.octaves)
        shares = [scale ** -(count - 1 - index) for index in range(count)]
        return [(max(1, round(height * share)), max(1, round(width * share))) for share in shares]

    def _at(self, height: int, width: int) -> Scene:
        """Everything at the size of an octave."""
        share = height / self._content.shape[0]
        content, ground = (np.clip(resize(whole, width, height), 0, 255) for whole in (self._content, self._ground))
        styles = [np.clip(_scaled(item, share), 0, 255) for item in self._styles]
        movable = self._region.movable(height, width).astype(np.float32)
        return Scene(content, ground, movable, styles, self._shares, self._tile())

    def _first_strokes(self, index: int) -> Change:
        height, width = self.sizes[0]
        random = np.random.default_rng([self._settings.seed, index])
        noise: Change = random.standard_normal((height, width, 3), np.float32) * np.float32(START_NOISE)
        return noise

    def _progress(self, index: int, step: int, picture: Rgb | None) -> Progress:
        pace = self._pace
        shown = None if picture is None else preview(picture[self._region.core_in(*picture.shape[:2]).slices])
        octaves = len(self.sizes) * self._settings.passes
        return Progress(
            pace.done, pace.total, index + 1, octaves, step + 1, self._settings.steps, pace.seconds_left, shown
        )

    def _tile(self) -> int:
        return tiles.largest_side(self._settings.tile, self._network.info)

    def _recipe(self, inner: Box) -> Recipe:
        engine, weights = self._engine, self._network.weights
        return Recipe(
            settings=self._settings,
            version=VERSION,
            weights_sha256=weights.sha256,
            tensorflow=engine.tensorflow,
            processor=engine.processor,
            threads=engine.threads,
            precision=FP32,
            tile=self._tile(),
            width=inner.width,
            height=inner.height,
            pictures=hashes(self._job.styles, self._job.mask, self._job.backdrop, self._job.strength_map),
            weights_user_supplied=weights.user_supplied,
        )


def _scaled(picture: Rgb, scale: float) -> Rgb:
    height, width = picture.shape[:2]
    return resize(picture, max(1, round(width * scale)), max(1, round(height * scale)))


def _grey(picture: Rgb) -> Rgb:
    return np.repeat(luminance(picture)[..., np.newaxis], 3, axis=2)


def _toned(picture: Rgb, like: Rgb) -> Rgb:
    """A grey picture with the mean and contrast of ``like`` (as Gatys et al. 2017 for transfer of light alone)."""
    contrast = like.std() / max(float(picture.std()), 1e-3)
    toned: Rgb = np.clip((picture - picture.mean()) * contrast + like.mean(), 0, 255).astype(np.float32)
    return toned
