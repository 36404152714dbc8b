"""The atlas in the docker: browsed, searched, picked with weights; missing sheets are rendered by the worker."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from krita_deepdream.atlas.atlas_dialog import AtlasDialog
from krita_deepdream.choices.atlas_picks import Channel, objective
from krita_deepdream.core import atlas_sheets, classes, errors, presets, syntax, wire

from .conftest import BINDING, Painter, delete_what_is_due, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Iterator[Painter]:
    made = paint(scripted("good"))
    opened(made)
    yield made


def opened(painter: Painter, dreamed: str = "") -> None:
    """Open the atlas, with another objective if one is named."""
    if dreamed:
        painter.choice.nudge({"objective": dreamed})
    painter.panel = painter.docker
    painter.click("atlas")
    painter.panel = painter.docker.findChildren(AtlasDialog)[-1]
    until(painter.panel.isVisible)


def pick(painter: Painter, row: int) -> Channel:
    """Click on a picture, scrolled into sight."""
    from krita_deepdream.qt import Qt

    view = painter.widget("atlas_view")
    item = view.item(row)
    view.scrollToItem(item)
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    place = view.visualItemRect(item).center()
    test.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    return Channel(*item.data(Qt.ItemDataRole.UserRole))


def shown(painter: Painter) -> list[Channel]:
    from krita_deepdream.qt import Qt

    view = painter.widget("atlas_view")
    return [Channel(*view.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(view.count())]


def test_it_opens_with_the_layer_that_is_dreamed(painter: Painter) -> None:
    assert shown(painter) == [Channel("b10", number) for number in range(112)]
    assert not painter.widget("atlas_view").item(3).icon().isNull()
    assert not painter.widget("atlas_take").isEnabled() and not painter.widget("atlas_render").isVisible()


def test_a_first_pick_covers_no_picture(painter: Painter) -> None:
    view = painter.widget("atlas_view")
    height = view.height()
    pick(painter, 5)
    delete_what_is_due()
    until(lambda: painter.widget("atlas_weight_b10_5").isVisible())
    assert view.height() == height


def test_without_a_pick_there_is_nothing_to_use_unless_one_is_let_go(painter: Painter) -> None:
    opened(painter, "class:castle")
    assert painter.widget("atlas_keep").isChecked() and not painter.widget("atlas_take").isEnabled()
    opened(painter, "class:castle + b10[5]")
    painter.click("atlas_less_b10_5")
    painter.click("atlas_take")
    assert painter.choice.settings.objective == "class:castle"


def test_what_is_picked_with_its_weight_becomes_the_objective(painter: Painter) -> None:
    assert pick(painter, 5) == Channel("b10", 5)
    assert classes.class_name(atlas_sheets.sheets("efficientnet_lite0")["b10"].classes[5][0]) in (
        painter.widget("atlas_words").text()
    )
    pick(painter, 7)
    pick(painter, 9)
    pick(painter, 7)
    painter.widget("atlas_weight_b10_9").setValue(0.5)
    painter.click("atlas_take")
    assert painter.choice.settings.objective == "b10[5,9*0.5]"
    assert not painter.docker.findChildren(AtlasDialog) or not painter.panel.isVisible()


def marked(painter: Painter) -> list[str]:
    from krita_deepdream.qt import Qt

    items = painter.widget("atlas_view").selectedItems()
    return sorted("{} · {}".format(*item.data(Qt.ItemDataRole.UserRole)) for item in items)


def test_it_opens_with_what_is_dreamed_picked_and_weighed(painter: Painter) -> None:
    opened(painter, "class:owl + 2*b8[3,7*-0.5] + b10[5]")
    assert marked(painter) == ["b8 · 3", "b8 · 7"]
    assert painter.widget("atlas_weight_b8_3").value() == 2 and painter.widget("atlas_weight_b8_7").value() == -1
    assert painter.widget("atlas_weight_b10_5").value() == 1
    painter.click("atlas_less_b8_3")
    assert marked(painter) == ["b8 · 7"]
    painter.click("atlas_take")
    assert painter.choice.settings.objective == "class:owl + b8[7*-1] + b10[5]"


@pytest.mark.parametrize(
    "other",
    [
        "class:castle@hill",
        "guide:b6=photo",
        "b8",
        "b8[3]@hill",
        "b8[3](0.5,0.25)",
        "b8[strongest 5]",
        "b8[3]:square",
    ],
)
def test_picking_keeps_all_that_the_atlas_has_no_picture_for(painter: Painter, other: str) -> None:
    opened(painter, f"{other} + b10[5]")
    assert painter.widget("atlas_keep").isChecked() == (other != "b8")
    painter.widget("atlas_keep").setChecked(True)
    pick(painter, 7)
    painter.click("atlas_take")
    assert painter.choice.settings.objective == f"{other} + b10[5,7]"


def test_what_else_grows_is_told_and_can_be_left(painter: Painter) -> None:
    opened(painter, "class:castle@hill + b10[5]")
    assert painter.widget("atlas_others").text() == "castle, where “hill” is light"
    painter.click("atlas_keep", 0.05)
    painter.click("atlas_take")
    assert painter.choice.settings.objective == "b10[5]"


def test_the_layer_of_a_preset_gives_way_to_what_is_picked(painter: Painter) -> None:
    opened(painter, "b8")
    assert marked(painter) == [] and not painter.widget("atlas_take").isEnabled()
    pick(painter, 3)
    painter.click("atlas_take")
    assert painter.choice.settings.objective == "b8[3]"


def test_what_was_not_touched_stays_as_it_was_written(painter: Painter) -> None:
    opened(painter, "b10[5] + class:owl + b10[7]")
    painter.click("atlas_take")
    assert painter.choice.settings.objective == "b10[5] + class:owl + b10[7]"


def test_another_network_closes_it(painter: Painter) -> None:
    painter.choice.nudge({"network": "inception_v3", "objective": "mixed5"})
    assert not painter.panel.isVisible()


def test_searching_finds_channels_of_all_layers(painter: Painter) -> None:
    opened(painter, "class:owl + b10[5]")
    painter.type_into("atlas_search", "dog")
    assert painter.panel.isVisible(), "Enter is the line's, not the dialog's"
    found = shown(painter)
    assert len({channel.layer for channel in found}) > 1
    wanted = set(classes.class_index("dog"))
    for channel in found:
        assert wanted & set(atlas_sheets.sheets("efficientnet_lite0")[channel.layer].classes[channel.number])
    first = pick(painter, 0)
    painter.click("atlas_take")
    assert painter.choice.settings.objective == f"class:owl + b10[5] + {first.layer}[{first.number}]"


@pytest.mark.parametrize("text", ["tower", "Tower", "lighthouse", "boat", "cow", "bell tower", "whale", "piano"])
def test_what_no_picture_shows_is_answered_by_its_kind(painter: Painter, text: str) -> None:
    painter.type_into("atlas_search", text)
    words = painter.widget("atlas_words").text()
    assert shown(painter) and f"No picture shows “{text}”;" in words


def test_the_search_fields_own_examples_find_something(painter: Painter) -> None:
    examples = painter.widget("atlas_search").placeholderText().partition(": ")[2].strip("…").split(", ")
    assert len(examples) == 3
    for text in examples:
        painter.type_into("atlas_search", text)
        assert shown(painter) and "No picture" not in painter.widget("atlas_words").text()


def test_pictures_are_called_after_what_is_seen_in_them(painter: Painter) -> None:
    view = painter.widget("atlas_view")
    names = [view.item(row).text() for row in range(view.count())]
    first = atlas_sheets.sheets("efficientnet_lite0")["b10"].classes
    assert names == [classes.class_name(read[0]) for read in first] and not any("·" in name for name in names)


def test_a_dream_of_what_was_picked_is_called_after_it(painter: Painter) -> None:
    painter.choice.take("Owl", presets.of_thing("owl", painter.choice.settings))
    opened(painter)
    painter.widget("atlas_keep").setChecked(False)
    channel = pick(painter, 5)
    painter.click("atlas_take")
    word = classes.class_name(atlas_sheets.sheets("efficientnet_lite0")[channel.layer].classes[channel.number][0])
    assert painter.choice.name.lower() == word.lower()
    painter.panel = painter.docker
    assert painter.widget("dream_of").text() == ""


def test_what_no_channel_sees_is_said(painter: Painter) -> None:
    painter.type_into("atlas_search", "no such thing")
    assert "doesn't know" in painter.widget("atlas_words").text()


def test_a_layer_without_pictures_is_rendered_if_asked(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    there: dict[str, Any] = {}
    monkeypatch.setattr(atlas_sheets, "sheets", lambda network: there)
    painter.panel._show_layer("b3")
    assert painter.widget("atlas_view").count() == 0
    painter.session.wake()
    # As long and as much as the scripted worker says of three dreams of 448 px with 14 steps.
    until(lambda: "rendering them takes about 31 min, 0.1 GB." in painter.widget("atlas_words").text())
    asked: list[Any] = []
    monkeypatch.setattr(painter.session.queue, "add_side_task", lambda request, told: asked.append((request, told)))
    painter.click("atlas_render")
    request, told = asked[0]
    assert (request.network, request.layer) == ("efficientnet_lite0", "b3")
    assert painter.widget("atlas_progress").isVisible()
    dropped: list[Any] = []
    monkeypatch.setattr(painter.session.queue, "drop", dropped.append)
    painter.click("atlas_stop")
    assert dropped == [told] and painter.widget("atlas_render").isVisible()
    assert not painter.widget("atlas_progress").isVisible() and "kept" in painter.widget("atlas_words").text()
    painter.click("atlas_render")
    monkeypatch.undo()
    told(wire.Sheet(1, "efficientnet_lite0", "b3"))
    assert painter.widget("atlas_view").count() == 40 and not painter.widget("atlas_progress").isVisible()


def test_what_is_said_is_not_covered_by_what_rendering_costs(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas = painter.panel
    monkeypatch.setattr(atlas_sheets, "sheets", lambda network: {})
    monkeypatch.setattr(painter.session.queue, "add_side_task", lambda *_what: None)
    monkeypatch.setattr(painter.session.forecast, "of_sheet", lambda *_what: "a day")
    for act in (
        lambda: painter.type_into("atlas_search", "owl"),
        lambda: painter.click("atlas_render") or painter.click("atlas_stop"),
        lambda: painter.click("atlas_render") or atlas._tell_cost(),
        atlas._tell_cost,
    ):
        atlas._show_layer("b3")
        assert atlas._asking.isActive()
        act()
        assert not atlas._asking.isActive()
    assert "a day" in painter.widget("atlas_words").text()


def test_a_sheet_that_comes_to_nothing_is_told(painter: Painter) -> None:
    painter.panel._told(wire.failure(1, errors.DreamError("memory.gone")))
    assert painter.session.failed and painter.widget("atlas_words").text() == painter.session.sentence


def test_objectives_of_picks_can_be_read_again() -> None:
    text = objective((), {Channel("b8", 3): 1.0, Channel("b10", 4): -0.5, Channel("b8", 9): 2.0})
    assert text == "b8[3,9*2] + b10[4*-0.5]"
    assert [term.channels for term in syntax.parse(text)] == [((3, 1.0), (9, 2.0)), ((4, -0.5),)]
