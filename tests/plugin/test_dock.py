"""The docker, worked by mouse clicks, with worker processes that behave and misbehave."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from krita_deepdream.core import errors
from krita_deepdream.dreaming.estimate import in_words
from krita_deepdream.jobs.job import State
from krita_deepdream.log import close_log, open_log
from krita_deepdream.worker.client import SILENT_BEATS
from tests.fakes import host as fake

from .conftest import Painter, launched, remembered, scripted, until

Paint = Callable[..., Painter]


def test_dream_becomes_a_layer_at_its_place(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.click("dream")
    assert painter.button == "Cancel"
    until(lambda: painter.host.placed)
    outcome = painter.host.placed[0]
    x, y, width, height = fake.BOX
    assert (outcome.x, outcome.y) == (fake.CORNER[0] + x, fake.CORNER[1] + y)
    assert (outcome.picture.width, outcome.picture.height) == (width, height)
    first = (y * fake.WIDTH + x) * 4
    source = painter.host.picture.data[first : first + 3]
    assert bytes(outcome.picture.data[:4]) == bytes(255 - value for value in source) + bytes([200])
    assert outcome.name == painter.choice.preset
    assert painter.button == "Dream" and "Sky" in painter.status
    assert remembered(painter), "also if Krita crashes now"


def test_progress_preview_and_time_left_are_shown(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.click("dream")
    until(lambda: painter.session.progress)
    assert painter.widget("progress").isVisible() and painter.widget("progress").value() == 200
    assert painter.widget("progress").format() == "about 60 s left"
    image = painter.widget("preview").image
    assert painter.widget("preview").isVisible()
    assert (image.pixelColor(0, 0).red(), image.pixelColor(1, 0).green()) == (255, 255)


@pytest.mark.parametrize("manner", ["slow", "deaf"])
def test_cancel_is_over_within_a_second_and_the_next_dream_works(paint: Paint, manner: str) -> None:
    painter = paint(scripted(manner, "good"))
    painter.click("dream")
    until(lambda: painter.session.progress)
    painter.click("dream")
    assert until(lambda: painter.button == "Dream") < 4  # of a busy machine
    assert painter.session.state is State.IDLE and "Nothing was changed" in painter.status
    painter.click("dream")
    until(lambda: painter.host.placed, 40)
    assert len(painter.host.placed) == 1


def test_a_shortcut_cancels_what_is_dreamed_and_only_then(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    assert painter.docker.do("cancel") == "Nothing is being dreamed."
    painter.click("dream")
    assert painter.docker.do("cancel") == "Cancelled. Nothing was changed." and not painter.session.busy


def test_a_worker_that_still_computes_what_was_cancelled_is_waited_for(paint: Paint) -> None:
    """It answers cancels and pings, so it isn't frozen, however long the next dream has to wait."""
    painter = paint(scripted("late", "broken"), beat_ms=20)
    painter.click("dream")
    until(lambda: painter.session.progress)
    worker = painter.client.pid
    painter.click("dream")
    painter.click("dream")
    assert until(lambda: painter.host.placed) > 20 * SILENT_BEATS / 1000
    assert painter.client.pid == worker and len(painter.host.placed) == 1


