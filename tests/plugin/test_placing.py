"""Dreams in the tree of layers, with nodes that do as Krita's do: what is written, what Krita refuses in silence."""

from __future__ import annotations

from typing import Any

import pytest

from krita_deepdream.core import errors, wire
from krita_deepdream.documents import placing
from krita_deepdream.jobs.document_data import Blended, Location, Outcome
from krita_deepdream.qt import QtCore
from tests.fakes.nodes import Document, Node

OLD, DREAM = bytes(range(24)), bytes(range(100, 124))


def outcome(touched: bytes = b"") -> Outcome:
    picture = wire.Picture(3, 2, "U8", DREAM)
    blended = Blended(picture, touched) if touched else None
    return Outcome(
        name="Animals",
        location=Location(None, "", (3, 2), "", "", 0, 0),
        picture=picture,
        x=0,
        y=0,
        strength=40.0,
        blended=blended,
    )


def tree(takes: bool = True) -> tuple[Document, Node, Node]:
    layer = Node("Sky", OLD)
    document = Document(layer)
    document.rootNode().takes = takes
    return document, document.rootNode(), layer


def test_a_layer_comes_above_with_its_pixels_and_its_strength(application: Any) -> None:
    document, root, layer = tree()
    new = placing.new_layer(document, "Animals", outcome(), QtCore.QByteArray(DREAM))
    placed = placing.add_layer(document, new, root, layer)
    assert root.children[0] is layer and layer.data == OLD
    added = root.children[1]
    assert (added.data, added.opaque) == (DREAM, 102)
    assert (placed.node_id, placed.name) == (added.id, "Animals")
    assert document.active is layer


def test_a_new_group_comes_from_a_document_of_its_own_with_its_layer_in_it(application: Any) -> None:
    """That is one undo step; what is added to a group of the painter's document would be another."""
    document, root, layer = tree()
    hidden = Document()
    new = placing.new_layer(hidden, "Animals", outcome(), QtCore.QByteArray(DREAM))
    group = placing.group_of(hidden, "Dreams", new)
    assert group.parent is None and [each.data for each in group.children] == [DREAM]
    placing.add_layer(document, group, root, layer)
    assert document.names() == ["Sky", ["Dreams", "Animals"]]
    assert document.active is layer


def test_a_replaced_layer_has_new_samples_only_where_the_mask_touches(application: Any) -> None:
    document, root, layer = tree()
    placed = placing.replace_pixels(document, layer, outcome(b"\0\1\xff\0\0\7"), QtCore.QByteArray(DREAM))
    assert layer.data == OLD[:4] + DREAM[4:12] + OLD[12:20] + DREAM[20:]
    assert root.children == [layer] and placed.node_id == layer.id
    assert layer.steps == 2 and layer.colorDepth() == "U8"


def test_where_krita_converts_nothing_nothing_is_replaced(application: Any) -> None:
    document, root, layer = tree()
    layer.depths = {"U8"}
    with pytest.raises(errors.DreamError) as refused:
        placing.replace_pixels(document, layer, outcome(b"\1" * 6), QtCore.QByteArray(DREAM))
    assert refused.value.code == "krita.refused"
    assert layer.data == OLD and layer.steps == 0


def test_what_krita_doesnt_take_is_told_and_the_old_layer_stays(application: Any) -> None:
    document, root, layer = tree(takes=False)
    new = placing.new_layer(document, "Animals", outcome(), QtCore.QByteArray(DREAM))
    with pytest.raises(errors.DreamError) as refused:
        placing.add_layer(document, new, root, layer)
    assert refused.value.code == "krita.refused"
    assert root.children == [layer] and layer.data == OLD
