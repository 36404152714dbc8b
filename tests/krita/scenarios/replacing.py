"""Dreams that take their layer's place, in several depths, with half-transparent pixels and masks; undo and redo."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from krita import Krita

FEATHER = 12
PLACE = (150, 90, 200, 150)
LAMPS = [(230, 160), (20, 30)]  # the first inside PLACE
LINEAR = "sRGB-elle-V2-g10.icc"
NAME = "Half there"


def eight_bit(stage: Any) -> Iterator[float]:
    document, layer = yield from _masked()
    yield from docker.open_docker()
    yield from docker.choose("result", "Replace layer")
    yield from _replace_and_undo(stage, document, layer)


def less_strength(stage: Any) -> Iterator[float]:
    """The same at 40 percent; afterwards the slider leaves the layer alone."""
    document, layer = yield from _masked()
    yield from _strength("40")
    yield from _replace(stage, document, layer)
    copy = _named(document)
    yield from _strength("100")
    yield scene.QUIET
    stage.note(opacity=copy.opacity())


def sixteen_bit(stage: Any) -> Iterator[float]:
    document, layer = yield from _half_transparent("RGBA", "U16", scene.SRGB)
    yield from _replace_and_undo(stage, document, layer)


def linear_float(stage: Any) -> Iterator[float]:
    document, layer = yield from _half_transparent("RGBA", "F32", LINEAR)
    lamp = scene.bytes_for_krita(struct.pack("<4f", 4, 4, 4, 1) * 64)
    for x, y in LAMPS:
        layer.setPixelData(lamp, x, y, 8, 8)
    document.refreshProjection()
    yield scene.QUIET
    yield from _replace_and_undo(stage, document, layer)


def group_instead(stage: Any) -> Iterator[float]:
    """A group can't be replaced: a new layer above it, and a sentence."""
    document, layer = yield from _half_transparent()
    group = scene.add(document, document.createGroupLayer("Trees"), above=layer)
    scene.add(document, layer.duplicate(), parent=group)
    yield scene.QUIET
    document.setActiveNode(group.now)
    document.refreshProjection()
    yield scene.QUIET
    yield from docker.rest()
    nodes = scene.identities(document)
    yield from docker.press_dream()
    # At once: a small dream is soon over, and then the docker says something else.
    stage.note(says=docker.says())
    added = yield from docker.new_layer(document, nodes)
    stage.note(above=scene.steps_above(added, group))


def nothing_at_no_strength(stage: Any) -> Iterator[float]:
    yield from _half_transparent()
    yield from _strength("0")
    yield from docker.press_dream()
    stage.note(says=docker.says(), busy=docker.is_busy())
    yield from _strength("100")
    yield from docker.choose("result", "New layer above")


def new_image(stage: Any) -> Iterator[float]:
    """A new image is of the same kind as the one that was dreamed."""
    document, _layer = yield from _half_transparent("RGBA", "F32", LINEAR)
    document.setResolution(300)
    yield from docker.choose("result", "New image")
    yield from docker.press_dream()
    yield from docker.rest()
    yield from hands.until(lambda: _others(document), hands.HEARD, lambda: f"a new image, it says “{docker.says()}”")
    yield 2 * scene.QUIET
    made = scene.document(_others(document)[0])
    space = [made.colorModel(), made.colorDepth(), made.colorProfile()]
    stage.note(space=space, resolution=made.resolution(), size=[made.width(), made.height()])
    layer = scene.named(made, "Animals")
    yield from _strength("50")
    yield from hands.until(lambda: layer.opacity() != 255, hands.HEARD, "the new layer at 50 %")
    stage.note(name=layer.name(), opacity=layer.opacity())
    yield from _strength("100")
    yield from docker.choose("result", "New layer above")


def _others(document: Any) -> list[Any]:
    return [each for each in Krita.instance().documents() if document != each]


def _strength(percent: str) -> Iterator[float]:
    yield from docker.type_into("strength_number", percent)


