"""The only file that knows Krita: pixels of a layer or selection out as sRGB, a result layer in; plain data.

Facts it rests on: nodes are compared by ``uniqueId``; a closed document's wrapper lives on but isn't in
``documents()``; colours are converted by a node of a hidden throw-away document, because converting a node of
the painter's own document would be an undo step; closing a document twice crashes Krita.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from krita import DockWidget, DockWidgetFactory, DockWidgetFactoryBase, Extension, Krita

from . import nodes
from .border import guarded
from .core import errors, wire
from .grab import (
    Goes,
    Grabbed,
    Outcome,
    Placed,
    Source,
    Target,
    box_mask,
    crop,
    is_empty,
    is_opaque,
    with_surroundings,
)
from .highlights import Highlights, above_white, add_again, can_be_above_white
from .nodes import Space
from .qt import QtCore, QtGui

QRect = QtCore.QRect
SRGB = "sRGB-elle-V2-srgbtrc.icc"
GROUP = "Dreams"
DEPTH_ON_WIRE = {"U8": "U8", "U16": "U16", "F16": "F32", "F32": "F32"}
MESSAGE_MS = 6000
# Krita makes a new layer the active one some time after the call that added it.
ACTIVATION_MS = (0, 100, 400)

__all__ = ["DockWidget", "Extension", "Host", "add_dock", "add_extension", "at_closing", "main_window", "tell"]


class Host:
    """What the session needs of Krita. Holds nothing."""

    def look(self) -> Target | None:
        """What ``grab`` would take, without reading a pixel; ``None`` without an image or an active layer."""
        document = Krita.instance().activeDocument()
        layer = nodes.layer_of(document.activeNode()) if document else None
        if layer is None:
            return None
        selection = nodes.selection_of(document)
        size = (selection.width(), selection.height()) if selection else (document.width(), document.height())
        return Target(nodes.document_name(document), layer.name(), selection is not None, size)

    def grab(self, source: Source, depth: str = "") -> Grabbed:
        """What ``source`` says, where the selection (or else paint) is.

        The surroundings come with it.

        ``depth`` as in ``wire.Picture``; by default the layer's own. Raises ``DreamError`` with a ``krita.…``
        code when there is nothing that could be dreamed.
        """
        document = _active_document()
        layer = _active_layer(document)
        all_layers = source is Source.ALL_LAYERS
        selection = nodes.selection_of(document)
        region = nodes.region_of(document, None if all_layers else layer, selection)
        rect = with_surroundings(region, document.bounds())
        inside = region.translated(-rect.topLeft())
        depth = depth or DEPTH_ON_WIRE[layer.colorDepth()]
        picture = _visible_picture(document, rect, depth) if all_layers else _layer_picture(layer, rect, depth)
        backdrop, note = None, ""
        if is_empty(crop(picture, inside)):
            note = f"“{layer.name()}” is empty here, so what is visible is dreamed."
            picture = _visible_picture(document, rect, depth)
            if is_empty(crop(picture, inside)):
                raise errors.DreamError("krita.empty")
        elif not is_opaque(picture):
            backdrop = _visible_picture(document, rect, "U8")
        mask = box_mask(region, rect) if selection is None else selection.pixelData(*rect.getRect()).data()
        bright = _highlights(document if note or all_layers else layer, rect, depth)
        place = replace(nodes.place_of(document, layer, rect), highlights=bright)
        return Grabbed(picture, mask, backdrop, place, inside.getRect(), note)

    def place(self, outcome: Outcome) -> Placed:
        """Put the dream where ``outcome.goes`` says; the node that was active is active again.

        Raises ``DreamError`` and changes nothing when that place is gone.
        """
        place = outcome.place
        document = place.document
        if outcome.goes is Goes.NEW_IMAGE:
            return _place_in_new_document(outcome)
        if not _is_open(document):
            raise errors.DreamError("krita.closed", document=place.document_name)
        if (document.width(), document.height()) != place.canvas:
            raise errors.DreamError("krita.resized", document=place.document_name)
        below = nodes.find(document, place.node_id)
        if below is None:
            raise errors.DreamError("krita.gone", layer=place.layer_name)
        if outcome.goes is Goes.GROUP:
            return _add_to_group(document, below, outcome)
        placed = _add_layer(document, below.parentNode(), below, outcome)
        if outcome.goes is Goes.REPLACE:
            _merge_down(placed)
        return placed

    def place_anew(self, outcome: Outcome) -> Placed:
        """Add the dream on top of its document, or as a new document when that is closed."""
        document = outcome.place.document
        if not _is_open(document):
            return _place_in_new_document(outcome)
        return _add_layer(document, document.rootNode(), None, outcome)

    def recipe(self) -> tuple[str, dict[str, Any]] | None:
        """Name and recipe of the active layer, if it is a dream whose recipe is known."""
        document = _active_document()
        layer = _active_layer(document)
        found = nodes.read_recipe(document, layer.uniqueId().toString())
        return (layer.name(), found) if found else None

    def set_opacity(self, placed: Placed, percent: float) -> bool:
        """Set a result layer's opacity; ``False`` when the layer isn't there any more."""
        node = nodes.find(placed.document, placed.node_id) if _is_open(placed.document) else None
        if node is None:
            return False
        node.setOpacity(round(percent * 2.55))
        placed.document.refreshProjection()
        return True


def add_extension(extension: Extension) -> None:
    """Register a Krita extension."""
    Krita.instance().addExtension(extension)


def add_dock(identity: str, make: Callable[[], DockWidget]) -> None:
    """Register a docker; ``make`` is called once for every main window."""
    right = DockWidgetFactoryBase.DockPosition.DockRight
    Krita.instance().addDockWidgetFactory(DockWidgetFactory(identity, right, make))


def main_window() -> Any:
    """The window that dialogs belong to, as a Qt widget."""
    return Krita.instance().activeWindow().qwindow()


def tell(sentence: str) -> None:
    """Show a sentence on the canvas for a while: the docker may be closed."""
    window = Krita.instance().activeWindow()
    view = window.activeView() if window else None
    if view:
        view.showFloatingMessage(sentence, QtGui.QIcon(), MESSAGE_MS, 1)


def at_closing(function: Callable[[], None]) -> None:
    """Call ``function`` when Krita is about to quit."""
    notifier = Krita.instance().notifier()
    notifier.setActive(True)
    notifier.applicationClosing.connect(function)


def _active_document() -> Any:
    document = Krita.instance().activeDocument()
    if document is None:
        raise errors.DreamError("krita.document")
    return document


def _active_layer(document: Any) -> Any:
    layer = nodes.layer_of(document.activeNode())
    if layer is None:
        raise errors.DreamError("krita.layer")
    return layer


def _layer_picture(layer: Any, rect: QRect, depth: str) -> wire.Picture:
    data = layer.projectionPixelData(*rect.getRect())
    bytes_per_pixel = max(channel.position() + channel.channelSize() for channel in layer.channels())
    if data.size() != rect.width() * rect.height() * bytes_per_pixel:
        raise errors.DreamError("krita.pixels", layer=layer.name())
    return wire.Picture(rect.width(), rect.height(), depth, _to_srgb(data, rect, nodes.space_of(layer), depth))


def _visible_picture(document: Any, rect: QRect, depth: str) -> wire.Picture:
    data = document.pixelData(*rect.getRect())
    return wire.Picture(rect.width(), rect.height(), depth, _to_srgb(data, rect, nodes.space_of(document), depth))


def _highlights(source: Any, rect: QRect, depth: str) -> Highlights | None:
    """What the conversion of a layer's or a document's pixels to sRGB cuts off above white."""
    space = nodes.space_of(source)
    if space == Space("RGBA", depth, SRGB) or not can_be_above_white(space.model, space.depth):
        return None
    read = getattr(source, "projectionPixelData", source.pixelData)
    return above_white(read(*rect.getRect()).data(), rect.width(), space.model, space.depth)


def _to_srgb(data: Any, rect: QRect, source: Space, depth: str) -> bytes:
    converted: bytes = _convert(data, rect.size(), source, Space("RGBA", depth, SRGB)).data()
    return converted


def _convert(data: Any, size: QtCore.QSize, source: Space, target: Space) -> Any:
    """``data`` (bytes of ``size``, as Krita lays them out) from one colour space to another, by Krita."""
    if source == target:
        return data
    scratch = Krita.instance().createDocument(1, 1, "scratch", "RGBA", "U8", SRGB, 72.0)
    try:
        node = scratch.createNode("scratch", "paintlayer")
        node.setColorSpace(*source)
        node.setPixelData(data, 0, 0, size.width(), size.height())
        node.setColorSpace(*target)
        # setColorSpace answers True also when it changed nothing.
        if (node.colorModel(), node.colorDepth(), node.colorProfile()) != target:
            raise errors.DreamError("krita.colour", source=" ".join(source), target=" ".join(target))
        return node.pixelData(0, 0, size.width(), size.height())
    finally:
        scratch.setModified(False)
        scratch.close()


def _is_open(document: Any) -> bool:
    return document in Krita.instance().documents()


def _add_layer(document: Any, parent: Any, below: Any | None, outcome: Outcome) -> Placed:
    """Make, fill and only then add the layer: that is one undo step, and redo brings the pixels back."""
    layer = document.createNode(outcome.name, "paintlayer")
    size = outcome.picture.width, outcome.picture.height
    layer.setPixelData(_samples(document, outcome), outcome.x, outcome.y, *size)
    layer.setOpacity(round(outcome.strength * 2.55))
    active = document.activeNode()
    parent.addChildNode(layer, below)
    if layer.parentNode() is None:
        raise errors.DreamError("krita.refused")
    identity = layer.uniqueId().toString()
    nodes.write_recipe(document, identity, outcome.recipe)
    if active is not None:
        _activate_again(document, active, identity)
    return Placed(document, identity)


def _samples(document: Any, outcome: Outcome) -> Any:
    """The dream in the document's own samples, as bright as its source was where that was above white."""
    picture, place, target = outcome.picture, outcome.place, nodes.space_of(document)
    size = QtCore.QSize(picture.width, picture.height)
    data = _convert(QtCore.QByteArray(bytes(picture.data)), size, Space("RGBA", picture.depth, SRGB), target)
    bright = place.highlights
    if bright is None or document != place.document or (bright.model, bright.depth) != target[:2]:
        return data
    return QtCore.QByteArray(add_again(bright, data.data(), picture.width, outcome.x - place.x, outcome.y - place.y))


