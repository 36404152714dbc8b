"""What a dream layer and its source hold, to be read tile by tile and compared; nothing is converted or composed.

Documents are handed in: this file doesn't know Krita itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..jobs.document_data import Source, SourceSelection
from ..jobs.dream_layer import Box
from ..krita_api import Data, Document, Node, view
from . import nodes, recipes


class Surface(NamedTuple):
    """``read``: a tile's bytes. ``pixel_bytes``: what a pixel of it takes, 0 where a tile is of several layers."""

    read: Callable[[Box], Data]
    pixel_bytes: int


def of_source(document: Document, selection: SourceSelection) -> Surface | None:
    """What a dream was made of; ``None`` when it isn't in the document any more, or that is closed.

    Where no node shows it by itself, its layers one after the other, without dreams.
    """
    node = nodes.find(document, selection.node_id)
    if node is None:
        return None
    if selection.source is Source.CURRENT_LAYER or _shows_itself(node, selection):
        return Surface(lambda box: node.projectionPixelData(*box), nodes.bytes_per_pixel(node))
    top = node if selection.source is Source.CURRENT_GROUP else nodes.root_of(document)
    labels = selection.labels if selection.source is Source.LABELED_LAYERS else frozenset()
    layers = list(_leaves(top, recipes.dreams(document), labels))
    return Surface(lambda box: b"".join(_with_state(each, box) for each in layers), 0)


def of_layer(document: Document, node_id: str) -> Surface | None:
    """The layer itself, as it is painted; ``None`` when it isn't in the document any more."""
    node = nodes.find(document, node_id)
    return Surface(lambda box: node.pixelData(*box), nodes.bytes_per_pixel(node)) if node is not None else None


def _shows_itself(node: Node, selection: SourceSelection) -> bool:
    return selection.source is Source.CURRENT_GROUP and nodes.is_group(node) and not node.passThroughMode()


def _leaves(parent: Node, dreams: set[str], labels: frozenset[int]) -> Iterator[Node]:
    """Visible layers without layers inside; with ``labels`` those that have one, or stand in a group that has."""
    for node in nodes.layers_in(parent):
        if not node.visible() or nodes.identity(node) in dreams:
            continue
        inner = frozenset() if node.colorLabel() in labels else labels
        if nodes.is_group(node):
            yield from _leaves(node, dreams, inner)
        elif not inner:
            yield node


def _with_state(node: Node, box: Box) -> bytes:
    state = f"{nodes.identity(node)} {node.opacity()} {node.blendingMode()} ".encode()
    return state + bytes(view(node.projectionPixelData(*box)))
