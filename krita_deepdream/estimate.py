"""How long a job will take: the worker says it of dreams; of styles and films the last ones of this session tell."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from .core import settings, style_settings, surroundings, wire
from .jobs import Order
from .language import tr

# Longest side in pixels that is computed unless asked otherwise, by kind of job.
AUTOMATIC = {
    settings.DreamSettings.kind: surroundings.AUTOMATIC_WORKING_SIZE,
    style_settings.StyleSettings.kind: style_settings.AUTOMATIC_WORKING_SIZE,
}
# Answers that are kept: a slider that is moved asks for many.
MOST = 200

Size = tuple[int, int]


class Estimate:
    """``ask`` sends a question to the worker; false while there is none that could answer.

    Questions have ids below 0, so that they are never taken for a job's.
    """

    def __init__(self, ask: Callable[[wire.Estimate], bool]) -> None:
        self._ask = ask
        self._ids = count(-1, -1)
        self._asked: dict[int, tuple[settings.DreamSettings, Size]] = {}
        self._told: dict[tuple[settings.DreamSettings, Size], float] = {}
        self._rates: dict[tuple[str, str], float] = {}

    def seconds(self, order: Order, size: Size) -> float | None:
        """What a job of ``size`` (width, height in document pixels) will take; ``None`` while that isn't known."""
        chosen = order.settings
        if order.film or not isinstance(chosen, settings.DreamSettings):
            rate = self._rates.get(_kind(order))
            return None if rate is None else rate * work(order, size)
        if (chosen, size) not in self._told and (chosen, size) not in self._asked.values():
            number = next(self._ids)
            if self._ask(wire.Estimate(number, chosen.to_dict(), *size)):
                self._asked[number] = chosen, size
        return self._told.get((chosen, size)) or None

    def heard(self, cost: wire.Cost) -> None:
        """The worker's answer; 0 seconds: it doesn't know yet."""
        if cost.id in self._asked:
            self._told[self._asked.pop(cost.id)] = cost.seconds
        while len(self._told) > MOST:
            del self._told[next(iter(self._told))]

    def learn(self, order: Order, size: Size, seconds: float) -> None:
        """A job took that long; of dreams the worker knows better now than it told before."""
        self._rates[_kind(order)] = seconds / work(order, size)
        self.forget()

    def forget(self) -> None:
        """Another worker, or a wiser one: ask again."""
        self._asked.clear()
        self._told.clear()


def work(order: Order, size: Size) -> float:
    """Pixels that are computed, times steps; the octaves' sizes are left to the rate."""
    chosen = order.settings
    (width, height), longest = size, max(size)
    if chosen.working_size == settings.FULL:
        limit = longest
    elif isinstance(chosen.working_size, int):
        limit = chosen.working_size
    else:
        limit = AUTOMATIC[chosen.kind]
    shrunk = min(1.0, limit / longest)
    times = chosen.passes if isinstance(chosen, style_settings.StyleSettings) else 1
    times *= order.film.settings.frames if order.film else 1
    return width * height * shrunk**2 * chosen.steps * times


def _kind(order: Order) -> tuple[str, str]:
    return "film" if order.film else order.settings.kind, order.settings.network


def in_words(seconds: float) -> str:
    """A time no more precise than the guess is: "about 12 s"."""
    if seconds < 90:
        return tr("about {seconds} s", seconds=f"{max(1, seconds):.0f}")
    return tr("about {minutes} min", minutes=f"{seconds / 60:.0f}")
