"""Every colour space with every kind of node: the plugin's host takes it out and puts it back undreamed.

With a dream that changes nothing, the image has to look the same afterwards, and outside the selection it has
to be the same to the bit.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from deepdream_driver import kinds, scene
from deepdream_driver.stage import SETTLE

WIDTH, HEIGHT = 96, 64
PLACE = (20, 12, 60, 40)
# For each model the profile of the depths above 8 bit and that of 8 bit, as Krita's own templates have them.
PROFILES = {
    "RGBA": ("sRGB-elle-V2-g10.icc", "sRGB-elle-V2-srgbtrc.icc"),
    "GRAYA": ("Gray-D50-elle-V2-g10.icc", "Gray-D50-elle-V2-srgbtrc.icc"),
    "CMYKA": ("Chemical proof", "Chemical proof"),
    "LABA": ("Lab identity built-in", "Lab identity built-in"),
    "XYZA": ("XYZ identity built-in", "XYZ identity built-in"),
    "YCbCrA": ("ITU-R BT.709-6 YCbCr ICC V4 profile", "ITU-R BT.709-6 YCbCr ICC V4 profile"),
}
ALPHA = {"U8": ("<B", 255), "U16": ("<H", 65535), "F32": ("<f", 1.0)}


def rgba(stage: Any) -> Iterator[float]:
    yield from _model(stage, "RGBA", "U8", "U16", "F16", "F32")


def graya(stage: Any) -> Iterator[float]:
    yield from _model(stage, "GRAYA", "U8", "U16", "F16", "F32")


def cmyka(stage: Any) -> Iterator[float]:
    yield from _model(stage, "CMYKA", "U8", "U16", "F32")


def laba(stage: Any) -> Iterator[float]:
    yield from _model(stage, "LABA", "U8", "U16", "F32")


def xyza(stage: Any) -> Iterator[float]:
    yield from _model(stage, "XYZA", "U8", "U16", "F16", "F32")


def ycbcra(stage: Any) -> Iterator[float]:
    yield from _model(stage, "YCbCrA", "U8", "U16", "F32")


def _model(stage: Any, model: str, *depths: str) -> Iterator[float]:
    table: dict[str, dict[str, Any]] = {}
    for depth in depths:
        document = yield from _document(model, depth)
        cells = table[f"{model} {depth}"] = {}
        for kind, make in kinds.KINDS.items():
            stage.note(cell=f"{model} {depth} {kind}")
            cells[kind] = yield from _cell(document, make)
        stage.note(table=table)
        yield SETTLE
        document.setModified(False)
        document.close()
        yield 0.2


def _cell(document: Any, make: kinds.Make) -> Iterator[float]:
    """What became of one cell: ``refused`` with a sentence, or how far the look moved inside and outside."""
    background = scene.active(document)
    node = yield from make(document)
    if node is None:
        return {"untried": "Krita's scripts can't make one"}
    document.setActiveNode(node.now)
    scene.select(document, scene.ellipse(*PLACE[2:]), *PLACE, feather=4)
    document.waitForDone()
    yield 0.05
    seen = yield from _there_and_back(document, node)
    kinds.end_isolation(document)
    _remove_all_but(document, background)
    document.setActiveNode(background.now)
    document.waitForDone()
    yield 0.05
    return seen


def _remove_all_but(document: Any, background: Any) -> None:
    for each in document.topLevelNodes():
        if background != each and each.type() != "selectionmask":
            each.remove()


def _there_and_back(document: Any, node: Any) -> Iterator[float]:
    from krita_deepdream.deepdream_core.errors import DreamError

    from krita_deepdream.core import dream_settings
    from krita_deepdream.documents.host import Host
    from krita_deepdream.jobs.job import DreamRequest

    before = scene.canvas(document)
    selection = scene.selected(document)
    try:
        grabbed = Host().grab(DreamRequest("Dream", dream_settings.DreamSettings()))
    except DreamError as error:
        return {"refused": str(error)}
    layer, note = scene.node(document, Host().place(_unchanged(grabbed)).node_id), grabbed.note
    del grabbed
    document.waitForDone()
    after = scene.canvas(document)
    below = kinds.layer_of(document, node)
    moved = _moved(before, after, selection)
    kinds.end_isolation(document)
    below.setVisible(True)
    looks = []
    for visible in (False, True):
        layer.setVisible(visible)
        document.refreshProjection()
        document.waitForDone()
        yield 0.01
        looks.append(scene.looks(document))
    return {
        "above": scene.steps_above(layer, below),
        "outside": moved,
        "note": note,
        "inside": _difference(looks[0], looks[1], selection),
    }


def _unchanged(grabbed: Any) -> Any:
    """The answer of a worker that dreams nothing: the grabbed picture, its alpha times the mask."""
    from krita_deepdream.deepdream_core.protocol.wire import Picture

    from krita_deepdream.jobs.document_data import Outcome

    picture = grabbed.picture
    form, full = ALPHA[picture.depth]
    size = struct.calcsize(form)
    data = bytearray(picture.data)
    for index in range(picture.width * picture.height):
        place = (4 * index + 3) * size
        alpha = struct.unpack_from(form, data, place)[0] * (grabbed.mask[index] if grabbed.mask else 255) / 255
        struct.pack_into(form, data, place, alpha if isinstance(full, float) else round(alpha))
    return Outcome(
        name="Unchanged",
        location=grabbed.location,
        picture=Picture(picture.width, picture.height, picture.depth, bytes(data)),
        x=grabbed.location.x,
        y=grabbed.location.y,
        strength=100.0,
    )


def _moved(before: bytes, after: bytes, selection: bytes) -> int:
    """How many pixels changed outside the selection."""
    size = len(before) // len(selection)
    return sum(
        not chosen and before[index * size : (index + 1) * size] != after[index * size : (index + 1) * size]
        for index, chosen in enumerate(selection)
    )


def _difference(one: bytes, other: bytes, selection: bytes) -> list[float]:
    """Mean and largest difference of the looks, 0..255, where everything is selected."""
    inside = [4 * index for index, chosen in enumerate(selection) if chosen == 255]
    gaps = [max(abs(one[place + each] - other[place + each]) for each in range(3)) for place in inside]
    return [round(sum(gaps) / len(gaps), 3), max(gaps)]


def _document(model: str, depth: str) -> Iterator[float]:
    """A small painting of soft colours in that space, with a view."""
    samples = bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            samples += bytes((60 + x, 70 + 2 * y, 80 + (x + y) // 2, 255))
    document = yield from scene.create(WIDTH, HEIGHT, "Matrix", bytes(samples))
    if (model, depth) != ("RGBA", "U8"):
        document.setColorSpace(model, depth, PROFILES[model][depth == "U8"])
        document.waitForDone()
    document.refreshProjection()
    yield 0.1
    document.waitForDone()
    assert (document.colorModel(), document.colorDepth()) == (model, depth), "Krita has no such colour space"
    return document
