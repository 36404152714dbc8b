"""(a part of a source as it is now; its old dream) → what a renewal knows before its first step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from ..arrays import AnyMask, AnyRgb, Change, Maps, Mask, Rgb
from ..engine import cost
from ..engine.ascent import Direction
from ..engine.engine import Engine
from ..engine.job import Job
from ..engine.term_maps import TermMaps
from ..engine.whole_job import Plan
from ..errors import DreamError
from ..image.pixels import Pixels
from ..image.protection import tone_strength
from ..image.region import Box, Region, common, find_region, seen
from ..image.rows import everywhere, is_everywhere
from ..objective.syntax import Term
from ..objective.terms import check_pictures
from ..settings.dream_settings import DreamSettings
from ..settings.renewal import SEAM_PX, Rect
from ..settings.renewal import crop as crop_of
from ..settings.renewal import window as window_of
from ..system import memory
from .cutout import Cutout
from .laying import detail_of
from .plan import Alternating, directions_of
from .record import Record

# In an octave's pixels: so far around a change resizing mixes it in, and everything there is new.
TOUCHED_PX = 2
# Below this share a pixel of a smaller size counts as unchanged.
_TRACE = 1e-3


@dataclass(frozen=True)
class Renewal:
    """A part of an earlier dream to be dreamed again.

    ``job``: as for the whole dream, but all pictures except guides are crops, as they are now, with their corner at
    ``x``, ``y``; ``old_dream``: the unblended dream in the same crop, as it is now. ``changed``:
    (height, width), above 0 where the picture isn't what it was. ``record``: of the whole dream's result.
    """

    job: Job
    old_dream: Pixels
    changed: AnyMask
    record: Mapping[str, Any]
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class RenewalPlan(Plan[DreamSettings]):
    """What a renewal knows before its first step; ``region``, ``seen`` and ``size`` are of its crop.

    ``record``: of the whole dream. ``cutout``: the crop as a part of the whole crop; ``window``: what is shown of it,
    in the picture that was sent. ``old_dream``, ``changed``: of the crop.
    """

    job: Job
    record: Record
    cutout: Cutout
    window: Box
    old_dream: Pixels
    changed: Mask
    term_maps: TermMaps
    alternating: Alternating
    directions: Sequence[Direction]

    @property
    def core(self) -> Box:
        """The whole dream's core, at the size at which it is computed."""
        whole, (height, width) = self.record.crop, self.size
        return self.record.core.within(whole).scaled(height / whole.height, width / whole.width)

    def at(self, index: int) -> Cutout:
        """The crop in octave ``index``."""
        return self.cutout.at(*self.sizes[index])

    def movable(self, cutout: Cutout) -> Mask:
        """Where the mask and any term's are above 0."""
        if is_everywhere(self._movable):
            return everywhere(cutout.box.height, cutout.box.width)
        return np.asarray(self.computed.resized(self._movable, cutout, softly=False) > 0, np.float32)

    def weight(self, cutout: Cutout) -> Mask:
        """How new each pixel is: 1 on what changed, 0 beyond the seam; float32 (height, width)."""
        changed = self.computed.resized(self._changed, cutout, softly=False) > _TRACE
        distance = cv2.distanceTransform((~changed).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        fading = np.clip((SEAM_PX - 1 - distance) / np.float32(SEAM_PX - 1 - TOUCHED_PX), 0, 1)
        smooth: Mask = fading * fading * (3 - 2 * fading)
        return smooth

    @property
    def computed(self) -> Cutout:
        """The crop at the computed size. Canvas-sized data is read only to be scaled down to it."""
        return self.cutout.at(*self.size)

    @cached_property
    def _changed(self) -> Mask:
        return np.asarray(self.cutout.resized(self.changed, self.computed, softly=False) > _TRACE, np.float32)

    @cached_property
    def _movable(self) -> Mask:
        box = self.cutout.box
        own = self.region.movable(box.height, box.width, self.term_maps.reach())
        if is_everywhere(own):
            return everywhere(self.computed.box.height, self.computed.box.width)
        return self.cutout.resized(own, self.computed, softly=False)

    @property
    def shown(self) -> Cutout:
        """The window as a part of the whole dream's crop."""
        inner, outer = self.window.within(self.region.crop), self.cutout.box
        box = Box(outer.top + inner.top, outer.left + inner.left, inner.height, inner.width)
        return replace(self.cutout, box=box)

    def alpha(self) -> Mask:
        """The source's alpha x mask in the window."""
        alpha, core = np.zeros((self.cutout.box.height, self.cutout.box.width), np.float32), self.region.core
        source = self.job.pixels.alpha
        inside = core.within(self.region.crop).slices
        alpha[inside] = self.region.mask if source is None else self.region.mask * source[core.slices]
        return alpha[self.window.within(self.region.crop).slices]

    @cached_property
    def base(self) -> Rgb:
        """What is dreamed on, at the computed size."""
        return np.clip(self.cutout.resized(self.seen, self.computed), 0, 255)

    def old_detail(self) -> Change:
        """What the old dream had added to ``base``; 0 where that isn't known."""
        known = np.equal(self.changed, 0)
        known &= True if self.old_dream.alpha is None else self.old_dream.alpha > 0
        old = self.old_dream.rgb
        if self.seen.dtype != np.uint8:
            # The excess of what is lighter than white is in the dream too.
            old = old - np.maximum(self.seen - np.float32(255), 0)
        small = self.cutout.resized(np.where(known[..., np.newaxis], old, self.seen), self.computed)
        reach = self.reach()
        small_reach = (
            everywhere(*small.shape[:2])
            if is_everywhere(reach)
            else self.cutout.resized(reach, self.computed, softly=False)
        )
        return detail_of(np.clip(small, 0, 255), self.base, small_reach, self.record.room)

    def reach(self) -> Mask:
        """How much anything may grow in the crop: float32 (height, width), 0..1."""
        reach = self.term_maps.reach()
        return everywhere(self.cutout.box.height, self.cutout.box.width) if isinstance(reach, float) else reach

    def maps(self, cutout: Cutout) -> Maps:
        """Where each term counts."""
        names = self.directions[0].gradient.maps
        whole = self.record.core.within(self.record.crop)
        inner = whole.scaled(cutout.height / self.cutout.height, cutout.width / self.cutout.width).within(cutout.box)
        return self.term_maps.at(cutout.box.height, cutout.box.width, inner, names)


def planned(renewal: Renewal, engine: Engine) -> RenewalPlan:
    """Each part from those before it. Raises ``DreamError`` for what can't be dreamed."""
    job, settings = renewal.job, renewal.job.settings
    if settings.seamless:
        raise DreamError("renewal.seamless")
    if settings.growth_alpha:
        raise DreamError("renewal.growth")
    record = Record.from_dict(renewal.record, settings)
    alternating = _ranked(engine.alternating(settings), record)
    check_pictures(alternating[0][1], job.pictures)
    directions = _with_likeness(directions_of(job, engine, alternating), record)
    _check(record, directions)
    crop, window = _areas(renewal)
    region, shown = _cut_out(job, crop, record)
    cutout = Cutout(record.crop.height, record.crop.width, _moved(crop, renewal, record.crop))
    computed = cutout.at(*record.octaves[-1]).box
    memory.require(cost.memory_of(settings, (computed.height, computed.width), crop.height * crop.width))
    return RenewalPlan(
        settings=settings,
        engine=engine,
        network=alternating[0][0],
        region=region,
        seen=shown,
        size=record.octaves[-1],
        sizes=record.octaves,
        job=job,
        record=record,
        cutout=cutout,
        window=window,
        old_dream=renewal.old_dream.part(crop.slices),
        changed=np.asarray(renewal.changed[crop.slices] > 0, np.float32),
        term_maps=_term_maps(renewal, alternating[0][1], crop, record),
        alternating=alternating,
        directions=directions,
    )


def _areas(renewal: Renewal) -> tuple[Box, Box]:
    """The crop that is needed and the window, both in what was sent. Raises ``DreamError`` where nothing changed."""
    height, width = renewal.changed.shape
    sent = Rect(renewal.x, renewal.y, width, height)
    changed = cv2.boundingRect(np.asarray(renewal.changed > 0, np.uint8))
    bounds = Rect(changed[0] + renewal.x, changed[1] + renewal.y, *changed[2:])
    wanted = crop_of(bounds, renewal.record, renewal.job.settings), window_of(bounds, renewal.record)
    found = [area.cut(sent) for area in wanted if area and changed[2]]
    if len(found) < 2 or found[0] is None or found[1] is None:
        raise DreamError("renewal.nothing")
    outer, inner = (Box(area.y - renewal.y, area.x - renewal.x, area.height, area.width) for area in found if area)
    return outer, inner


def _moved(box: Box, renewal: Renewal, whole: Box) -> Box:
    """A part of the picture that was sent, relative to the whole dream's crop."""
    return Box(box.top + renewal.y - whole.top, box.left + renewal.x - whole.left, box.height, box.width)


def _cut_out(job: Job, crop: Box, record: Record) -> tuple[Region, AnyRgb]:
    """The region in the needed crop, its mask weakened by tones and lines, and the crop as it is seen."""
    pixels = job.pixels
    region = find_region(pixels.height, pixels.width, job.mask, job.settings, job.strength_map)
    core = common(region.core, crop)
    if core is None:
        raise DreamError("renewal.nothing")
    shown = seen(pixels, job.backdrop, crop)
    region = Region(core, crop, region.mask[core.within(region.core).slices])
    return region.with_strength(tone_strength(shown, job.settings, record.lines)), shown


def _ranked(alternating: Alternating, record: Record) -> Alternating:
    """With the channels that were strongest or weakest in the whole picture."""
    if len(record.channels) != len(alternating):
        raise DreamError("renewal.record")
    found = []
    for (network, terms), channels in zip(alternating, record.channels, strict=True):
        waiting = iter(channels)
        ranked = [term if term.rank is None else _with_channels(term, next(waiting, ())) for term in terms]
        found.append((network, tuple(ranked)))
    return found


def _with_channels(term: Term, numbers: Sequence[int]) -> Term:
    if not numbers:
        raise DreamError("renewal.record")
    return replace(term, channels=tuple((number, 1.0) for number in numbers), rank=None)


def _with_likeness(directions: Sequence[Direction], record: Record) -> list[Direction]:
    """With the weights that likeness had in the whole dream. Raises ``DreamError`` where the record has others."""
    counts = [len(each.gradient.groups) for each in directions if each.gradient.original_channels]
    if counts != [len(each) for each in record.likeness]:
        raise DreamError("renewal.record")
    waiting = iter(record.likeness)
    return [_alike(each, next(waiting)) if each.gradient.original_channels else each for each in directions]


def _alike(direction: Direction, likeness: Sequence[float]) -> Direction:
    others, own = direction.emphasis[: -len(likeness)], direction.emphasis[-len(likeness) :]
    weights = [np.full_like(each, value) for each, value in zip(own, likeness, strict=True)]
    return replace(direction, emphasis=[*others, *weights])


def _term_maps(renewal: Renewal, terms: Sequence[Term], crop: Box, record: Record) -> TermMaps:
    core, pixels = record.core, renewal.job.pixels
    there = Box(core.top - renewal.y, core.left - renewal.x, core.height, core.width)
    return TermMaps(
        [term.mask_name for term in terms], renewal.job.pictures, (pixels.height, pixels.width), crop, there
    )


def _check(record: Record, directions: Sequence[Direction]) -> None:
    """Raise ``DreamError`` unless every step is one of these directions."""
    for whole in (whole for wholes in record.wholes for whole in wholes):
        if not 0 <= whole.direction < len(directions):
            raise DreamError("renewal.record")
        groups = directions[whole.direction].gradient.groups
        alone = len(groups) == 1 and not groups[0][0]
        if len(whole.bands) != len(groups) or len(whole.balance) != (0 if alone else len(groups)):
            raise DreamError("renewal.record")
