"""What the plugin takes of Krita's main thread while a painter works on a large picture."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.gaps import Gaps
from deepdream_driver.handle import Handle
from krita import Krita

WIDTH, HEIGHT = 4000, 3000
LARGEST = 4096
LINEAR = "sRGB-elle-V2-g10.icc"
SELECTED = (1500, 1000, 512, 384)
MANY = 60
DRAWING = 3.0  # seconds in which Krita draws a large canvas for the first time


def whole_layer(stage: Any) -> Iterator[float]:
    """A whole layer of 4000 x 3000 is dreamed and undone."""
    document = yield from _large()
    yield from _choose_one_step()
    yield from docker.warm()
    yield from _dream(stage, document)
    gaps = Gaps()
    gaps.begin()
    yield from scene.undo()
    yield 1.5
    stage.note(undo=gaps.end())
    yield from docker.take_preset("animals")


def with_alpha(stage: Any) -> Iterator[float]:
    """The same with a selection of all and a layer that is half transparent here and there."""
    document = yield from _large(alpha=200)
    yield from _choose_one_step()
    scene.select(document, b"\xf0" * (WIDTH * HEIGHT), 0, 0, WIDTH, HEIGHT)
    yield from _dream(stage, document)
    yield from docker.take_preset("animals")


def linear_float(stage: Any) -> Iterator[float]:
    """Light as it adds up, a third of it above white."""
    row = b"".join(struct.pack("<4f", x / LARGEST, 4.0 if x % 3 == 0 else 0.5, 0.2, 1) for x in range(LARGEST))
    document = yield from scene.create(LARGEST, LARGEST, "Light", row * LARGEST, "F32", profile=LINEAR)
    document.setActiveNode(scene.bottom(document).now)
    yield scene.QUIET
    yield from _choose_one_step()
    yield from docker.warm()
    layer = yield from _dream(stage, document)
    pixel = bytes(layer.pixelData(3 * (LARGEST // 6), LARGEST // 2, 1, 1))
    stage.note(pixel=struct.unpack("<4f", pixel))
    yield from docker.take_preset("animals")


def _choose_one_step() -> Iterator[float]:
    yield from docker.open_docker()
    yield from docker.take_preset("animals")
    yield from docker.type_into("steps_number", "1")


def _dream(stage: Any, document: Handle) -> Iterator[float]:
    """Dream when Krita has drawn the canvas, and note how long its thread was held up; ends with the new layer."""
    yield DRAWING
    gaps = Gaps()
    gaps.begin()
    layer = yield from docker.dream(document)
    yield 1.5
    stage.note(dream=gaps.end())
    return layer


def live(stage: Any) -> Iterator[float]:
    """The live dream of a selection, then of a whole layer, and a change to it."""
    document = yield from _large()
    yield from docker.open_docker()
    scene.select(document, b"\xff" * (SELECTED[2] * SELECTED[3]), *SELECTED)
    yield DRAWING
    for name in ("selection", "whole"):
        gaps = Gaps()
        gaps.begin()
        yield from hands.press(hands.widget("deepdream_live"))
        yield from _sharp()
        document.activeNode().setPixelData(scene.bytes_for_krita(b"\x00\x00\xff\xff" * 10000), 1600, 1100, 100, 100)
        document.refreshProjection()
        yield 1.0
        yield from _sharp()
        stage.note(**{name: gaps.end()})
        yield from hands.press(hands.widget("deepdream_live"))
        Krita.instance().action("deselect").trigger()
        yield DRAWING


def long_history(stage: Any) -> Iterator[float]:
    """Many past dreams, and the docker while another comes, is chosen, and other images come to the front."""
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    yield from docker.warm()
    history = Handle(lambda: hands.widget("deepdream_panel")._session.results.history)
    gaps = Gaps()
    gaps.begin()
    for number in range(MANY):
        history.add(_past(document, number), 1000 + number)
        yield 0.02
        history.pack(1000 + number, bytes(300_000))
        yield 0.02
    stage.note(filling=gaps.end())
    gaps = Gaps()
    gaps.begin()
    scene.select(document, b"\xff" * 100 * 100, 50, 50, 100, 100)
    yield scene.QUIET
    yield from docker.dream(document)
    other = yield from scene.open_photo()
    yield 1.5
    Krita.instance().activeWindow().views()[0].setVisible()
    yield 1.5
    stage.note(working=gaps.end(), entries=len(history.entries), other=other.name())
    path = str(stage.folder / "long.kra")
    document.setBatchmode(True)
    assert document.saveAs(path)
    gaps = Gaps()
    gaps.begin()
    yield from scene.reopen(document, path)
    yield 1.5
    stage.note(opening=gaps.end())


def _past(document: Any, number: int) -> Any:
    """A dream as the history takes it."""
    from krita_deepdream.core import wire
    from krita_deepdream.jobs.document_data import Location, Outcome

    place = Location(document.now, "", (document.width(), document.height()), "", "", 0, 0)
    small = wire.Picture(128, 72, "U8", bytes(range(256)) * 144)
    picture = wire.Picture(512, 288, "U8", bytes(512 * 288 * 4))
    return Outcome(name=str(number), location=place, picture=picture, x=0, y=0, strength=100.0, preview=small)


def start_up(stage: Any) -> Iterator[float]:
    """Another docker, made as Krita makes it at its start."""
    stage.note(took=[1000 * each for each in _another_docker()])
    yield scene.QUIET


def _another_docker() -> tuple[float, float]:
    """Seconds of the clock and of the processor."""
    from krita_deepdream.docker.dock import DreamPanel

    # The driver looks a widget up at every use, which isn't to be counted.
    panel = hands.widget("deepdream_panel").now
    began, worked = time.monotonic(), time.thread_time()
    another = DreamPanel(panel._session, panel._foot._choice, panel._upkeep, panel._keeper)
    took = time.monotonic() - began, time.thread_time() - worked
    another.setObjectName("another")
    another.deleteLater()
    return took


def _large(alpha: int = 255) -> Iterator[float]:
    row = b"".join(bytes((x // 16 % 256, x // 3 % 256, x % 256, alpha)) for x in range(WIDTH))
    document = yield from scene.create(WIDTH, HEIGHT, "Large", row * HEIGHT)
    document.setActiveNode(scene.bottom(document).now)
    yield scene.QUIET
    return document


def _sharp() -> Iterator[float]:
    picture, button = hands.widget("deepdream_preview"), hands.widget("deepdream_live")
    yield from hands.until(
        lambda: not picture.image.isNull() and button.text() == "Live", docker.FIRST_DREAM, "a live dream"
    )
