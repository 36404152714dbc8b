"""Keep Up, Refresh and Renew through the docker's buttons, with a worker that negates what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from krita_deepdream.core import style_settings, wire
from krita_deepdream.docker.layer_box import LayerBox
from krita_deepdream.documents import nodes, recipes
from krita_deepdream.jobs.document_data import (
    Grabbed,
    Location,
    Outcome,
    Placed,
    Source,
    SourceSelection,
    StoredRecipe,
)
from krita_deepdream.jobs.job import DreamRequest
from krita_deepdream.keeping import pen, renewal
from krita_deepdream.keeping.watched import Watched
from krita_deepdream.krita_api import Document as AnyDocument
from krita_deepdream.qt import Qt, QtCore, QtGui, QtWidgets
from tests.fakes import host as fakes
from tests.fakes.nodes import Document, Node

from .conftest import Painter, scripted, until

SIZE = (24, 16)
BOX = (0, 0, *SIZE)
GREY, LIGHT = bytes([80, 80, 80, 255]), bytes([200, 200, 200, 255])
SPOT = (9, 6, 3, 2)


class Host(fakes.FakeHost):
    """A Krita with one layer, above which dreams are placed."""

    def __init__(self) -> None:
        super().__init__()
        self.sky = Node("Sky", GREY * (SIZE[0] * SIZE[1]), SIZE)
        self.active: Any = Document(self.sky)

    def grab(self, request: DreamRequest, depth: str = "") -> Grabbed:
        location = Location(self.active, "Picture", SIZE, self.sky.id, "Sky", 0, 0)
        selection = SourceSelection(Source.CURRENT_LAYER, frozenset(), self.sky.id, BOX, b"")
        picture = wire.Picture(*SIZE, "U8", self.sky.data)
        return Grabbed(picture, b"\xff" * (SIZE[0] * SIZE[1]), None, location, BOX, source_selection=selection)

    def place(self, outcome: Outcome) -> Placed:
        document = outcome.location.document
        if outcome.into:
            node = nodes.dream_layer(document, outcome.into)
        else:
            node = Node("Animals")
            nodes.root_of(document).addChildNode(node, None)
            document.setActiveNode(self.sky)
        node.setPixelData(bytes(outcome.picture.data), *BOX)
        recipes.write(document, node, outcome)
        return Placed(document, nodes.identity(node), "Animals")

    def is_open(self, document: AnyDocument) -> bool:
        return True

    def paint(self, colour: bytes = LIGHT) -> None:
        self.sky.setPixelData(colour * (SPOT[2] * SPOT[3]), *SPOT)


@pytest.fixture
def painter(paint: Callable[..., Painter], monkeypatch: pytest.MonkeyPatch) -> Iterator[Painter]:
    monkeypatch.setattr(fakes, "FakeHost", Host)
    made = paint(scripted("good"))
    made.click("dream")
    until(lambda: says(made).endswith("is up to date."))
    until(lambda: layer(made).record.own)
    yield made


def says(painter: Painter) -> str:
    return str(painter.widget("dream_layer").text())


def layer(painter: Painter) -> Any:
    found = painter.keeper.watcher.active
    assert found is not None
    return found


def dream(painter: Painter) -> Any:
    return painter.host.active.rootNode().childNodes()[1]


def spot(node: Any) -> set[tuple[int, ...]]:
    data = node.pixelData(*SPOT).data()
    return {tuple(data[at : at + 4]) for at in range(0, len(data), 4)}


NEGATIVE = {(55, 55, 55, 255)}
OLD = {(175, 175, 175, 255)}


def test_without_keep_up_a_stroke_makes_it_out_of_date_and_refresh_dreams_it_again(painter: Painter) -> None:
    assert spot(dream(painter)) == OLD
    painter.host.paint()
    until(lambda: "out of date" in says(painter))
    assert "out of date" in painter.widget("history").item(0).text()
    assert "“Animals” is out of date." in painter.widget("aim").text()
    assert spot(dream(painter)) == OLD
    painter.click("refresh")
    until(lambda: spot(dream(painter)) == NEGATIVE)
    until(lambda: "up to date" in says(painter))
    assert dream(painter).steps == 2, "an undo brings the old dream back"


def test_the_history_calls_a_dream_as_its_layer_is_called_or_says_when_it_was(painter: Painter) -> None:
    item = painter.widget("history").item
    dream(painter).setName("Animals 2 · Sky")
    painter.host.paint()
    until(lambda: item(0).text() == "Animals 2, out of date")
    dream(painter).remove()
    painter.keeper.watcher.look_at_all()
    until(lambda: item(0).text().startswith("Animals\n"))
    entry = painter.session.results.history.entries[0]
    when, brief = QtCore.QDateTime.fromSecsSinceEpoch(int(entry.time)), QtCore.QLocale.FormatType.ShortFormat
    assert item(0).text() == f"Animals\n{QtCore.QLocale().toString(when.time(), brief)}"
    assert "Seed 1, " in item(0).toolTip()
    entry.time -= 3 * 86400
    painter.session.results.history.changed.emit()
    assert item(0).text() == f"Animals\n{QtCore.QLocale().toString(when.date().addDays(-3), brief)}"


def test_it_keeps_up_without_an_undo_step_and_follows_undo_and_redo_of_the_stroke(painter: Painter) -> None:
    painter.click("keep_up")
    before = dream(painter).data
    painter.host.paint()
    until(lambda: spot(dream(painter)) == NEGATIVE)
    until(lambda: "up to date" in says(painter))
    after, steps = dream(painter).data, dream(painter).steps
    changed = [at // 4 for at in range(len(before)) if before[at] != after[at]]
    x, y, width, height = SPOT
    assert {at % SIZE[0] for at in changed} == set(range(x, x + width))
    assert {at // SIZE[0] for at in changed} == set(range(y, y + height))
    assert steps == 0 and not painter.session.busy
    # An undo of the stroke, and its redo, without a worker.
    painter.client.stop(wait=True)
    painter.host.paint(GREY)
    until(lambda: dream(painter).data == before)
    painter.host.paint()
    until(lambda: dream(painter).data == after)


def test_newer_strokes_replace_what_is_out_of_date(painter: Painter) -> None:
    painter.click("keep_up")
    for value in range(100, 200, 10):
        painter.host.paint(bytes([value, value, value, 255]))
        until(lambda: painter.keeper.is_renewing(layer(painter)))
        assert says(painter) == "“Animals” is following your strokes…"
        painter.keeper.watcher.hint()
    until(lambda: spot(dream(painter)) == {(65, 65, 65, 255)})
    until(lambda: "up to date" in says(painter))
    assert (
        not painter.keeper.is_renewing(layer(painter))
        and not painter.session.queue.jobs
        and painter.session.queue.current is None
    )
    watched = layer(painter)
    painter.host.paint(GREY[:3] + b"\xfe")
    until(lambda: painter.keeper.is_renewing(watched))
    dream(painter).remove()
    until(lambda: not painter.keeper.is_renewing(watched))
    assert painter.session.queue.current is None


def test_after_a_stroke_it_is_looked_at_near_the_pointer(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    near: list[Any] = []
    monkeypatch.setattr(Watched, "look_again", lambda _self, at=None: near.append(at))
    painter.host.pointed_at = (9, 6)
    painter.keeper.watcher.hint()
    until(lambda: near)
    assert near[0] == (9, 6)


@pytest.mark.parametrize("kind", ["pen", "finger"])
def test_it_waits_for_the_end_of_a_stroke_with_a_pen_or_a_finger(
    painter: Painter, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pen, "LOST_S", float("inf"))
    painter.host.canvas_widget = QtWidgets.QWidget()
    watcher, looks = painter.keeper.watcher, []
    watcher._looking.timeout.connect(lambda: looks.append(True))
    touch = {"pen": with_a_pen, "finger": with_a_finger}[kind]
    painter.click("keep_up")
    until(lambda: touch(painter, "begin") or watcher._pen.is_down)
    painter.host.paint()
    watcher.hint()
    looks.clear()
    until(lambda: touch(painter, "update") or len(looks) > 5)
    assert spot(dream(painter)) == OLD and not painter.keeper.is_renewing(layer(painter))
    touch(painter, "end")
    until(lambda: spot(dream(painter)) == NEGATIVE)


def test_a_pen_that_was_lifted_elsewhere_is_not_waited_for(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pen, "LOST_S", float("inf"))
    painter.host.canvas_widget = QtWidgets.QWidget()
    painter.click("keep_up")
    until(lambda: with_a_pen(painter, "begin") or painter.keeper.watcher._pen.is_down)
    # It hovers: over the canvas again, or nothing more is heard of it.
    with_a_pen(painter, "update", pressed=False)
    assert not painter.keeper.watcher._pen.is_down
    with_a_pen(painter, "update")
    assert painter.keeper.watcher._pen.is_down
    monkeypatch.setattr(pen, "LOST_S", 0.0)
    assert not painter.keeper.watcher._pen.is_down
    painter.host.paint()
    until(lambda: spot(dream(painter)) == NEGATIVE)


def with_a_pen(painter: Painter, phase: str, pressed: bool = True) -> None:
    """A tablet's event on the canvas, as Krita has it."""
    kinds = {"begin": "TabletPress", "update": "TabletMove", "end": "TabletRelease"}
    kind, at = getattr(QtCore.QEvent.Type, kinds[phase]), QtCore.QPointF(3, 4)
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    button, buttons = none if phase == "update" else left, left if pressed and phase != "end" else none
    event: Any
    if QtCore.QT_VERSION_STR.startswith("5"):
        stylus, tip = (getattr(QtGui.QTabletEvent, name) for name in ("Stylus", "Pen"))
        make: Any = QtGui.QTabletEvent
        last = (Qt.KeyboardModifier.NoModifier, 1, button, buttons)
        event = make(kind, at, at, stylus, tip, 0.5, 0, 0, 0.0, 0.0, 0, *last)
    else:
        device = QtGui.QPointingDevice.primaryPointingDevice()
        last = (Qt.KeyboardModifier.NoModifier, button, buttons)
        event = QtGui.QTabletEvent(kind, device, at, at, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, *last)
    assert painter.host.canvas_widget is not None
    QtWidgets.QApplication.sendEvent(painter.host.canvas_widget, event)


