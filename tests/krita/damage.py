"""Draws strokes with the X server's own mouse, and notes when what is under it was drawn anew, by XDamage.

``python3 damage.py LEFT TOP WIDTH HEIGHT STROKES`` on ``DISPLAY``, with Debian's ``python3-xlib``. Prints JSON: of each
stroke the milliseconds between one frame and the next while the button was down. It knows nothing of Krita.
"""

from __future__ import annotations

import json
import math
import select
import sys
import time
from itertools import pairwise

from Xlib import X, display
from Xlib.ext import damage, xtest

# As often as a tablet tells where it is.
MOVE_S, MOVES, PAUSE_S = 0.008, 100, 0.4
# How long a stroke is, as a share of the rectangle.
ACROSS, DOWN = 0.15, 0.05
BUTTON = 1


class Canvas:
    """A rectangle of the screen, and when it was drawn by the server's clock, in milliseconds."""

    def __init__(self, left: int, top: int, width: int, height: int) -> None:
        self._hand, self._eye = display.Display(), display.Display()
        self._area = left, top, width, height
        # Each client asks for the version first, or it may ask for nothing else.
        self._eye.damage_query_version()
        self._eye.screen().root.damage_create(damage.DamageReportRawRectangles)
        self._eye.sync()
        self.drawn: list[int] = []

    def move(self, across: float, down: float) -> None:
        """Move the mouse to these shares of the rectangle."""
        left, top, width, height = self._area
        xtest.fake_input(self._hand, X.MotionNotify, x=round(left + across * width), y=round(top + down * height))
        self._hand.sync()

    def button(self, down: bool) -> None:
        """Press the left button, or let it go."""
        xtest.fake_input(self._hand, X.ButtonPress if down else X.ButtonRelease, BUTTON)
        self._hand.sync()

    def watch(self, seconds: float) -> None:
        """Hear what is drawn for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not self._eye.pending_events():
                select.select([self._eye.fileno()], [], [], left)
            for _ in range(self._eye.pending_events()):
                event = self._eye.next_event()
                if self._meets(event.area) and (not self.drawn or event.timestamp != self.drawn[-1]):
                    self.drawn.append(event.timestamp)

    def _meets(self, drawn: object) -> bool:
        left, top, width, height = self._area
        return (
            drawn.x < left + width
            and left < drawn.x + drawn.width
            and drawn.y < top + height
            and top < drawn.y + drawn.height
        )


def stroke(canvas: Canvas, number: int) -> list[int]:
    """A short wave at a place of its own; ends with the gaps between its frames."""
    left, top = 0.1 + 0.6 * (number * 0.62 % 1), 0.25 + 0.5 * (number * 0.37 % 1)
    canvas.move(left, top)
    canvas.watch(PAUSE_S)
    canvas.drawn.clear()
    canvas.button(True)
    for step in range(MOVES):
        share = step / MOVES
        canvas.move(left + ACROSS * share, top + DOWN * math.sin(20 * share))
        canvas.watch(MOVE_S)
    frames = list(canvas.drawn)
    canvas.button(False)
    return [then - now for now, then in pairwise(frames)]


def main(words: list[str]) -> int:
    """Draw and print."""
    *area, strokes = map(int, words)
    canvas = Canvas(*area)
    print(json.dumps([stroke(canvas, number) for number in range(strokes)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
