"""Dreams in the tree of layers, with nodes that do as Krita's do: what is written, what Krita refuses in silence."""

from __future__ import annotations

from typing import Any

import pytest

from krita_deepdream.core import errors, wire
from krita_deepdream.documents import placing
from krita_deepdream.orders.grab import Blended, Outcome, Place
from krita_deepdream.qt import QtCore
from tests.fakes.nodes import Document, Node

OLD, DREAM = bytes(range(24)), bytes(range(100, 124))


def outcome(touched: bytes = b"") -> Outcome:
    picture = wire.Picture(3, 2, "U8", DREAM)
    blended = Blended(picture, touched) if touched else None
    return Outcome("Animals", Place(None, "", (3, 2), "", "", 0, 0), picture, 0, 0, 40.0, blended=blended)


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
    assert (added.data, added.opacity) == (DREAM, 102)
    assert (placed.node_id, placed.name) == (added.id, "Animals")
    assert document.active is layer


def test_a_new_group_is_filled_before_it_is_added(application: Any) -> None:
    """That is one undo step; a layer added to a group that stands already would be another."""
    document, root, layer = tree()
    steps: list[Node] = []
    adds = root.addChildNode
    root.addChildNode = lambda node, below: (steps.append(node), adds(node, below))[1]  # type: ignore[method-assign]
    new = placing.new_layer(document, "Animals", outcome(), QtCore.QByteArray(DREAM))
    placing.add_in_group(document, new, "Dreams", layer)
    assert document.names() == ["Sky", ["Dreams", "Animals"]]
    assert [each.children for each in steps] == [[new]]
    assert document.active is layer


def test_a_replaced_layer_has_new_samples_only_where_the_mask_touches(application: Any) -> None:
    document, root, layer = tree()
    placing.replace_layer(document, layer, outcome(b"\0\1\xff\0\0\7"), QtCore.QByteArray(DREAM))
    assert [each.data for each in root.children] == [OLD[:4] + DREAM[4:12] + OLD[12:20] + DREAM[20:]]
    assert layer.parent is None


@pytest.mark.parametrize("how", ["above", "group", "replace"])
def test_what_krita_doesnt_take_is_told_and_the_old_layer_stays(application: Any, how: str) -> None:
    document, root, layer = tree(takes=False)
    new = placing.new_layer(document, "Animals", outcome(), QtCore.QByteArray(DREAM))
    with pytest.raises(errors.DreamError) as refused:
        if how == "above":
            placing.add_layer(document, new, root, layer)
        elif how == "group":
            placing.add_in_group(document, new, "Dreams", layer)
        else:
            placing.replace_layer(document, layer, outcome(b"\1" * 6), QtCore.QByteArray(DREAM))
    assert refused.value.code == "krita.refused"
    assert root.children == [layer] and layer.data == OLD
