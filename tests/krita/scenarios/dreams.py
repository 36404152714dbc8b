"""One dream after another through the docker, on every kind of region; what the document was and became."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, kinds, scene
from krita import Krita, Selection

FEATHER = 20
FAR = (420, 260, 300, 200)  # x, y, width, height of a selection far from the origin
LAMPS = [(566, 356), (20, 30)]  # the first inside FAR
LINEAR = "sRGB-elle-V2-g10.icc"
CORNER = (-120, -90, 380, 300)  # one that reaches over two borders of the canvas


def selected_far(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    _select_ellipse(document, FAR)
    yield from _dream_and_undo(stage, document)


def selected_at_borders(stage: Any) -> Iterator[float]:
    """With a layer above the active one: the result belongs between the two."""
    document = yield from scene.open_photo()
    source = scene.active(document)
    scene.paint(document, "Upper")
    yield scene.QUIET
    document.setActiveNode(source.now)
    _select_ellipse(document, CORNER)
    yield scene.QUIET
    yield from _dream_and_undo(stage, document)


def whole_layer(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    yield from _dream_and_undo(stage, document)


def sixteen_bit(stage: Any) -> Iterator[float]:
    yield from _in_space(stage, "RGBA", "U16", scene.SRGB)


def grey(stage: Any) -> Iterator[float]:
    yield from _in_space(stage, "GRAYA", "U8", "Gray-D50-elle-V2-srgbtrc.icc")


def cmyk(stage: Any) -> Iterator[float]:
    yield from _in_space(stage, "CMYKA", "U8", "Chemical proof")


def linear_float(stage: Any) -> Iterator[float]:
    """Light as it adds up, with a lamp of 4.0 inside the selection and one outside."""
    document = yield from _photo_in("RGBA", "F32", LINEAR)
    lamp = scene.bytes_for_krita(struct.pack("<4f", 4, 4, 4, 1) * 64)
    for x, y in LAMPS:
        document.activeNode().setPixelData(lamp, x, y, 8, 8)
    document.refreshProjection()
    yield scene.QUIET
    _select_ellipse(document, FAR)
    yield from _dream_and_undo(stage, document)


def strength(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    _select_ellipse(document, FAR)
    before = scene.looks(document)
    layer = yield from docker.dream(document)
    full = scene.looks(document)
    yield from _strength(layer, "40")
    shape = (document.height(), document.width(), 4)
    stage.keep("before", before, *shape)
    stage.keep("full", full, *shape)
    stage.keep("less", scene.looks(document), *shape)
    stage.note(opacity=layer.opacity())
    yield from _strength(layer, "100")
    stage.keep("again", scene.looks(document), *shape)


def _strength(layer: Any, percent: str) -> Iterator[float]:
    before = layer.opacity()
    yield from docker.type_into("strength_number", percent)
    yield from hands.until(lambda: layer.opacity() != before, hands.HEARD, f"the layer at {percent} %")
    yield scene.QUIET


def by_layer(stage: Any) -> Iterator[float]:
    """A layer painted for it: black at the left, grey in the middle, white at the right; chosen in the docker."""
    document = yield from scene.open_photo()
    source = scene.active(document)
    width, height = document.width(), document.height()
    row = b"".join(bytes((value, value, value, 255)) * (width // 3) for value in (0, 128, 255))
    row += row[-4:] * (width - len(row) // 4)
    scene.paint(document, "How strong", row * height, (0, 0, width, height), visible=False)
    yield scene.QUIET
    document.setActiveNode(source.now)
    yield scene.QUIET
    yield from docker.choose("strength_by", "How strong")
    yield from _dream_by(stage, document)
    yield from docker.choose("strength_by", "Local Selection")


def by_local_selection(stage: Any) -> Iterator[float]:
    """As Krita's brushes do it: the layer's own selection counts, without a word."""
    document = yield from scene.open_photo()
    mask = scene.add(document, kinds.local_selection(document, _thirds(document)), parent=scene.active(document))
    yield scene.QUIET
    document.setActiveNode(mask.now)
    yield scene.QUIET
    yield from _dream_by(stage, document)


def _thirds(document: Any) -> Selection:
    """Nothing at the left, half in the middle, all at the right."""
    width, height = document.width(), document.height()
    row = bytes((0,)) * (width // 3) + bytes((128,)) * (width // 3)
    selection = Selection()
    selection.select(0, 0, width, height, 255)
    selection.setPixelData(scene.bytes_for_krita((row + b"\xff" * (width - len(row))) * height), 0, 0, width, height)
    return selection


def by_transparency_mask(stage: Any) -> Iterator[float]:
    """The layer is half transparent by its mask, and so is its dream: once, also when that mask is chosen."""
    document = yield from scene.open_photo()
    source = scene.active(document)
    yield from _add_transparency_mask(document, source)
    mask = scene.node(document, scene.identity_of(source.childNodes()[0]))
    place = (0, 0, document.width(), document.height())
    mask.setPixelData(_thirds(document).pixelData(*place), *place)
    document.refreshProjection()
    yield scene.QUIET
    document.setActiveNode(source.now)
    yield scene.QUIET
    yield from docker.choose("strength_by", mask.name())
    yield from _dream_by(stage, document)
    yield from docker.choose("strength_by", "Local Selection")


def _add_transparency_mask(document: Any, layer: Any) -> Iterator[float]:
    document.setActiveNode(layer.now)
    yield scene.QUIET
    Krita.instance().action("add_new_transparency_mask").trigger()
    yield from hands.until(lambda: layer.childNodes(), hands.HEARD, "the mask")
    yield scene.QUIET


def _dream_by(stage: Any, document: Any) -> Iterator[float]:
    shape = (document.height(), document.width(), 4)
    before = scene.canvas(document)
    layer = yield from docker.dream(document)
    stage.keep("before", before, *shape)
    stage.keep("after", scene.canvas(document), *shape)
    stage.keep("layer", scene.pixels(document, layer), *shape)


def chosen_preset(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    _select_ellipse(document, FAR)
    yield from docker.take_preset("swirls")
    layer = yield from docker.dream(document)
    stage.note(name=layer.name())


def filter_again(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    _select_ellipse(document, FAR)
    before = scene.identities(document)
    yield from hands.menu("Filter", "Apply DeepDream Again")
    layer = yield from docker.new_layer(document, before)
    stage.note(above=scene.steps_above(layer, document.activeNode()))


def filter_dialog(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    _select_ellipse(document, FAR)
    yield from _open_dialog(stage)
    sketch = hands.widget("deepdream_sketch", "deepdream_dialog")
    yield from hands.until(lambda: sketch.has_dream, docker.FIRST_DREAM, "the dialog's sketch")
    stage.photograph("filter-dialog")
    before, nodes = scene.fingerprint(document), scene.identities(document)
    yield from hands.press(hands.widget("deepdream_dialog_cancel", "deepdream_dialog"))
    yield from hands.window_closes("deepdream_dialog")
    yield from docker.rest()
    yield scene.QUIET
    stage.note(changed_by_looking=scene.differences(before, scene.fingerprint(document)))
    yield from _open_dialog(stage)
    yield from hands.press(hands.widget("deepdream_new_layer", "deepdream_dialog"))
    layer = yield from docker.new_layer(document, nodes)
    stage.note(above=scene.steps_above(layer, document.activeNode()), still_open=hands.is_open("deepdream_dialog"))


def _open_dialog(stage: Any) -> Iterator[float]:
    yield from hands.menu("Filter", "DeepDream…")
    yield from hands.window_opens("deepdream_dialog")


def disc_on_its_own_layer(stage: Any) -> Iterator[float]:
    document, disc = yield from _ground_and_disc()
    document.setActiveNode(disc.now)
    yield from _dream_disc(stage, document)


def disc_merged(stage: Any) -> Iterator[float]:
    document, _disc = yield from _ground_and_disc()
    document.flatten()
    yield scene.QUIET
    document = scene.document(Krita.instance().activeDocument())
    yield from _dream_disc(stage, document)


def empty_layer(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    empty = scene.paint(document, "Empty")
    yield scene.QUIET
    document.setActiveNode(empty.now)
    _select_ellipse(document, FAR)
    before, nodes = scene.looks(document), scene.identities(document)
    yield from docker.press_dream()
    # At once: a small dream is soon over, and then the docker says something else.
    stage.note(says=docker.says())
    layer = yield from docker.new_layer(document, nodes)
    shape = (document.height(), document.width(), 4)
    stage.note(above=scene.steps_above(layer, empty))
    stage.keep("before", before, *shape)
    stage.keep("after", scene.looks(document), *shape)


def no_document(stage: Any) -> Iterator[float]:
    if not hands.widget("deepdream_dream").isVisible():
        stage.note(hidden=True)  # Krita 6 shows no dockers before an image is open
        return
    yield from docker.press_dream()
    stage.note(says=docker.says(), busy=docker.is_busy(), hidden=False)


def _in_space(stage: Any, *space: str) -> Iterator[float]:
    document = yield from _photo_in(*space)
    _select_ellipse(document, FAR)
    yield from _dream_and_undo(stage, document)


def _photo_in(*space: str) -> Iterator[float]:
    document = yield from scene.open_photo()
    document.setColorSpace(*space)
    document.waitForDone()
    yield scene.QUIET
    assert (document.colorModel(), document.colorDepth(), document.colorProfile()) == space
    return document


def _select_ellipse(document: Any, place: tuple[int, int, int, int]) -> None:
    x, y, width, height = place
    scene.select(document, scene.ellipse(width, height), *place, feather=FEATHER)
    assert document.selection() is not None


def _dream_and_undo(stage: Any, document: Any) -> Iterator[float]:
    source = scene.active(document)
    before = scene.fingerprint(document)
    steps = scene.undo_steps()
    shape = (document.height(), document.width())
    samples = len(source.channels())
    if document.selection() is not None:
        stage.keep("selection", scene.selected(document), *shape)
    stage.keep("before", scene.looks(document), *shape, 4)
    stage.keep("visible_before", scene.canvas(document), *shape, samples)
    layer = yield from docker.dream(document)
    stage.note(
        above=scene.steps_above(layer, source),
        name=layer.name(),
        opacity=layer.opacity(),
        says=docker.says(),
        active=source == document.activeNode(),
        steps=scene.undo_steps()[len(steps) :],
        same_space=layer.colorModel() + layer.colorDepth() == source.colorModel() + source.colorDepth(),
    )
    stage.keep("after", scene.looks(document), *shape, 4)
    stage.keep("visible_after", scene.canvas(document), *shape, samples)
    stage.keep("layer", scene.pixels(document, layer), *shape, samples)
    yield from scene.undo()
    stage.note(not_undone=scene.differences(before, scene.fingerprint(document)))


def _ground_and_disc() -> Iterator[float]:
    """The photo, and above it a disc of the photo's own pixels, moved, on a layer with nothing else."""
    document = yield from scene.open_photo()
    ground = scene.active(document)
    x, y, width, height = FAR
    texture = bytearray(ground.pixelData(20, 60, width, height))
    texture[3::4] = scene.ellipse(width, height)
    disc = scene.paint(document, "Disc", texture, FAR)
    yield scene.QUIET
    document.refreshProjection()
    document.waitForDone()
    return document, disc


def _dream_disc(stage: Any, document: Any) -> Iterator[float]:
    x, y, width, height = FAR
    scene.select(document, b"\xff" * (width * height), *FAR)
    layer = yield from docker.dream(document)
    stage.keep("dream", layer.pixelData(*FAR), height, width, 4)
    stage.keep("inside", scene.ellipse(width, height), height, width)
    assert document == Krita.instance().activeDocument()
