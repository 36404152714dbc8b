"""The first click in the docker: noticed wherever it falls, and whatever was made anew or deleted before."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from krita_deepdream.qt import Qt, QtWidgets
from krita_deepdream.widgets.touch import FirstTouch

from .conftest import BINDING, delete_what_is_due, until


@pytest.fixture
def place() -> Iterator[Any]:
    made = QtWidgets.QWidget()
    QtWidgets.QVBoxLayout(made).addWidget(QtWidgets.QPushButton("old"))
    yield made
    made.deleteLater()


def click(widget: Any) -> None:
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    test.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_rows_made_anew_before_the_first_click_disturb_nobody(place: Any, faults: Callable[[], list[str]]) -> None:
    """Trial P7: the filter was taken from widgets that were deleted."""
    touches: list[int] = []
    touch = FirstTouch(place)
    touch.touched.connect(lambda: touches.append(1))
    place.layout().takeAt(0).widget().deleteLater()
    delete_what_is_due()
    new = QtWidgets.QPushButton("new")
    place.layout().addWidget(new)
    place.show()
    until(new.isVisible)
    click(new)
    click(new)
    assert touches == [1] and not faults()
