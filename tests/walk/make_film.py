"""Films somebody who dreams while painting, for the manual: ``python -m tests.walk.make_film [FILE.webp]``.

The screen is filmed from outside, mouse included. Waiting is shortened.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from PIL import Image

from tests.krita import harness

from . import names, session
from .painter import DREAM_S, Painter

FILE = harness.ROOT / "docs" / "images" / "painting.webp"
PAINTING = (1200, 799)
WIDTH, QUALITY = 900, 55
# Pictures a second; how long one may stay, and the last one, in milliseconds.
RATE, LONGEST_MS, LAST_MS = 4, 750, 3000
# In shares of the middle of the canvas; the bush with half its width and its height.
TREE, BUSH = (0.05, 0.42), (0.75, 0.66, 0.1, 0.25)
# Two pictures are one if they differ by less, as the mean of 255.
SAME = 0.02


class Camera:
    """What a screen has shown: each picture that differs from the one before, and for how many milliseconds."""

    def __init__(self, display: str) -> None:
        options = {"framerate": str(RATE), "draw_mouse": "1", "video_size": "{}x{}".format(*session.SCREEN)}
        self._screen = av.open(display, format="x11grab", options=options)
        self._over = threading.Event()
        self.pictures: list[tuple[Image.Image, int]] = []

    def roll(self) -> None:
        """Film until it is stopped."""
        for frame in self._screen.decode(video=0):
            picture = frame.to_image()
            picture = picture.resize((WIDTH, WIDTH * picture.height // picture.width), Image.Resampling.LANCZOS)
            if self.pictures and _same(self.pictures[-1][0], picture):
                last, shown = self.pictures[-1]
                self.pictures[-1] = last, min(shown + 1000 // RATE, LONGEST_MS)
            else:
                self.pictures.append((picture, 1000 // RATE))
            if self._over.is_set():
                return

    @contextmanager
    def rolling(self) -> Iterator[None]:
        """Film as long as the context lasts."""
        thread = threading.Thread(target=self.roll)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def save(self, file: Path) -> None:
        """Write an animated WebP that runs for ever."""
        first, *others = (picture for picture, _ in self.pictures)
        times = [shown for _, shown in self.pictures[:-1]] + [LAST_MS]
        first.save(file, save_all=True, append_images=others, duration=times, loop=0, quality=QUALITY, method=4)


def _same(one: Image.Image, other: Image.Image) -> bool:
    return float(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).mean()) < SAME


def perform(painter: Painter) -> None:
    """A preset, its stages, and undo; then another that keeps up with a bush that is painted into the meadow."""
    hands = painter.hands
    hands.click(names.TEMPLES, "check box")
    painter.dream()
    left, top, width, height = hands.reach(names.EVOLVE, "slider").box
    for percent in (70, 40, 15, 99):
        hands.click_at((left + width * percent // 100, top + height // 2))
        time.sleep(1)
    hands.keys("ctrl+z")
    hands.quiet()
    # The green of the tree, under the pointer.
    hands.point(_at(hands.canvas_box(), TREE))
    hands.keys("p")
    hands.click_here()
    hands.keys("b", *["bracketright"] * 6)
    hands.click(names.ANIMALS, "check box")
    painter.dream()
    hands.click_layer("Background")
    hands.click(names.KEEP_UP, "check box")
    hands.stroke([_at(hands.canvas_box(), place) for place in _bush()])
    painter.says(names.OUT_OF_DATE)
    painter.says(names.UP_TO_DATE, DREAM_S)
    time.sleep(1)


def _bush() -> list[tuple[float, float]]:
    """A scribble as a hand fills a round thing, in shares of the canvas."""
    turns = np.linspace(0, 1, 60)
    wide = BUSH[2] * np.sin(np.pi * turns)
    across = BUSH[0] + wide * np.sin(40 * turns)
    return list(zip(across, BUSH[1] + BUSH[3] * turns, strict=True))


def _at(box: tuple[int, int, int, int], place: tuple[float, float]) -> tuple[int, int]:
    left, top, width, height = box
    return round(left + place[0] * width), round(top + place[1] * height)


def main(words: list[str]) -> None:
    """Film a Krita on a screen of its own."""
    file = Path(words[0]) if words else FILE
    with tempfile.TemporaryDirectory() as scratch, harness.screen(*session.SCREEN) as display:
        folder = Path(scratch)
        harness.ensure_cached_profile(display, folder / "first")
        sample = Image.open(harness.ROOT / "docs" / "sample.jpg").resize(PAINTING, Image.Resampling.LANCZOS)
        sample.save(folder / "painting.png")
        painting = session.as_kra(folder / "painting.png", folder, display)
        with session.krita(display, folder, painting) as running:
            painter = Painter(running, folder, painting)
            painter.open_docker()
            painter.hands.quiet()
            camera = Camera(display)
            with camera.rolling():
                perform(painter)
            camera.save(file)
    print(f"{file}: {len(camera.pictures)} pictures, {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
