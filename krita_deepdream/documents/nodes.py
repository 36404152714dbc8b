"""Finds its way in Krita's documents and nodes, which are handed in: this file doesn't know Krita itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from ..core import errors
from ..jobs.document_data import Location, Space
from ..krita_api import Document, GroupLayer, HasColorSpace, Node, Selection
from ..qt import QAction, QtCore

QRect = QtCore.QRect


def layer_of(node: Node | None) -> Node | None:
    """The layer that a node is, or that a mask belongs to; ``None`` for the root and for nothing."""
    while node is not None and node.type().endswith("mask"):
        node = node.parentNode()
    return node if node is not None and node.parentNode() is not None else None


def document_name(document: Document) -> str:
    """What a painter calls the document."""
    return Path(document.fileName()).name or document.name() or "the unnamed image"


def is_checked(action: QAction | None) -> bool:
    """Whether one of Krita's actions is switched on."""
    return action is not None and action.isChecked()


def selection_of(document: Document) -> Selection | None:
    """The global selection, ``None`` when nothing is selected (Krita may also give an empty one)."""
    found = document.selection()
    return found if found is not None and found.width() > 0 and found.height() > 0 else None


def region_of(document: Document, painted: QRect, selection: Selection | None) -> QRect:
    """What is dreamed: the selection, else what is ``painted``, as far as it lies on the canvas; else all of it."""
    canvas = document.bounds()
    if selection is not None:
        bounds = QRect(selection.x(), selection.y(), selection.width(), selection.height())
        if not bounds.intersects(canvas):
            raise errors.DreamError("krita.selection")
        return bounds.intersected(canvas)
    on_canvas = painted.intersected(canvas)
    return canvas if on_canvas.isEmpty() else on_canvas


def location_of(document: Document, layer: Node, rect: QRect) -> Location:
    """Where the pixels of ``rect`` came from."""
    return Location(
        document=document,
        document_name=document_name(document),
        canvas=(document.width(), document.height()),
        node_id=identity(layer),
        layer_name=layer.name(),
        x=rect.x(),
        y=rect.y(),
        space=space_of(document),
        resolution=document.resolution(),
    )


def identity(node: Node) -> str:
    """What tells a node from all others, also when it is moved or renamed."""
    return node.uniqueId().toString()


def is_group(node: Node) -> TypeGuard[GroupLayer]:
    """Whether a node is a group, as the root is too."""
    return node.type() == "grouplayer"


def root_of(document: Document) -> Node:
    """The root of a document that is open."""
    root = document.rootNode()
    assert root is not None, "a closed document"
    return root


def parent_of(node: Node) -> Node:
    """The group, or the root, that a node stands in."""
    parent = node.parentNode()
    assert parent is not None, "the root, or a node that stands nowhere"
    return parent


def layers_in(parent: Node) -> list[Node]:
    """The layers directly in a group, from bottom to top, without masks."""
    return [node for node in parent.childNodes() if not node.type().endswith("mask")]


def every(document: Document) -> Iterator[Node]:
    """All nodes of a document, parents before children."""
    return within(root_of(document))


def within(node: Node) -> Iterator[Node]:
    """A node and all that it holds, parents before children."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(each.childNodes())


def is_seen(node: Node | None) -> bool:
    """Whether a layer is shown: masks aren't, nor is what stands in a hidden group."""
    return node is not None and not node.type().endswith("mask") and hidden_by(node) is None


def hidden_by(node: Node) -> Node | None:
    """What hides a node, itself or a group around it; ``None`` where it is shown."""
    found: Node | None = node
    while found is not None and found.visible():
        found = found.parentNode()
    return found


def find(document: Document, node_id: str) -> Node | None:
    """The node with that id, wherever in the document it stands now; ``None`` also where that is closed."""
    if document.rootNode() is None:
        return None
    return next((node for node in every(document) if identity(node) == node_id), None)


def dream_layer(document: Document, node_id: str) -> Node:
    """The dream layer with that id. Raises ``DreamError`` when it isn't there any more."""
    found = find(document, node_id)
    if found is None:
        raise errors.DreamError("krita.dream_gone")
    return found


def bytes_per_pixel(node: Node) -> int:
    """What a pixel of a node takes; its channels are numbers of the same kind, alpha last."""
    return max(channel.position() + channel.channelSize() for channel in node.channels())


def space_of(source: HasColorSpace) -> Space:
    """The colour space of a document or of a node, which may have one of its own."""
    return Space(source.colorModel(), source.colorDepth(), source.colorProfile())
