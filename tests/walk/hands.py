"""A painter's eyes, hand and keys in front of one Krita: finds by name, clicks, types, waits, looks at the screen.

Nothing here knows what the plugin does inside: what is seen is what a screen reader says and what the screen shows.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import ImageGrab

from . import names
from .accessible import Reader, Ref, Widget

# A slow or busy machine needs more of everything.
PATIENCE = float(os.environ.get("DEEPDREAM_WALK_PATIENCE", "1"))
HEARD_S = 30.0
STILL_S = 0.15
LOOK_S = 0.1
WHEEL_UP, WHEEL_DOWN = "4", "5"
MOST_NOTCHES = 60
# What a notch scrolls at least, and how many a finger turns at once.
NOTCH_PX, MOST_AT_ONCE = 60, 6
FINGER_PX = 10
ROW_PX = 12
ICON_PX = 60
ROWS = ("tree item", "table cell")
NO_DOCKS = ("menu bar", "tool bar", "page tab list")
CURSOR = 1e-4  # the share of the screen that a text cursor takes
CANVAS = (2, 12)  # of 14 parts of the canvas the middle ones: no rulers, no floating messages

Box = tuple[int, int, int, int]
# The docker, Krita's main window, or another window by its name: see ``names``.
Location = tuple[str, str]


def until(condition: Callable[[], object], what: str | Callable[[], str], seconds: float = HEARD_S) -> object:
    """Wait for ``condition`` and give what it gave; ``AssertionError`` naming ``what`` when it takes too long."""
    end = time.monotonic() + seconds * PATIENCE
    while not (found := condition()):
        waited = f"not within {seconds * PATIENCE:g} seconds: "
        assert time.monotonic() < end, waited + (what if isinstance(what, str) else what())
        time.sleep(LOOK_S)
    return found


class Hands:
    """One painter at one screen; ``shots`` is the folder that keeps pictures of the screen."""

    def __init__(self, display: str, reader: Reader, shots: Path) -> None:
        self._display = display
        self._reader = reader
        self.shots = shots
        self._main: Ref | None = None
        self._docker: Ref | None = None

    def start(self, seconds: float) -> None:
        """Wait for Krita's window with a picture in it, and maximise it."""
        until(self._has_picture, "Krita with a picture", seconds)
        self._run("wmctrl", "-r", ":ACTIVE:", "-b", "add,maximized_vert,maximized_horz")
        until(lambda: self.window_box()[2] > 1200, lambda: f"a large window, it is {self.window_box()}")

    # -- what is seen --

    def window_box(self) -> Box:
        """Where Krita's window lies, without its frame."""
        return next(each.box for each in self._windows() if each.ref == self._main)

    def window_title(self) -> str:
        """What stands over Krita's window, or on the tab in front: from 5.2 on the window itself names no painting."""
        if self.tells_unsaved():
            return self._reader.name(self._main) if self._main else ""
        return " ".join(each.name for each in self._reader.tree(self._main) if each.role == names.SUBWINDOW)

    def tells_unsaved(self) -> bool:
        """Whether the title has a star while something is unsaved, as up to Krita 5.1."""
        return self._reader.name(self._main) not in ("", "Krita") if self._main else False

    def scene(self, inside: Location = names.DOCKER) -> list[Widget]:
        """All widgets in sight in a place; none while there is no such place."""
        root = self._root(inside)
        return self._reader.tree(root) if root else []

    def find(self, name: str | Iterable[str], role: str = "", inside: Location = names.DOCKER) -> Widget | None:
        """The first widget called so (or so, or so), ``None`` while there is none."""
        wanted = (name,) if isinstance(name, str) else tuple(name)
        return next((each for each in self.scene(inside) if each.name in wanted and role in ("", each.role)), None)

    def see(self, name: str | Iterable[str], role: str = "", inside: Location = names.DOCKER) -> Widget:
        """Wait for a widget; ``AssertionError`` if it never comes."""
        found = until(
            lambda: self.find(name, role, inside),
            lambda: f"{role or 'a widget'} called {name} in {inside}; {self.told()}",
        )
        assert isinstance(found, Widget)
        return found

    def gone(self, name: str, role: str = "", inside: Location = names.DOCKER, seconds: float = HEARD_S) -> None:
        """Wait until there is no such widget."""
        until(lambda: not self.find(name, role, inside), lambda: f"no {name}; {self.told()}", seconds)

    def window(self, place: Location) -> bool:
        """Whether there is such a window beside Krita's own."""
        return self._root(place) is not None

    def windows(self) -> list[str]:
        """The names of all windows beside Krita's own."""
        return [each.name for each in self._windows() if each.ref != self._main]

    def quiet(self) -> None:
        """Wait until the screen stands still; what blinks or turns for ever counts as still after a while."""
        seen = self.screen()
        for _ in range(8):
            time.sleep(STILL_S)
            now = self.screen()
            if (seen != now).mean() < CURSOR:
                return
            seen = now

    def told(self) -> str:
        """What the docker says, in one line."""
        return "the docker says: " + " | ".join(
            each.name for each in self.scene() if each.role == "label" and len(each.name) > 12
        )

    def written(self, name: str, role: str = "", inside: Location = names.DOCKER) -> str:
        """What stands in a field or on a label."""
        return self._reader.text(self.see(name, role, inside))

    def layers(self) -> list[str]:
        """The names in Krita's Layers docker, from the uppermost to the lowest."""
        root = next((each.ref for each in self._docks() if each.name == names.LAYERS), None)
        rows = [each for each in self._reader.tree(root, True) if each.role in ROWS] if root else []
        places = {each.box[1]: each.name for each in rows}
        return [places[top] for top in sorted(places)]

    def pictures(self, inside: Location) -> list[Widget]:
        """The pictures of a list, from the upper left on."""
        scene = self.scene(inside)
        lists = {each.ref for each in scene if each.role == "list"}
        return [
            each
            for each in scene
            if each.role == "list item" and each.parent in lists and each.box[0] > 0 and each.box[3] > ICON_PX
        ]

    def screen(self, box: Box | None = None) -> np.ndarray:
        """The screen or a part of it: height × width × RGB, 0–255."""
        area = (box[0], box[1], box[0] + box[2], box[1] + box[3]) if box else None
        return np.asarray(ImageGrab.grab(area, xdisplay=self._display).convert("RGB")).astype(np.int16)

    def canvas_box(self) -> Box:
        """The middle of the canvas on the screen."""
        pane = max(
            (each for each in self._reader.children(self._main) if each.role == "layered pane"),
            key=lambda each: each.box[2] * each.box[3],
        )
        left, top, width, height = pane.box
        first, last = CANVAS
        return (
            left + width * first // 14,
            top + height * first // 14,
            width * (last - first) // 14,
            height * (last - first) // 14,
        )

    def canvas(self) -> np.ndarray:
        """What the middle of the canvas shows when it has come to rest."""
        box = self.canvas_box()
        seen = self.screen(box)
        for _ in range(40):
            time.sleep(2 * STILL_S)
            now = self.screen(box)
            if np.array_equal(seen, now):
                break
            seen = now
        return seen

    def shot(self, name: str) -> Path:
        """Keep a picture of the screen."""
        self.shots.mkdir(parents=True, exist_ok=True)
        number = len(list(self.shots.glob("*.png"))) + 1
        words = re.sub(r"[^\w -]+", "", name)[:70]
        path = self.shots / f"{number:03} {words}.png"
        ImageGrab.grab(xdisplay=self._display).save(path)
        return path

    def renamed(self, widget: Widget, seconds: float) -> float:
        """Wait, without a moment's delay, until a widget is called otherwise; when it was last asked before."""
        asked = time.monotonic()
        end = asked + seconds * PATIENCE
        while self._reader.name(widget.ref) == widget.name:
            asked = time.monotonic()
            assert asked < end, f"it is still called {widget.name}; {self.told()}"
        return asked

    # -- what is done --

    def point(self, place: tuple[int, int]) -> None:
        """Move the mouse there."""
        self._run("xdotool", "mousemove", *map(str, place))

    def click_at(self, place: tuple[int, int]) -> None:
        """Click with the left button."""
        self._run("xdotool", "mousemove", *map(str, place), "click", "1")

    def click(self, name: str | Iterable[str], role: str = "", inside: Location = names.DOCKER) -> Widget:
        """Bring a widget into sight, wait until it stands still, and click on it."""
        widget = self.reach(name, role, inside)
        left, _top, width, _height = widget.box
        # A check box hears of clicks on its box and its words, and is wider than these.
        across = left + min(FINGER_PX, width // 2) if widget.role == "check box" else widget.middle[0]
        self.click_at((across, widget.middle[1]))
        return widget

    def reach(self, name: str | Iterable[str], role: str = "", inside: Location = names.DOCKER) -> Widget:
        """Turn the wheel until a widget's middle is in sight, and wait until it stays where it is."""
        self.see(name, role, inside)
        before = None
        for _ in range(MOST_NOTCHES):
            scene = self.scene(inside)
            wanted = (name,) if isinstance(name, str) else tuple(name)
            widget = next((each for each in scene if each.name in wanted and role in ("", each.role)), None)
            if widget is not None:
                clip = _clip(widget, scene)
                if clip is None and before == widget.box:
                    return widget
                before = widget.box
                if clip is not None:
                    self._wheel_towards(clip, widget.middle[1])
            time.sleep(STILL_S)
        raise AssertionError(f"{name} can't be brought into sight; {self.told()}")

    def _wheel_towards(self, clip: Box, down: int) -> None:
        """Turn the wheel over ``clip`` as far as a place at this height is away, or a little less."""
        above, below = clip[1] - down, down - (clip[1] + clip[3])
        notches = max(1, max(above, below) // NOTCH_PX)
        self.wheel(clip, WHEEL_UP if above > 0 else WHEEL_DOWN, min(notches, MOST_AT_ONCE))

    def wheel(self, box: Box, button: str, notches: int = 1) -> None:
        """Turn the wheel over the middle of a place."""
        self.point((box[0] + box[2] // 2, box[1] + box[3] // 2))
        self._run("xdotool", "click", "--repeat", str(notches), button)

    def keys(self, *keys: str) -> None:
        """Press keys by their X names ("ctrl+z") on whatever has the keyboard."""
        self._run("xdotool", "key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type on whatever has the keyboard."""
        self._run("xdotool", "type", "--delay", "10", text)

    def type_into(self, name: str, text: str, role: str = "text", inside: Location = names.DOCKER) -> None:
        """Click into a field and replace what is there; nothing confirms it."""
        self.click(name, role, inside)
        self.keys("ctrl+a")
        self.type(text)

    def set_number(self, name: str, number: str, inside: Location = names.DOCKER) -> None:
        """Click into a number's field, replace it, and leave it."""
        self.click(name, "spin box", inside)
        self.keys("ctrl+a")
        self.type(number)
        self.keys("Tab")

    def click_layer(self, name: str) -> None:
        """Choose a layer in Krita's Layers docker."""
        root = next(each.ref for each in self._docks() if each.name == names.LAYERS)
        tree = next(each for each in self._reader.tree(root) if each.role == "tree")
        row = self._row(root, name)
        while not tree.box[1] <= row.middle[1] < tree.box[1] + tree.box[3]:
            self.wheel(tree.box, WHEEL_UP if row.middle[1] < tree.box[1] else WHEEL_DOWN)
            time.sleep(STILL_S)
            row = self._row(root, name)
        self.click_at(row.middle)

    def menu(self, *titles: str) -> None:
        """Open a menu of the menu bar, then one submenu after the other, and click on the last."""
        self._pick(titles)

    def menu_beginning(self, *titles: str) -> None:
        """The same where only the beginnings of the titles are known ("Undo …")."""
        self._pick(titles, whole=False)

    def menu_of(self, button: str, entry: int, last: bool = False, inside: Location = names.DOCKER) -> None:
        """Open the menu of a button and walk to an entry by its number with the arrow keys; ``last``: its last one."""
        self.click(button, "button menu", inside)
        self.quiet()
        self.keys(*["Down"] * (entry + 1), *(["Right", "Up"] if last else []), "Return")

    def choose(self, label: str, entry: str, inside: Location = names.DOCKER) -> None:
        """Open the drop-down list beside a label and click on the entry that reads so (or begins so, with …)."""
        before = self.reach(label, "label", inside)
        lists = [
            each
            for each in self.scene(inside)
            if each.role == "combo box"
            and abs(each.middle[1] - before.middle[1]) < ROW_PX
            and each.box[0] >= before.box[0]
        ]
        assert len(lists) == 1, f"{len(lists)} lists beside {label}"
        self.choose_in(lists[0], entry)

    def choose_in(self, box: Widget, entry: str) -> None:
        """The same with a list that was found already."""
        self.click_at(box.middle)
        row = until(lambda: self._opened(box, entry), lambda: f"{entry} in the list at {box.box}; {self._rows(box)}")
        assert isinstance(row, Widget)
        self.click_at(row.middle)

    def stroke(self, points: list[tuple[int, int]]) -> None:
        """Draw with the left button from place to place, about as fast as a hand."""
        self.point(points[0])
        self._run("xdotool", "mousedown", "1")
        time.sleep(STILL_S)
        for place in points[1:]:
            self.point(place)
            time.sleep(0.02)
        # Krita 5.2 takes both ends from what it has seen of the way.
        time.sleep(STILL_S)
        self._run("xdotool", "mouseup", "1")

    def click_here(self) -> None:
        """Click where the mouse is, at once."""
        self._run("xdotool", "click", "1")

    def press(self) -> None:
        """Put the finger down where the mouse is."""
        self._run("xdotool", "mousedown", "1")

    def release(self) -> None:
        """Lift it again."""
        self._run("xdotool", "mouseup", "1")

    # -- within --

    def _pick(self, titles: tuple[str, ...], whole: bool = True) -> None:
        parent = next(each for each in self._reader.children(self._main) if each.role == names.MENU_BAR).ref
        for title in titles:
            entry = until(lambda p=parent, t=title: self._entry(p, t, whole), f"{title} among {titles}")
            assert isinstance(entry, Widget)
            # A menu that has just opened may not hear of it.
            time.sleep(STILL_S)
            self.click_at(entry.middle)
            parent = entry.ref

    def _entry(self, parent: Ref, title: str, whole: bool) -> Widget | None:
        rows = self._reader.children(parent)
        rows += [row for each in rows if each.role == "popup menu" for row in self._reader.children(each.ref)]
        return next(
            (
                each
                for each in rows
                if each.box[2] > 0 and each.name.startswith(title) and (each.name == title or not whole)
            ),
            None,
        )

    def _rows(self, box: Widget) -> list[Widget]:
        return [each for each in self._reader.tree(box.ref) if each.role == "list item"]

    def _opened(self, box: Widget, entry: str) -> Widget | None:
        """An entry of an open list. (Those of closed ones are told too, as if they lay in the screen's corner.)"""
        return next(
            (
                each
                for each in self._rows(box)
                if each.name.strip() == entry and each.box[0] + each.box[2] > box.box[0] and each.box[0] > 0
            ),
            None,
        )

    def _root(self, inside: Location) -> Ref | None:
        kind, name = inside
        if kind == "main":
            return self._main
        if kind == "docker":
            return self._docker_ref()
        # Krita adds its own name to some.
        return next(
            (
                each.ref
                for each in self._windows()
                if each.ref != self._main
                and (each.name == name or each.name.startswith(f"{name} – ") or each.name.startswith(f"{name} — "))
            ),
            None,
        )

    def _row(self, root: Ref, name: str) -> Widget:
        rows = [each for each in self._reader.tree(root, True) if each.name == name and each.role in ROWS]
        # The row's first part is the eye.
        return max(rows, key=lambda each: each.box[2])

    def _docker_ref(self) -> Ref | None:
        if self._docker is None:
            self._docker = next((each.ref for each in self._docks() if each.name == names.DOCKER[1]), None)
        return self._docker

    def _docks(self) -> list[Widget]:
        return [each for each in self._reader.children(self._main) if each.role not in NO_DOCKS]

    def _windows(self) -> list[Widget]:
        program = self._reader.program()
        return self._reader.children(program) if program else []

    def _has_picture(self) -> bool:
        try:
            return self._has_main() and bool(self.layers())
        except TimeoutError:
            return False  # the first start ever fills Krita's folders, and answers nobody meanwhile

    def _has_main(self) -> bool:
        for each in self._windows():
            if any(inner.role == names.MENU_BAR for inner in self._reader.children(each.ref)):
                self._main = each.ref
        return self._main is not None

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, timeout=60, env={**os.environ, "DISPLAY": self._display})


def _clip(widget: Widget, scene: list[Widget]) -> Box | None:
    """The innermost part around a widget that hides its middle; ``None`` if all show it."""
    known = {each.ref: each for each in scene}
    across, down = widget.middle
    around = known.get(widget.parent) if widget.parent else None
    while around is not None:
        left, top, width, height = around.box
        if around.role != "menu item" and not (left <= across < left + width and top <= down < top + height):
            return around.box
        around = known.get(around.parent) if around.parent else None
    return None
