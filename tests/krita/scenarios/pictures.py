"""The docker as it looks in Krita's dark and bright themes, before, during and after a dream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.qt import ACTION, QtGui, QtWidgets

FLOATING = 4.0  # seconds until the canvas no longer says how far it is zoomed
PLACE = (60, 30, 420, 420)


def dark(stage: Any) -> Iterator[float]:
    yield from _theme(stage, "Krita dark")
    yield from _dream(stage, "dark")


def bright(stage: Any) -> Iterator[float]:
    yield from _theme(stage, "Krita bright")
    yield from _dream(stage, "bright")


def dialog(stage: Any) -> Iterator[float]:
    yield from _theme(stage, "Krita dark")
    yield from scene.open_photo()
    yield from hands.menu(stage.window, "Filter", "DeepDream…")
    yield from hands.until(lambda: hands.is_open("deepdream_dialog"), 5, "the filter's dialog")
    yield 20.0
    stage.photograph("filter-dialog", hands.widget("deepdream_dialog", "deepdream_dialog"))
    hands.click(hands.widget("deepdream_dialog_cancel", "deepdream_dialog"))
    yield from hands.until(lambda: not hands.is_open("deepdream_dialog"), 5, "the dialog's end")


def _theme(stage: Any, name: str) -> Iterator[float]:
    """Choose a theme as Settings > Themes does."""
    found = [each for each in stage.window.findChildren(ACTION) if each.text().replace("&", "") == name]
    assert found, f"there is no theme {name}"
    found[0].trigger()
    yield 1.0
    lightness = QtWidgets.QApplication.palette().color(QtGui.QPalette.ColorRole.Window).lightness()
    stage.note(lightness=lightness)


def _dream(stage: Any, theme: str) -> Iterator[float]:
    document = yield from scene.open_photo()
    yield from docker.open_docker(stage.window)
    yield FLOATING
    x, y, width, height = PLACE
    scene.select(document, scene.ellipse(width, height), *PLACE, feather=20)
    yield scene.QUIET
    panel = hands.widget("deepdream_panel")
    yield from docker.start()
    preview = hands.widget("deepdream_preview")
    yield from hands.until(lambda: preview.isVisible() or not docker.is_busy(), 60, "a preview")
    yield scene.QUIET
    stage.photograph(f"docker-{theme}-dreaming", panel)
    yield from hands.until(lambda: not docker.is_busy(), docker.FIRST_DREAM, "the end of the dream")
    yield 1.0
    stage.photograph(f"krita-{theme}")
    stage.photograph(f"docker-{theme}", panel)
    stage.note(size=[panel.width(), panel.height()], says=docker.says())
