"""A Krita of one small layer: hands out a gradient, takes results, and can lose its layer on demand.

The document of its places is what ``active`` is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from krita_deepdream.core import errors, wire
from krita_deepdream.krita_api import Document as AnyDocument
from krita_deepdream.language import tr
from krita_deepdream.orders.given import LONGEST_PX, Offered
from krita_deepdream.orders.grab import Asked, Grabbed, Kept, Outcome, Place, Placed, Source, Target
from krita_deepdream.orders.jobs import Film, HostLike, Order

from .nodes import Document

WIDTH, HEIGHT = 24, 16
BOX = (4, 2, 12, 8)  # the dreamed part: x, y, width, height
CORNER = (100, 50)  # where the grabbed pixels lie in the document


class FakeDocument(Document):
    """An image without a layer."""

    def __init__(self, name: str = "Picture") -> None:
        super().__init__(name=name)


class FakeHost:
    """``place`` and ``place_anew`` collect what came; ``refusal`` is raised by the next ``place``."""

    def __init__(self) -> None:
        self.active: AnyDocument | None = FakeDocument()
        self.active_node = "{node}"
        self.closed: list[AnyDocument] = []
        self.standing = True
        self.flips = 0
        self.placed: list[Outcome] = []
        self.orders: list[Order] = []
        self.anew: list[Outcome] = []
        self.films: list[tuple[str, bytes, Film]] = []
        self.opacities: list[float] = []
        self.grab_error: errors.DreamError | None = None
        self.note = ""
        self.source = Source.CURRENT_LAYER
        self.active_recipe: Kept | None = None
        self.refusal: Exception | None = None
        self.layers = {"Hill": gradient(WIDTH, HEIGHT), "other": gradient(8, 8)}
        self.picture = gradient(WIDTH, HEIGHT)
        self.mask = box(WIDTH, HEIGHT)

    def look(self, order: Order) -> Target | None:
        return Target("Picture", "Sky", True, BOX[2:], order.source, order.labels)

    def grab(self, order: Order, depth: str = "") -> Grabbed:
        self.source = order.source
        if self.grab_error:
            raise self.grab_error
        document = order.at.document if order.at else self.active
        assert document is not None
        if order.at and not self.is_open(document):
            raise errors.DreamError("krita.left", layer="Sky")
        node = order.again.node_id if order.again else self.active_node
        place = Place(document, document.name(), (640, 480), node, "Sky", *CORNER)
        box = (CORNER[0] + BOX[0], CORNER[1] + BOX[1], *BOX[2:])
        asked = Asked(order.source, order.labels, node, box, b"")
        self.orders.append(order)
        inside = (0, 0, WIDTH, HEIGHT) if order.film else BOX
        return Grabbed(self.picture, self.mask, None, place, inside, asked=asked, note=self.note)

    def offered(self) -> tuple[list[Offered], list[Offered]]:
        layers = [Offered(f"{{{name}}}", name, 0) for name in self.layers]
        return layers, [Offered("{other}", "Other.kra", 0)]

    def borrow(self, node_id: str, longest_px: int = LONGEST_PX) -> wire.Picture:
        if node_id.strip("{}") not in self.layers:
            raise errors.DreamError("krita.pixels", layer=node_id)
        return self.layers[node_id.strip("{}")]

    def borrow_over(self, node_id: str, grabbed: Grabbed) -> wire.Picture:
        self.borrow(node_id)
        return self.layers[node_id.strip("{}")]

    def glimpse(self, order: Order) -> object:
        if self.grab_error:
            raise self.grab_error
        return bytes(self.picture.data), self.mask

    def recipe(self) -> Kept | None:
        return self.active_recipe

    def place(self, outcome: Outcome) -> Placed:
        refusal, self.refusal = self.refusal, None
        if refusal:
            raise refusal
        self.placed.append(outcome)
        return Placed(outcome.place.document, "{result}", tr(outcome.name))

    def place_anew(self, outcome: Outcome) -> Placed:
        self.anew.append(outcome)
        document = outcome.place.document
        document = document if self.is_open(document) else FakeDocument(tr(outcome.name))
        return Placed(document, "{result}", tr(outcome.name))

    def document(self) -> AnyDocument | None:
        return self.active

    def is_open(self, document: AnyDocument) -> bool:
        return document not in self.closed

    def stands(self, placed: Placed) -> bool:
        return self.standing and self.is_open(placed.document)

    def flip(self, placed: Placed) -> bool:
        self.flips += 1
        return self.stands(placed)

    def film_pace(self, order: Order) -> Film:
        assert order.film is not None
        return order.film

    def place_film(self, outcome: Outcome, film: Film) -> Placed:
        self.films.append((outcome.name, Path(film.target).read_bytes(), film))
        return Placed(outcome.place.document, "{film}", tr(outcome.name))

    def set_opacity(self, placed: Placed, percent: float) -> bool:
        self.opacities.append(percent)
        return True


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
