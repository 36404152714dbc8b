"""The window with variations: nine small dreams fill one by one, a click enlarges, *Use* dreams that very recipe."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deepdream_core.settings import octaves
from krita_deepdream.choices import variants as near
from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.depths import depths
from krita_deepdream.choices.store import Store
from krita_deepdream.choices.variants import COUNT, Near, surprise, variants
from krita_deepdream.core import atlas_sheets, errors, presets, syntax, wire
from krita_deepdream.qt import Qt, QtWidgets, alive
from krita_deepdream.variations.variations_dialog import NEAR, TILE_SIZES, VariationsDialog

from .conftest import BINDING, Painter, remembered, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the worker is asked for, in that order."""
    from krita_deepdream.worker.client import Client

    messages: list[Any] = []
    send = Client.send
    monkeypatch.setattr(Client, "send", lambda self, message: (messages.append(message), send(self, message))[1])
    return messages


@pytest.fixture
def painter(paint: Paint, sent: list[Any]) -> Iterator[Painter]:
    made = paint(scripted("quick"))
    made.click("variations_open")
    made.panel = next(
        each
        for each in QtWidgets.QApplication.topLevelWidgets()
        if isinstance(each, VariationsDialog) and each.isVisible()
    )
    yield made
    if alive(made.panel):
        made.panel.close()


def sketches(sent: list[Any]) -> list[wire.Dream]:
    return [each for each in sent if isinstance(each, wire.Dream)]


def rested(painter: Painter) -> None:
    until(lambda: painter.widget("variations_words").text() == "" and not painter.panel._sketching.at_work)


def image_of(painter: Painter, index: int) -> Any:
    return painter.widget(f"variation_{index}").icon().pixmap(144, 112).toImage()


def test_all_are_sketched_coarsely_first(painter: Painter, sent: list[Any]) -> None:
    until(lambda: len(sketches(sent)) == 2 * COUNT)
    seeds = [each.settings["seed"] for each in sketches(sent)]
    assert seeds[0] == painter.choice.settings.seed and len(set(seeds[:COUNT])) == COUNT
    assert seeds[COUNT:] == seeds[:COUNT]
    rested(painter)
    assert not painter.host.placed and image_of(painter, 8).pixelColor(72, 56).rgb() != 0xFF808080


def test_a_click_enlarges_and_use_dreams_what_the_tile_shows(painter: Painter, sent: list[Any]) -> None:
    painter.click("variation_4")
    assert painter.widget("variations_name").text() == painter.widget("variation_4").accessibleName()
    until(lambda: not painter.widget("variations_large").image.isNull())
    rested(painter)
    name = painter.widget("variation_4").accessibleName()
    tile = next(each for each in sketches(sent) if name == f"Seed {each.settings['seed']}")
    painter.click("variations_use")
    assert not painter.panel.isVisible()
    until(lambda: painter.host.placed)
    dreamed = painter.host.placed[0].recipe["settings"]
    assert {**tile.settings, "working_size": ""} == {**dreamed, "working_size": ""}
    assert dreamed["working_size"] == painter.choice.settings.working_size
    assert painter.choice.settings.to_dict() == dreamed and remembered(painter)


@pytest.mark.parametrize("near", [Near.DEPTHS, Near.CHANNELS, Near.PRESETS, Near.SURPRISES])
def test_each_kind_has_nine_and_others_when_that_is_pressed(painter: Painter, near: Near) -> None:
    painter.choose("variations_near", NEAR[near])
    painter.widget("variations_near").activated.emit(list(NEAR).index(near))
    first = [painter.widget(f"variation_{index}").accessibleName() for index in range(COUNT)]
    assert all(first)
    painter.click("variations_more")
    assert first != [painter.widget(f"variation_{index}").accessibleName() for index in range(COUNT)]


def test_what_varies_next_goes_on_from_the_variation_that_is_chosen(painter: Painter, sent: list[Any]) -> None:
    painter.choose_at_once("variations_near", NEAR[Near.DEPTHS])
    rested(painter)
    painter.click("variation_0")
    chosen = painter.panel._variants[0]
    assert chosen.settings.objective != painter.choice.settings.objective
    painter.choose_at_once("variations_near", NEAR[Near.SEEDS])
    before = len(sketches(sent))
    until(lambda: len(sketches(sent)) >= before + COUNT)
    assert {each.settings["objective"] for each in sketches(sent)[before:]} == {chosen.settings.objective}
    assert painter.panel.windowTitle().endswith(chosen.name) and not painter.host.placed


