"""Every kind of node that Krita knows, made on top of a document's background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from krita import InfoObject, Krita, Selection

from .hands import until
from .scene import bytes_for_krita

MAKING = 0.05
MIDDLE = (40, 30)  # a pixel that every layer that Krita draws itself covers
DRAWING = 20.0  # seconds
SVG = '<svg width="96px" height="64px"><rect x="8" y="6" width="70" height="50" fill="#7090b0"/></svg>'

Make = Callable[[Any], Iterator[float]]


def layer_of(node: Any) -> Any:
    """The layer that a mask belongs to; a layer is its own."""
    while node.type().endswith("mask"):
        node = node.parentNode()
    return node


def end_isolation(document: Any) -> None:
    """Show all layers again."""
    action = Krita.instance().action("isolate_active_layer")
    if action.isChecked():
        action.trigger()
    document.waitForDone()


def _paint(document: Any) -> Iterator[float]:
    yield 0.0
    return _background(document)


def _large(document: Any) -> Iterator[float]:
    """A layer that reaches beyond the canvas on every side."""
    node = document.createNode("Large", "paintlayer")
    size = _bytes_per_pixel(node)
    pixel = bytes(_background(document).pixelData(30, 20, 1, 1))
    assert len(pixel) == size
    node.setPixelData(bytes_for_krita(pixel * (160 * 110)), -30, -20, 160, 110)
    yield from _put(document, node)
    return node


def _empty(document: Any) -> Iterator[float]:
    node = document.createNode("Empty", "paintlayer")
    yield from _put(document, node)
    return node


def _locked(document: Any) -> Iterator[float]:
    node = yield from _copy(document)
    node.setLocked(True)
    return node


def _hidden(document: Any) -> Iterator[float]:
    node = yield from _copy(document)
    node.setVisible(False)
    document.refreshProjection()
    return node


def _alpha_locked(document: Any) -> Iterator[float]:
    node = yield from _copy(document)
    node.setAlphaLocked(True)
    return node


def _isolated(document: Any) -> Iterator[float]:
    node = yield from _copy(document)
    document.setActiveNode(node)
    yield MAKING
    Krita.instance().action("isolate_active_layer").trigger()
    yield MAKING
    return node


def _animated(document: Any) -> Iterator[float]:
    node = yield from _copy(document)
    node.enableAnimation()
    yield MAKING
    return node


def _group(document: Any) -> Iterator[float]:
    group = document.createGroupLayer("Group")
    group.addChildNode(_background(document).duplicate(), None)
    yield from _put(document, group)
    return group


def _pass_through(document: Any) -> Iterator[float]:
    group = yield from _group(document)
    group.setPassThroughMode(True)
    document.refreshProjection()
    document.waitForDone()
    return group


def _clone(document: Any) -> Iterator[float]:
    node = document.createCloneLayer("Clone", _background(document))
    yield from _put(document, node)
    return node


def _vector(document: Any) -> Iterator[float]:
    node = document.createVectorLayer("Vector")
    yield from _put(document, node)
    node.addShapesFromSvg(SVG)
    yield from _drawn(node)
    return node


def _fill(document: Any) -> Iterator[float]:
    settings = InfoObject()
    settings.setProperty("color", "#c08040")
    node = document.createFillLayer("Fill", "color", settings, _everything(document))
    yield from _put(document, node)
    yield from _drawn(node)
    return node


def _file(document: Any) -> Iterator[float]:
    if not hasattr(document, "createFileLayer"):
        return None
    import os

    node = document.createFileLayer("File", os.environ["DEEPDREAM_PHOTO"], "ImageToSize")
    yield from _put(document, node)
    yield from _drawn(node)
    return node


def _filter(document: Any) -> Iterator[float]:
    node = document.createFilterLayer("Filter", Krita.instance().filter("invert"), _everything(document))
    yield from _put(document, node)
    return node


def _filter_mask(document: Any) -> Iterator[float]:
    layer = yield from _copy(document)
    mask = document.createFilterMask("Filter mask", Krita.instance().filter("invert"), _everything(document))
    layer.addChildNode(mask, None)
    yield MAKING
    return mask


def _transparency_mask(document: Any) -> Iterator[float]:
    layer = yield from _copy(document)
    mask = document.createNode("Transparency mask", "transparencymask")
    layer.addChildNode(mask, None)
    yield MAKING
    return mask


def _local_selection(document: Any) -> Iterator[float]:
    layer = yield from _copy(document)
    mask = document.createSelectionMask("Local selection")
    mask.setSelection(_everything(document))
    layer.addChildNode(mask, None)
    yield MAKING
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


def _background(document: Any) -> Any:
    return next(each for each in document.topLevelNodes() if each.type() == "paintlayer")


def _copy(document: Any) -> Iterator[float]:
    node = _background(document).duplicate()
    node.setName("Copy")
    yield from _put(document, node)
    return node


def _put(document: Any, node: Any) -> Iterator[float]:
    document.rootNode().addChildNode(node, None)
    document.refreshProjection()
    document.waitForDone()
    yield MAKING


def _drawn(node: Any) -> Iterator[float]:
    """Wait for a layer that Krita draws in the background."""
    yield from until(lambda: any(bytes(node.projectionPixelData(*MIDDLE, 1, 1))), DRAWING, f"{node.name()} drawn")
    yield MAKING


def _everything(document: Any) -> Selection:
    selection = Selection()
    selection.select(0, 0, document.width(), document.height(), 255)
    return selection


def _bytes_per_pixel(node: Any) -> int:
    return max(int(channel.position() + channel.channelSize()) for channel in node.channels())
