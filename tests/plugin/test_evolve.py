"""Evolve: its slider and shortcuts, with a worker that shows stages as red as their share."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from krita_deepdream.core import errors, wire
from krita_deepdream.docker.evolve_row import EvolveRow
from krita_deepdream.qt import Qt
from krita_deepdream.shortcuts import SHORTCUTS
from tests.fakes import host as fakes

from .conftest import BINDING, Painter, scripted, until
from .test_keep_up import BOX, SIZE, Host, dream, layer, says

RESULT = bytes([175, 175, 175, 255]) * (SIZE[0] * SIZE[1])


@pytest.fixture
def painter(paint: Callable[..., Painter], monkeypatch: pytest.MonkeyPatch) -> Iterator[Painter]:
    monkeypatch.setattr(fakes, "FakeHost", Host)
    made = paint(scripted("quick"))
    made.click("dream")
    until(lambda: says(made).endswith("is up to date."))
    until(made.widget("evolve").isEnabled)
    yield made


def red(painter: Painter) -> set[int]:
    return set(dream(painter).pixelData(*BOX).data()[2::4])


def press(painter: Painter, key: Any) -> None:
    importlib.import_module(f"{BINDING}.QtTest").QTest.keyClick(painter.widget("evolve"), key)


def test_the_slider_shows_stages_and_ends_with_the_dream_itself(painter: Painter) -> None:
    slider = painter.widget("evolve")
    assert (slider.minimum(), slider.maximum(), slider.value()) == (1, wire.STAGES, wire.STAGES)
    assert slider.height() >= 24 and slider.accessibleName() and slider.toolTip()
    painter.click("evolve", across=0.0)
    until(lambda: red(painter) == {8})
    press(painter, Qt.Key.Key_Right)
    until(lambda: red(painter) == {17})
    until(lambda: not painter.keeper.evolving.is_waiting)
    painter.keeper.watcher.look_at_all()
    until(lambda: not painter.keeper.watcher.hasty)
    assert says(painter).endswith("is up to date."), "a stage is no painting by hand"
    assert dream(painter).steps == 0 and not painter.session.failed
    press(painter, Qt.Key.Key_End)
    until(lambda: dream(painter).data == RESULT)
    assert slider.isVisible() and slider.value() == wire.STAGES


def test_a_drag_is_followed_where_that_is_quick_and_never_led(application: Any) -> None:
    asked: list[int] = []
    evolving: Any = SimpleNamespace(
        stage=5,
        stages=20,
        is_waiting=False,
        is_light=False,
        can_evolve=lambda layer: layer is not None,
        show=asked.append,
    )
    row = EvolveRow(evolving)
    slider = row._slider
    row.show_for(evolving)
    assert (slider.maximum(), slider.value(), row.isEnabled(), asked) == (20, 5, True, [])
    evolving.stage = 6
    for drags, waits in ((True, False), (False, True)):
        slider.setSliderDown(drags)
        evolving.is_waiting = waits
        row.show_for(evolving)
        assert slider.value() == 5
    evolving.is_waiting = False
    slider.setSliderDown(True)
    asked.clear()
    slider.setValue(9)
    assert not asked
    evolving.is_light = True
    slider.setValue(8)
    assert asked == [8]
    evolving.stage, evolving.is_light = 8, False
    row._released()
    assert asked == [8], "it is shown already"
    evolving.is_waiting = True
    row._released()
    evolving.is_waiting, evolving.stage = False, 3
    row._released()
    assert asked == [8, 8, 8]
    slider.setSliderDown(False)
    slider.setValue(7)
    assert asked[-1] == 7


def test_its_shortcuts_go_back_and_forth_and_so_does_a_drag(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"evolve_back", "evolve_forth"} <= SHORTCUTS.keys()
    assert painter.docker.do("evolve_forth") == "Evolve: 100 %"
    assert painter.docker.do("evolve_back") == "Evolve: 92 %"
    assert painter.docker.do("evolve_back") == "Evolve: 83 %"
    until(lambda: red(painter) == {83})
    until(lambda: painter.widget("evolve").value() == 10)
    painter.docker.do("evolve_forth")
    painter.docker.do("evolve_forth")
    until(lambda: dream(painter).data == RESULT)
    until(lambda: not painter.keeper.evolving.is_waiting)
    _drag(painter, monkeypatch)


def _drag(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for its end where a stage isn't quick."""
    slider = painter.widget("evolve")
    slider.setSliderDown(True)
    slider.setValue(6)
    until(lambda: red(painter) == {50})
    monkeypatch.setattr("krita_deepdream.keeping.evolving.MOST_AT_ONCE_PX", SIZE[0] * SIZE[1] - 1)
    slider.setValue(3)
    assert not painter.keeper.evolving.is_waiting and red(painter) == {50}
    slider.setSliderDown(False)
    until(lambda: red(painter) == {25})


def test_further_is_in_place_and_its_stages_follow_those_of_before(painter: Painter) -> None:
    slider, kept = painter.widget("evolve"), layer(painter)
    painter.host.active.setActiveNode(dream(painter))
    until(lambda: painter.choice.name == "Animals" and painter.choice.settings.further == 0)
    for times in (1, 2):
        painter.docker.do("further") if times == 2 else painter.click("further")
        until(lambda times=times: kept.stored.recipe["settings"]["further"] == times and not painter.session.busy)
        until(lambda times=times: slider.isVisible() and slider.maximum() == wire.STAGES + times * wire.FURTHER_STAGES)
        assert slider.value() == slider.maximum() and layer(painter) is kept
        assert dream(painter).data == RESULT
        until(lambda times=times: painter.choice.settings.further == times), "Renew doesn't take it back unasked"
    assert painter.docker.do("evolve_back") == "Evolve: 142 %"
    until(lambda: red(painter) == {142})
    painter.click("evolve", across=0.0)
    until(lambda: red(painter) == {8})
    until(lambda: not painter.keeper.evolving.is_waiting)
    press(painter, Qt.Key.Key_End)
    until(lambda: dream(painter).data == RESULT)
    assert not painter.session.failed


