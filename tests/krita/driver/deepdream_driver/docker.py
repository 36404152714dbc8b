"""The DeepDream docker as a painter uses it: what it says is read from its widgets, what it does is clicked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from krita import Krita

from . import scene
from .hands import click, still, until, widget
from .qt import QtWidgets

FIRST_DREAM = 90.0  # seconds, with the start of the worker and on a busy machine
ANSWER = 15.0  # seconds until the docker shows that it was clicked, on a very busy machine
HEIGHT = 560


def open_docker(window: QtWidgets.QMainWindow) -> Iterator[float]:
    """Show the docker as Settings > Dockers does, in a large window, and make it tall enough."""
    docker = next(each for each in window.findChildren(QtWidgets.QDockWidget) if each.objectName() == "deepdream")
    window.showMaximized()
    docker.show()
    docker.raise_()
    yield 0.3
    window.resizeDocks([docker], [HEIGHT], scene.VERTICAL)
    yield 0.3


def press_dream() -> Iterator[float]:
    """Click on the large button, whatever it is called at the moment; ends with the time of the click."""
    button = widget("deepdream_dream")
    yield from still(button)
    click(button)
    return time.monotonic()


def is_busy() -> bool:
    """Whether the large button offers to cancel."""
    return widget("deepdream_dream").text() in ("Cancel", "Cancel All")


def says() -> str:
    """The status line, as far as it is shown whenever the docker is (Krita 6 hides all dockers without an image)."""
    status = widget("deepdream_status")
    return str(status.text()) if status.isVisibleTo(widget("deepdream_panel")) else ""


def is_dreaming() -> bool:
    """Whether the worker has reported at least one step of the present job."""
    bar = widget("deepdream_progress")
    return bool(bar.isVisible() and bar.maximum() > 0 and bar.value() > 0)


def rest() -> Iterator[float]:
    """Wait until nothing is dreamed any more."""
    yield from until(lambda: not is_busy(), FIRST_DREAM, "the end of an earlier dream")


def start() -> Iterator[float]:
    """Press Dream and wait until the worker is in the middle of it."""
    yield from rest()
    yield from press_dream()
    yield from until(is_busy, ANSWER, "the docker at work")
    yield from until(lambda: is_dreaming() or not is_busy(), FIRST_DREAM, "the first step of a dream")
    assert is_busy(), f"the dream ended before it could be disturbed; the docker says: {says()}"


def dream(document: Any) -> Iterator[float]:
    """Press Dream and wait for the layer; ends with the new node as value."""
    yield from rest()
    yield from press_dream()
    node = yield from new_layer(document)
    return node


def new_layer(document: Any) -> Iterator[float]:
    """Wait for a layer that was not there when the wait began."""
    before = set(scene.all_nodes(document))
    yield from until(is_busy, ANSWER, "the docker at work")
    yield from until(lambda: not is_busy(), FIRST_DREAM, "the end of the dream")
    yield scene.QUIET
    added = [node for identity, node in scene.all_nodes(document).items() if identity not in before]
    assert len(added) == 1, f"{len(added)} new layers; the docker says: {says()}"
    assert Krita.instance().activeDocument() == document
    return added[0]


def unfold(name: str) -> Iterator[float]:
    """Open a part of the docker that is folded away (``more``, ``history``)."""
    heading = widget(f"deepdream_{name}")
    if not heading.isChecked():
        yield from reach(heading)
        click(heading)
        yield 0.3


def reach(target: QtWidgets.QWidget) -> Iterator[float]:
    """Scroll the docker until a widget is in sight, as the wheel would."""
    area = widget("deepdream_scroll")
    if area.isAncestorOf(target):
        area.ensureWidgetVisible(target)
    yield from still(target)


def choose(name: str, text: str) -> Iterator[float]:
    """Choose an entry of one of the lists under *More* with the mouse."""
    yield from unfold("more")
    box = widget(f"deepdream_{name}")
    yield from reach(box)
    click(box)
    view = box.view()
    yield from until(view.isVisible, 3, f"the list of {name}")
    yield 0.3
    place = view.visualRect(view.model().index(box.findText(text), 0))
    click(view.viewport(), place.center())
    yield 0.3
    assert box.currentText() == text


def turn_to(title: str) -> Iterator[float]:
    """Click on the tab of a page."""
    tabs = widget("deepdream_pages")
    yield from reach(tabs)
    index = next(number for number in range(tabs.count()) if tabs.tabText(number) == title)
    click(tabs, tabs.tabRect(index).center())
    yield 0.3


def menu_entry(name: str, *entries: str) -> Iterator[float]:
    """Open one of the docker's menus and click on an entry, or on one after the other of submenus."""
    opener = widget(f"deepdream_{name}")
    yield from reach(opener)
    click(opener)
    opened = opener.menu()
    for entry in entries:
        yield from until(opened.isVisible, 3, f"the menu {name}")
        yield 0.3
        found = [each for each in opened.actions() if each.text().strip() == entry]
        assert len(found) == 1, f"{name} has no {entry}: {[each.text() for each in opened.actions()]}"
        click(opened, opened.actionGeometry(found[0]).center())
        opened = found[0].menu()
    yield 0.3


def unfold_more() -> Iterator[float]:
    """See to it that *More* is unfolded."""
    heading = widget("deepdream_more")
    if not heading.isChecked():
        widget("deepdream_scroll").ensureWidgetVisible(heading)
        yield 0.2
        click(heading)
        yield 0.4


def pick(choice: QtWidgets.QComboBox, entry: str) -> Iterator[float]:
    """Open a drop-down list of the docker and click on the entry that reads so."""
    widget("deepdream_scroll").ensureWidgetVisible(choice)
    yield 0.2
    click(choice)
    rows = choice.view()
    yield from until(rows.isVisible, 3, "the list")
    yield 0.3
    index = next(each for each in range(choice.count()) if choice.itemText(each).strip() == entry)
    row = choice.model().index(index, choice.modelColumn())
    rows.scrollTo(row)
    yield 0.1
    click(rows.viewport(), rows.visualRect(row).center())
    yield from until(lambda: not rows.isVisible(), 3, "the list's end")
    assert choice.currentText().strip() == entry
