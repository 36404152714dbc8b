"""The only file that imports Krita: the program, its window, and documents that are opened, made and closed.

Facts it rests on: a closed document's wrapper lives on but isn't in ``documents()``; closing a document twice crashes
Krita.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from krita import DockWidget, DockWidgetFactory, DockWidgetFactoryBase, Extension, Krita, Selection

from .. import krita_api
from ..core import errors
from ..jobs.document_data import Space
from ..krita_api import Document, Node, View, Window
from ..qt import QtCore, QtGui, QtWidgets
from . import colours, nodes

MESSAGE_MS = 6000
# View ▸ Wrap Around Mode.
WRAP_AROUND = "wrap_around_mode"
SCRATCH = Space("RGBA", "U8", colours.SRGB)

__all__ = [
    "DockWidget",
    "Extension",
    "active_document",
    "active_layer",
    "add_dock",
    "add_extension",
    "at_closing",
    "documents",
    "hidden",
    "is_open",
    "knows_docker",
    "language",
    "main_window",
    "needed_document",
    "needed_layer",
    "on_history",
    "new_document",
    "new_selection",
    "opened",
    "scratch",
    "tell",
    "view_of",
    "wraps_around",
]


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
    """Show a sentence on the canvas for a while, if there is one: the docker may be closed."""
    if not sentence:
        return
    view = _active_view()
    if view:
        view.showFloatingMessage(sentence, QtGui.QIcon(), MESSAGE_MS, 1)


def at_closing(function: Callable[[], None]) -> None:
    """Call ``function`` when Krita is about to quit."""
    notifier = _krita().notifier()
    notifier.setActive(True)
    notifier.applicationClosing.connect(function)


def on_history(function: Callable[[], None]) -> bool:
    """Call ``function`` whenever Krita's History docker shows another step; ``False`` where there is none.

    That is no public interface of Krita's: a hint that something may have been painted, nothing more.
    """
    docker = next((each for each in _krita().dockers() if each.objectName() == "History"), None)
    view = docker.findChild(QtWidgets.QAbstractItemView) if docker is not None else None
    selection, model = (view.selectionModel(), view.model()) if view is not None else (None, None)
    if selection is None or model is None:
        return False
    selection.currentChanged.connect(function)
    model.modelReset.connect(function)
    return True


def active_document() -> Document | None:
    """The document in front, ``None`` without any."""
    return _krita().activeDocument()


def active_layer(document: Document) -> Node | None:
    """The layer that is active in a document, or has the active mask; ``None`` without one.

    Asked several times a second, and Krita 6 lets events happen in ``Document.activeNode``, all but clicks and keys:
    what the painter presses meanwhile is put aside by Qt until anything else comes from the X server. So the view is
    asked first. If a single node is selected in it, that is the active one, unless it was just removed.
    """
    shown = view_of(document)
    selected = shown.selectedNodes() if shown else ()
    layer = nodes.layer_of(selected[0]) if len(selected) == 1 else None
    return layer or nodes.layer_of(document.activeNode())


def view_of(document: Document) -> View | None:
    """The view in front, if it shows that document."""
    shown = _active_view()
    return shown if shown is not None and shown.document() == document else None


def needed_layer(document: Document) -> Node:
    """The same. Raises ``DreamError`` without one."""
    layer = active_layer(document)
    if layer is None:
        raise errors.DreamError("krita.layer")
    return layer


def needed_document() -> Document:
    """The document in front. Raises ``DreamError`` without any."""
    document = active_document()
    if document is None:
        raise errors.DreamError("krita.document")
    return document


def documents() -> Sequence[Document]:
    """All that are open."""
    return _krita().documents()


def is_open(document: Document) -> bool:
    """Whether a document is still open."""
    return document in documents()


def wraps_around() -> bool:
    """Whether the canvas goes on at the opposite border."""
    return nodes.is_checked(_krita().action(WRAP_AROUND))


def new_selection(box: tuple[int, int, int, int], mask: bytes) -> krita_api.Selection:
    """A selection of ``box`` (x, y, width, height); ``mask``: a byte per pixel of it, empty for all."""
    selection: krita_api.Selection = Selection()
    selection.select(*box, 255)
    if mask:
        selection.setPixelData(QtCore.QByteArray(mask), *box)
    return selection


def scratch(space: Space = SCRATCH) -> Document:
    """A document of one pixel that nobody sees; who asks for it closes it."""
    return _krita().createDocument(1, 1, "scratch", *space, 72.0)


def hidden(space: Space, size: tuple[int, int] = (1, 1)) -> AbstractContextManager[Document]:
    """A document of that size that nobody sees, closed at the end."""
    return _closing(_krita().createDocument(*size, "scratch", *space, 72.0))


def opened(path: str) -> AbstractContextManager[Document]:
    """A file as a document that nobody sees, closed at the end. Raises ``DreamError`` if Krita refuses it."""
    document = _krita().openDocument(path)
    if document is None:
        raise errors.DreamError("krita.refused")
    return _closing(document)


@contextmanager
def new_document(size: tuple[int, int], name: str, space: Space, resolution: float) -> Iterator[Document]:
    """A new document, shown when all has gone well with it and closed otherwise."""
    document = _krita().createDocument(*size, name, *space, resolution)
    with ExitStack() as unless_well:
        unless_well.callback(_close, document)
        yield document
        unless_well.pop_all()
    _window().addView(document)


@contextmanager
def _closing(document: Document) -> Iterator[Document]:
    try:
        yield document
    finally:
        _close(document)


def _close(document: Document) -> None:
    document.setModified(False)
    document.close()


def _krita() -> krita_api.Krita:
    application: krita_api.Krita = Krita.instance()
    return application


def _active_view() -> View | None:
    window = _krita().activeWindow()
    return window.activeView() if window else None


def _window() -> Window:
    window = _krita().activeWindow()
    assert window is not None, "Krita shows no window"
    return window
