"""The frames of an animated layer: dreamed, cancelled in the middle, gone on with, undone, saved and opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_driver import docker, hands, scene
from krita import Krita

SIZE = (160, 100)
# Of twelve frames these are drawn, the others are held; on the last of them nothing is painted any more.
KEYFRAMES = (0, 1, 2, 4, 5, 6, 8, 9, 11)
LENGTH = 12


def dreamed(stage: Any) -> Iterator[float]:
    """All frames: cancelled in the fifth, resumed, undone and redone, saved and opened again."""
    document = yield from _animation("U8")
    yield from docker.open_docker()
    yield from hands.until(lambda: hands.widget("deepdream_frames").isVisible(), hands.HEARD, "the row Frames")
    stage.note(held=bytes(scene.named(document, "Walk").pixelDataAtTime(0, 0, *SIZE, 3)) == b"")
    yield from _choose("frames", "All Frames")
    stage.photograph("frames")
    stage.note(aim=docker.aim())
    steps, before, now = len(scene.undo_steps()), scene.identities(document), document.currentTime()
    yield from docker.rest()
    yield from docker.press_dream()
    yield from hands.until(lambda: _words().startswith("Frame 5 of"), docker.FIRST_DREAM, _words)
    # As a screen reader does: the mouse takes longer than such a small frame.
    hands.widget("deepdream_dream").click()
    yield from hands.until(lambda: "are done" in _words(), hands.HEARD, _words)
    stage.photograph("cancelled")
    stage.note(cancelled=_words(), says=docker.says(), untouched=scene.identities(document) == before)
    yield from docker.press("frames_resume")
    stage.note(resumed=_words())
    layer = yield from docker.new_layer(document, before)
    yield 2 * scene.QUIET
    stage.photograph("dreamed")
    times = _times(layer)
    frames = [_frame(layer, time) for time in times]
    stage.note(
        times=times,
        steps=scene.undo_steps()[steps:],
        names=[node.name() for node in document.topLevelNodes()],
        sentence=docker.says(),
        words=hands.widget("deepdream_frames_words").isVisible(),
        time=document.currentTime() == now,
        last=document.fullClipRangeEndTime(),
    )
    for time, data in zip(times, frames, strict=True):
        stage.keep(f"frame{time}", data, *SIZE[::-1], 4)
        stage.keep(f"source{time}", _frame(scene.named(document, "Walk"), time), *SIZE[::-1], 4)
    yield from scene.undo()
    stage.note(undone=scene.identities(document) == before)
    Krita.instance().action("edit_redo").trigger()
    yield 2 * scene.QUIET
    again = scene.named(document, "Animals")
    stage.note(redone=[_frame(again, time) for time in times] == frames)
    opened = yield from _saved_and_opened(stage, document)
    again = scene.named(opened, "Animals")
    stage.note(reopened=_times(again) == times and [_frame(again, time) for time in times] == frames)


def part(stage: Any) -> Iterator[float]:
    """Every second keyframe of a range, in 16 bits; blank before and after it."""
    document = yield from _animation("U16")
    yield from hands.until(lambda: hands.widget("deepdream_frames").isEnabled(), hands.HEARD, "the row Frames")
    yield from _choose("frames", "Range")
    yield from docker.type_into("frames_last", "8")
    for name, number in (("first", 1), ("every", 2)):
        hands.widget(f"deepdream_frames_{name}").setValue(number)
    stage.photograph("range")
    before = scene.identities(document)
    yield from docker.press_dream()
    layer = yield from docker.new_layer(document, before)
    yield scene.QUIET
    stage.note(times=_times(layer), depth=layer.colorDepth(), says=docker.says())
    for time in (1, 9):
        stage.keep(f"frame{time}", _frame(layer, time), *SIZE[::-1], 4)


def group(stage: Any) -> Iterator[float]:
    """A group of two animated layers: a frame wherever one of them has a keyframe, with both of them in it."""
    document = yield from scene.create(64, 48, "Painting", b"\xff" * (64 * 48 * 4))
    both = scene.add(document, document.createGroupLayer("Both"))
    for name, left, times in (("Left", 0, (0, 2)), ("Right", 32, (0, 1))):
        layer = scene.paint(document, name, parent=both)
        layer.enableAnimation()
        yield scene.QUIET
        document.setActiveNode(layer.now)
        yield scene.QUIET
        for time in times:
            document.setCurrentTime(time)
            document.waitForDone()
            if not layer.hasKeyframeAtTime(time):
                Krita.instance().action("add_blank_frame").trigger()
                document.waitForDone()
            square = bytes([40 + 60 * time, 90, 160, 255]) * (16 * 16)
            layer.setPixelData(scene.bytes_for_krita(square), left, 8 * time, 16, 16)
            yield 0.05
    document.setCurrentTime(2)
    document.waitForDone()
    yield scene.QUIET
    yield from docker.choose("source", "Current Group")
    yield from hands.until(lambda: hands.widget("deepdream_frames").isEnabled(), hands.HEARD, "the row Frames")
    yield from _choose("frames", "All Frames")
    hands.widget("deepdream_frames_every").setValue(1)
    before, now, steps = scene.identities(document), document.currentTime(), len(scene.undo_steps())
    yield from docker.press_dream()
    layer = yield from docker.new_layer(document, before)
    yield 2 * scene.QUIET
    stage.photograph("group")
    times = _times(layer)
    stage.note(times=times, says=docker.says(), time=document.currentTime() == now, steps=scene.undo_steps()[steps:])
    for time in times:
        stage.keep(f"frame{time}", bytes(layer.pixelDataAtTime(0, 0, 64, 48, time)), 48, 64, 4)
    yield from docker.choose("source", "Current Layer")


def closed(stage: Any) -> Iterator[float]:
    """The document is closed after some frames: what is done becomes a new image."""
    document = yield from _animation("U8")
    yield from _choose("frames", "All Frames")
    hands.widget("deepdream_frames_every").setValue(2)
    yield from docker.press_dream()
    yield from hands.until(lambda: _words().startswith("Frame 3 of"), docker.FIRST_DREAM, _words)
    hands.widget("deepdream_dream").click()
    yield from hands.until(lambda: "are done" in _words(), hands.HEARD, _words)
    stage.note(done=_words())
    other = yield from scene.create(16, 16, "Other")
    document.setModified(False)
    document.close()
    yield 2 * scene.QUIET
    yield from docker.press("frames_keep")
    made = lambda: other != Krita.instance().activeDocument()  # noqa: E731
    yield from hands.until(made, docker.FIRST_DREAM, lambda: f"the new image, it says “{docker.says()}”")
    yield 2 * scene.QUIET
    image = scene.document(Krita.instance().activeDocument())
    layer = image.topLevelNodes()[-1]
    stage.note(times=_times(layer), says=docker.says(), per_second=image.framesPerSecond(), size=image.width())


def _words() -> str:
    return str(hands.widget("deepdream_frames_words").text())


def _choose(name: str, entry: str) -> Iterator[float]:
    box = hands.widget(f"deepdream_{name}")
    yield from docker.reach(box)
    yield from hands.pick(box, entry)


def _times(layer: Any) -> list[int]:
    return [time for time in range(2 * LENGTH) if layer.hasKeyframeAtTime(time)]


def _frame(layer: Any, time: int) -> bytes:
    return bytes(layer.pixelDataAtTime(0, 0, *SIZE, time))


def _animation(depth: str) -> Iterator[float]:
    """A piece of the photo that walks to the right over nothing, above a white background."""
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
        document.setColorSpace("RGBA", depth, scene.SRGB)
        document.waitForDone()
    photo.setModified(False)
    photo.close()
    yield from scene.in_front(document)
    document.setCurrentTime(3)
    document.waitForDone()
    yield 2 * scene.QUIET
    return document


def _saved_and_opened(stage: Any, document: Any) -> Iterator[float]:
    path = Path(stage.folder) / "timeline.kra"
    document.setBatchmode(True)
    assert document.saveAs(str(path))
    yield from hands.until(lambda: path.exists() and not document.modified(), 20, "the saved document")
    opened = yield from scene.reopen(document, str(path))
    return opened
