"""The DeepDream docker as a painter uses it: what it says is read from its widgets, what it does is clicked."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

from krita import Krita

from . import hands, scene
from .handle import Handle
from .hands import HEARD, still, until, widget
from .qt import QtWidgets

FIRST_DREAM = 150.0  # seconds, with the start of the worker and on a very busy machine
HEIGHT = 560


def open_docker() -> Iterator[float]:
    """Show the docker as Settings > Dockers does, in a large window, and make it tall enough."""
    window = hands.window()
    docker = of_window(window)
    room = QtWidgets.QApplication.primaryScreen().availableSize()
    window.showMaximized()
    yield from until(lambda: window.width() > 0.9 * room.width(), HEARD, "a large window")
    docker.show()
    docker.raise_()
    yield from until(lambda: widget("deepdream_panel").isVisible(), HEARD, "the docker")
    yield from still(docker)
    window.resizeDocks([docker.now], [HEIGHT], scene.VERTICAL)
    yield from still(docker)


def of_window(window: Handle) -> Handle:
    """The docker of a main window, shown or not."""
    return Handle(lambda: window.findChild(QtWidgets.QDockWidget, "deepdream"))


def press_dream() -> Iterator[float]:
    """Click on the large button, whatever it is called at the moment; ends with the time of the click."""
    when = yield from hands.press(widget("deepdream_dream"))
    return when


def is_busy() -> bool:
    """Whether the large button offers to cancel."""
    return widget("deepdream_dream").text() in ("Cancel", "Cancel All")


def says() -> str:
    """The status line, as far as it is shown whenever the docker is (Krita 6 hides all dockers without an image)."""
    status = widget("deepdream_status")
    return str(status.text()) if status.isVisibleTo(widget("deepdream_panel").now) else ""


def aim() -> str:
    """The line that says what would be dreamed."""
    return str(widget("deepdream_aim").text())


def until_says(words: str) -> Iterator[float]:
    """Wait until ``words`` stand in the status line; ends with the line."""
    yield from until(lambda: words in says(), HEARD, lambda: f"“{words}” from the docker, it says “{says()}”")
    return says()


def until_aims(words: str) -> Iterator[float]:
    """Wait until ``words`` stand in the line about what would be dreamed; ends with the line."""
    yield from until(lambda: words in aim(), HEARD, lambda: f"“{words}” as what is dreamed, it says “{aim()}”")
    return aim()


def until_busy() -> Iterator[float]:
    """Wait until the docker is at work: after anything but the large button, which is clicked until it is heard."""
    yield from until(is_busy, HEARD, lambda: f"the docker at work, it says “{says()}”")


def rest() -> Iterator[float]:
    """Wait until nothing is dreamed any more."""
    go_on()
    yield from until(lambda: not is_busy(), FIRST_DREAM, lambda: f"the end of a dream, the docker says “{says()}”")


def warm() -> Iterator[float]:
    """Wait until nothing is dreamed and the worker has started."""
    progress = widget("deepdream_progress")
    yield from until(lambda: progress.isHidden(), FIRST_DREAM, lambda: f"a warm worker, the docker says “{says()}”")


def is_dreaming() -> bool:
    """Whether the worker has reported at least one step of the present job."""
    bar = widget("deepdream_progress")
    return bool(bar.isVisible() and bar.maximum() > 0 and bar.value() > 0)


def start() -> Iterator[float]:
    """Press Dream and wait until the worker is in the middle of it."""
    yield from rest()
    yield from press_dream()
    yield from until(lambda: is_dreaming() or not is_busy(), FIRST_DREAM, "the first step of a dream")
    assert is_busy(), f"the dream ended before it could be disturbed; the docker says: {says()}"


def start_and_hold() -> Iterator[float]:
    """The same, and ``hold`` the worker there."""
    yield from start()
    hold()


def hold() -> None:
    """Stop the worker until ``go_on`` or ``rest``: however fast it is, it isn't done before."""
    for worker in scene.workers():
        os.kill(worker, signal.SIGSTOP)


def go_on() -> None:
    """Let a worker that was stopped go on."""
    for worker in scene.workers():
        os.kill(worker, signal.SIGCONT)


def dream(document: Handle) -> Iterator[float]:
    """Press Dream and wait for the layer; ends with the new node."""
    yield from rest()
    before = scene.identities(document)
    yield from press_dream()
    node = yield from new_layer(document, before)
    return node


def new_layer(document: Handle, before: set[str]) -> Iterator[float]:
    """Wait for the layer that wasn't among ``before``, when a dream was asked for already; ends with it."""

    def there() -> bool:
        return not is_busy() and scene.identities(document) > before

    yield from until(there, FIRST_DREAM, lambda: f"a new layer, the docker says “{says()}”")
    yield scene.QUIET
    added = scene.identities(document) - before
    assert len(added) == 1, f"{len(added)} new layers; the docker says: {says()}"
    assert document == Krita.instance().activeDocument()
    return scene.node(document, added.pop())


def reach(target: Handle) -> Iterator[float]:
    """Scroll the docker until the middle of a widget is in sight, as the wheel would."""
    area = widget("deepdream_scroll")

    def in_sight() -> bool:
        # Asked anew each time: what was unfolded a moment ago has no height yet.
        if area.isAncestorOf(target.now):
            area.ensureWidgetVisible(target.now)
        return bool(target.visibleRegion().contains(target.rect().center()))

    yield from until(in_sight, HEARD, f"{target.objectName()} in sight")
    yield from still(target)
    yield from until(in_sight, HEARD, f"{target.objectName()} in sight")


def press(name: str) -> Iterator[float]:
    """Scroll to one of the docker's buttons and click on it."""
    button = yield from hands.appears(f"deepdream_{name}")
    yield from reach(button)
    yield from hands.press(button)


def take_preset(name: str) -> Iterator[float]:
    """Click on the picture of a preset."""
    yield from press(f"preset_{name}")
    assert widget(f"deepdream_preset_{name}").isChecked()


def type_into(name: str, text: str) -> Iterator[float]:
    """Write into one of the docker's fields: "objective", "steps_number"."""
    field = widget(f"deepdream_{name}")
    yield from reach(field)
    yield from hands.type_into(field, text)


def unfold(name: str) -> Iterator[float]:
    """Open a part of the docker that is folded away (``more``)."""
    if not widget(f"deepdream_{name}").isChecked():
        yield from press(name)


def choose(name: str, entry: str) -> Iterator[float]:
    """Choose an entry of one of the lists under *More* with the mouse."""
    yield from unfold("more")
    box = widget(f"deepdream_{name}")
    yield from reach(box)
    yield from hands.pick(box, entry)


def show_page(title: str) -> Iterator[float]:
    """Click on the tab of a page."""
    tabs = widget("deepdream_pages")
    yield from reach(tabs)
    index = next(number for number in range(tabs.count()) if tabs.tabText(number) == title)
    place = tabs.tabRect(index).center()
    yield from hands.heard(lambda: tabs.tabBarClicked, lambda: hands.click(tabs, place), f"the page {title}")
    yield from until(lambda: tabs.currentIndex() == index, HEARD, f"the page {title}")


def menu_entry(name: str, *entries: str) -> Iterator[float]:
    """Open one of the docker's menus and click on an entry, or on one after the other of submenus."""
    opener = yield from hands.appears(f"deepdream_{name}")
    yield from reach(opener)
    hands.click(opener)
    yield from hands.click_entry(Handle(lambda: opener.menu()), *entries)
