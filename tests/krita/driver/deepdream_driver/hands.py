"""A painter's hands: the mouse and the keys of the X server, on widgets that can be seen and reached."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator

from .qt import QtCore, QtWidgets

STILL = 0.15  # seconds


def until(condition: Callable[[], object], seconds: float, what: str) -> Iterator[float]:
    """Wait for ``condition``; ``AssertionError`` naming ``what`` after ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds:g} seconds"
        yield 0.02


def widget(name: str, inside: str = "deepdream_panel") -> QtWidgets.QWidget:
    """The one widget with this object name in the part of that name (by default the docker)."""
    parts = [each for each in QtWidgets.QApplication.allWidgets() if each.objectName() == inside]
    assert len(parts) == 1, f"{len(parts)} parts are called {inside}"
    found = [each for each in (parts[0], *parts[0].findChildren(QtWidgets.QWidget)) if each.objectName() == name]
    assert len(found) == 1, f"{len(found)} widgets are called {name} in {inside}"
    return found[0]


def is_open(name: str) -> bool:
    """Whether a window of that object name can be seen."""
    return any(each.objectName() == name and each.isVisible() for each in QtWidgets.QApplication.topLevelWidgets())


def still(target: QtWidgets.QWidget) -> Iterator[float]:
    """Wait until a widget has stayed at its place for a moment, as a hand does before it clicks."""
    place, since = None, time.monotonic()
    end = since + 5
    while time.monotonic() < since + STILL:
        now = target.mapToGlobal(target.rect().center())
        if now != place:
            place, since = now, time.monotonic()
        assert time.monotonic() < end, f"{target.objectName()} never stays where it is"
        yield 0.03


def click(target: QtWidgets.QWidget, place: QtCore.QPoint | None = None) -> None:
    """Click with the left button on ``place`` (in the widget; its middle by default)."""
    point = target.mapToGlobal(target.rect().center() if place is None else place)
    _check_reachable(target, point)
    _xdotool("mousemove", *_on_screen(target, point), "click", "1")


def stroke(target: QtWidgets.QWidget, start: QtCore.QPoint, end: QtCore.QPoint, points: int = 12) -> Iterator[float]:
    """Draw a straight line with the left button, about as fast as a hand."""
    for number in range(points + 1):
        point = target.mapToGlobal(start + (end - start) * number / points)
        _check_reachable(target, point)
        _xdotool("mousemove", *_on_screen(target, point))
        if number in (0, points):
            _xdotool("mousedown" if number == 0 else "mouseup", "1")
        yield 0.02


def wheel(target: QtWidgets.QWidget, notches: int) -> None:
    """Turn the wheel towards the hand over a widget."""
    point = target.mapToGlobal(target.rect().center())
    _check_reachable(target, point)
    _xdotool("mousemove", *_on_screen(target, point), "click", "--repeat", str(notches), "5")


def press(*keys: str) -> None:
    """Press keys by their X names ("ctrl+z", "Return") on whatever has the keyboard."""
    _xdotool("key", "--clearmodifiers", *keys)


def type_into(field: QtWidgets.QWidget, text: str) -> Iterator[float]:
    """Click into a field, replace what is there and confirm."""
    click(field)
    yield 0.1
    _xdotool("key", "ctrl+a")
    _xdotool("type", text)
    _xdotool("key", "Return")
    yield 0.2


def menu(window: QtWidgets.QMainWindow, name: str, entry: str) -> Iterator[float]:
    """Open a menu of the menu bar and click on one of its entries; both by what is written there."""
    bar = window.menuBar()
    title = next(each for each in bar.actions() if _plain(each.text()) == name)
    click(bar, bar.actionGeometry(title).center())
    opened = title.menu()
    yield from until(opened.isVisible, 3, f"the menu {name}")
    yield 0.3
    found = [each for each in opened.actions() if _plain(each.text()) == entry]
    assert len(found) == 1, f"{name} has no {entry}: {[_plain(each.text()) for each in opened.actions()]}"
    click(opened, opened.actionGeometry(found[0]).center())


def choose(opener: QtWidgets.QToolButton, name: str) -> Iterator[float]:
    """Open a button's menu and click on the entry of that object name."""
    click(opener)
    opened = opener.menu()
    yield from until(opened.isVisible, 3, f"the menu of {opener.objectName()}")
    yield 0.3
    entry = next(each for each in opened.actions() if each.objectName() == name)
    click(opened, opened.actionGeometry(entry).center())


def _plain(text: str) -> str:
    return text.replace("&", "").split("\t")[0]


def _check_reachable(target: QtWidgets.QWidget, point: QtCore.QPoint) -> None:
    name = target.objectName() or type(target).__name__
    assert target.isVisible(), f"{name} can't be seen"
    assert target.isEnabled(), f"{name} is switched off"
    under = QtWidgets.QApplication.widgetAt(point)
    reached = under is not None and (under is target or target.isAncestorOf(under))
    assert reached, f"{name} is covered by {under.objectName() or type(under).__name__ if under else 'nothing'}"


def _on_screen(target: QtWidgets.QWidget, point: QtCore.QPoint) -> tuple[str, str]:
    """Qt counts in its own pixels, the X server in the screen's."""
    return str(round(point.x() * target.devicePixelRatioF())), str(round(point.y() * target.devicePixelRatioF()))


def _xdotool(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True, timeout=20)


def hold(target: QtWidgets.QWidget) -> None:
    """Press the left button in the middle of a widget and keep it down."""
    point = target.mapToGlobal(target.rect().center())
    _check_reachable(target, point)
    _xdotool("mousemove", *_on_screen(target, point), "mousedown", "1")


def let_go() -> None:
    """Lift the finger again."""
    _xdotool("mouseup", "1")
