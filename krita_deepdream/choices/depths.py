"""How deep in a network an objective stands: the layers worth walking, from early to late."""

from __future__ import annotations

from ..core import catalogue, errors, syntax


def depths(network: str) -> list[catalogue.LayerInfo]:
    """The layers of a network that are worth walking, from early to late; the logits are for classes."""
    return [layer for layer in catalogue.network(network).layers if layer.name != "logits"]


def layer_of(objective: str) -> str:
    """The layer that an objective names if it is just that, else nothing."""
    try:
        terms = syntax.parse(objective)
    except errors.DreamError:
        return ""
    return terms[0].name if len(terms) == 1 and syntax.write(terms) == terms[0].name else ""


def deepest(objective: str, names: list[str]) -> str:
    """Where an objective that is no plain layer stands: at its deepest layer; things are at the end of all."""
    named = [term.name for term in syntax.parse(objective) if term.name in names]
    return max(named, key=names.index, default=names[-1])
