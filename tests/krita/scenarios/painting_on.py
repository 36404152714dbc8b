"""A painter goes on painting while the dream keeps up: what he sees of his strokes, and what is left of all that."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.qt import QtWidgets
from krita import Krita

CANVASES = ("KisQPainterCanvas", "KisOpenGLCanvas2")
DAMAGE = Path(__file__).parents[1] / "damage.py"
RUNS, STROKES = 5, 10
WIDTH, LARGE = 2048, 4096
QUIET_S = 30.0
LONGEST = 900.0
RESTED = 3.0  # seconds until the call is over in which the worker hears that nobody wants any more


def frames(stage: Any) -> Iterator[float]:
    """The same strokes while the worker dreams each of them again, and while it rests; in turn."""
    stage.patience = LONGEST
    yield from _painting()
    (worker,) = scene.workers()
    found: dict[str, list[Any]] = {"working": [], "resting": []}
    used: dict[str, list[float]] = {"working": [], "resting": []}
    for _ in range(RUNS):
        for name, runs in found.items():
            yield from _keep_up(name == "working")
            before = scene.processor_seconds(worker)
            runs.append((yield from _strokes(STROKES)))
            used[name].append(scene.processor_seconds(worker) - before)
        stage.note(gaps=found, used=used, load=os.getloadavg())


def minutes(stage: Any) -> Iterator[float]:
    """Strokes and undos for some minutes, kept up with; the memory of Krita and of the worker meanwhile."""
    seconds = float(os.environ.get("DEEPDREAM_MINUTES", "10")) * 60
    stage.patience = seconds + LONGEST
    yield from _painting()
    (worker,) = scene.workers()
    yield from _keep_up(True)
    end, found = time.monotonic() + seconds, []
    while time.monotonic() < end:
        yield from _strokes(STROKES)
        # A painter's canvas has no more undo steps than Krita keeps.
        for _ in range(STROKES // 2):
            yield from scene.undo()
        found.append((round(time.monotonic() - end + seconds), *map(_resident_mb, (os.getpid(), worker)), _past_mb()))
        stage.note(memory=found, strokes=STROKES * len(found))
    # On a busy machine none of the renewals was through before the next stroke: the last one renews all of it.
    yield from _until_up_to_date(LONGEST)
    stage.note(at_last=[_resident_mb(each) for each in (os.getpid(), worker)])


def _past_mb() -> int:
    """What the plugin keeps on purpose, for undos: up to 128 MB a layer."""
    (layer,) = hands.widget("deepdream_panel")._keeper.watcher.layers.values()
    return layer.past.held_bytes >> 20


def _resident_mb(process: int) -> int:
    """What a process holds in memory, in megabytes."""
    pages = Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") >> 20


def looks(stage: Any) -> Iterator[float]:
    """How long the watch over a large painting takes of Krita's main thread, by the processor's clock."""
    row = b"".join(bytes((x // 16 % 256, x // 3 % 256, x % 256, 255)) for x in range(LARGE))
    document = yield from scene.create(LARGE, LARGE, "Large", row * LARGE)
    yield from docker.open_docker()
    yield from docker.dream(document)
    yield from _until_up_to_date()
    yield from _choose_source(document)
    watch = Watch()
    yield QUIET_S
    stage.note(quiet=watch.end("_look"), still=watch.end("_hurry"))
    yield from _strokes(1)
    began = time.monotonic()
    line = hands.widget("deepdream_dream_layer")
    yield from hands.until(lambda: "out of date" in line.text(), hands.HEARD, "the stroke to be noticed")
    stage.note(noticed=time.monotonic() - began)
    yield RESTED
    stage.note(after=watch.end("_look"), hasty=watch.end("_hurry"))


class Watch:
    """Milliseconds of the processor that each look of the plugin's watch takes."""

    def __init__(self) -> None:
        self._took: dict[str, list[float]] = {}
        for timer, look in (("_looking", "_look"), ("_haste", "_hurry")):
            self._time(timer, look)

    def end(self, look: str) -> list[float]:
        """Of all looks of that kind so far; they are counted anew."""
        found, self._took[look] = self._took[look], []
        return [round(1000 * each, 2) for each in found]

    def _time(self, timer: str, look: str) -> None:
        watcher = hands.widget("deepdream_panel")._keeper.watcher
        self._took[look] = []

        def timed() -> None:
            began = time.thread_time()
            getattr(watcher, look)()
            self._took[look].append(time.thread_time() - began)

        getattr(watcher, timer).timeout.disconnect()
        getattr(watcher, timer).timeout.connect(timed)


def _painting() -> Iterator[float]:
    """A painting and a dream of it; the source is the active layer."""
    document = scene.show(_photo())
    yield from scene.in_front(document)
    yield from docker.open_docker()
    yield from docker.dream(document)
    yield from _until_up_to_date()
    yield from _choose_source(document)
    return document


def _choose_source(document: Handle) -> Iterator[float]:
    source = scene.identity_of(document.topLevelNodes()[0])
    document.setActiveNode(document.topLevelNodes()[0])
    yield from hands.until(lambda: scene.identity_of(document.activeNode()) == source, hands.HEARD, "the source")


def _photo() -> Any:
    made = Krita.instance().openDocument(os.environ["DEEPDREAM_PHOTO"])
    made.scaleImage(WIDTH, round(WIDTH * made.height() / made.width()), 72, 72, "Bicubic")
    made.waitForDone()
    return made


def _keep_up(on: bool) -> Iterator[float]:
    """Switch it; off means that the worker has come to rest."""
    button = hands.widget("deepdream_keep_up")
    if button.isChecked() is not on:
        yield from docker.press("keep_up")
    yield from hands.until(lambda: button.isChecked() is on, hands.HEARD, "Keep Up")
    yield RESTED


def _strokes(count: int) -> Iterator[float]:
    """That many strokes by a program beside Krita; ends with what it has noted of each."""
    area = [str(each) for each in _canvas_on_screen()]
    # Without Krita's own paths.
    drawing = subprocess.Popen(
        ["/usr/bin/python3", "-I", str(DAMAGE), *area, str(count)],
        stdout=subprocess.PIPE,
        env={"DISPLAY": os.environ["DISPLAY"], "PATH": os.environ["PATH"]},
    )
    yield from hands.until(lambda: drawing.poll() is not None, 60 + 10 * count, "the end of the strokes")
    assert drawing.stdout is not None
    return json.loads(drawing.stdout.read())


def _canvas_on_screen() -> tuple[int, int, int, int]:
    canvas = Handle(
        lambda: next(
            each
            for each in hands.window().findChildren(QtWidgets.QWidget)
            if each.metaObject().className() in CANVASES and each.isVisible()
        )
    )
    corner, size = canvas.mapToGlobal(canvas.rect().topLeft()), canvas.size()
    return corner.x(), corner.y(), size.width(), size.height()


def _until_up_to_date(seconds: float = docker.FIRST_DREAM) -> Iterator[float]:
    line = hands.widget("deepdream_dream_layer")
    yield from hands.until(lambda: "up to date" in line.text(), seconds, lambda: f"it says {line.text()}")
