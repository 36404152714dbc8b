"""Draws the two of the five pictures that are no photographs: ``python tests/kinds/draw.py``. Needs Pillow."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, FINER = 512, 384, 4
Point = tuple[float, float]
FLAT = (  # polygons, from back to front
    ((0, 0), (512, 0), (512, 150), (0, 150), "#78a8ba"),
    ((0, 90), (512, 40), (512, 150), (0, 150), "#a0c0be"),
    ((0, 150), (90, 80), (190, 150), "#5c688c"),
    ((120, 150), (250, 60), (400, 150), "#6e789e"),
    ((250, 60), (226, 77), (248, 90), (272, 76), "#e2ded6"),
    ((0, 150), (512, 140), (512, 230), (0, 250), "#60885c"),
    ((0, 240), (512, 205), (512, 384), (0, 384), "#b0a054"),
    ((210, 384), (330, 384), (262, 222), (250, 222), "#d8b482"),
    ((330, 150), (420, 150), (420, 232), (330, 236), "#ce7054"),
    ((318, 154), (375, 104), (432, 154), "#783e3c"),
    ((350, 170), (370, 170), (370, 195), (350, 195), "#3c465c"),
    ((386, 178), (404, 178), (404, 233), (386, 233), "#5a3832"),
    ((161, 288), (182, 352), (140, 352), "#963c50"),
    ((152, 352), (158, 352), (158, 374), (152, 374), "#3c323c"),
    ((164, 352), (170, 352), (170, 374), (164, 374), "#3c323c"),
)
SUN, HEAD = (395, 65, 35, "#f0c86e"), (161, 279, 11, "#e0b496")
TREES = ((70, 190, 44), (112, 200, 34), (470, 230, 38))
CROWNS = ((50, 130, 36), (96, 118, 42), (70, 84, 38), (120, 152, 28), (28, 160, 24))


class Sheet:
    """Draws in pixels of the finished picture, finer than it will be."""

    def __init__(self, ground: str) -> None:
        self._image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), ground)
        self._draw = ImageDraw.Draw(self._image)

    def area(self, points: Sequence[Point], colour: str) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * FINER, y * FINER) for x, y in points], fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """A filled circle."""
        self._draw.ellipse([side * FINER for side in (x - radius, y - radius, x + radius, y + radius)], fill=colour)

    def line(self, *points: Point, width: float = 2.2) -> None:
        """A black line through points."""
        self._draw.line(
            [(x * FINER, y * FINER) for x, y in points], fill="black", width=round(width * FINER), joint="curve"
        )

    def curve(self, at: Callable[[float], Point], begin: float, end: float, width: float = 2.2) -> None:
        """A black line through ``at`` of every number between."""
        self.line(*(at(begin + (end - begin) * step / 60) for step in range(61)), width=width)

    def ring(self, x: float, y: float, radius: float) -> None:
        """A black circle."""
        self.curve(lambda turn: (x + radius * math.cos(turn), y + radius * math.sin(turn)), 0, 6.3)

    def finished(self) -> Image.Image:
        """The picture."""
        return self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def flat() -> Image.Image:
    """A painting in flat colours: hills, a house, trees, somebody on the meadow."""
    sheet = Sheet("#ecceA4")
    for *points, colour in FLAT:
        sheet.area(points, str(colour))
    for x, y, radius in TREES:
        sheet.area(((x - 6, y), (x + 6, y), (x + 6, y + 90), (x - 6, y + 90)), "#604234")
        sheet.disc(x, y, radius, "#3a6246")
        sheet.disc(x - radius * 0.15, y - radius * 0.3, radius * 0.5, "#547e50")
    sheet.disc(*SUN)
    sheet.disc(*HEAD)
    return sheet.finished().convert("P", palette=Image.Palette.ADAPTIVE, colors=128)


def lines() -> Image.Image:
    """A child's drawing in ink on white: tree, cat, house, sun."""
    sheet = Sheet("white")
    sheet.curve(lambda x: (x, 292 + 14 * math.sin(x / 70)), 0, 512)
    sheet.curve(lambda x: (x, 352 + 8 * math.sin(x / 40)), 0, 512)
    for x in range(140, 512, 18):
        root = x, 330 + 12 * math.sin(x / 31)
        sheet.line((x - 5, root[1] - 11), root, (x + 4, root[1] - 14), width=1.3)
    _tree(sheet)
    _house(sheet)
    _cat(sheet)
    sheet.ring(470, 70, 26)
    for ray in range(12):
        across, down = math.cos(ray * math.pi / 6), math.sin(ray * math.pi / 6)
        sheet.line((470 + 33 * across, 70 + 33 * down), (470 + 44 * across, 70 + 44 * down), width=1.6)
    for left, under in ((210, 60), (300, 92)):
        sheet.curve(lambda t, x=left, y=under: (x + t, y - 10 * abs(math.sin(t / 14))), 0, 88)
        sheet.line((left, under), (left + 88, under))
    return sheet.finished().convert("L")


def _tree(sheet: Sheet) -> None:
    sheet.line((60, 290), (66, 220), (52, 170), width=3)
    sheet.line((84, 288), (80, 222), (96, 168), width=3)
    for x, y, radius in CROWNS:
        sheet.curve(
            lambda t, x=x, y=y, r=radius: (
                x + r * math.cos(t) + 3 * math.sin(7 * t),
                y + r * math.sin(t) + 3 * math.cos(6 * t),
            ),
            0.3,
            5.6,
        )


def _house(sheet: Sheet) -> None:
    sheet.line((300, 290), (300, 190), (420, 190), (420, 286))
    sheet.line((288, 196), (360, 128), (432, 196), width=3)
    sheet.line((324, 216), (352, 216), (352, 246), (324, 246), (324, 216))
    sheet.line((338, 216), (338, 246), width=1.4)
    sheet.line((324, 231), (352, 231), width=1.4)
    sheet.line((376, 288), (376, 226), (402, 226), (402, 288))
    sheet.ring(397, 258, 2)
    sheet.ring(360, 168, 10)
    sheet.line((396, 158), (396, 124), (412, 124), (412, 174))
    sheet.curve(lambda t: (404 + t / 3 + 7 * math.sin(t / 9), 118 - t), 0, 80, width=1.6)


def _cat(sheet: Sheet) -> None:
    sheet.curve(lambda t: (204 + 34 * math.cos(t), 262 + 26 * math.sin(t)), 0, 6.3)
    sheet.ring(186, 222, 22)
    sheet.line((168, 210), (164, 188), (180, 202))
    sheet.line((193, 202), (206, 188), (205, 212))
    for x in (178, 194):
        sheet.disc(x, 219, 3, "black")
    sheet.line((182, 229), (186, 233), (190, 229), width=1.6)
    sheet.curve(lambda t: (238 + 22 * math.sin(t / 2), 262 - 18 * t), 0, 3.6, width=3)
    for side in (-1, 1):
        for drop in (-4, 2):
            sheet.line((186 + side * 8, 229 + drop / 2), (186 + side * 30, 228 + drop * 2), width=1)


if __name__ == "__main__":
    for name, drawn in (("flat", flat), ("lines", lines)):
        drawn().save(Path(__file__).with_name(f"{name}.png"), optimize=True)
