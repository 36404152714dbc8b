"""What is asked of Krita several times a second: the active layer, the canvas beneath the pointer, the pixel there."""

from __future__ import annotations

import importlib
import types
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.qt import QtCore, QtGui, QtWidgets
from tests.fakes.nodes import Document, Node, View

from .conftest import until


@pytest.fixture
def painting(application: Any) -> tuple[Document, Node, Node]:
    sky, owl = Node("Sky"), Node("Owl")
    return Document(sky, owl), sky, owl


def showing(krita: types.ModuleType, view: View) -> Any:
    """Krita with that view in front; ends with the module that asks it."""
    window = types.SimpleNamespace(activeView=lambda: view)
    instance = types.SimpleNamespace(activeWindow=lambda: window)
    krita.Krita.instance = staticmethod(lambda: instance)  # type: ignore[attr-defined]
    return importlib.import_module("krita_deepdream.documents.application")


def test_the_selected_layer_is_the_active_one_and_krita_6_lets_no_events_happen(
    krita: types.ModuleType, painting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, sky, owl = painting
    view, asked = View(document), []
    monkeypatch.setattr(document, "activeNode", lambda: asked.append(True) or owl)
    application = showing(krita, view)
    view.selected = [sky]
    assert application.active_layer(document) is sky and not asked
    # Which of several it is, and what is active in an image of another view, only the document tells.
    view.selected = [sky, owl]
    assert application.active_layer(document) is owl and len(asked) == 1
    view._document, view.selected = Document(), [sky]
    assert application.active_layer(document) is owl and len(asked) == 2


def test_where_the_pointer_is_in_a_turned_and_enlarged_image(
    krita: types.ModuleType, painting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, _sky, _owl = painting
    view = View(document)
    showing(krita, view)
    canvas = importlib.import_module("krita_deepdream.documents.canvas")
    widget = QtWidgets.QWidget()
    widget.setGeometry(300, 200, 200, 200)
    widget.show()
    at = widget.mapToGlobal(QtCore.QPoint(80, 40))
    monkeypatch.setattr(QtGui.QCursor, "pos", lambda: at)
    until(lambda: QtWidgets.QApplication.widgetAt(at) is widget)
    assert canvas.under_pointer() is None and canvas.pointer(document) is None, "it is no canvas of Krita's"
    monkeypatch.setattr(canvas, "CANVASES", ("QWidget",))
    assert canvas.under_pointer() is widget
    # 30 pixels of the canvas below the corner are to the right of it in the image, and 20 to its left below it.
    assert canvas.pointer(document) == (15, 10)
    assert canvas.pointer(Document()) is None
    monkeypatch.delattr(View, "flakeToImageTransform")
    assert canvas.pointer(document) is None, "Krita 5.1"


def test_nothing_that_is_done_again_and_again_asks_the_document_itself() -> None:
    package = Path(importlib.import_module("krita_deepdream").__file__ or "").parent
    asking = {path.name for path in package.rglob("*.py") if ".activeNode()" in path.read_text("utf-8")}
    # The second only when a dream is placed.
    assert asking == {"application.py", "placing.py"}
