"""A painter paints on what was dreamed: the dream says that it is out of date, is refreshed, and keeps up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.qt import QtCore, QtWidgets

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


def says() -> str:
    return str(hands.widget("deepdream_dream_layer").text())


def until_layer(words: str, seconds: float = hands.HEARD) -> Iterator[float]:
    yield from hands.until(
        lambda: words in says(), seconds, lambda: f"“{words}” of the layer, the docker says {says()}"
    )


def _stroke() -> Iterator[float]:
    """A stroke over the middle of the canvas; ends with the time at which the button was released."""
    canvas = Handle(
        lambda: next(
            each
            for each in hands.window().findChildren(QtWidgets.QWidget)
            if each.metaObject().className() in CANVASES and each.isVisible()
        )
    )
    before = len(scene.undo_steps())
    middle, reach = canvas.rect().center(), QtCore.QPoint(60, 25)
    yield from hands.stroke(canvas, middle - reach, middle + reach)
    when = time.monotonic()
    yield from hands.until(lambda: len(scene.undo_steps()) > before, hands.HEARD, "the stroke's undo step")
    return when
