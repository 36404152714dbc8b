"""Puts a dream into the tree of layers, so that each undo step is one that a painter expects.

Documents and nodes are handed in, the dream as samples of the colour space that it is for.
"""

from __future__ import annotations

import re
from functools import partial

from ..border import guarded
from ..core import errors
from ..jobs.document_data import Outcome, Placed, Space
from ..jobs.dream_layer import Box
from ..krita_api import Data, Document, Node, view
from ..qt import QtCore
from . import nodes
from .colours import on_wire

# Krita makes a new layer the active one some time after the call that added it.
ACTIVATION_MS = (0, 100, 400)
PACE = 24
# Where a layer's pixels look the same: the second is for colour models that have no half floats.
OTHER_DEPTHS = {"U8": ("U16",), "U16": ("F32", "U8"), "F16": ("F32",), "F32": ("F16", "U16")}
_TOUCHED = re.compile(b"[^\\0]+")


def new_layer(document: Document, name: str, outcome: Outcome, samples: Data) -> Node:
    """A layer that stands nowhere yet, already filled: adding it is one undo step, and redo brings the pixels back."""
    layer = document.createNode(name, "paintlayer")
    layer.setPixelData(samples, outcome.x, outcome.y, outcome.picture.width, outcome.picture.height)
    layer.setOpacity(round(outcome.strength * 2.55))
    return layer


def add_layer(document: Document, layer: Node, parent: Node, below: Node | None, active: Node | None = None) -> Placed:
    """Put a new layer or group directly above ``below``, or on top of ``parent``.

    ``active`` is the active node then, by default what was active before.
    """
    active = active or document.activeNode()
    add(layer, parent, below)
    _activate_again(document, active, layer)
    return _placed(document, layer)


def group_of(hidden: Document, name: str, layer: Node) -> Node:
    """A group that stands nowhere yet, with a layer of the document ``hidden`` in it: adding it is one undo step.

    What is added to a group of the painter's own document is a step by itself, even before the group stands there.
    """
    made = hidden.createGroupLayer(name)
    add(layer, made, None)
    add(made, nodes.root_of(hidden), None)
    hidden.waitForDone()
    return made.duplicate()


def replace_pixels(document: Document, layer: Node, outcome: Outcome, samples: Data) -> Placed:
    """Write the blended dream into ``layer`` itself, with ``begin_undo``.

    Only samples that the mask touches are the dream's; all others are the layer's own, bit for bit.
    """
    assert outcome.blended is not None
    rect = outcome.x, outcome.y, outcome.picture.width, outcome.picture.height
    size = nodes.bytes_per_pixel(layer)
    held, dream = bytearray(layer.pixelData(*rect).data()), view(samples)
    for run in _TOUCHED.finditer(outcome.blended.touched):
        held[run.start() * size : run.end() * size] = dream[run.start() * size : run.end() * size]
    begin_undo(document, layer)
    layer.setPixelData(QtCore.QByteArray(bytes(held)), *rect)
    document.refreshProjection()
    return _placed(document, layer)


def write_parts(document: Document, node_id: str, parts: list[tuple[Box, Data]], undo: bool = False) -> Node:
    """Write samples into a layer, one part after the other; with ``undo`` as ``begin_undo`` says. Ends with the layer.

    Raises ``DreamError`` when it isn't there any more.
    """
    layer = nodes.dream_layer(document, node_id)
    if undo:
        begin_undo(document, layer)
    for box, data in parts:
        layer.setPixelData(data, *box)
    # Krita takes what Python writes for no change: the next save would leave it out.
    document.setModified(True)
    document.refreshProjection()
    return layer


def begin_undo(document: Document, layer: Node) -> None:
    """Make two undo steps of what is written into ``layer`` next; the first of them brings the picture back.

    Krita knows no undo of written pixels. But converting a layer keeps its old pixels for an undo, and takes its new
    ones for a redo as they are then: so the layer goes to another depth and back, and gets its own samples again.
    """
    # Bounds leave out what is nearly transparent.
    own, bounds = nodes.space_of(layer), layer.bounds().united(document.bounds())
    whole = layer.pixelData(*bounds.getRect())
    _there_and_back(document, layer, own)
    layer.setPixelData(whole, *bounds.getRect())


