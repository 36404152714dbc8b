"""What is remembered survives a restart, and what was spoilt does no harm."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from krita_deepdream.choices import style_choice
from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import PRESET_FOLDER, Store, read_preset, write_preset
from krita_deepdream.core import atomic, dream_settings, errors, presets
from krita_deepdream.dreaming import zooms
from krita_deepdream.jobs.document_data import Destination
from krita_deepdream.jobs.named_pictures import NamedPicture
from tests.fakes.host import gradient

from .open_documents import code

OWN = presets.Preset("My Owls", "", dream_settings.DreamSettings(objective="class:owl", size=12, seed=77))


def test_the_choice_comes_back(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    choice.take_preset("Swirls")
    choice.nudge({"size": 42, "seed": 5})
    choice.strength = 60.0
    choice.remember()
    again = Choice(Store(tmp_path))
    assert (again.preset, again.settings, again.strength) == ("Swirls", choice.settings, 60.0)


def test_a_film_is_of_the_whole_picture_and_a_layer_above_whatever_dreams_do(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    choice.strength_by, choice.destination = "{Hill}", Destination.REPLACE
    assert (choice.request.strength_by, choice.request.destination) == ("{Hill}", Destination.REPLACE)
    assert (choice.zoom_request.strength_by, choice.zoom_request.destination) == ("", Destination.ABOVE)
    assert choice.zoom_request.settings == choice.settings and choice.zoom_request.zoom == choice.zoom.zoom


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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"preset": "x", "strength": 1, "settings": {"sizes": 3}}',
        '{"preset": "x", "strength": 101, "settings": {}}',
        "\x00\xff",
    ],
)
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
    "nothing": "null",
    "a number": "7",
    "a list": "[1, [2]]",
    "a text": '"x"',
    "no json": "{",
    "deep": "[" * 100_000,
    "not utf-8": "\udcff\udcfe",
}
FILES = ("docker.json", "habits.json", "pictures.json", "style.json", "presets/own.json")
KEYS = {
    "docker.json": ("preset", "settings", "strength"),
    "habits.json": ("goes", "source", "labels", "unfolded", "dialog"),
    "pictures.json": ("given",),
    "style.json": ("settings", "weights", "layers"),
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


LOOK_ALIKE = [
    "Sky!",
    "Sky?",
    "my sky",
    "My Sky",
    "My dream",
    "my-dream",
    "★",
    "♥",
    "Ä",
    "ä",
    "CON",
    "a/b",
    "..",
    "x" * 300,
]


def test_presets_whose_names_look_alike_are_all_kept(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    for seed, name in enumerate(LOOK_ALIKE):
        choice.keep_preset(presets.Preset(name, "", OWN.settings.replace({"seed": seed})))
    files = [file.name.casefold() for file in (tmp_path / "presets").iterdir()]
    assert len(set(files)) == len(LOOK_ALIKE) and max(map(len, files)) < 80
    again = Choice(Store(tmp_path))
    for seed, name in enumerate(LOOK_ALIKE):
        again.take_preset(name)
        assert again.settings.seed == seed and again.preset == name
    again.drop_preset("Sky!")
    left = Choice(Store(tmp_path))
    assert not left.is_own("Sky!") and all(map(left.is_own, LOOK_ALIKE[1:]))


def test_a_presets_file_is_called_after_it_and_counted_where_the_name_is_taken(tmp_path: Path) -> None:
    store, names = Store(tmp_path), list[str]()
    (tmp_path / PRESET_FOLDER).mkdir()
    for _ in range(4):
        file = store._new_file("My Owls")
        file.touch()
        names.append(file.stem)
    assert names[0].startswith("my_owls_") and names[1:] == [f"{names[0]}_{number}" for number in (2, 3, 4)]


@pytest.mark.parametrize(("old", "new"), [("my sky", "My Sky"), ("Sky!", "Sky?"), ("My Owls", "Owls" * 60)])
def test_renaming_keeps_the_preset(tmp_path: Path, old: str, new: str) -> None:
    choice = Choice(Store(tmp_path))
    kept = presets.Preset(old, "From a friend", OWN.settings)
    choice.keep_preset(kept)
    choice.nudge({"size": 99})
    choice.rename_preset(old, new)
    assert choice.preset == new and choice.settings.size == 99
    again = Choice(Store(tmp_path))
    assert again.offered[len(presets.PRESETS) :] == [presets.Preset(new, "From a friend", OWN.settings)]


def test_a_preset_is_not_renamed_over_another(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    choice.keep_preset(presets.Preset("One", "", OWN.settings))
    choice.keep_preset(presets.Preset("Two", "", OWN.settings.replace({"seed": 2})))
    for name in ("One", "Animals", "animals", " "):
        with pytest.raises(errors.DreamError):
            choice.rename_preset("Two", name)
    again = Choice(Store(tmp_path))
    own = again.offered[len(presets.PRESETS) :]
    assert {preset.name: preset.settings.seed for preset in own} == {"One": 77, "Two": 2}


def test_presets_of_an_older_version_keep_their_files(tmp_path: Path) -> None:
    """Their files were called after the name alone."""
    old = tmp_path / "presets" / "my_owls.json"
    write_preset(old, OWN)
    choice = Choice(Store(tmp_path))
    choice.keep_preset(presets.Preset("My Owls", "", OWN.settings.replace({"seed": 3})))
    assert [file.name for file in old.parent.iterdir()] == ["my_owls.json"]
    choice.drop_preset("My Owls")
    assert not old.exists()


def test_a_strangers_preset_called_as_one_of_ours_is_given_a_number(tmp_path: Path) -> None:
    write_preset(tmp_path / "presets" / "a.json", presets.Preset("Animals", "", OWN.settings))
    write_preset(tmp_path / "presets" / "b.json", presets.Preset("Same", "", OWN.settings))
    write_preset(tmp_path / "presets" / "c.json", presets.Preset("Same", "", OWN.settings.replace({"seed": 3})))
    choice = Choice(Store(tmp_path))
    assert [preset.name for preset in choice.offered[len(presets.PRESETS) :]] == ["Animals 2", "Same", "Same 2"]
    assert choice.settings == presets.PRESETS["Animals"].settings and choice.free_name("same") == "same 3"


SPOILT_PRESETS = [
    "{",
    "[]",
    '"x"',
    "null",
    "[" * 100_000,
    '{"name": "x", "settings": {"objective": "b10[0-99999999]"}}',
    '{"name": "x", "settings": {"size": 1' + "0" * 500 + "}}",
    '{"name": " ", "settings": {}}',
    '{"name": "x", "settings": {"new_in_a_later_version": 1}}',
    '{"name": "x", "settings": 5}',
    "\x00\xff",
]


@pytest.mark.parametrize("text", SPOILT_PRESETS, ids=range(len(SPOILT_PRESETS)))
def test_one_spoilt_file_is_left_alone_and_told_and_the_others_are_read(tmp_path: Path, text: str) -> None:
    Choice(Store(tmp_path)).keep_preset(OWN)
    spoilt = tmp_path / "presets" / "x.json"
    spoilt.write_text(text, encoding="latin-1")
    choice = Choice(Store(tmp_path))
    assert [preset.name for preset in choice.offered[len(presets.PRESETS) :]] == ["My Owls"]
    with pytest.raises(errors.DreamError, match=r"x\.json"):
        choice.check_stored()
    choice.keep_preset(presets.Preset("x", "", OWN.settings))
    assert spoilt.read_text(encoding="latin-1") == text


@pytest.mark.parametrize("name", ["docker.json", "habits.json", "pictures.json", "style.json"])
@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1]",
        '{"settings": {"later": 1}, "weights": {"dots": 1e999}, "given": [{}]}',
        '{"settings": [], "labels": [[1]], "dialog": [1, "x"], "given": [5]}',
    ],
)
def test_what_is_of_another_version_is_put_aside_before_it_is_written(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    choice = Choice(Store(tmp_path))
    choice.remember()
    assert json.loads((tmp_path / name).read_text())
    aside = tmp_path / f"{name.removesuffix('.json')}.unreadable.json"
    assert aside.exists() == (choice._store.left_out != []) and (not aside.exists() or aside.read_text() == text)
    if text == "{":
        assert aside.exists()


def test_a_sound_folder_tells_nothing(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    choice.remember()
    Choice(Store(tmp_path)).check_stored()
    assert not list(tmp_path.glob("*unreadable*"))


def test_a_full_disk_is_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    (tmp_path / "docker.json").mkdir()
    (tmp_path / "docker.json" / "x").write_text("")
    with pytest.raises(errors.DreamError) as told:
        choice.remember()
    assert told.value.code == "data.write" and (tmp_path / "habits.json").is_file()
    (tmp_path / "presets").write_text("")
    with pytest.raises(errors.DreamError, match="can't be written"):
        choice.keep_preset(OWN)
    assert not choice.is_own("My Owls")


def test_what_the_disk_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_what: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    choice = Choice(Store(tmp_path))
    choice.keep_preset(OWN)
    sky = NamedPicture("sky", "Sky", picture=gradient(8, 8))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        assert code(lambda: choice.drop_preset(OWN.name)) == "data.write"
    monkeypatch.setattr(atomic, "write", refused)
    assert code(lambda: write_preset(tmp_path / "x.json", OWN)) == "data.write"
    assert code(choice.remember) == "data.write"
    monkeypatch.setattr(atomic, "replacing", refused)
    assert code(lambda: choice.style.add(sky)) == "data.write"
    monkeypatch.undo()
    monkeypatch.setattr(style_choice, "_on_white", lambda _picture: SimpleNamespace(save=lambda *_how: False))
    assert code(lambda: choice.style.add(sky)) == "data.write" and not list(tmp_path.glob("styles/*"))


@pytest.mark.parametrize("objective", ["class:three-toed sloth x", "b10[0-99999999]", "b10[", "", "b10*1e400"])
def test_no_unreadable_objective_is_chosen_or_kept(tmp_path: Path, objective: str) -> None:
    choice = Choice(Store(tmp_path))
    before = choice.settings
    with pytest.raises(errors.DreamError):
        choice.nudge({"objective": objective})
    choice.remember()
    assert choice.settings == before == Choice(Store(tmp_path)).settings


def test_what_a_killed_process_began_to_write_is_neither_a_preset_nor_a_style_nor_a_frame(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save_preset(OWN)
    for folder, ending in ((tmp_path / PRESET_FOLDER, ".json"), (store.style_folder, ".jpg"), (tmp_path / "z", ".png")):
        folder.mkdir(exist_ok=True)
        (folder / f".deepdream-0123abcd{ending}").touch()
    assert len(store.load_presets()) == 1 and not store.left_out
    assert not any(name.startswith(".") for name in Choice(store).style.offered)
    assert not zooms._has_pictures(tmp_path / "z")
