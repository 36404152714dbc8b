"""The docker as it looks in Krita's dark and bright themes, before, during and after a dream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.qt import ACTION, QtGui, QtWidgets

FADING = 20.0  # seconds until the canvas has stopped saying how far it is zoomed
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
    yield from hands.menu("Filter", "DeepDream…")
    yield from _sketched()
    hands.click(hands.widget("deepdream_split", "deepdream_dialog"))
    yield scene.QUIET
    stage.photograph("filter-dialog", hands.widget("deepdream_dialog", "deepdream_dialog"))
    yield from hands.press(hands.widget("deepdream_dialog_cancel", "deepdream_dialog"))
    yield from hands.window_closes("deepdream_dialog")


def kept_dark(stage: Any) -> Iterator[float]:
    yield from _theme(stage, "Krita dark")
    yield from _kept(stage, "dark")


def kept_bright(stage: Any) -> Iterator[float]:
    yield from _theme(stage, "Krita bright")
    yield from _kept(stage, "bright")


def _kept(stage: Any, theme: str) -> Iterator[float]:
    """A dream that keeps up, and the history."""
    document = yield from scene.open_photo()
    panel, holder = yield from _tall_docker()
    yield from docker.dream(document)
    line = hands.widget("deepdream_dream_layer")
    yield from hands.until(lambda: "up to date" in line.text(), hands.HEARD, lambda: line.text())
    yield from docker.press("keep_up")
    area = hands.widget("deepdream_scroll")
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    yield from hands.still(hands.widget("deepdream_history_apply"))
    stage.photograph(f"docker-keeping-{theme}", panel)
    holder.setFloating(False)


def _tall_docker() -> Iterator[float]:
    """The docker as a window of its own; ends with its panel and with what holds it."""
    yield from docker.open_docker()
    holder = Handle(lambda: hands.widget("deepdream_panel").parentWidget())
    holder.setFloating(True)
    holder.setGeometry(20, 40, 300, 700)
    yield from _resized(holder, 300)
    return hands.widget("deepdream_panel"), holder


def variations(stage: Any) -> Iterator[float]:
    """Nine small dreams at neighbouring depths, one of them enlarged."""
    yield from _theme(stage, "Krita dark")
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    scene.select(document, b"\xff" * (PLACE[2] * PLACE[3]), *PLACE)
    yield scene.QUIET
    yield from docker.press("variations_open")
    window = yield from hands.window_opens("deepdream_variations_dialog")
    yield from hands.pick(hands.widget("deepdream_variations_near", "deepdream_variations_dialog"), "Other depths")
    yield from hands.press(hands.widget("deepdream_variation_5", "deepdream_variations_dialog"))
    words = hands.widget("deepdream_variations_words", "deepdream_variations_dialog")
    yield from hands.until(lambda: not words.text(), docker.FIRST_DREAM, "all of the small dreams")
    stage.photograph("variations", window)
    yield from hands.press(hands.widget("deepdream_variations_close", "deepdream_variations_dialog"))


def shapes(stage: Any) -> Iterator[float]:
    """The docker by itself: narrow, wide, and with *More* unfolded and a hint layer at work."""
    yield from _theme(stage, "Krita dark")
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    halves = (HINT_COLOURS[0] * 100 + HINT_COLOURS[1] * 100) * 100
    scene.paint(document, "Hints", halves, (100, 100, 200, 100))
    document.setActiveNode(scene.bottom(document).now)
    panel = hands.widget("deepdream_panel")
    holder = Handle(lambda: hands.widget("deepdream_panel").parentWidget())
    holder.setFloating(True)
    for name, (width, height) in SHAPES.items():
        holder.resize(width, height)
        yield from _resized(holder, width)
        stage.photograph(f"docker-{name}", panel)
    yield from docker.unfold("more")
    yield from docker.menu_entry("picture_add", "Layer or Mask", "Hints")
    yield from docker.type_into("objective", "class:castle + b8")
    yield from docker.menu_entry("picture_Hints", "Dream Only Where It Is blue")
    holder.resize(300, 940)
    yield from _resized(holder, 300)
    area = hands.widget("deepdream_scroll")
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    area.ensureWidgetVisible(hands.widget("deepdream_more").now)
    yield from hands.still(hands.widget("deepdream_more"))
    stage.photograph("docker-more", panel)
    stage.note(panel=[panel.width(), panel.minimumSizeHint().width()])
    yield from docker.menu_entry("picture_Hints", "Remove")
    yield from docker.take_preset("animals")
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
    panel, holder = yield from _tall_docker()
    yield from docker.show_page("Style")
    yield from docker.press("style_mix")
    yield from docker.menu_entry("style_add", "Layer or Mask", document.topLevelNodes()[0].name())
    yield from hands.still(hands.widget("deepdream_style_mix"))
    stage.photograph(f"docker-style-{theme}", panel)
    yield from docker.press("style_forget")
    yield from docker.press("style_mix")
    yield from docker.show_page("Zoom")
    yield from hands.still(hands.widget("deepdream_zoom_frames"))
    stage.photograph(f"docker-zoom-{theme}", panel)
    yield from docker.show_page("Dream")
    yield from docker.unfold("more")
    yield from docker.type_into("objective", "class:castle + b10[16,34*0.5]")
    yield from docker.press("atlas")
    dialog = yield from hands.window_opens("deepdream_atlas_dialog")
    stage.photograph(f"atlas-{theme}", dialog)
    yield from hands.press(hands.widget("deepdream_atlas_close", "deepdream_atlas_dialog"))
    yield from docker.take_preset("animals")
    yield from docker.press("more")
    holder.setFloating(False)
    yield from hands.still(panel)


def scaled(stage: Any) -> Iterator[float]:
    """At 200 %: docker and dialog."""
    yield from _theme(stage, "Krita dark")
    yield from scene.open_photo()
    yield from docker.open_docker()
    yield from _faded()
    stage.photograph("krita-200-percent")
    yield from hands.menu("Filter", "DeepDream…")
    yield from _sketched()
    stage.photograph("dialog-200-percent")
    yield from hands.press(hands.widget("deepdream_dialog_cancel", "deepdream_dialog"))
    yield from hands.window_closes("deepdream_dialog")


def _sketched() -> Iterator[float]:
    """The filter's dialog with the sharpest of its sketches."""
    yield from hands.window_opens("deepdream_dialog")
    sketch, status = (hands.widget(f"deepdream_{name}", "deepdream_dialog") for name in ("sketch", "dialog_status"))
    yield from hands.until(lambda: sketch.has_dream and not status.text(), docker.FIRST_DREAM, lambda: status.text())


