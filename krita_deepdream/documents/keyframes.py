"""The keyframes of an animated layer or group: times and pixels. What Krita shows, and its time, stay as they are.

A frame that is held is none: only where a picture begins there is a keyframe. A group has those of all layers that are
seen in it, and its pictures are composed by a clone of the document.
"""

from __future__ import annotations

from dataclasses import replace

from ..core import errors, wire
from ..jobs.document_data import Grabbed, Source, SourceSelection
from ..jobs.job import Animation, DreamRequest
from ..krita_api import Document, Node
from ..language import mark, tr
from . import application, colours, grabbing, nodes, placing, sources

LIMITED = mark("In an animated layer, whatever is brighter than white becomes white.")


def keyframe_times(request: DreamRequest) -> tuple[int, ...]:
    """The times of what a request takes now; none where that isn't a single layer or group with keyframes."""
    document = application.active_document()
    if document is None or request.source not in (Source.CURRENT_LAYER, Source.CURRENT_GROUP):
        return ()
    try:
        return _times(document, grabbing.nodes_for(document, request).node)
    except errors.DreamError:
        return ()


def animation_of(request: DreamRequest) -> Animation:
    """The request's animation with all that is known before it begins.

    Raises ``DreamError`` where there is no keyframe, and where Krita refuses such a layer: not after hours of work.
    """
    document, animation = application.needed_document(), request.animation
    assert animation is not None
    layer = grabbing.nodes_for(document, request).node
    found = animation.of(_times(document, layer))
    if not found.times:
        raise errors.DreamError("animation.none", layer=layer.name())
    with application.hidden(application.SCRATCH) as hidden:
        placing.convert_document(hidden, nodes.space_of(document))
    return replace(found, per_second=document.framesPerSecond())


def grab_keyframe(request: DreamRequest) -> Grabbed:
    """The next keyframe of a request's animation, as it is painted on the whole canvas.

    Raises ``DreamError`` (``animation.gone``) when it isn't there any more, and as ``grab``.
    """
    document, what, time = *_source(request), _time(request)
    if not any(each.hasKeyframeAtTime(time) for each in _animated(what.node)):
        raise errors.DreamError("animation.gone", layer=what.node.name())
    canvas, space = document.bounds(), nodes.space_of(what.node)
    if nodes.is_group(what.node):
        raw = sources.read_at(document, what.node, canvas, time)
    else:
        raw = sources.Raw(what.node.pixelDataAtTime(*canvas.getRect(), time), space)
    picture = colours.picture(application.scratch, raw, canvas)
    selection = grabbing.selection_of(document, request.again)
    region = nodes.region_of(document, canvas, selection)
    mask = selection.pixelData(*canvas.getRect()).data() if selection else b""
    # All of the canvas is no selection: what is dreamed again has one in any case.
    mask = mask if mask.strip(b"\xff") else b""
    by = sources.strength_by(what, request)
    location = nodes.location_of(document, what.node, canvas)
    of_region = selection.pixelData(*region.getRect()).data() if selection else b""
    then = request.strength_by if by else ""
    source_selection = SourceSelection(what.source, what.labels, location.node_id, region.getRect(), of_region, then)
    # Krita converts the layer into any other space, and cuts off what is above white.
    is_limited = colours.can_be_above_white(space) and nodes.space_of(document) != colours.on_wire("F32")
    note = tr(LIMITED) if is_limited else ""
    inside = region.getRect()
    grabbed = Grabbed(picture, mask, None, location, inside, note, False, source_selection)
    return replace(grabbed, strength_map=_strength_map(by, grabbed))


def _times(document: Document, layer: Node) -> tuple[int, ...]:
    animated = _animated(layer)
    times = range(document.animationLength()) if animated else ()
    return tuple(time for time in times if any(each.hasKeyframeAtTime(time) for each in animated))


def _animated(layer: Node) -> list[Node]:
    """The paint layers with keyframes that it shows: itself, or those in a group."""
    if nodes.is_group(layer):
        return [found for each in nodes.layers_in(layer) if each.visible() for found in _animated(each)]
    return [layer] if layer.type() == "paintlayer" and layer.animated() else []


def _time(request: DreamRequest) -> int:
    assert request.animation is not None
    return request.animation.times[request.animation.done]


def _source(request: DreamRequest) -> tuple[Document, sources.SourceNodes]:
    if request.at is None:
        document = application.needed_document()
        return document, grabbing.nodes_for(document, request)
    try:
        document = grabbing.document_of(request)
        return document, grabbing.nodes_for(document, request)
    except errors.DreamError as error:
        raise errors.DreamError("animation.gone", layer=request.at.layer_name) from error


def _strength_map(by: str, grabbed: Grabbed) -> wire.Picture | None:
    return grabbing.read_picture_over(by, grabbed) if by else None