def test_asked_for_before_the_layer_is_recorded_a_stage_comes_after_it(painter: Painter) -> None:
    """A large layer is recorded a while after its pixels are there."""
    said: list[str] = []

    def answered(_job: Any, message: Any) -> None:
        if isinstance(message, wire.Result):
            said.append(painter.docker.do("evolve_back"))

    painter.session.queue.answered.connect(answered)
    painter.host.active.setActiveNode(dream(painter))
    until(painter.widget("further").isEnabled)
    painter.click("further")
    until(lambda: red(painter) == {117})
    assert not painter.session.failed and not painter.keeper.evolving.is_waiting
    assert said == ["Evolve: 117 %"]
    assert painter.widget("evolve").value() == painter.widget("evolve").maximum() - 1


def test_a_dream_that_went_further_and_has_no_place_has_no_stages(painter: Painter) -> None:
    """As where its layer went away meanwhile: the worker keeps the stages of the new one only."""
    painter.host.active.setActiveNode(dream(painter))
    until(painter.widget("further").isEnabled)
    painter.session.results.stood.disconnect()
    painter.click("further")
    until(lambda: not painter.widget("evolve").isEnabled() and not painter.session.busy)
    assert not painter.keeper.evolving.is_waiting
    with pytest.raises(errors.DreamError, match="stages of this dream are gone"):
        painter.docker.do("evolve_back")


def test_given_up_it_leaves_the_dream_and_its_stages_as_they_were(
    paint: Callable[..., Painter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "FakeHost", Host)
    painter = paint(scripted("tired"))
    painter.click("dream")
    until(lambda: says(painter).endswith("is up to date."))
    slider, kept = painter.widget("evolve"), layer(painter)
    until(slider.isVisible)
    painter.click("further")
    until(lambda: painter.session.progress is not None)
    painter.session.cancel()
    until(lambda: not painter.session.busy)
    assert dream(painter).data == RESULT and dream(painter).steps == 0
    assert kept.stored.recipe["settings"]["further"] == 0 and painter.keeper.evolving.can_evolve(kept)
    painter.click("evolve", across=0.0)
    until(lambda: red(painter) == {8})
    assert not painter.session.failed


def test_what_was_painted_on_the_dream_is_not_lost(painter: Painter) -> None:
    stroke = bytes([1, 2, 3, 255]) * 4
    dream(painter).setPixelData(stroke, 0, 0, 2, 2)
    painter.click("evolve", across=0.0)
    until(lambda: painter.session.failed)
    assert "has been changed since" in painter.session.sentence
    assert dream(painter).pixelData(0, 0, 2, 2).data() == stroke
    assert painter.widget("evolve").isVisible() and not painter.widget("evolve").isEnabled()


def test_the_next_dream_has_the_slider_and_stages_go_with_their_worker(painter: Painter) -> None:
    first = layer(painter)
    painter.click("dream")
    until(lambda: not painter.session.busy and layer(painter) is not first)
    until(painter.widget("evolve").isEnabled)
    assert not painter.keeper.evolving.can_evolve(first)
    painter.client.stop(wait=True)
    assert (
        painter.widget("evolve").isVisible()
        and not painter.widget("evolve").isEnabled()
        and not painter.keeper.evolving.is_waiting
    )
    painter.client.start()
    until(lambda: painter.client.is_welcome)
    with pytest.raises(errors.DreamError, match="stages of this dream are gone"):
        painter.docker.do("evolve_back")


def test_a_layer_that_is_recorded_after_its_worker_has_gone_has_no_stages(painter: Painter) -> None:
    heard: list[Any] = []
    painter.keeper.watcher.recorded.connect(lambda *what: heard.append(what))
    painter.session.results.stood.connect(lambda *_what: painter.session.worker_gone.emit())
    painter.click("dream")
    until(lambda: bool(heard))
    assert not painter.keeper.evolving.can_evolve(painter.keeper.watcher.layers[heard[0][1].node_id])


def test_a_stage_that_fails_is_told_and_waits_no_longer(painter: Painter) -> None:
    """As where memory runs out in the worker while it unpacks one."""
    last = painter.session.queue.next_number() - 1
    painter.click("evolve", across=0.0)
    painter.session.staged.emit(wire.failure(last, errors.DreamError("memory.gone")))
    assert painter.session.failed and not painter.keeper.evolving.is_waiting


def test_a_stage_of_another_dream_is_neither_shown_nor_told(painter: Painter) -> None:
    before = dream(painter).data
    painter.session.staged.emit(wire.Failed(10**6, "dream.stages", "", ""))
    assert not painter.session.failed and painter.widget("evolve").isEnabled()
    blue = wire.Picture(*SIZE, "U8", bytes([255, 0, 0, 255]) * (SIZE[0] * SIZE[1]))
    painter.session.staged.emit(wire.StageShown(10**6, 0.5, blue, 0, 0))
    assert dream(painter).data == before
