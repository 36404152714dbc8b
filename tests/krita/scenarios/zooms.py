"""Zooms as animated layers: in the document's own depth and pace, above their source, with one undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from krita import Krita

FRAMES = 3
SIZE = (160, 100)


def still(stage: Any) -> Iterator[float]:
    """A document where nothing moves yet, 16 bits deep, with ink above the source."""
    document = yield from _painting("U16")
    yield from docker.open_docker()
    yield from docker.show_page("Zoom")
    yield from docker.type_into("zoom_frames_number", str(FRAMES))
    yield from _film_and_undo(stage, document)


def moving(stage: Any) -> Iterator[float]:
    """A document at 24 frames a second with an animated layer: it keeps its pace, a zoom of twelve is held."""
    document = yield from _painting("U8")
    scene.paint(document, "Walk").enableAnimation()
    document.setFramesPerSecond(24)
    document.setFullClipRangeEndTime(3)
    yield scene.QUIET
    document.setActiveNode(scene.bottom(document).now)
    yield scene.QUIET
    yield from _film_and_undo(stage, document)


def closed(stage: Any) -> Iterator[float]:
    """The document is closed while its zoom is made: the zoom becomes a new image."""
    document = yield from _painting("U8")
    yield from docker.type_into("zoom_frames_number", "20")
    yield from docker.start_and_hold()
    document.setModified(False)
    document.close()
    yield scene.QUIET
    assert docker.is_busy(), "the zoom was made before its document was closed"
    docker.go_on()
    # There was no other image; the zoom's own document is opened without a view.
    made = lambda: Krita.instance().activeDocument() is not None  # noqa: E731
    yield from hands.until(made, docker.FIRST_DREAM, lambda: f"the zoom, it says “{docker.says()}”")
    yield 2 * scene.QUIET
    image = scene.document(Krita.instance().activeDocument())
    stage.note(animated=image.topLevelNodes()[-1].animated(), size=[image.width(), image.height()], says=docker.says())
    yield from docker.show_page("Dream")


def _film_and_undo(stage: Any, document: Any) -> Iterator[float]:
    steps, before = len(scene.undo_steps()), scene.identities(document)
    layer = yield from docker.dream(document)
    yield from docker.rest()
    yield 2 * scene.QUIET
    times = [time for time in range(20) if layer.hasKeyframeAtTime(time)]
    frames = [_frame(layer, time) for time in times]
    for number, data in enumerate(frames):
        stage.keep(f"frame{number}", data, *SIZE[::-1], 4)
    stage.note(
        times=times,
        steps=scene.undo_steps()[steps:],
        depth=layer.colorDepth(),
        profile=layer.colorProfile(),
        names=[node.name() for node in document.topLevelNodes()],
        per_second=document.framesPerSecond(),
        last=document.fullClipRangeEndTime(),
        plays=document.playBackEndTime(),
        says=docker.says(),
    )
    stage.photograph("zoom")
    yield from scene.undo()
    stage.note(undone=scene.identities(document) == before)
    Krita.instance().action("edit_redo").trigger()
    yield 2 * scene.QUIET
    again = scene.named(document, "Animals")
    stage.note(redone=[_frame(again, time) for time in times] == frames)


def _frame(layer: Any, time: int) -> bytes:
    return bytes(layer.pixelDataAtTime(0, 0, *SIZE, time))


def _painting(depth: str) -> Iterator[float]:
    photo = yield from scene.open_photo()
    part = bytes(scene.bottom(photo).pixelData(300, 200, *SIZE))
    document = yield from scene.create(*SIZE, "Painting", part)
    scene.paint(document, "Ink")
    if depth != "U8":
        document.setColorSpace("RGBA", depth, scene.SRGB)
        document.waitForDone()
    photo.setModified(False)
    photo.close()
    yield from scene.in_front(document)
    document.setActiveNode(scene.bottom(document).now)
    document.refreshProjection()
    yield scene.QUIET
    return document
