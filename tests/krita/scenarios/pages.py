"""The docker's pages in real Krita: a style, a zoom as an animated layer, channels of the atlas; and wrap around."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle
from deepdream_driver.qt import QtCore, QtGui

SMALL = (256, 144)
PLACE = (60, 30, 128, 96)
RED, BLACK = b"\x00\x00\xff\xff", b"\x00\x00\x00\xff"  # as Krita's bytes
ATLAS = "deepdream_atlas_dialog"
RENDERED = "b13"


def style(stage: Any) -> Iterator[float]:
    """In the style of a hidden layer: red stripes that only it has."""
    document = yield from _small_photo(stage)
    stripes = (RED * 8 + BLACK * 8) * (SMALL[0] // 16) * SMALL[1]
    scene.paint(document, "Stripes", stripes, (0, 0, *SMALL), visible=False)
    document.setActiveNode(scene.bottom(document).now)
    yield from docker.show_page("Style")
    yield from docker.menu_entry("style_add", "Layer or Mask", "Stripes")
    stage.photograph("style-page", hands.widget("deepdream_panel"))
    yield from docker.type_into("style_steps_number", "8")
    scene.select(document, scene.ellipse(*PLACE[2:]), *PLACE)
    yield scene.QUIET
    before = scene.fingerprint(document)
    layer = yield from docker.dream(document)
    stage.note(name=layer.name(), bounds=list(layer.bounds().getRect()), changed=_changed(before, document, layer))
    shape = (document.height(), document.width(), 4)
    stage.keep("source", scene.pixels(document, scene.bottom(document)), *shape)
    stage.keep("painted", scene.pixels(document, layer), *shape)
    yield from docker.show_page("Dream")


def styles_by_hints(stage: Any) -> Iterator[float]:
    """Pen and ink where a hidden layer is red, the stripes of another everywhere else."""
    document = yield from _small_photo(stage)
    half = SMALL[0] // 2
    scene.paint(document, "Stripes", (RED * 8 + BLACK * 8) * (SMALL[0] // 16) * SMALL[1], (0, 0, *SMALL), visible=False)
    scene.paint(document, "Hints", (BLACK * half + RED * half) * SMALL[1], (0, 0, *SMALL), visible=False)
    document.setActiveNode(scene.bottom(document).now)
    yield from docker.show_page("Style")
    yield from docker.menu_entry("style_add", "Layer or Mask", "Stripes")
    yield from docker.press("style_mix")
    yield from docker.press("style_hatching")
    yield from docker.menu_entry("style_mask_picture_add", "Layer or Mask", "Hints")
    yield from hands.pick(hands.widget("deepdream_style_where_hatching"), "where “Hints” is red")
    stage.photograph("style-hints", hands.widget("deepdream_panel"))
    yield from docker.type_into("style_steps_number", "8")
    layer = yield from docker.dream(document)
    stage.keep("painted", scene.pixels(document, layer), document.height(), document.width(), 4)
    yield from docker.menu_entry("style_mask_picture_Hints", "Remove")
    yield from docker.press("style_mix")
    yield from docker.show_page("Dream")


def zoom(stage: Any) -> Iterator[float]:
    document = yield from _small_photo(stage)
    yield from docker.show_page("Zoom")
    stage.photograph("zoom-page", hands.widget("deepdream_panel"))
    yield from docker.type_into("zoom_frames_number", "3")
    layer = yield from docker.dream(document)
    yield scene.QUIET
    times = [time for time in range(6) if layer.hasKeyframeAtTime(time)]
    for number, time in enumerate(times):
        document.setCurrentTime(time)
        document.waitForDone()
        yield scene.QUIET
        stage.keep(f"frame{number}", scene.pixels(document, layer), document.height(), document.width(), 4)
    stage.note(animated=layer.animated(), times=times, per_second=document.framesPerSecond(), says=docker.says())
    yield from docker.show_page("Dream")


def wrap_around(stage: Any) -> Iterator[float]:
    document = yield from _small_photo(stage)
    # A picture without seams of its own.
    grey = b"\x80\x80\x80\xff" * (SMALL[0] * SMALL[1])
    scene.bottom(document).setPixelData(scene.bytes_for_krita(grey), 0, 0, *SMALL)
    document.refreshProjection()
    yield from docker.take_preset("woodcut")
    yield from hands.menu("View", "Wrap Around Mode")
    aim = yield from docker.until_aims("seamless")
    layer = yield from docker.dream(document)
    yield from hands.menu("View", "Wrap Around Mode")
    yield from hands.until(lambda: "seamless" not in docker.aim(), hands.HEARD, "no more talk of seamless")
    stage.note(aim=aim, aim_later=docker.aim())
    stage.keep("seamless", scene.pixels(document, layer), document.height(), document.width(), 4)


def atlas(stage: Any) -> Iterator[float]:
    document = yield from _small_photo(stage)
    yield from docker.press("atlas")
    dialog = yield from hands.window_opens(ATLAS)
    stage.photograph("atlas", dialog)
    yield from hands.type_into(hands.widget("deepdream_atlas_search", ATLAS), "peacock")
    words = hands.widget("deepdream_atlas_words", ATLAS)
    yield from hands.until(lambda: "peacock" in words.text(), hands.HEARD, lambda: f"peacocks, not “{words.text()}”")
    view = hands.widget("deepdream_atlas_view", ATLAS)
    viewport = Handle(lambda: view.viewport())
    for row in (0, 1):
        place = view.visualItemRect(view.item(row)).center()
        yield from hands.heard(lambda: view.itemClicked, lambda at=place: hands.click(viewport, at), f"picture {row}")
        yield from hands.still(view)
    stage.photograph("atlas-picked", dialog)
    picked = [list(view.item(row).data(QtCore.Qt.ItemDataRole.UserRole)) for row in (0, 1)]
    yield from hands.press(hands.widget("deepdream_atlas_take", ATLAS))
    yield from docker.unfold("more")
    stage.note(picked=picked, objective=str(hands.widget("deepdream_objective").text()))
    layer = yield from docker.dream(document)
    stage.note(name=layer.name())


def atlas_rendered(stage: Any) -> Iterator[float]:
    """A layer that has lost its pictures is rendered, cancelled, gone on with and left; the worker dreams on."""
    from krita_deepdream.core import atlas_sheets, dream_settings

    document = yield from _small_photo(stage)
    network = dream_settings.DreamSettings().network
    _take_sheet_away(atlas_sheets.classes_file(network))
    yield from docker.press("atlas")
    yield from hands.window_opens(ATLAS)
    layers = hands.widget("deepdream_atlas_layer", ATLAS)
    yield from hands.pick(layers, layers.itemText(layers.findData(RENDERED)))
    stage.note(offers=hands.widget("deepdream_atlas_words", ATLAS).text())
    bar = hands.widget("deepdream_atlas_progress", ATLAS)
    yield from hands.press(hands.widget("deepdream_atlas_render", ATLAS))
    yield from hands.until(lambda: bar.maximum() > 0 and bar.value() > 0, docker.FIRST_DREAM, "the first pictures")
    first, whole = bar.value(), bar.maximum()
    yield from hands.press(hands.widget("deepdream_atlas_stop", ATLAS))
    words = hands.widget("deepdream_atlas_words", ATLAS).text()
    stage.note(first=first, whole=whole, bar=bar.isVisible(), cancelled=words)
    yield from hands.press(hands.widget("deepdream_atlas_render", ATLAS))
    yield from hands.until(lambda: bar.maximum() > 0 and bar.value() > 0, docker.FIRST_DREAM, "more pictures")
    stage.note(second=bar.value())
    yield from hands.press(hands.widget("deepdream_atlas_close", ATLAS))
    yield from hands.window_closes(ATLAS)
    layer = yield from docker.dream(document)
    stage.note(name=layer.name(), workers=len(scene.workers()))


def _take_sheet_away(classes: Path) -> None:
    from krita_deepdream.core import atlas_sheets

    read = json.loads(classes.read_text(encoding="utf-8"))
    del read[RENDERED]
    classes.write_text(json.dumps(read), encoding="utf-8")
    atlas_sheets._along.cache_clear()


def _small_photo(stage: Any) -> Iterator[float]:
    # Not scaled by Krita: 5.1.5 died of that now and then.
    path = Path(stage.folder) / "small.png"
    fill, smooth = QtCore.Qt.AspectRatioMode.IgnoreAspectRatio, QtCore.Qt.TransformationMode.SmoothTransformation
    QtGui.QImage(os.environ["DEEPDREAM_PHOTO"]).scaled(*SMALL, fill, smooth).save(str(path))
    document = yield from scene.open_file(str(path))
    yield from docker.open_docker()
    return document


def _changed(before: dict[str, Any], document: Any, layer: Any) -> list[str]:
    """What differs from before but the layer that was added."""
    return [each for each in scene.differences(before, scene.fingerprint(document)) if layer.name() not in each]
