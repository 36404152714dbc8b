"""How long a dream will take, learned from the last ones on this computer."""

from __future__ import annotations

from .core import settings, surroundings
from .language import tr


class Estimate:
    """Seconds per pixel and step, for each network that has dreamed; forgotten when Krita quits."""

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}

    def learn(self, chosen: settings.DreamSettings, size: tuple[int, int], seconds: float) -> None:
        """A dream of ``size`` (width, height in document pixels) took that long."""
        self._rates[chosen.network] = seconds / work(chosen, size)

    def seconds(self, chosen: settings.DreamSettings, size: tuple[int, int]) -> float | None:
        """What the next one will take; ``None`` when nothing is known yet."""
        rate = self._rates.get(chosen.network)
        return None if rate is None else rate * work(chosen, size)


def work(chosen: settings.DreamSettings, size: tuple[int, int]) -> float:
    """Pixels that are computed, times steps; the octaves' sizes are left to the rate."""
    width, height = size
    longest = max(width, height)
    if chosen.working_size == settings.FULL:
        limit = longest
    elif isinstance(chosen.working_size, int):
        limit = chosen.working_size
    else:
        limit = surroundings.AUTOMATIC_WORKING_SIZE
    shrunk = min(1.0, limit / longest)
    return width * height * shrunk**2 * chosen.steps


def in_words(seconds: float) -> str:
    """A time no more precise than the guess is: "about 12 s"."""
    if seconds < 90:
        return tr("about {seconds} s", seconds=f"{max(1, seconds):.0f}")
    return tr("about {minutes} min", minutes=f"{seconds / 60:.0f}")
