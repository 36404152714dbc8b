"""Films as animated layers: in the document's own depth and pace, above their source, with one undo."""

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
    yield from docker.open_docker(stage.window)
    yield from docker.turn_to("Zoom")
    yield from docker.type_into("film_frames_number", str(FRAMES))
    yield from _film_and_undo(stage, document)


def moving(stage: Any) -> Iterator[float]:
    """A document at 24 frames a second with an animated layer: it keeps its pace, a film of twelve is held."""
    document = yield from _painting("U8")
    other = document.createNode("Walk", "paintlayer")
    document.rootNode().addChildNode(other, None)
    other.enableAnimation()
    document.setFramesPerSecond(24)
    document.setFullClipRangeEndTime(3)
    yield scene.QUIET
    document.setActiveNode(document.topLevelNodes()[0])
    yield scene.QUIET
    yield from _film_and_undo(stage, document)


def closed(stage: Any) -> Iterator[float]:
    """The document is closed while its film is made: the film becomes a new image."""
    document = yield from _painting("U8")
    yield from docker.type_into("film_frames_number", "20")
    yield from docker.start()
    document.setModified(False)
    document.close()
    yield scene.QUIET
    left = Krita.instance().documents()
    assert docker.is_busy(), "the film was made before its document was closed"
    new = lambda: [each for each in Krita.instance().documents() if each not in left]  # noqa: E731
    yield from hands.until(new, docker.FIRST_DREAM, lambda: f"the film, it says “{docker.says()}”")
    yield 2 * scene.QUIET
    made = new()[0]
    layer = made.topLevelNodes()[-1]
    stage.note(animated=layer.animated(), size=[made.width(), made.height()], says=docker.says())
    yield from docker.turn_to("Dream")


def _film_and_undo(stage: Any, document: Any) -> Iterator[float]:
    steps, before = len(scene.undo_steps()), scene.identities(document)
    layer = yield from docker.dream(document)
    yield from docker.rest()
    yield 2 * scene.QUIET
    shape = SIZE[::-1]
    times = [time for time in range(20) if layer.hasKeyframeAtTime(time)]
    for number, time in enumerate(times):
        stage.keep(f"frame{number}", layer.pixelDataAtTime(0, 0, *SIZE, time), *shape, 4)
    stage.note(
        times=times, steps=scene.undo_steps()[steps:], depth=layer.colorDepth(), profile=layer.colorProfile(),
        names=[node.name() for node in document.topLevelNodes()], per_second=document.framesPerSecond(),
        last=document.fullClipRangeEndTime(), plays=document.playBackEndTime(), says=docker.says())
    yield from scene.undo()
    stage.note(undone=scene.identities(document) == before)
    Krita.instance().action("edit_redo").trigger()
    yield 2 * scene.QUIET
    again = next(node for node in document.topLevelNodes() if node.name() == "Animals")
    stage.note(redone=[bytes(again.pixelDataAtTime(0, 0, *SIZE, time)).__hash__() for time in times] == [
        bytes(layer.pixelDataAtTime(0, 0, *SIZE, time)).__hash__() for time in times])


def _painting(depth: str) -> Iterator[float]:
    photo = yield from scene.open_photo()
    document = Krita.instance().createDocument(*SIZE, "Painting", "RGBA", "U8", scene.SRGB, 72.0)
    source = document.topLevelNodes()[0]
    source.setPixelData(photo.topLevelNodes()[0].pixelData(300, 200, *SIZE), 0, 0, *SIZE)
    document.rootNode().addChildNode(document.createNode("Ink", "paintlayer"), None)
    if depth != "U8":
        document.setColorSpace("RGBA", depth, scene.SRGB)
        document.waitForDone()
    yield from scene.show(document)
    photo.setModified(False)
    photo.close()
    yield scene.QUIET
    document.setActiveNode(document.topLevelNodes()[0])
    document.refreshProjection()
    yield scene.QUIET
    return document
