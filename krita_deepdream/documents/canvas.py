"""The canvas beneath the pointer, and where the pointer is in the image."""

from __future__ import annotations

from ..krita_api import Document
from ..qt import QtCore, QtGui, QtWidgets
from . import application

# Krita's two kinds of canvas widgets: drawn with OpenGL, and without.
CANVASES = ("KisOpenGLCanvas2", "KisQPainterCanvas")


def under_pointer() -> QtWidgets.QWidget | None:
    """The canvas that the pointer is over; ``None`` where it is elsewhere."""
    found = QtWidgets.QApplication.widgetAt(QtGui.QCursor.pos())
    meta = found.metaObject() if found is not None else None
    return found if meta is not None and meta.className() in CANVASES else None


def pointer(document: Document) -> tuple[int, int] | None:
    """The pixel of the document that the pointer is over.

    ``None`` where the pointer isn't over the canvas, and in Krita 5.1, whose views don't tell what part they show.
    """
    shown, over = application.view_of(document), under_pointer()
    if shown is None or over is None or not hasattr(shown, "flakeToImageTransform"):
        return None
    # Krita's transformations all begin at its shapes ("flake"), scrolled and turned as the view is.
    to_flake, _ = shown.flakeToCanvasTransform().inverted()
    place = QtCore.QPointF(over.mapFromGlobal(QtGui.QCursor.pos()))
    found = shown.flakeToImageTransform().map(to_flake.map(place))
    return int(found.x()), int(found.y())
