"""How long a job will take, and how much memory: asks the worker and remembers the answers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from ..core import atlas_look, film_settings, wire
from ..jobs.job import Chosen, DreamRequest
from ..language import tr

# How many answers are kept: moving a slider asks for many.
MOST = 200

Size = tuple[int, int]
# What an answer depends on: settings, size, frames, and whether it is a part of a larger picture.
Question = tuple[Chosen, Size, int, bool]


class Estimate:
    """``ask`` sends a question to the worker, or returns ``False`` if none can answer.

    Questions have ids below 0, so that they are never taken for a job's.
    """

    def __init__(self, ask: Callable[[wire.Estimate], bool]) -> None:
        self._ask = ask
        self._ids = count(-1, -1)
        self._pending: dict[int, Question] = {}
        self._told: dict[Question, wire.Cost] = {}

    def seconds(self, request: DreamRequest, size: Size, is_part: bool = False) -> float | None:
        """What a job of ``size`` (width, height in document pixels) will take; ``None`` until that is known.

        ``is_part``: of a larger picture, as in ``wire.Estimate``.
        """
        cost = self._cost(request, size, is_part)
        return (cost.seconds * _frames(request) or None) if cost else None

    def bytes(self, request: DreamRequest, size: Size, is_part: bool = False) -> int | None:
        """How much memory the same will take; ``None`` until that is known."""
        cost = self._cost(request, size, is_part)
        return cost.bytes if cost else None

    def sheet(self, network: str, layer: str) -> wire.Cost | None:
        """What rendering the atlas of a layer will take; ``None`` until that is known."""
        settings, side, dreams = atlas_look.Look().as_dreams(network, layer)
        return self._cost_of((settings, (side, side), dreams, False), is_likely=False)

    def heard(self, cost: wire.Cost) -> None:
        """The worker's answer; 0 seconds: it doesn't know yet."""
        if cost.id in self._pending:
            self._told[self._pending.pop(cost.id)] = cost
        while len(self._told) > MOST:
            del self._told[next(iter(self._told))]

    def forget(self) -> None:
        """Ask again: the worker is another one, or has learned from a job."""
        self._pending.clear()
        self._told.clear()

    def _cost(self, request: DreamRequest, size: Size, is_part: bool) -> wire.Cost | None:
        frames = request.zoom.settings.frames if request.zoom else 1
        return self._cost_of((request.settings, size, frames, is_part))

    def _cost_of(self, question: Question, is_likely: bool = True) -> wire.Cost | None:
        if question not in self._told and question not in self._pending.values():
            chosen, size, frames, is_part = question
            number = next(self._ids)
            message = wire.Estimate(number, chosen.to_dict(), *size, chosen.kind, frames, is_part, is_likely)
            if self._ask(message):
                self._pending[number] = question
        return self._told.get(question)


def _frames(request: DreamRequest) -> float:
    """How many still dreams an animation is worth: frames that start from the previous dream take fewer steps."""
    animation = request.animation
    if animation is None:
        return 1.0
    return 1 + max(0, len(animation.times) - 1) * film_settings.share_of_steps(animation.flow)


def in_words(seconds: float) -> str:
    """A time no more precise than the guess is: "about 12 s"."""
    if seconds < 90:
        return tr("about {seconds} s", seconds=f"{max(1, seconds):.0f}")
    return tr("about {minutes} min", minutes=f"{seconds / 60:.0f}")


def memory_in_words(size: int) -> str:
    """So many bytes of memory: "0.6 GB"."""
    return tr("{gigabytes} GB", gigabytes=f"{max(size / 1e9, 0.1):.1f}")
