"""Krita quits in the middle of a dream."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_driver import docker, scene
from krita import Krita


def in_mid_job(stage: Any) -> Iterator[float]:
    """A saved document; the test looks at the file and at the processes afterwards."""
    document = yield from _saved_photo(stage)
    yield from docker.open_docker(stage.window)
    yield from docker.start()
    stage.note(worker=scene.workers()[0])
    document.setModified(False)
    stage.leave()


def while_starting(stage: Any) -> Iterator[float]:
    """Krita quits before the worker has said a word."""
    document = yield from _saved_photo(stage)
    yield from docker.open_docker(stage.window)
    yield from docker.press_dream()
    yield 0.2
    stage.note(worker=scene.workers()[0])
    document.setModified(False)
    stage.leave()


def killed(stage: Any) -> Iterator[float]:
    """Krita itself dies: the worker has to notice by itself."""
    yield from _saved_photo(stage)
    yield from docker.open_docker(stage.window)
    yield from docker.start()
    stage.note(worker=scene.workers()[0])
    os.kill(os.getpid(), 9)
    yield 10.0


def _saved_photo(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    path = Path(stage.folder) / "document.kra"
    document.setBatchmode(True)
    assert document.saveAs(str(path))
    yield 1.5
    stage.note(before=scene.fingerprint(document))
    assert Krita.instance().activeDocument() == document
    return document
