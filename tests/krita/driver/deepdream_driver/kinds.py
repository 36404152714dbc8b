"""Every kind of node that Krita knows, made on top of a document's background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from krita import InfoObject, Krita, Selection

from . import scene
from .handle import Handle
from .hands import until
from .scene import bytes_for_krita

MAKING = 0.05
MIDDLE = (40, 30)  # a pixel that every layer that Krita draws itself covers
DRAWING = 20.0  # seconds
SVG = '<svg width="96px" height="64px"><rect x="8" y="6" width="70" height="50" fill="#7090b0"/></svg>'

Make = Callable[[Handle], Iterator[float]]


def layer_of(document: Handle, node: Handle) -> Handle:
    """The layer that a mask belongs to; a layer is its own."""
    found = node.now
    while found.type().endswith("mask"):
        found = found.parentNode()
    return scene.node(document, scene.identity_of(found))


def end_isolation(document: Handle) -> None:
    """Show all layers again."""
    action = Krita.instance().action("isolate_active_layer")
    if action.isChecked():
        action.trigger()
    document.waitForDone()


def _paint(document: Handle) -> Iterator[float]:
    yield 0.0
    return scene.node(document, scene.identity_of(_background(document)))


def _large(document: Handle) -> Iterator[float]:
    """A layer that reaches beyond the canvas on every side."""
    node = _put(document, _larger(document))
    yield MAKING
    return node


def _larger(document: Handle) -> Any:
    node = document.createNode("Large", "paintlayer")
    pixel = bytes(_background(document).pixelData(30, 20, 1, 1))
    assert len(pixel) == _bytes_per_pixel(node)
    node.setPixelData(bytes_for_krita(pixel * (160 * 110)), -30, -20, 160, 110)
    return node


def _empty(document: Handle) -> Iterator[float]:
    node = _put(document, document.createNode("Empty", "paintlayer"))
    yield MAKING
    return node


def _locked(document: Handle) -> Iterator[float]:
    node = yield from _copy(document)
    node.setLocked(True)
    return node


def _hidden(document: Handle) -> Iterator[float]:
    node = yield from _copy(document)
    node.setVisible(False)
    document.refreshProjection()
    return node


def _alpha_locked(document: Handle) -> Iterator[float]:
    node = yield from _copy(document)
    node.setAlphaLocked(True)
    return node


def _isolated(document: Handle) -> Iterator[float]:
    node = yield from _copy(document)
    document.setActiveNode(node.now)
    yield MAKING
    Krita.instance().action("isolate_active_layer").trigger()
    yield MAKING
    return node


def _animated(document: Handle) -> Iterator[float]:
    node = yield from _copy(document)
    node.enableAnimation()
    yield MAKING
    return node


def _group(document: Handle) -> Iterator[float]:
    group = _put(document, _filled_group(document))
    yield MAKING
    return group


def _filled_group(document: Handle) -> Any:
    group = document.createGroupLayer("Group")
    group.addChildNode(_background(document).duplicate(), None)
    return group


def _pass_through(document: Handle) -> Iterator[float]:
    group = yield from _group(document)
    group.setPassThroughMode(True)
    document.refreshProjection()
    document.waitForDone()
    return group


def _clone(document: Handle) -> Iterator[float]:
    node = _put(document, document.createCloneLayer("Clone", _background(document)))
    yield MAKING
    return node


def _vector(document: Handle) -> Iterator[float]:
    node = _put(document, document.createVectorLayer("Vector"))
    yield MAKING
    node.addShapesFromSvg(SVG)
    yield from _drawn(node)
    return node


def _fill(document: Handle) -> Iterator[float]:
    node = _put(document, _filled(document))
    yield MAKING
    yield from _drawn(node)
    return node


def _filled(document: Handle) -> Any:
    settings = InfoObject()
    settings.setProperty("color", "#c08040")
    return document.createFillLayer("Fill", "color", settings, _everything(document))


def _file(document: Handle) -> Iterator[float]:
    if not hasattr(document, "createFileLayer"):
        return None
    import os

    node = _put(document, document.createFileLayer("File", os.environ["DEEPDREAM_PHOTO"], "ImageToSize"))
    yield MAKING
    yield from _drawn(node)
    return node


def _filter(document: Handle) -> Iterator[float]:
    invert = document.createFilterLayer("Filter", Krita.instance().filter("invert"), _everything(document))
    node = _put(document, invert)
    del invert
    yield MAKING
    return node


def _filter_mask(document: Handle) -> Iterator[float]:
    layer = yield from _copy(document)
    invert = document.createFilterMask("Filter mask", Krita.instance().filter("invert"), _everything(document))
    mask = scene.add(document, invert, parent=layer)
    del invert
    yield MAKING
    return mask


def _transparency_mask(document: Handle) -> Iterator[float]:
    layer = yield from _copy(document)
    mask = scene.add(document, document.createNode("Transparency mask", "transparencymask"), parent=layer)
    yield MAKING
    return mask


def _local_selection(document: Handle) -> Iterator[float]:
    layer = yield from _copy(document)
    mask = scene.add(document, local_selection(document, _everything(document)), parent=layer)
    yield MAKING
    return mask


def local_selection(document: Handle, selection: Selection) -> Any:
    """A selection mask that belongs to no layer yet."""
    mask = document.createSelectionMask("Local selection")
    mask.setSelection(selection)
    return mask


KINDS: dict[str, Make] = {
    "paint layer": _paint,
    "larger than the canvas": _large,
    "empty": _empty,
    "locked": _locked,
    "hidden": _hidden,
    "alpha locked": _alpha_locked,
    "isolated": _isolated,
    "animated": _animated,
    "group": _group,
    "pass-through group": _pass_through,
    "clone layer": _clone,
    "vector layer": _vector,
    "fill layer": _fill,
    "file layer": _file,
    "filter layer": _filter,
    "filter mask": _filter_mask,
    "transparency mask": _transparency_mask,
    "local selection": _local_selection,
}


def _background(document: Handle) -> Any:
    return next(each for each in document.topLevelNodes() if each.type() == "paintlayer")


def _copy(document: Handle) -> Iterator[float]:
    node = _put(document, _background(document).duplicate())
    node.setName("Copy")
    yield MAKING
    return node


def _put(document: Handle, made: Any) -> Handle:
    node = scene.add(document, made)
    document.refreshProjection()
    document.waitForDone()
    return node


def _drawn(node: Handle) -> Iterator[float]:
    """Wait for a layer that Krita draws in the background."""
    yield from until(lambda: any(bytes(node.projectionPixelData(*MIDDLE, 1, 1))), DRAWING, f"{node.name()} drawn")
    yield MAKING


def _everything(document: Handle) -> Selection:
    selection = Selection()
    selection.select(0, 0, document.width(), document.height(), 255)
    return selection


def _bytes_per_pixel(node: Any) -> int:
    return max(int(channel.position() + channel.channelSize()) for channel in node.channels())
