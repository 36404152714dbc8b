"""What is remembered survives a restart, and what was spoilt does no harm."""

from __future__ import annotations

import json
from pathlib import Path

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
