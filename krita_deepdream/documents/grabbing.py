"""(request) → the pixels it is for, with all that says where they came from."""

from __future__ import annotations

from dataclasses import replace

from .. import krita_api
from ..core import errors, wire
from ..jobs.document_data import Grabbed, Source, SourceSelection, Target
from ..jobs.job import DreamRequest
from ..jobs.rectangles import box_mask, is_empty, is_opaque, with_surroundings
from ..krita_api import Document
from ..qt import QtCore
from . import application, colours, nodes, other_pictures, recipes, sources

QRect = QtCore.QRect


def look(request: DreamRequest) -> Target | None:
    """What ``grab`` would take, without reading a pixel; ``None`` without an image.

    Raises ``DreamError`` without an active layer, and when the request's source is nothing here.
    """
    document = application.active_document()
    if document is None:
        return None
    layer = application.needed_layer(document)
    what = sources.source_nodes(document, request, layer)
    selection = nodes.selection_of(document)
    size = (selection.width(), selection.height()) if selection else (document.width(), document.height())
    name = nodes.document_name(document)
    wraps = request.can_wrap and application.wraps_around()
    found = Target(name, what.node.name(), selection is not None, size, what.source, what.labels, wraps)
    return replace(found, empty=sources.is_bare(what, document.bounds(), selection))


def grab(request: DreamRequest, depth: str = "") -> Grabbed:
    """What the request's source says, where the selection (or else paint) is; the surroundings come with it.

    ``depth`` as in ``wire.Picture``; by default the source's own. Raises ``DreamError`` with a ``krita.…``
    code when there is nothing that could be dreamed.
    """
    document = document_of(request)
    what = nodes_for(document, request)
    selection = selection_of(document, request.again)
    canvas = document.bounds()
    region = canvas if request.zoom else nodes.region_of(document, sources.painted(what), selection)
    wraps = request.can_wrap and application.wraps_around()
    rect = canvas if wraps else with_surroundings(region, canvas, request.settings.working_size)
    inside = region.translated(-rect.topLeft())
    replaces, note = sources.replaces(document, what, request)
    without = recipes.dreams(document) if request.into else set()
    raw = sources.read(document, what, rect, own=replaces, without=without)
    picture = colours.picture(application.scratch, raw, rect, depth)
    mask = box_mask(region, rect) if selection is None else selection.pixelData(*rect.getRect()).data()
    source = what.source
    if is_empty(picture, mask):
        note, replaces, source = sources.instead_of_nothing(what, canvas), False, Source.ALL_LAYERS
        raw = sources.visible(document, rect, without)
        picture = colours.picture(application.scratch, raw, rect, depth)
        if is_empty(picture, mask):
            raise errors.DreamError("krita.empty")
    backdrop = None if is_opaque(picture) else in_eight_bits(sources.visible(document, rect, without), rect)
    over = nodes.identity(application.needed_layer(document)) if request.again and not request.at else ""
    location = replace(nodes.location_of(document, what.node, rect), over=over)
    by = sources.strength_by(what, request)
    then = request.strength_by if by else ""
    selected = mask if region == rect else _mask(selection, region)
    source_selection = SourceSelection(source, what.labels, location.node_id, region.getRect(), selected, then)
    grabbed = Grabbed(picture, mask, backdrop, location, inside.getRect(), note, replaces, source_selection)
    return replace(grabbed, strength_map=read_picture_over(by, grabbed) if by else None, wraps=wraps)


def glimpse(request: DreamRequest) -> object:
    """What ``grab`` would take as Krita holds it, only to be compared with ``==``: nothing is converted.

    Raises ``DreamError`` as ``grab``.
    """
    document = application.needed_document()
    what = nodes_for(document, request)
    selection = nodes.selection_of(document)
    region = nodes.region_of(document, sources.painted(what), selection)
    mask = selection.pixelData(*region.getRect()) if selection else None
    pixels = sources.read(document, what, region)
    return nodes.identity(what.node), region.getRect(), mask, pixels, application.wraps_around()


def read_picture_over(node_id: str, grabbed: Grabbed) -> wire.Picture:
    """What of it lies over the grabbed picture, in its size. Raises as ``read_picture``."""
    return other_pictures.aligned(application.documents(), node_id, grabbed, in_eight_bits)


def nodes_for(document: Document, request: DreamRequest) -> sources.SourceNodes:
    """What a request takes of a document now. Raises ``DreamError`` if there is no such thing."""
    # A dream that is renewed knows its layer.
    active = None if request.again else application.active_layer(document)
    return sources.source_nodes(document, request, active)


def document_of(request: DreamRequest) -> Document:
    """The document that a request is for. Raises ``DreamError`` if it is closed or changed its size."""
    if request.at is None:
        return application.needed_document()
    if not application.is_open(request.at.document):
        raise errors.DreamError("krita.left", layer=request.at.layer_name)
    if (request.at.document.width(), request.at.document.height()) != request.at.canvas:
        raise errors.DreamError("krita.changed", document=request.at.document_name)
    return request.at.document


def in_eight_bits(raw: sources.Raw, rect: QRect) -> wire.Picture:
    """Pixels as Krita holds them, as 8-bit sRGB."""
    return colours.picture(application.scratch, raw, rect, "U8")


def selection_of(document: Document, again: SourceSelection | None) -> krita_api.Selection | None:
    """What is selected, or what was selected when the dream was asked for that is made again."""
    return application.new_selection(again.box, again.mask) if again else nodes.selection_of(document)


def _mask(selection: krita_api.Selection | None, region: QRect) -> bytes:
    return selection.pixelData(*region.getRect()).data() if selection else b""
