"""A painter's hands: the mouse and the keys of the X server, on widgets that can be seen and reached.

After an act they wait until Krita has heard of it, however busy the machine is: nobody has to sleep for that.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

from .qt import QtCore, QtWidgets

STILL = 0.15  # seconds
HEARD = 20.0  # seconds until Krita has heard of a click or a key, on a very busy machine


def until(condition: Callable[[], object], seconds: float, what: str | Callable[[], str]) -> Iterator[float]:
    """Wait for ``condition``; ``AssertionError`` naming ``what`` after ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds:g} seconds: {what if isinstance(what, str) else what()}"
        yield 0.02


def heard(signal: Any, act: Callable[[], None], what: str) -> Iterator[float]:
    """Do something and wait until ``signal`` has told of it, and whoever listens to it has done his part."""
    calls: list[bool] = []
    signal.connect(lambda *_: calls.append(True))
    act()
    yield from until(lambda: calls, HEARD, f"Krita has heard of {what}")


def widget(name: str, inside: str = "deepdream_panel") -> QtWidgets.QWidget:
    """The one widget with this object name in the part of that name (by default the docker)."""
    found = _called(name, inside)
    assert len(found) == 1, f"{len(found)} widgets are called {name} in {inside}"
    return found[0]


def appears(name: str, inside: str = "deepdream_panel") -> Iterator[float]:
    """Wait for a widget that isn't there yet; ends with it."""
    yield from until(lambda: len(_called(name, inside)) == 1, HEARD, f"{name} in {inside}")
    return widget(name, inside)


def window_opens(name: str) -> Iterator[float]:
    """Wait until the window of that object name stands still; ends with it."""
    yield from until(lambda: is_open(name), HEARD, f"the window {name}")
    window = widget(name, name)
    yield from still(window)
    return window


def window_closes(name: str) -> Iterator[float]:
    """Wait until that window is gone."""
    yield from until(lambda: not is_open(name), HEARD, f"the end of the window {name}")


def is_open(name: str) -> bool:
    """Whether a window of that object name can be seen."""
    return any(each.objectName() == name and each.isVisible() for each in QtWidgets.QApplication.topLevelWidgets())


def still(target: QtWidgets.QWidget) -> Iterator[float]:
    """Wait until a widget has stayed at its place for a moment, as a hand does before it clicks."""
    place, since = None, time.monotonic()
    end = since + HEARD
    while time.monotonic() < since + STILL:
        now = target.mapToGlobal(target.rect().center())
        if now != place:
            place, since = now, time.monotonic()
        assert time.monotonic() < end, f"{target.objectName()} never stays where it is"
        yield 0.03


def click(target: QtWidgets.QWidget, place: QtCore.QPoint | None = None) -> None:
    """Click with the left button on ``place`` (in the widget; its middle by default); Krita hears of it later."""
    point = target.mapToGlobal(place or _middle(target))
    _check_reachable(target, point)
    _xdotool("mousemove", *_on_screen(target, point), "click", "1")


def press(button: QtWidgets.QAbstractButton) -> Iterator[float]:
    """Click on a button that stands still, and wait until it has done what it does; ends with the time of the click."""
    yield from still(button)
    when = time.monotonic()
    yield from heard(button.clicked, lambda: click(button), f"the click on {button.objectName()}")
    return when


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


def keys(*names: str) -> None:
    """Press keys by their X names ("ctrl+z", "Return") on whatever has the keyboard."""
    _xdotool("key", "--clearmodifiers", *names)


def type_into(field: QtWidgets.QLineEdit | QtWidgets.QAbstractSpinBox, text: str) -> Iterator[float]:
    """Click into a field, replace what is there and confirm."""
    click(field)
    yield from until(field.hasFocus, HEARD, f"the keyboard in {field.objectName()}")
    keys("ctrl+a")
    _xdotool("type", text)
    yield from heard(field.editingFinished, lambda: keys("Return"), f"“{text}” in {field.objectName()}")


def menu(window: QtWidgets.QMainWindow, name: str, entry: str) -> Iterator[float]:
    """Open a menu of the menu bar and click on one of its entries; both by what is written there."""
    bar = window.menuBar()
    title = next(each for each in bar.actions() if _plain(each.text()) == name)
    click(bar, bar.actionGeometry(title).center())
    yield from click_entry(title.menu(), entry)


def click_entry(opened: QtWidgets.QMenu, *entries: str) -> Iterator[float]:
    """Click on an entry of a menu that opens, or on one after the other of submenus; by what is written there."""
    for number, entry in enumerate(entries):
        yield from until(opened.isVisible, HEARD, f"the menu with {entry}")
        yield from still(opened)
        found = [each for each in opened.actions() if _plain(each.text()) == entry]
        assert len(found) == 1, f"there is no {entry}: {[_plain(each.text()) for each in opened.actions()]}"
        place = opened.actionGeometry(found[0]).center()
        if number < len(entries) - 1:
            click(opened, place)
            opened = found[0].menu()
        else:
            yield from heard(found[0].triggered, lambda at=place, on=opened: click(on, at), f"the click on {entry}")


def pick(choice: QtWidgets.QComboBox, entry: str) -> Iterator[float]:
    """Open a drop-down list and click on the entry that reads so."""
    click(choice)
    rows = choice.view()
    yield from until(rows.isVisible, HEARD, f"the list of {choice.objectName()}")
    yield from still(rows)
    index = next(each for each in range(choice.count()) if choice.itemText(each).strip() == entry)
    row = choice.model().index(index, choice.modelColumn())
    rows.scrollTo(row)
    yield from still(rows)
    viewport = rows.viewport()
    yield from heard(choice.activated, lambda: click(viewport, rows.visualRect(row).center()), f"the choice of {entry}")
    yield from until(lambda: not rows.isVisible(), HEARD, f"the end of the list of {choice.objectName()}")
    assert choice.currentText().strip() == entry


def hold(target: QtWidgets.QAbstractButton) -> Iterator[float]:
    """Press the left button in the middle of a button and keep it down."""
    point = target.mapToGlobal(target.rect().center())
    _check_reachable(target, point)
    finger = lambda: _xdotool("mousemove", *_on_screen(target, point), "mousedown", "1")  # noqa: E731
    yield from heard(target.pressed, finger, f"the finger on {target.objectName()}")


def let_go(target: QtWidgets.QAbstractButton) -> Iterator[float]:
    """Lift the finger again."""
    yield from heard(target.released, lambda: _xdotool("mouseup", "1"), f"the finger leaving {target.objectName()}")


def _called(name: str, inside: str) -> list[QtWidgets.QWidget]:
    parts = [each for each in QtWidgets.QApplication.allWidgets() if each.objectName() == inside]
    assert len(parts) == 1, f"{len(parts)} parts are called {inside}"
    return [each for each in (parts[0], *parts[0].findChildren(QtWidgets.QWidget)) if each.objectName() == name]


def _middle(target: QtWidgets.QWidget) -> QtCore.QPoint:
    """A check box hears of clicks on its box and its words, and is wider than these."""
    half = target.height() // 2
    return QtCore.QPoint(half, half) if isinstance(target, QtWidgets.QCheckBox) else target.rect().center()


def _plain(text: str) -> str:
    return text.replace("&", "").split("\t")[0].strip()


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
