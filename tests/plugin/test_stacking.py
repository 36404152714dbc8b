"""Every new dream is seen: it lies above older dreams of its source and above hints; and its name tells which it is."""

from __future__ import annotations

from typing import Any

import pytest

from krita_deepdream.core import wire
from krita_deepdream.documents import naming, placing, recipes, stacking
from krita_deepdream.jobs.document_data import Destination, Location, Outcome, Source, SourceSelection
from krita_deepdream.qt import QtCore
from tests.fakes.nodes import Document, Node

shade = iter(range(1, 255))


def painted(name: str, **more: Any) -> Node:
    return Node(name, bytes([next(shade), 0, 0, 255] * 6), **more)


def group(name: str, *layers: Node) -> Node:
    made = Node(name, kind="grouplayer")
    for layer in layers:
        made.addChildNode(layer, None)
    return made


def dream(
    document: Document,
    source: Node,
    what: str = "Animals",
    hints: frozenset[str] = frozenset(),
    kind: Source = Source.CURRENT_LAYER,
) -> Node:
    """As the host does it."""
    asked = SourceSelection(kind, frozenset(), source.id, (0, 0, 3, 2), b"")
    picture = wire.Picture(3, 2, "U8", bytes([next(shade), 9, 9, 255] * 6))
    place = Location(document, "", (3, 2), source.id, source.name(), 0, 0)
    outcome = Outcome(
        name=what,
        location=place,
        picture=picture,
        x=0,
        y=0,
        strength=100.0,
        destination=Destination.ABOVE,
        source_selection=asked,
        hints=hints,
    )
    below = stacking.above(document, source, hints)
    layer = placing.new_layer(
        document, naming.name_for(document, what, source, asked), outcome, QtCore.QByteArray(picture.data)
    )
    placing.add_layer(document, layer, below.parentNode(), below)
    recipes.write(document, layer, outcome)
    return layer


@pytest.fixture(autouse=True)
def qt(application: Any) -> None:
    """``QByteArray`` needs no more."""


def test_the_second_dream_lies_on_the_first_and_below_what_was_painted_above() -> None:
    sky = painted("Sky")
    document = Document(sky, painted("Birds"))
    dream(document, sky)
    dream(document, sky)
    assert document.names() == ["Sky", "Animals · Sky", "Animals 2 · Sky", "Birds"]


def test_in_a_group_it_lies_on_the_older_one_there() -> None:
    sky = painted("Sky")
    document = Document(group("Land", sky, painted("Hill")), painted("Birds"))
    dream(document, sky)
    dream(document, sky)
    assert document.names() == [["Land", "Sky", "Animals · Sky", "Animals 2 · Sky", "Hill"], "Birds"]


def test_an_older_dream_moved_out_of_the_group_or_into_a_folder_is_still_below() -> None:
    sky = painted("Sky")
    document = Document(group("Land", sky))
    moved = dream(document, sky)
    moved.remove()
    document.rootNode().addChildNode(group("Kept", moved), None)
    dream(document, sky)
    assert document.names() == [["Land", "Sky"], ["Kept", "Animals · Sky"], "Animals 2 · Sky"]


def test_a_dream_of_the_dream_covers_too() -> None:
    sky = painted("Sky")
    document = Document(sky)
    first = dream(document, sky)
    dream(document, first, "Owl")
    dream(document, sky)
    dream(document, first, "Owl")
    assert document.names() == ["Sky", "Animals", "Owl", "Animals 2", "Owl 2"]


def test_a_duplicate_of_a_dream_covers_too() -> None:
    sky = painted("Sky")
    document = Document(sky)
    first = dream(document, sky)
    document.rootNode().addChildNode(first.duplicate(), None)
    dream(document, sky)
    assert document.names()[:3] == ["Sky", "Animals", "Animals"]
    assert document.names()[3].startswith("Animals 2")