def _resized(holder: Handle, width: int) -> Iterator[float]:
    yield from hands.until(lambda: holder.width() == width, hands.HEARD, f"a docker {width} pixels wide")
    yield from hands.still(hands.widget("deepdream_scroll"))


def _faded() -> Iterator[float]:
    """Wait until no message floats over the canvas."""

    def floating() -> bool:
        return any(
            each.metaObject().className() == "KisFloatingMessage" and each.isVisible()
            for each in QtWidgets.QApplication.allWidgets()
        )

    yield from hands.until(lambda: not floating(), FADING, "the end of a message over the canvas")


def _theme(stage: Any, name: str) -> Iterator[float]:
    """Choose a theme as Settings > Themes does."""
    themes = {each.text().replace("&", ""): each for each in hands.window().findChildren(ACTION)}
    assert name in themes, f"there is no theme {name}"
    themes.pop(name).trigger()
    themes.clear()
    yield scene.QUIET
    lightness = QtWidgets.QApplication.palette().color(QtGui.QPalette.ColorRole.Window).lightness()
    stage.note(lightness=lightness)


def _dream(stage: Any, theme: str) -> Iterator[float]:
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    yield from _faded()
    x, y, width, height = PLACE
    scene.select(document, scene.ellipse(width, height), *PLACE, feather=20)
    yield scene.QUIET
    panel = hands.widget("deepdream_panel")
    yield from docker.start()
    preview = hands.widget("deepdream_preview")
    yield from hands.until(lambda: preview.isVisible() or not docker.is_busy(), 60, "a preview")
    yield scene.QUIET
    stage.photograph(f"docker-{theme}-dreaming", panel)
    yield from docker.rest()
    yield scene.QUIET
    yield from _faded()
    stage.photograph(f"krita-{theme}")
    stage.photograph(f"docker-{theme}", panel)
    stage.note(size=[panel.width(), panel.height()], says=docker.says())
