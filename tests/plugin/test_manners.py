"""Fields and labels as a painter expects them: names shown as they are, the keyboard given back, rows left in peace."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from krita_deepdream.core import working_size
from krita_deepdream.docker.dream_box import DreamBox
from krita_deepdream.docker.frames_box import FramesBox
from krita_deepdream.docker.history.history_box import HistoryBox
from krita_deepdream.dreaming import aim
from krita_deepdream.jobs.named_pictures import NamedPicture
from krita_deepdream.qt import Qt, QtCore, QtWidgets
from krita_deepdream.widgets.depth import Depth, depths
from krita_deepdream.widgets.flow import Flow
from krita_deepdream.widgets.quality import QUALITIES
from tests.fakes.host import FakeDocument, gradient

from .conftest import BINDING, Painter, scripted, until

Paint = Callable[..., Painter]
RICH = "<b>fat</b>"


def qtest() -> Any:
    return importlib.import_module(f"{BINDING}.QtTest").QTest


def tips_and_labels(painter: Painter) -> list[str]:
    """What Qt would take for rich text if it looks so."""
    widgets = painter.docker.findChildren(QtWidgets.QWidget)
    lists = [each for each in widgets if isinstance(each, QtWidgets.QListWidget)]
    texts = [each.toolTip() for each in widgets]
    texts += [each.item(row).toolTip() for each in lists for row in range(each.count())]
    labels = [each for each in widgets if isinstance(each, QtWidgets.QLabel)]
    return texts + [each.text() for each in labels if each.textFormat() != Qt.TextFormat.PlainText]


def test_names_of_layers_documents_and_presets_are_never_rich_text(paint: Paint) -> None:
    """Trial C35."""
    painter = paint(scripted("slow"))
    painter.host.active = FakeDocument(RICH)
    painter.host.layers[RICH] = gradient(8, 8)
    look = painter.host.look
    painter.host.look = lambda order: replace(look(order), layer_name=RICH)  # type: ignore[method-assign]
    grab = painter.host.grab

    def grabbed(order: Any, depth: str = "") -> Any:
        found = grab(order, depth)
        return replace(found, location=replace(found.location, layer_name=RICH, document_name=RICH))

    painter.host.grab = grabbed  # type: ignore[method-assign]
    painter.choice.give(NamedPicture("hill", RICH, picture=gradient(8, 8)))
    painter.choice.nudge({"objective": "b10@hill"})
    painter.click("dream")
    until(lambda: painter.session.progress)
    painter.click("add")
    painter.session.cancel_one(painter.session.queue.jobs[0].number)
    until(lambda: painter.host.placed)
    until(lambda: RICH in painter.widget("aim").text())
    assert any("&lt;b&gt;" in text for text in tips_and_labels(painter)), "it is said"
    assert [text for text in tips_and_labels(painter) if RICH in text] == []


def test_a_slider_makes_no_rows_anew(paint: Paint) -> None:
    """Trial C32."""
    painter = paint(scripted("good"))
    painter.click("more")
    where, layers = painter.widget("where_0"), painter.widget("layer")
    cleared: list[int] = []
    layers.model().rowsRemoved.connect(lambda *_: cleared.append(1))
    painter.click("steps", 0.3)
    painter.click("steps", 0.6)
    assert painter.widget("where_0") is where and not cleared
    painter.choice.nudge({"objective": "b10 + class:owl"})
    assert painter.widget("where_1") is not None


def test_a_number_clicked_and_left_by_tab_gives_the_keyboard_back(paint: Paint) -> None:
    """Trial P17: the arrow keys moved the slider then, and not the film's frames."""
    painter = paint(scripted("good"))
    painter.docker.activateWindow()
    until(painter.docker.isActiveWindow)
    number = painter.widget("steps_number")
    for reason, stays in ((Qt.FocusReason.MouseFocusReason, False), (Qt.FocusReason.TabFocusReason, True)):
        number.setFocus(reason)
        until(number.hasFocus)
        number.selectAll()
        qtest().keyClicks(number, "17" if stays else "16")
        qtest().keyClick(number, Qt.Key.Key_Tab)
        assert painter.choice.settings.steps == (17 if stays else 16)
        focus = QtWidgets.QApplication.focusWidget()
        assert (focus is not None and focus is not number) is stays


