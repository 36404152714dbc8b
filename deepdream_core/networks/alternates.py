"""(settings) → the networks that take steps in turn; nothing is read but whether their weights are there."""

from __future__ import annotations

from ..catalogue import NetworkInfo, network, sisters
from ..errors import DreamError
from ..settings.dream_settings import AUTO, DreamSettings
from ..settings.style_settings import StyleSettings
from ..weights.store import present


def all_of(settings: DreamSettings | StyleSettings) -> list[NetworkInfo]:
    """All networks that compute with these settings, the main one first. Raises ``DreamError`` as ``alternates``."""
    first = network(settings.network)
    return [first, *(alternates(settings, first) if isinstance(settings, DreamSettings) else ())]


def alternates(settings: DreamSettings, first: NetworkInfo) -> list[NetworkInfo]:
    """Those that the settings ask for beside the first one. Raises ``DreamError`` for one of other classes."""
    if settings.alternate_networks == AUTO:
        return [info for info in sisters(first) if present(info)]
    names = dict.fromkeys(name.strip() for name in settings.alternate_networks.split(",") if name.strip())
    others = [network(name) for name in names if name != first.name]
    for other in others:
        if other not in sisters(first):
            known = ", ".join(info.name for info in sisters(first)) or "none"
            raise DreamError("network.turn", network=first.label, name=other.name, known=known)
    return others
