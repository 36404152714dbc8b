"""The only file that knows Krita: pixels of a layer or selection out as sRGB, a result layer in; plain data.

Facts it rests on: nodes are compared by ``uniqueId``; a closed document's wrapper lives on but isn't in
``documents()``; closing a document twice crashes Krita.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial

from krita import DockWidget, DockWidgetFactory, DockWidgetFactoryBase, Extension, Krita, Selection

from .. import krita_api
from ..core import errors, wire
from ..jobs.document_data import Destination, Grabbed, Outcome, Placed, SourceSelection, Space, StoredRecipe, Target
from ..jobs.job import DreamRequest, Zoom
from ..jobs.named_pictures import LONGEST_PX, Offered
from ..jobs.rectangles import box_mask, is_empty, is_opaque, with_surroundings
from ..krita_api import Data, Document, Node, Window
from ..language import mark, tr
from ..qt import QtCore, QtGui, QtWidgets
from . import colours, naming, nodes, other_pictures, placing, recipes, sources, stacking

QRect = QtCore.QRect
MESSAGE_MS = 6000
GROUP = "Dreams"
CLIPPED = mark("So much of this area is brighter than white that the dream was limited to white.")
# View ▸ Wrap Around Mode.
WRAP_AROUND = "wrap_around_mode"

__all__ = [
    "DockWidget",
    "Extension",
    "Host",
    "add_dock",
    "add_extension",
    "at_closing",
    "knows_docker",
    "language",
    "main_window",
    "tell",
]


class Host:
    """What the session needs of Krita. Holds nothing."""

    def look(self, request: DreamRequest) -> Target | None:
        """What ``grab`` would take, without reading a pixel; ``None`` without an image or an active layer.

        Raises ``DreamError`` when the request's source is nothing here.
        """
        document = _krita().activeDocument()
        if document is None or nodes.layer_of(document.activeNode()) is None:
            return None
        what = sources.source_nodes(document, request)
        selection = nodes.selection_of(document)
        size = (selection.width(), selection.height()) if selection else (document.width(), document.height())
        name = nodes.document_name(document)
        wraps = request.can_wrap and _wraps_around()
        found = Target(name, what.node.name(), selection is not None, size, what.source, what.labels, wraps)
        return replace(found, empty=sources.is_bare(what, document.bounds(), selection))

    def grab(self, request: DreamRequest, depth: str = "") -> Grabbed:
        """What the request's source says, where the selection (or else paint) is; the surroundings come with it.

        ``depth`` as in ``wire.Picture``; by default the source's own. Raises ``DreamError`` with a ``krita.…``
        code when there is nothing that could be dreamed.
        """
        document = _document_of(request)
        what = sources.source_nodes(document, request)
        selection = _selected_then(request.again) if request.again else nodes.selection_of(document)
        canvas = document.bounds()
        region = canvas if request.zoom else nodes.region_of(document, sources.painted(what), selection)
        wraps = request.can_wrap and _wraps_around()
        rect = canvas if wraps else with_surroundings(region, canvas, request.settings.working_size)
        inside = region.translated(-rect.topLeft())
        replaces, note = sources.replaces(document, what, request)
        raw = sources.read(document, what, rect, own=replaces)
        picture = colours.picture(_scratch, raw, rect, depth)
        mask = box_mask(region, rect) if selection is None else selection.pixelData(*rect.getRect()).data()
        if is_empty(picture, mask):
            note, replaces = sources.instead_of_nothing(what, canvas), False
            raw = sources.visible(document, rect)
            picture = colours.picture(_scratch, raw, rect, depth)
            if is_empty(picture, mask):
                raise errors.DreamError("krita.empty")
        backdrop = None if is_opaque(picture) else _in_eight_bits(sources.visible(document, rect), rect)
        bright = colours.highlights(raw, rect, picture.depth)
        if bright is not None and bright.too_many:
            bright, note = None, " ".join(filter(None, [note, tr(CLIPPED)]))
        over = nodes.identity(_active_layer(document)) if request.again and not request.at else ""
        location = replace(nodes.location_of(document, what.node, rect), highlights=bright, over=over)
        by = sources.strength_by(what, request)
        then = request.strength_by if by else ""
        source_selection = SourceSelection(
            what.source, what.labels, location.node_id, region.getRect(), _mask(selection, region), then
        )
        grabbed = Grabbed(picture, mask, backdrop, location, inside.getRect(), note, replaces, source_selection)
        return replace(grabbed, strength_map=self.read_picture_over(by, grabbed) if by else None, wraps=wraps)

    def glimpse(self, request: DreamRequest) -> object:
        """What ``grab`` would take as Krita holds it, only to be compared with ``==``: nothing is converted.

        Raises ``DreamError`` as ``grab``.
        """
        document = _active_document()
        what = sources.source_nodes(document, request)
        selection = nodes.selection_of(document)
        region = nodes.region_of(document, sources.painted(what), selection)
        mask = selection.pixelData(*region.getRect()) if selection else None
        pixels = sources.read(document, what, region)
        return nodes.identity(what.node), region.getRect(), mask, pixels, _wraps_around()

    def place(self, outcome: Outcome) -> Placed:
        """Put the dream where ``outcome.destination`` says; the node that was active is active again.

        Raises ``DreamError`` and changes nothing when that place is gone.
        """
        location = outcome.location
        document = location.document
        if outcome.destination is Destination.NEW_IMAGE:
            return _place_in_new_document(outcome)
        if not _is_open(document):
            raise errors.DreamError("krita.closed", document=location.document_name)
        if (document.width(), document.height()) != location.canvas:
            raise errors.DreamError("krita.resized", document=location.document_name)
        below = nodes.find(document, location.node_id)
        if below is None:
            raise errors.DreamError("krita.gone", layer=location.layer_name)
        if outcome.destination is Destination.REPLACE and outcome.blended is not None:
            samples = colours.samples(_scratch, outcome, outcome.blended.picture, nodes.space_of(below))
            return _noted(placing.replace_pixels(document, below, outcome, samples), outcome)
        return _noted(_place_above(document, below, outcome), outcome)

    def place_on_top(self, outcome: Outcome) -> Placed:
        """Add the dream on top of its document, or as a new document when that is closed."""
        if not _is_open(outcome.location.document):
            return _place_in_new_document(outcome)
        return _on_top(outcome.location.document, outcome)

    def zoom_pace(self, request: DreamRequest) -> Zoom:
        """The request's zoom as the document plays it: at its own pace where something is animated there already."""
        document, zoom = _document_of(request), request.zoom
        assert zoom is not None
        return replace(zoom, held=placing.held_frames(document, zoom.settings.frames_per_second))

    def place_zoom(self, outcome: Outcome, zoom: Zoom) -> Placed:
        """Make an animated layer of the film's document, where a dream would go, or in a new image if that is closed.

        One undo step; that the document plays as long as the film is another where Krita counts it.
        """
        document = outcome.location.document
        if _is_open(document):
            return _add_zoom(document, outcome, zoom)
        with _new_document(outcome) as made:
            return _add_zoom(made, outcome, zoom)

    def recipe(self) -> StoredRecipe | None:
        """How the active layer was dreamed, if it was and that is known."""
        document = _active_document()
        return recipes.read(document, _active_layer(document))

    def offered(self) -> tuple[list[Offered], list[Offered]]:
        """What the documents that are open could give a dream: layers and masks here, and other images."""
        return other_pictures.offered(_krita().activeDocument(), _krita().documents())

    def read_picture(self, node_id: str, longest_px: int = LONGEST_PX) -> wire.Picture:
        """A layer, mask or image in little. Raises ``DreamError`` if it isn't there any more."""
        return other_pictures.whole(_krita().documents(), node_id, _in_eight_bits, longest_px)

    def read_picture_over(self, node_id: str, grabbed: Grabbed) -> wire.Picture:
        """What of it lies over the grabbed picture, in its size. Raises as ``read_picture``."""
        return other_pictures.aligned(_krita().documents(), node_id, grabbed, _in_eight_bits)

    def document(self) -> Document | None:
        """The active document, ``None`` without any."""
        return _krita().activeDocument()

    def is_open(self, document: Document) -> bool:
        """Whether a document is still open."""
        return _is_open(document)

    def stands(self, placed: Placed) -> bool:
        """Whether a layer is still where it was put."""
        return _node_of(placed) is not None

    def flip(self, placed: Placed) -> bool:
        """Hide a layer, or show it if it is hidden: no undo step. ``False`` when it isn't there any more."""
        node = _node_of(placed)
        if node is None:
            return False
        node.setVisible(not node.visible())
        placed.document.refreshProjection()
        return True

    def set_opacity(self, placed: Placed, percent: float) -> bool:
        """Set a result layer's opacity; ``False`` when the layer isn't there any more."""
        node = _node_of(placed)
        if node is None:
            return False
        node.setOpacity(round(percent * 2.55))
        # Krita takes a change from Python for none: the next save would leave it out.
        placed.document.setModified(True)
        placed.document.refreshProjection()
        return True


