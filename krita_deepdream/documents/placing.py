"""Puts a dream into the tree of layers, so that each undo step is one that a painter expects.

Documents and nodes are handed in, the dream as samples of the colour space that it is for.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ..border import guarded
from ..core import errors
from ..language import tr
from ..orders.grab import Outcome, Placed
from ..qt import QtCore
from . import nodes

GROUP = "Dreams"
# Krita makes a new layer the active one some time after the call that added it.
ACTIVATION_MS = (0, 100, 400)
# Seen in Krita itself, without a dream: about every third import (docs/compatibility.md).
CRASHING = ("6.0.",)
_TOUCHED = re.compile(b"[^\\0]+")


def add_layer(document: Any, parent: Any, below: Any | None, outcome: Outcome, samples: Any) -> Placed:
    """Make, fill and only then add the layer: that is one undo step, and redo brings the pixels back."""
    layer = document.createNode(tr(outcome.name), "paintlayer")
    layer.setPixelData(samples, outcome.x, outcome.y, outcome.picture.width, outcome.picture.height)
    layer.setOpacity(round(outcome.strength * 2.55))
    active = document.activeNode()
    _add(layer, parent, below)
    if active is not None:
        _activate_again(document, active, nodes.identity(layer))
    return Placed(document, nodes.identity(layer))


def add_to_group(document: Any, below: Any, outcome: Outcome, samples: Any) -> Placed:
    """On top of the group of dreams that stands directly above ``below``; without one, make it."""
    above = nodes.sibling_above(below)
    if above is None or above.type() != "grouplayer" or above.name() != GROUP:
        above = document.createGroupLayer(GROUP)
        below.parentNode().addChildNode(above, below)
    return add_layer(document, above, None, outcome, samples)


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
    if active is not None and active.parentNode() is not None and active != layer:
        _activate_again(document, active, nodes.identity(copy))
    return Placed(document, nodes.identity(copy))


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
    return Placed(document, nodes.identity(layer))


def _add(node: Any, parent: Any, below: Any | None) -> None:
    parent.addChildNode(node, below)
    # Krita answers True also when it added nothing.
    if node.parentNode() is None:
        raise errors.DreamError("krita.refused")


def _activate_again(document: Any, node: Any, new_layer: str) -> None:
    """Make ``node`` the active one, now and whenever Krita gets round to activating the new layer."""
    activate = partial(_activate, document, node, new_layer)
    activate()
    for delay in ACTIVATION_MS:
        QtCore.QTimer.singleShot(delay, activate)


@guarded
def _activate(document: Any, node: Any, new_layer: str) -> None:
    if document.rootNode() is None:
        return  # it was closed in the meantime
    active = document.activeNode()
    if active is not None and nodes.identity(active) == new_layer and node.parentNode() is not None:
        document.setActiveNode(node)
