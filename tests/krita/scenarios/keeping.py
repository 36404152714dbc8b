"""A painter paints on what was dreamed: the dream says that it is out of date, is refreshed, and keeps up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.qt import QtCore, QtWidgets
from krita import Krita

CANVASES = ("KisQPainterCanvas", "KisOpenGLCanvas2")


def refreshes(stage: Any) -> Iterator[float]:
    """A stroke, *Refresh*, undo and redo, save and reopen."""
    document = yield from scene.save_photo(stage)
    yield from docker.open_docker()
    layer = yield from docker.dream(document)
    yield from until_layer("up to date")
    stage.note(up_to_date=says())
    dreamed = scene.pixels(document, layer)
    painted = yield from _stroke()
    yield from until_layer("out of date")
    stage.note(noticed=time.monotonic() - painted, line=docker.aim(), stroke=scene.undo_steps())
    stage.photograph("out-of-date")
    yield from docker.press("refresh")
    yield from until_layer("up to date", docker.FIRST_DREAM)
    yield scene.QUIET
    renewed = scene.pixels(document, layer)
    stage.note(changed=renewed != dreamed, steps=scene.undo_steps(), same=scene.identity_of(layer.now) != "")
    yield from scene.undo()
    yield from scene.undo()
    yield from until_layer("out of date")
    stage.note(undone=scene.pixels(document, layer) == dreamed)


def keeps_up(stage: Any) -> Iterator[float]:
    """On a painting 2048 px wide: a stroke of 200 px, its undo and redo, ten strokes in ten seconds."""
    document = yield from scene.open_photo()
    document.scaleImage(2048, 1150, 144, 144, "Bicubic")
    document.waitForDone()
    yield from docker.open_docker()
    layer = yield from docker.dream(document)
    yield from until_layer("up to date")
    yield from docker.press("keep_up")
    yield 1.0
    before, source = scene.pixels(document, layer), scene.pixels(document, document.rootNode().childNodes()[0])
    painted = yield from _stroke()
    first = 0.0
    while "up to date" not in says() or scene.pixels(document, layer) == before:
        now = time.monotonic()
        assert now - painted < docker.FIRST_DREAM, f"it doesn't keep up, it says {says()} {docker.says()}"
        if not first and scene.pixels(document, layer) != before:
            first = now - painted
        yield 0.05
    seconds = time.monotonic() - painted
    after, painted_on = scene.pixels(document, layer), scene.pixels(document, document.rootNode().childNodes()[0])
    stage.note(first=first, seconds=seconds, steps=scene.undo_steps(), says=docker.says())
    for name, data in (("before", before), ("after", after), ("source", source), ("painted", painted_on)):
        stage.keep(name, data, document.height(), document.width(), 4)
    stage.photograph("keeps-up")
    began = time.monotonic()
    yield from scene.undo()
    yield from hands.until(lambda: scene.pixels(document, layer) == before, 20, "the old piece")
    stage.note(undone=time.monotonic() - began)
    Krita.instance().action("edit_redo").trigger()
    yield from hands.until(lambda: scene.pixels(document, layer) == after, 20, "the new piece")
    began = time.monotonic()
    for number in range(10):
        yield from _stroke(QtCore.QPoint(-150 + 30 * number, -80 + 20 * number))
        yield max(0.0, began + number + 1 - time.monotonic())
    stage.note(ten=time.monotonic() - began)
    began = time.monotonic()
    yield from until_layer("up to date", docker.FIRST_DREAM)
    stage.note(then=time.monotonic() - began)
    stage.photograph("ten-strokes")


def says() -> str:
    return str(hands.widget("deepdream_dream_layer").text())


def until_layer(words: str, seconds: float = hands.HEARD) -> Iterator[float]:
    yield from hands.until(
        lambda: words in says(), seconds, lambda: f"“{words}” of the layer, the docker says {says()}"
    )


def _stroke(off: QtCore.QPoint | None = None) -> Iterator[float]:
    """A stroke over the middle of the canvas, or ``off`` it; ends with the time at which the button was released."""
    canvas = Handle(
        lambda: next(
            each
            for each in hands.window().findChildren(QtWidgets.QWidget)
            if each.metaObject().className() in CANVASES and each.isVisible()
        )
    )
    before = len(scene.undo_steps())
    middle, reach = canvas.rect().center() + (off or QtCore.QPoint()), QtCore.QPoint(60, 25)
    yield from hands.stroke(canvas, middle - reach, middle + reach)
    when = time.monotonic()
    yield from hands.until(lambda: len(scene.undo_steps()) > before, hands.HEARD, "the stroke's undo step")
    return when
