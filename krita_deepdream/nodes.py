"""Finds its way in Krita's documents and nodes, which are handed in: this file doesn't know Krita itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from .core import errors
from .grab import Place
from .qt import QtCore

QRect = QtCore.QRect
# The kind of an annotation that is saved with the document; the layer's id follows.
RECIPE = "krita_deepdream/recipe/"


class Space(NamedTuple):
    """A colour space by Krita's own names."""

    model: str
    depth: str
    profile: str


def layer_of(node: Any | None) -> Any | None:
    """The layer that a node is, or that a mask belongs to; ``None`` for the root and for nothing."""
    while node is not None and node.type().endswith("mask"):
        node = node.parentNode()
    return node if node is not None and node.parentNode() is not None else None


def document_name(document: Any) -> str:
    """What a painter calls the document."""
    return Path(document.fileName()).name or document.name() or "the unnamed image"


def selection_of(document: Any) -> Any | None:
    """The global selection, ``None`` when nothing is selected (Krita may also give an empty one)."""
    found = document.selection()
    return found if found is not None and found.width() > 0 and found.height() > 0 else None


def region_of(document: Any, layer: Any | None, selection: Any | None) -> QRect:
    """What is dreamed: the selection, else the layer's paint, as far as it lies on the canvas; else all of it."""
    canvas: QRect = document.bounds()
    if selection is not None:
        bounds = QRect(selection.x(), selection.y(), selection.width(), selection.height())
        if not bounds.intersects(canvas):
            raise errors.DreamError("krita.selection")
        return bounds.intersected(canvas)
    painted: QRect = layer.bounds().intersected(canvas) if layer else canvas
    return canvas if painted.isEmpty() else painted


def place_of(document: Any, layer: Any, rect: QRect) -> Place:
    """Where the pixels of ``rect`` came from."""
    return Place(
        document=document,
        document_name=document_name(document),
        canvas=(document.width(), document.height()),
        node_id=layer.uniqueId().toString(),
        layer_name=layer.name(),
        x=rect.x(),
        y=rect.y(),
    )


def find(document: Any, node_id: str) -> Any | None:
    """The node with that id, wherever in the document it stands now."""
    nodes = [document.rootNode()]
    while nodes:
        node = nodes.pop()
        if node.uniqueId().toString() == node_id:
            return node
        nodes.extend(node.childNodes())
    return None


def space_of(source: Any) -> Space:
    """The colour space of a document or of a node, which may have one of its own."""
    return Space(source.colorModel(), source.colorDepth(), source.colorProfile())


def sibling_above(node: Any) -> Any | None:
    """The node directly above one in its group, ``None`` at the top."""
    siblings = node.parentNode().childNodes()
    return next((above for above, each in zip(siblings[1:], siblings, strict=False) if each == node), None)


def write_recipe(document: Any, node_id: str, recipe: dict[str, Any]) -> None:
    """Keep a layer's recipe in the document; it is saved with it."""
    data = QtCore.QByteArray(json.dumps(recipe).encode("ascii"))
    document.setAnnotation(RECIPE + node_id, "DeepDream recipe", data)


def read_recipe(document: Any, node_id: str) -> dict[str, Any] | None:
    """The recipe that was kept for a layer, if one was."""
    data = document.annotation(RECIPE + node_id).data()
    return dict(json.loads(data)) if data else None
