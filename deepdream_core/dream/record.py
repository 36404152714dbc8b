"""What is kept of a whole dream so that a part of it can be dreamed again: its measures, and every step's ``Whole``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.ascent import Whole
from ..engine.optimiser import Moved
from ..engine.tones import Held
from ..errors import DreamError
from ..image.protection import Lines
from ..image.region import Box
from ..settings.dream_settings import AUTO, DreamSettings


@dataclass(frozen=True)
class Record:
    """In pixels of the picture that was dreamed: ``core`` and ``crop`` of its region.

    ``octaves``: (height, width) of each, of which the last is the computed size. ``room``: how tones were opened;
    ``lines``: what counted as one. ``channels``: for each network the numbers that took the place of each term's
    "strongest 5", in the order of those terms; ``likeness``: where that counts, for each network how much under each
    mask. ``wholes``: of each octave's steps.
    """

    core: Box
    crop: Box
    octaves: Sequence[tuple[int, int]]
    room: float | None
    lines: Lines
    channels: Sequence[Sequence[Sequence[int]]]
    likeness: Sequence[Sequence[float]]
    wholes: Sequence[Sequence[Whole]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, of which ``settings.renewal`` reads some: areas as x, y, width, height."""
        return {
            "core": _area(self.core),
            "crop": _area(self.crop),
            "octaves": [[width, height] for height, width in self.octaves],
            "room": self.room,
            "lines": [self.lines.full, self.lines.breadth],
            "channels": [[list(numbers) for numbers in of_network] for of_network in self.channels],
            "likeness": [[*map(_short, each)] for each in self.likeness],
            "steps": [[plain_step(whole) for whole in wholes] for wholes in self.wholes],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], settings: DreamSettings) -> Record:
        """The record again. Raises ``DreamError`` ("renewal.record") for what is none, or not of such a dream."""
        try:
            record = cls(
                core=_box(values["core"]),
                crop=_box(values["crop"]),
                octaves=[(int(height), int(width)) for width, height in values["octaves"]],
                room=None if values["room"] is None else _number(values["room"]),
                lines=Lines(_number(values["lines"][0]), int(values["lines"][1])),
                channels=[[list(map(int, numbers)) for numbers in each] for each in values["channels"]],
                likeness=[[*map(_number, each)] for each in values["likeness"]],
                wholes=[[step_of(step) for step in steps] for steps in values["steps"]],
            )
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
            raise DreamError("renewal.record") from error
        if not record._fits(settings):
            raise DreamError("renewal.record")
        return record

    def _fits(self, settings: DreamSettings) -> bool:
        bands = {len(factors) for wholes in self.wholes for whole in wholes for factors in whole.bands}
        return (
            len(self.octaves) == len(self.wholes) > 0
            and all(_few_enough(len(wholes), settings) for wholes in self.wholes)
            and bands == {len(settings.strengths())}
            and (self.room is not None) == settings.headroom
            and min(map(min, self.octaves)) > 0
        )


def _few_enough(steps: int, settings: DreamSettings) -> bool:
    return 0 < steps <= settings.steps if settings.how_far == AUTO else steps == settings.steps


def _area(box: Box) -> list[int]:
    return [box.left, box.top, box.width, box.height]


def _box(values: Sequence[Any]) -> Box:
    left, top, width, height = map(int, values)
    return Box(top, left, height, width)


def plain_step(whole: Whole) -> list[Any]:
    """A step's numbers as plain values for JSON."""
    moved, held = whole.moved, whole.moved.held
    numbers = [moved.mean, moved.direction, held.shift, held.light, held.fine, held.colour]
    factors = [list(map(_short, factors)) for factors in whole.bands]
    return [whole.direction, factors, *([*map(_short, each)] for each in (whole.balance, whole.natural, numbers))]


def step_of(step: Sequence[Any]) -> Whole:
    """The step again. Raises ``ValueError`` or ``TypeError`` for what is none."""
    direction, factors, balance, natural, numbers = step
    first, second = map(_number, natural)
    mean, length, *held = map(_number, numbers)
    bands = tuple(tuple(map(_number, each)) for each in factors)
    return Whole(int(direction), bands, tuple(map(_number, balance)), (first, second), Moved(mean, length, Held(*held)))


def _short(value: float) -> float:
    """Six digits tell a step's numbers well enough."""
    return float(f"{value:.6g}")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(value)
    return float(value)
