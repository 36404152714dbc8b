"""A Krita of one small layer: hands out a gradient, takes results, and can lose its layer on demand.

The document of its places is what ``active`` is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from krita_deepdream.core import errors, wire
from krita_deepdream.documents import nodes
from krita_deepdream.jobs.document_data import (
    Grabbed,
    Location,
    Outcome,
    Placed,
    Source,
    SourceSelection,
    Space,
    StoredRecipe,
    Target,
)
from krita_deepdream.jobs.dream_layer import Box
from krita_deepdream.jobs.job import Animation, DreamRequest, HostLike, Zoom
from krita_deepdream.jobs.named_pictures import LONGEST_PX, Offered
from krita_deepdream.krita_api import Document as AnyDocument
from krita_deepdream.krita_api import Node as AnyNode
from krita_deepdream.language import tr
from krita_deepdream.qt import QtWidgets

from .nodes import Document, Node

WIDTH, HEIGHT = 24, 16
BOX = (4, 2, 12, 8)  # the dreamed part: x, y, width, height
CORNER = (100, 50)  # where the grabbed pixels lie in the document


class FakeDocument(Document):
    """An image without a layer."""

    def __init__(self, name: str = "Picture") -> None:
        super().__init__(name=name)


class FakeHost:
    """``location`` and ``place_on_top`` collect what came; ``refusal`` is raised by the next ``location``."""

    def __init__(self) -> None:
        self.active: AnyDocument | None = FakeDocument()
        self.active_node = "{node}"
        self.canvas_widget: QtWidgets.QWidget | None = None
        self.pointed_at: tuple[int, int] | None = None
        self.closed: list[AnyDocument] = []
        self.standing = True
        self.hiding = ""
        self.activated: list[str] = []
        self.hints: list[Callable[[], None]] = []
        self.flips = 0
        self.placed: list[Outcome] = []
        self.requests: list[DreamRequest] = []
        self.anew: list[Outcome] = []
        self.zooms: list[tuple[str, bytes, Zoom]] = []
        self.opacities: list[float] = []
        self.keyframes: tuple[int, ...] = ()
        self.animations: list[tuple[str, bytes, Animation]] = []
        self.grab_error: errors.DreamError | None = None
        self.note = ""
        self.space: Space | None = None
        self.source = Source.CURRENT_LAYER
        self.active_recipe: StoredRecipe | None = None
        self.refusal: Exception | None = None
        self.layers = {"Hill": gradient(WIDTH, HEIGHT), "other": gradient(8, 8)}
        self.picture = gradient(WIDTH, HEIGHT)
        self.mask = box(WIDTH, HEIGHT)
        self.selected = b""

    def look(self, request: DreamRequest) -> Target | None:
        return Target("Picture", "Sky", True, BOX[2:], request.source, request.labels)

    def grab(self, request: DreamRequest, depth: str = "") -> Grabbed:
        self.source = request.source
        if self.grab_error:
            raise self.grab_error
        document = request.at.document if request.at else self.active
        assert document is not None
        if request.at and not self.is_open(document):
            raise errors.DreamError("krita.left", layer="Sky")
        node = request.again.node_id if request.again else self.active_node
        location = Location(document, document.name(), (640, 480), node, "Sky", *CORNER, space=self.space)
        box = (CORNER[0] + BOX[0], CORNER[1] + BOX[1], *BOX[2:])
        source_selection = SourceSelection(request.source, request.labels, node, box, self.selected)
        self.requests.append(request)
        inside = (0, 0, WIDTH, HEIGHT) if request.zoom else BOX
        return Grabbed(
            self.picture, self.mask, None, location, inside, source_selection=source_selection, note=self.note
        )

    def offered(self) -> tuple[list[Offered], list[Offered]]:
        layers = [Offered(f"{{{name}}}", name, 0) for name in self.layers]
        return layers, [Offered("{other}", "Other.kra", 0)]

    def read_picture(self, node_id: str, longest_px: int = LONGEST_PX) -> wire.Picture:
        if node_id.strip("{}") not in self.layers:
            raise errors.DreamError("krita.pixels", layer=node_id)
        return self.layers[node_id.strip("{}")]

    def read_picture_over(self, node_id: str, grabbed: Grabbed) -> wire.Picture:
        self.read_picture(node_id)
        return self.layers[node_id.strip("{}")]

    def glimpse(self, request: DreamRequest) -> object:
        if self.grab_error:
            raise self.grab_error
        return bytes(self.picture.data), self.mask

    def recipe(self) -> StoredRecipe | None:
        return self.active_recipe

    def place(self, outcome: Outcome) -> Placed:
        refusal, self.refusal = self.refusal, None
        if refusal:
            raise refusal
        self.placed.append(outcome)
        return Placed(outcome.location.document, "{result}", tr(outcome.name))

    def place_on_top(self, outcome: Outcome) -> Placed:
        self.anew.append(outcome)
        document = outcome.location.document
        document = document if self.is_open(document) else FakeDocument(tr(outcome.name))
        return Placed(document, "{result}", tr(outcome.name))

    def document(self) -> AnyDocument | None:
        return self.active

    def is_open(self, document: AnyDocument) -> bool:
        return document not in self.closed

    def stands(self, placed: Placed) -> bool:
        return self.standing and self.is_open(placed.document)

    def hidden_by(self, placed: Placed) -> str:
        return self.hiding

    def grab_part(
        self, document: AnyDocument, node_id: str, request: DreamRequest, box: Box
    ) -> tuple[Grabbed, wire.Picture]:
        node = found(document, request.again.node_id if request.again else "")
        old = found(document, node_id)
        location = Location(document, document.name(), (640, 480), node_id, "Sky", *box[:2])
        grabbed = Grabbed(part(node, box), b"\xff" * (box[2] * box[3]), None, location, (0, 0, *box[2:]))
        return grabbed, part(old, box)

    def layer_samples(self, document: AnyDocument, node_id: str, picture: wire.Picture) -> bytes:
        return bytes(picture.data)

    def canvas_under_pointer(self) -> QtWidgets.QWidget | None:
        return self.canvas_widget

    def pointer(self, document: AnyDocument) -> tuple[int, int] | None:
        return self.pointed_at

    def active_layer(self, document: AnyDocument) -> AnyNode | None:
        return nodes.layer_of(document.activeNode())

    def activate(self, document: AnyDocument, node_id: str) -> None:
        self.activated.append(node_id)

    def on_history(self, function: Callable[[], None]) -> bool:
        self.hints.append(function)
        return True

    def flip(self, placed: Placed) -> bool:
        self.flips += 1
        return self.stands(placed)

    def zoom_pace(self, request: DreamRequest) -> Zoom:
        assert request.zoom is not None
        return request.zoom

    def place_zoom(self, outcome: Outcome, zoom: Zoom) -> Placed:
        self.zooms.append((outcome.name, Path(zoom.target).read_bytes(), zoom))
        return Placed(outcome.location.document, "{zoom}", tr(outcome.name))

    def keyframe_times(self, request: DreamRequest) -> tuple[int, ...]:
        return self.keyframes if request.source is Source.CURRENT_LAYER else ()

    def animation_of(self, request: DreamRequest) -> Animation:
        assert request.animation is not None
        return request.animation.of(self.keyframes)

    def grab_keyframe(self, request: DreamRequest) -> Grabbed:
        assert request.animation is not None
        if request.animation.times[request.animation.done] not in self.keyframes:
            raise errors.DreamError("animation.gone", layer="Sky")
        return self.grab(request)

    def place_animation(self, outcome: Outcome, animation: Animation) -> Placed:
        self.animations.append((outcome.name, Path(animation.file).read_bytes(), animation))
        return Placed(outcome.location.document, "{animation}", tr(outcome.name))

    def set_opacity(self, placed: Placed, percent: float) -> bool:
        self.opacities.append(percent)
        return True


def found(document: AnyDocument, node_id: str) -> Node:
    node = nodes.dream_layer(document, node_id)
    assert isinstance(node, Node)
    return node


def part(node: Node, box: Box) -> wire.Picture:
    return wire.Picture(box[2], box[3], "U8", bytes(node.pixelData(*box).data()))


def gradient(width: int, height: int) -> wire.Picture:
    data = bytes(value for y in range(height) for x in range(width) for value in (x * 9 % 256, y * 13 % 256, 90, 255))
    return wire.Picture(width, height, "U8", data)


def box(width: int, height: int) -> bytes:
    x, y, wide, high = BOX
    inside = [(x <= column < x + wide) and (y <= row < y + high) for row in range(height) for column in range(width)]
    return bytes(200 if each else 0 for each in inside)


if TYPE_CHECKING:
    # It does as the session's host, or mypy says what is missing.
    host: type[HostLike] = FakeHost