def test_cancel_while_the_worker_starts(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.click("dream")
    painter.session.cancel()
    assert painter.button == "Dream"
    until(lambda: painter.client.is_ready)
    assert not painter.host.placed and painter.session.state is State.IDLE


def test_a_crash_is_told_and_the_next_dream_starts_the_worker_again(paint: Paint) -> None:
    painter = paint(scripted("crash", "good"))
    painter.click("dream")
    until(lambda: painter.session.state is State.FAILED)
    assert "stopped unexpectedly" in painter.status and "Press Dream" in painter.status
    painter.click("dream")
    until(lambda: painter.host.placed)


def test_a_frozen_worker_is_noticed_and_replaced(paint: Paint) -> None:
    painter = paint(scripted("frozen", "good"), beat_ms=100)
    painter.click("dream")
    until(lambda: painter.client.is_ready)
    pid = painter.client.pid
    until(lambda: painter.session.state is State.FAILED)
    assert "didn't respond" in painter.status
    until(lambda: not _runs(pid))
    painter.click("dream")
    until(lambda: painter.host.placed)


def test_a_worker_that_cannot_work_says_why(paint: Paint) -> None:
    painter = paint(scripted("broken"))
    painter.click("dream")
    until(lambda: painter.session.state is State.FAILED)
    assert "no such library" in painter.status and "install.py" in painter.status


@pytest.mark.parametrize(("command", "words"), [(None, "isn't set up"), (["/no/such/program"], "could not be started")])
def test_a_worker_that_is_not_there(paint: Paint, command: list[str] | None, words: str) -> None:
    painter = paint(lambda: command)
    painter.click("dream")
    until(lambda: words in painter.status)
    assert painter.button == "Dream"


def test_nothing_to_dream_is_said_before_any_work(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.host.grab_error = errors.DreamError("krita.selection")
    painter.click("dream")
    assert "outside the canvas" in painter.status and painter.button == "Dream"


@pytest.mark.parametrize("refusal", [errors.DreamError("krita.gone", layer="Sky"), RuntimeError("deleted object")])
def test_a_result_whose_place_is_gone_is_offered(paint: Paint, refusal: Exception) -> None:
    painter = paint(scripted("good"))
    painter.host.refusal = refusal
    painter.click("dream")
    until(lambda: painter.session.state is State.FAILED)
    assert not painter.host.placed
    painter.click("keep")
    assert len(painter.host.anew) == 1 and painter.session.results.offer is None
    assert not painter.widget("keep").isVisible()


def test_strength_moves_the_newest_result(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.click("strength", 0.25)
    assert painter.host.opacities == []
    painter.click("dream")
    until(lambda: painter.host.placed)
    assert painter.host.placed[0].strength == pytest.approx(25, abs=3)
    painter.click("strength", 0.75)
    until(lambda: painter.host.opacities)
    assert painter.host.opacities[-1] == pytest.approx(75, abs=3)


def test_the_first_touch_starts_the_worker_and_says_so(paint: Paint) -> None:
    painter = paint(scripted("good"))
    until(lambda: painter.panel.isVisible())
    assert not painter.client.running
    painter.click("size", 0.4)
    assert painter.client.running and "Starting" in painter.status
    until(lambda: painter.status == "Ready.")


def test_what_was_said_while_the_worker_starts_is_not_forgotten_when_it_is_ready(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.host.grab_error = errors.DreamError("krita.label", layer="First")
    painter.click("dream")
    assert "no color label" in painter.status and not painter.client.is_ready
    until(lambda: painter.client.is_ready and not painter.widget("progress").isVisible())
    assert "no color label" in painter.status


def test_the_note_about_a_dream_outlives_the_start_of_the_worker(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.host.note = "The layer is empty."
    painter.click("dream")
    assert painter.status.startswith("The layer is empty. Starting the DeepDream worker")
    until(lambda: painter.client.is_ready)
    assert painter.session.busy and painter.status == "The layer is empty."


def test_clicks_leave_the_keyboard_where_it_was(paint: Paint) -> None:
    painter = paint(scripted("good"))
    for name in ("size", "strength", "dream"):
        painter.click(name)
        assert not painter.widget(name).hasFocus(), name


def test_much_stderr_neither_blocks_nor_is_lost(paint: Paint, tmp_path: Path) -> None:
    log = open_log(tmp_path / "logs")
    painter = paint(scripted("noisy"))
    painter.click("dream")
    until(lambda: painter.host.placed, 60)
    close_log()
    # It is so much that the file was changed for another.
    assert any("much ado" in each.read_text(encoding="utf-8") for each in log.parent.iterdir())


def test_quitting_in_mid_job_leaves_no_process(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.click("dream")
    until(lambda: painter.session.progress)
    pid = painter.client.pid
    painter.session.close()
    assert not _runs(pid)


@pytest.mark.slow
def test_the_real_worker_dreams(paint: Paint) -> None:
    pytest.importorskip("tensorflow")
    painter = paint(launched())
    painter.host.picture = fake.gradient(96, 80)
    painter.host.mask = fake.box(96, 80)
    painter.click("dream")
    until(lambda: painter.host.placed or painter.session.state is State.FAILED, 180)
    assert painter.host.placed, painter.status
    picture = painter.host.placed[0].picture
    assert set(bytes(picture.data)[3::4]) == {200}
    assert painter.host.placed[0].recipe["settings"]["objective"] == painter.choice.settings.objective


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_strength_by_a_layer_is_ordered(paint):
    painter = paint(scripted("dreams"))
    painter.click("more")
    choice = painter.widget("strength_by")
    choice.showPopup()
    entry = next(each for each in range(choice.count()) if choice.itemText(each).strip() == "Hill")
    choice.setCurrentIndex(entry)
    choice.activated.emit(entry)
    choice.hidePopup()
    painter.click("dream")
    until(lambda: painter.host.placed)
    assert painter.host.requests[-1].strength_by == "{Hill}"


def test_the_time_that_the_worker_expects_is_told_and_follows_the_settings(paint: Paint) -> None:
    painter = paint(scripted("good"))
    until(lambda: painter.widget("aim").text())
    assert "about" not in painter.widget("aim").text()
    painter.click("size", 0.4)
    width, steps = fake.BOX[2], painter.choice.settings.steps
    until(lambda: in_words(width * steps / 10) in painter.widget("aim").text())
    painter.click("steps", 0.9)
    assert painter.choice.settings.steps > steps
    until(lambda: in_words(width * painter.choice.settings.steps / 10) in painter.widget("aim").text())