def add_extension(extension: Extension) -> None:
    """Register a Krita extension."""
    _krita().addExtension(extension)


def add_dock(identity: str, make: Callable[[], DockWidget]) -> None:
    """Register a docker; ``make`` is called once for every main window."""
    right = DockWidgetFactoryBase.DockPosition.DockRight
    _krita().addDockWidgetFactory(DockWidgetFactory(identity, right, make))


def knows_docker(identity: str) -> bool:
    """Whether Krita has kept the place of a docker since an earlier session (5.1.5: when it quits)."""
    # How KConfig writes a group inside of a group.
    return bool(_krita().readSetting(f"MainWindow\x1dDockWidget {identity}", "DockArea", ""))


def main_window() -> QtWidgets.QMainWindow:
    """The window that dialogs belong to, as a Qt widget."""
    return _window().qwindow()


def language() -> str:
    """The code of the language that Krita speaks: its locale's, unless Krita has no translation into it."""
    translate = getattr(builtins, "i18n", str)
    return str(QtCore.QLocale().name()) if translate("Layers") != "Layers" else "en"


def tell(sentence: str) -> None:
    """Show a sentence on the canvas for a while: the docker may be closed."""
    window = _krita().activeWindow()
    view = window.activeView() if window else None
    if view:
        view.showFloatingMessage(sentence, QtGui.QIcon(), MESSAGE_MS, 1)


