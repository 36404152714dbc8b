"""(terms of an objective, network) → the same terms checked, what they read, and how large their motifs come out."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from ..catalogue.info import LayerInfo, NetworkInfo
from ..errors import DreamError, shortened
from .classes import class_index, mixture
from .syntax import Term, parse, picture_of, write

LOGITS = "logits"
# The type of the terms that keep a picture like the original; no objective can be written with one.
LIKENESS = "likeness"
_LIKENESS_STRIDE = 8
# The network for which there are mixtures of channels: their numbers mean something else in every other.
MIXED_FOR = "efficientnet_lite0"


def check(terms: tuple[Term, ...], info: NetworkInfo) -> tuple[Term, ...]:
    """The terms with classes as channel numbers, and mixtures as what is mixed in them.

    Raises ``DreamError`` for what the network doesn't have.
    """
    checked = tuple(_checked(part, info) for term in terms for part in _parts(term, info))
    if not any(map(_has_effect, checked)):
        raise DreamError("objective.nothing", text=shortened(write(terms)))
    return checked


def check_pictures(terms: tuple[Term, ...], names: Container[str]) -> None:
    """Raise ``DreamError`` for a guide or mask that the terms speak of and that is not among ``names``."""
    for term in terms:
        if term.type.startswith("guide") and term.picture not in names:
            raise DreamError("objective.picture", name=term.picture, advice="Choose a guide picture.")
        mask = picture_of(term.mask_name)
        if mask and mask not in names:
            raise DreamError("objective.picture", name=mask, advice="Supply the mask that the objective uses.")


def named(terms: tuple[Term, ...]) -> set[str]:
    """The names of all pictures that the terms speak of."""
    guides = {term.picture for term in terms if term.type.startswith("guide")}
    return (guides | {picture_of(term.mask_name) for term in terms}) - {""}


def counterparts(terms: tuple[Term, ...], info: NetworkInfo, sister: NetworkInfo) -> tuple[Term, ...]:
    """The terms of a network as those of its ``sister``, with layers that correspond.

    Channels by number are left out: a number means something else there. Where nothing else counts under one of the
    masks or places that the terms name, there is no counterpart: ().
    """
    found = tuple(
        term if term.type == "class" else replace(term, name=info.counterpart(term.name, sister).name)
        for term in terms
        if term.type == "class" or not term.channels
    )
    return found if found and _masks_and_positions(found) == _masks_and_positions(terms) else ()


def with_likeness(terms: tuple[Term, ...], info: NetworkInfo) -> tuple[Term, ...]:
    """``terms``, and under each of their masks one that keeps the features of an early layer as they are.

    Of the layers with a position for every 8 pixels the first of those with the most channels: forms and edges, not
    yet things (b3, mixed1).
    """
    early = [layer for layer in info.layers if layer.stride <= _LIKENESS_STRIDE] or list(info.layers[:1])
    layer = max(early, key=lambda each: each.channels)
    masks = dict.fromkeys(term.mask_name for term in terms)
    return terms + tuple(Term(LIKENESS, layer.name, -1.0, mask_name=mask) for mask in masks)


def layer_of(term: Term) -> str:
    """The layer whose activations the term reads."""
    return LOGITS if term.type == "class" else term.name


def motif_px(terms: tuple[Term, ...], info: NetworkInfo) -> int:
    """The size of the largest motif that the terms pull towards, in pixels of an octave."""
    wanted = [term for term in terms if term.weight > 0] or list(terms)
    return max(info.layer(layer_of(term)).motif_px for term in wanted)


def deepest(terms: tuple[Term, ...], info: NetworkInfo) -> LayerInfo:
    """The last of the layers that the terms read: the network is computed as far as that."""
    return max((info.layer(layer_of(term)) for term in terms), key=info.layers.index)


def _masks_and_positions(terms: tuple[Term, ...]) -> tuple[list[str], list[tuple[float, float] | None]]:
    """Masks and positions in the order in which they are first named."""
    return list(dict.fromkeys(term.mask_name for term in terms)), list(dict.fromkeys(term.position for term in terms))


def _has_effect(term: Term) -> bool:
    return term.weight != 0 and (not term.channels or any(weight for _number, weight in term.channels))


def _parts(term: Term, info: NetworkInfo) -> list[Term]:
    """The term itself; of a thing that no class looks like, what is mixed for it."""
    mixed = mixture(term.name) if term.type == "class" else None
    if mixed is None:
        return [term]
    if mixed.objective and info.name == MIXED_FOR:
        parts = parse(mixed.objective)
    else:
        parts = tuple(Term("class", name, weight) for name, weight in mixed.classes.items())
    return [
        replace(
            part,
            weight=part.weight * term.weight,
            mask_name=term.mask_name,
            gathered=term.gathered and part.type == "class",
        )
        for part in parts
    ]


def _checked(term: Term, info: NetworkInfo) -> Term:
    if term.type == "class":
        if not info.classes:
            raise DreamError("class.none", network=info.label, example="EfficientNet-Lite0")
        return replace(term, channels=tuple((number, 1.0) for number in class_index(term.name)), statistic="mean")
    layer = info.layer(term.name)
    for number, _weight in term.channels:
        if number >= layer.channels:
            raise DreamError(
                "channel.unknown", layer=layer.name, network=info.label, channel=number, last=layer.channels - 1
            )
    return term