def test_a_slider_shows_that_it_has_the_keyboard(paint: Paint) -> None:
    """Trial P17."""
    painter = paint(scripted("good"))
    slider = painter.widget("size")
    painter.docker.activateWindow()
    before = slider.grab().toImage()
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    until(slider.hasFocus)
    frame = QtCore.QPoint(0, slider.height() - 1)
    shown = slider.grab().toImage()
    assert shown.pixelColor(frame) == slider.palette().color(slider.palette().ColorRole.Highlight)
    assert shown.pixelColor(frame) != before.pixelColor(frame)


@pytest.mark.parametrize(("name", "value"), QUALITIES.items())
def test_a_quality_is_chosen_in_one_place(paint: Paint, name: str, value: str) -> None:
    """Trial P12."""
    painter = paint(scripted("good"))
    painter.choice.nudge({"working_size": 777})
    box = painter.widget("working_size")
    assert box.accessibleName() == "Quality" and box.currentText() == "777 px"
    box.setCurrentIndex(box.findText(name))
    box.activated.emit(box.currentIndex())
    assert painter.choice.settings.working_size == value and box.currentText() == name
    further = (28, 0.8) if name in ("Fine", "Print") else (14, 0.0)
    assert (painter.choice.settings.steps, painter.choice.settings.l2_penalty) == further


def test_each_quality_says_how_long_it_takes(paint: Paint, monkeypatch: Any) -> None:
    painter = paint(scripted("good"))
    box = painter.widget("working_size")
    entries = [box.itemText(index) for index in range(box.count())]
    monkeypatch.setattr(painter.session.forecast, "seconds_by_quality", lambda order: {"draft": 3.0, "full": 600.0})
    painter.choice.changed.emit()
    shown = [box.itemDelegate().displayText(entry, box.locale()) for entry in entries]
    assert shown == ["Draft – about 3 s", "Good", "Fine", "Print – about 10 min"]
    assert [box.itemText(index) for index in range(box.count())] == entries


def test_a_number_of_pixels_may_be_typed_for_the_quality(paint: Paint) -> None:
    painter = paint(scripted("good"))
    line = painter.widget("working_size").lineEdit()
    line.setText("3000")
    line.editingFinished.emit()
    assert painter.choice.settings.working_size == 3000
    assert painter.widget("working_size").currentText() == "3000 px"


def test_how_large_it_is_computed_is_said_before(paint: Paint) -> None:
    """Trial P12: 6000 × 4000 was computed small, and nothing said so."""
    painter = paint(scripted("good"))
    chosen = painter.choice.settings
    scale = working_size.working_scale(6000, 4000, chosen)
    words = f"computed at {round(6000 * scale)} × {round(4000 * scale)}"
    assert scale < 0.2 and aim.computed((6000, 4000), chosen) == words
    assert aim.computed((6000, 4000), chosen.replace({"working_size": "full"})) == ""
    look = painter.host.look
    painter.host.look = lambda order: replace(look(order), size=(6000, 4000))  # type: ignore[method-assign]
    until(lambda: words in painter.widget("aim").text())


@pytest.mark.parametrize(
    ("objective", "stands"),
    [
        ("b10[15]", "b10"),
        ("b10[3] + b14[7]", "b14"),
        ("b8[3]:square", "b8"),
        ("b6@hill", "b6"),
    ],
)
def test_depth_stands_where_the_objective_is(objective: str, stands: str) -> None:
    """Trial P23: at its left end after a restart, and it read "b10[15]"."""
    depth = Depth()
    depth.show_objective("efficientnet_lite0", objective)
    slider = depth.findChild(QtWidgets.QSlider)
    assert depths("efficientnet_lite0")[slider.value()].name == stands
    words = depth.findChild(QtWidgets.QLabel).text()
    assert words and "[" not in words


def test_depth_of_a_thing_is_at_the_end() -> None:
    depth = Depth()
    depth.show_objective("efficientnet_lite0", "class:owl")
    slider = depth.findChild(QtWidgets.QSlider)
    assert slider.value() == slider.maximum() and depth.findChild(QtWidgets.QLabel).text() == "owl"


def test_what_stays_on_when_a_preset_is_chosen_is_seen_while_more_is_folded(paint: Paint) -> None:
    """Trial P17."""
    painter = paint(scripted("good"))
    painter.click("more")
    box = painter.widget("strength_by")
    index = next(each for each in range(box.count()) if box.itemText(each).strip() == "Hill")
    box.setCurrentIndex(index)
    box.activated.emit(index)
    painter.click("more")
    painter.click("preset_eyes")
    assert painter.widget("more").text() == "More (Strength mask: Hill)"


