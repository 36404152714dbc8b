"""Dreams in the tree of layers, with nodes that do as Krita's do: what is written, what Krita refuses in silence."""

from __future__ import annotations

from typing import Any

import pytest

from krita_deepdream.core import errors, wire
from krita_deepdream.documents import placing
from krita_deepdream.orders.grab import Blended, Outcome, Place
from krita_deepdream.qt import QtCore


class Channel:
    def position(self) -> int:
        return 3

    def channelSize(self) -> int:  # noqa: N802
        return 1


class Node:
    """A node of 8-bit RGBA that lies wholly in the rectangle that is asked for."""

    def __init__(self, name: str, data: bytes = b"", takes: bool = True) -> None:
        self._name, self.data, self._takes = name, data, takes
        self.children: list[Node] = []
        self.parent: Node | None = None
        self.opacity = 255

    def uniqueId(self) -> Any:  # noqa: N802
        return QtCore.QUuid(0, 0, 0, *id(self).to_bytes(8, "big"))

    def channels(self) -> list[Channel]:
        return [Channel()]

    def pixelData(self, *_rect: int) -> Any:  # noqa: N802
        return QtCore.QByteArray(self.data)

    def setPixelData(self, data: Any, *_rect: int) -> None:  # noqa: N802
        self.data = bytes(data)

    def setOpacity(self, opacity: int) -> None:  # noqa: N802
        self.opacity = opacity

    def duplicate(self) -> Node:
        return Node(self._name, self.data)

    def parentNode(self) -> Node | None:  # noqa: N802
        return self.parent

    def addChildNode(self, node: Node, below: Node | None) -> bool:  # noqa: N802
        if self._takes:
            self.children.insert(self.children.index(below) + 1 if below else len(self.children), node)
            node.parent = self
        return True

    def remove(self) -> None:
        assert self.parent is not None
        self.parent.children.remove(self)
        self.parent = None


class Document:
    def __init__(self, root: Node) -> None:
        self._root, self.active = root, root.children[0] if root.children else None

    def rootNode(self) -> Node:  # noqa: N802
        return self._root

    def activeNode(self) -> Node | None:  # noqa: N802
        return self.active

    def setActiveNode(self, node: Node) -> None:  # noqa: N802
        self.active = node

    def createNode(self, name: str, _kind: str) -> Node:  # noqa: N802
        return Node(name)


OLD, DREAM = bytes(range(24)), bytes(range(100, 124))


def outcome(touched: bytes = b"") -> Outcome:
    picture = wire.Picture(3, 2, "U8", DREAM)
    blended = Blended(picture, touched) if touched else None
    return Outcome("Animals", Place(None, "", (3, 2), "", "", 0, 0), picture, 0, 0, 40.0, blended=blended)


def tree(takes: bool = True) -> tuple[Document, Node, Node]:
    root, layer = Node("root"), Node("Sky", OLD)
    root.addChildNode(layer, None)
    root._takes = takes
    return Document(root), root, layer


def test_a_layer_comes_above_with_its_pixels_and_its_strength(application: Any) -> None:
    document, root, layer = tree()
    placed = placing.add_layer(document, root, layer, outcome(), QtCore.QByteArray(DREAM))
    assert root.children[0] is layer and layer.data == OLD
    added = root.children[1]
    assert (added.data, added.opacity) == (DREAM, 102) and placed.node_id == str(added.uniqueId().toString())
    assert document.active is layer


def test_a_replaced_layer_has_new_samples_only_where_the_mask_touches(application: Any) -> None:
    document, root, layer = tree()
    placing.replace_layer(document, layer, outcome(b"\0\1\xff\0\0\7"), QtCore.QByteArray(DREAM))
    assert [each.data for each in root.children] == [OLD[:4] + DREAM[4:12] + OLD[12:20] + DREAM[20:]]
    assert layer.parent is None


@pytest.mark.parametrize("touched", [b"", b"\1" * 6])
def test_what_krita_doesnt_take_is_told_and_the_old_layer_stays(application: Any, touched: bytes) -> None:
    document, root, layer = tree(takes=False)
    place = placing.replace_layer if touched else placing.add_layer
    target = (layer,) if touched else (root, layer)
    with pytest.raises(errors.DreamError) as refused:
        place(document, *target, outcome(touched), QtCore.QByteArray(DREAM))
    assert refused.value.code == "krita.refused"
    assert root.children == [layer] and layer.data == OLD
