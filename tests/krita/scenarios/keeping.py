"""A painter paints on what was dreamed: the dream is out of date, is refreshed or renewed, or keeps up."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.qt import QtCore, QtGui, QtWidgets
from krita import Krita

CANVASES = ("KisQPainterCanvas", "KisOpenGLCanvas2")
LINEAR = "sRGB-elle-V2-g10.icc"
# Changed while a pen is down: x, y, width, height.
STRIP = (0, 0, 400, 8)
OPACITY, BLENDING = 200, "multiply"


def refreshes(stage: Any) -> Iterator[float]:
    """A stroke, *Refresh*, undo, redo; saved, opened again, and *Renew* with another setting."""
    stage.patience *= 1.5  # the worker starts in here
    document = yield from _painting("U8", scene.SRGB, 400)
    document.setBatchmode(True)
    assert document.saveAs(str(Path(stage.folder) / "document.kra"))
    yield scene.QUIET
    layer = yield from docker.dream(document)
    layer.setOpacity(OPACITY)
    layer.setBlendingMode(BLENDING)
    yield from until_layer("up to date")
    before = scene.pixels(document, layer)
    painted = yield from _stroke()
    yield from until_layer("out of date")
    stage.note(noticed=time.monotonic() - painted, line=docker.aim(), strokes=scene.undo_steps())
    yield from docker.reach(hands.widget("deepdream_refresh"))
    stage.photograph("out-of-date")
    yield from docker.press("refresh")
    yield from until_layer("up to date", docker.FIRST_DREAM)
    yield scene.QUIET
    after = scene.pixels(document, layer)
    stage.note(steps=scene.undo_steps(), kept=[layer.opacity(), layer.blendingMode()])
    for name, data in (("before", before), ("after", after)):
        stage.keep(name, data, document.height(), document.width(), 4)
    yield from scene.undo()
    yield from scene.undo()
    yield from until_layer("out of date")
    stage.note(undone=scene.pixels(document, layer) == before)
    for _ in range(2):
        yield from _redo()
    yield from until_layer("up to date")
    stage.note(redone=scene.pixels(document, layer) == after)
    yield from _reopened(stage, document, layer.name())


def _reopened(stage: Any, document: Handle, name: str) -> Iterator[float]:
    path = str(Path(stage.folder) / "document.kra")
    document.save()
    document.waitForDone()
    opened = yield from scene.reopen(document, path)
    yield from until_layer("up to date")
    layer = scene.named(opened, name)
    opened.setActiveNode(layer.now)
    yield from docker.type_into("steps_number", "5")
    before = scene.pixels(opened, layer)
    yield from docker.press("renew")
    yield from docker.until_busy()
    yield from docker.rest()
    yield from until_layer("up to date")
    renewed = scene.pixels(opened, layer)
    stage.note(renewed=renewed != before, layers=len(scene.identities(opened)), renewed_steps=scene.undo_steps())
    yield from scene.undo()
    yield from scene.undo()
    stage.note(renewal_undone=scene.pixels(opened, layer) == before)


def eight_bit(stage: Any) -> Iterator[float]:
    """On a painting 2048 px wide: a stroke, its undo and redo, and ten strokes one after the other."""
    document = yield from _painting("U8", scene.SRGB, 2048)
    before, after = yield from _keeps_up(stage, document)
    yield from _back_and_forth(stage, document, before, after)
    began = time.monotonic()
    for number in range(10):
        yield from _stroke(QtCore.QPoint(-150 + 30 * number, -80 + 20 * number))
    stage.note(ten=time.monotonic() - began)
    yield from until_layer("up to date", docker.FIRST_DREAM)
    stage.note(then=time.monotonic() - began, busy=docker.is_busy(), at_last=scene.undo_steps())
    stage.photograph("ten-strokes")


def sixteen_bit(stage: Any) -> Iterator[float]:
    document = yield from _painting("U16", scene.SRGB, 400)
    before, after = yield from _keeps_up(stage, document)
    yield from _back_and_forth(stage, document, before, after)


def linear_float(stage: Any) -> Iterator[float]:
    document = yield from _painting("F32", LINEAR, 400)
    before, after = yield from _keeps_up(stage, document)
    yield from _back_and_forth(stage, document, before, after)


def sixteen_bit_in_place(stage: Any) -> Iterator[float]:
    yield from _in_place(stage, "U16", scene.SRGB)


def linear_float_in_place(stage: Any) -> Iterator[float]:
    yield from _in_place(stage, "F32", LINEAR)


def _in_place(stage: Any, depth: str, profile: str) -> Iterator[float]:
    """Under a transparency mask of the painter's: *Refresh*, *Renew*, *Further* and its stages, each undone."""
    document = yield from _painting(depth, profile, 256)
    yield from docker.type_into("steps_number", "1")
    layer = yield from docker.dream(document)
    yield from until_layer("up to date")
    yield from _choose(document, layer)
    Krita.instance().action("add_new_transparency_mask").trigger()
    yield from hands.until(lambda: len(layer.childNodes()) == 1, hands.HEARD, "a mask")
    yield scene.QUIET
    mask = scene.node(document, scene.identity_of(layer.childNodes()[0]))
    mask.setPixelData(scene.bytes_for_krita(b"\x40" * 100 * 100), 20, 20, 100, 100)
    kept = scene.pixels(document, mask), layer.colorDepth(), layer.colorProfile()
    found = {}
    for name in ("refresh", "renew", "further"):
        if name == "refresh":
            yield from _stroke()
            yield from until_layer("out of date")
            yield from _choose(document, layer)
        elif name == "renew":
            yield from docker.type_into("steps_number", "2")
        before = scene.pixels(document, layer)
        yield from docker.press(name)
        yield from hands.until(lambda old=before: _done(document, layer, old), docker.FIRST_DREAM, docker.says)
        after = scene.pixels(document, layer)
        if name == "further":
            yield from _evolves(stage, document, layer)
            stage.note(furthest=hands.widget("deepdream_evolve").maximum())
        stands = scene.pixels(document, mask), layer.colorDepth(), layer.colorProfile()
        yield from scene.undo()
        yield from scene.undo()
        undone = scene.pixels(document, layer) == before
        for _ in range(2):
            yield from _redo()
        yield from until_layer("up to date", docker.FIRST_DREAM)
        found[name] = [stands == kept, undone, scene.pixels(document, layer) == after, len(layer.childNodes())]
    stage.note(in_place=found)


