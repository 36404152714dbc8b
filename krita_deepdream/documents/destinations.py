"""(outcome) → a layer where its destination says: above its source, in a group, instead of it, in a new image."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from ..core import errors
from ..jobs.document_data import Destination, Outcome, Placed, Source, Space
from ..jobs.job import Animation, DreamRequest, Zoom
from ..krita_api import Data, Document, Node
from ..language import tr
from ..qt import QtCore
from . import application, colours, details, grabbing, masks, naming, nodes, placing, recipes, sources, stacking

GROUP = "Dreams"


def place(outcome: Outcome) -> Placed:
    """Put the dream where ``outcome.destination`` says; the node that was active is active again.

    Raises ``DreamError`` and changes nothing when that place is gone.
    """
    location = outcome.location
    document = location.document
    if outcome.destination is Destination.NEW_IMAGE:
        return _place_in_new_document(outcome)
    if not application.is_open(document):
        raise errors.DreamError("krita.closed", document=location.document_name)
    if outcome.into:
        return _noted(_write_into(document, outcome), outcome)
    if (document.width(), document.height()) != location.canvas:
        raise errors.DreamError("krita.resized", document=location.document_name)
    below = nodes.find(document, location.node_id)
    if below is None:
        raise errors.DreamError("krita.gone", layer=location.layer_name)
    if outcome.destination is Destination.REPLACE and outcome.blended is not None:
        samples = colours.samples(application.scratch, outcome.blended.picture, nodes.space_of(below))
        return _noted(placing.replace_pixels(document, below, outcome, samples), outcome)
    return _noted(_place_above(document, below, outcome), outcome)


def place_on_top(outcome: Outcome) -> Placed:
    """Add the dream on top of its document, or as a new document when that is closed."""
    if not application.is_open(outcome.location.document):
        return _place_in_new_document(outcome)
    return _on_top(outcome.location.document, outcome)


def zoom_pace(request: DreamRequest) -> Zoom:
    """The request's zoom as the document plays it: at its own pace where something is animated there already."""
    document, zoom = grabbing.document_of(request), request.zoom
    assert zoom is not None
    return replace(zoom, held=placing.held_frames(document, zoom.settings.frames_per_second))


def place_zoom(outcome: Outcome, zoom: Zoom) -> Placed:
    """Make an animated layer of the zoom's document, where a dream would go, or in a new image if that is closed.

    One undo step; that the document plays as long as the zoom is another where Krita counts it.
    """
    document = outcome.location.document
    if application.is_open(document):
        return _add_zoom(document, outcome, zoom)
    with _new_document(outcome) as made:
        return _add_zoom(made, outcome, zoom)


def place_animation(outcome: Outcome, animation: Animation) -> Placed:
    """Make an animated layer of the dreamed keyframes, above their source or in a new image if that is closed.

    One undo step.
    """
    document = outcome.location.document
    if application.is_open(document):
        return _add_animated(document, outcome, animation.file)
    with _new_document(outcome) as made:
        placing.show_zoom(made, animation.times[-1] + 1, animation.per_second)
        return _add_animated(made, outcome, animation.file)


def _noted(placed: Placed, outcome: Outcome) -> Placed:
    layer = nodes.find(placed.document, placed.node_id)
    assert layer is not None, "it was put there just now"
    recipes.write(placed.document, layer, outcome)
    return placed


def _place_above(document: Document, source: Node, outcome: Outcome) -> Placed:
    """Where the new dream is seen, in a group of dreams if that is wanted."""
    below = stacking.above(document, source, outcome.hints | {outcome.location.over})
    named = partial(naming.name_for, document, source=source, selection=outcome.source_selection)
    name, samples = named(tr(outcome.name)), _samples_for(document, outcome)
    if outcome.destination is Destination.PAINT_IN:
        return _under_mask(document, below, name, outcome)
    if outcome.destination is not Destination.GROUP:
        is_detail = outcome.destination is Destination.DETAIL
        layer = placing.new_layer(
            document, name, outcome, _detail(outcome, samples, nodes.space_of(document)) if is_detail else samples
        )
        if is_detail:
            layer.setBlendingMode(details.MERGE)
        return placing.add_layer(document, layer, nodes.parent_of(below), below)
    if stacking.is_group_of_dreams(document, below, source):
        return placing.add_layer(document, placing.new_layer(document, name, outcome, samples), below, None)
    with application.hidden(nodes.space_of(document)) as hidden:
        group = placing.group_of(hidden, named(GROUP), placing.new_layer(hidden, name, outcome, samples))
    placing.add_layer(document, group, nodes.parent_of(below), below)
    return Placed(document, nodes.identity(group.childNodes()[0]), name)


