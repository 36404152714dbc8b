"""What a request takes from a document: which nodes, as what, and their pixels as they are seen.

Documents and nodes are handed in: this file doesn't know Krita itself. What no node shows by itself (a
pass-through group, layers here and there) is composed by a clone of the document in which the rest is hidden:
cloning copies no pixels, and the painter's own document, its undo steps and its saved state aren't touched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from ..core import errors
from ..jobs.document_data import LABELS, Destination, Source, Space
from ..jobs.job import LOCAL, DreamRequest
from ..krita_api import Document, GroupLayer, Node, Selection
from ..language import tr
from ..qt import QtCore
from . import nodes

QRect = QtCore.QRect


class SourceNodes(NamedTuple):
    """``node``: what the result belongs to; ``members``: what is taken, each with all that it holds."""

    node: Node
    source: Source
    members: tuple[Node, ...]
    labels: frozenset[int] = frozenset()


class Raw(NamedTuple):
    """Pixels as Krita hands them out, in their own colour space."""

    data: QtCore.QByteArray
    space: Space


def source_nodes(document: Document, request: DreamRequest, active: Node | None) -> SourceNodes:
    """What ``request`` takes now, with that active layer. Raises ``DreamError`` when there is no such thing."""
    layer = _layer(document, request, active)
    if request.source is Source.CURRENT_GROUP:
        group = _group_of(layer)
        return SourceNodes(group, request.source, (group,))
    if request.source is Source.ALL_LAYERS:
        return SourceNodes(layer, request.source, (nodes.root_of(document),))
    if request.source is Source.LABELED_LAYERS:
        labels = request.labels or frozenset({layer.colorLabel()} & LABELS.keys())
        return SourceNodes(layer, request.source, _labelled(document, layer, labels), labels)
    return SourceNodes(layer, request.source, (layer,))


def painted(what: SourceNodes) -> QRect:
    """The rectangle that holds what is taken."""
    return _united(_painted(each) for each in what.members)


def read(document: Document, what: SourceNodes, rect: QRect, own: bool = False, without: Collection[str] = ()) -> Raw:
    """The pixels of ``rect``; with ``own`` a layer's as they are painted, without what its masks make of them.

    ``without``: as in ``visible``, where several layers are composed.
    """
    if what.source is Source.ALL_LAYERS:
        return visible(document, rect, without)
    if what.source is Source.LABELED_LAYERS:
        return _composed(document, what.members, lambda clone: visible(clone, rect), without)
    node = what.node
    if nodes.is_group(node) and node.passThroughMode():
        return _composed(document, what.members, lambda clone: _by_itself(clone, node, rect), without)
    return _shown(node, rect, own)


def read_at(document: Document, group: GroupLayer, rect: QRect, time: int) -> Raw:
    """The pixels of ``rect`` of a group, as it is by itself at another time of the document."""
    clone = document.clone()
    try:
        clone.setCurrentTime(time)
        clone.waitForDone()
        return _by_itself(clone, group, rect)
    finally:
        clone.setModified(False)
        clone.close()


def visible(document: Document, rect: QRect, without: Collection[str] = ()) -> Raw:
    """What is seen of all layers together; ``without``: ids of nodes that don't count."""
    if without:
        return _composed(document, (nodes.root_of(document),), lambda clone: visible(clone, rect), without)
    return Raw(document.pixelData(*rect.getRect()), nodes.space_of(document))


def why_not_replaced(document: Document, what: SourceNodes) -> str:
    """Why a dream of it can't take its place, as a sentence; empty if it can."""
    layer = what.node
    if what.source is not Source.CURRENT_LAYER:
        return tr("Only the current layer can be replaced, so the dream becomes a new layer.")
    if layer.type() != "paintlayer":
        return tr("“{layer}” isn't a paint layer, so the dream becomes a new layer above it.", layer=layer.name())
    if layer.locked():
        return tr("“{layer}” is locked, so the dream becomes a new layer above it.", layer=layer.name())
    if layer.animated():
        return tr("“{layer}” is animated, so the dream becomes a new layer above it.", layer=layer.name())
    # Krita doesn't say of which layer a clone layer is one.
    if any(node.type() == "clonelayer" for node in nodes.every(document)):
        return tr(
            "A clone layer may depend on “{layer}”, so the dream becomes a new layer above it.", layer=layer.name()
        )
    return ""


def replaces(document: Document, what: SourceNodes, request: DreamRequest) -> tuple[bool, str]:
    """Whether the dream will take its source's place; if that was requested but can't be, a sentence why."""
    if request.destination is not Destination.REPLACE:
        return False, ""
    reason = why_not_replaced(document, what)
    return not reason, reason