def _there_and_back(document: Document, layer: Node, own: Space) -> None:
    for depth in OTHER_DEPTHS[own.depth]:
        _convert(document, layer, Space(own.model, depth, own.profile))
        if layer.colorDepth() == depth:
            break
    else:
        raise errors.DreamError("krita.refused")
    _convert(document, layer, own)
    if nodes.space_of(layer) != own:
        raise errors.DreamError("krita.refused")


def _convert(document: Document, layer: Node, space: Space) -> None:
    """Krita answers True also when it changed nothing: look at the layer afterwards."""
    layer.setColorSpace(*space)
    document.waitForDone()


def convert_document(hidden: Document, space: Space) -> None:
    """Take a document to another colour space. Raises ``DreamError`` where Krita refuses it."""
    hidden.setColorSpace(*space)
    hidden.waitForDone()
    # Krita answers True also when it changed nothing.
    if nodes.space_of(hidden) != space:
        raise errors.DreamError("krita.refused")


def animated_layer(hidden: Document, space: Space) -> Node:
    """The animated layer of a zoom's or a film's document, in another colour space, as one that stands nowhere yet."""
    # The file has a plain sRGB profile of its own: Krita's takes the samples as they are.
    hidden.setColorProfile(on_wire(hidden.colorDepth()).profile)
    if nodes.space_of(hidden) != space:
        # It would cut off what is above white.
        convert_document(hidden, space)
    layer = next((node for node in hidden.topLevelNodes() if node.animated()), None)
    if layer is None or nodes.space_of(layer) != space:
        raise errors.DreamError("krita.refused")
    # Always a duplicate: Krita 6 crashes at closing where another document's own node stands.
    return layer.duplicate()


def held_frames(document: Document, per_second: float) -> int:
    """For how many frames of a document each picture of a zoom stays: the pace of a document that moves is kept."""
    if any(node.animated() for node in nodes.every(document)):
        pace = document.framesPerSecond()
    else:
        # A document has whole frames a second.
        pace = round(per_second) if per_second == round(per_second) else PACE
    return max(1, round(pace / per_second))


def show_zoom(document: Document, frames: int, per_second: float) -> None:
    """Let the document play as long and as fast as its only zoom; where there are others, at least as long."""
    if any(node.animated() for node in nodes.every(document)):
        document.setFullClipRangeEndTime(max(document.fullClipRangeEndTime(), frames - 1))
        return
    document.setFramesPerSecond(max(1, round(per_second)))
    document.setFullClipRangeStartTime(0)
    document.setFullClipRangeEndTime(frames - 1)
    document.setPlayBackRange(0, frames - 1)


def _placed(document: Document, layer: Node) -> Placed:
    return Placed(document, nodes.identity(layer), layer.name())


def add(node: Node, parent: Node, below: Node | None) -> None:
    """Put a node directly above ``below``, or on top of ``parent``. Raises ``DreamError`` where Krita refuses it."""
    parent.addChildNode(node, below)
    # Krita answers True also when it added nothing.
    if node.parentNode() is None:
        raise errors.DreamError("krita.refused")


def _activate_again(document: Document, node: Node | None, added: Node) -> None:
    """Make ``node`` the active one, now and whenever Krita gets round to activating what was ``added``."""
    if node is None:
        return
    activate = partial(_activate, document, node, nodes.identity(added))
    activate()
    for delay in ACTIVATION_MS:
        QtCore.QTimer.singleShot(delay, activate)


@guarded
def _activate(document: Document, node: Node, added: str) -> None:
    if document.rootNode() is None:
        return  # it was closed in the meantime
    active = document.activeNode()
    if active is not None and nodes.identity(active) == added and node.parentNode() is not None:
        document.setActiveNode(node)
