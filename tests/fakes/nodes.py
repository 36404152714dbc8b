"""Documents and nodes that do as Krita's: what is written and where it stands, and what Krita refuses in silence."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from krita_deepdream import krita_api
from krita_deepdream.qt import QtCore, QtGui

# The layers from bottom to top; a group as a list that begins with its name.
Names = list["str | Names"]
# Bytes of a sample.
DEPTHS = {"U8": 1, "U16": 2, "F32": 4}


class Channel:
    def position(self) -> int:
        return 3

    def channelSize(self) -> int:
        return 1


class Selection:
    """A box of which all is selected."""

    def __init__(self, *box: int) -> None:
        self._box = box

    def x(self) -> int:
        return self._box[0]

    def y(self) -> int:
        return self._box[1]

    def width(self) -> int:
        return self._box[2]

    def height(self) -> int:
        return self._box[3]

    def select(self, x: int, y: int, width: int, height: int, _value: int) -> None:
        self._box = x, y, width, height

    def pixelData(self, x: int, y: int, width: int, height: int) -> QtCore.QByteArray:
        box = QtCore.QRect(*self._box)
        inside = (box.contains(column, row) for row in range(y, y + height) for column in range(x, x + width))
        return QtCore.QByteArray(bytes(255 if each else 0 for each in inside))

    def setPixelData(self, data: krita_api.Data, x: int, y: int, width: int, height: int) -> None:
        assert set(bytes(krita_api.view(data))) == {255}, "only whole boxes here"
        self._box = x, y, width, height


class Node:
    """A node of 8-bit RGBA with pixels in one rectangle; ``takes``: whether it accepts children."""

    def __init__(
        self, name: str, data: bytes = b"", size: tuple[int, int] = (3, 2), kind: str = "paintlayer", takes: bool = True
    ) -> None:
        self._name, self.data, self._size, self._kind, self.takes = name, data, size, kind, takes
        self.id = "{" + str(uuid.uuid4()) + "}"
        self.children: list[Node] = []
        self.parent: Node | None = None
        self.opaque, self.shown, self.label = 255, True, 0
        self.depth, self.depths, self.steps = "U8", {"U8", "U16"}, 0
        self.added: Callable[[Node], None] | None = None
        self.passes_through, self.mode = False, "normal"
        self.is_locked = False
        self.keyframes: dict[int, bytes] = {}

    def uniqueId(self) -> QtCore.QUuid:
        return QtCore.QUuid(self.id)

    def type(self) -> str:
        return self._kind

    def name(self) -> str:
        return self._name

    def setName(self, name: str) -> None:
        self._name = name

    def visible(self) -> bool:
        return self.shown

    def setVisible(self, shown: bool) -> None:
        self.shown = shown

    def colorLabel(self) -> int:
        return self.label

    def animated(self) -> bool:
        return bool(self.keyframes)

    def hasKeyframeAtTime(self, time: int) -> bool:
        return time in self.keyframes

    def pixelDataAtTime(self, x: int, y: int, width: int, height: int, time: int) -> QtCore.QByteArray:
        assert (x, y, (width, height)) == (0, 0, self._size), "only the whole layer here"
        return QtCore.QByteArray(self.keyframes.get(time, b""))

    def locked(self) -> bool:
        return self.is_locked

    def channels(self) -> list[Channel]:
        return [Channel()]

    def colorModel(self) -> str:
        return "RGBA"

    def colorDepth(self) -> str:
        return self.depth

    def setColorSpace(self, _model: str, depth: str, _profile: str) -> bool:
        """True also when nothing was changed, as Krita answers; each change is an undo step."""
        if depth in self.depths and depth != self.depth:
            # Krita's conversion of deep samples isn't exact.
            self.data = b"".join(bytes([each & 254]) * DEPTHS[depth] for each in self.data[:: DEPTHS[self.depth]])
            self.depth = depth
            self.steps += 1
        return True

    def colorProfile(self) -> str:
        return "sRGB-elle-V2-srgbtrc.icc"

    def bounds(self) -> QtCore.QRect:
        return QtCore.QRect(0, 0, *self._size) if self.data else QtCore.QRect()

    def pixelData(self, x: int, y: int, width: int, height: int) -> QtCore.QByteArray:
        (across, down), size = self._size, 4 * DEPTHS[self.depth]
        found = bytearray()
        for row in range(y, y + height):
            for column in range(x, x + width):
                inside = 0 <= column < across and 0 <= row < down and self.data
                at = (row * across + column) * size
                found += self.data[at : at + size] if inside else bytes(size)
        return QtCore.QByteArray(bytes(found))

    def projectionPixelData(self, x: int, y: int, width: int, height: int) -> QtCore.QByteArray:
        return self.pixelData(x, y, width, height)

    def setPixelData(self, data: krita_api.Data, x: int, y: int, width: int, height: int) -> None:
        """Into what is there; where that isn't large enough, instead of it."""
        across, down = self._size
        written = bytes(krita_api.view(data))
        if not self.data or x + width > across or y + height > down or (width, height) == self._size:
            self.data, self._size = written, (width, height)
            return
        size, held = len(self.data) // (across * down), bytearray(self.data)
        for row in range(height):
            at = ((y + row) * across + x) * size
            held[at : at + width * size] = written[row * width * size : (row + 1) * width * size]
        self.data = bytes(held)

    def passThroughMode(self) -> bool:
        assert self._kind == "grouplayer", "only groups have it"
        return self.passes_through

    def setPassThroughMode(self, passthrough: bool) -> None:
        self.passes_through = passthrough

    def opacity(self) -> int:
        return self.opaque

    def setOpacity(self, opacity: int) -> None:
        self.opaque = opacity

    def blendingMode(self) -> str:
        return "normal"

    def setBlendingMode(self, mode: str) -> None:
        self.mode = mode

    def duplicate(self) -> Node:
        copy = Node(self._name, self.data, self._size, self._kind)
        copy.opaque, copy.shown, copy.label = self.opaque, self.shown, self.label
        for child in self.children:
            copy.addChildNode(child.duplicate(), None)
        return copy

    def parentNode(self) -> Node | None:
        return self.parent

    def childNodes(self) -> list[Node]:
        return list(self.children)

    def addChildNode(self, node: krita_api.Node, above: krita_api.Node | None) -> bool:
        """True also when nothing was added, as Krita answers."""
        assert isinstance(node, Node) and (above is None or isinstance(above, Node))
        if self.takes and node.parent is None and (above is None or above in self.children):
            self.children.insert(self.children.index(above) + 1 if above else len(self.children), node)
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


