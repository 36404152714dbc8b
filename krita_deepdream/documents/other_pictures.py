"""What the documents that are open could give a dream: layers, masks, whole images; and their pixels.

Documents, and the functions that read them as sRGB, are handed in: this file doesn't know Krita itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..core import errors, wire
from ..jobs.document_data import Grabbed, Source
from ..jobs.images import from_image, to_image
from ..jobs.named_pictures import LONGEST_PX, Offered, fitted_to, grey
from ..krita_api import Document, HasSelection, Node
from ..qt import QtCore
from . import nodes
from .sources import Raw, SourceNodes, read, visible

QRect = QtCore.QRect
# Masks with pixels of their own, one byte each.
MASKS = ("transparencymask", "selectionmask")

# Pixels as Krita hands them out, and their rectangle → 8 bits deep.
Convert = Callable[[Raw, QRect], wire.Picture]


def offered(active: Document | None, documents: Sequence[Document]) -> tuple[list[Offered], list[Offered]]:
    """The active document's layers and masks from top to bottom, and the other images that are open."""
    others = [each for each in documents if each != active and each.rootNode() is not None]
    images = [Offered(nodes.identity(nodes.root_of(each)), nodes.document_name(each), 0) for each in others]
    return (list(_below(nodes.root_of(active), 0)) if active else []), images


def whole(documents: Sequence[Document], node_id: str, convert: Convert, longest_px: int = LONGEST_PX) -> wire.Picture:
    """All of a layer, mask or image, in little."""
    document, node = _find(documents, node_id)
    if node.type() in MASKS:
        return from_image(to_image(_mask(node, document.bounds())), longest_px)
    painted = node.bounds().intersected(document.bounds())
    rect = document.bounds() if painted.isEmpty() or node.parentNode() is None else painted
    return from_image(to_image(_pixels(document, node, rect, convert)), longest_px)


def aligned(documents: Sequence[Document], node_id: str, grabbed: Grabbed, convert: Convert) -> wire.Picture:
    """What lies over the grabbed rectangle; another document is stretched over the canvas."""
    document, node = _find(documents, node_id)
    location = grabbed.location
    rect = QRect(location.x, location.y, grabbed.picture.width, grabbed.picture.height)
    if document != location.document:
        return fitted_to(whole(documents, node_id, convert), location.canvas, rect.getRect())
    if node.type() in MASKS:
        return _mask(node, rect)
    return _pixels(document, node, rect, convert)


def _below(parent: Node, level: int) -> Iterator[Offered]:
    for node in reversed(parent.childNodes()):
        mask = node.type() in MASKS
        if mask or not node.type().endswith("mask"):
            yield Offered(nodes.identity(node), node.name(), level, mask)
            yield from _below(node, level + 1)


def _find(documents: Sequence[Document], node_id: str) -> tuple[Document, Node]:
    for document in documents:
        node = nodes.find(document, node_id) if document.rootNode() is not None else None
        if node is not None:
            return document, node
    raise errors.DreamError("named_picture.missing", name=node_id)


def _pixels(document: Document, node: Node, rect: QRect, convert: Convert) -> wire.Picture:
    if node.parentNode() is None:
        return convert(visible(document, rect), rect)
    return convert(read(document, SourceNodes(node, Source.CURRENT_LAYER, (node,)), rect), rect)


def _mask(node: Node, rect: QRect) -> wire.Picture:
    source = node.selection() if isinstance(node, HasSelection) else None
    values = (source or node).pixelData(*rect.getRect()).data()
    if len(values) != rect.width() * rect.height():
        raise errors.DreamError("krita.pixels", layer=node.name())
    return grey(values, rect.width(), rect.height())
