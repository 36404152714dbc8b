"""A painter's hands: the mouse and the keys of the X server, on widgets that can be seen and reached.

After an act they wait until Krita has heard of it, however busy the machine is: nobody has to sleep for that.
Widgets are named by handles, and before every act Python's garbage is collected: what nobody holds is gone by then,
as it is in a painter's Krita.
"""

from __future__ import annotations

import gc
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

from krita import Krita

from .handle import Handle
from .qt import QtCore, QtWidgets

STILL = 0.15  # seconds
HEARD = 20.0  # seconds until Krita has heard of a click or a key, on a very busy machine


def until(condition: Callable[[], object], seconds: float, what: str | Callable[[], str]) -> Iterator[float]:
    """Wait for ``condition``; ``AssertionError`` naming ``what`` after ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds:g} seconds: {what if isinstance(what, str) else what()}"
        yield 0.02


def heard(signal: Callable[[], Any], act: Callable[[], None], what: str) -> Iterator[float]:
    """Do something and wait until a signal has told of it, and whoever listens to it has done his part."""
    calls: list[bool] = []
    signal().connect(lambda *_: calls.append(True))
    act()
    yield from until(lambda: calls, HEARD, f"Krita has heard of {what}")


def window() -> Handle:
    """Krita's main window, the first if there are several."""
    return Handle(lambda: Krita.instance().windows()[0].qwindow())


def widget(name: str, inside: str = "deepdream_panel") -> Handle:
    """The one widget with this object name in the part of that name (by default the docker)."""
    return Handle(lambda: _the_one(name, inside))


def appears(name: str, inside: str = "deepdream_panel") -> Iterator[float]:
    """Wait for a widget that isn't there yet; ends with it."""
    yield from until(lambda: len(_called(name, inside)) == 1, HEARD, f"{name} in {inside}")
    return widget(name, inside)


def window_opens(name: str) -> Iterator[float]:
    """Wait until the window of that object name stands still; ends with it."""
    yield from until(lambda: is_open(name), HEARD, f"the window {name}")
    yield from still(widget(name, name))
    return widget(name, name)


def window_closes(name: str) -> Iterator[float]:
    """Wait until that window is gone."""
    yield from until(lambda: not is_open(name), HEARD, f"the end of the window {name}")


def is_open(name: str) -> bool:
    """Whether a window of that object name can be seen."""
    return any(each.objectName() == name and each.isVisible() for each in QtWidgets.QApplication.topLevelWidgets())


def still(target: Handle) -> Iterator[float]:
    """Wait until a widget has stayed at its place for a moment, as a hand does before it clicks."""
    place, since = None, time.monotonic()
    end = since + HEARD
    while time.monotonic() < since + STILL:
        now = _middle_on_screen(target)
        if now != place:
            place, since = now, time.monotonic()
        assert time.monotonic() < end, f"{target.objectName()} never stays where it is"
        yield 0.03


def click(target: Handle, place: QtCore.QPoint | None = None) -> None:
    """Click with the left button on ``place`` (in the widget; its middle by default); Krita hears of it later."""
    _xdotool("mousemove", *_spot(target, place), "click", "1")


def press(button: Handle) -> Iterator[float]:
    """Click on a button that stands still, and wait until it has done what it does; ends with the time of the click."""
    yield from still(button)
    yield from until(lambda: not _deaf(button), HEARD, lambda: f"{button.objectName()} hears again")
    when = time.monotonic()
    yield from heard(lambda: button.clicked, lambda: click(button), f"the click on {button.objectName()}")
    return when


def point(target: Handle, place: QtCore.QPoint) -> None:
    """Move the pointer to a place in a widget; Krita hears of it later."""
    _xdotool("mousemove", *_spot(target, place))


def stroke(target: Handle, start: QtCore.QPoint, end: QtCore.QPoint, points: int = 12) -> Iterator[float]:
    """Draw a straight line with the left button, about as fast as a hand."""
    for number in range(points + 1):
        _xdotool("mousemove", *_spot(target, start + (end - start) * number / points))
        if number in (0, points):
            _xdotool("mousedown" if number == 0 else "mouseup", "1")
        yield 0.02


def wheel(target: Handle, notches: int) -> None:
    """Turn the wheel towards the hand over a widget."""
    _xdotool("mousemove", *_spot(target), "click", "--repeat", str(notches), "5")


def keys(*names: str) -> None:
    """Press keys by their X names ("ctrl+z", "Return") on whatever has the keyboard."""
    _xdotool("key", "--clearmodifiers", *names)


def type_into(field: Handle, text: str) -> Iterator[float]:
    """Click into a field, replace what is there and confirm."""
    click(field)
    yield from until(lambda: field.hasFocus(), HEARD, f"the keyboard in {field.objectName()}")
    keys("ctrl+a")
    _xdotool("type", text)
    yield from heard(lambda: field.editingFinished, lambda: keys("Return"), f"“{text}” in {field.objectName()}")


def menu(name: str, entry: str) -> Iterator[float]:
    """Open a menu of the menu bar and click on one of its entries; both by what is written there."""
    bar = Handle(lambda: window().menuBar())
    click(bar, bar.actionGeometry(_entry(bar, name)).center())
    yield from click_entry(Handle(lambda: _entry(bar, name).menu()), entry)