def _half_transparent(*space: str) -> Iterator[float]:
    """The photo on a layer whose alpha grows from left to right; an empty one above."""
    document = yield from scene.open_photo()
    if space:
        document.setColorSpace(*space)
        document.waitForDone()
        yield scene.QUIET
    layer = scene.active(document)
    layer.setName(NAME)
    _fade(document, layer)
    scene.paint(document, "Above")
    yield scene.QUIET
    document.setActiveNode(layer.now)
    document.refreshProjection()
    _select(document)
    yield scene.QUIET
    return document, layer


def _masked() -> Iterator[float]:
    """A layer with a transparency mask, and every property set."""
    document, layer = yield from _half_transparent()
    scene.select(document, scene.ellipse(300, 200), 100, 60, 300, 200)
    yield scene.QUIET
    Krita.instance().action("add_new_transparency_mask").trigger()
    yield from hands.until(lambda: layer.childNodes(), hands.HEARD, "the mask")
    yield scene.QUIET
    assert [child.type() for child in layer.childNodes()] == ["transparencymask"]
    document.setActiveNode(layer.now)
    layer.setOpacity(200)
    layer.setBlendingMode("multiply")
    layer.setColorLabel(5)
    layer.setAlphaLocked(True)
    document.refreshProjection()
    _select(document)
    yield scene.QUIET
    return document, layer


def _fade(document: Any, layer: Any) -> None:
    width, height = document.width(), document.height()
    data = bytearray(layer.pixelData(0, 0, width, height))
    form = {"U8": "<B", "U16": "<H", "F32": "<f"}[layer.colorDepth()]
    full = {"U8": 255, "U16": 65535, "F32": 1.0}[layer.colorDepth()]
    sample = struct.calcsize(form)
    steps = [struct.pack(form, type(full)(full * min(1.0, (x + 1) / width * 1.5))) for x in range(width)]
    for byte in range(sample):
        data[3 * sample + byte :: 4 * sample] = bytes(step[byte] for step in steps) * height
    layer.setPixelData(scene.bytes_for_krita(data), 0, 0, width, height)


def _select(document: Any) -> None:
    scene.select(document, scene.ellipse(*PLACE[2:]), *PLACE, feather=FEATHER)


def _named(document: Any) -> Any:
    return scene.named(document, NAME)


def _properties(layer: Any) -> list[Any]:
    siblings = [each.name() for each in layer.parentNode().childNodes() if each.type() != "selectionmask"]
    children = [[child.type(), child.name()] for child in layer.childNodes()]
    return [
        layer.name(),
        layer.opacity(),
        layer.blendingMode(),
        layer.colorLabel(),
        layer.alphaLocked(),
        siblings,
        children,
    ]


def _replace(stage: Any, document: Any, layer: Any) -> Iterator[float]:
    shape = (document.height(), document.width())
    stage.keep("selection", scene.selected(document), *shape)
    stage.keep("before", scene.pixels(document, layer), *shape, 4)
    yield from docker.rest()
    yield from docker.press_dream()
    yield from docker.rest()
    yield 2 * scene.QUIET
    stage.keep("after", scene.pixels(document, _named(document)), *shape, 4)
    stage.note(says=docker.says())


def _replace_and_undo(stage: Any, document: Any, layer: Any) -> Iterator[float]:
    before, steps, kept = scene.fingerprint(document), scene.undo_steps(), _properties(layer)
    stage.keep("seen_before", scene.looks(document), document.height(), document.width(), 4)
    yield from _replace(stage, document, layer)
    copy = _named(document)
    after = scene.fingerprint(document)
    stage.note(
        steps=scene.undo_steps()[len(steps) :], active=copy == document.activeNode(), changed=[kept, _properties(copy)]
    )
    yield from scene.undo()
    stage.keep("after_one_undo", scene.looks(document), document.height(), document.width(), 4)
    yield from scene.undo()
    stage.note(not_undone=_but_active(scene.differences(before, scene.fingerprint(document))))
    for _ in range(2):
        Krita.instance().action("edit_redo").trigger()
        yield scene.QUIET
        document.waitForDone()
    yield scene.QUIET
    stage.note(not_redone=_but_active(scene.differences(after, scene.fingerprint(document))))


def _but_active(found: list[str]) -> list[str]:
    """Which layer is active after an undo is Krita's own business."""
    return [line for line in found if not line.startswith("/active")]