def test_it_rests_while_something_is_dreamed_and_goes_on_then(painter: Painter, sent: list[Any]) -> None:
    until(lambda: len(sketches(sent)) >= 3)
    painter.session.dream(painter.choice.request)
    until(lambda: painter.host.placed)
    rested(painter)
    assert len(sketches(sent)) == 2 * COUNT + 1 + 1, "the one that was given up comes again, and the dream"
    assert all(image_of(painter, index).pixelColor(72, 56).rgb() != 0xFF808080 for index in range(COUNT))


def test_arrow_keys_walk_through_the_grid(painter: Painter) -> None:
    import importlib

    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    first = painter.widget("variation_0")
    first.setFocus()
    painter.panel.activateWindow()
    QtWidgets.QApplication.processEvents()
    test.keyClick(first, Qt.Key.Key_Right)
    assert painter.widget("variation_1").isChecked() or painter.widget("variation_1").hasFocus()


def test_closed_it_asks_for_nothing_more(painter: Painter, sent: list[Any]) -> None:
    until(lambda: sketches(sent))
    painter.click("variations_close")
    until(lambda: painter.session.queue.current is None and not painter.session.queue.awaits_cancel)
    asked = len(sketches(sent))
    until(lambda: True)
    assert len(sketches(sent)) == asked and not painter.session.queue.jobs


def test_a_starred_variation_is_a_favourite_that_is_there_next_time(painter: Painter, tmp_path: Path) -> None:
    rested(painter)
    painter.click("variation_2")
    seed = painter.panel._variants[2].settings.seed
    painter.click("variations_star")
    assert painter.choice.favourites == ["Animals 2"]
    assert painter.docker.findChild(QtWidgets.QToolButton, "deepdream_preset_animals_2") is not None
    painter.click("variation_3")
    assert not painter.widget("variations_star").isChecked()
    painter.choice.remember()
    again = Choice(Store(tmp_path))
    assert again.favourites == ["Animals 2"]
    (favourite,) = variants(Near.FAVOURITES, again, again.settings, 0, random.Random(1))
    assert (favourite.preset, favourite.settings.seed) == ("Animals 2", seed)
    again.drop_preset("Animals 2")
    assert not again.favourites


def test_without_favourites_it_says_how_to_get_some(painter: Painter) -> None:
    painter.widget("variations_near").setCurrentIndex(list(NEAR).index(Near.FAVOURITES))
    painter.widget("variations_near").activated.emit(list(NEAR).index(Near.FAVOURITES))
    assert "No favourites yet" in painter.widget("variations_words").text()
    assert not painter.widget("variation_0").isEnabled() and not painter.widget("variations_use").isEnabled()


def test_of_others_nothing_is_shown_until_it_is_sketched(painter: Painter) -> None:
    until(lambda: 0 in painter.panel._images)
    painter.click("variations_more")
    painter.click("variation_0")
    assert painter.widget("variations_large").image.isNull()
    until(lambda: painter.panel._sketching.at_work)
    painter.choose_at_once("variations_near", NEAR[Near.FAVOURITES])
    assert not painter.panel._sketching.at_work, "there are no favourites to sketch"


