"""The filter's dialog: it sketches, sharpens, compares, and hands over to the real dream."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from krita_deepdream.choices.positions import positions_in, with_position
from krita_deepdream.core import errors, presets
from krita_deepdream.filter.filter_dialog import FilterDialog
from krita_deepdream.jobs.document_data import Destination, Source
from krita_deepdream.qt import Qt, QtCore, QtGui, QtWidgets
from tests.fakes import host as fake

from .conftest import BINDING, Painter, remembered, scripted, until
from .test_dream_of import type_only

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
    until(lambda: sketch_of(painter).has_dream)
    until(lambda: not painter.session.busy and painter.widget("dialog_status").text() == "")
    assert not painter.host.placed and not painter.session.busy
    x, y, width, height = fake.BOX
    dream = sketch_of(painter)._dream
    assert dream.sceneBoundingRect().getRect() == (x, y, width, height)
    first = (y * fake.WIDTH + x) * 4
    blue, green, red = (255 - value for value in painter.host.picture.data[first : first + 3])
    colour = dream.pixmap().toImage().pixelColor(0, 0)
    assert (colour.red(), colour.green(), colour.blue()) == pytest.approx((red, green, blue), abs=2)


@pytest.mark.parametrize(("name", "goes"), [("new_layer", Destination.ABOVE), ("replace_layer", Destination.REPLACE)])
def test_accepting_dreams_in_full(painter: Painter, name: str, goes: Destination) -> None:
    painter.click(name)
    until(lambda: painter.host.placed)
    outcome = painter.host.placed[0]
    assert outcome.destination is goes
    assert outcome.recipe["settings"]["working_size"] == painter.choice.settings.working_size
    assert not any(isinstance(each, FilterDialog) for each in visible()) and remembered(painter), (
        "also if Krita crashes now"
    )


def visible() -> list[Any]:
    """The windows that are open; one that was closed may be deleted by now."""
    return [each for each in QtWidgets.QApplication.topLevelWidgets() if each.isVisible()]


def test_a_thing_can_be_dreamed_of(painter: Painter) -> None:
    until(lambda: painter.client.is_ready and sketch_of(painter).has_dream)
    painter.type_into("dream_of", "owl")
    assert painter.panel.isVisible() and not painter.host.placed, "Enter is the line's, not the dialog's"
    until(lambda: "class:owl" in objective_of(painter.session.queue.current))
    painter.click("new_layer")
    until(lambda: painter.host.placed)
    assert "class:owl" in painter.host.placed[0].recipe["settings"]["objective"]


def objective_of(aside: Any) -> str:
    return str(aside.message.settings["objective"]) if aside else ""


def test_enter_in_a_number_is_not_enter_in_the_dialog(painter: Painter) -> None:
    painter.type_into("strength_number", "50")
    assert painter.panel.isVisible() and painter.session.results.strength == 50 and not painter.session.queue.jobs


@pytest.mark.parametrize(("name", "goes"), [("new_layer", Destination.ABOVE), ("replace_layer", Destination.REPLACE)])
def test_what_is_seen_is_dreamed_and_not_what_is_active_by_then(painter: Painter, name: str, goes: Destination) -> None:
    opened_for = painter.host.active
    painter.host.active, painter.host.active_node = fake.FakeDocument("Another"), "{other}"
    painter.choice.take_source(Source.ALL_LAYERS)
    painter.click(name)
    until(lambda: painter.host.placed)
    outcome = painter.host.placed[0]
    assert (outcome.location.document, outcome.location.node_id, outcome.destination) == (opened_for, "{node}", goes)
    assert outcome.source_selection is not None and outcome.source_selection.source is Source.CURRENT_LAYER


def test_a_closed_document_is_said_and_nothing_else_is_dreamed(painter: Painter) -> None:
    painter.host.closed.append(painter.host.active)
    painter.host.active = fake.FakeDocument("Another")
    painter.click("new_layer")
    assert "“Sky” no longer exists" in painter.widget("dialog_status").text()
    assert painter.panel.isVisible() and not painter.session.queue.jobs and not painter.host.placed
    painter.click("dialog_cancel")
    assert not painter.panel.isVisible()


def test_what_is_typed_counts_without_enter(painter: Painter) -> None:
    type_only(painter, "dream_of", "owl")
    painter.click("new_layer")
    until(lambda: painter.host.placed)
    assert "class:owl" in painter.host.placed[0].recipe["settings"]["objective"]


def test_a_refused_word_is_said_and_the_dialog_stays(painter: Painter) -> None:
    type_only(painter, "dream_of", "mermaid")
    for name in ("new_layer", "replace_layer"):
        painter.click(name)
        assert "doesn't know “mermaid”" in painter.widget("dialog_status").text()
        assert painter.panel.isVisible() and not painter.session.queue.jobs


def test_what_was_typed_in_the_docker_is_sketched(paint: Paint) -> None:
    made = paint(scripted("good"))
    type_only(made, "dream_of", "owl")
    dialog = FilterDialog(made.session, made.choice)
    dialog.show()
    made.panel = dialog
    assert made.widget("dream_of").text() == "owl"
    until(lambda: "class:owl" in objective_of(made.session.queue.current))
    dialog.close()


def test_again_puts_the_dream_where_the_dialog_did(painter: Painter) -> None:
    assert painter.choice.repeat_request.destination is Destination.ABOVE
    painter.click("replace_layer")
    assert (
        painter.choice.repeat_request.destination is Destination.REPLACE
        and painter.choice.request.destination is Destination.ABOVE
    )


def test_it_zooms_as_far_as_there_is_something_to_see(painter: Painter) -> None:
    view = sketch_of(painter)
    fitted = view.transform().m11()
    painter.click("zoom_in")
    assert view.transform().m11() == pytest.approx(fitted * 1.25)
    for _ in range(60):
        painter.click("zoom_in")
    assert view.transform().m11() <= 64
    painter.click("zoom_fit")
    assert view.transform().m11() == pytest.approx(fitted)


def test_a_new_preset_is_offered_at_once(painter: Painter) -> None:
    painter.choice.keep_preset(presets.Preset("Mine", "", painter.choice.settings))
    assert painter.widget("preset_mine").isChecked()


def test_cancel_ends_the_sketch(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.panel = FilterDialog(painter.session, painter.choice)
    painter.panel.show()
    until(lambda: painter.session.queue.current)
    painter.click("dialog_cancel")
    until(lambda: painter.session.queue.current is None and not painter.session.queue.awaits_cancel)
    assert not painter.host.placed


@pytest.mark.parametrize("end", ["without a preview", "closed"])
def test_what_is_sketched_for_nobody_is_given_up(paint: Paint, end: str) -> None:
    painter = paint(scripted("slow"))
    dialog = painter.panel = FilterDialog(painter.session, painter.choice)
    dialog.show()
    until(lambda: dialog._sketching.at_work)
    painter.choice.nudge({"steps": 9})
    assert dialog._rest.isActive()
    dialog._preview.setChecked(False) if end == "without a preview" else dialog.reject()
    assert not dialog._rest.isActive() and not dialog._sketching.at_work


def test_holding_shows_the_original(painter: Painter) -> None:
    until(lambda: sketch_of(painter).has_dream)
    painter.widget("compare").pressed.emit()
    assert not sketch_of(painter)._dream.isVisible()
    painter.widget("compare").released.emit()
    assert sketch_of(painter)._dream.isVisible()


def test_nothing_to_dream_opens_no_dialog(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.host.grab_error = errors.DreamError("krita.layer")
    with pytest.raises(errors.DreamError):
        FilterDialog(painter.session, painter.choice)


def test_what_is_said_moves_nothing(painter: Painter) -> None:
    painter.panel.resize(900, 640)
    until(lambda: sketch_of(painter).has_dream)
    places = [painter.widget(name).geometry() for name in ("dream_of", "strength", "new_layer")]
    painter.session.report_fault(errors.DreamError("class.unknown", name="dragon", hint="The closest are: a lizard."))
    until(lambda: "dragon" in painter.widget("dialog_status").text())
    QtWidgets.QApplication.processEvents()
    assert [painter.widget(name).geometry() for name in ("dream_of", "strength", "new_layer")] == places


def hand() -> Any:
    return importlib.import_module(f"{BINDING}.QtTest").QTest


def at(painter: Painter, across: float, down: float) -> Any:
    """A place of the dreamed region, in the view's pixels."""
    view = sketch_of(painter)
    return view.mapFromScene(view._at(across, down))


