"""Everything that can go wrong in the middle of a dream; each leaves the docker ready for the next one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.hands import until
from krita import Krita

PLACE = (300, 150, 400, 300)
NEXT_PX = 96
LOOK = 1.0  # seconds, in which each docker has looked again what would be dreamed
NOTICED = 40.0  # seconds for the docker to notice a worker that neither speaks nor ends


def cancel(stage: Any) -> Iterator[float]:
    document = yield from _photo()
    yield from docker.open_docker()
    before = scene.fingerprint(document)
    steps = scene.undo_steps()
    yield from docker.start()
    worker = _worker()
    pressed = yield from docker.press_dream()
    yield from docker.rest()
    stage.note(seconds=time.monotonic() - pressed, says=docker.says())
    yield max(0.0, 1.0 - (time.monotonic() - pressed))
    used = scene.processor_seconds(worker)
    yield 2.0
    stage.note(
        still_computed=scene.processor_seconds(worker) - used,
        worker_kept=scene.workers() == [worker],
        changed=scene.differences(before, scene.fingerprint(document)),
        steps=scene.undo_steps()[len(steps) :],
    )
    yield from _next_dream_works(stage, document)


def cancel_while_starting(stage: Any) -> Iterator[float]:
    document = yield from _photo()
    before = scene.fingerprint(document)
    _signal_worker(signal.SIGKILL)
    yield from docker.until_says("stopped unexpectedly")
    yield from docker.press_dream()
    # The second press is to come while there is a worker to start.
    yield from until(scene.workers, hands.HEARD, "the new worker")
    yield from docker.press_dream()
    says = docker.says()
    yield from docker.warm()
    # Nothing comes of it now either.
    yield 1.0
    stage.note(
        says=says,
        still_says=docker.says(),
        busy=docker.is_busy(),
        changed=scene.differences(before, scene.fingerprint(document)),
    )
    yield from _next_dream_works(stage, document)


def killed(stage: Any) -> Iterator[float]:
    yield from _disturbed(stage, signal.SIGKILL)


def frozen(stage: Any) -> Iterator[float]:
    """Silence alone is borne for two minutes, since a large film takes its time; who cancels has a new worker soon."""
    yield from _disturbed(stage, signal.SIGSTOP, cancel=True)


def closed(stage: Any) -> Iterator[float]:
    document = yield from _photo()
    yield from docker.start_and_hold()
    document.setModified(False)
    Krita.instance().action("file_close").trigger()
    yield from until(lambda: not scene.is_open(document), hands.HEARD, "the document closed")
    yield from docker.rest()
    yield scene.QUIET
    stage.note(says=docker.says(), documents=len(Krita.instance().documents()))
    other = yield from _photo()
    yield from _next_dream_works(stage, other)


def other_document_in_front(stage: Any) -> Iterator[float]:
    """The dream belongs to the document it was asked for, whichever is looked at when it is done."""
    document = yield from _photo()
    steps = len(scene.all_nodes(document))
    yield from docker.start_and_hold()
    other = yield from scene.open_photo()
    before = scene.fingerprint(other)
    yield from docker.rest()
    yield scene.QUIET
    stage.note(
        says=docker.says(),
        changed=scene.differences(before, scene.fingerprint(other)),
        added=len(scene.all_nodes(document)) - steps,
    )


def deleted(stage: Any) -> Iterator[float]:
    document = yield from _photo()
    scene.paint(document, "Other")
    yield scene.QUIET
    source = scene.named(document, "Background")
    document.setActiveNode(source.now)
    yield scene.QUIET
    yield from docker.start_and_hold()
    source.remove()
    yield scene.QUIET
    before = scene.fingerprint(document)
    yield from docker.rest()
    yield scene.QUIET
    stage.note(says=docker.says(), changed=scene.differences(before, scene.fingerprint(document)))
    yield from scene.undo()
    document.setActiveNode(source.now)
    yield scene.QUIET
    yield from _next_dream_works(stage, document)


def second_window(stage: Any) -> Iterator[float]:
    """A second window, with a docker of its own, is closed in the middle of a dream that goes on in the first."""
    document = yield from _photo()
    before = scene.identities(document)
    yield from docker.start_and_hold()
    Krita.instance().openWindow()
    second = Handle(lambda: Krita.instance().windows()[1].qwindow())
    second.show()
    twin = docker.of_window(second)
    twin.show()
    yield from until(lambda: twin.isVisible(), hands.HEARD, "the second docker")
    yield LOOK
    second.close()
    yield from until(lambda: len(Krita.instance().windows()) == 1, hands.HEARD, "the second window's end")
    yield 2 * LOOK
    docker.go_on()
    layer = yield from docker.new_layer(document, before)
    stage.note(above=scene.steps_above(layer, scene.bottom(document)))
    # The next dream tells everybody who listens of its steps, and its end.
    yield from _next_dream_works(stage, document)


def krita_quits(stage: Any) -> Iterator[float]:
    """The last thing that this Krita does; the test looks at the file and at the processes afterwards."""
    document = yield from scene.save_photo(stage)
    yield from docker.open_docker()
    yield from docker.start()
    stage.note(worker=scene.workers()[0])
    document.setModified(False)
    stage.leave()


def _disturbed(stage: Any, what: signal.Signals, *, cancel: bool = False) -> Iterator[float]:
    document = yield from _photo()
    before = scene.fingerprint(document)
    steps = scene.undo_steps()
    yield from docker.start()
    worker = _worker()
    os.kill(worker, what)
    when = time.monotonic()
    if cancel:
        yield from docker.press_dream()
    yield from until(lambda: not docker.is_busy(), NOTICED, lambda: f"its end noticed, it says “{docker.says()}”")
    stage.note(seconds=time.monotonic() - when, says=docker.says())
    yield from until(lambda: worker not in scene.workers(), NOTICED, "the end of the disturbed worker")
    yield scene.QUIET
    stage.note(
        changed=scene.differences(before, scene.fingerprint(document)),
        steps=scene.undo_steps()[len(steps) :],
    )
    yield from _next_dream_works(stage, document)
    stage.note(replaced=_worker() != worker)


def _next_dream_works(stage: Any, document: Any) -> Iterator[float]:
    source = scene.active(document)
    # A small one: only that it comes matters.
    scene.select(document, b"\xff" * NEXT_PX**2, *PLACE[:2], NEXT_PX, NEXT_PX)
    yield scene.QUIET
    layer = yield from docker.dream(document)
    stage.note(next_above=scene.steps_above(layer, source), workers=len(scene.workers()))


def _photo() -> Iterator[float]:
    document = yield from scene.open_photo()
    x, y, width, height = PLACE
    scene.select(document, b"\xff" * (width * height), *PLACE)
    yield scene.QUIET
    return document


def _worker() -> int:
    found = scene.workers()
    assert len(found) == 1, f"{len(found)} workers"
    return found[0]


def _signal_worker(what: signal.Signals) -> None:
    for worker in scene.workers():
        os.kill(worker, what)
