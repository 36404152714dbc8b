"""What is shown is held: a window whose parent's wrapper is freed keeps its Python half; one of a kind at a time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest

from krita_deepdream.atlas.atlas_dialog import AtlasDialog
from krita_deepdream.docker.caches_dialog import CachesDialog
from krita_deepdream.docker.more.settings_page import SettingsPage
from krita_deepdream.filter.filter_dialog import FilterDialog
from krita_deepdream.qt import Qt, QtCore, QtWidgets, alive
from krita_deepdream.variations.variations_dialog import VariationsDialog
from krita_deepdream.widgets.one_window import OneWindow

from .conftest import Painter, delete_what_is_due, scripted, until

Paint = Callable[..., Painter]


class Window(QtWidgets.QDialog):
    closed = 0

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("deepdream_held")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def done(self, result: int) -> None:
        Window.closed += 1
        super().done(result)


@pytest.fixture
def box() -> Any:
    made = QtWidgets.QComboBox()
    yield made
    made.deleteLater()


def fresh(box: QtWidgets.QComboBox) -> QtWidgets.QWidget:
    """A widget that Qt made: nobody holds its wrapper, as with Krita's main window."""
    view = box.view()
    assert view is not None
    window = view.parentWidget()
    assert window is not None
    return window


def shown(box: QtWidgets.QComboBox) -> list[Any]:
    gc.collect()
    delete_what_is_due()
    return list(fresh(box).findChildren(QtWidgets.QDialog, "deepdream_held"))


def test_qt_lets_go_of_what_nobody_holds(box: QtWidgets.QComboBox) -> None:
    Window(fresh(box)).show()
    assert [type(each) for each in shown(box)] == [QtWidgets.QDialog], "what OneWindow is there for"


def test_a_window_keeps_its_python_half_until_it_is_closed(box: QtWidgets.QComboBox) -> None:
    place = OneWindow(box)
    place.open(lambda: Window(fresh(box)))
    (window,) = shown(box)
    assert type(window) is Window and window.isVisible()
    before = Window.closed
    window.reject()
    assert Window.closed == before + 1 and place.window is None
    window.close()
    del window
    until(lambda: not shown(box))


def test_one_at_a_time(box: QtWidgets.QComboBox) -> None:
    place = OneWindow(box)
    place.open(lambda: Window(fresh(box)))
    first = place.window
    place.open(lambda: Window(fresh(box)))
    assert place.window is not first and place.window is not None
    until(lambda: len(shown(box)) == 1)


def test_what_cannot_be_made_leaves_the_old_one(box: QtWidgets.QComboBox) -> None:
    place = OneWindow(box)
    place.open(lambda: Window(fresh(box)))
    first = place.window
    with pytest.raises(ZeroDivisionError):
        place.open(lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    assert place.window is first


def test_a_window_that_went_with_its_parent_is_forgotten() -> None:
    parent, keeper = QtWidgets.QWidget(), QtCore.QObject()
    place = OneWindow(keeper)
    place.open(lambda: Window(parent))
    parent.deleteLater()
    delete_what_is_due()
    until(lambda: place.window is None)
    place.open(Window)
    assert place.window is not None and place.window.isVisible()
    place.window.close()


def test_the_filters_dialog_works_for_a_parent_of_qt(paint: Paint, box: QtWidgets.QComboBox) -> None:
    """Trial P1: without anybody who held the dialog, no preview came and no button worked."""
    painter = paint(scripted("good"))
    place = OneWindow(box)
    place.open(lambda: FilterDialog(painter.session, painter.choice, fresh(box)))
    gc.collect()
    painter.panel = fresh(box).findChildren(QtWidgets.QDialog, "deepdream_dialog")[0]
    until(lambda: painter.widget("sketch").has_dream)
    painter.click("new_layer")
    until(lambda: painter.host.placed)
    assert place.window is None


WINDOWS: dict[str, tuple[Callable[[Painter], QtWidgets.QDialog], str]] = {
    "atlas": (lambda painter: AtlasDialog(painter.session, painter.choice, painter.docker), "Close"),
    "atlas, taken": (lambda painter: AtlasDialog(painter.session, painter.choice, painter.docker), "Use These"),
    "caches": (lambda painter: CachesDialog(painter.docker), "Close"),
    "filter": (lambda painter: FilterDialog(painter.session, painter.choice), "Cancel"),
    "filter, taken": (lambda painter: FilterDialog(painter.session, painter.choice), "New Layer"),
    "fine tuning": (lambda painter: SettingsPage(painter.session, painter.choice, painter.docker), "Close"),
    "variations": (lambda painter: VariationsDialog(painter.session, painter.choice, painter.docker), "Close"),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_windows_own_button_closes_it_and_nothing_of_it_is_left(paint: Paint, name: str) -> None:
    make, text = WINDOWS[name]
    painter = paint(scripted("quick"))
    painter.choice.nudge({"objective": "b10[3]"})
    window = make(painter)
    window.show()
    pressed = [each for each in window.findChildren(QtWidgets.QPushButton) if each.text().replace("&", "") == text]
    assert len(pressed) == 1 and pressed[0].isEnabled()
    pressed[0].click()
    assert not window.isVisible()
    delete_what_is_due()
    assert not alive(window)