def split(painter: Painter) -> tuple[float, float]:
    """Where the dream that is seen begins and ends, as shares of the region."""
    view = sketch_of(painter)
    rect = view._part.rect()
    return view._shares(rect.topLeft())[0], view._shares(rect.bottomRight())[0]


def test_the_split_view_has_the_source_on_the_left_and_a_divider_that_moves(painter: Painter) -> None:
    until(lambda: sketch_of(painter).has_dream)
    slider = painter.widget("divider")
    assert split(painter) == (0, 1) and not slider.isEnabled()
    painter.widget("split").click()
    assert split(painter) == pytest.approx((0.5, 1))
    viewport, left = sketch_of(painter).viewport(), Qt.MouseButton.LeftButton
    hand().mousePress(viewport, left, Qt.KeyboardModifier.NoModifier, at(painter, 0.5, 0.5))
    there = QtCore.QPointF(at(painter, 0.25, 0.5))
    moved = QtGui.QMouseEvent(
        QtCore.QEvent.Type.MouseMove,
        there,
        QtCore.QPointF(viewport.mapToGlobal(there.toPoint())),
        Qt.MouseButton.NoButton,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QtWidgets.QApplication.sendEvent(viewport, moved)
    hand().mouseRelease(viewport, left, Qt.KeyboardModifier.NoModifier, at(painter, 0.25, 0.5))
    assert split(painter) == pytest.approx((0.25, 1), abs=0.02) and slider.value() == pytest.approx(25, abs=2)
    slider.setFocus()
    for _ in range(10):
        hand().keyClick(slider, Qt.Key.Key_Right)
    assert split(painter)[0] == pytest.approx(0.35, abs=0.02)
    painter.widget("split").click()
    assert split(painter) == (0, 1)


def test_divider_and_marks_move_nothing_at_the_picture_s_edges(painter: Painter) -> None:
    view = sketch_of(painter)
    view.fit()
    before = view.mapFromScene(view.sceneRect()).boundingRect()
    painter.widget("split").click()
    view.divide(1.0)
    view.show_marks([(0.0, 0.0), (1.0, 1.0)])
    until(lambda: view.scene().itemsBoundingRect() != view.sceneRect())
    assert view.mapFromScene(view.sceneRect()).boundingRect() == before
    view.fit()
    assert view.mapFromScene(view.sceneRect()).boundingRect() == before


def click_at(painter: Painter, across: float, down: float) -> None:
    viewport = sketch_of(painter).viewport()
    hand().mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(painter, across, down))