def entries(name: str) -> list[str]:
    """What is written in a menu of the menu bar."""
    return [_plain(each.text()) for each in _entry(Handle(lambda: window().menuBar()), name).menu().actions()]


def click_entry(opened: Handle, *entries: str) -> Iterator[float]:
    """Click on an entry of a menu that opens, or on one after the other of submenus; by what is written there."""
    for number, entry in enumerate(entries):
        yield from until(lambda at=opened: at.isVisible(), HEARD, f"the menu with {entry}")
        yield from still(opened)
        place = opened.actionGeometry(_entry(opened, entry)).center()
        if number < len(entries) - 1:
            click(opened, place)
            opened = Handle(lambda above=opened, name=entry: _entry(above, name).menu())
        else:
            signal = lambda at=opened, name=entry: _entry(at, name).triggered  # noqa: E731
            yield from heard(signal, lambda at=place, on=opened: click(on, at), f"the click on {entry}")


def pick(choice: Handle, entry: str) -> Iterator[float]:
    """Open a drop-down list and click on the entry that reads so."""
    click(choice)
    rows = Handle(lambda: choice.view())
    yield from until(lambda: rows.isVisible(), HEARD, f"the list of {choice.objectName()}")
    yield from still(rows)
    index = next(each for each in range(choice.count()) if choice.itemText(each).strip() == entry)
    rows.scrollTo(choice.model().index(index, choice.modelColumn()))
    yield from still(rows)
    place = rows.visualRect(choice.model().index(index, choice.modelColumn())).center()
    viewport = Handle(lambda: rows.viewport())
    yield from heard(lambda: choice.activated, lambda: click(viewport, place), f"the choice of {entry}")
    yield from until(lambda: not rows.isVisible(), HEARD, f"the end of the list of {choice.objectName()}")
    assert choice.currentText().strip() == entry


def hold(target: Handle) -> Iterator[float]:
    """Press the left button in the middle of a button and keep it down."""
    finger = lambda: _xdotool("mousemove", *_spot(target), "mousedown", "1")  # noqa: E731
    yield from heard(lambda: target.pressed, finger, f"the finger on {target.objectName()}")


def let_go(target: Handle) -> Iterator[float]:
    """Lift the finger again."""
    lift = lambda: _xdotool("mouseup", "1")  # noqa: E731
    yield from heard(lambda: target.released, lift, f"the finger leaving {target.objectName()}")


def _deaf(button: Handle) -> bool:
    """Whether its meaning changed a moment ago, so that it hears nothing yet."""
    return any(getattr(each, "is_on", False) for each in button.children())


def _called(name: str, inside: str) -> list[QtWidgets.QWidget]:
    tops = QtWidgets.QApplication.topLevelWidgets()
    parts = [part for top in tops for part in _named(top, inside)]
    assert len(parts) == 1, f"{len(parts)} parts are called {inside}"
    return _named(parts[0], name)


def _named(top: QtWidgets.QWidget, name: str) -> list[QtWidgets.QWidget]:
    """The widgets of that name from ``top`` on; windows that belong to it count for themselves."""
    below = [each for each in top.findChildren(QtWidgets.QWidget, name) if each.window() is top.window()]
    return [top, *below] if top.objectName() == name else below


def _the_one(name: str, inside: str) -> QtWidgets.QWidget:
    found = _called(name, inside)
    assert len(found) == 1, f"{len(found)} widgets are called {name} in {inside}"
    return found[0]


def _entry(opened: Handle, name: str) -> Any:
    """The entry of a menu, or of the menu bar, that reads so."""
    texts = {_plain(each.text()): each for each in opened.actions()}
    assert name in texts, f"there is no {name}: {list(texts)}"
    return texts[name]


def _middle_on_screen(target: Handle) -> QtCore.QPoint:
    found = target.now
    return found.mapToGlobal(found.rect().center())


def _plain(text: str) -> str:
    return text.replace("&", "").split("\t")[0].strip()


def _spot(target: Handle, place: QtCore.QPoint | None = None) -> tuple[str, str]:
    """Where on the X server's screen a place of a widget is, that can be seen and reached there."""
    found = target.now
    point = found.mapToGlobal(place or _middle(found))
    _check_reachable(found, point)
    # Qt counts in its own pixels.
    return str(round(point.x() * found.devicePixelRatioF())), str(round(point.y() * found.devicePixelRatioF()))


def _middle(found: QtWidgets.QWidget) -> QtCore.QPoint:
    """A check box hears of clicks on its box and its words, and is wider than these."""
    half = found.height() // 2
    return QtCore.QPoint(half, half) if isinstance(found, QtWidgets.QCheckBox) else found.rect().center()


def _check_reachable(found: QtWidgets.QWidget, point: QtCore.QPoint) -> None:
    name = found.objectName() or type(found).__name__
    assert found.isVisible(), f"{name} can't be seen"
    assert found.isEnabled(), f"{name} is switched off"
    under = QtWidgets.QApplication.widgetAt(point)
    reached = under is not None and (under is found or found.isAncestorOf(under))
    assert reached, f"{name} is covered by {under.objectName() or type(under).__name__ if under else 'nothing'}"


def _xdotool(*words: str) -> None:
    gc.collect()
    subprocess.run(["xdotool", *words], check=True, timeout=20)
