"""A window, or Krita, ends before a dream does; how it quits in the middle of one stands at the end of ``faults``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from krita import Krita

SMALL = 192
LOOK = 1.0  # seconds, in which each docker has looked again what would be dreamed


def while_starting(stage: Any) -> Iterator[float]:
    """Krita quits before the worker has said a word."""
    document = yield from scene.save_photo(stage)
    yield from docker.open_docker()
    yield from docker.press_dream()
    yield from hands.until(scene.workers, hands.HEARD, "the worker")
    stage.note(worker=scene.workers()[0])
    document.setModified(False)
    stage.leave()


def second_window(stage: Any) -> Iterator[float]:
    """A second window, with a docker of its own, is closed in the middle of a dream that goes on in the first."""
    document = yield from scene.open_photo()
    scene.select(document, b"\xff" * SMALL**2, SMALL, SMALL, SMALL, SMALL)
    yield from docker.open_docker()
    before = scene.identities(document)
    yield from docker.start()
    Krita.instance().openWindow()
    second = Handle(lambda: Krita.instance().windows()[1].qwindow())
    second.show()
    twin = docker.of_window(second)
    twin.show()
    yield from hands.until(lambda: twin.isVisible(), hands.HEARD, "the second docker")
    yield LOOK
    second.close()
    yield from hands.until(lambda: len(Krita.instance().windows()) == 1, hands.HEARD, "the second window's end")
    yield 2 * LOOK
    layer = yield from docker.new_layer(document, before)
    # The next dream tells everybody who listens of its steps, and its end.
    another = yield from docker.dream(document)
    stage.note(above=[scene.steps_above(each, scene.bottom(document)) for each in (layer, another)])


def killed(stage: Any) -> Iterator[float]:
    """Krita itself dies: the worker has to notice by itself."""
    yield from scene.open_photo()
    yield from docker.open_docker()
    yield from docker.start()
    stage.note(worker=scene.workers()[0])
    os.kill(os.getpid(), 9)
    yield 10.0