def _add_to_group(document: Any, below: Any, outcome: Outcome) -> Placed:
    """On top of the group of dreams that stands directly above ``below``; without one, make it."""
    above = nodes.sibling_above(below)
    if above is not None and above.type() == "grouplayer" and above.name() == GROUP:
        return _add_layer(document, above, None, outcome)
    group = document.createGroupLayer(GROUP)
    below.parentNode().addChildNode(group, below)
    return _add_layer(document, group, None, outcome)


def _merge_down(placed: Placed) -> None:
    """The second undo step of a replaced layer: the dream and what it lies on become one."""
    layer = nodes.find(placed.document, placed.node_id)
    if layer is not None:
        placed.document.waitForDone()
        layer.mergeDown()


def _place_in_new_document(outcome: Outcome) -> Placed:
    width, height = outcome.place.canvas
    depth = outcome.picture.depth
    document = Krita.instance().createDocument(width, height, outcome.name, "RGBA", depth, SRGB, 72.0)
    Krita.instance().activeWindow().addView(document)
    return _add_layer(document, document.rootNode(), None, outcome)


def _activate_again(document: Any, node: Any, new_layer: str) -> None:
    """Make ``node`` the active one, now and whenever Krita gets round to activating the new layer."""
    activate = partial(_activate, document, node, new_layer)
    activate()
    for delay in ACTIVATION_MS:
        QtCore.QTimer.singleShot(delay, activate)


@guarded
def _activate(document: Any, node: Any, new_layer: str) -> None:
    if not _is_open(document):
        return
    active = document.activeNode()
    if active is not None and active.uniqueId().toString() == new_layer and node.parentNode() is not None:
        document.setActiveNode(node)
