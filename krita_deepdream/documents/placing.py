"""Puts a dream into the tree of layers, so that each undo step is one that a painter expects.

Documents and nodes are handed in, the dream as samples of the colour space that it is for.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ..border import guarded
from ..core import errors
from ..orders.grab import Outcome, Placed, Space
from ..qt import QtCore
from . import nodes

# Krita makes a new layer the active one some time after the call that added it.
ACTIVATION_MS = (0, 100, 400)
# Seen in Krita itself, without a dream: about every third import (docs/compatibility.md).
CRASHING = ("6.0.",)
# Where a layer's pixels look the same: the second is for colour models that have no half floats.
OTHER_DEPTHS = {"U8": ("U16",), "U16": ("F32", "U8"), "F16": ("F32",), "F32": ("F16", "U16")}
_TOUCHED = re.compile(b"[^\\0]+")


def new_layer(document: Any, name: str, outcome: Outcome, samples: Any) -> Any:
    """A layer that stands nowhere yet, already filled: adding it is one undo step, and redo brings the pixels back."""
    layer = document.createNode(name, "paintlayer")
    layer.setPixelData(samples, outcome.x, outcome.y, outcome.picture.width, outcome.picture.height)
    layer.setOpacity(round(outcome.strength * 2.55))
    return layer


def add_layer(document: Any, layer: Any, parent: Any, below: Any | None) -> Placed:
    """Put a new layer or group directly above ``below``, or on top of ``parent``; what was active is active again."""
    active = document.activeNode()
    _add(layer, parent, below)
    _activate_again(document, active, layer)
    return _placed(document, layer)


def group_of(hidden: Any, name: str, layer: Any) -> Any:
    """A group that stands nowhere yet, with a layer of the document ``hidden`` in it: adding it is one undo step.

    What is added to a group of the painter's own document is a step by itself, even before the group stands there.
    """
    made = hidden.createGroupLayer(name)
    _add(layer, made, None)
    _add(made, hidden.rootNode(), None)
    hidden.waitForDone()
    return made.duplicate()


def replace_pixels(document: Any, layer: Any, outcome: Outcome, samples: Any) -> Placed:
    """Write the blended dream into ``layer`` itself: two undo steps, of which the first brings the picture back.

    Krita knows no undo of written pixels. But converting a layer keeps its old pixels for an undo, and takes its new
    ones for a redo as they are then: so the layer goes to another depth and back, and is written to after that.
    Only samples that the mask touches are the dream's; all others are the layer's own, bit for bit.
    """
    assert outcome.blended is not None
    # Bounds leave out what is nearly transparent.
    own, bounds = nodes.space_of(layer), layer.bounds().united(document.bounds())
    whole = layer.pixelData(*bounds.getRect())
    rect = outcome.x, outcome.y, outcome.picture.width, outcome.picture.height
    size = nodes.bytes_per_pixel(layer)
    held, dreamt = bytearray(layer.pixelData(*rect).data()), memoryview(samples)
    for run in _TOUCHED.finditer(outcome.blended.touched):
        held[run.start() * size:run.end() * size] = dreamt[run.start() * size:run.end() * size]
    _there_and_back(document, layer, own)
    layer.setPixelData(whole, *bounds.getRect())
    layer.setPixelData(QtCore.QByteArray(bytes(held)), *rect)
    document.refreshProjection()
    return _placed(document, layer)


def _there_and_back(document: Any, layer: Any, own: Space) -> None:
    for depth in OTHER_DEPTHS[own.depth]:
        _convert(document, layer, Space(own.model, depth, own.profile))
        if layer.colorDepth() == depth:
            break
    else:
        raise errors.DreamError("krita.refused")
    _convert(document, layer, own)
    if nodes.space_of(layer) != own:
        raise errors.DreamError("krita.refused")


def _convert(document: Any, layer: Any, space: Space) -> None:
    """Krita answers True also when it changed nothing: look at the layer afterwards."""
    layer.setColorSpace(*space)
    document.waitForDone()


def check_film(version: str) -> None:
    """Raise ``DreamError`` in a Krita that crashes while it imports an animation: no film is worth a painting."""
    if version.startswith(CRASHING):
        raise errors.DreamError("krita.import", version=version)


def add_film(document: Any, name: str, files: list[str], per_second: float) -> Placed:
    """An animated layer of the pictures in ``files`` on top, from the first frame on; one undo step."""
    held = max(1, round(document.framesPerSecond() / per_second))
    if not document.importAnimation(files, 0, held):
        raise errors.DreamError("krita.refused")
    document.waitForDone()
    layer = document.topLevelNodes()[-1]
    layer.setName(name)
    return Placed(document, nodes.identity(layer), name)


def _placed(document: Any, layer: Any) -> Placed:
    return Placed(document, nodes.identity(layer), layer.name())


def _add(node: Any, parent: Any, below: Any | None) -> None:
    parent.addChildNode(node, below)
    # Krita answers True also when it added nothing.
    if node.parentNode() is None:
        raise errors.DreamError("krita.refused")


def _activate_again(document: Any, node: Any | None, added: Any) -> None:
    """Make ``node`` the active one, now and whenever Krita gets round to activating what was ``added``."""
    if node is None:
        return
    activate = partial(_activate, document, node, nodes.identity(added))
    activate()
    for delay in ACTIVATION_MS:
        QtCore.QTimer.singleShot(delay, activate)


@guarded
def _activate(document: Any, node: Any, added: str) -> None:
    if document.rootNode() is None:
        return  # it was closed in the meantime
    active = document.activeNode()
    if active is not None and nodes.identity(active) == added and node.parentNode() is not None:
        document.setActiveNode(node)
