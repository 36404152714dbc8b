"""(job, engine) → progress, and in the end the dream: octaves, steps, tiles, gradient ascent.

The octaves of Google's DeepDream (Mordvintsev et al. 2015): each starts from the source at its own size plus
the detail that the smaller one added, so the original's lines stay as sharp as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from .arrays import AnyRgb, Change, Maps, Mask, Rgb, Rgb8
from .engine import cost, loss, tiles, views
from .engine.ascent import Ascent, Direction
from .engine.bands import bands_of
from .engine.drift import channel_weights
from .engine.engine import Engine, shared
from .engine.progress import Pace, Progress, hashes, result_of
from .engine.term_maps import TermMaps
from .engine.tones import Ground, room_of
from .image.colour import keep_chroma
from .image.headroom import HIGHEST, LOWEST, opened, pressed
from .image.pixels import Pixels, blend, fitted, over, preview, rounded
from .image.protection import tone_strength
from .image.region import Box, find_region, seen
from .image.resizing import resize, resize_around
from .image.rows import blocks, weigh
from .networks import Network
from .objective.syntax import Term
from .objective.terms import check_pictures, motif_px
from .settings import octaves
from .settings.dream_settings import DreamSettings
from .settings.recipe import Recipe
from .settings.working_size import extent, working_scale
from .system import memory
from .version import VERSION

# Standard deviation of the start noise at full variation, in 0..255 units.
START_NOISE = 16.0


@dataclass(frozen=True)
class Job:
    """All that a dream needs. ``mask``: float32 (height, width), 0..1, ``None`` for everything.

    ``backdrop``: what is visible at the same place, seen under transparent pixels. ``pictures``: by name, the
    guides that the objective speaks of (any size) and its masks (the picture's size, white where they count).
    ``weight``: like ``mask``, multiplied with it. ``frame``: of a film, from 0: how far the seed's choices drifted.
    """

    pixels: Pixels
    settings: DreamSettings
    mask: Mask | None = None
    backdrop: Pixels | None = None
    pictures: Mapping[str, Pixels] = field(default_factory=dict)
    strength_map: Mask | None = None
    frame: int = 0


def dream(job: Job, engine: Engine) -> Iterator[Progress]:
    """Dream ``job``; progress after every tile. Closing the generator between two tiles is all it takes to stop.

    Raises ``DreamError`` before the first progress for what can't be dreamed.
    """
    run = _Run(job, engine)
    for index in range(len(run.sizes)):
        yield from run.ascend(index)
    yield run.last_progress()


def dream_array(picture: AnyRgb, settings: DreamSettings, mask: Mask | None = None) -> Rgb8:
    """Dream (height, width, 3) of 0..255 and return it as uint8, blended with ``mask`` and strength.

    For pictures from a script, one after the other; ``dream`` gives progress. Raises ``DreamError`` as ``Engine``.
    """
    source = picture if picture.dtype == np.uint8 else np.asarray(picture, np.float32)
    for progress in dream(Job(Pixels(source), settings, mask), shared(settings.threads)):
        result = progress.result
    assert result is not None
    box = Box(result.y, result.x, *result.mask.shape)
    output = rounded(source)
    weight = result.mask * np.float32(settings.strength / 100)
    output[box.slices] = rounded(blend(source[box.slices], result.rgb, weight))
    return output


class _Run:
    """One dream in progress: what was prepared of the job, and the detail that was added so far."""

    def __init__(self, job: Job, engine: Engine) -> None:
        self._job, self._settings, self._engine = job, job.settings, engine
        self._alternating = engine.alternating(job.settings)
        self._network, self._terms = self._alternating[0]
        check_pictures(self._terms, job.pictures)
        self._region = find_region(job.pixels.height, job.pixels.width, job.mask, job.settings, job.strength_map)
        self._seen = seen(job.pixels, job.backdrop, self._region.crop)
        self._region = self._region.with_strength(tone_strength(self._seen, job.settings))
        size = job.pixels.height, job.pixels.width
        self._term_maps = TermMaps(self._terms, job.pictures, size, self._region.crop)
        self._resize = resize_around if job.settings.seamless else resize
        self._origin = views.origin(job.settings, *self._seen.shape[:2])
        self._base = _clipped(self._working_picture())
        self._room = room_of(self._base, job.settings)
        self.sizes = self._octave_sizes()
        memory.require(self._bytes_needed())
        self._directions = self._prepared_directions()
        self._detail = self._start_noise()
        self._pace = Pace([height * width for height, width in self.sizes], job.settings.steps)

    def ascend(self, index: int) -> Iterator[Progress]:
        """Dream one octave on top of the detail of the smaller ones."""
        height, width = self.sizes[index]
        self._detail = self._resize(self._detail, width, height)
        base = self._resized(self._base, height, width)
        ground = Ground(base, self._movable(height, width), self._room, height / self._seen.shape[0])
        ascent = Ascent(ground, self._detail, self._maps(height, width), self._tile())
        if index:
            # Who listens still holds the last octave's picture, and lets go of it with this.
            yield self._progress(index, 0, None)
        for step, share in ascent.climb(self._directions, self._settings, index):
            self._pace.reach(index, step + share)
            yield self._progress(index, step, ascent.picture if share == 1 else None)
        self._detail = ascent.detail()

    def last_progress(self) -> Progress:
        """The result: the original with the added detail, enlarged to its size."""
        core = self._region.core
        inner = self._region.core_in(*self._base.shape[:2])
        seen = self._seen[core.within(self._region.crop).slices]
        rgb = self._origin.back(self._resize(self._detail[inner.slices], core.width, core.height))
        for rows in blocks(core.height, 3 * core.width):
            source, part = np.asarray(seen[rows], np.float32), rgb[rows]
            self._lay_over(seen[rows], part)
            if self._settings.keep_colours:
                part[...] = keep_chroma(source, part)
            else:
                np.clip(part, 0, np.maximum(source, 255), out=part)
        result = result_of(rgb, self._job.pixels, self._region, self._recipe(inner))
        return self._pace.last(len(self.sizes), self._settings.steps, result)

    def _lay_over(self, source: AnyRgb, detail: Change) -> None:
        """Make ``detail`` the dream of ``source``, in place. What is lighter than white stays so much lighter."""
        if self._room is None:
            detail += source
            return
        detail += opened(source, self._room)
        np.clip(detail, LOWEST, HIGHEST, out=detail)
        detail[...] = pressed(detail)
        if source.dtype != np.uint8:
            detail += np.maximum(source - np.float32(255), 0)

    def _working_picture(self) -> AnyRgb:
        scale = working_scale(self._region.core.width, self._region.core.height, self._settings)
        height, width = self._seen.shape[:2]
        seen = self._origin.there(self._seen)
        return self._resized(seen, max(1, round(height * scale)), max(1, round(width * scale)))

    def _resized(self, picture: AnyRgb, height: int, width: int) -> AnyRgb:
        """8 bits stay 8 bits, and whatever has that size is not copied."""
        return picture if picture.shape[:2] == (height, width) else self._resize(picture, width, height)

    def _octave_sizes(self) -> list[tuple[int, int]]:
        height, width = self._base.shape[:2]
        inner = self._region.core_in(height, width)
        motif = motif_px(self._terms, self._network.info)
        shares = octaves.octave_scales(extent(inner.width, inner.height), motif, self._settings)
        return [(max(1, round(height * share)), max(1, round(width * share))) for share in shares]

    def _bytes_needed(self) -> int:
        """What the steps and the result will take beside what is taken already."""
        height, width = self._base.shape[:2]
        core = self._region.core
        return cost.memory_of(self._settings, height * width, core.height * core.width)

    def _prepared_directions(self) -> list[Direction]:
        pictures = {name: fitted(over(picture)) for name, picture in self._job.pictures.items()}
        return [self._prepared_direction(network, terms, pictures) for network, terms in self._alternating]

    def _prepared_direction(self, network: Network, terms: tuple[Term, ...], pictures: Mapping[str, Rgb]) -> Direction:
        terms = loss.resolve_ranks(terms, network, fitted(self._base))
        guides = {term.picture: pictures[term.picture] for term in terms if term.picture in pictures}
        gradient = self._engine.gradient(network, terms, guides, self._settings.precision)
        varied = channel_weights(self._settings, loss.layer_widths(terms, network.info), self._job.frame)
        return Direction(gradient, loss.emphasis(terms, network.info, varied), bands_of(self._settings))

    def _start_noise(self) -> Change:
        """Faint noise to start from; grey where no colour is to be added by chance."""
        height, width = self.sizes[0]
        frame = [self._job.frame] if self._job.frame else []
        random = np.random.default_rng([self._settings.seed, len(self.sizes), *frame])
        channels = 1 if self._settings.hold_saturation else 3
        noise = np.repeat(random.standard_normal((height, width, channels), np.float32), 3 // channels, axis=2)
        noise *= np.float32(START_NOISE * self._settings.variation / 100)
        weigh(noise, self._movable(height, width))
        return noise

    def _movable(self, height: int, width: int) -> Mask:
        """Where the mask and any term's are above 0: the mask itself is applied once, at the end."""
        movable = self._region.movable(height, width, self._term_maps.reach())
        return self._origin.resized(height, width).there(movable)

    def _maps(self, height: int, width: int) -> Maps:
        maps = self._term_maps.at(height, width, self._region.core_in(height, width), self._directions[0].gradient.maps)
        return self._origin.resized(height, width).there(maps)

    def _progress(self, index: int, step: int, picture: Rgb | None) -> Progress:
        pace = self._pace
        region = None if picture is None else self._shown(picture)
        last = step + 1 == self._settings.steps
        return Progress(
            pace.done,
            pace.total,
            index + 1,
            len(self.sizes),
            step + 1,
            self._settings.steps,
            pace.seconds_left,
            preview=None if region is None else preview(region, self._seen_tones),
            octave_picture=None if region is None or not last else self._seen_tones(region),
        )

    def _shown(self, picture: Rgb) -> Rgb:
        height, width = picture.shape[:2]
        return self._origin.resized(height, width).back(picture)[self._region.core_in(height, width).slices]

    def _seen_tones(self, picture: Rgb) -> Rgb:
        return picture if self._room is None else pressed(picture)

    def _tile(self) -> int:
        return tiles.largest_side(self._settings.tile, self._network.info)

    def _recipe(self, inner: Box) -> Recipe:
        engine = self._engine
        return Recipe(
            settings=self._settings,
            version=VERSION,
            weights_sha256=self._network.weights.sha256,
            tensorflow=engine.tensorflow,
            processor=engine.processor,
            threads=engine.threads,
            precision=self._directions[0].gradient.precision,
            tile=self._tile(),
            width=inner.width,
            height=inner.height,
            pictures=hashes(self._job.pictures, self._job.mask, self._job.backdrop, self._job.strength_map),
            weights_user_supplied=any(network.weights.user_supplied for network, _terms in self._alternating),
            alternate_networks={network.info.name: network.weights.sha256 for network, _terms in self._alternating[1:]},
        )


def _clipped(picture: AnyRgb) -> AnyRgb:
    """The picture itself if it lies in 0..255, else a clipped copy."""
    return picture if picture.min() >= 0 and picture.max() <= 255 else np.clip(picture, 0, 255)
