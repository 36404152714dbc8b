"""What is typed into *Dream of* is what is dreamed, however Dream is pressed; dreams are called after it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.names import LONGEST, dream_name
from krita_deepdream.choices.store import Store
from krita_deepdream.core import presets, syntax
from krita_deepdream.docker.dream_box import DreamBox
from krita_deepdream.jobs.named_pictures import NamedPicture
from krita_deepdream.qt import Qt

from .conftest import BINDING, Painter, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Painter:
    return paint(scripted("good"))


def type_only(painter: Painter, name: str, text: str) -> None:
    """Type into a field that has the cursor, and nothing more: no Enter, no Tab."""
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    field = painter.widget(name)
    field.setFocus()
    field.selectAll()
    test.keyClick(field, Qt.Key.Key_Delete)
    test.keyClicks(field, text)


def dreamed(painter: Painter) -> list[str]:
    """The classes of the newest dream, after it has come."""
    count = len(painter.host.placed)
    until(lambda: len(painter.host.placed) > count)
    terms = syntax.parse(painter.host.placed[-1].recipe["settings"]["objective"])
    return [term.name for term in terms if term.type == "class"]


@pytest.mark.parametrize(
    ("text", "classes", "name"),
    [
        ("owl", ["owl"], "Owl"),
        ("cat and dog", ["cat", "dog"], "Cat + dog"),
        ("castle, owl", ["castle", "owl"], "Castle + owl"),
        ("cat + dog", ["cat", "dog"], "Cat + dog"),
        ("a T-shirt", ["T-shirt"], "T-shirt"),
        ("three-toed sloth", ["three-toed sloth"], "Three-toed sloth"),
        ("bow-tie", ["bow-tie"], "Bow-tie"),
    ],
)
def test_what_is_typed_counts_without_enter(painter: Painter, text: str, classes: list[str], name: str) -> None:
    type_only(painter, "dream_of", text)
    painter.click("dream")
    assert dreamed(painter) == classes
    assert painter.host.placed[-1].name == name
    assert not painter.widget("preset_animals").isChecked()


def test_what_is_typed_counts_for_the_next_dream_of_the_queue(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.click("dream")
    until(lambda: painter.session.busy)
    type_only(painter, "dream_of", "owl")
    painter.click("add")
    assert painter.session.queue.jobs[-1].request.name == "Owl"


def test_what_is_typed_counts_for_films_and_live(painter: Painter) -> None:
    type_only(painter, "dream_of", "owl")
    painter.click("live")
    assert painter.choice.name == "Owl" and painter.widget("live").isChecked()
    painter.click("live")
    painter.choice.take_preset("Temples")
    type_only(painter, "dream_of", "castle")
    painter.docker.findChildren(type(painter.docker._foot))[0]._pages.show_page("zoom")
    painter.widget("dream").click()
    assert painter.choice.name == "Castle"


@pytest.mark.parametrize("text", ["mermaid", "owl and mermaid", "qwertz", "Eule"])
def test_a_refused_word_is_said_and_nothing_is_dreamed(painter: Painter, text: str) -> None:
    type_only(painter, "dream_of", "owl")
    painter.click("dream")
    dreamed(painter)
    until(lambda: not painter.session.busy)
    type_only(painter, "dream_of", text)
    for _ in range(2):
        painter.click("dream")
        assert "doesn't know" in painter.status and not painter.session.busy
    assert painter.widget("dream_of").text() == text and len(painter.host.placed) == 1
    painter.click("live")
    assert not painter.widget("live").isChecked()
    type_only(painter, "dream_of", "castle")
    painter.click("dream")
    assert dreamed(painter) == ["castle"]


def test_after_a_refused_word_what_is_typed_next_goes_into_the_line(
    painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    line, told = painter.widget("dream_of"), list[str]()
    report = painter.session.report_fault
    monkeypatch.setattr(painter.session, "report_fault", lambda error: (told.append(error.code), report(error)))
    painter.docker.activateWindow()
    type_only(painter, "dream_of", "qwertz")
    test.keyClick(line, Qt.Key.Key_Return)
    until(lambda: line.hasFocus() and line.selectedText() == "qwertz")
    assert "doesn't know" in painter.status and told == ["class.unknown"]
    line.deselect()
    test.keyClick(line, Qt.Key.Key_Return)
    # Without a window manager the popup of suggestions, though hidden, became the active window.
    painter.docker.activateWindow()
    until(lambda: line.hasFocus() and line.selectedText() == "qwertz")
    assert len(told) == 2, "who tries again is told again"
    test.keyClicks(line, "owl")
    test.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "owl" and not line.hasFocus()


def test_a_preset_chosen_after_typing_is_what_counts(painter: Painter) -> None:
    type_only(painter, "dream_of", "owl")
    painter.click("preset_swirls")
    assert painter.widget("dream_of").text() == ""
    painter.click("dream")
    assert dreamed(painter) == [] and painter.host.placed[-1].name == "Swirls"


def test_a_slider_moved_after_typing_is_of_the_thing(painter: Painter) -> None:
    type_only(painter, "dream_of", "owl")
    painter.choice.nudge({"size": 21})
    painter.click("dream")
    assert dreamed(painter) == ["owl"] and painter.choice.settings.size == 21
    assert painter.widget("dream_of").text() == "owl"


def test_a_line_that_is_emptied_lets_the_thing_go(painter: Painter) -> None:
    painter.click("preset_swirls")
    painter.type_into("dream_of", "owl")
    assert painter.choice.name == "Owl"
    type_only(painter, "dream_of", "")
    painter.click("dream")
    assert dreamed(painter) == [] and painter.host.placed[-1].name == "Swirls"


def test_leaving_the_line_takes_what_is_typed(painter: Painter) -> None:
    type_only(painter, "dream_of", "owl")
    # A click elsewhere closes the suggestions first.
    field = painter.widget("dream_of")
    field.completer().popup().hide()
    until(field.hasFocus)
    field.clearFocus()
    assert painter.choice.name == "Owl" and not painter.widget("preset_animals").isChecked()


def test_the_same_word_again_keeps_what_was_nudged(painter: Painter) -> None:
    painter.type_into("dream_of", "owl")
    painter.choice.nudge({"size": 21})
    painter.type_into("dream_of", "owl")
    assert painter.choice.settings.size == 21


def test_one_more_thing_names_the_dream_and_unmarks_the_preset(painter: Painter) -> None:
    painter.click("more")
    painter.type_into("also", "castle")
    assert painter.choice.name == "Animals + castle" and painter.choice.preset == ""
    assert not painter.widget("preset_animals").isChecked()
    painter.type_into("also", "cat and dog")
    assert painter.choice.name == "Animals + castle + cat + dog"
    painter.choice.nudge({"objective": "b10"})
    assert painter.widget("preset_animals").isChecked() and painter.choice.name == "Animals"


def test_one_more_thing_doesnt_throw_away_what_was_typed(painter: Painter) -> None:
    painter.click("more")
    type_only(painter, "dream_of", "no such thing")
    before = painter.choice.settings.objective
    painter.widget("also").setText("castle")
    painter.widget("also").returnPressed.emit()
    assert painter.choice.typed == "no such thing" and painter.choice.settings.objective == before
    assert "doesn't know" in painter.status
    type_only(painter, "dream_of", "owl")
    painter.widget("also").returnPressed.emit()
    assert painter.choice.things == ["owl", "castle"]


NAMES = {
    "b10": "Animals",
    "b9": "Eyes",
    "b0": "Fine grain and short strokes",
    "b10 + class:castle": "Animals + castle",
    "b10 - class:castle": "Animals − castle",
    "class:owl + 0.2*b14": "Owl",
    "class:484": "Catamaran",
    "b9 + b4": "Eyes + Woodcut",
    "guide:b6=photo": "Towards “Holiday”",
    "b10@photo": "Animals",
    'class:"three-toed sloth"@photo': "Three-toed sloth",
    "-class:owl": "−owl",
}


@pytest.mark.parametrize(("objective", "name"), NAMES.items())
def test_a_dream_is_called_what_it_is_of(tmp_path: Any, objective: str, name: str) -> None:
    choice = Choice(Store(tmp_path))
    choice.named_pictures = {"photo": NamedPicture("photo", "Holiday")}
    choice.nudge({"objective": objective})
    assert choice.name == choice.request.name == name


def test_a_dream_of_channels_is_called_what_is_seen_in_them(tmp_path: Any) -> None:
    choice = Choice(Store(tmp_path))
    choice.nudge({"objective": "b10[5,9*0.5]"})
    first = choice.name
    assert first and "b10" not in first and "Animals" not in first
    choice.nudge({"objective": "b10[0-60]"})
    assert len(choice.name) <= LONGEST


def test_the_settings_of_a_layer_bring_their_preset_back_whatever_the_layer_is_called(tmp_path: Any) -> None:
    choice = Choice(Store(tmp_path))
    choice.take("Swirls 2 · Background", presets.PRESETS["Swirls"].settings.replace({"seed": 9}))
    assert choice.preset == choice.name == "Swirls"
    choice.take("Owl 3", presets.of_thing("owl", choice.settings))
    assert choice.preset == "" and choice.name == "Owl"
    assert Choice(Store(tmp_path)).name == "Animals"
    choice.remember()
    again = Choice(Store(tmp_path))
    assert (again.preset, again.name, again.settings) == ("", "Owl", choice.settings)


def test_a_long_paste_takes_no_time(painter: Painter) -> None:
    field = painter.widget("dream_of")
    field.setFocus()
    assert until(lambda: field.insert("cat " * 100_000) or True) < 5
    assert len(field.text()) <= 200


def test_suggestions_never_lie_over_dream(painter: Painter) -> None:
    """They did in a low docker, and a click meant for *Dream* chose a great gray owl."""
    from krita_deepdream.qt import QtCore

    painter.docker.move(40, 400)
    type_only(painter, "dream_of", "owl")
    popup, button = painter.widget("dream_of").completer().popup(), painter.widget("dream")
    until(popup.isVisible)
    line = painter.widget("dream_of").mapToGlobal(QtCore.QPoint(0, 0))
    until(lambda: popup.geometry().bottom() < line.y())
    type_only(painter, "dream_of", "owls")
    until(lambda: popup.geometry().bottom() < line.y() < button.mapToGlobal(QtCore.QPoint(0, 0)).y())


@pytest.mark.parametrize("button", ["dream", "preset_temples"])
def test_one_click_beside_the_suggestions_is_enough(painter: Painter, button: str) -> None:
    """Qt's popup swallows the press that closes it."""
    from krita_deepdream.qt import QtCore

    type_only(painter, "dream_of", "owl")
    popup = painter.widget("dream_of").completer().popup()
    until(popup.isVisible)
    below = painter.widget(button)
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    place = popup.mapFromGlobal(below.mapToGlobal(QtCore.QPoint(below.width() // 2, below.height() // 2)))
    assert not popup.rect().contains(place)
    test.mouseClick(popup, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    until(lambda: not popup.isVisible())
    if button == "dream":
        assert dreamed(painter) == ["owl"]
    else:
        until(lambda: painter.choice.preset == "Temples")


def test_live_isnt_switched_on_by_a_word_that_it_doesnt_know(painter: Painter) -> None:
    switched: list[bool] = []
    (live,) = {box._live for box in painter.panel.findChildren(DreamBox)}
    live.switch, switch = (lambda on: (switched.append(on), switch(on))), live.switch
    type_only(painter, "dream_of", "mermaid")
    painter.click("live")
    assert "doesn't know" in painter.status and not painter.widget("live").isChecked()
    assert True not in switched


def test_a_layer_has_a_presets_name_on_that_presets_network_only() -> None:
    chosen = presets.PRESETS["Animals"].settings
    assert dream_name(chosen, None, {}) == "Animals"
    assert dream_name(chosen.replace({"network": "efficientnet_lite1"}), None, {}) != "Animals"
