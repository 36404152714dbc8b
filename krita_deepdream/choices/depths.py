"""How deep in the network an objective is: the layers worth stepping through, from early to late."""

from __future__ import annotations

from ..core import catalogue, errors, syntax


def depths(network: str) -> list[catalogue.LayerInfo]:
    """The layers of a network worth stepping through, from early to late; the logits are for classes."""
    return [layer for layer in catalogue.network(network).layers if layer.name != "logits"]


def layer_of(objective: str) -> str:
    """The layer, if an objective is just one whole layer; else nothing."""
    try:
        terms = syntax.parse(objective)
    except errors.DreamError:
        return ""
    return terms[0].name if len(terms) == 1 and syntax.write(terms) == terms[0].name else ""


def deepest(objective: str, names: list[str]) -> str:
    """The depth of any other objective: that of its deepest layer; things come last."""
    named = [term.name for term in syntax.parse(objective) if term.name in names]
    return max(named, key=names.index, default=names[-1])