def test_favourites_that_were_dreamed_last_come_first_the_next_time(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    for name in ("Surf", "Coral"):
        choice.set_favourite(name, wanted=True)
    listed: list[bool] = []
    choice.listed.connect(lambda: listed.append(True))
    choice.take_preset("Surf")
    choice.used()
    assert choice.favourites == ["Surf", "Coral"] and not listed
    assert [each.name for each in variants(Near.FAVOURITES, choice, choice.settings, 0, random.Random(1))] == [
        "Surf",
        "Coral",
    ]


def test_the_menu_stars_what_is_chosen_and_surprises(paint: Paint) -> None:
    painter = paint(scripted("quick"))
    painter.menu_entry("preset_menu", "Favourite").trigger()
    assert painter.choice.favourites == ["Animals"]
    assert painter.menu_entry("preset_menu", "Favourite").isChecked()
    before = painter.choice.settings
    painter.menu_entry("preset_menu", "Surprise Me").trigger()
    assert painter.choice.settings != before
    painter.choice.take_preset("Animals")
    painter.menu_entry("preset_menu", "Favourite").trigger()
    assert not painter.choice.favourites


def test_surprises_are_in_good_taste() -> None:
    die = random.Random(5)
    found = [surprise(die) for _ in range(100)]
    assert len({each.settings.objective for each in found}) > 30
    for each in found:
        assert 8 <= float(each.settings.size) <= 80 and each.settings.natural_colours >= 40
        assert any(
            syntax.parse(each.settings.objective)[: len(terms)] == terms
            for terms in (syntax.parse(preset.settings.objective) for preset in presets.PRESETS.values())
        )


def test_what_is_near_lies_around_it_and_further_rounds_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for middle, first in ((0, 0), (4, 0), (10, 6), (15, 11), (19, 11)):
        assert near._around(range(20), middle, 0) == list(range(first, first + COUNT))
    assert near._around(range(20), 0, 2) == [18, 19, *range(7)]
    assert near._around(range(3), 2, 0) == [0, 1, 2]
    assert near._of_round([], 5) == [] and near._of_round(range(10), 3) == [9]
    assert "Dots" not in [name for name, _term in near._curated("Dots")]
    choice = Choice(Store(tmp_path))
    assert len(variants(Near.CHANNELS, choice, choice.settings, 0, random.Random(1))) == COUNT
    monkeypatch.setattr(atlas_sheets, "sheets", lambda _network: {"b10": SimpleNamespace(classes=[[1]] * 3)})
    few = variants(Near.CHANNELS, choice, choice.settings, 0, random.Random(1))
    assert len({each.settings.objective for each in few}) == len(few) == 3


def test_a_size_is_neither_too_small_nor_too_large_to_see(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chosen = Choice(Store(tmp_path)).settings
    (layer, *_others) = depths(chosen.network)
    for factor, px, size in ((0.001, 1, near.LEAST_SIZE), (1000, 9999, near.LARGEST_SIZE)):
        monkeypatch.setattr(near, "SIZE_FACTORS", (factor,))
        assert surprise(random.Random(1)).settings.size == size
        assert near._of_layer(chosen, replace(layer, motif_px=px)).settings.size == size


def test_where_there_is_nothing_to_dream_no_window_opens(paint: Paint) -> None:
    painter = paint(scripted("quick"))
    painter.host.grab_error = errors.DreamError("krita.layer")
    painter.click("variations_open")
    assert "layer" in painter.status
    tops = QtWidgets.QApplication.topLevelWidgets()
    assert not any(isinstance(each, VariationsDialog) and each.isVisible() for each in tops)


def test_depths_show_in_a_tile_as_clearly_as_each_other(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    layers = {layer.looks_like: layer for layer in depths(choice.settings.network)}
    found = variants(Near.DEPTHS, choice, choice.settings, 0, random.Random(1))
    motifs = [layers[each.name].motif_px for each in found]
    counts = [
        octaves.count_and_scale(TILE_SIZES[-1], motif, each.settings)[0]
        for motif, each in zip(motifs, found, strict=True)
    ]
    assert motifs == sorted(motifs) and min(counts) >= 2 and max(counts) - min(counts) <= 1
    steps = [each.settings.step_size for each in found]
    assert steps == sorted(steps) and min(steps) >= choice.settings.step_size and steps[-1] > steps[0]


def test_tiles_are_smaller_than_what_is_enlarged() -> None:
    assert list(TILE_SIZES) == sorted(TILE_SIZES)


def test_the_action_opens_the_window_with_the_docker_on_another_page(paint: Paint) -> None:
    painter = paint(scripted("quick"))
    painter.widget("pages").setCurrentIndex(1)
    assert painter.docker.do("variations") == ""
    (window,) = [
        each
        for each in QtWidgets.QApplication.topLevelWidgets()
        if isinstance(each, VariationsDialog) and each.isVisible()
    ]
    window.close()