def at_closing(function: Callable[[], None]) -> None:
    """Call ``function`` when Krita is about to quit."""
    notifier = _krita().notifier()
    notifier.setActive(True)
    notifier.applicationClosing.connect(function)


def _krita() -> krita_api.Krita:
    application: krita_api.Krita = Krita.instance()
    return application


def _window() -> Window:
    window = _krita().activeWindow()
    assert window is not None, "Krita shows no window"
    return window


def _active_document() -> Document:
    document = _krita().activeDocument()
    if document is None:
        raise errors.DreamError("krita.document")
    return document


def _document_of(request: DreamRequest) -> Document:
    if request.at is None:
        return _active_document()
    if not _is_open(request.at.document):
        raise errors.DreamError("krita.left", layer=request.at.layer_name)
    if (request.at.document.width(), request.at.document.height()) != request.at.canvas:
        raise errors.DreamError("krita.changed", document=request.at.document_name)
    return request.at.document


def _active_layer(document: Document) -> Node:
    layer = nodes.layer_of(document.activeNode())
    if layer is None:
        raise errors.DreamError("krita.layer")
    return layer


def _wraps_around() -> bool:
    return nodes.is_checked(_krita().action(WRAP_AROUND))


def _selected_then(again: SourceSelection) -> krita_api.Selection:
    """What was selected when a dream was asked for."""
    selection: krita_api.Selection = Selection()
    selection.select(*again.box, 255)
    if again.mask:
        selection.setPixelData(QtCore.QByteArray(again.mask), *again.box)
    return selection


