"""The docker as it looks in Krita's dark and bright themes, before, during and after a dream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.qt import ACTION, QtGui, QtWidgets

FLOATING = 4.0  # seconds until the canvas no longer says how far it is zoomed
SHAPES = {"narrow": (200, 620), "wide": (460, 620)}
HINT_COLOURS = (b"\xff\x66\x33\xff", b"\x33\xaa\x22\xff")  # blue and green, as Krita's bytes
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


def shapes(stage: Any) -> Iterator[float]:
    """The docker by itself: narrow, wide, and with *More* unfolded and a hint layer at work."""
    yield from _theme(stage, "Krita dark")
    document = yield from scene.open_photo()
    yield from docker.open_docker(stage.window)
    hints = document.createNode("Hints", "paintlayer")
    paint = scene.bytes_for_krita(HINT_COLOURS[0] * 100 + HINT_COLOURS[1] * 100)
    for row in range(100):
        hints.setPixelData(paint, 100, 100 + row, 200, 1)
    document.rootNode().addChildNode(hints, None)
    document.setActiveNode(document.rootNode().childNodes()[0])
    panel = hands.widget("deepdream_panel")
    holder = panel.parentWidget()
    holder.setFloating(True)
    for name, (width, height) in SHAPES.items():
        holder.resize(width, height)
        yield 0.6
        stage.photograph(f"docker-{name}", panel)
    yield from docker.unfold("more")
    yield from docker.menu_entry("picture_add", "Layer or Mask", "Hints")
    yield from docker.reach(hands.widget("deepdream_objective"))
    yield from hands.type_into(hands.widget("deepdream_objective"), "class:castle + b8")
    yield from docker.menu_entry("picture_Hints", "Dream Only Where It Is blue")
    holder.resize(300, 940)
    yield 0.6
    area = hands.widget("deepdream_scroll")
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    area.ensureWidgetVisible(hands.widget("deepdream_more"))
    yield 0.3
    stage.photograph("docker-more", panel)
    stage.note(panel=[panel.width(), panel.minimumSizeHint().width()])
    yield from docker.menu_entry("picture_Hints", "Take It Away")
    yield from docker.reach(hands.widget("deepdream_preset_animals"))
    hands.click(hands.widget("deepdream_preset_animals"))
    yield 0.3
    holder.setFloating(False)


def pages_dark(stage: Any) -> Iterator[float]:
    yield from _theme(stage, "Krita dark")
    yield from _pages(stage, "dark")


def pages_bright(stage: Any) -> Iterator[float]:
    yield from _theme(stage, "Krita bright")
    yield from _pages(stage, "bright")


def _pages(stage: Any, theme: str) -> Iterator[float]:
    """Style with a layer and a picture that comes along; Zoom; the atlas with picks and what goes on beside them."""
    document = yield from scene.open_photo()
    yield from docker.open_docker(stage.window)
    panel = hands.widget("deepdream_panel")
    holder = panel.parentWidget()
    holder.setFloating(True)
    holder.setGeometry(20, 40, 300, 700)
    yield 0.6
    yield from docker.turn_to("Style")
    hands.click(hands.widget("deepdream_style_mix"))
    yield from docker.menu_entry("style_add", "Layer or Mask", document.topLevelNodes()[0].name())
    yield 0.6
    stage.photograph(f"docker-style-{theme}", panel)
    yield from docker.reach(hands.widget("deepdream_style_forget"))
    hands.click(hands.widget("deepdream_style_forget"))
    hands.click(hands.widget("deepdream_style_mix"))
    yield from docker.turn_to("Zoom")
    yield 0.6
    stage.photograph(f"docker-zoom-{theme}", panel)
    yield from docker.turn_to("Dream")
    yield from docker.unfold("more")
    yield from docker.reach(hands.widget("deepdream_objective"))
    yield from hands.type_into(hands.widget("deepdream_objective"), "class:castle + b10[16,34*0.5]")
    yield from docker.reach(hands.widget("deepdream_atlas"))
    hands.click(hands.widget("deepdream_atlas"))
    yield from hands.until(lambda: hands.is_open("deepdream_atlas_dialog"), 10, "the atlas")
    yield 0.6
    dialog = hands.widget("deepdream_atlas_dialog", "deepdream_atlas_dialog")
    stage.photograph(f"atlas-{theme}", dialog)
    hands.click(hands.widget("deepdream_atlas_close", "deepdream_atlas_dialog"))
    yield from docker.reach(hands.widget("deepdream_preset_animals"))
    hands.click(hands.widget("deepdream_preset_animals"))
    yield from docker.reach(hands.widget("deepdream_more"))
    hands.click(hands.widget("deepdream_more"))
    holder.setFloating(False)
    yield 0.6


def scaled(stage: Any) -> Iterator[float]:
    """At 200 %: docker and dialog."""
    yield from _theme(stage, "Krita dark")
    yield from scene.open_photo()
    yield from docker.open_docker(stage.window)
    yield FLOATING
    stage.photograph("krita-200-percent")
    yield from hands.menu(stage.window, "Filter", "DeepDream…")
    yield from hands.until(lambda: hands.is_open("deepdream_dialog"), 5, "the filter's dialog")
    yield 10.0
    stage.photograph("dialog-200-percent")
    hands.click(hands.widget("deepdream_dialog_cancel", "deepdream_dialog"))
    yield 1.0


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
