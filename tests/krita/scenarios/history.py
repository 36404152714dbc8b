"""Past dreams in a saved document and dreams of two documents at once, all through the docker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.qt import QtWidgets
from krita import Krita

PLACE = (150, 90, 200, 150)


def reopened(stage: Any) -> Iterator[float]:
    """A 16-bit dream is saved with its file, comes back with it, is placed again and compared."""
    document = yield from _photo("U16")
    yield from docker.open_docker(stage.window)
    shape = (document.height(), document.width(), 4)
    first = yield from docker.dream(document)
    stage.keep("first", scene.pixels(document, first), *shape)
    yield from _until_saved()
    document.setBatchmode(True)
    path = str(stage.folder / "history.kra")
    assert document.saveAs(path)
    yield scene.QUIET
    document.close()
    yield 1.5
    document = Krita.instance().openDocument(path)
    yield from scene.show(document)
    source, old = document.topLevelNodes()[:2]
    old.remove()
    yield 1.0
    document.setActiveNode(source)
    stage.note(count=_history().count(), saved=hands.widget("deepdream_history_saved").text())
    steps = len(scene.undo_steps())
    yield from _press("deepdream_history_apply")
    placed = [node for node in document.topLevelNodes() if node.name() == "Animals"]
    stage.note(placed=len(placed), above=scene.steps_above(placed[0], source), steps=len(scene.undo_steps()) - steps)
    stage.keep("again", scene.pixels(document, placed[0]), *shape)
    yield from _compare(stage, document, placed[0])


def gone(stage: Any) -> Iterator[float]:
    """The layer that was dreamed is deleted: its dream waits, and can still be placed on top."""
    document = yield from _photo()
    source = document.activeNode()
    layer = yield from docker.dream(document)
    document.rootNode().addChildNode(document.createNode("Another", "paintlayer"), None)
    for node in (layer, source):
        node.remove()
    yield scene.QUIET
    before = scene.fingerprint(document)
    yield from _press("deepdream_history_apply")
    stage.note(says=docker.says(), changed=scene.differences(before, scene.fingerprint(document)))
    yield from _press("deepdream_keep")
    stage.note(top=document.topLevelNodes()[-1].name())


def two_documents(stage: Any) -> Iterator[float]:
    """One dream is at work, one waits: each tells its document and lands there, whichever is in front."""
    first = yield from _photo()
    # Long enough that the second is ordered while it is at work.
    yield from _steps("40")
    second = Krita.instance().createDocument(400, 300, "Second image", "RGBA", "U8", scene.SRGB, 72.0)
    second.topLevelNodes()[0].setPixelData(first.topLevelNodes()[0].pixelData(0, 0, 400, 300), 0, 0, 400, 300)
    yield from docker.start()
    yield from scene.show(second)
    scene.select(second, b"\xff" * (200 * 150), 50, 50, 200, 150)
    yield scene.QUIET
    button = hands.widget("deepdream_add")
    yield from docker.reach(button)
    hands.click(button)
    yield 0.5
    stage.note(rows=[label.text() for label in _queue()], cancel=hands.widget("deepdream_dream").text())
    stage.photograph("queue")
    yield from docker.rest()
    yield 2 * scene.QUIET
    stage.note(
        active=Krita.instance().activeDocument() == second,
        first=_layers(first), second=_layers(second),
        shown=[_history().item(row).toolTip() for row in range(_history().count())],
    )
    yield from _steps("10")


def cancel_one_of_two(stage: Any) -> Iterator[float]:
    """The present dream is given up, the waiting one still comes."""
    document = yield from _photo()
    yield from docker.open_docker(stage.window)
    yield from _press("deepdream_preset_animals")
    yield from _steps("60")
    yield from docker.start()
    yield from _press("deepdream_preset_scales")
    button = hands.widget("deepdream_add")
    yield from docker.reach(button)
    hands.click(button)
    yield 0.5
    drops = hands.widget("deepdream_queue").findChildren(QtWidgets.QToolButton)
    assert len(drops) == 2, f"{len(drops)} buttons to cancel one dream"
    hands.click(drops[0])
    yield from docker.rest()
    yield 2 * scene.QUIET
    stage.note(layers=_layers(document))
    yield from _press("deepdream_preset_animals")


def _compare(stage: Any, document: Any, layer: Any) -> Iterator[float]:
    before, steps = scene.fingerprint(document), scene.undo_steps()
    button = hands.widget("deepdream_history_compare")
    yield from docker.reach(button)
    yield from hands.until(button.isEnabled, 3, "something to compare")
    with_dream = scene.looks(document)
    hands.hold(button)
    yield 0.6
    stage.photograph("compare")
    stage.note(hidden=not layer.visible(), looks_other=scene.looks(document) != with_dream)
    hands.let_go()
    yield 0.6
    stage.note(
        left_behind=scene.differences(before, scene.fingerprint(document)),
        compare_steps=scene.undo_steps()[len(steps):],
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


def _steps(number: str) -> Iterator[float]:
    field = hands.widget("deepdream_steps_number")
    yield from docker.reach(field)
    yield from hands.type_into(field, number)


def _history() -> Any:
    return hands.widget("deepdream_history")


def _queue() -> list[Any]:
    return list(hands.widget("deepdream_queue").findChildren(QtWidgets.QLabel))


def _until_saved() -> Iterator[float]:
    yield from hands.until(lambda: hands.widget("deepdream_history_saved").text(), 10, "the packed dream")


def _press(name: str) -> Iterator[float]:
    button = hands.widget(name)
    yield from docker.reach(button)
    hands.click(button)
    yield 1.0
