"""A newcomer with nothing but the zip: set up by the docker's button, interrupted once, dreamed, uninstalled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.hands import until, widget
from deepdream_driver.qt import QtCore, QtWidgets

SET_UP = 220.0  # seconds; the packages come from pip's cache where it has them
PLACE = (60, 40, 160, 140)
TICK_MS = 5


def interrupted(stage: Any) -> Iterator[float]:
    yield from scene.open_photo()
    yield from docker.open_docker()
    stage.note(offer=_words(), dead_button=widget("deepdream_dream").isVisible(), button=_button().text())
    stage.photograph("set-up", widget("deepdream_panel"))
    yield from _press()
    yield from until(lambda: "ackage" in _words() or "Downloading" in _words(), 60, lambda: f"a package: {_words()}")
    stage.photograph("setting-up", widget("deepdream_panel"))
    yield from _press()
    yield from until(lambda: _button().text() == "Resume Setup", hands.HEARD, lambda: f"the stop: {_words()}")
    stage.note(stopped=_words(), children=len(scene.workers()))


def gone_on_with(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    yield from _press()
    ticks, began = Ticks(), time.monotonic()
    yield from until(lambda: widget("deepdream_dream").isVisible() or _failed(), SET_UP, "the end of the set-up")
    stage.note(longest_gap=ticks.stop(), took=time.monotonic() - began, says=_words(), box=_box().isVisible())
    assert not _failed(), _words()
    source = scene.active(document)
    x, y, width, height = PLACE
    scene.select(document, b"\xff" * (width * height), *PLACE)
    yield scene.QUIET
    layer = yield from docker.dream(document)
    stage.note(above=scene.steps_above(layer, source), name=layer.name(), status=docker.says())
    bounds = layer.bounds()
    stage.note(bounds=[bounds.x(), bounds.y(), bounds.width(), bounds.height()])
    stage.photograph("set-up-done", widget("deepdream_panel"))


def uninstalled(stage: Any) -> Iterator[float]:
    yield from scene.open_photo()
    yield from docker.menu_entry("care", "Uninstall DeepDream…")
    yield from hands.window_opens("deepdream_uninstall")
    yield from hands.press(widget("deepdream_uninstall_agreed", "deepdream_uninstall"))
    yield from until(lambda: "uninstalled" in _words(), 60, lambda: f"the end of uninstalling: {_words()}")
    stage.note(dead_button=widget("deepdream_dream").isVisible(), workers=len(scene.workers()))


class Ticks:
    """The longest time for which Krita's event loop did nothing else."""

    def __init__(self) -> None:
        self._longest, self._last = 0.0, time.monotonic()
        self._timer = QtCore.QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def stop(self) -> float:
        """Seconds."""
        self._timer.stop()
        return round(self._longest, 3)

    def _tick(self) -> None:
        now = time.monotonic()
        self._longest, self._last = max(self._longest, now - self._last), now


def _press() -> Iterator[float]:
    yield from hands.press(_button())


def _failed() -> bool:
    return bool(_button().isVisible() and _button().text() != "Stop")


def _box() -> QtWidgets.QWidget:
    return widget("deepdream_set_up_box")


def _button() -> QtWidgets.QWidget:
    return widget("deepdream_set_up")


def _words() -> str:
    return str(widget("deepdream_set_up_words").text())
