"""Picks from the atlas: (objective) → channels with weights, and its other terms; and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..core import syntax


class Channel(NamedTuple):
    """A channel of a layer."""

    layer: str
    number: int


def picked_in(objective: str) -> dict[Channel, float]:
    """The channels that count everywhere, each with its weight."""
    weights: dict[Channel, float] = {}
    for term in filter(_is_pick, syntax.parse(objective)):
        for number, weight in term.channels:
            channel = Channel(term.name, number)
            weights[channel] = weights.get(channel, 0.0) + term.weight * weight
    return weights


def others_in(objective: str) -> tuple[syntax.Term, ...]:
    """The terms that the atlas has no picture for: whole layers, classes, guides, and everything with a mask."""
    return tuple(term for term in syntax.parse(objective) if not _is_pick(term))


def composed(others: Sequence[syntax.Term]) -> bool:
    """Whether they are more than one whole layer, which is what most presets start from."""
    return [replace(term, weight=1.0) for term in others] != [syntax.Term("layer", term.name) for term in others[:1]]


def objective(others: Sequence[syntax.Term], weights: Mapping[Channel, float]) -> str:
    """The objective of ``others`` and these channels."""
    layers: dict[str, list[tuple[int, float]]] = {}
    for channel, weight in weights.items():
        layers.setdefault(channel.layer, []).append((channel.number, weight))
    picks = [
        syntax.Term("layer", layer, channels=tuple(channels), statistic="mean") for layer, channels in layers.items()
    ]
    return syntax.write((*others, *picks))


def _is_pick(term: syntax.Term) -> bool:
    plain = syntax.Term("layer", term.name, term.weight, term.channels, statistic="mean")
    return bool(term.channels) and term == plain
