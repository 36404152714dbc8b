"""A painter switches *Live* on, paints a stroke with the brush, makes a layer of the dream, and switches it off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.qt import QtCore, QtWidgets

CANVASES = ("KisQPainterCanvas", "KisOpenGLCanvas2")
# Selected in the document: x, y, width, height.
PLACE = (400, 180, 256, 192)


def follows(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    yield from scene.fit()
    scene.select(document, b"\xff" * (PLACE[2] * PLACE[3]), *PLACE)
    yield scene.QUIET
    before, history = scene.fingerprint(document), scene.undo_steps()
    yield from hands.press(hands.widget("deepdream_live"))
    yield from _sharp(lambda: True)
    first = _shown()
    stage.note(size=[first.width(), first.height()], changed=scene.differences(before, scene.fingerprint(document)))
    stage.photograph("live")
    yield from _paint()
    yield from hands.until(lambda: len(scene.undo_steps()) > len(history), hands.HEARD, "the stroke's undo step")
    yield scene.QUIET
    steps = scene.undo_steps()
    yield from _sharp(lambda: _shown() != first)
    second = _shown()
    stage.note(strokes=len(steps) - len(history), followed=scene.undo_steps() == steps)
    layer = yield from docker.dream(document)
    stage.note(layer=layer.name(), bounds=list(layer.bounds().getRect()))
    dreamed = scene.pixels(document, layer)
    yield from scene.undo()
    yield from _sharp(lambda: True)
    stage.photograph("keep")
    nodes = scene.identities(document)
    yield from hands.press(hands.widget("deepdream_live_keep"))
    at_once = scene.identities(document) > nodes
    yield 2 * scene.QUIET
    added = scene.node(document, (scene.identities(document) - nodes).pop())
    stage.note(at_once=at_once, same=scene.pixels(document, added) == dreamed, name=added.name())
    yield from scene.undo()
    stage.note(undone=scene.identities(document) == nodes)
    yield from hands.press(hands.widget("deepdream_live"))
    stage.note(off=not hands.widget("deepdream_preview").isVisible())
    shape = (first.height(), first.width(), 4)
    for name, image in (("before", first), ("after", second)):
        stage.keep(name, _bytes(image), *shape)


def _shown() -> Any:
    return hands.widget("deepdream_preview").image


def _sharp(condition: Any) -> Iterator[float]:
    """Wait for the sharpest sketch that fulfils ``condition``."""

    def there() -> bool:
        return not _shown().isNull() and hands.widget("deepdream_live").text() == "Live" and bool(condition())

    yield from hands.until(there, docker.FIRST_DREAM, "a live dream")


def _paint() -> Iterator[float]:
    """A stroke over the middle of the canvas, where the selection is, with the brush that Krita starts with."""
    canvas = Handle(
        lambda: next(
            each
            for each in hands.window().findChildren(QtWidgets.QWidget)
            if each.metaObject().className() in CANVASES and each.isVisible()
        )
    )
    middle, reach = canvas.rect().center(), QtCore.QPoint(60, 25)
    yield from hands.stroke(canvas, middle - reach, middle + reach)


def _bytes(image: Any) -> bytes:
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return bytes(bits)
