"""What a painter does again and again: opens a painting, dreams, waits, saves; each ends when it can be seen."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from . import names
from .accessible import Widget
from .hands import Hands, Location, until
from .kra import Painting
from .session import Session

# With the start of the worker, on a very busy machine.
DREAM_S = 180.0
SAVED_S = 30.0
# Where no title tells whether something is unsaved.
UNTOLD_S = 6.0
DEAF_S, SOON_S = 0.8, 0.3
UNSAVED = "*"
# Of 255, on average over the middle of the canvas: less is nothing that a painter sees.
SEEN = 1.0
DISCARD = "No"


class Painter:
    """One painter at ``session``; ``folder`` takes the paintings, ``blank`` is the one that each begins with."""

    def __init__(self, session: Session, folder: Path, blank: Path) -> None:
        self.session, self.folder, self.blank = session, folder, blank
        self.hands: Hands = session.hands
        self.painting = blank

    # -- paintings --

    def open(self, name: str, source: Path | None = None) -> Path:
        """Open a copy of a painting (by default of the blank one) under a name of its own."""
        source = source or self.blank
        self.painting = self.folder / f"{name}{source.suffix}"
        shutil.copy(source, self.painting)
        self.open_file(self.painting)
        return self.painting

    def open_file(self, path: Path) -> None:
        """File ▸ Open."""
        self.hands.keys("ctrl+o")
        self.answer_with_path(names.OPENING, path)
        until(lambda: path.name in self.hands.window_title(), lambda: f"{path.name}, not {self.hands.window_title()}")
        self.hands.quiet()

    def answer_with_path(self, window: Location, path: Path) -> None:
        """Type a path into a file dialog and press Enter."""
        until(lambda: self.hands.window(window), lambda: f"the window {window}; there are {self.hands.windows()}")
        self.hands.quiet()
        self.hands.keys("ctrl+a")
        self.hands.type(str(path))
        self.hands.keys("Return")
        until(lambda: not self.hands.window(window), f"the end of the window {window}")

    def save(self) -> Painting:
        """Ctrl+S; gives what is in the file then."""
        # Krita notices some time later that there is something to save.
        time.sleep(SOON_S)
        before = self._stamp()
        self.hands.keys("ctrl+s")
        time.sleep(SOON_S)
        if self.hands.tells_unsaved():
            until(lambda: UNSAVED not in self.hands.window_title(), "the saved painting", SAVED_S)
        else:
            # Krita replaces the file; it doesn't if nothing has changed.
            end = time.monotonic() + UNTOLD_S
            while self._stamp() == before and time.monotonic() < end:
                time.sleep(SOON_S)
        return Painting(self.painting)

    def _stamp(self) -> tuple[int, int]:
        found = self.painting.stat()
        return found.st_ino, found.st_mtime_ns

    @property
    def saved(self) -> Painting:
        """What was saved last."""
        return Painting(self.painting)

    def close_all(self) -> None:
        """Close every image without saving."""
        self.hands.keys("ctrl+shift+w")
        until(self._closed, lambda: f"no image, {self.hands.window_title()}; windows: {self.hands.windows()}")

    def coloured(self, path: Path) -> None:
        """Write a picture that nothing else here looks like: red and white stripes."""
        stripes = np.zeros((120, 160, 3), np.uint8)
        stripes[..., 0] = 255
        stripes[:, ::16] = stripes[:, 1::16] = stripes[:, 2::16] = 255
        Image.fromarray(stripes).save(path)

    # -- dreams --

    def open_docker(self) -> None:
        """Settings ▸ Dockers ▸ DeepDream, if it isn't there yet: Krita 6 doesn't show it by itself."""
        if not self.hands.find(names.LARGE, "push button"):
            self.hands.menu("Settings", "Dockers", "DeepDream")

    def choose_as_at_first(self, steps: int) -> None:
        """The page Dream with the preset that comes first, and so many steps."""
        self.hands.click(names.DREAM_PAGE, "page tab")
        self.hands.click(names.ANIMALS, "check box")
        self.hands.set_number(names.STEPS, str(steps))

    def wish(self, thing: str) -> None:
        """Type into *Dream of*; suggestions stay open."""
        self.hands.type_into(names.DREAM_OF, thing)
        self.hands.quiet()

    def dream(self, button: str = names.DREAM, layers: int = 1) -> list[str]:
        """Press the large button and wait for new layers; gives all names, from the uppermost to the lowest."""
        before = self.hands.layers()
        self.hands.click(button, "push button")
        return self.new_layers(before, layers)

    def new_layers(self, before: list[str], layers: int = 1) -> list[str]:
        """Wait until there are so many more than ``before`` and nothing is dreamed any more."""

        def there() -> bool:
            return len(self.hands.layers()) >= len(before) + layers

        until(lambda: there() or self.busy(), lambda: f"the beginning of a dream; {self.hands.told()}")
        self.rest()
        until(there, lambda: f"{layers} more than {before}, there are {self.hands.layers()}; {self.hands.told()}")
        return self.hands.layers()

    def rest(self) -> None:
        """Wait until nothing is dreamed."""
        until(lambda: not self.busy(), lambda: f"the end of a dream; {self.hands.told()}", DREAM_S)
        # The large button is deaf for a moment after its meaning has changed.
        time.sleep(DEAF_S)
        self.hands.quiet()

    def busy(self) -> Widget | None:
        """The large button if it offers to cancel."""
        return self.hands.find((names.CANCEL, names.CANCEL_ALL), "push button")

    def begin(self, button: str = names.DREAM) -> Widget:
        """Press the large button and wait until it offers to cancel; gives the button."""
        self.hands.click(button, "push button")
        found = until(self.busy, lambda: f"the beginning of a dream; {self.hands.told()}")
        assert isinstance(found, Widget)
        return found

    def changes_canvas(self, act: Callable[[], object]) -> float:
        """How far the canvas on the screen changes by ``act``: the mean of 255."""
        place, before = self.hands.canvas_box(), self.hands.canvas()
        act()
        assert self.hands.canvas_box() == place, "the canvas has moved"
        return float(np.abs(self.hands.canvas() - before).mean())

    def says(self, words: str, seconds: float = 30.0) -> None:
        """Wait until the docker says so."""
        until(lambda: words in self.hands.told(), lambda: f"“{words}”; {self.hands.told()}", seconds)

    def undo(self, steps: int = 1) -> None:
        """By keys."""
        for _ in range(steps):
            self.hands.keys("ctrl+z")
            time.sleep(0.4)

    def _closed(self) -> bool:
        if self.hands.find(DISCARD, "push button", names.KRITA_ASKS):
            self.hands.click(DISCARD, "push button", names.KRITA_ASKS)
        return not self.hands.layers() and not self.hands.window(names.KRITA_ASKS)
