"""Recipes in a document: what is spoilt or a stranger's is left as it is, and costs nobody else a dream."""

from __future__ import annotations

import json
import tracemalloc
import zlib
from typing import Any

import pytest

from krita_deepdream.core import errors, wire
from krita_deepdream.documents import recipes
from krita_deepdream.jobs.document_data import Location, Outcome, Source, SourceSelection
from tests.fakes.nodes import Document, Node

GOOD = {
    "recipe": {"n": 1},
    "looks": "",
    "time": 1.0,
    "source": "current layer",
    "labels": [],
    "node": "{x}",
    "box": [0, 0, 3, 2],
}
SPOILT = [
    b"",
    b"\n",
    b"nonsense\n",
    b"[1]\n",
    b"[" * 100_000 + b"\n",
    b'"\xff"\n',
    b"{}\n",
    b'{"time": ' + b"9" * 5000 + b"}\n",
    *(
        json.dumps({**GOOD, name: value}).encode() + b"\n"
        for name, value in [
            ("recipe", 5),
            ("looks", None),
            ("time", "yesterday"),
            ("time", float("nan")),
            ("time", 10**400),
        ]
    ),
]
BAD_ASKED = [
    *(
        json.dumps({**GOOD, name: value}).encode() + b"\n" + zlib.compress(b"")
        for name, value in [
            ("box", [1, 2]),
            ("box", [0, 0, 0, 5]),
            ("box", [0, 0, 10**30, 1]),
            ("box", "four"),
            ("box", [0, 0, 90_000, 90_000]),
            ("labels", [99]),
            ("labels", 3),
            ("source", "the moon"),
        ]
    ),
    json.dumps(GOOD).encode() + b"\n" + b"not packed",
    json.dumps(GOOD).encode() + b"\n" + zlib.compress(b"\xff" * 5),
    json.dumps(GOOD).encode() + b"\n" + zlib.compress(bytes(300_000_000), 9),
]


@pytest.fixture
def sky(application: Any) -> Node:
    return Node("Sky", bytes(range(24)))


def dreamed(document: Document, layer: Node, asked: SourceSelection | None = None, **recipe: Any) -> None:
    place = Location(document, "", (3, 2), "", "", 0, 0)
    picture = wire.Picture(3, 2, "U8", bytes(24))
    recipes.write(
        document,
        layer,
        Outcome(
            name="", location=place, picture=picture, x=0, y=0, strength=100.0, recipe=recipe, source_selection=asked
        ),
    )


def asked_of(node_id: str, mask: bytes = b"") -> SourceSelection:
    return SourceSelection(Source.CURRENT_LAYER, frozenset({3}), node_id, (0, 0, 3, 2), mask, "{by}")


@pytest.mark.parametrize("spoilt", SPOILT + BAD_ASKED, ids=range(len(SPOILT + BAD_ASKED)))
def test_a_spoilt_one_is_left_alone_told_and_harms_no_other(sky: Node, spoilt: bytes) -> None:
    stranger, layer = Node("Stranger", bytes(range(30, 54))), Node("Animals", bytes(range(60, 84)))
    document = Document(sky, stranger, layer)
    document.annotations[recipes.PREFIX + stranger.id] = spoilt
    dreamed(document, layer, n=2)
    kept = recipes.read(document, layer)
    assert kept is not None and kept.recipe == {"n": 2}
    assert recipes.read(document, sky) is None
    recipes.kin(document, sky.id)
    with pytest.raises(errors.DreamError) as refused:
        recipes.read(document, stranger)
    assert refused.value.code == "krita.recipe_broken"
    assert document.annotations[recipes.PREFIX + stranger.id] == spoilt


def test_what_was_asked_comes_back(sky: Node) -> None:
    layer = Node("Animals", bytes(range(60, 84)))
    document, asked = Document(sky, layer), asked_of(sky.id, b"\0\1\2\3\4\5")
    dreamed(document, layer, asked, n=2)
    kept = recipes.read(document, layer)
    assert kept is not None and kept.source_selection == asked


def test_a_replaced_layer_is_no_dream_beside_its_source(sky: Node) -> None:
    """It keeps its settings as long as it looks dreamed; after an undo it is what it was."""
    document = Document(sky)
    dreamed(document, sky, asked_of(sky.id), n=3)
    kept = recipes.read(document, sky)
    assert kept is not None and kept.recipe == {"n": 3} and kept.source_selection is None
    assert recipes.dreams(document) == set() and recipes.kin(document, sky.id) == (set(), set())
    sky.data = bytes(24)
    sky.data = bytes([1]) * 24
    assert recipes.read(document, sky) is None


def test_no_more_is_unpacked_than_the_selection_can_be(sky: Node) -> None:
    """Zeros pack well: a few hundred kilobytes of a stranger's file could take all memory."""
    document = Document(sky)
    document.annotations[recipes.PREFIX + sky.id] = BAD_ASKED[-1]
    tracemalloc.start()
    try:
        with pytest.raises(errors.DreamError):
            recipes.read(document, sky)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
