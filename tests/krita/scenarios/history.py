"""Past dreams in a saved document and dreams of two documents at once, all through the docker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.qt import QtWidgets
from krita import Krita

PLACE = (150, 90, 200, 150)


def reopened(stage: Any) -> Iterator[float]:
    """A 16-bit dream is saved with its file, comes back with it, is placed again and compared."""
    document = yield from _photo("U16")
    yield from docker.open_docker()
    shape = (document.height(), document.width(), 4)
    first = yield from docker.dream(document)
    stage.keep("first", scene.pixels(document, first), *shape)
    yield from _until_saved()
    document.setBatchmode(True)
    path = str(stage.folder / "history.kra")
    assert document.saveAs(path)
    yield scene.QUIET
    document = yield from scene.reopen(document, path)
    source = scene.bottom(document)
    document.topLevelNodes()[1].remove()
    yield scene.QUIET
    document.setActiveNode(source.now)
    yield from hands.until(lambda: _history().count(), hands.HEARD, "the saved dream in the history")
    yield from _until_saved()
    stage.note(count=_history().count(), saved=hands.widget("deepdream_history_saved").text())
    before, steps = scene.identities(document), len(scene.undo_steps())
    yield from docker.press("history_apply")
    # Its pixels are unpacked first.
    yield from hands.until(lambda: scene.identities(document) > before, docker.FIRST_DREAM, "the dream placed again")
    yield scene.QUIET
    placed = scene.named(document, "Animals")
    stage.note(above=scene.steps_above(placed, source), steps=len(scene.undo_steps()) - steps)
    stage.keep("again", scene.pixels(document, placed), *shape)
    yield from _compare(stage, document, placed)


def gone(stage: Any) -> Iterator[float]:
    """The layer that was dreamed is deleted: its dream waits, and can still be placed on top."""
    document = yield from _photo()
    source = scene.active(document)
    layer = yield from docker.dream(document)
    scene.paint(document, "Another")
    for node in (layer, source):
        node.remove()
    yield scene.QUIET
    before = scene.fingerprint(document)
    yield from docker.press("history_apply")
    says = yield from docker.until_says("was deleted")
    yield scene.QUIET
    stage.note(says=says, changed=scene.differences(before, scene.fingerprint(document)))
    yield from docker.press("keep")
    yield scene.QUIET
    stage.note(top=document.topLevelNodes()[-1].name())


def two_documents(stage: Any) -> Iterator[float]:
    """One dream is at work, one waits: each tells its document and lands there, whichever is in front."""
    first = yield from _photo()
    pixels = bytes(scene.bottom(first).pixelData(0, 0, 400, 300))
    yield from docker.start_and_hold()
    second = yield from scene.create(400, 300, "Second image", pixels)
    scene.select(second, b"\xff" * (200 * 150), 50, 50, 200, 150)
    yield scene.QUIET
    yield from docker.press("add")
    stage.note(rows=[label.text() for label in _queue()], cancel=hands.widget("deepdream_dream").text())
    stage.photograph("queue")
    yield from docker.rest()
    yield 2 * scene.QUIET
    stage.note(
        active=second == Krita.instance().activeDocument(),
        first=_layers(first),
        second=_layers(second),
        shown=[_history().item(row).toolTip() for row in range(_history().count())],
    )


def cancel_one_of_two(stage: Any) -> Iterator[float]:
    """The present dream is given up, the waiting one still comes."""
    document = yield from _photo()
    yield from docker.open_docker()
    yield from docker.take_preset("animals")
    yield from docker.type_into("steps_number", "60")
    yield from docker.start()
    yield from docker.take_preset("swirls")
    yield from docker.press("add")
    drops = len(_drops())
    assert drops == 2, f"{drops} buttons to cancel one dream"
    yield from hands.press(Handle(lambda: _drops()[0]))
    yield from docker.rest()
    yield 2 * scene.QUIET
    stage.note(layers=_layers(document))
    yield from docker.take_preset("animals")


def _compare(stage: Any, document: Any, layer: Any) -> Iterator[float]:
    before, steps = scene.fingerprint(document), scene.undo_steps()
    button = hands.widget("deepdream_history_compare")
    yield from docker.reach(button)
    yield from hands.until(lambda: button.isEnabled(), hands.HEARD, "something to compare")
    with_dream = scene.looks(document)
    yield from hands.hold(button)
    yield scene.QUIET
    stage.photograph("compare")
    stage.note(hidden=not layer.visible(), looks_other=scene.looks(document) != with_dream)
    yield from hands.let_go(button)
    yield scene.QUIET
    stage.note(
        left_behind=scene.differences(before, scene.fingerprint(document)),
        compare_steps=scene.undo_steps()[len(steps) :],
    )


def _photo(depth: str = "U8") -> Iterator[float]:
    document = yield from scene.open_photo()
    if depth != "U8":
        document.setColorSpace("RGBA", depth, scene.SRGB)
        document.waitForDone()
        yield scene.QUIET
    scene.select(document, scene.ellipse(*PLACE[2:]), *PLACE, feather=12)
    yield scene.QUIET
    return document


def _layers(document: Any) -> list[str]:
    return [node.name() for node in document.topLevelNodes() if node.type() != "selectionmask"]


def _history() -> Any:
    return hands.widget("deepdream_history")


def _drops() -> list[Any]:
    return list(hands.widget("deepdream_queue").findChildren(QtWidgets.QToolButton))


def _queue() -> list[Any]:
    return list(hands.widget("deepdream_queue").findChildren(QtWidgets.QLabel))


def _until_saved() -> Iterator[float]:
    yield from hands.until(lambda: hands.widget("deepdream_history_saved").text(), hands.HEARD, "the packed dream")