def _done(document: Handle, layer: Handle, before: bytes) -> bool:
    """Whether the layer was renewed, and nothing more comes."""
    return not docker.is_busy() and "up to date" in says() and scene.pixels(document, layer) != before


def _choose(document: Handle, layer: Handle) -> Iterator[float]:
    document.setActiveNode(layer.now)
    yield from hands.until(lambda: scene.active(document) == layer, hands.HEARD, "the dream's layer")
    yield scene.QUIET


def _evolves(stage: Any, document: Handle, layer: Handle) -> Iterator[float]:
    """An earlier stage of the dream, and the dream again."""
    result, steps = scene.pixels(document, layer), scene.undo_steps()
    began = time.monotonic()
    Krita.instance().action("deepdream_evolve_back").trigger()
    yield from hands.until(lambda: scene.pixels(document, layer) != result, docker.FIRST_DREAM, "an earlier stage")
    stage.note(evolved=time.monotonic() - began)
    yield scene.QUIET
    Krita.instance().action("deepdream_evolve_forth").trigger()
    yield from hands.until(lambda: scene.pixels(document, layer) == result, docker.FIRST_DREAM, "the dream again")
    yield from until_layer("up to date")
    stage.note(evolving_steps=len(scene.undo_steps()) - len(steps))


def by_shortcuts(stage: Any) -> Iterator[float]:
    """Dream, Keep Up and Cancel by Krita's actions, the docker closed and another page in front."""
    document = yield from _painting("U8", scene.SRGB, 400)
    yield from docker.show_page("Zoom")
    yield from docker.show_page("Dream")
    docker.of_window(hands.window()).hide()
    yield from scene.fit()
    nodes = scene.identities(document)
    Krita.instance().action("deepdream_dream").trigger()
    yield from docker.new_layer(document, nodes)
    yield from until_layer("up to date")
    layer = scene.node(document, (scene.identities(document) - nodes).pop())
    yield from _evolves(stage, document, layer)
    Krita.instance().action("deepdream_keep_up").trigger()
    before, source = scene.pixels(document, layer), _source(document)
    yield from _stroke()
    yield from hands.until(lambda: _source(document) != source, hands.HEARD, "paint on the source")
    kept_up = lambda: scene.pixels(document, layer) != before  # noqa: E731
    yield from hands.until(
        kept_up,
        docker.FIRST_DREAM,
        lambda: f"the dream to keep up, it says {says()} {docker.says()}, held down: {_buttons()}",
    )
    yield from until_layer("up to date", docker.FIRST_DREAM)
    Krita.instance().action("deepdream_other_seed").trigger()
    yield from docker.until_busy()
    Krita.instance().action("deepdream_cancel").trigger()
    yield from docker.rest()
    stage.note(layers=len(scene.identities(document)) - len(nodes), hidden=docker.of_window(hands.window()).isHidden())
    Krita.instance().action("deepdream_live").trigger()
    yield from hands.until(lambda: hands.widget("deepdream_live").isChecked(), hands.HEARD, "Live")
    stage.note(shown=docker.of_window(hands.window()).isVisible())
    Krita.instance().action("deepdream_live").trigger()
    yield scene.QUIET


