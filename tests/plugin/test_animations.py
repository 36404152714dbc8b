"""The frames of an animated layer in the docker: which are dreamed, cancelled and resumed, kept, discarded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from krita_deepdream.core import folders
from krita_deepdream.docker import frames_box
from krita_deepdream.dreaming.animations import PREFIX
from krita_deepdream.dreaming.estimate import in_words
from krita_deepdream.jobs.document_data import Outcome, Placed, Source
from krita_deepdream.jobs.job import Animation, State
from tests.fakes import host as fake

from .conftest import Painter, scripted, until
from .test_style import turn

Paint = Callable[..., Painter]
KEYFRAMES = (0, 2, 3, 6, 7)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames_box, "LOOK_MS", 20)


@pytest.fixture
def painter(paint: Paint) -> Painter:
    made = paint(scripted("good"))
    made.panel.resize(320, 1400)
    made.host.keyframes = KEYFRAMES
    until(lambda: made.widget("frames").isVisible())
    made.pick("frames", "All Frames")
    return made


def left_behind() -> list[Path]:
    return list((folders.data_folder() / "jobs").glob(f"*/{PREFIX}*"))


def words(painter: Painter) -> str:
    return str(painter.widget("frames_words").text())


def times(painter: Painter) -> list[int]:
    """The keyframes that were read, in their order."""
    animations = [each.animation for each in painter.host.requests]
    return [each.times[each.done] for each in animations if each is not None]


def cancel_in_frame(painter: Painter, number: int) -> None:
    painter.click("dream")
    until(lambda: words(painter).startswith(f"Frame {number} of"))
    painter.session.cancel()
    until(lambda: not painter.session.queue.awaits_cancel)


def test_each_keyframe_is_read_once_and_becomes_one_layer(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    packed, place = list[bool](), painter.host.place_animation

    def placed(outcome: Outcome, animation: Animation) -> Placed:
        packed.append("packed_mask" in vars(outcome.source_selection))
        return place(outcome, animation)

    monkeypatch.setattr(painter.host, "place_animation", placed)
    painter.host.selected = bytes(96)
    assert "5 frames" in painter.widget("aim").text()
    painter.click("dream")
    until(lambda: painter.host.animations)
    assert packed == [True], "the selection of the last one, before it is needed"
    _name, _file, animation = painter.host.animations[0]
    assert times(painter) == list(animation.times) == list(KEYFRAMES) and animation.blank == ()
    assert "animated layer with 5 frames" in painter.status
    assert not left_behind() and painter.widget("frames_words").isHidden()


def test_another_dream_waits_for_the_last_frame(painter: Painter) -> None:
    painter.click("dream")
    painter.pick("frames", "This Frame")
    painter.click("add")
    until(lambda: painter.host.placed)
    assert painter.host.animations and times(painter) == list(KEYFRAMES)


def test_the_row_is_there_only_for_keyframes(painter: Painter) -> None:
    turn(painter, "Zoom")
    assert not painter.widget("frames").isVisible()
    turn(painter, "Style")
    assert painter.widget("frames").isVisible()
    painter.choice.take_source(Source.ALL_LAYERS)
    until(lambda: not painter.widget("frames").isVisible())
    painter.click("dream")
    until(lambda: not painter.session.busy)
    assert len(painter.host.placed) == 1 and not painter.host.animations


def test_the_time_counts_the_steps_that_flow_saves(painter: Painter) -> None:
    painter.session.wake()
    of_one = fake.BOX[2] * painter.choice.settings.steps / 10
    painter.choice.animation.nudge({"flow": "off"})
    until(lambda: in_words(5 * of_one) in painter.widget("aim").text())
    painter.choice.animation.nudge({"flow": 100.0})
    until(lambda: in_words(1.6 * of_one) in painter.widget("aim").text())


def test_a_range_and_every_second_of_it(painter: Painter) -> None:
    painter.pick("frames", "Range")
    painter.type_into("frames_first", "2")
    painter.type_into("frames_last", "6")
    painter.type_into("frames_every", "2")
    painter.click("dream")
    until(lambda: painter.host.animations)
    animation = painter.host.animations[0][2]
    assert (animation.times, animation.blank) == ((2, 6), (0, 7))


def test_who_cancels_goes_on_where_it_was(painter: Painter) -> None:
    cancel_in_frame(painter, 3)
    assert words(painter) == "2 of 5 frames of “Sky” are done."
    assert "2 of 5 frames are done" in painter.status
    painter.click("frames_resume")
    until(lambda: painter.host.animations)
    assert times(painter) == [0, 2, 3, 3, 6, 7], "only the one in the middle of which it was is read again"
    assert painter.host.animations[0][2].times == KEYFRAMES
    assert not left_behind() and not painter.session.animations.left


def test_what_is_done_becomes_a_layer_or_goes(painter: Painter) -> None:
    cancel_in_frame(painter, 3)
    cancel_in_frame(painter, 2)
    assert len(left_behind()) == 2
    painter.click("frames_discard")
    assert len(left_behind()) == 1 and words(painter) == "2 of 5 frames of “Sky” are done."
    painter.click("frames_keep")
    until(lambda: painter.host.animations)
    animation = painter.host.animations[0][2]
    assert (animation.times, animation.blank) == ((0, 2), (3,))
    assert not left_behind()


def test_a_keyframe_that_is_gone_loses_nothing(painter: Painter) -> None:
    painter.click("dream")
    until(lambda: words(painter).startswith("Frame 2 of"))
    painter.host.keyframes = KEYFRAMES[:3]
    until(lambda: painter.session.state is State.FAILED)
    assert "can't be read any more" in painter.status and words(painter) == "3 of 5 frames of “Sky” are done."
    painter.host.keyframes = KEYFRAMES
    painter.click("frames_resume")
    until(lambda: painter.host.animations)


def test_before_the_first_frame_is_done_there_is_nothing_to_go_on_with(painter: Painter) -> None:
    painter.click("dream")
    assert left_behind()
    painter.session.cancel()
    until(lambda: not painter.session.queue.awaits_cancel and not left_behind())
    assert not painter.session.animations.left


def test_who_quits_leaves_nothing_behind(painter: Painter) -> None:
    cancel_in_frame(painter, 2)
    painter.click("dream")
    until(lambda: words(painter).startswith("Frame 2 of"))
    painter.session.close()
    assert not left_behind()


def test_a_worker_that_crashes_leaves_its_frames(paint: Paint) -> None:
    painter = paint(scripted("crash"))
    painter.host.keyframes = KEYFRAMES
    until(lambda: painter.widget("frames").isVisible())
    painter.pick("frames", "All Frames")
    painter.click("dream")
    until(lambda: painter.session.state is State.FAILED)
    assert not left_behind(), "it came to no frame"


def test_what_is_blank_around_the_frames() -> None:
    whole = Animation(80.0).of(KEYFRAMES)
    assert (whole.times, whole.blank) == (KEYFRAMES, ())
    some = Animation(80.0, 3, 6).of(KEYFRAMES)
    assert (some.times, some.blank) == ((3, 6), (0, 7))
    begun = Animation(80.0, 2, 6, done=1).of(KEYFRAMES).cut()
    assert (begun.times, begun.blank) == ((2,), (0, 3))
    assert Animation(80.0, 4, 5).of(KEYFRAMES).times == ()
