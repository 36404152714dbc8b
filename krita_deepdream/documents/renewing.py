"""A part of a dream layer, and of what it was dreamed of, as the worker needs them; and the renewed part as samples."""

from __future__ import annotations

from dataclasses import replace

from ..core import errors, wire
from ..jobs.document_data import Grabbed
from ..jobs.dream_layer import Box
from ..jobs.job import LOCAL, DreamRequest
from ..jobs.rectangles import is_opaque
from ..krita_api import Data, Document, Node
from ..qt import QtCore
from . import application, colours, grabbing, nodes, recipes, sources

QRect = QtCore.QRect


def grab_part(document: Document, node_id: str, request: DreamRequest, box: Box) -> tuple[Grabbed, wire.Picture]:
    """What ``request.again`` was dreamed of, as it is now, in ``box`` alone; and the dream layer there.

    Raises ``DreamError`` as ``grab`` does.
    """
    assert request.again is not None
    layer, rect = _layer(document, node_id), QRect(*box)
    what = grabbing.nodes_for(document, request)
    without = recipes.dreams(document)
    raw = sources.read(document, what, rect, without=without)
    picture = colours.picture(application.scratch, raw, rect)
    mask = application.new_selection(request.again.box, request.again.mask).pixelData(*box).data()
    backdrop = None
    if not is_opaque(picture):
        backdrop = grabbing.in_eight_bits(sources.visible(document, rect, without), rect)
    location = nodes.location_of(document, what.node, rect)
    grabbed = Grabbed(picture, mask, backdrop, location, (0, 0, *box[2:]), source_selection=request.again)
    by = sources.strength_by(what, replace(request, strength_by=request.again.by or LOCAL))
    if by:
        grabbed = replace(grabbed, strength_map=grabbing.read_picture_over(by, grabbed))
    own = sources.Raw(layer.pixelData(*box), nodes.space_of(layer))
    return grabbed, colours.picture(application.scratch, own, rect, picture.depth)


def layer_samples(document: Document, node_id: str, picture: wire.Picture) -> Data:
    """A picture off the wire as a layer's own samples. Raises ``DreamError`` when the layer isn't there any more."""
    target = nodes.space_of(_layer(document, node_id))
    return colours.samples(application.scratch, picture, target)


def _layer(document: Document, node_id: str) -> Node:
    if not application.is_open(document):
        raise errors.DreamError("krita.dream_gone")
    return nodes.dream_layer(document, node_id)
