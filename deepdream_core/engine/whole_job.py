"""(plan) → progress, and in the end the result: what dreaming and painting in a style have in common.

A job is first planned: small functions work out everything that doesn't change, in the order in which one needs the
other. Then its run goes from octave to octave.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..arrays import AnyRgb, Rgb
from ..image.region import Box, Region
from ..networks import Network
from ..settings.dream_settings import DreamSettings
from ..settings.recipe import Recipe
from ..settings.style_settings import StyleSettings
from ..version import VERSION
from . import tiles
from .engine import Engine
from .progress import DreamResult, Pace, Progress

Chosen = TypeVar("Chosen", DreamSettings, StyleSettings)


@dataclass(frozen=True)
class Plan(Generic[Chosen]):
    """What every job knows before its first step.

    ``seen``: the region's crop, (height, width, 3) of 0..255, with the backdrop under what is transparent. ``size``:
    (height, width) at which it is computed; ``sizes``: of the octaves, from small to large.
    """

    settings: Chosen
    engine: Engine
    network: Network
    region: Region
    seen: AnyRgb
    size: tuple[int, int]
    sizes: Sequence[tuple[int, int]]

    @property
    def tile(self) -> int:
        """The largest side of a tile in pixels."""
        return tiles.largest_side(self.settings.tile, self.network.info)

    @property
    def core(self) -> Box:
        """The region's core at the size at which it is computed."""
        return self.region.core_in(*self.size)

    @property
    def source(self) -> AnyRgb:
        """The region's core as it is seen, at its own size."""
        return self.seen[self.region.core.within(self.region.crop).slices]

    def recipe(self, precision: str, inputs: Mapping[str, str], alternating: Sequence[Network] = ()) -> Recipe:
        """How to do the same again. ``inputs``: SHA-256 of each further picture by its name; ``alternating``: networks
        that take some of the steps.
        """
        engine, weights = self.engine, self.network.weights
        return Recipe(
            settings=self.settings,
            version=VERSION,
            weights_sha256=weights.sha256,
            tensorflow=engine.tensorflow,
            processor=engine.processor,
            threads=engine.threads,
            precision=precision,
            tile=self.tile,
            width=self.core.width,
            height=self.core.height,
            pictures=inputs,
            weights_user_supplied=any(each.weights.user_supplied for each in (self.network, *alternating)),
            alternate_networks={each.info.name: each.weights.sha256 for each in alternating},
        )


class Run(ABC):
    """A job at work: ``octaves`` in all, of which each has as many ``steps``; ``areas``: their pixels. The ``first`` to
    be computed is 0, or one after those that were done before.
    """

    def __init__(self, areas: Sequence[int], steps: int, first: int = 0) -> None:
        self._octaves, self._steps, self._first = len(areas), steps, first
        self._pace = Pace([0] * first + [*areas[first:]], steps)

    def progress(self) -> Iterator[Progress]:
        """All of the job; the last one brings the result."""
        for index in range(self._first, self._octaves):
            yield from self._octave(index)
        yield self._pace.last(self._octaves, self._steps, self._result())

    @abstractmethod
    def _octave(self, index: int) -> Iterator[Progress]: ...

    @abstractmethod
    def _result(self) -> DreamResult: ...

    def _at(self, index: int, step: int, preview: Rgb | None = None, octave_picture: Rgb | None = None) -> Progress:
        """The progress in octave ``index`` during ``step``, both from 0."""
        pace = self._pace
        return Progress(
            done=pace.done,
            total=pace.total,
            octave=index + 1,
            octaves=self._octaves,
            step=step + 1,
            steps=self._steps,
            seconds_left=pace.seconds_left,
            preview=preview,
            octave_picture=octave_picture,
        )


def scaled_size(size: Sequence[int], scale: float) -> tuple[int, int]:
    """(height, width, …) times ``scale``, in whole pixels, at least one."""
    height, width = size[:2]
    return max(1, round(height * scale)), max(1, round(width * scale))