def is_bare(what: SourceNodes, canvas: QRect, selection: Selection | None) -> bool:
    """Whether nothing is painted on the layer, so that what is visible is dreamed.

    Raises ``DreamError`` where something is, but nothing of it can lie in the selection.
    """
    on_canvas = painted(what).intersected(canvas)
    if on_canvas.isEmpty():
        return what.source is Source.CURRENT_LAYER
    box = QRect(selection.x(), selection.y(), selection.width(), selection.height()) if selection else canvas
    if not on_canvas.intersects(box):
        raise errors.DreamError("krita.nothing", layer=what.node.name())
    return False


def instead_of_nothing(what: SourceNodes, canvas: QRect) -> str:
    """The note for a layer without paint; raises ``DreamError`` for one that is painted elsewhere, and for others."""
    if painted(what).intersects(canvas):
        raise errors.DreamError("krita.nothing", layer=what.node.name())
    if what.source is not Source.CURRENT_LAYER:
        raise errors.DreamError("krita.empty")
    return tr("“{layer}” is empty here, so everything visible was used.", layer=what.node.name())


def strength_by(what: SourceNodes, request: DreamRequest) -> str:
    """The id of the layer or mask that says how strong the dream shall be where; empty for the same everywhere.

    A transparency mask of the layer itself doesn't count twice: what is taken is transparent by it already.
    """
    if request.strength_by == LOCAL:
        found = [each for each in what.node.childNodes() if each.type() == "selectionmask" and each.visible()]
        return nodes.identity(found[-1]) if found and what.source is Source.CURRENT_LAYER else ""
    own = [each for each in what.node.childNodes() if each.type() == "transparencymask" and each.visible()]
    applied_already = what.source is Source.CURRENT_LAYER and request.strength_by in map(nodes.identity, own)
    return "" if applied_already else request.strength_by


def _layer(document: Document, request: DreamRequest, active: Node | None) -> Node:
    if request.again is not None:
        found = nodes.find(document, request.again.node_id)
        if found is None and request.at:
            raise errors.DreamError("krita.left", layer=request.at.layer_name)
        if found is None:
            raise errors.DreamError("krita.again", layer=request.name)
        return found
    if active is None:
        raise errors.DreamError("krita.layer")
    return active


def _group_of(layer: Node) -> Node:
    group = layer if nodes.is_group(layer) else layer.parentNode()
    if group is None or group.parentNode() is None:
        raise errors.DreamError("krita.group", layer=layer.name())
    return group


def _labelled(document: Document, layer: Node, labels: frozenset[int]) -> tuple[Node, ...]:
    if not labels:
        raise errors.DreamError("krita.label", layer=layer.name())
    found = tuple(_with_label(nodes.root_of(document), labels))
    if not found:
        raise errors.DreamError("krita.labeled", labels=", ".join(tr(LABELS[label]) for label in sorted(labels)))
    return found


def _with_label(parent: Node, labels: frozenset[int]) -> Iterable[Node]:
    """Visible layers with one of the labels; a group stands for everything in it."""
    for node in nodes.layers_in(parent):
        if not node.visible():
            continue
        if node.colorLabel() in labels:
            yield node
        else:
            yield from _with_label(node, labels)


def _painted(node: Node) -> QRect:
    # A pass-through group has no bounds of its own.
    inside = nodes.layers_in(node)
    return _united(map(_painted, inside)) if inside else node.bounds()


def _united(rects: Iterable[QRect]) -> QRect:
    whole = QRect()
    for rect in rects:
        whole = whole.united(rect)
    return whole


def _shown(node: Node, rect: QRect, own: bool) -> Raw:
    data = (node.pixelData if own else node.projectionPixelData)(*rect.getRect())
    if data.size() != rect.width() * rect.height() * nodes.bytes_per_pixel(node):
        raise errors.DreamError("krita.pixels", layer=node.name())
    return Raw(data, nodes.space_of(node))


def _by_itself(clone: Document, group: Node, rect: QRect) -> Raw:
    same = nodes.find(clone, nodes.identity(group))
    assert same is not None and nodes.is_group(same), "a clone has its nodes' ids"
    same.setPassThroughMode(False)
    clone.refreshProjection()
    clone.waitForDone()
    return _shown(same, rect, own=False)


def _composed(
    document: Document, members: tuple[Node, ...], take: Callable[[Document], Raw], without: Collection[str] = ()
) -> Raw:
    clone = document.clone()
    try:
        members_ids = {nodes.identity(each) for each in members}
        if nodes.identity(nodes.root_of(document)) not in members_ids:
            _leave(nodes.root_of(clone), members_ids)
        for each in nodes.every(clone) if without else ():
            if nodes.identity(each) in without:
                each.setVisible(False)
        clone.refreshProjection()
        clone.waitForDone()
        return take(clone)
    finally:
        clone.setModified(False)
        clone.close()


def _leave(parent: Node, left: set[str]) -> bool:
    """Hide everything in ``parent`` but what is kept or holds something that is; whether there is any."""
    found = False
    for node in nodes.layers_in(parent):
        if nodes.identity(node) in left or _leave(node, left):
            found = True
        else:
            node.setVisible(False)
    return found
