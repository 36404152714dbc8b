"""The live dream: it follows what is painted, rests when it should, and leaves the picture alone."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.core import errors, wire
from krita_deepdream.dreaming import live
from krita_deepdream.dreaming.live import LOOK_MS, REST_SECONDS
from krita_deepdream.dreaming.sketching import SIZES
from krita_deepdream.filter.filter_dialog import FilterDialog
from krita_deepdream.jobs.document_data import Space
from tests.fakes import host as fake

from .conftest import BINDING, Painter, launched, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Painter:
    made = paint(scripted("good"))
    made.click("live")
    until(lambda: shown(made) and not at_work(made))
    return made


def shown(painter: Painter) -> Any:
    """The colour at the corner of what the docker's preview shows, or nothing."""
    image = painter.widget("preview").image
    return None if image.isNull() else image.pixelColor(0, 0).getRgb()[:3]


def at_work(painter: Painter) -> bool:
    return painter.widget("live").text() != "Live"


def negative_of(painter: Painter) -> tuple[int, ...]:
    x, y = fake.BOX[:2]
    first = (y * fake.WIDTH + x) * 4
    blue, green, red = painter.host.picture.data[first : first + 3]
    return 255 - red, 255 - green, 255 - blue


def paint_a_stroke(painter: Painter, value: int = 40) -> None:
    data = bytes([value, value, value, 255]) * (fake.WIDTH * fake.HEIGHT)
    painter.host.picture = wire.Picture(fake.WIDTH, fake.HEIGHT, "U8", data)


def wait(seconds: float) -> None:
    from krita_deepdream.qt import QtCore

    done: list[bool] = []
    QtCore.QTimer.singleShot(round(1000 * seconds), lambda: done.append(True))
    until(lambda: done)


def test_its_tip_names_the_button_that_makes_a_layer_of_it(painter: Painter) -> None:
    assert painter.widget("live_keep").text() in painter.widget("live").toolTip()


def test_it_shows_a_sharp_sketch_and_places_nothing(painter: Painter) -> None:
    assert shown(painter) == pytest.approx(negative_of(painter), abs=2)
    assert not painter.host.placed and len(painter.host.requests) == 1
    assert not painter.session.busy and painter.button == "Dream"


def test_it_follows_a_stroke(painter: Painter) -> None:
    paint_a_stroke(painter)
    until(lambda: shown(painter) == pytest.approx((215, 215, 215), abs=2))
    until(lambda: not at_work(painter))
    assert len(painter.host.requests) == 2


def test_it_rests_while_nothing_changes(painter: Painter) -> None:
    wait(REST_SECONDS + 5 * LOOK_MS / 1000)
    assert len(painter.host.requests) == 1 and not at_work(painter)


def test_it_waits_until_the_painter_rests(painter: Painter, monkeypatch: Any) -> None:
    # Longer than even a busy machine takes over the pauses between these strokes.
    monkeypatch.setattr(live, "REST_SECONDS", 1.5)
    monkeypatch.setattr(live, "LONGEST_SECONDS", 60.0)
    for value in range(10, 60, 10):
        paint_a_stroke(painter, value)
        wait(0.3)
        assert len(painter.host.requests) == 1
    until(lambda: shown(painter) == pytest.approx((205, 205, 205), abs=2))
    assert len(painter.host.requests) == 2


def test_it_looks_at_nothing_while_a_button_or_the_pen_is_down(painter: Painter, monkeypatch: Any) -> None:
    from krita_deepdream.qt import Qt, QtWidgets

    down = [Qt.MouseButton.LeftButton]
    monkeypatch.setattr(QtWidgets.QApplication, "mouseButtons", staticmethod(lambda: down[0]))
    paint_a_stroke(painter)
    wait(REST_SECONDS + 5 * LOOK_MS / 1000)
    assert len(painter.host.requests) == 1
    down[0] = Qt.MouseButton.NoButton
    until(lambda: len(painter.host.requests) == 2)


def test_who_never_rests_sees_a_sketch_all_the_same(painter: Painter, monkeypatch: Any) -> None:
    monkeypatch.setattr(live, "LONGEST_SECONDS", 2 * REST_SECONDS)
    for value in range(10, 90, 10):
        paint_a_stroke(painter, value)
        wait(0.6 * REST_SECONDS)
    assert len(painter.host.requests) >= 2


def test_it_follows_the_settings(painter: Painter) -> None:
    painter.click("preset_woodcut")
    until(lambda: len(painter.host.requests) == 2)
    assert painter.host.requests[-1].settings == painter.choice.settings


def test_switched_off_it_stops_at_once(painter: Painter) -> None:
    painter.click("live")
    assert not painter.widget("preview").isVisible()
    paint_a_stroke(painter)
    wait(REST_SECONDS + 5 * LOOK_MS / 1000)
    assert len(painter.host.requests) == 1 and not at_work(painter)


