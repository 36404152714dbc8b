"""What is taken from a document and where a result belongs, as plain data."""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

from ..core import wire
from ..krita_api import Document
from ..language import mark

# Krita's color labels by number, 0 for none; in the words of its Layers docker.
LABELS = {
    1: mark("Blue"),
    2: mark("Green"),
    3: mark("Yellow"),
    4: mark("Orange"),
    5: mark("Brown"),
    6: mark("Red"),
    7: mark("Purple"),
    8: mark("Grey"),
}


class Space(NamedTuple):
    """A colour space by Krita's own names."""

    model: str
    depth: str
    profile: str


class Source(Enum):
    """What is taken from the document, in the words of Krita's own tools."""

    CURRENT_LAYER = "current layer"
    CURRENT_GROUP = "current group"
    ALL_LAYERS = "all layers"
    LABELED_LAYERS = "color labeled layers"


@dataclass(frozen=True)
class Target:
    """What would be grabbed now: ``size`` is the selection's (``selected``) or else the canvas's, in pixels.

    ``layer_name`` is the layer's or group's, ``labels`` those that are taken; ``wraps`` as in ``Grabbed``. ``empty``:
    nothing is painted there, so what is visible is taken.
    """

    document_name: str
    layer_name: str
    selected: bool
    size: tuple[int, int]
    source: Source = Source.CURRENT_LAYER
    labels: frozenset[int] = frozenset()
    wraps: bool = False
    empty: bool = False


@dataclass(frozen=True)
class Location:
    """Where a job came from: document and node, and the grabbed rectangle's corner in document pixels.

    ``document`` is the host's own handle; ``canvas`` its width and height at that time, ``space`` its colour
    space, ``resolution`` in pixels per inch. ``over``: the node that a new layer goes above, if it is another one.
    """

    document: Document
    document_name: str
    canvas: tuple[int, int]
    node_id: str
    layer_name: str
    x: int
    y: int
    space: Space | None = None
    resolution: float = 72.0
    over: str = ""


@dataclass(frozen=True)
class SourceSelection:
    """What a dream was made of, so that it can be dreamed again.

    ``node_id`` is the layer's or group's; ``box`` what was selected, in document pixels: x, y, width, height;
    ``mask`` a byte per pixel of it, empty where nothing was selected; ``by``: as ``DreamRequest.strength_by``, empty
    if nothing controlled the strength.
    """

    source: Source
    labels: frozenset[int]
    node_id: str
    box: tuple[int, int, int, int]
    mask: bytes
    by: str = ""

    @cached_property
    def packed_mask(self) -> bytes:
        """The mask, deflated."""
        return zlib.compress(self.mask, 1)

    def begin_packing(self) -> None:
        """Pack the mask before it is needed: a large one takes a tenth of a second, which Krita's thread hasn't got."""
        if self.mask:
            threading.Thread(target=lambda: self.packed_mask, name="packer", daemon=True).start()


@dataclass(frozen=True)
class Grabbed:
    """Pixels for one job; fields as in ``wire.Dream``.

    ``inside``: x, y, width and height of what is dreamed, in the picture's own pixels. ``note`` is a sentence for the
    painter, or empty. ``replaceable``: whether the dream can take the place of its layer. ``strength_map`` is light
    where the dream should be strong. ``wraps``: the canvas is shown in Krita's Wrap Around Mode, and the picture is all
    of it.
    """

    picture: wire.Picture
    mask: bytes
    backdrop: wire.Picture | None
    location: Location
    inside: tuple[int, int, int, int]
    note: str = ""
    replaceable: bool = True
    source_selection: SourceSelection | None = None
    strength_map: wire.Picture | None = None
    wraps: bool = False


class Destination(Enum):
    """Where a result goes."""

    ABOVE = "above"
    GROUP = "group"
    PAINT_IN = "paint in"
    DETAIL = "detail"
    REPLACE = "replace"
    NEW_IMAGE = "new image"

    @property
    def is_layer(self) -> bool:
        """Whether it becomes a layer of its own in the document that was dreamed."""
        return self not in (Destination.REPLACE, Destination.NEW_IMAGE)


@dataclass(frozen=True)
class Blended:
    """A dream laid over its source, with the source's alpha. ``touched``: a byte per pixel, 0 where nothing is new."""

    picture: wire.Picture
    touched: bytes


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A finished dream on its way back to Krita: ``x``, ``y`` in document pixels, strength in percent.

    ``preview`` is a small 8-bit picture of it, if there was one. ``blended``: what replaces the source. ``hints``: ids
    of the nodes that guided it; where they are seen, it goes above them. ``record``: as in ``wire.Result``. ``into``:
    as in ``DreamRequest``. ``source``: what was dreamed there, if a detail layer is made of the difference; ``None``:
    what is there by now.
    """

    name: str
    location: Location
    picture: wire.Picture
    x: int
    y: int
    strength: float
    destination: Destination = Destination.ABOVE
    recipe: dict[str, Any] = field(default_factory=dict)
    preview: wire.Picture | None = None
    blended: Blended | None = None
    source_selection: SourceSelection | None = None
    hints: frozenset[str] = frozenset()
    record: dict[str, Any] = field(default_factory=dict)
    into: str = ""
    source: wire.Picture | None = None


@dataclass(frozen=True)
class StoredRecipe:
    """What is known of a dreamed layer; ``source_selection`` is ``None`` if its source isn't known."""

    name: str
    recipe: dict[str, Any]
    source_selection: SourceSelection | None


@dataclass(frozen=True)
class Placed:
    """A result layer in a document, and its name there."""

    document: Document
    node_id: str
    name: str = ""
