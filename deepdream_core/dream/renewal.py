"""(a part of a source as it is now; its old dream) → that part dreamed again, as a part of the whole.

Sizes, motifs and every number that a step takes from the whole picture come from the whole dream's record. The network
sees the old dream around the new part, and in the seam both are mixed after every step (as RePaint does in denoising:
Lugmayr et al. 2022, arXiv 2201.09865). The old dream is shown only as far as it had grown at the same step: next to
the finished dream, a step would exaggerate the new part, with motifs one and a half times as large. In every octave the
seam is equally wide in that octave's pixels, so coarse forms blend over a longer distance than fine ones (Burt &
Adelson 1983).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..arrays import Change, Mask
from ..engine.ascent import Ascent, Part
from ..engine.engine import Engine
from ..engine.progress import DreamResult, Progress, hashes
from ..engine.tones import Ground
from ..engine.whole_job import Run
from ..image.pixels import blend, preview
from ..image.region import Box, bounds, grown
from ..image.rows import weigh
from ..settings.renewal import SEEN_PX
from .cutout import Cutout
from .laying import lay_over
from .renewal_plan import Renewal, RenewalPlan, planned
from .run import start_noise

# From this share of newness on, a pixel shows only the new dream; below it, the old one is mixed in.
LAID_IN = 0.25


def renew(job: Renewal, engine: Engine) -> Iterator[Progress]:
    """Dream ``job``; progress as of ``dream``. All previews and the result show ``settings.renewal.window``.

    The result's ``x``, ``y`` count from the crop's corner; its ``mask`` is 0 where the old dream stays, to the bit.
    Raises ``DreamError`` before the first progress for what can't be dreamed or renewed.
    """
    yield from _Renewing(planned(job, engine)).progress()


class _Renewing(Run):
    """A renewal in progress: each octave has the whole crop's detail, and steps change only what is near the new part.

    ``_detail``: what was added up to the last octave; ``_old``: the same of the old dream; both for ``_cutout``.
    """

    def __init__(self, plan: RenewalPlan) -> None:
        self._plan, self._settings = plan, plan.settings
        cutouts = [plan.cutout.at(*size) for size in plan.sizes]
        self._cutouts, last = cutouts, cutouts[-1]
        self._base, self._last_old = plan.base, plan.old_detail()
        self._newness = [plan.weight(cutout) for cutout in cutouts]
        self._boxes = [_near(weight) for weight in self._newness]
        shown = plan.shown.at(*plan.size)
        self._preview_ground = Ground(last.resized(self._base, shown), self._share(shown), plan.record.room)
        self._preview_start = last.resized(self._last_old, shown)
        weigh(self._preview_start, np.float32(1) - self._preview_ground.movable)
        self._preview_start += self._preview_ground.start(slice(None))
        super().__init__([box.height * box.width for box in self._boxes], plan.settings.steps)

    def _octave(self, index: int) -> Iterator[Progress]:
        plan, cutout, inside = self._plan, self._cutouts[index], self._boxes[index].slices
        weight, (detail, stays, old) = self._newness[index], self._begin(index)
        movable = plan.movable(cutout) * (weight > 0)
        base = self._cutouts[-1].resized(self._base, cutout)
        scale = cutout.height / plan.cutout.height
        ground = Ground(base[inside], movable[inside], plan.record.room, scale)
        part = Part(plan.record.wholes[index], stays[inside], weight[inside])
        ascent = Ascent(ground, np.ascontiguousarray(detail[inside]), plan.maps(cutout)[inside], plan.tile, part)
        self._detail, self._old = stays, old
        steps = ascent.climb(list(plan.directions), self._settings, index) if movable[inside].any() else ()
        for number, share in steps:
            step = self._settings.steps - 1 if ascent.ended else number
            self._pace.reach(index, step + share)
            yield self._shown(index, step, ascent.added()) if share == 1 else self._at(index, step)
        self._detail[inside] = ascent.detail()

    def _begin(self, index: int) -> tuple[Change, Change, Change]:
        """What an octave starts from, what stays unchanged beyond the seam, and what the old dream had there."""
        cutout = self._cutouts[index]
        old = self._cutouts[-1].resized(self._last_old, cutout)
        if not index:
            return self._start_noise(cutout), old.copy(), old
        before = self._cutouts[index - 1]
        return before.resized(self._detail, cutout), old + before.resized(self._detail - self._old, cutout), old

    def _start_noise(self, cutout: Cutout) -> Change:
        box = cutout.box
        random = np.random.default_rng([self._settings.seed, len(self._cutouts), box.top, box.left])
        noise = start_noise(box.height, box.width, self._settings, random)
        weigh(noise, self._plan.movable(cutout))
        return noise

    def _share(self, cutout: Cutout) -> Mask:
        """How much of each pixel of ``cutout`` is dreamed again: the seam is widest in the smallest octave."""
        share: Mask = np.minimum(
            self._cutouts[0].resized(self._newness[0], cutout, softly=False) / np.float32(LAID_IN), 1
        )
        return share

    def _shown(self, index: int, step: int, added: Change) -> Progress:
        """The progress after a whole step, seen at the computed size, where the source is as sharp as it can be."""
        detail = self._detail.copy()
        detail[self._boxes[index].slices] = added
        picture = self._cutouts[index].resized(detail, self._plan.shown.at(*self._plan.size))
        weigh(picture, self._preview_ground.movable)
        picture += self._preview_start
        return self._at(index, step, preview(picture, self._preview_ground.seen))

    def _result(self) -> DreamResult:
        """The old dream with the new part in it, in the window."""
        plan, job, window = self._plan, self._plan.job, self._plan.window
        inside = window.within(plan.region.crop).slices
        rgb = self._cutouts[-1].resized(self._detail, plan.shown)
        lay_over(plan.seen[inside], rgb, plan.reach()[inside], plan.record.room, self._settings.keep_colours)
        share = self._share(plan.shown)
        share[plan.changed[inside] > 0] = 1
        old = plan.old_dream.part(inside)
        alpha = np.where(share > 0, plan.alpha(), np.float32(1) if old.alpha is None else old.alpha)
        inputs = hashes(job.pictures, job.mask, job.backdrop, job.strength_map)
        recipe = plan.recipe(plan.directions[0].gradient.precision, inputs, [each for each, _ in plan.alternating[1:]])
        record = plan.record.to_dict()
        return DreamResult(window.left, window.top, blend(old.rgb, rgb, share), alpha, share, recipe, record)


def _near(weight: Mask) -> Box:
    """The part of an octave that the network sees: the new part and its surroundings."""
    box = bounds(weight > 0)
    return grown(box, SEEN_PX, Box(0, 0, *weight.shape))
