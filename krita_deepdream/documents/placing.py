"""Puts a dream into the tree of layers, so that each undo step is one that a painter expects.

Documents and nodes are handed in, the dream as samples of the colour space that it is for.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ..border import guarded
from ..core import errors
from ..orders.grab import Outcome, Placed
from ..qt import QtCore
from . import nodes

# Krita makes a new layer the active one some time after the call that added it.
ACTIVATION_MS = (0, 100, 400)
# Seen in Krita itself, without a dream: about every third import (docs/compatibility.md).
CRASHING = ("6.0.",)
_TOUCHED = re.compile(b"[^\\0]+")


def new_layer(document: Any, name: str, outcome: Outcome, samples: Any) -> Any:
    """A layer that stands nowhere yet, already filled: adding it is one undo step, and redo brings the pixels back."""
    layer = document.createNode(name, "paintlayer")
    layer.setPixelData(samples, outcome.x, outcome.y, outcome.picture.width, outcome.picture.height)
    layer.setOpacity(round(outcome.strength * 2.55))
    return layer


def add_layer(document: Any, layer: Any, parent: Any, below: Any | None) -> Placed:
    """Put a new layer directly above ``below``, or on top of ``parent``; what was active is active again."""
    active = document.activeNode()
    _add(layer, parent, below)
    _activate_again(document, active, layer)
    return _placed(document, layer)


def add_in_group(document: Any, layer: Any, group: str, below: Any) -> Placed:
    """Put a new layer into a new group directly above ``below``: one undo step too, since the group is filled first."""
    active = document.activeNode()
    made = document.createGroupLayer(group)
    _add(layer, made, None)
    _add(made, below.parentNode(), below)
    _activate_again(document, active, made)
    return _placed(document, layer)


def replace_layer(document: Any, layer: Any, outcome: Outcome, samples: Any) -> Placed:
    """A copy of ``layer`` with the blended dream in it, then the layer itself removed: two undo steps.

    Only samples that the mask touches are written; the others are the layer's own, bit for bit.
    """
    assert outcome.blended is not None
    copy = layer.duplicate()
    rect = outcome.x, outcome.y, outcome.picture.width, outcome.picture.height
    size = nodes.bytes_per_pixel(layer)
    held, dreamt = bytearray(layer.pixelData(*rect).data()), memoryview(samples)
    for run in _TOUCHED.finditer(outcome.blended.touched):
        held[run.start() * size:run.end() * size] = dreamt[run.start() * size:run.end() * size]
    copy.setPixelData(QtCore.QByteArray(bytes(held)), *rect)
    active = document.activeNode()
    _add(copy, layer.parentNode(), layer)
    layer.remove()
    if active != layer:
        _activate_again(document, active, copy)
    return _placed(document, copy)


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
