"""What a press of Dream would do: what would be dreamed, at which size, how long it would take, how much memory."""

from __future__ import annotations

from contextlib import suppress

from ..core import dream_settings, errors, quality
from ..jobs.job import DreamRequest, HostLike
from ..language import explain, tr
from . import aim
from .estimate import Estimate, in_words, memory_in_words


class Forecast:
    """Looks at what is selected in Krita; ``estimate`` knows the times."""

    def __init__(self, host: HostLike, estimate: Estimate) -> None:
        self._host, self._estimate = host, estimate

    def in_words(self, request: DreamRequest) -> str:
        """What would be dreamed now and what that would take, or why nothing could be."""
        try:
            target = self._host.look(request)
        except errors.DreamError as error:
            return explain(error)
        if target is None:
            return tr("Open an image to dream.")
        seconds = self._estimate.seconds(request, target.size, target.selected)
        needed = self._estimate.bytes(request, target.size, target.selected)
        time = "" if seconds is None else in_words(seconds)
        memory = "" if needed is None else memory_in_words(needed)
        parts = [aim.in_words(target), aim.frames(request), aim.computed(target.size, request.settings), time, memory]
        return ", ".join(filter(None, parts))

    def of_sheet(self, network: str, layer: str) -> str:
        """What rendering the atlas of a layer will take, as "about 2 min, 0.3 GB"; empty while not known."""
        cost = self._estimate.sheet(network, layer)
        return f"{in_words(cost.seconds)}, {memory_in_words(cost.bytes)}" if cost and cost.seconds else ""

    def seconds_by_quality(self, request: DreamRequest) -> dict[str, float]:
        """How long ``request`` would take at each quality, by its word of ``working_size``; empty while not known."""
        chosen = request.settings
        if not isinstance(chosen, dream_settings.DreamSettings):
            return {}
        with suppress(errors.DreamError):
            target = self._host.look(request)
            seconds = self._estimate.seconds(request, target.size, target.selected) if target else None
            if target and seconds:
                rate = seconds / quality.effort(chosen, *target.size)
                others = {word: chosen.replace(quality.at(chosen, word)) for word in quality.QUALITIES}
                return {word: rate * quality.effort(other, *target.size) for word, other in others.items()}
        return {}
