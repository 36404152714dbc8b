"""The filter's dialog: it sketches, sharpens, compares, and hands over to the real dream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from krita_deepdream.core import errors
from krita_deepdream.filter.filter_dialog import FilterDialog
from krita_deepdream.orders.grab import Goes
from tests.fakes import host as fake

from .conftest import Painter, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Iterator[Painter]:
    made = paint(scripted("good"))
    dialog = FilterDialog(made.session, made.choice)
    dialog.show()
    made.panel = dialog
    yield made


def sketch_of(painter: Painter) -> Any:
    return painter.widget("sketch")


def test_it_sketches_and_touches_nothing(painter: Painter) -> None:
    until(lambda: painter.client.is_ready)
    until(lambda: sketch_of(painter).dreamed)
    until(lambda: not painter.session.busy and painter.widget("dialog_status").text() == "")
    assert not painter.host.placed and not painter.session.busy
    x, y, width, height = fake.BOX
    dream = sketch_of(painter)._dream
    assert dream.sceneBoundingRect().getRect() == (x, y, width, height)
    first = (y * fake.WIDTH + x) * 4
    blue, green, red = (255 - value for value in painter.host.picture.data[first:first + 3])
    colour = dream.pixmap().toImage().pixelColor(0, 0)
    assert (colour.red(), colour.green(), colour.blue()) == pytest.approx((red, green, blue), abs=2)


@pytest.mark.parametrize(("name", "goes"), [("new_layer", Goes.ABOVE), ("replace_layer", Goes.REPLACE)])
def test_accepting_dreams_in_full(painter: Painter, name: str, goes: Goes) -> None:
    painter.click(name)
    until(lambda: painter.host.placed)
    outcome = painter.host.placed[0]
    assert outcome.goes is goes
    assert outcome.recipe["settings"]["working_size"] == painter.choice.settings.working_size


def test_what_was_grabbed_is_dreamed_whatever_is_active_by_then(painter: Painter) -> None:
    grabbed = painter.panel._grabbed
    painter.host.active = fake.FakeDocument("Another")
    painter.click("replace_layer")
    until(lambda: painter.host.placed)
    order = painter.host.orders[-1]
    assert order.at == grabbed.place and order.again == grabbed.asked


def test_a_thing_can_be_dreamed_of(painter: Painter) -> None:
    until(lambda: painter.client.is_ready and sketch_of(painter).dreamed)
    painter.type_into("dream_of", "owl")
    assert painter.panel.isVisible() and not painter.host.placed, "Enter is the line's, not the dialog's"
    until(lambda: "class:owl" in objective_of(painter.session.turns.current))
    painter.click("new_layer")
    until(lambda: painter.host.placed)
    assert "class:owl" in painter.host.placed[0].recipe["settings"]["objective"]


def objective_of(aside: Any) -> str:
    return str(aside.request.settings["objective"]) if aside else ""


def test_enter_in_a_number_is_not_enter_in_the_dialog(painter: Painter) -> None:
    painter.type_into("strength_number", "50")
    assert painter.panel.isVisible() and painter.session.results.strength == 50 and not painter.session.jobs


def test_cancel_ends_the_sketch(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.panel = FilterDialog(painter.session, painter.choice)
    painter.panel.show()
    until(lambda: painter.session.turns.current)
    painter.click("dialog_cancel")
    until(lambda: painter.session.turns.current is None and not painter.session.turns.owed)
    assert not painter.host.placed


def test_holding_shows_the_original(painter: Painter) -> None:
    until(lambda: sketch_of(painter).dreamed)
    painter.widget("compare").pressed.emit()
    assert not sketch_of(painter)._dream.isVisible()
    painter.widget("compare").released.emit()
    assert sketch_of(painter)._dream.isVisible()


def test_nothing_to_dream_opens_no_dialog(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.host.grab_error = errors.DreamError("krita.layer")
    with pytest.raises(errors.DreamError):
        FilterDialog(painter.session, painter.choice)
