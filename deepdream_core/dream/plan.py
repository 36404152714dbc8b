"""(job, engine) → what a dream knows before its first step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import AnyRgb, Change, Maps, Mask, Rgb
from ..engine import cost, loss, views
from ..engine.ascent import Direction
from ..engine.bands import bands_of
from ..engine.drift import channel_weights
from ..engine.engine import Engine
from ..engine.job import Job
from ..engine.likeness import balanced
from ..engine.progress import hashes
from ..engine.term_maps import TermMaps
from ..engine.tones import room_of
from ..engine.whole_job import Plan, scaled_size
from ..image.headroom import opened
from ..image.pixels import fitted, over
from ..image.protection import Lines, lines_of, tone_strength
from ..image.region import Region, find_region, seen
from ..image.resizing import resize, resize_around
from ..image.rows import blocks, everywhere
from ..networks import Network
from ..objective.syntax import Term
from ..objective.terms import check_pictures, motif_px
from ..settings import octaves
from ..settings.dream_settings import DreamSettings
from ..settings.recipe import Recipe
from ..settings.working_size import extent, working_scale
from ..system import memory

# Each network that takes steps, with the objective's terms on it.
Alternating = Sequence[tuple[Network, tuple[Term, ...]]]


@dataclass(frozen=True)
class DreamPlan(Plan[DreamSettings]):
    """What a dream knows before its first step.

    ``origin``: the view in which it is computed. ``base``: what is dreamed on, in that view, at ``size``; ``room``: how
    its tones are opened. ``start``: the job's, as it is added in those tones. ``lines``: what counts as one.
    ``alternating``: the networks that take the steps in turn, with the terms on each, and a direction each.
    """

    job: Job
    origin: views.View
    base: AnyRgb
    room: float | None
    start: Change | None
    lines: Lines
    term_maps: TermMaps
    alternating: Alternating
    directions: Sequence[Direction]

    def own_recipe(self) -> Recipe:
        """How to dream it again."""
        job = self.job
        inputs = hashes(job.pictures, job.mask, job.backdrop, job.strength_map)
        return self.recipe(
            self.directions[0].gradient.precision, inputs, [network for network, _terms in self.alternating[1:]]
        )

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


def planned(job: Job, engine: Engine) -> DreamPlan:
    """In the order in which one needs the other. Raises ``DreamError`` for what can't be dreamed."""
    settings, pixels = job.settings, job.pixels
    alternating = engine.alternating(settings)
    network, terms = alternating[0]
    check_pictures(terms, job.pictures)
    region, shown, lines = _cut_out(job)
    term_maps = TermMaps(
        [term.mask_name for term in terms], job.pictures, (pixels.height, pixels.width), region.crop, region.core
    )
    origin = views.origin(settings, *shown.shape[:2])
    base = _working_picture(shown, origin, region, settings)
    sizes = _octave_sizes(base, region, motif_px(terms, network.info), settings)
    core, room = region.core, room_of(base, settings)
    ranked = _ranked(alternating, base)
    memory.require(cost.memory_of(settings, (base.shape[0], base.shape[1]), core.height * core.width))
    return DreamPlan(
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
        room=room,
        start=None if job.start is None else _start(origin.there(job.start[region.crop.slices]), base, room, settings),
        lines=lines,
        term_maps=term_maps,
        alternating=ranked,
        directions=_directions(job, engine, ranked, base),
    )


def _cut_out(job: Job) -> tuple[Region, AnyRgb, Lines]:
    """The region, its mask weakened by tones and lines, its crop as it is seen, and what counts as a line in it."""
    pixels = job.pixels
    region = find_region(pixels.height, pixels.width, job.mask, job.settings, job.strength_map)
    shown = seen(pixels, job.backdrop, region.crop)
    lines = lines_of(shown, job.settings)
    return region.with_strength(tone_strength(shown, job.settings, lines)), shown, lines


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


def _start(change: Change, base: AnyRgb, room: float | None, settings: DreamSettings) -> Change:
    """What an earlier dream added, (height, width, 3), at the size of ``base`` and as it is added in its tones."""
    size = base.shape[0], base.shape[1]
    start: Change = np.array(_resized(change, size, settings), np.float32)
    if room is not None:
        for rows in blocks(size[0], 3 * size[1]):
            start[rows] = opened(base[rows] + start[rows], 0.0) - opened(base[rows], room)
    return start


def _octave_sizes(base: AnyRgb, region: Region, motif: int, settings: DreamSettings) -> list[tuple[int, int]]:
    inner = region.core_in(*base.shape[:2])
    shares = octaves.octave_scales(extent(inner.width, inner.height), motif, settings)
    return [scaled_size(base.shape, share) for share in shares]


def _ranked(alternating: Alternating, base: AnyRgb) -> Alternating:
    """With the numbers of this picture's channels where terms speak of the strongest."""
    if not any(term.rank for _network, terms in alternating for term in terms):
        return alternating
    small = fitted(base)
    return [(network, loss.resolve_ranks(terms, network, small)) for network, terms in alternating]


def _directions(job: Job, engine: Engine, alternating: Alternating, base: AnyRgb) -> list[Direction]:
    share = job.settings.likeness / 100
    return [
        replace(each, emphasis=balanced(each.gradient, each.emphasis, fitted(base), share))
        for each in directions_of(job, engine, alternating)
    ]


def directions_of(job: Job, engine: Engine, alternating: Alternating) -> list[Direction]:
    """One for each network, in which likeness doesn't count yet. Raises ``DreamError`` as ``Engine.gradient``."""
    pictures = {name: fitted(over(picture)) for name, picture in job.pictures.items()}
    return [_direction(job, engine, each, pictures) for each in alternating]


def _direction(
    job: Job, engine: Engine, network_and_terms: tuple[Network, tuple[Term, ...]], pictures: Mapping[str, Rgb]
) -> Direction:
    (network, terms), settings = network_and_terms, job.settings
    guides = {term.picture: pictures[term.picture] for term in terms if term.picture in pictures}
    gradient = engine.gradient(network, terms, guides, settings.precision)
    varied = channel_weights(settings, loss.layer_widths(terms, network.info), job.frame)
    return Direction(gradient, loss.emphasis(terms, network.info, varied), bands_of(settings))
