"""The worker is on another computer, behind a slow link: an animated layer, a zoom and a sheet of the atlas arrive."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

from deepdream_driver import animated, docker, hands, scene
from deepdream_driver.animated import SIZE

ATLAS = "deepdream_atlas_dialog"
PATIENCE = 400.0  # seconds, with two starts of the worker behind a slow link
# Few channels: its sheet is rendered soon.
NETWORK, RENDERED = "efficientnet_lite0", "b0"


def frames(stage: Any) -> Iterator[float]:
    """Cancelled, gone on with, and gone on with again when the link had broken."""
    stage.patience = PATIENCE
    document = yield from animated.walk("U8")
    yield from docker.open_docker()
    yield from hands.until(lambda: hands.widget("deepdream_frames").isEnabled(), hands.HEARD, "the row Frames")
    yield from animated.choose_frames("All Frames")
    before = scene.identities(document)
    yield from docker.press_dream()
    yield from _until_frame(3)
    hands.widget("deepdream_dream").click()
    yield from hands.until(lambda: "are done" in animated.words(), hands.HEARD, animated.words)
    stage.note(cancelled=animated.words())
    yield from docker.press("frames_resume")
    yield from _until_frame(5)
    for link in scene.workers():
        os.kill(link, signal.SIGKILL)
    yield from hands.until(lambda: "are done" in animated.words(), docker.FIRST_DREAM, animated.words)
    stage.note(broken=animated.words(), says=docker.says(), untouched=scene.identities(document) == before)
    stage.photograph("broken")
    yield from docker.press("frames_resume")
    yield from _until_frame(2)
    stage.note(resumed=animated.number())
    layer = yield from docker.new_layer(document, before)
    yield 2 * scene.QUIET
    times = animated.times(layer)
    stage.note(times=times, sentence=docker.says())
    for time in times:
        stage.keep(f"frame{time}", animated.frame(layer, time), *SIZE[::-1], 4)
        stage.keep(f"source{time}", animated.frame(scene.named(document, "Walk"), time), *SIZE[::-1], 4)


def zoom(stage: Any) -> Iterator[float]:
    """Three frames, as an animated layer."""
    photo = yield from scene.open_photo()
    part = bytes(scene.bottom(photo).pixelData(300, 200, *SIZE))
    photo.setModified(False)
    photo.close()
    document = yield from scene.create(*SIZE, "Painting", part)
    yield from docker.open_docker()
    yield from docker.show_page("Zoom")
    yield from docker.type_into("zoom_frames_number", "3")
    layer = yield from docker.dream(document)
    yield 2 * scene.QUIET
    times = animated.times(layer)
    stage.note(times=times, says=docker.says())
    for number, time in enumerate(times):
        stage.keep(f"frame{number}", animated.frame(layer, time), *SIZE[::-1], 4)
    stage.photograph("zoom")
    yield from docker.show_page("Dream")


def atlas(stage: Any) -> Iterator[float]:
    """A layer that has lost its pictures is rendered there and shown here."""
    from krita_deepdream.core import atlas_sheets

    yield from scene.open_photo()
    yield from docker.open_docker()
    classes = atlas_sheets.classes_file(NETWORK)
    read = json.loads(classes.read_text(encoding="utf-8"))
    read.pop(RENDERED, None)
    classes.write_text(json.dumps(read), encoding="utf-8")
    atlas_sheets._along.cache_clear()
    yield from docker.press("atlas")
    dialog = yield from hands.window_opens(ATLAS)
    layers = hands.widget("deepdream_atlas_layer", ATLAS)
    yield from hands.pick(layers, layers.itemText(layers.findData(RENDERED)))
    view = hands.widget("deepdream_atlas_view", ATLAS)
    stage.note(before=view.count())
    yield from hands.press(hands.widget("deepdream_atlas_render", ATLAS))
    yield from hands.until(lambda: view.count() > 0, docker.FIRST_DREAM, "the sheet")
    sheet = atlas_sheets.cached_file(NETWORK, RENDERED)
    stage.note(after=view.count(), files=[sheet.with_suffix(ending).exists() for ending in (".jpg", ".json")])
    stage.photograph("atlas", dialog)
    yield from hands.press(hands.widget("deepdream_atlas_close", ATLAS))
    yield from hands.window_closes(ATLAS)


def _until_frame(number: int) -> Iterator[float]:
    yield from hands.until(lambda: animated.number() >= number, docker.FIRST_DREAM, animated.words)
