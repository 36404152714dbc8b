"""The frames of an animated layer: dreamed, cancelled in the middle, gone on with, undone, saved and opened again."""

from __future__ import annotations

import os
import signal
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_driver import animated, docker, hands, scene
from deepdream_driver.animated import SIZE
from krita import Krita


def dreamed(stage: Any) -> Iterator[float]:
    """All frames: cancelled in the fifth, resumed, undone and redone, saved and opened again."""
    document = yield from animated.walk("U8")
    yield from docker.open_docker()
    yield from hands.until(lambda: hands.widget("deepdream_frames").isVisible(), hands.HEARD, "the row Frames")
    stage.note(held=bytes(scene.named(document, "Walk").pixelDataAtTime(0, 0, *SIZE, 3)) == b"")
    yield from animated.choose_frames("All Frames")
    stage.photograph("frames")
    stage.note(aim=docker.aim())
    steps, before, now = len(scene.undo_steps()), scene.identities(document), document.currentTime()
    yield from docker.rest()
    yield from docker.press_dream()
    yield from hands.until(lambda: animated.words().startswith("Frame 5 of"), docker.FIRST_DREAM, animated.words)
    # As a screen reader does: the mouse takes longer than such a small frame.
    hands.widget("deepdream_dream").click()
    yield from hands.until(lambda: "are done" in animated.words(), hands.HEARD, animated.words)
    stage.photograph("cancelled")
    stage.note(cancelled=animated.words(), says=docker.says(), untouched=scene.identities(document) == before)
    yield from docker.press("frames_resume")
    stage.note(resumed=animated.words())
    layer = yield from docker.new_layer(document, before)
    yield 2 * scene.QUIET
    stage.photograph("dreamed")
    times = animated.times(layer)
    frames = [animated.frame(layer, time) for time in times]
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
        stage.keep(f"source{time}", animated.frame(scene.named(document, "Walk"), time), *SIZE[::-1], 4)
    yield from scene.undo()
    stage.note(undone=scene.identities(document) == before)
    Krita.instance().action("edit_redo").trigger()
    yield 2 * scene.QUIET
    again = scene.named(document, "Animals")
    stage.note(redone=[animated.frame(again, time) for time in times] == frames)
    opened = yield from _saved_and_opened(stage, document)
    again = scene.named(opened, "Animals")
    stage.note(reopened=animated.times(again) == times and [animated.frame(again, time) for time in times] == frames)


def part(stage: Any) -> Iterator[float]:
    """Every second keyframe of a range, in 16 bits; blank before and after it."""
    document = yield from animated.walk("U16")
    yield from hands.until(lambda: hands.widget("deepdream_frames").isEnabled(), hands.HEARD, "the row Frames")
    yield from animated.choose_frames("Range")
    yield from docker.type_into("frames_last", "8")
    for name, number in (("first", 1), ("every", 2)):
        hands.widget(f"deepdream_frames_{name}").setValue(number)
    stage.photograph("range")
    before = scene.identities(document)
    yield from docker.press_dream()
    layer = yield from docker.new_layer(document, before)
    yield scene.QUIET
    stage.note(times=animated.times(layer), depth=layer.colorDepth(), says=docker.says())
    for time in (1, 9):
        stage.keep(f"frame{time}", animated.frame(layer, time), *SIZE[::-1], 4)


def bright(stage: Any) -> Iterator[float]:
    """Linear floats, with light above white in the first frame."""
    document = yield from animated.walk("F32")
    layer = scene.named(document, "Walk")
    lamp = struct.pack("<4f", 3.0, 2.5, 2.0, 1.0) * (16 * 16)
    document.setCurrentTime(0)
    document.waitForDone()
    layer.setPixelData(scene.bytes_for_krita(lamp), 20, 30, 16, 16)
    yield scene.QUIET
    yield from docker.open_docker()
    yield from hands.until(lambda: hands.widget("deepdream_frames").isEnabled(), hands.HEARD, "the row Frames")
    yield from animated.choose_frames("All Frames")
    made = yield from docker.dream(document)
    yield scene.QUIET
    stage.note(times=animated.times(made), depth=made.colorDepth(), profile=made.colorProfile(), says=docker.says())
    stage.keep("frame", animated.frame(made, 0), *SIZE[::-1], 4)
    stage.keep("source", animated.frame(layer, 0), *SIZE[::-1], 4)
    yield from scene.undo()


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
    yield from animated.choose_frames("All Frames")
    hands.widget("deepdream_frames_every").setValue(1)
    before, now, steps = scene.identities(document), document.currentTime(), len(scene.undo_steps())
    yield from docker.press_dream()
    layer = yield from docker.new_layer(document, before)
    yield 2 * scene.QUIET
    stage.photograph("group")
    times = animated.times(layer)
    stage.note(times=times, says=docker.says(), time=document.currentTime() == now, steps=scene.undo_steps()[steps:])
    for time in times:
        stage.keep(f"frame{time}", bytes(layer.pixelDataAtTime(0, 0, 64, 48, time)), 48, 64, 4)
    yield from docker.choose("source", "Current Layer")


def closed(stage: Any) -> Iterator[float]:
    """The document is closed after some frames: what is done becomes a new image."""
    document = yield from animated.walk("U8")
    yield from animated.choose_frames("All Frames")
    hands.widget("deepdream_frames_every").setValue(2)
    yield from docker.press_dream()
    yield from hands.until(lambda: animated.words().startswith("Frame 3 of"), docker.FIRST_DREAM, animated.words)
    hands.widget("deepdream_dream").click()
    yield from hands.until(lambda: "are done" in animated.words(), hands.HEARD, animated.words)
    stage.note(done=animated.words())
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
    stage.note(times=animated.times(layer), says=docker.says(), per_second=image.framesPerSecond(), size=image.width())


def killed(stage: Any) -> Iterator[float]:
    """Krita dies in the middle of the frames of a document that was saved."""
    document = yield from animated.walk("U8")
    document.setBatchmode(True)
    assert document.saveAs(str(Path(stage.folder) / "timeline.kra"))
    yield from docker.open_docker()
    yield from hands.until(lambda: hands.widget("deepdream_frames").isEnabled(), hands.HEARD, "the row Frames")
    yield from animated.choose_frames("All Frames")
    yield from docker.press_dream()
    yield from hands.until(lambda: animated.number() >= 5, docker.FIRST_DREAM, animated.words)
    os.kill(os.getpid(), signal.SIGKILL)
    yield docker.FIRST_DREAM


def again(stage: Any) -> Iterator[float]:
    """What was saved is opened by the next Krita, and its frames are dreamed."""
    document = yield from scene.open_file(os.environ["DEEPDREAM_DOCUMENTS"])
    document.setActiveNode(scene.named(document, "Walk").now)
    yield from docker.open_docker()
    yield from hands.until(lambda: hands.widget("deepdream_frames").isEnabled(), hands.HEARD, "the row Frames")
    yield from animated.choose_frames("All Frames")
    layer = yield from docker.dream(document)
    stage.note(times=animated.times(layer), says=docker.says())


def _saved_and_opened(stage: Any, document: Any) -> Iterator[float]:
    path = Path(stage.folder) / "timeline.kra"
    document.setBatchmode(True)
    assert document.saveAs(str(path))
    yield from hands.until(lambda: path.exists() and not document.modified(), 20, "the saved document")
    opened = yield from scene.reopen(document, str(path))
    return opened
