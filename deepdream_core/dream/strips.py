"""(a large octave of a dream) → strips that several computers dream side by side, and the octave put together of them.

Whatever a step takes from the whole picture is measured beforehand, on samples from all over it, and is the same in
every strip, as a renewal does it with the numbers of its record. Every second strip is dreamed first; those between
them grow towards what is there, and both are mixed in the seam after every step. Strips lie on the network's lattice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import AnyMask, AnyRgb, Change, Mask, PerChannel, Rgb
from ..engine.ascent import Ascent, Direction, Part, Whole
from ..engine.bands import bands_of
from ..engine.engine import Engine
from ..engine.tiles import LATTICE, OVERLAP
from ..engine.tones import Ground
from ..image.rows import everywhere
from ..objective.syntax import Term
from ..settings.dream_settings import DreamSettings
from ..settings.renewal import SEAM_PX

# In pixels of an octave: a shorter one is dreamed in one piece; of a longer one strips are about so wide.
LEAST_PX, STRIP_PX, FEWEST = 1536, 768, 4
# Of samples: how many, how many beside each other, the pixels that are measured, and what is seen around them.
SAMPLES, ACROSS, SAMPLE_PX, MARGIN_PX = 9, 3, 256, 32


@dataclass(frozen=True)
class NetworkSteps:
    """One network's steps as plain data: its name, its terms with channels' numbers, and each channel's emphasis."""

    network: str
    terms: tuple[Term, ...]
    emphasis: Sequence[PerChannel]


@dataclass(frozen=True)
class Climbed:
    """What steps have added, float32 (height, width, 3), and what each took from the whole."""

    detail: Change
    wholes: Sequence[Whole]


@dataclass(frozen=True)
class Strip:
    """A part of an octave, or all of it, as plain data that can be sent anywhere.

    ``base``, ``movable`` (``None``: all), ``room``, ``scale``: of its ``Ground``; ``detail``: what smaller octaves
    added; ``guides``: float32 pictures, 0..255, by name. ``wholes``: each step's numbers, ``None`` to measure them
    here. ``neighbours``: what was added beside it, which stays where ``fade`` is 0: float32 (height, 1) or (1, width).
    """

    settings: DreamSettings
    steps: Sequence[NetworkSteps]
    guides: Mapping[str, Rgb]
    octave: int
    tile: int
    base: AnyRgb
    movable: AnyMask | None
    room: float | None
    scale: float
    detail: Change
    wholes: Sequence[Whole] | None = None
    neighbours: Change | None = None
    fade: Mask | None = None

    def part(self, area: tuple[slice, slice]) -> Strip:
        """These rows and columns of it."""
        movable = None if self.movable is None else self.movable[area]
        return replace(self, base=self.base[area], movable=movable, detail=self.detail[area])

    def climb(self, engine: Engine, tell: Callable[[float], None]) -> Climbed:
        """All steps of its octave; ``tell`` hears the share that is done. Raises ``DreamError`` as ``Engine``."""
        height, width = self.base.shape[:2]
        movable = everywhere(height, width) if self.movable is None else self.movable
        if not movable.any():
            return Climbed(np.zeros_like(self.detail), ())
        ground = Ground(self.base, movable, self.room, self.scale)
        maps = np.zeros((height, width, 0), np.float32)
        ascent = Ascent(ground, np.array(self.detail), maps, self.tile, self._tied())
        for step, share in ascent.climb(self._directions(engine), self.settings, self.octave):
            tell((step + share) / self.settings.steps)
        return Climbed(ascent.detail(), ascent.wholes)

    def _tied(self) -> Part | None:
        if self.wholes is None:
            return None
        height, width = self.base.shape[:2]
        if self.neighbours is None or self.fade is None:
            return Part(self.wholes, self.detail, everywhere(height, width))
        weight = np.ascontiguousarray(np.broadcast_to(self.fade, (height, width)))
        return Part(self.wholes, self.neighbours, weight)

    def _directions(self, engine: Engine) -> list[Direction]:
        found = []
        for each in self.steps:
            named = {term.picture: self.guides[term.picture] for term in each.terms if term.picture in self.guides}
            network = engine.network(each.network)
            gradient = engine.gradient(network, each.terms, named, self.settings.precision)
            found.append(Direction(gradient, list(each.emphasis), bands_of(self.settings)))
        return found


# Dreams some strips anywhere, in any sequence: gives each, by its number among them, when it is done.
Climb = Callable[[Sequence[Strip]], Iterator[tuple[int, Climbed]]]


def is_shared(height: int, width: int) -> bool:
    """Whether an octave of this size is cut into strips."""
    return max(height, width) >= LEAST_PX