def with_a_pen(stage: Any) -> Iterator[float]:
    """A dab in a turned view, where the plugin says that the pointer is; a pen that rests is waited for."""
    from krita_deepdream.documents import canvas
    from krita_deepdream.keeping import pen

    pen.LOST_S = float("inf")  # however busy this computer is
    looks: list[None] = []
    watch = pen.Pen.watch
    pen.Pen.watch = lambda filter_, over: looks.append(watch(filter_, over))
    document = yield from _painting("U8", scene.SRGB, 400)
    layer = yield from docker.dream(document)
    yield from until_layer("up to date")
    yield from docker.press("keep_up")
    yield from hands.until(lambda: hands.widget("deepdream_keep_up").isChecked(), hands.HEARD, "Keep Up")
    Krita.instance().activeWindow().activeView().canvas().setRotation(30)
    Krita.instance().action("mirror_canvas").trigger()
    yield scene.QUIET
    yield from _choose_source()
    before, source = scene.pixels(document, layer), _source(document)
    middle = _canvas().rect().center()
    place = middle + QtCore.QPoint(90, 40)
    hands.point(_canvas(), place)
    yield from hands.until(lambda: looks, hands.HEARD, "a look at the canvas beneath the pointer")
    yield scene.QUIET
    pointer, steps = canvas.pointer(document.now), len(scene.undo_steps())
    _pen(place, "TabletPress")
    strip = scene.bytes_for_krita(bytes(4 * STRIP[2] * STRIP[3]))
    scene.bottom(document).setPixelData(strip, *STRIP)
    for number in range(61):
        _pen(place + QtCore.QPoint(number % 2, 0), "TabletMove")
        yield 0.03
    stage.note(waited=scene.pixels(document, layer) == before and "following" not in says())
    _pen(place, "TabletRelease")
    yield from hands.until(lambda: len(scene.undo_steps()) > steps, hands.HEARD, "the stroke's undo step")
    yield from hands.until(lambda: scene.pixels(document, layer) != before, docker.FIRST_DREAM, says)
    yield from until_layer("up to date", docker.FIRST_DREAM)
    stage.note(pointer=pointer, steps=scene.undo_steps()[-1])
    for name, kept in (("source", source), ("painted", _source(document))):
        stage.keep(name, kept, document.height(), document.width(), 4)
    Krita.instance().action("mirror_canvas").trigger()


def _pen(place: QtCore.QPoint, kind: str) -> None:
    """What a tablet sends to the canvas; there is none here."""
    at, types, keys = QtCore.QPointF(place), QtCore.QEvent.Type, QtCore.Qt.KeyboardModifier.NoModifier
    none, left = QtCore.Qt.MouseButton.NoButton, QtCore.Qt.MouseButton.LeftButton
    buttons = none if kind == "TabletRelease" else left
    button = none if kind == "TabletMove" else left
    over = QtCore.QPointF(_canvas().mapToGlobal(place))
    if QtCore.QT_VERSION_STR.startswith("5"):
        device, tip = QtGui.QTabletEvent.Stylus, QtGui.QTabletEvent.Pen
        start = (getattr(types, kind), at, over, device, tip, 0.7, 0, 0, 0.0, 0.0, 0)
        event = QtGui.QTabletEvent(*start, keys, 1, button, buttons)
    else:
        start = (
            getattr(types, kind),
            QtGui.QPointingDevice.primaryPointingDevice(),
            at,
            over,
            0.7,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        )
        event = QtGui.QTabletEvent(*start, keys, button, buttons)
    QtWidgets.QApplication.sendEvent(_canvas().now, event)


def _painting(depth: str, profile: str, width: int) -> Iterator[float]:
    """The photo as deep and as wide as that, in the middle of the canvas; ends with the document."""
    shown = scene.show(_photo(depth, profile, width))
    yield from scene.in_front(shown)
    yield from docker.open_docker()
    yield from scene.fit()
    return shown