def with_a_finger(painter: Painter, phase: str) -> None:
    """A touch screen's event: not sent by Qt, which would look for fingers in it."""
    kinds = {"begin": "TouchBegin", "update": "TouchUpdate", "end": "TouchEnd"}
    painter.keeper.watcher._pen.eventFilter(None, QtCore.QEvent(getattr(QtCore.QEvent.Type, kinds[phase])))


def test_it_rests_while_it_is_hidden_locked_or_off(painter: Painter) -> None:
    painter.click("keep_up")
    dream(painter).shown = False
    painter.host.paint()
    until(lambda: "out of date" in says(painter))
    look(painter)
    dream(painter).shown, dream(painter).is_locked = True, True
    look(painter)
    painter.click("keep_up")
    dream(painter).is_locked = False
    look(painter)
    assert spot(dream(painter)) == OLD and not painter.keeper.is_renewing(layer(painter))


def look(painter: Painter) -> None:
    painter.keeper.watcher.look_at_all()
    until(lambda: not painter.keeper.watcher.hasty)


def test_painted_on_by_hand_it_asks(painter: Painter) -> None:
    painter.click("keep_up")
    paint_on_the_dream(painter, 1)
    painter.click("keep_strokes")
    until(lambda: "out of date" in says(painter))
    assert spot(dream(painter)) == {(1, 2, 3, 255)} and not layer(painter).record.keeps_up
    painter.click("keep_up")
    until(lambda: spot(dream(painter)) == NEGATIVE)
    until(lambda: "up to date" in says(painter))
    paint_on_the_dream(painter, 4)
    painter.click("renew")
    until(lambda: spot(dream(painter)) != {(4, 2, 3, 255)})
    until(lambda: "up to date" in says(painter))
    assert layer(painter).record.keeps_up


