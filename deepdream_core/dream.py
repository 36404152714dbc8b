"""(job, engine) → progress, and in the end the dream: octaves, steps, tiles, gradient ascent.

The octaves of Google's DeepDream (Mordvintsev et al. 2015): each starts from the source at its own size plus
the detail that the smaller one added, so the original's lines stay as sharp as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .arrays import AnyRgb, Change, Maps, Mask, Rgb, Rgb8
from .engine import cost, loss, views
from .engine.ascent import Ascent, Direction
from .engine.bands import bands_of
from .engine.drift import channel_weights
from .engine.engine import Engine, shared
from .engine.progress import DreamResult, Progress, hashes, result_of
from .engine.term_maps import TermMaps
from .engine.tones import Ground, room_of
from .engine.whole_job import Plan, Run, scaled_size
from .image.colour import keep_chroma
from .image.headroom import HIGHEST, LOWEST, opened, pressed
from .image.pixels import Pixels, blend, fitted, over, preview, rounded
from .image.protection import tone_strength
from .image.region import Box, Region, find_region, seen
from .image.resizing import resize, resize_around
from .image.rows import blocks, everywhere, weigh
from .networks import Network
from .objective.syntax import Term
from .objective.terms import check_pictures, motif_px
from .settings import octaves
from .settings.dream_settings import DreamSettings
from .settings.working_size import extent, working_scale
from .system import memory

# Each network that takes steps, with the objective's terms on it.
Alternating = Sequence[tuple[Network, tuple[Term, ...]]]
# Standard deviation of the start noise at full variation, in 0..255 units.
START_NOISE = 16.0


@dataclass(frozen=True)
class Job:
    """All that a dream needs. ``mask``: float32 (height, width), 0..1, ``None`` for everything.

    ``backdrop``: what is visible at the same place, seen under transparent pixels. ``pictures``: by name, the
    guides that the objective speaks of (any size) and its masks (the picture's size, white where they count).
    ``strength_map``: like ``mask``, multiplied with it. ``frame``: of a zoom, from 0; the seed's choices drift with it.
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
    yield from _Dreaming(_planned(job, engine)).progress()


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
    share = result.mask * np.float32(settings.strength / 100)
    output[box.slices] = rounded(blend(source[box.slices], result.rgb, share))
    return output


@dataclass(frozen=True)
class _Plan(Plan[DreamSettings]):
    """What a dream knows before its first step.

    ``origin``: the view in which it is computed. ``base``: what is dreamed on, in that view, at ``size``; ``room``: how
    its tones are opened. ``networks``: those that take the steps, one after the other, with a direction each.
    """

    job: Job
    origin: views.View
    base: AnyRgb
    room: float | None
    term_maps: TermMaps
    networks: Sequence[Network]
    directions: Sequence[Direction]

    def resized(self, picture: AnyRgb, height: int, width: int) -> AnyRgb:
        """8 bits stay 8 bits, and whatever has that size is not copied."""
        return _resized(picture, (height, width), self.settings)

    def movable(self, height: int, width: int) -> Mask:
        """Where the mask and any term's are above 0: the mask itself is applied once, at the end."""
        movable = self.region.movable(height, width, self.term_maps.reach())
        return self.origin.resized(height, width).there(movable)

    def reach(self) -> Mask:
        """How much anything may grow in the region's core, at its own size: float32 (height, width), 0..1."""
        core, reach = self.region.core, self.term_maps.reach()
        if isinstance(reach, float):
            return everywhere(core.height, core.width)
        return reach[core.within(self.region.crop).slices]

    def maps(self, height: int, width: int) -> Maps:
        """Where each term counts, for an octave of this size."""
        names = self.directions[0].gradient.maps
        maps = self.term_maps.at(height, width, self.region.core_in(height, width), names)
        return self.origin.resized(height, width).there(maps)


def _planned(job: Job, engine: Engine) -> _Plan:
    """In the order in which one needs the other. Raises ``DreamError`` for what can't be dreamed."""
    settings, pixels = job.settings, job.pixels
    alternating = engine.alternating(settings)
    network, terms = alternating[0]
    check_pictures(terms, job.pictures)
    region, shown = _cut_out(job)
    term_maps = TermMaps(terms, job.pictures, (pixels.height, pixels.width), region.crop)
    origin = views.origin(settings, *shown.shape[:2])
    base = _working_picture(shown, origin, region, settings)
    sizes = _octave_sizes(base, region, motif_px(terms, network.info), settings)
    core = region.core
    memory.require(cost.memory_of(settings, base.shape[0] * base.shape[1], core.height * core.width))
    return _Plan(
        job=job,
        settings=settings,
        engine=engine,
        network=network,
        region=region,
        seen=shown,
        size=(base.shape[0], base.shape[1]),
        sizes=sizes,
        origin=origin,
        base=base,
        room=room_of(base, settings),
        term_maps=term_maps,
        networks=[each for each, _terms in alternating],
        directions=_directions(job, engine, alternating, base),
    )


def _cut_out(job: Job) -> tuple[Region, AnyRgb]:
    """The region, its mask weakened by tones and lines, and its crop as it is seen."""
    pixels = job.pixels
    region = find_region(pixels.height, pixels.width, job.mask, job.settings, job.strength_map)
    shown = seen(pixels, job.backdrop, region.crop)
    return region.with_strength(tone_strength(shown, job.settings)), shown


def _resized(picture: AnyRgb, size: tuple[int, int], settings: DreamSettings) -> AnyRgb:
    """``size``: (height, width). 8 bits stay 8 bits, and whatever has that size is not copied."""
    if picture.shape[:2] == size:
        return picture
    return (resize_around if settings.seamless else resize)(picture, size[1], size[0])


def _working_picture(shown: AnyRgb, origin: views.View, region: Region, settings: DreamSettings) -> AnyRgb:
    """What is seen at the working size, within 0..255."""
    scale = working_scale(region.core.width, region.core.height, settings)
    picture = _resized(origin.there(shown), scaled_size(shown.shape, scale), settings)
    return picture if picture.min() >= 0 and picture.max() <= 255 else np.clip(picture, 0, 255)


def _octave_sizes(base: AnyRgb, region: Region, motif: int, settings: DreamSettings) -> list[tuple[int, int]]:
    inner = region.core_in(*base.shape[:2])
    shares = octaves.octave_scales(extent(inner.width, inner.height), motif, settings)
    return [scaled_size(base.shape, share) for share in shares]


def _directions(job: Job, engine: Engine, alternating: Alternating, base: AnyRgb) -> list[Direction]:
    pictures = {name: fitted(over(picture)) for name, picture in job.pictures.items()}
    return [_direction(job, engine, each, pictures, base) for each in alternating]


def _direction(
    job: Job,
    engine: Engine,
    network_and_terms: tuple[Network, tuple[Term, ...]],
    pictures: Mapping[str, Rgb],
    base: AnyRgb,
) -> Direction:
    (network, terms), settings = network_and_terms, job.settings
    terms = loss.resolve_ranks(terms, network, fitted(base))
    guides = {term.picture: pictures[term.picture] for term in terms if term.picture in pictures}
    gradient = engine.gradient(network, terms, guides, settings.precision)
    varied = channel_weights(settings, loss.layer_widths(terms, network.info), job.frame)
    return Direction(gradient, loss.emphasis(terms, network.info, varied), bands_of(settings))


class _Dreaming(Run):
    """A dream at work: its plan, and the detail that was added so far."""

    def __init__(self, plan: _Plan) -> None:
        super().__init__([height * width for height, width in plan.sizes], plan.settings.steps)
        self._plan, self._settings = plan, plan.settings
        self._resize = resize_around if plan.settings.seamless else resize
        self._detail = self._start_noise()

    def _octave(self, index: int) -> Iterator[Progress]:
        """Dream one octave on top of the detail of the smaller ones."""
        plan, (height, width) = self._plan, self._plan.sizes[index]
        self._detail = self._resize(self._detail, width, height)
        base = plan.resized(plan.base, height, width)
        ground = Ground(base, plan.movable(height, width), plan.room, height / plan.seen.shape[0])
        ascent = Ascent(ground, self._detail, plan.maps(height, width), plan.tile)
        if index:
            # Who listens still holds the last octave's picture, and lets go of it with this.
            yield self._at(index, 0)
        for step, share in ascent.climb(list(plan.directions), self._settings, index):
            self._pace.reach(index, step + share)
            yield self._shown(index, step, ascent.picture) if share == 1 else self._at(index, step)
        self._detail = ascent.detail()

    def _result(self) -> DreamResult:
        """The original with the added detail, enlarged to its size."""
        plan, core = self._plan, self._plan.region.core
        seen, reach = plan.source, plan.reach()
        rgb = plan.origin.back(self._resize(self._detail[plan.core.slices], core.width, core.height))
        for rows in blocks(core.height, 3 * core.width):
            source, part = np.asarray(seen[rows], np.float32), rgb[rows]
            self._lay_over(seen[rows], part, reach[rows])
            if self._settings.keep_colours:
                part[...] = keep_chroma(source, part)
            else:
                np.clip(part, 0, np.maximum(source, 255), out=part)
        inputs = hashes(plan.job.pictures, plan.job.mask, plan.job.backdrop, plan.job.strength_map)
        recipe = plan.recipe(plan.directions[0].gradient.precision, inputs, plan.networks[1:])
        return result_of(rgb, plan.job.pixels, plan.region, recipe)

    def _lay_over(self, source: AnyRgb, detail: Change, reach: Mask) -> None:
        """Make ``detail`` the dream of ``source``, in place. What is lighter than white stays so much lighter.

        Tones are pressed as far as something may grow there: beside a hint the picture stays as it is.
        """
        if self._plan.room is None:
            detail += source
            return
        dream = pressed(np.clip(opened(source, self._plan.room) + detail, LOWEST, HIGHEST))
        if source.dtype != np.uint8:
            dream += np.maximum(source - np.float32(255), 0)
        detail += source
        dream -= detail
        weigh(dream, reach)
        detail += dream

    def _start_noise(self) -> Change:
        """Faint noise to start from; grey where no colour is to be added by chance."""
        height, width = self._plan.sizes[0]
        frame = [self._plan.job.frame] if self._plan.job.frame else []
        random = np.random.default_rng([self._settings.seed, len(self._plan.sizes), *frame])
        channels = 1 if self._settings.hold_saturation else 3
        noise = np.repeat(random.standard_normal((height, width, channels), np.float32), 3 // channels, axis=2)
        noise *= np.float32(START_NOISE * self._settings.variation / 100)
        weigh(noise, self._plan.movable(height, width))
        return noise

    def _shown(self, index: int, step: int, picture: Rgb) -> Progress:
        """The progress after a whole step, with its picture."""
        height, width = picture.shape[:2]
        region = self._plan.origin.resized(height, width).back(picture)
        region = region[self._plan.region.core_in(height, width).slices]
        last = step + 1 == self._settings.steps
        return self._at(index, step, preview(region, self._seen_tones), self._seen_tones(region) if last else None)

    def _seen_tones(self, picture: Rgb) -> Rgb:
        return picture if self._plan.room is None else pressed(picture)
