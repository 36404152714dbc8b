"""How long a dream will take, learned from the last ones on this computer."""

from __future__ import annotations

from .core import settings, style_settings, surroundings
from .jobs import Order
from .language import tr

# Longest side in pixels that is computed unless asked otherwise, by kind of job.
AUTOMATIC = {
    settings.DreamSettings.kind: surroundings.AUTOMATIC_WORKING_SIZE,
    style_settings.StyleSettings.kind: style_settings.AUTOMATIC_WORKING_SIZE,
}


class Estimate:
    """Seconds per pixel and step, for each kind of job and network; forgotten when Krita quits."""

    def __init__(self) -> None:
        self._rates: dict[tuple[str, str], float] = {}

    def learn(self, order: Order, size: tuple[int, int], seconds: float) -> None:
        """An order of ``size`` (width, height in document pixels) took that long."""
        self._rates[_kind(order)] = seconds / work(order, size)

    def seconds(self, order: Order, size: tuple[int, int]) -> float | None:
        """What the next one will take; ``None`` when nothing is known yet."""
        rate = self._rates.get(_kind(order))
        return None if rate is None else rate * work(order, size)


def work(order: Order, size: tuple[int, int]) -> float:
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
    return order.settings.kind, order.settings.network


def in_words(seconds: float) -> str:
    """A time no more precise than the guess is: "about 12 s"."""
    if seconds < 90:
        return tr("about {seconds} s", seconds=f"{max(1, seconds):.0f}")
    return tr("about {minutes} min", minutes=f"{seconds / 60:.0f}")
