"""Krita's samples as sRGB for the wire, and dreams back into a document's own samples; Krita converts them.

``scratch`` makes a hidden throw-away document: to convert a node of the painter's own would be an undo step.
"""

from __future__ import annotations

from collections.abc import Callable

from ..core import errors, wire
from ..jobs.document_data import Highlights, Outcome, Space
from ..krita_api import Data, Document, view
from ..qt import QtCore
from .highlights import above_white, add_again, can_be_above_white
from .sources import Raw

QRect = QtCore.QRect
SRGB = "sRGB-elle-V2-srgbtrc.icc"
DEPTH_ON_WIRE = {"U8": "U8", "U16": "U16", "F16": "F32", "F32": "F32"}

Scratch = Callable[[], Document]


def picture(scratch: Scratch, raw: Raw, rect: QRect, depth: str = "") -> wire.Picture:
    """Pixels of ``rect`` as sRGB; ``depth`` as in ``wire.Picture``, by default their own."""
    depth = depth or DEPTH_ON_WIRE[raw.space.depth]
    # A view, since a copy of a large canvas takes as long as Krita's own reading.
    data = view(convert(scratch, raw.data, rect.size(), raw.space, Space("RGBA", depth, SRGB)))
    return wire.Picture(rect.width(), rect.height(), depth, data)


def highlights(raw: Raw, rect: QRect, depth: str) -> Highlights | None:
    """What the conversion of pixels to sRGB of that depth cuts off above white."""
    space = raw.space
    if space == Space("RGBA", depth, SRGB) or not can_be_above_white(space.model, space.depth):
        return None
    return above_white(raw.data.data(), rect.width(), space.model, space.depth)


def samples(scratch: Scratch, outcome: Outcome, dream: wire.Picture, target: Space) -> Data:
    """A picture of the outcome in ``target``'s samples, as bright as its source was where that was above white."""
    size = QtCore.QSize(dream.width, dream.height)
    # Krita takes bytes and byte arrays as they are, but no views.
    plain = bytes(dream.data) if isinstance(dream.data, memoryview) else dream.data
    data = convert(scratch, plain, size, Space("RGBA", dream.depth, SRGB), target)
    bright, location = outcome.location.highlights, outcome.location
    if bright is None or (bright.model, bright.depth) != target[:2]:
        return data
    return add_again(bright, bytes(view(data)), dream.width, outcome.x - location.x, outcome.y - location.y)


def convert(scratch: Scratch, data: Data, size: QtCore.QSize, source: Space, target: Space) -> Data:
    """``data`` (bytes of ``size``, as Krita lays them out) from one colour space to another, by Krita."""
    if source == target:
        return data
    document = scratch()
    try:
        node = document.createNode("scratch", "paintlayer")
        node.setColorSpace(*source)
        node.setPixelData(data, 0, 0, size.width(), size.height())
        node.setColorSpace(*target)
        # setColorSpace answers True also when it changed nothing.
        if (node.colorModel(), node.colorDepth(), node.colorProfile()) != target:
            raise errors.DreamError("krita.colour", source=" ".join(source), target=" ".join(target))
        return node.pixelData(0, 0, size.width(), size.height())
    finally:
        document.setModified(False)
        document.close()
