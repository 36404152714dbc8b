"""An animation as a script paints it, and the docker's row for its frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from krita import Krita

from . import docker, hands, scene

SIZE = (160, 100)
# Of twelve frames these are drawn, the others are held; on the last of them nothing is painted any more.
KEYFRAMES = (0, 1, 2, 4, 5, 6, 8, 9, 11)
LENGTH = 12


def words() -> str:
    """What the row says about frames that are dreamed, or are done."""
    return str(hands.widget("deepdream_frames_words").text())


def number() -> int:
    """Of the frame that is dreamed, from 1; 0 while none is."""
    said = words().split()
    return int(said[1]) if said[:1] == ["Frame"] else 0


def choose_frames(entry: str) -> Iterator[float]:
    """Choose which are dreamed."""
    box = hands.widget("deepdream_frames")
    yield from docker.reach(box)
    yield from hands.pick(box, entry)


def times(layer: Any) -> list[int]:
    """Of its keyframes."""
    return [time for time in range(2 * LENGTH) if layer.hasKeyframeAtTime(time)]


def frame(layer: Any, time: int) -> bytes:
    """The pixels of a keyframe."""
    return bytes(layer.pixelDataAtTime(0, 0, *SIZE, time))


def walk(depth: str) -> Iterator[float]:
    """A piece of the photo that walks to the right over nothing, above a white background; floats are linear."""
    photo = yield from scene.open_photo()
    width, height = SIZE[0] // 2, SIZE[1] // 2
    pieces = [bytes(scene.bottom(photo).pixelData(300, 200 + 2 * time, width, height)) for time in KEYFRAMES]
    document = yield from scene.create(*SIZE, "Painting", b"\xff" * (SIZE[0] * SIZE[1] * 4))
    document.setFramesPerSecond(12)
    document.setFullClipRangeEndTime(LENGTH - 1)
    layer = scene.paint(document, "Walk")
    layer.enableAnimation()
    yield scene.QUIET
    document.setActiveNode(layer.now)
    yield scene.QUIET
    for time, piece in zip(KEYFRAMES, pieces, strict=True):
        document.setCurrentTime(time)
        document.waitForDone()
        if not layer.hasKeyframeAtTime(time):
            Krita.instance().action("add_blank_frame").trigger()
            document.waitForDone()
        assert layer.hasKeyframeAtTime(time), f"no keyframe at {time}"
        if time != KEYFRAMES[-1]:
            layer.setPixelData(scene.bytes_for_krita(piece), 10 + 4 * time, 20, width, height)
        yield 0.05
    if depth != "U8":
        document.setColorSpace("RGBA", depth, scene.LINEAR if depth == "F32" else scene.SRGB)
        document.waitForDone()
    photo.setModified(False)
    photo.close()
    yield from scene.in_front(document)
    document.setCurrentTime(3)
    document.waitForDone()
    yield 2 * scene.QUIET
    return document
