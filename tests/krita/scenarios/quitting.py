"""Krita ends before a dream does; how it quits in the middle of one stands at the end of ``faults``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene


def while_starting(stage: Any) -> Iterator[float]:
    """Krita quits before the worker has said a word."""
    document = yield from scene.save_photo(stage)
    yield from docker.open_docker()
    yield from docker.press_dream()
    yield from hands.until(scene.workers, hands.HEARD, "the worker")
    stage.note(worker=scene.workers()[0])
    document.setModified(False)
    stage.leave()


def killed(stage: Any) -> Iterator[float]:
    """Krita itself dies: the worker has to notice by itself."""
    yield from scene.open_photo()
    yield from docker.open_docker()
    yield from docker.start()
    stage.note(worker=scene.workers()[0])
    os.kill(os.getpid(), 9)
    yield 10.0