def _photo(depth: str, profile: str, width: int) -> Any:
    made = Krita.instance().openDocument(os.environ["DEEPDREAM_PHOTO"])
    made.scaleImage(width, round(width * made.height() / made.width()), 72, 72, "Bicubic")
    made.waitForDone()
    if depth != "U8":
        made.setColorSpace("RGBA", depth, profile)
        made.waitForDone()
    return made


def _keeps_up(stage: Any, document: Handle) -> Iterator[float]:
    """A dream, *Keep Up*, a stroke; ends with the dream before and after it."""
    layer = yield from docker.dream(document)
    yield from until_layer("up to date")
    yield from docker.press("keep_up")
    yield from hands.until(lambda: hands.widget("deepdream_keep_up").isChecked(), hands.HEARD, "Keep Up")
    yield 1.0
    before, source, steps = scene.pixels(document, layer), _source(document), scene.undo_steps()
    painted = yield from _stroke()
    first = 0.0
    while "up to date" not in says() or scene.pixels(document, layer) == before:
        now = time.monotonic() - painted
        assert now < docker.FIRST_DREAM, f"it doesn't keep up, it says {says()} {docker.says()}"
        first = first or (now if scene.pixels(document, layer) != before else 0.0)
        yield 0.05
    seconds = time.monotonic() - painted
    after = scene.pixels(document, layer)
    stage.note(first=first or seconds, seconds=seconds, steps=len(scene.undo_steps()) - len(steps), says=docker.says())
    for name, data in (("before", before), ("after", after), ("source", source), ("painted", _source(document))):
        stage.keep(name, data, document.height(), document.width(), 4)
    stage.photograph("keeps-up")
    return before, after


def _back_and_forth(stage: Any, document: Handle, before: bytes, after: bytes) -> Iterator[float]:
    layer = scene.node(document, scene.identity_of(document.topLevelNodes()[-1]))
    began = time.monotonic()
    Krita.instance().action("edit_undo").trigger()
    yield from hands.until(lambda: scene.pixels(document, layer) == before, hands.HEARD, "the old piece")
    stage.note(undone=time.monotonic() - began)
    # Krita hears of no redo while it composes the picture.
    document.waitForDone()
    yield scene.QUIET
    began = time.monotonic()
    Krita.instance().action("edit_redo").trigger()
    yield from hands.until(lambda: scene.pixels(document, layer) == after, hands.HEARD, "the new piece")
    stage.note(redone=time.monotonic() - began)


def _buttons() -> str:
    return str(QtWidgets.QApplication.mouseButtons())


def says() -> str:
    """What the docker says of the dream layer."""
    return str(hands.widget("deepdream_dream_layer").text())


def until_layer(words: str, seconds: float = hands.HEARD) -> Iterator[float]:
    """Wait until it says that."""
    yield from hands.until(lambda: words in says(), seconds, lambda: f"“{words}”, it says {says()} {docker.says()}")


def _canvas() -> Handle:
    return Handle(
        lambda: next(
            each
            for each in hands.window().findChildren(QtWidgets.QWidget)
            if each.metaObject().className() in CANVASES and each.isVisible()
        )
    )


def _source(document: Handle) -> bytes:
    return scene.pixels(document, document.topLevelNodes()[0])


def _choose_source() -> Iterator[float]:
    """A new layer becomes the active one some time after it was added."""
    document = scene.document(Krita.instance().activeDocument())
    source = scene.identity_of(document.topLevelNodes()[0])
    document.setActiveNode(document.topLevelNodes()[0])
    yield from hands.until(lambda: scene.identity_of(document.activeNode()) == source, hands.HEARD, "the source")


def _redo() -> Iterator[float]:
    Krita.instance().action("edit_redo").trigger()
    yield scene.QUIET
    Krita.instance().activeDocument().waitForDone()
    yield scene.QUIET


def _stroke(off: QtCore.QPoint | None = None) -> Iterator[float]:
    """A stroke over the middle of the canvas, or ``off`` it; ends with the time at which the button was released."""
    yield from _choose_source()
    before = len(scene.undo_steps())
    middle, reach = _canvas().rect().center() + (off or QtCore.QPoint()), QtCore.QPoint(60, 25)
    yield from hands.stroke(_canvas(), middle - reach, middle + reach)
    when = time.monotonic()
    yield from hands.until(lambda: len(scene.undo_steps()) > before, hands.HEARD, "the stroke's undo step")
    return when
