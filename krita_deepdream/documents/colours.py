"""Krita's samples as the wire has them, and dreams back into a document's own samples; Krita converts them.

``scratch`` makes a hidden throw-away document: to convert a node of the painter's own would be an undo step.
"""

from __future__ import annotations

from collections.abc import Callable

from ..core import errors, wire
from ..jobs.document_data import Space
from ..krita_api import Data, Document, view
from ..qt import QtCore
from .sources import Raw

QRect = QtCore.QRect
SRGB, LINEAR = "sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc"
DEPTH_ON_WIRE = {"U8": "U8", "U16": "U16", "F16": "F32", "F32": "F32"}

Scratch = Callable[[], Document]


def picture(scratch: Scratch, raw: Raw, rect: QRect, depth: str = "") -> wire.Picture:
    """Pixels of ``rect`` for the wire; ``depth`` as in ``wire.Picture``, by default their own."""
    depth = depth or DEPTH_ON_WIRE[raw.space.depth]
    # A view, since a copy of a large canvas takes as long as Krita's own reading.
    data = view(convert(scratch, raw.data, rect.size(), raw.space, on_wire(depth)))
    return wire.Picture(rect.width(), rect.height(), depth, data)


def on_wire(depth: str) -> Space:
    """What pictures of that depth are on the wire."""
    # Linear, since Krita's conversion to sRGB's curve cuts off what is above white.
    return Space("RGBA", depth, LINEAR if depth == "F32" else SRGB)


def can_be_above_white(space: Space) -> bool:
    """Whether samples have any room above white: RGB and grey in float."""
    return space.model in ("RGBA", "GRAYA") and DEPTH_ON_WIRE[space.depth] == "F32"


def samples(scratch: Scratch, dream: wire.Picture, target: Space) -> Data:
    """A picture off the wire in ``target``'s samples."""
    size = QtCore.QSize(dream.width, dream.height)
    # Krita takes bytes and byte arrays as they are, but no views.
    plain = bytes(dream.data) if isinstance(dream.data, memoryview) else dream.data
    return convert(scratch, plain, size, on_wire(dream.depth), target)


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