def test_after_a_layer_was_replaced_its_older_dreams_are_still_below() -> None:
    sky = painted("Sky")
    document = Document(sky)
    dream(document, sky)
    copy = painted("Sky")
    document.rootNode().addChildNode(copy, sky)
    sky.remove()
    asked = SourceSelection(Source.CURRENT_LAYER, frozenset(), sky.id, (0, 0, 3, 2), b"")
    place = Location(document, "", (3, 2), sky.id, "Sky", 0, 0)
    recipes.write(
        document,
        copy,
        Outcome(
            name="Animals",
            location=place,
            picture=wire.Picture(3, 2, "U8", bytes(24)),
            x=0,
            y=0,
            strength=100.0,
            source_selection=asked,
        ),
    )
    dream(document, copy)
    assert [each for each in document.names() if each.startswith("Animals")][-1] == document.names()[-1]
    assert document.names()[:2] == ["Sky", "Animals"]


@pytest.mark.parametrize(
    ("shown", "group_shown", "expected"),
    [
        (True, True, ["Sky", ["Plans", "Hints"], "Animals · Sky"]),
        (False, True, ["Sky", "Animals · Sky", ["Plans", "Hints"]]),
        (True, False, ["Sky", "Animals · Sky", ["Plans", "Hints"]]),
    ],
)
def test_a_hint_layer_is_below_where_it_is_seen(shown: bool, group_shown: bool, expected: list[Any]) -> None:
    sky, hints = painted("Sky"), painted("Hints")
    plans = group("Plans", hints)
    hints.setVisible(shown)
    plans.setVisible(group_shown)
    document = Document(sky, plans)
    dream(document, sky, hints=frozenset({hints.id}))
    assert document.names() == expected


def test_a_stranger_in_the_same_document_stays_above() -> None:
    sky, sea = painted("Sky"), painted("Sea")
    document = Document(sky, sea)
    dream(document, sea)
    dream(document, sky)
    assert document.names() == ["Sky", "Animals 2 · Sky", "Sea", "Animals · Sea"]


def test_a_group_of_dreams_is_known_by_what_it_holds() -> None:
    sky = painted("Sky")
    document = Document(sky)
    dreams = group("Renamed")
    document.rootNode().addChildNode(dreams, sky)
    first = dream(document, sky)
    first.remove()
    dreams.addChildNode(first, None)
    assert stacking.above(document, sky, ()) is dreams and stacking.is_group_of_dreams(document, dreams, sky)
    dreams.setVisible(False)
    assert not stacking.is_group_of_dreams(document, dreams, sky)
    dreams.setVisible(True)
    dreams.addChildNode(painted("Mine"), None)
    assert not stacking.is_group_of_dreams(document, dreams, sky)


def test_names_are_unique_and_count_on() -> None:
    document = Document(painted("Background"), painted("Animals"), painted("Animals 7 · Old"), painted("Animals two"))
    assert naming.unique(document, "Animals") == "Animals 8"
    assert naming.unique(document, "Owl") == "Owl"
    assert naming.unique(document, "Animals 7") == "Animals 7 2"
    assert naming.unique(Document(painted("a.b (1)")), "a.b (1)") == "a.b (1) 2"


@pytest.mark.parametrize(
    ("layer", "dream"),
    [
        ("Animals", "Animals"),
        ("Animals 2", "Animals"),
        ("Owl 12 · Background", "Owl"),
        ("Owl · Sky 3", "Owl"),
        ("7", "7"),
    ],
)
def test_a_dream_made_again_is_called_what_the_first_was_of(layer: str, dream: str) -> None:
    assert naming.base(layer) == dream


def test_the_source_is_told_where_there_is_a_choice() -> None:
    sky, sea = painted("Sky"), painted("Sea " * 30)
    document = Document(sky)
    first = dream(document, sky, "Owl")
    assert first.name() == "Owl"
    document.rootNode().addChildNode(sea, None)
    assert dream(document, sea, "Owl").name() == "Owl 2 · " + ("Sea " * 30)[:39] + "…"
    assert dream(document, first, "Hill").name() == "Hill · Owl"
    assert dream(document, sky, "Owl", kind=Source.ALL_LAYERS).name() == "Owl 3 · All Layers"
