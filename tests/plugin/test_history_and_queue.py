"""Past dreams wait in the history, future ones in the queue, and both say where they belong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from krita_deepdream import history as history_module
from krita_deepdream.core import errors, wire
from krita_deepdream.grab import Outcome, Place
from krita_deepdream.history import History
from krita_deepdream.qt import QtWidgets

from .conftest import Painter, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Painter:
    made = paint(scripted("good"))
    made.panel.resize(300, 1200)
    return made


def dream(painter: Painter) -> None:
    placed = len(painter.host.placed)
    painter.click("dream")
    until(lambda: len(painter.host.placed) > placed and not painter.session.busy)


def test_a_past_dream_is_placed_again_as_it_was(painter: Painter) -> None:
    assert not painter.widget("history").isVisible()
    dream(painter)
    painter.click("preset_weave")
    dream(painter)
    assert [painter.widget("history").item(row).text() for row in range(2)] == ["Weave", "Animals"]
    painter.widget("history").setCurrentRow(1)
    painter.click("history_apply")
    first, last = painter.host.placed[0], painter.host.placed[-1]
    assert len(painter.host.placed) == 3
    assert (last.name, bytes(last.picture.data), last.x, last.y) == (
        first.name, bytes(first.picture.data), first.x, first.y
    )


def test_settings_of_a_past_dream_come_back(painter: Painter) -> None:
    painter.choice.nudge({"seed": 4321, "size": 31})
    chosen = painter.choice.settings
    dream(painter)
    painter.click("preset_veins")
    painter.click("history_settings")
    assert painter.choice.settings == chosen and painter.choice.preset == "Animals"


def test_one_dream_is_forgotten(painter: Painter) -> None:
    dream(painter)
    painter.click("history_forget")
    assert painter.widget("history").count() == 0 and not painter.widget("history").isVisible()


def test_a_dream_thrown_away_waits_in_the_history(painter: Painter) -> None:
    painter.host.refusal = errors.DreamError("krita.gone", layer="Sky")
    painter.click("dream")
    until(lambda: painter.session.results.offer)
    painter.click("drop")
    painter.click("history_apply")
    assert len(painter.host.placed) == 1


def test_the_oldest_are_forgotten_when_memory_runs_out() -> None:
    history = History()
    side = 4096
    picture = wire.Picture(side, side, "U8", bytes(side * side * 4))
    place = Place(None, "Picture", (side, side), "", "Sky", 0, 0)
    for number in range(history_module.MOST_BYTES // len(picture.data) + 2):
        history.add(Outcome(str(number), place, picture, 0, 0, 100.0), None)  # type: ignore[arg-type]
    assert history.bytes <= history_module.MOST_BYTES
    assert history.entries[0].outcome.name == str(number)


def test_jobs_wait_their_turn_and_can_be_taken_out(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.panel.resize(300, 1200)
    assert not painter.widget("add").isVisible()
    painter.click("dream")
    until(lambda: painter.session.progress)
    painter.click("preset_weave")
    painter.click("add")
    painter.click("preset_veins")
    painter.click("add")
    rows = [label.text() for label in painter.widget("queue").findChildren(QtWidgets.QLabel)]
    assert rows == ["Then “Weave” on “Sky” (Picture)", "Then “Veins” on “Sky” (Picture)"]
    painter.click(f"drop_{painter.session.waiting[0].number}")
    assert [job.order.name for job in painter.session.waiting] == ["Veins"]
    painter.session._give_up_current()
    until(lambda: painter.host.placed)
    assert [outcome.name for outcome in painter.host.placed] == ["Veins"]