class Document:
    """A document with annotations and a tree; a new layer becomes the active one, as in Krita."""

    def __init__(self, *layers: Node, name: str = "Picture", size: tuple[int, int] = (640, 480)) -> None:
        self._name, self._root = name, Node("root", kind="grouplayer")
        for layer in layers:
            self._root.addChildNode(layer, None)
        self.size = layers[0]._size if layers else size
        self.active: Node | None = layers[0] if layers else None
        self._root.added = self.setActiveNode
        self.annotations: dict[str, bytes] = {}
        self.closed, self.pace, self.clip, self.selected = False, 24, (0, 100), Selection(0, 0, 0, 0)

    def name(self) -> str:
        return self._name

    def fileName(self) -> str:
        return ""

    def width(self) -> int:
        return self.size[0]

    def height(self) -> int:
        return self.size[1]

    def resolution(self) -> float:
        return 72.0

    def bounds(self) -> QtCore.QRect:
        return QtCore.QRect(0, 0, *self.size)

    def selection(self) -> Selection:
        """One of no size where nothing is selected, as Krita may answer."""
        return self.selected

    def colorModel(self) -> str:
        return "RGBA"

    def colorDepth(self) -> str:
        return "U8"

    def colorProfile(self) -> str:
        return "sRGB-elle-V2-srgbtrc.icc"

    def setColorProfile(self, _profile: str) -> bool:
        return True

    def setColorSpace(self, _model: str, _depth: str, _profile: str) -> bool:
        """True also when nothing was changed, as Krita answers."""
        return True

    def pixelData(self, x: int, y: int, width: int, height: int) -> QtCore.QByteArray:
        """Those of the topmost layer that is shown: nothing is composed here."""
        seen = _topmost(self._root)
        return (seen or Node("nothing")).pixelData(x, y, width, height)

    def rootNode(self) -> Node | None:
        return None if self.closed else self._root

    def topLevelNodes(self) -> list[Node]:
        return self._root.childNodes()

    def activeNode(self) -> Node | None:
        return self.active

    def setActiveNode(self, node: krita_api.Node) -> None:
        assert isinstance(node, Node)
        self.active = node

    def createNode(self, name: str, kind: str) -> Node:
        return Node(name, kind=kind)

    def createGroupLayer(self, name: str) -> Node:
        return Node(name, kind="grouplayer")

    def setCurrentTime(self, time: int) -> None:
        """Nothing here shows another frame."""

    def waitForDone(self) -> None:
        pass

    def refreshProjection(self) -> None:
        pass

    def setModified(self, modified: bool) -> None:
        pass

    def clone(self) -> Document:
        """Another document of the same nodes' ids."""
        return copy.deepcopy(self)

    def close(self) -> bool:
        assert not self.closed, "a second time crashes Krita"
        self.closed = True
        return True

    def annotationTypes(self) -> list[str]:
        return list(self.annotations)

    def annotation(self, kind: str) -> QtCore.QByteArray:
        return QtCore.QByteArray(self.annotations.get(kind, b""))

    def setAnnotation(self, kind: str, _description: str, data: krita_api.Data) -> None:
        self.annotations[kind] = bytes(krita_api.view(data))

    def removeAnnotation(self, kind: str) -> None:
        del self.annotations[kind]

    def animationLength(self) -> int:
        return self.clip[1] + 1

    def framesPerSecond(self) -> int:
        return self.pace

    def setFramesPerSecond(self, frames: int) -> None:
        self.pace = frames

    def setFullClipRangeStartTime(self, frame: int) -> None:
        self.clip = frame, self.clip[1]

    def fullClipRangeEndTime(self) -> int:
        return self.clip[1]

    def setFullClipRangeEndTime(self, frame: int) -> None:
        self.clip = self.clip[0], frame

    def setPlayBackRange(self, first: int, last: int) -> None:
        pass

    def names(self) -> Names:
        """The names of all layers."""
        return [_names(each) for each in self._root.children]


def _topmost(parent: Node) -> Node | None:
    shown = [each for each in reversed(parent.children) if each.shown and not each.type().endswith("mask")]
    return next((found for each in shown if (found := _topmost(each) if each.children else each)), None)


def _names(node: Node) -> str | Names:
    return [node.name(), *map(_names, node.children)] if node.type() == "grouplayer" else node.name()


if TYPE_CHECKING:
    # These do as Krita's own, or mypy says what is missing.
    krita: tuple[type[krita_api.Node], type[krita_api.GroupLayer], type[krita_api.Document], type[krita_api.Selection]]
    krita = Node, Node, Document, Selection


class View:
    """Shows an image at twice its size, turned by a quarter, its upper left corner at (100, 10) of the canvas."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.selected: list[Node] = []

    def document(self) -> Document:
        return self._document

    def selectedNodes(self) -> list[Node]:
        return self.selected

    def flakeToCanvasTransform(self) -> QtGui.QTransform:
        return QtGui.QTransform().translate(100, 10).rotate(90).scale(4, 4)

    def flakeToImageTransform(self) -> QtGui.QTransform:
        return QtGui.QTransform().scale(2, 2)
