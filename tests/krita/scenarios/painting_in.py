"""Dreams under a black mask and as detail layers, in several depths: what is seen, undo, redo, reopened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from krita import Krita

SPACES = {
    "eight_bit": ("RGBA", "U8", scene.SRGB),
    "sixteen_bit": ("RGBA", "U16", scene.SRGB),
    "linear_float": ("RGBA", "F32", "sRGB-elle-V2-g10.icc"),
}
WINDOW, DIALOG = "deepdream_variations_dialog", "deepdream_dialog"
LAYERS = {"layer": "New layer above", "detail": "Detail layer", "masked": "Paint it in"}
# Selected, and where white is painted into the mask: x, y, width, height.
PLACE, WHITE = (420, 380, 128, 96), (450, 400, 64, 64)


def eight_bit(stage: Any) -> Iterator[float]:
    yield from _play(stage, "eight_bit")


def sixteen_bit(stage: Any) -> Iterator[float]:
    yield from _play(stage, "sixteen_bit")


def linear_float(stage: Any) -> Iterator[float]:
    yield from _play(stage, "linear_float")


def _play(stage: Any, kind: str) -> Iterator[float]:
    """The same dream as a layer, as a detail layer and under a mask; the last is saved, reopened and added again."""
    document = yield from scene.open_photo()
    document.setColorSpace(*SPACES[kind])
    document.waitForDone()
    scene.select(document, scene.ellipse(*PLACE[2:]), *PLACE, feather=12)
    yield scene.QUIET
    yield from docker.open_docker()
    shape = (document.height(), document.width(), 4)
    stage.keep("before", scene.looks(document), *shape)
    source = scene.bottom(document)
    for name, entry in LAYERS.items():
        document.setActiveNode(source.now)
        yield from docker.choose("result", entry)
        yield from docker.rest()
        before = scene.identities(document)
        yield from docker.press_dream()
        yield from hands.until(lambda old=before: scene.identities(document) > old, docker.FIRST_DREAM, docker.says)
        yield 2 * scene.QUIET
        stage.keep(name, scene.looks(document), *shape)
        stage.note(**{f"{name}_says": docker.says()})
        if name == "detail" and kind == "eight_bit":
            yield from _renew(stage, document, shape)
        if name != "masked":
            yield from scene.undo()
            stage.note(**{f"{name}_undone": len(scene.all_nodes(document))})
    yield from _paint_in(stage, document, shape)


def _renew(stage: Any, document: Any, shape: tuple[int, ...]) -> Iterator[float]:
    """Renewed, it is a detail layer again; two undos take that back."""
    layer = scene.named(document, "Animals")
    before = scene.pixels(document, layer)
    document.setActiveNode(layer.now)
    yield scene.QUIET
    yield from docker.type_into("seed_number", "7")
    yield from docker.press("renew")
    yield from docker.until_busy()
    yield from docker.rest()
    yield 2 * scene.QUIET
    stage.keep("renewed", scene.looks(document), *shape)
    stage.note(renewed_pixels=scene.pixels(document, layer) != before, mode=layer.blendingMode())
    yield from scene.undo()
    yield from scene.undo()
    stage.note(renewal_undone=scene.pixels(document, layer) == before)
    yield from docker.type_into("seed_number", "1")


def _paint_in(stage: Any, document: Any, shape: tuple[int, ...]) -> Iterator[float]:
    mask = scene.active(document)
    stage.note(active=[mask.type(), mask.name(), mask.parentNode().name()])
    yield from scene.undo()
    yield from hands.until(lambda: document.activeNode() is not None, hands.HEARD, "an active layer")
    stage.note(masked_undone=len(scene.all_nodes(document)), left_active=document.activeNode().name())
    Krita.instance().action("edit_redo").trigger()
    yield 2 * scene.QUIET
    document.waitForDone()
    stage.keep("redone", scene.looks(document), *shape)
    white = scene.bytes_for_krita(b"\xff" * (WHITE[2] * WHITE[3]))
    mask.setPixelData(white, *WHITE)
    document.refreshProjection()
    yield scene.QUIET
    stage.keep("painted", scene.looks(document), *shape)
    yield from hands.until(lambda: len(_history(document)) >= len(LAYERS), hands.HEARD, "the packed dreams")
    document.setBatchmode(True)
    path = str(Path(stage.folder) / f"masked-{document.colorDepth()}.kra")
    assert document.saveAs(path)
    yield 2 * scene.QUIET
    document = yield from scene.reopen(document, path)
    stage.keep("reopened", scene.looks(document), *shape)
    if document.colorDepth() == "U8":
        yield from _add_again(stage, document)


def _add_again(stage: Any, document: Any) -> Iterator[float]:
    mask = next(key for key, each in scene.all_nodes(document).items() if each.type() == "transparencymask")
    document.setActiveNode(scene.node(document, mask).parentNode())
    yield scene.QUIET
    before = scene.identities(document)
    yield from docker.press("history_apply")
    yield from hands.until(lambda: scene.identities(document) > before, hands.HEARD, docker.says)
    yield scene.QUIET
    stage.note(again=[each.type() for key, each in scene.all_nodes(document).items() if key not in before])


def _history(document: Any) -> list[str]:
    return [each for each in document.annotationTypes() if each.startswith("krita_deepdream/history/")]


def variations(stage: Any) -> Iterator[float]:
    """Nine small dreams of 16 bits; the fifth is enlarged and used. Then *Keep* makes a layer of what Live shows."""
    document = yield from scene.open_photo()
    document.setColorSpace(*SPACES["sixteen_bit"])
    document.waitForDone()
    scene.select(document, b"\xff" * (PLACE[2] * PLACE[3]), *PLACE)
    yield scene.QUIET
    yield from docker.open_docker()
    yield from docker.choose("result", "New layer above")
    yield from docker.press("variations_open")
    yield from hands.window_opens(WINDOW)
    words = hands.widget("deepdream_variations_words", WINDOW)
    yield from hands.press(hands.widget("deepdream_variation_4", WINDOW))
    name = hands.widget("deepdream_variations_name", WINDOW).text()
    yield from hands.until(lambda: not words.text(), docker.FIRST_DREAM, "all of the small dreams")
    stage.photograph("variations")
    large = hands.widget("deepdream_variations_large", WINDOW)
    stage.keep("sketch", _bytes(large.image), large.image.height(), large.image.width(), 4)
    before = scene.identities(document)
    yield from hands.press(hands.widget("deepdream_variations_use", WINDOW))
    yield from hands.window_closes(WINDOW)
    layer = yield from docker.new_layer(document, before)
    stage.keep("dream", bytes(layer.pixelData(*PLACE))[1::2], PLACE[3], PLACE[2], 4)
    yield from docker.unfold("more")
    stage.note(name=name, seed=hands.widget("deepdream_seed_number").text())
    dreamed, depth = bytes(layer.pixelData(*PLACE)), layer.colorDepth()
    yield from scene.undo()
    stage.note(undone=len(scene.all_nodes(document)))
    yield from docker.press("live")
    live = hands.widget("deepdream_live")
    sharp = lambda: not hands.widget("deepdream_preview").image.isNull() and live.text() == "Live"  # noqa: E731
    yield from hands.until(sharp, docker.FIRST_DREAM, "a live dream")
    before = scene.identities(document)
    yield from hands.press(hands.widget("deepdream_live_keep"))
    kept = yield from docker.new_layer(document, before)
    stage.note(kept=bytes(kept.pixelData(*PLACE)) == dreamed, depths=[depth, kept.colorDepth()])
    yield from docker.press("live")


def where(stage: Any) -> Iterator[float]:
    """A hidden layer is painted where it shall grow; then a click into the dialog's split picture says where."""
    document = yield from scene.open_photo()
    source = scene.active(document)
    x, y, width, height = PLACE
    black = b"\0\0\0\xff" * (width // 2 * height)
    scene.paint(document, "Spot", black, (x, y, width // 2, height), visible=False)
    yield scene.QUIET
    document.setActiveNode(source.now)
    scene.select(document, b"\xff" * (width * height), *PLACE)
    yield scene.QUIET
    yield from docker.open_docker()
    yield from docker.unfold("more")
    yield from docker.menu_entry("picture_add", "Layer or Mask", "Spot")
    yield from docker.menu_entry("picture_Spot", "Dream Only Where It Is Painted")
    stage.photograph("legend")
    shape = (document.height(), document.width(), 4)
    stage.keep("before", scene.looks(document), *shape)
    yield from docker.dream(document)
    stage.keep("after", scene.looks(document), *shape)
    yield from scene.undo()
    yield from docker.menu_entry("picture_Spot", "Remove")
    stage.note(help=hands.entries("Help"))
    yield from hands.menu("Filter", "DeepDream…")
    yield from hands.window_opens(DIALOG)
    sketch, status = (hands.widget(f"deepdream_{name}", DIALOG) for name in ("sketch", "dialog_status"))
    viewport = Handle(lambda: sketch.viewport())
    for name in ("split", "place"):
        box = hands.widget(f"deepdream_{name}", DIALOG)
        hands.click(box)
        yield from hands.until(lambda at=box: at.isChecked(), hands.HEARD, name)
    hands.click(viewport, viewport.rect().center())
    yield from hands.until(lambda: len(sketch.marks) == 1, hands.HEARD, "a mark")
    yield from hands.until(lambda: sketch.has_dream and not status.text(), docker.FIRST_DREAM, lambda: status.text())
    yield 2.0
    stage.photograph("split")
    yield from hands.press(hands.widget("deepdream_dialog_cancel", DIALOG))
    yield from hands.window_closes(DIALOG)
    stage.note(objective=hands.widget("deepdream_objective").text())


def _bytes(image: Any) -> bytes:
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return bytes(bits)
