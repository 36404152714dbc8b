"""The settings' widgets: what they show is what will be dreamed, and what a person does to them becomes it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from krita_deepdream.core import catalogue, dream_settings, presets
from krita_deepdream.jobs.document_data import Destination, Source, SourceSelection, StoredRecipe
from krita_deepdream.qt import QAction, Qt, QtWidgets
from krita_deepdream.widgets.depth import depths
from krita_deepdream.widgets.setting_widgets import WIDE, widget_for

from .conftest import BINDING, Painter, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Painter:
    return paint(scripted("good"))


def write(widget: Any, text: str) -> None:
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    widget.setFocus()
    widget.selectAll()
    test.keyClicks(widget, text)
    test.keyClick(widget, Qt.Key.Key_Return)


@pytest.mark.parametrize("spec", dream_settings.SPECS.values(), ids=lambda spec: spec.name)
def test_every_setting_has_a_widget_that_keeps_its_values(spec: dream_settings.Spec) -> None:
    widget = widget_for(spec)
    values = [spec.default, *spec.words, *spec.choices]
    values += [spec.low, spec.high, (spec.low + spec.high) // 2] if spec.value_type in (int, float) else []
    for value in values:
        widget.set_value(spec.check(value))
        assert widget.value() == pytest.approx(value) if not isinstance(value, str) else widget.value() == value
        assert spec.check(widget.value()) == widget.value()
    for slider in widget.findChildren(QtWidgets.QSlider):
        assert slider.maximum() <= WIDE, "a press of a key moves it by a step that is seen"


def test_a_preset_is_taken_with_all_its_settings(painter: Painter) -> None:
    painter.click("preset_dots")
    assert painter.choice.settings == presets.PRESETS["Dots"].settings
    assert painter.widget("preset_dots").isChecked() and not painter.widget("preset_animals").isChecked()
    assert painter.widget("size_number").value() == presets.PRESETS["Dots"].settings.size


def test_depth_walks_the_layers_from_first_to_last(painter: Painter) -> None:
    layers = depths(painter.choice.settings.network)
    painter.click("depth", 0.0)
    assert painter.choice.settings.objective == layers[0].name
    assert painter.widget("depth_words").text() == layers[0].looks_like
    painter.click("depth", 1.0)
    assert painter.choice.settings.objective == layers[-1].name


def test_how_far_gives_small_numbers_the_most_room(painter: Painter) -> None:
    painter.click("steps", 0.5)
    assert 30 < painter.choice.settings.steps < 100
    painter.click("steps", 1.0)
    assert painter.choice.settings.steps == dream_settings.SPECS["steps"].high


def test_typed_numbers_give_the_keyboard_back(painter: Painter) -> None:
    box = painter.widget("size_number")
    write(box, "33")
    assert painter.choice.settings.size == 33 and not box.hasFocus()


def test_more_unfolds(painter: Painter) -> None:
    assert not painter.widget("seed_number").isVisible()
    painter.click("more")
    assert painter.widget("seed_number").isVisible()


def test_dream_of_a_castle(painter: Painter) -> None:
    assert painter.widget("dream_of").isVisible()
    write(painter.widget("dream_of"), "castle")
    assert painter.choice.settings == presets.of_thing("castle", painter.choice.settings)
    assert painter.choice.request.name == "Castle" and painter.widget("depth_words").text() == "castle"
    before = painter.choice.settings
    write(painter.widget("dream_of"), "no such thing")
    until(lambda: "doesn't know" in painter.status)
    assert painter.choice.settings == before
    painter.click("preset_woodcut")
    assert painter.widget("dream_of").text() == ""


def test_channels_of_the_layer(painter: Painter) -> None:
    painter.click("more")
    write(painter.widget("channels"), "3,7")
    assert painter.choice.settings.objective == "b10[3,7]"
    assert painter.widget("channels").text() == "3,7"
    assert painter.widget("objective").text() == "b10[3,7]"
    for objective in ("b10", "class:owl", "b10[3] + b8[4]"):
        painter.choice.nudge({"objective": objective})
        assert painter.widget("channels").text() == ""


def test_an_objective_that_cannot_be_is_told_and_not_taken(painter: Painter) -> None:
    painter.click("more")
    for text, words in (("b10[", "can't be read"), ("b99", "no layer called")):
        write(painter.widget("objective"), text)
        assert words in painter.status
        assert painter.widget("objective").text() == painter.choice.settings.objective == "b10"


def test_the_die_throws_another_seed(painter: Painter) -> None:
    painter.click("more")
    seeds = set()
    for _ in range(5):
        painter.click("die")
        seeds.add(painter.choice.settings.seed)
    assert len(seeds) > 2 and painter.widget("seed_number").value() == painter.choice.settings.seed


def test_only_layers_of_the_network_are_offered(painter: Painter) -> None:
    box = painter.widget("layer")
    offered = {box.itemData(index) for index in range(box.count())}
    known = {layer.name for layer in catalogue.network(painter.choice.settings.network).layers}
    assert offered and offered <= known


def test_what_is_dreamed_and_where_it_goes_are_chosen(painter: Painter) -> None:
    painter.click("more")
    painter.choose("source", "All Layers")
    painter.choose("result", "Replace layer")
    painter.click("dream")
    until(lambda: painter.host.placed)
    assert painter.host.source is Source.ALL_LAYERS and painter.host.placed[0].destination is Destination.REPLACE


def test_color_labels_are_pressed_in_and_out(painter: Painter) -> None:
    painter.click("more")
    assert not painter.widget("label_3").isVisible()
    painter.choose("source", "Color Labeled Layers")
    painter.click("label_3")
    painter.click("label_6")
    assert painter.choice.request.labels == {3, 6} and painter.widget("aim").text().endswith("labeled Yellow, Red")
    painter.click("label_3")
    assert painter.choice.request.labels == {6}


def test_settings_of_a_dreamed_layer_are_taken_from_its_recipe(painter: Painter) -> None:
    chosen = presets.PRESETS["Woodcut"].settings.replace({"seed": 99})
    action = painter.widget("preset_menu").findChild(QAction, "deepdream_preset_active")
    action.trigger()
    assert "no recipe" in painter.status
    painter.host.active_recipe = StoredRecipe("My Woodcut", {"settings": chosen.to_dict()}, None)
    action.trigger()
    assert painter.choice.settings == chosen and painter.choice.preset == "Woodcut"


def test_an_active_dream_is_dreamed_again_with_another_seed_at_the_same_place(painter: Painter) -> None:
    chosen = presets.PRESETS["Woodcut"].settings.replace({"seed": 99_999})
    asked = SourceSelection(Source.LABELED_LAYERS, frozenset({3}), "{node}", (1, 2, 3, 4), b"")
    action = painter.widget("preset_menu").findChild(QAction, "deepdream_dream_again")
    painter.host.active_recipe = StoredRecipe("My Woodcut", {"settings": chosen.to_dict()}, None)
    action.trigger()
    assert "no longer exists" in painter.status
    painter.host.active_recipe = StoredRecipe(
        "My Woodcut", {"settings": chosen.to_dict(), "pictures": {"a": "0"}}, asked
    )
    action.trigger()
    assert "other pictures" in painter.status
    own = {"mask": "0", "backdrop": "0"}
    painter.host.active_recipe = StoredRecipe("My Woodcut", {"settings": chosen.to_dict(), "pictures": own}, asked)
    action.trigger()
    until(lambda: painter.host.placed)
    order = painter.host.requests[-1]
    assert (order.again, order.source, order.labels) == (asked, asked.source, asked.labels)
    assert order.name == "My Woodcut" and order.settings.seed != 99_999
    assert order.settings == chosen.replace({"seed": order.settings.seed})
    assert painter.choice.settings != order.settings, "the docker's own settings stay"


def test_fine_tuning_has_the_rest_of_the_settings(painter: Painter) -> None:
    painter.click("more")
    painter.click("fine_tuning")
    names = {widget.objectName() for widget in painter.panel.findChildren(QtWidgets.QWidget)}
    shown = {name for name in dream_settings.SPECS if {f"deepdream_{name}", f"deepdream_{name}_number"} & names}
    assert shown == set(dream_settings.SPECS) - {"threads"}, "the worker takes its cores once: see the Help menu"
    write(painter.widget("jitter_number"), "64")
    assert painter.choice.settings.jitter == 64