def paint_on_the_dream(painter: Painter, blue: int) -> None:
    dream(painter).setPixelData(bytes([blue, 2, 3, 255]) * 6, *SPOT)
    painter.keeper.watcher.hint()
    until(lambda: "painted on by hand" in says(painter))
    painter.host.paint()
    look(painter)
    assert spot(dream(painter)) == {(blue, 2, 3, 255)}


def test_a_fault_of_ours_while_a_part_is_renewed_is_told_and_logged(
    painter: Painter, faults: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(*_what: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr(renewal.Renewal, "_finish", odd)
    painter.click("keep_up")
    painter.host.paint()
    until(lambda: painter.session.failed)
    assert faults() and "odd" in painter.session.sentence and not painter.keeper.is_renewing(layer(painter))


def test_a_dream_layer_that_is_chosen_shows_its_settings_and_renew_uses_the_changed_ones(painter: Painter) -> None:
    painter.choice.take_preset("Eyes")
    eyes = painter.choice.settings
    painter.host.active.setActiveNode(dream(painter))
    until(lambda: painter.choice.preset == "Animals")
    painter.host.active.setActiveNode(painter.host.sky)
    until(lambda: painter.choice.settings == eyes)
    painter.host.active.setActiveNode(dream(painter))
    until(lambda: painter.choice.preset == "Animals")
    painter.choice.nudge({"steps": 7})
    painter.click("renew")
    until(lambda: painter.session.busy)
    until(lambda: not painter.session.busy)
    assert recipes.read_of(painter.host.active, layer(painter).node_id).recipe["settings"]["steps"] == 7
    assert len(painter.host.active.rootNode().childNodes()) == 2


def test_settings_that_were_changed_meanwhile_are_kept_and_nothing_is_shown_during_a_stroke(
    painter: Painter, faults: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (box,) = painter.panel.findChildren(LayerBox)
    painter.choice.take_preset("Eyes")
    for node, is_down, steps, preset in (
        (dream(painter), True, 0, "Eyes"),
        (dream(painter), False, 7, "Animals"),
        (painter.host.sky, False, 0, "Animals"),
    ):
        down = Qt.MouseButton.LeftButton if is_down else Qt.MouseButton.NoButton
        monkeypatch.setattr(QtWidgets.QApplication, "mouseButtons", staticmethod(lambda down=down: down))
        painter.host.active.setActiveNode(node)
        box._look()
        assert painter.choice.preset == preset
        painter.choice.nudge({"steps": steps} if steps else {})
    assert painter.choice.settings.steps == 7
    style = StoredRecipe("Glass", {"settings": style_settings.StyleSettings().to_dict(), "kind": "style"}, None)
    assert not box._take(SimpleNamespace(stored=style)) and painter.choice.settings.steps == 7
    box._layer = None
    box._renew_pressed()
    assert painter.session.failed and not painter.session.busy
    LayerBox(painter.keeper, painter.choice)._look()
    assert not faults(), "it stands nowhere yet"


def test_an_undo_before_the_next_look_and_its_redo_are_recognised(painter: Painter) -> None:
    old, new = dream(painter).data, []

    def undo(*_what: object) -> None:
        new.append(dream(painter).data)
        dream(painter).setPixelData(old, *BOX)

    painter.host.paint()
    until(lambda: "out of date" in says(painter))
    painter.session.results.stood.connect(undo)
    painter.click("renew")
    until(lambda: new and not painter.session.busy)
    for data, said in ((old, "out of date"), (new[0], "up to date"), (old, "out of date")):
        dream(painter).setPixelData(data, *BOX)
        painter.keeper.watcher.look_at_all()
        until(lambda said=said: said in says(painter))