@pytest.mark.parametrize("page", [1, 2])
def test_on_other_pages_it_is_off(painter: Painter, page: int) -> None:
    from krita_deepdream.qt import Qt

    tabs = painter.widget("pages")
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    place = tabs.tabRect(page).center()
    test.mouseClick(tabs, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert not painter.widget("live").isChecked() and not painter.widget("live").isEnabled()
    paint_a_stroke(painter)
    wait(REST_SECONDS + 5 * LOOK_MS / 1000)
    assert len(painter.host.requests) == 1 and not at_work(painter)


def test_in_a_hidden_docker_it_rests(painter: Painter) -> None:
    painter.panel.hide()
    paint_a_stroke(painter)
    wait(REST_SECONDS + 5 * LOOK_MS / 1000)
    assert len(painter.host.requests) == 1
    painter.panel.show()
    until(lambda: len(painter.host.requests) == 2)


def test_what_is_outdated_is_dropped(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.click("live")
    until(lambda: painter.session.queue.current)
    paint_a_stroke(painter)
    until(lambda: shown(painter) == pytest.approx((215, 215, 215), abs=2))


def test_a_dream_goes_first_and_becomes_a_layer_in_full(painter: Painter) -> None:
    painter.click("dream")
    until(lambda: painter.host.placed)
    assert painter.host.placed[0].recipe["settings"]["working_size"] not in SIZES


def test_a_sketch_that_a_dream_interrupts_is_made_afterwards(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.click("live")
    until(lambda: at_work(painter) and painter.client.is_ready)
    painter.click("dream")
    until(lambda: painter.host.placed and not painter.session.busy)
    until(lambda: shown(painter) == pytest.approx(negative_of(painter), abs=2) and not at_work(painter))


def test_where_there_is_nothing_to_dream_it_shows_nothing_and_goes_on_later(painter: Painter) -> None:
    painter.host.grab_error = errors.DreamError("krita.document")
    until(lambda: not painter.widget("preview").isVisible())
    painter.host.grab_error = None
    until(lambda: shown(painter))


def test_a_dialog_that_sketches_is_not_disturbed_and_disturbs_only_once(painter: Painter) -> None:
    dialog = FilterDialog(painter.session, painter.choice)
    dialog.show()
    until(lambda: dialog._view.has_dream and not at_work(painter))
    dialog.close()
    paint_a_stroke(painter)
    until(lambda: shown(painter) == pytest.approx((215, 215, 215), abs=2))


@pytest.mark.slow
def test_the_real_worker_follows_a_stroke(paint: Paint, tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    painter = paint(launched())
    painter.host.picture, painter.host.mask = fake.gradient(96, 80), fake.box(96, 80)
    painter.click("live")
    until(lambda: shown(painter) and not at_work(painter), 180)
    first = painter.widget("preview").image.copy()
    paint_a_stroke(painter)
    painter.host.mask = fake.box(fake.WIDTH, fake.HEIGHT)
    until(lambda: painter.widget("preview").image != first, 60)


def test_what_is_shown_becomes_a_layer_at_once_where_nothing_is_left_to_compute(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.host.space = Space("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc")
    painter.host.selected = bytes(96)
    assert not painter.widget("live_keep").isVisible()
    painter.click("live")
    until(lambda: shown(painter) and not at_work(painter))
    begun: list[Any] = []
    painter.session.begun.connect(begun.append)
    numbers = painter.session.queue.next_number()
    painter.click("live_keep")
    (outcome,) = painter.host.placed
    assert "packed_mask" in vars(outcome.source_selection), "packed before it is needed"
    assert [job.number for job in begun] == [numbers + 1], "whoever watches the layer hears of it"
    assert not painter.session.busy and painter.session.queue.next_number() == numbers + 2
    assert outcome.recipe["settings"] == painter.choice.settings.to_dict()
    assert outcome.picture.data[:3] == bytes(reversed(shown(painter)))
    entry = painter.session.results.history.entries[0]
    assert entry.packed.startswith(b"\x89PNG") and entry.placed
    painter.click("live")
    assert not painter.widget("live_keep").isVisible()


def test_where_the_document_is_deeper_it_is_dreamed_from_the_same_recipe(painter: Painter) -> None:
    painter.host.space = Space("RGBA", "U16", "sRGB-elle-V2-srgbtrc.icc")
    paint_a_stroke(painter)
    until(lambda: shown(painter) == pytest.approx((215, 215, 215), abs=2) and not at_work(painter))
    painter.click("live_keep")
    assert painter.session.busy and not painter.widget("live_keep").isVisible()
    until(lambda: painter.host.placed)
    assert painter.host.placed[0].recipe["settings"] == painter.choice.settings.to_dict()
    assert painter.host.requests[-1].at is not None
