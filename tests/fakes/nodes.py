"""Documents and nodes that do as Krita's: what is written and where it stands, and what Krita refuses in silence."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from krita_deepdream.qt import QtCore

from .host import FakeDocument


class Channel:
    def position(self) -> int:
        return 3

    def channelSize(self) -> int:  # noqa: N802 (Krita's name)
        return 1


class Node:
    """A node of 8-bit RGBA with pixels in one rectangle; ``takes``: whether it accepts children."""

    def __init__(
        self, name: str, data: bytes = b"", size: tuple[int, int] = (3, 2), kind: str = "paintlayer", takes: bool = True
    ) -> None:
        self._name, self.data, self._size, self._kind, self.takes = name, data, size, kind, takes
        self._id = QtCore.QUuid("{" + str(uuid.uuid4()) + "}")
        self.children: list[Node] = []
        self.parent: Node | None = None
        self.opacity, self.shown, self.label = 255, True, 0
        self.depth, self.depths, self.steps = "U8", {"U8", "U16"}, 0
        self.added: Callable[[Node], None] | None = None

    def uniqueId(self) -> Any:  # noqa: N802
        return self._id

    @property
    def id(self) -> str:
        return str(self._id.toString())

    def type(self) -> str:
        return self._kind

    def name(self) -> str:
        return self._name

    def setName(self, name: str) -> None:  # noqa: N802
        self._name = name

    def visible(self) -> bool:
        return self.shown

    def setVisible(self, shown: bool) -> None:  # noqa: N802
        self.shown = shown

    def colorLabel(self) -> int:  # noqa: N802
        return self.label

    def animated(self) -> bool:
        return False

    def locked(self) -> bool:
        return False

    def channels(self) -> list[Channel]:
        return [Channel()]

    def colorModel(self) -> str:  # noqa: N802
        return "RGBA"

    def colorDepth(self) -> str:  # noqa: N802
        return self.depth

    def setColorSpace(self, _model: str, depth: str, _profile: str) -> bool:  # noqa: N802
        """True also when nothing was changed, as Krita answers; each change is an undo step."""
        if depth in self.depths and depth != self.depth:
            factor = {"U8": 1, "U16": 2, "F32": 4}
            # Krita's conversion of deep samples isn't exact.
            self.data = b"".join(bytes([each & 254]) * factor[depth] for each in self.data[::factor[self.depth]])
            self.depth = depth
            self.steps += 1
        return True

    def colorProfile(self) -> str:  # noqa: N802
        return "sRGB-elle-V2-srgbtrc.icc"

    def bounds(self) -> Any:
        return QtCore.QRect(0, 0, *self._size) if self.data else QtCore.QRect()

    def pixelData(self, x: int, y: int, width: int, height: int) -> Any:  # noqa: N802
        across, down = self._size
        found = bytearray()
        for row in range(y, y + height):
            for column in range(x, x + width):
                inside = 0 <= column < across and 0 <= row < down and self.data
                at = (row * across + column) * 4
                found += self.data[at:at + 4] if inside else bytes(4)
        return QtCore.QByteArray(bytes(found))

    def setPixelData(self, data: Any, _x: int, _y: int, width: int, height: int) -> None:  # noqa: N802
        self.data, self._size = bytes(data), (width, height)

    def setOpacity(self, opacity: int) -> None:  # noqa: N802
        self.opacity = opacity

    def duplicate(self) -> Node:
        copy = Node(self._name, self.data, self._size, self._kind)
        copy.opacity, copy.shown, copy.label = self.opacity, self.shown, self.label
        for child in self.children:
            copy.addChildNode(child.duplicate(), None)
        return copy

    def parentNode(self) -> Node | None:  # noqa: N802
        return self.parent

    def childNodes(self) -> list[Node]:  # noqa: N802
        return list(self.children)

    def addChildNode(self, node: Node, below: Node | None) -> bool:  # noqa: N802
        """True also when nothing was added, as Krita answers."""
        if self.takes and node.parent is None and (below is None or below in self.children):
            self.children.insert(self.children.index(below) + 1 if below else len(self.children), node)
            node.parent = self
            self._tell(node)
        return True

    def _tell(self, added: Node) -> None:
        root: Node = self
        while root.parent is not None:
            root = root.parent
        if root.added:
            root.added(added)

    def remove(self) -> None:
        assert self.parent is not None
        self.parent.children.remove(self)
        self.parent = None


class Document(FakeDocument):
    """A document with a tree; a new layer becomes the active one, as in Krita."""

    def __init__(self, *layers: Node) -> None:
        super().__init__()
        self._root = Node("root", kind="grouplayer")
        for layer in layers:
            self._root.addChildNode(layer, None)
        self.size = layers[0]._size if layers else (3, 2)
        self.active: Node | None = layers[0] if layers else None
        self._root.added = self.setActiveNode

    def rootNode(self) -> Node:  # noqa: N802
        return self._root

    def bounds(self) -> Any:
        return QtCore.QRect(0, 0, *self.size)

    def topLevelNodes(self) -> list[Node]:  # noqa: N802
        return self._root.childNodes()

    def activeNode(self) -> Node | None:  # noqa: N802
        return self.active

    def setActiveNode(self, node: Node) -> None:  # noqa: N802
        self.active = node

    def createNode(self, name: str, kind: str) -> Node:  # noqa: N802
        return Node(name, kind=kind)

    def createGroupLayer(self, name: str) -> Node:  # noqa: N802
        return Node(name, kind="grouplayer")

    def waitForDone(self) -> None:  # noqa: N802
        pass

    def refreshProjection(self) -> None:  # noqa: N802
        pass

    def names(self) -> list[Any]:
        """The layers from bottom to top; a group as a list that begins with its name."""
        return [_names(each) for each in self._root.children]


def _names(node: Node) -> Any:
    return [node.name(), *map(_names, node.children)] if node.type() == "grouplayer" else node.name()