def _mask(selection: krita_api.Selection | None, region: QRect) -> bytes:
    return selection.pixelData(*region.getRect()).data() if selection else b""


def _scratch() -> Document:
    return _new_scratch(Space("RGBA", "U8", colours.SRGB))


def _new_scratch(space: Space) -> Document:
    return _krita().createDocument(1, 1, "scratch", *space, 72.0)


def _hidden(space: Space) -> AbstractContextManager[Document]:
    return _closing(_new_scratch(space))


def _opened(path: str) -> AbstractContextManager[Document]:
    document = _krita().openDocument(path)
    if document is None:
        raise errors.DreamError("krita.refused")
    return _closing(document)


@contextmanager
def _closing(document: Document) -> Iterator[Document]:
    try:
        yield document
    finally:
        document.setModified(False)
        document.close()


def _in_eight_bits(raw: sources.Raw, rect: QRect) -> wire.Picture:
    return colours.picture(_scratch, raw, rect, "U8")


def _node_of(placed: Placed) -> Node | None:
    return nodes.find(placed.document, placed.node_id) if _is_open(placed.document) else None


def _is_open(document: Document) -> bool:
    return document in _krita().documents()


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
    if outcome.destination is not Destination.GROUP:
        layer = placing.new_layer(document, name, outcome, samples)
        return placing.add_layer(document, layer, nodes.parent_of(below), below)
    if stacking.is_group_of_dreams(document, below, source):
        return placing.add_layer(document, placing.new_layer(document, name, outcome, samples), below, None)
    with _hidden(nodes.space_of(document)) as hidden:
        group = placing.group_of(hidden, named(GROUP), placing.new_layer(hidden, name, outcome, samples))
    placing.add_layer(document, group, nodes.parent_of(below), below)
    return Placed(document, nodes.identity(group.childNodes()[0]), name)


def _samples_for(document: Document, outcome: Outcome) -> Data:
    return colours.samples(_scratch, outcome, outcome.picture, nodes.space_of(document))


def _on_top(document: Document, outcome: Outcome) -> Placed:
    name = naming.unique(document, tr(outcome.name))
    layer = placing.new_layer(document, name, outcome, _samples_for(document, outcome))
    return _noted(placing.add_layer(document, layer, nodes.root_of(document), None), outcome)


def _add_zoom(document: Document, outcome: Outcome, zoom: Zoom) -> Placed:
    source = nodes.find(document, outcome.location.node_id)
    below = stacking.above(document, source, outcome.hints) if source else None
    with _opened(zoom.target) as hidden:
        layer = placing.zoom_layer(hidden, nodes.space_of(document))
    layer.setName(naming.unique(document, tr(outcome.name)))
    placing.show_zoom(document, zoom.settings.frames * zoom.held, zoom.settings.frames_per_second * zoom.held)
    parent = nodes.parent_of(below) if below else nodes.root_of(document)
    return _noted(placing.add_layer(document, layer, parent, below), outcome)


def _place_in_new_document(outcome: Outcome) -> Placed:
    with _new_document(outcome) as document:
        return _on_top(document, outcome)


@contextmanager
def _new_document(outcome: Outcome) -> Iterator[Document]:
    """A document as large as the one that was dreamed, in its colour space and of its resolution.

    It is shown when all has gone well with it, and closed otherwise.
    """
    location = outcome.location
    space = location.space or Space("RGBA", outcome.picture.depth, colours.SRGB)
    document = _krita().createDocument(*location.canvas, tr(outcome.name), *space, location.resolution)
    try:
        yield document
    except BaseException:
        document.setModified(False)
        document.close()
        raise
    _window().addView(document)
