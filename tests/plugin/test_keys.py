"""Keys that a text field knows are its own while it has the cursor, even where Krita has a shortcut on them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from krita_deepdream.core import dream_settings
from krita_deepdream.qt import QAction, Qt, QtGui, QtWidgets
from krita_deepdream.widgets.calm_widgets import CalmChoice, CalmLine, CalmNumber
from krita_deepdream.widgets.setting_widgets import widget_for

from .conftest import BINDING, until

NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key
ITS_OWN = [
    (Key.Key_Insert, NONE),
    (Key.Key_Insert, SHIFT),
    (Key.Key_Insert, CTRL),
    (Key.Key_Delete, NONE),
    (Key.Key_Delete, SHIFT),
    (Key.Key_Delete, CTRL),
    (Key.Key_Backspace, CTRL),
    (Key.Key_Home, CTRL | SHIFT),
    (Key.Key_PageUp, NONE),
    (Key.Key_PageDown, CTRL),
    (Key.Key_Up, NONE),
    (Key.Key_Left, CTRL),
    (Key.Key_B, NONE),
    (Key.Key_B, SHIFT),
    (Key.Key_Return, NONE),
    (Key.Key_Slash, NONE),
    (Key.Key_A, CTRL),
    (Key.Key_Z, CTRL),
    (Key.Key_V, CTRL),
]
KRITAS = [(Key.Key_F5, NONE), (Key.Key_S, CTRL), (Key.Key_Insert, ALT), (Key.Key_Escape, NONE), (Key.Key_R, CTRL | ALT)]


def editable() -> QtWidgets.QWidget:
    box = CalmChoice()
    box.setEditable(True)
    return box


def text_setting() -> QtWidgets.QWidget:
    return widget_for(dream_settings.SPECS["laplacian_strengths"])


FIELDS = [CalmLine, CalmNumber, editable, text_setting]


@pytest.fixture
def window() -> Iterator[QtWidgets.QMainWindow]:
    made = QtWidgets.QMainWindow()
    yield made
    made.close()


def pressed(window: QtWidgets.QMainWindow, make: Callable[[], QtWidgets.QWidget], key: Any, held: Any) -> int:
    """How often the window's shortcut on a key fires when it is pressed while the cursor stands in a field."""
    field = make()
    window.setCentralWidget(field)
    action = QAction(window)
    action.setShortcut(QtGui.QKeySequence(key | held if BINDING == "PyQt6" else int(held) | int(key)))
    fired: list[bool] = []
    action.triggered.connect(lambda: fired.append(True))
    window.addAction(action)
    window.show()
    window.activateWindow()
    inner = field.findChild(QtWidgets.QLineEdit) or field
    target = inner.focusProxy() or inner
    target.setFocus()
    until(target.hasFocus)
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    test.keyClick(target, key, held)
    return len(fired)


@pytest.mark.parametrize("make", FIELDS, ids=lambda make: make.__name__)
@pytest.mark.parametrize(("key", "held"), ITS_OWN)
def test_keys_for_writing_are_the_fields(window: Any, make: Any, key: Any, held: Any) -> None:
    assert pressed(window, make, key, held) == 0


@pytest.mark.parametrize("make", FIELDS, ids=lambda make: make.__name__)
@pytest.mark.parametrize(("key", "held"), KRITAS)
def test_other_shortcuts_stay_kritas(window: Any, make: Any, key: Any, held: Any) -> None:
    assert pressed(window, make, key, held) == 1


def test_every_field_of_the_docker_keeps_its_keys(paint: Any) -> None:
    """No field is a plain one of Qt's: new ones are made from the calm ones too."""
    from .conftest import scripted

    painter = paint(scripted("good"))
    plain = [
        field.objectName() or type(field).__name__
        for kind in (QtWidgets.QLineEdit, QtWidgets.QAbstractSpinBox)
        for field in painter.docker.findChildren(kind)
        if not isinstance(field, (CalmLine, CalmNumber)) and not isinstance(field.parent(), (CalmNumber, CalmChoice))
    ]
    assert plain == []