def test_the_history_says_what_it_did_and_where_it_is_kept(paint: Paint) -> None:
    """Trial P17: Export and Forget said nothing; a JPEG's history was "saved in the file"."""
    painter = paint(scripted("good"))
    painter.click("dream")
    until(lambda: painter.host.placed and painter.widget("history_saved").text())
    assert "saved in the file" in painter.widget("history_saved").text()
    painter.host.active.fileName = lambda: "/tmp/picture.JPG"  # type: ignore[union-attr, method-assign]
    painter.session.results.history.changed.emit()
    assert "saved only in a .kra file" in painter.widget("history_saved").text()
    painter.menu_entry("history_menu", "Forget").trigger()
    assert "was removed from the history" in painter.status


def test_a_row_of_buttons_breaks_where_it_must_and_leaves_no_gaps(application: Any) -> None:
    buttons = [QtWidgets.QPushButton("word") for _ in range(4)]
    row = Flow(buttons)
    width, height = buttons[0].sizeHint().width(), max(buttons[0].sizeHint().height(), 24)
    row.resize(2 * width + 20, 10)
    buttons[1].hide()
    row.arrange()
    places = [(each.x() // width, each.y() // height) for each in buttons]
    assert (places[0], places[2], places[3]) == ((0, 0), (1, 0), (0, 1)) and 2 * height <= row.height() < 3 * height
    row.resize(10, 10)
    row.arrange()
    assert [each.x() for each in buttons if each is not buttons[1]] == [0, 0, 0] and buttons[0].y() == 0


def test_lists_and_menus_hold_each_entry_once_however_often_they_are_made_anew(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.choice.give(NamedPicture("hill", "Hill", picture=gradient(8, 8)))
    box = painter.widget("strength_by")
    for networks in ({"efficientnet_lite0"}, {"efficientnet_lite0", "inception_v3"}):
        painter.session.present = networks
        painter.session.changed.emit()
        for menu in painter.docker.findChildren(QtWidgets.QMenu):
            menu.aboutToShow.emit()
        box.showPopup()
        box.hidePopup()
    painter.choice.nudge({"network": "inception_v3", "objective": "mixed5"})
    lists = [
        [each.itemText(row) for row in range(each.count())] for each in painter.docker.findChildren(QtWidgets.QComboBox)
    ]
    lists += [
        [each.text() for each in menu.actions() if not each.isSeparator()]
        for menu in painter.docker.findChildren(QtWidgets.QMenu)
    ]
    assert len(lists) > 15
    for entries in lists:
        assert len(set(entries)) == len(entries), entries
    layers = painter.widget("layer")
    assert {layers.itemData(row) for row in range(layers.count())} == {each.name for each in depths("inception_v3")}


LOOKS = {
    "frames": (FramesBox, "_look", lambda painter: (painter.host, "keyframe_times")),
    "what would be dreamed": (DreamBox, "_look_again", lambda painter: (painter.session.forecast, "in_words")),
    "history": (HistoryBox, "_look", lambda painter: (painter.session.results.history, "look")),
}


@pytest.mark.parametrize("name", LOOKS)
def test_what_looks_by_itself_rests_during_a_stroke_and_out_of_sight(
    paint: Paint, faults: Callable[[], list[str]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Krita's thread belongs to the brush then."""
    kind, look, asked_of = LOOKS[name]
    painter, asked = paint(scripted("good")), list[object]()
    (box,) = painter.docker.findChildren(kind)
    box._looking.stop()
    asked_one, how = asked_of(painter)
    plain = getattr(asked_one, how)
    monkeypatch.setattr(asked_one, how, lambda *what: asked.append(what) or plain(*what))

    def looks(button: Qt.MouseButton = Qt.MouseButton.NoButton) -> bool:
        monkeypatch.setattr(QtWidgets.QApplication, "mouseButtons", staticmethod(lambda: button))
        asked.clear()
        getattr(box, look)()
        return bool(asked)

    assert looks() and not looks(Qt.MouseButton.LeftButton) and looks()
    painter.panel.hide()
    assert looks() == (name == "history"), "past dreams are known of every image that was in front"
    if name == "frames":
        box = FramesBox(painter.session, painter.choice, box._pages)
        assert not looks() and not faults(), "it stands nowhere yet"
