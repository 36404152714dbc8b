"""What is remembered survives a restart, and what was spoilt does no harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store, read_preset, write_preset
from krita_deepdream.core import errors, presets, settings
from krita_deepdream.orders.grab import Goes

OWN = presets.Preset("My Owls", "", settings.DreamSettings(objective="class:owl", size=12, seed=77))


def test_the_choice_comes_back(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    choice.take_preset("Scales")
    choice.nudge({"size": 42, "seed": 5})
    choice.strength = 60.0
    choice.remember()
    again = Choice(Store(tmp_path))
    assert (again.preset, again.settings, again.strength) == ("Scales", choice.settings, 60.0)


def test_a_film_is_of_the_whole_picture_and_a_layer_above_whatever_dreams_do(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    choice.strength_by, choice.goes = "{Hill}", Goes.REPLACE
    assert (choice.order.strength_by, choice.order.goes) == ("{Hill}", Goes.REPLACE)
    assert (choice.film_order.strength_by, choice.film_order.goes) == ("", Goes.ABOVE)
    assert choice.film_order.settings == choice.settings and choice.film_order.film == choice.film.film


def test_own_presets_come_back_and_go(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    choice.keep_preset(OWN)
    again = Choice(Store(tmp_path))
    again.take_preset("My Owls")
    assert again.settings == OWN.settings and again.offered[-1] == OWN
    again.drop_preset("My Owls")
    assert not Choice(Store(tmp_path)).is_own("My Owls")


@pytest.mark.parametrize("name", ["", "  ", "Animals", "animals"])
def test_names_that_are_taken_are_refused(tmp_path: Path, name: str) -> None:
    choice = Choice(Store(tmp_path))
    with pytest.raises(errors.DreamError):
        choice.keep_preset(presets.Preset(name, "", OWN.settings))
    assert choice.preset == presets.DEFAULT_PRESET


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"preset": "x", "strength": 1, "settings": {"sizes": 3}}',
                                  '{"preset": "x", "strength": 101, "settings": {}}', "\x00\xff"])
def test_spoilt_files_do_no_harm(tmp_path: Path, text: str) -> None:
    (tmp_path / "presets").mkdir()
    for path in (tmp_path / "docker.json", tmp_path / "presets" / "x.json"):
        path.write_text(text, encoding="latin-1")
    choice = Choice(Store(tmp_path))
    assert choice.settings == presets.PRESETS[presets.DEFAULT_PRESET].settings
    assert len(choice.offered) == len(presets.PRESETS)


def test_exported_presets_are_plain_ascii_json(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    write_preset(path, presets.Preset("Äpfel", "", OWN.settings))
    assert json.loads(path.read_bytes().decode("ascii"))["name"] == "Äpfel"
    assert read_preset(path) == presets.Preset("Äpfel", "", OWN.settings)


SPOILT = {
    "nothing": "null", "a number": "7", "a list": "[1, [2]]", "a text": '"x"', "no json": "{", "deep": "[" * 100_000,
    "not utf-8": "\udcff\udcfe",
}
FILES = ("docker.json", "habits.json", "pictures.json", "style.json", "presets/own.json")
KEYS = {
    "docker.json": ("preset", "settings", "strength"),
    "habits.json": ("goes", "source", "labels", "unfolded", "dialog"),
    "pictures.json": ("given",), "style.json": ("settings", "weights", "layers"),
    "presets/own.json": ("name", "description", "settings"),
}
VALUES: list[Any] = [None, 7, -1, 1e400, True, "x", [], [[]], [1, 2, 3], [10**12, 5], {}, {"a": []}, [{"name": 3}]]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_file_does_not_stop_the_plugin(tmp_path: Path, file: str, spoilt: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(SPOILT[spoilt].encode("utf-8", "surrogateescape"))
    assert Choice(Store(tmp_path)).preset == presets.DEFAULT_PRESET


@pytest.mark.parametrize("file", FILES)
def test_a_spoilt_value_costs_no_more_than_itself(tmp_path: Path, file: str) -> None:
    """Trial C28: labels that no set takes stopped the plugin from loading."""
    whole = Choice(Store(tmp_path))
    whole.keep_preset(OWN)
    whole.labels, whole.unfolded = frozenset({3}), True
    whole.remember()
    path = next((tmp_path / "presets").iterdir()) if file.startswith("presets") else tmp_path / file
    good = json.loads(path.read_text())
    for key in KEYS[file]:
        for value in VALUES:
            path.write_text(json.dumps({**good, key: value}))
            again = Choice(Store(tmp_path))
            if file == "habits.json":
                assert again.unfolded == (True if key != "unfolded" else value is True), (key, value)
                assert again.labels == (frozenset({3}) if key != "labels" else again.labels), (key, value)