def test_a_click_into_the_picture_says_where_a_thing_grows(painter: Painter) -> None:
    painter.type_into("dream_of", "owl")
    click_at(painter, 0.2, 0.2)
    assert painter.choice.settings.objective == "class:owl", "that was a drag's beginning"
    painter.widget("place").click()
    click_at(painter, 0.25, 0.5)
    ((across, down),) = positions_in(painter.choice.settings.objective)
    assert (across, down) == pytest.approx((0.25, 0.5), abs=0.02)
    until(lambda: "class:owl@(" in objective_of(painter.session.queue.current))
    click_at(painter, 0.75, 0.5)
    assert len(sketch_of(painter).marks) == 2
    click_at(painter, 0.25, 0.5)
    ((across, down),) = positions_in(painter.choice.settings.objective)
    assert across == pytest.approx(0.75, abs=0.02)
    click_at(painter, 0.75, 0.5)
    assert painter.choice.settings.objective == "class:owl" and not sketch_of(painter).marks


def test_a_place_doesnt_throw_away_what_was_typed(painter: Painter) -> None:
    painter.widget("place").click()
    type_only(painter, "dream_of", "no such thing")
    before = painter.choice.settings.objective
    click_at(painter, 0.25, 0.5)
    assert painter.choice.typed == "no such thing" and painter.widget("dream_of").text() == "no such thing"
    assert painter.choice.settings.objective == before and "no such thing" in painter.session.sentence
    type_only(painter, "dream_of", "owl")
    click_at(painter, 0.25, 0.5)
    assert painter.choice.settings.objective.startswith("class:owl@(")


def test_arrow_keys_and_enter_say_where_too(painter: Painter) -> None:
    painter.choice.nudge({"objective": "b10[3]"})
    painter.widget("place").click()
    view = sketch_of(painter)
    for _ in range(5):
        hand().keyClick(view, Qt.Key.Key_Right)
    hand().keyClick(view, Qt.Key.Key_Up)
    hand().keyClick(view, Qt.Key.Key_Return)
    assert painter.panel.isVisible() and not painter.host.placed
    ((across, down),) = positions_in(painter.choice.settings.objective)
    assert (across, down) == pytest.approx((0.6, 0.48), abs=0.03)
    assert painter.choice.settings.objective.startswith("b10[3]@(")


def test_other_keys_are_the_dialogs_while_a_place_is_chosen(painter: Painter) -> None:
    painter.widget("place").click()
    hand().keyClick(sketch_of(painter), Qt.Key.Key_A)
    assert not painter.session.failed and not sketch_of(painter).marks


def test_divider_and_cross_stop_at_the_edges(painter: Painter) -> None:
    view = sketch_of(painter)
    for share, stops in ((-0.5, 0.0), (1.5, 1.0), (0.25, 0.25)):
        view._divider.move_to(share)
        assert view._divider.share == stops
    painter.widget("place").click()
    for key, stops in ((Qt.Key.Key_Right, (1, 0.5)), (Qt.Key.Key_Down, (1, 1)), (Qt.Key.Key_Left, (0, 1))):
        for _ in range(60):
            hand().keyClick(view, key)
        assert view._shares(view._cross.pos()) == pytest.approx(stops)
    for _ in range(60):
        hand().keyClick(view, Qt.Key.Key_Up)
    assert view._shares(view._cross.pos()) == pytest.approx((0, 0))


def test_a_place_lies_inside_the_picture() -> None:
    assert positions_in(with_position("b10", -0.5, 1.5)) == [(0.0, 1.0)]