def climb_apart(whole: Strip, climb: Climb) -> Iterator[tuple[float, Climbed | None]]:
    """All steps of an octave, strip by strip: the share that is done, and in the end what came of it."""
    axis = int(whole.base.shape[1] > whole.base.shape[0])
    length = whole.base.shape[axis]
    ((_number, measured),) = climb([_samples(whole)])
    whole = replace(whole, wholes=measured.wholes)
    detail, cuts, done = whole.detail.copy(), _cuts(length), 0
    for first in (0, 1):
        numbers = range(first, len(cuts), 2)
        cores = [cuts[number] for number in numbers]
        strips = [_strip(whole, core, axis, detail if first else None) for core in cores]
        for index, climbed in climb(strips):
            # What is dreamed first reaches into its neighbours, which go over into it.
            filled = _grown(cores[index], 0 if first else SEAM_PX, length)
            start = _grown(cores[index], OVERLAP, length).start
            inside = slice(filled.start - start, filled.stop - start)
            detail[_along(filled, axis)] = climbed.detail[_along(inside, axis)]
            done += 1
            yield done / len(cuts), None
    yield 1.0, Climbed(detail, measured.wholes)


def _cuts(length: int) -> list[slice]:
    """Where an octave of so many pixels is cut, on the lattice."""
    count = max(FEWEST, length // STRIP_PX)
    edges = [round(length * number / count / LATTICE) * LATTICE for number in range(count)] + [length]
    return [slice(start, stop) for start, stop in zip(edges, edges[1:], strict=False)]


def _strip(whole: Strip, core: slice, axis: int, neighbours: Change | None) -> Strip:
    """With what the network sees around it; with ``neighbours`` it goes over into them."""
    length = whole.base.shape[axis]
    outer = _grown(core, OVERLAP, length)
    strip = whole.part(_along(outer, axis))
    if neighbours is None:
        return strip
    position = np.arange(outer.start, outer.stop, dtype=np.float32) + np.float32(0.5)
    before = np.inf if core.start == 0 else position - core.start
    after = np.inf if core.stop == length else core.stop - position
    share = np.clip(np.minimum(before, after) / SEAM_PX, 0, 1).astype(np.float32)
    fade = share * share * (3 - 2 * share)
    return replace(
        strip, neighbours=neighbours[_along(outer, axis)], fade=fade.reshape((-1, 1) if axis == 0 else (1, -1))
    )


def _samples(whole: Strip) -> Strip:
    """Samples from all over an octave, laid beside each other; what lies at their borders isn't measured."""
    height, width = whole.base.shape[:2]
    size = tuple(min(SAMPLE_PX + 2 * MARGIN_PX, side) for side in (height, width))
    inner = np.zeros(size, np.float32)
    inner[MARGIN_PX : size[0] - MARGIN_PX, MARGIN_PX : size[1] - MARGIN_PX] = 1
    if whole.movable is not None and not whole.movable[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX].any():
        inner[...] = 1
    areas = [
        (slice(top, top + size[0]), slice(left, left + size[1]))
        for top in _starts(height, size[0])
        for left in _starts(width, size[1])
    ]
    measured = {
        number: inner if whole.movable is None else inner * whole.movable[area] for number, area in enumerate(areas)
    }
    if not any(each.any() for each in measured.values()):
        # So narrow that there are only borders.
        measured = {number: np.ones_like(inner) for number in measured}
    chosen = _some([number for number in measured if measured[number].any()], whole.settings.seed)

    def laid(pieces: Sequence[AnyRgb | Mask]) -> AnyRgb:
        rows = [np.concatenate(pieces[start : start + ACROSS], axis=1) for start in range(0, len(pieces), ACROSS)]
        return np.concatenate(rows, axis=0)

    return replace(
        whole,
        base=laid([whole.base[areas[number]] for number in chosen]),
        detail=laid([whole.detail[areas[number]] for number in chosen]),
        movable=laid([measured[number] for number in chosen]),
    )


def _starts(length: int, side: int) -> list[int]:
    """Where samples of ``side`` pixels lie along a side of an octave, on the lattice."""
    last = (length - side) // LATTICE * LATTICE
    return sorted({min(start, last) for start in range(0, length, SAMPLE_PX)})


def _some(numbers: Sequence[int], seed: int) -> list[int]:
    """As many as are laid beside each other, from all over; the same for a seed."""
    random = np.random.default_rng([seed, len(numbers)])
    count = min(len(numbers), SAMPLES)
    count -= count % ACROSS if count > ACROSS else 0
    return [int(random.choice(run)) for run in np.array_split(np.asarray(numbers), count)]


def _grown(core: slice, by: int, length: int) -> slice:
    return slice(max(0, core.start - by), min(length, core.stop + by))


def _along(part: slice, axis: int) -> tuple[slice, slice]:
    """All of a picture but for one axis."""
    return (part, slice(None)) if axis == 0 else (slice(None), part)
