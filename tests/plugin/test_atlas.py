"""The atlas in the docker: browsed, searched, picked with weights; missing sheets are rendered by the worker."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from krita_deepdream.atlas_dialog import AtlasDialog
from krita_deepdream.atlas_view import Channel, objective
from krita_deepdream.core import atlas_sheets, classes, objective_text

from .conftest import BINDING, Painter, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Iterator[Painter]:
    made = paint(scripted("good"))
    made.click("atlas")
    made.panel = made.docker.findChildren(AtlasDialog)[0]
    until(made.panel.isVisible)
    yield made


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


def search(painter: Painter, text: str) -> None:
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    from krita_deepdream.qt import Qt

    line = painter.widget("atlas_search")
    test.keyClicks(line, text)
    test.keyClick(line, Qt.Key.Key_Return)


def shown(painter: Painter) -> list[Channel]:
    from krita_deepdream.qt import Qt

    view = painter.widget("atlas_view")
    return [Channel(*view.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(view.count())]


def test_it_opens_with_the_layer_that_is_dreamed(painter: Painter) -> None:
    assert shown(painter) == [Channel("b10", number) for number in range(112)]
    assert not painter.widget("atlas_view").item(3).icon().isNull()
    assert not painter.widget("atlas_take").isEnabled() and not painter.widget("atlas_render").isVisible()


def test_what_is_picked_with_its_weight_becomes_the_objective(painter: Painter) -> None:
    assert pick(painter, 5) == Channel("b10", 5)
    assert classes.class_name(atlas_sheets.sheets("efficientnet_lite0")["b10"].classes[5][0]) in (
        painter.widget("atlas_words").text())
    pick(painter, 7)
    pick(painter, 9)
    pick(painter, 7)
    painter.widget("atlas_weight_b10_9").setValue(0.5)
    painter.click("atlas_take")
    assert painter.choice.settings.objective == "b10[5,9*0.5]"
    assert not painter.docker.findChildren(AtlasDialog) or not painter.panel.isVisible()


def test_searching_finds_channels_of_all_layers(painter: Painter) -> None:
    search(painter, "dog")
    found = shown(painter)
    assert len({channel.layer for channel in found}) > 1
    wanted = set(classes.class_index("dog"))
    for channel in found:
        assert wanted & set(atlas_sheets.sheets("efficientnet_lite0")[channel.layer].classes[channel.number])
    first = pick(painter, 0)
    painter.click("atlas_take")
    assert painter.choice.settings.objective == f"{first.layer}[{first.number}]"


def test_what_no_channel_sees_is_said(painter: Painter) -> None:
    search(painter, "no such thing")
    assert "no class called" in painter.widget("atlas_words").text()


def test_a_layer_without_pictures_is_rendered_if_asked(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    there: dict[str, Any] = {}
    monkeypatch.setattr(atlas_sheets, "sheets", lambda network: there)
    painter.panel._show_layer("b3")
    assert painter.widget("atlas_view").count() == 0
    asked: list[Any] = []
    monkeypatch.setattr(painter.session, "ask", lambda request, told: asked.append((request, told)))
    painter.click("atlas_render")
    request, told = asked[0]
    assert (request.network, request.layer) == ("efficientnet_lite0", "b3")
    assert painter.widget("atlas_progress").isVisible()
    from krita_deepdream.core import wire

    monkeypatch.undo()
    told(wire.Sheet(1, "efficientnet_lite0", "b3"))
    assert painter.widget("atlas_view").count() == 40 and not painter.widget("atlas_progress").isVisible()


def test_objectives_of_picks_can_be_read_again() -> None:
    text = objective({Channel("b8", 3): 1.0, Channel("b10", 4): -0.5, Channel("b8", 9): 2.0})
    assert text == "b8[3,9*2] + b10[4*-0.5]"
    assert [term.channels for term in objective_text.parse(text)] == [((3, 1.0), (9, 2.0)), ((4, -0.5),)]