def _write_into(document: Document, outcome: Outcome) -> Placed:
    """In place of an earlier dream, in its own layer."""
    layer = nodes.dream_layer(document, outcome.into)
    rect = outcome.x, outcome.y, outcome.picture.width, outcome.picture.height
    samples = colours.samples(application.scratch, outcome.picture, nodes.space_of(layer))
    if outcome.destination is Destination.DETAIL:
        samples = _detail(outcome, samples, nodes.space_of(layer))
    placing.write_parts(document, outcome.into, [(rect, samples)], undo=True)
    return Placed(document, outcome.into, layer.name())


def _under_mask(document: Document, below: Node, name: str, outcome: Outcome) -> Placed:
    """Under a black mask, which is the active node then."""
    space = nodes.space_of(document)
    with masks.mask_file() as path, application.opened(path) as hidden:
        hidden.setColorSpace(*space)
        hidden.waitForDone()
        layer = placing.new_layer(hidden, name, outcome, _samples_for(document, outcome))
        layer = masks.under_black(hidden, layer, tr("Paint white here"))
    return placing.add_layer(document, layer, nodes.parent_of(below), below, layer.childNodes()[0])


def _detail(outcome: Outcome, dream: Data, space: Space) -> Data:
    """What the dream adds to what was dreamed, or to what its source is now where that isn't known any more."""
    picture, document = outcome.picture, outcome.location.document
    rect = QtCore.QRect(outcome.x, outcome.y, picture.width, picture.height)
    if outcome.source:
        before = colours.samples(application.scratch, outcome.source, space)
    else:
        source = nodes.find(document, outcome.location.node_id)
        if source is None:
            raise errors.DreamError("krita.gone", layer=outcome.location.layer_name)
        raw = sources.read(document, sources.SourceNodes(source, Source.CURRENT_LAYER, (source,)), rect)
        before = colours.convert(application.scratch, raw.data, rect.size(), raw.space, space)
    with application.hidden(space, (picture.width, picture.height)) as hidden:
        return details.difference(hidden, dream, before)


def _samples_for(document: Document, outcome: Outcome) -> Data:
    return colours.samples(application.scratch, outcome.picture, nodes.space_of(document))


def _on_top(document: Document, outcome: Outcome) -> Placed:
    name = naming.unique(document, tr(outcome.name))
    layer = placing.new_layer(document, name, outcome, _samples_for(document, outcome))
    return _noted(placing.add_layer(document, layer, nodes.root_of(document), None), outcome)


def _add_zoom(document: Document, outcome: Outcome, zoom: Zoom) -> Placed:
    def show() -> None:
        placing.show_zoom(document, zoom.settings.frames * zoom.held, zoom.settings.frames_per_second * zoom.held)

    return _add_animated(document, outcome, zoom.target, show)


def _add_animated(document: Document, outcome: Outcome, file: str, show: Callable[[], None] = lambda: None) -> Placed:
    """The animated layer in a file of ours, above what it was dreamed of; ``show`` before it stands there."""
    source = nodes.find(document, outcome.location.node_id)
    below = stacking.above(document, source, outcome.hints) if source else None
    with application.opened(file) as hidden:
        layer = placing.animated_layer(hidden, nodes.space_of(document))
    layer.setName(naming.unique(document, tr(outcome.name)))
    layer.setOpacity(round(outcome.strength * 2.55))
    show()
    parent = nodes.parent_of(below) if below else nodes.root_of(document)
    return _noted(placing.add_layer(document, layer, parent, below), outcome)


def _place_in_new_document(outcome: Outcome) -> Placed:
    with _new_document(outcome) as document:
        return _on_top(document, outcome)


def _new_document(outcome: Outcome) -> AbstractContextManager[Document]:
    """A document as large as the one that was dreamed, in its colour space and of its resolution."""
    location = outcome.location
    space = location.space or colours.on_wire(outcome.picture.depth)
    return application.new_document(location.canvas, tr(outcome.name), space, location.resolution)
