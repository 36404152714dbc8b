"""What is taken from a document and where a result belongs, as plain data; pixel rectangles without Krita."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from .core import surroundings, wire
from .highlights import Highlights
from .qt import QtCore

QRect = QtCore.QRect

# A whole number of pixels of any depth.
BLOCK_BYTES = 1 << 16
# The alpha sample of one opaque pixel, as it lies in memory.
_OPAQUE = {"U8": b"\xff", "U16": b"\xff\xff", "F32": b"\x00\x00\x80\x3f"}


# Krita's color labels by number, 0 for none; in the words of its Layers docker.
LABELS = {1: "Blue", 2: "Green", 3: "Yellow", 4: "Orange", 5: "Brown", 6: "Red", 7: "Purple", 8: "Grey"}


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

    ``layer_name`` is the layer's or group's, ``labels`` those that are taken; ``wraps`` as in ``Grabbed``.
    """

    document_name: str
    layer_name: str
    selected: bool
    size: tuple[int, int]
    source: Source = Source.CURRENT_LAYER
    labels: frozenset[int] = frozenset()
    wraps: bool = False


@dataclass(frozen=True)
class Place:
    """Where a job came from: document and node, and the grabbed rectangle's corner in document pixels.

    ``document`` is the host's own handle; ``canvas`` its width and height at that time, ``space`` its colour
    space, ``resolution`` in pixels per inch. ``over``: the node that a new layer goes above, if it is another one.
    ``highlights`` are what the conversion to sRGB cut off above white,
    as they lie in the grabbed rectangle.
    """

    document: Any
    document_name: str
    canvas: tuple[int, int]
    node_id: str
    layer_name: str
    x: int
    y: int
    highlights: Highlights | None = None
    space: Space | None = None
    resolution: float = 72.0
    over: str = ""


@dataclass(frozen=True)
class Asked:
    """What a dream was made of, so that it can be dreamed again.

    ``node_id`` is the layer's or group's; ``box`` what was selected, in document pixels: x, y, width, height;
    ``mask`` a byte per pixel of it, empty where nothing was selected.
    """

    source: Source
    labels: frozenset[int]
    node_id: str
    box: tuple[int, int, int, int]
    mask: bytes


@dataclass(frozen=True)
class Grabbed:
    """Pixels for one job; fields as in ``wire.Dream``.

    ``inside``: x, y, width and height of what is dreamed, in the picture's own pixels. ``note`` is a sentence
    for the painter, or empty. ``replaceable``: whether the dream can take the place of its layer.
    ``weight`` is light where the dream shall be strong. ``wraps``: the canvas is shown in Krita's Wrap Around Mode,
    and the picture is all of it.
    """

    picture: wire.Picture
    mask: bytes
    backdrop: wire.Picture | None
    place: Place
    inside: tuple[int, int, int, int]
    note: str = ""
    replaceable: bool = True
    asked: Asked | None = None
    weight: wire.Picture | None = None
    wraps: bool = False


class Goes(Enum):
    """Where a result goes."""

    ABOVE = "above"
    GROUP = "group"
    REPLACE = "replace"
    NEW_IMAGE = "new image"


@dataclass(frozen=True)
class Blended:
    """A dream laid over its source, with the source's alpha. ``touched``: a byte per pixel, 0 where nothing is new."""

    picture: wire.Picture
    touched: bytes


@dataclass(frozen=True)
class Outcome:
    """A finished dream on its way back to Krita: ``x``, ``y`` in document pixels, strength in percent.

    ``preview`` is a small 8-bit picture of it, if there was one. ``blended``: what replaces the source.
    """

    name: str
    place: Place
    picture: wire.Picture
    x: int
    y: int
    strength: float
    goes: Goes = Goes.ABOVE
    recipe: dict[str, Any] = field(default_factory=dict)
    preview: wire.Picture | None = None
    blended: Blended | None = None
    asked: Asked | None = None


@dataclass(frozen=True)
class Placed:
    """A result layer that stands in a document."""

    document: Any
    node_id: str


def with_surroundings(region: QRect, canvas: QRect) -> QRect:
    """``region`` and what the network should see around it, as far as the canvas goes."""
    margin = surroundings.surroundings(region.width(), region.height())
    return region.adjusted(-margin, -margin, margin, margin).intersected(canvas)


def box_mask(region: QRect, rect: QRect) -> bytes:
    """One byte per pixel of ``rect``: 255 inside ``region``, else 0; empty when they are the same."""
    if region == rect:
        return b""
    left = region.x() - rect.x()
    right = rect.width() - left - region.width()
    row = bytes(left) + b"\xff" * region.width() + bytes(right)
    above = region.y() - rect.y()
    below = rect.height() - above - region.height()
    return bytes(above * rect.width()) + row * region.height() + bytes(below * rect.width())


def crop(picture: wire.Picture, rect: QRect) -> wire.Picture:
    """The part of ``picture`` inside ``rect``, which is given in the picture's own pixels."""
    if (rect.width(), rect.height()) == (picture.width, picture.height):
        return picture
    size = wire.BYTES_PER_PIXEL[picture.depth]
    stride, first, length = picture.width * size, rect.x() * size, rect.width() * size
    starts = range(rect.y() * stride + first, (rect.y() + rect.height()) * stride + first, stride)
    data = b"".join(picture.data[start:start + length] for start in starts)
    return wire.Picture(rect.width(), rect.height(), picture.depth, data)


def is_empty(picture: wire.Picture) -> bool:
    """Whether every pixel is wholly transparent."""
    return _alpha_is(picture, bytes(len(_OPAQUE[picture.depth])))


def is_opaque(picture: wire.Picture) -> bool:
    """Whether no pixel is even partly transparent."""
    return _alpha_is(picture, _OPAQUE[picture.depth])


def _alpha_is(picture: wire.Picture, sample: bytes) -> bool:
    # Slices and whole-buffer comparisons only: a loop over pixels in Python would halt the painter.
    # In blocks, because the first one mostly tells.
    size = wire.BYTES_PER_PIXEL[picture.depth]
    first = size - len(sample)
    for start in range(0, len(picture.data), BLOCK_BYTES):
        # Every fourth byte of a copy is read faster than of a view.
        block = bytes(picture.data[start:start + BLOCK_BYTES])
        for index, value in enumerate(sample):
            plane = block[first + index::size]
            if plane != bytes([value]) * len(plane):
                return False
    return True
