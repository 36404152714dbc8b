"""Draws the style pictures that come with DeepDream: ``python -m docs.make_styles [FOLDER [WIDTH [NAME ...]]]``.

Swirls, hatching and stained glass of an invented evening, here; the others, in many materials, of an invented valley,
in ``docs/style_pictures``. Everything is measured in thousandths of the width, so a painting looks the same at any
size. Needs numpy, OpenCV and Pillow; all of them take some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from .style_pictures import crafts, drawings, paints, waters

HEIGHT = 750  # for a width of 1000
SEED = 5
OVERSAMPLING = 2
MOON = (720, 190)
# Colours of each painting, from light to dark: moon, low sky, high sky, hills, water.
PALETTES = {
    "swirls": ((255, 226, 110), (120, 170, 205), (28, 62, 150), (22, 36, 82), (58, 110, 160)),
    "hatching": ((255, 255, 255), (226, 226, 226), (150, 150, 150), (60, 60, 60), (120, 120, 120)),
    "glass": ((255, 236, 120), (236, 110, 60), (40, 90, 200), (30, 140, 90), (170, 30, 70)),
}


def tone(name: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The colours of painting ``name`` at points in thousandths: (…, 3), 0..255."""
    moon, low, high, hills, water = (np.array(colour, float) for colour in PALETTES[name])
    x, y = np.asarray(x, float)[..., None], np.asarray(y, float)[..., None]
    ridge = 430 - 60 * np.sin(x / 150) - 30 * np.sin(x / 61 + 1)
    colour = high + (low - high) * np.clip(y / ridge, 0, 1) ** 1.5
    colour = np.where(y > ridge, hills + (low - hills) * 0.35 * np.clip((y - ridge) / 150, 0, 1), colour)
    ripple = 0.5 + 0.5 * np.sin(y / 7 + 3 * np.sin(x / 90))
    colour = np.where(y > 590, water + (low - water) * 0.6 * ripple, colour)
    glow = np.exp(-np.hypot(x - MOON[0], y - MOON[1]) / 90)
    return np.where(y > 590, colour, colour + (moon - colour) * np.clip(1.6 * glow, 0, 1) * (y < ridge))


def flow(x: float, y: float) -> float:
    """The direction of strokes, in radians: eddies in the sky, along the forms below."""
    if y > 590:
        return 0.15 * np.sin(x / 60)
    if y > 430 - 60 * np.sin(x / 150):
        return 0.7 * np.sin(x / 110)
    across, down = 1.2, 0.2
    for centre_x, centre_y, reach in ((*MOON, 110), (300, 170, 120), (520, 290, 70), (80, 300, 80)):
        distance = max(np.hypot(x - centre_x, y - centre_y), 1.0)
        pull = 2.5 * np.exp(-((distance / reach) ** 2) / 2)
        across, down = across - pull * (y - centre_y) / distance, down + pull * (x - centre_x) / distance
    return float(np.arctan2(down, across))


class Canvas:
    """Draws in thousandths of its width, finer than it will be."""

    def __init__(self, width: int, ground: tuple[int, int, int]) -> None:
        self.size = width, width * HEIGHT // 1000
        self.unit = width * OVERSAMPLING / 1000
        self.picture = Image.new("RGB", (self.size[0] * OVERSAMPLING, self.size[1] * OVERSAMPLING), ground)
        self.draw = ImageDraw.Draw(self.picture)

    def line(self, points: np.ndarray, colour: np.ndarray, thickness: float) -> None:
        """A stroke with round ends."""
        path = [tuple(point) for point in points * self.unit]
        fill = tuple(int(value) for value in np.clip(colour, 0, 255))
        wide = max(1, round(thickness * self.unit))
        self.draw.line(path, fill, wide, joint="curve")
        for x, y in (path[0], path[-1]):
            self.draw.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill)

    def finished(self) -> Image.Image:
        """The picture at its size."""
        return self.picture.resize(self.size, Image.Resampling.LANCZOS)


def along_flow(x: float, y: float, length: float) -> np.ndarray:
    """A path of ``length`` from a point along the flow: (points, 2)."""
    points = [(x, y)]
    for _ in range(6):
        angle = flow(*points[-1])
        points.append((points[-1][0] + length / 6 * np.cos(angle), points[-1][1] + length / 6 * np.sin(angle)))
    return np.array(points)


def swirls(width: int) -> Image.Image:
    """Thick strokes that run in eddies, light ones beside dark ones."""
    random = np.random.default_rng(SEED)
    canvas = Canvas(width, PALETTES["swirls"][2])
    for count, length, thickness in ((1500, 90, 15), (4500, 60, 8), (2500, 40, 5)):
        for _ in range(count):
            x, y = random.uniform(-40, 1000), random.uniform(-20, HEIGHT)
            colour = tone("swirls", x, y) * random.uniform(0.72, 1.28) + random.normal(0, 10, 3)
            path = along_flow(x, y, length * random.uniform(0.6, 1.3))
            canvas.line(path + [0, thickness * 0.3], colour * 0.72, thickness)
            canvas.line(path, colour, thickness * 0.8)
    return canvas.finished()


def hatching(width: int) -> Image.Image:
    """Pen and ink: the darker, the more layers of strokes cross each other."""
    random = np.random.default_rng(SEED)
    canvas = Canvas(width, (244, 236, 216))
    for layer, (turn, limit) in enumerate(((0.0, 215), (0.9, 165), (-0.8, 120), (0.35, 80))):
        for y in np.arange(-10, HEIGHT + 10, 6.5):
            for x in np.arange(-20, 1020, 26):
                x_there, y_there = x + random.normal(0, 6), y + random.normal(0, 1.6)
                if tone("hatching", x_there, y_there).mean() + random.normal(0, 14) < limit:
                    angle = flow(x_there, y_there) + turn
                    reach = random.uniform(16, 34) * np.array([np.cos(angle), np.sin(angle)])
                    bend = np.array([-reach[1], reach[0]]) * random.normal(0, 0.06)
                    path = np.array([(x_there, y_there)]) + np.array([0 * reach, reach / 2 + bend, reach])
                    canvas.line(path, np.array([30, 26, 34]) + 12.0 * layer, random.uniform(1.3, 2.6))
    return canvas.finished()


def glass(width: int) -> Image.Image:
    """Panes of luminous colours between lead."""
    random = np.random.default_rng(SEED)
    height = width * HEIGHT // 1000
    seeds = np.stack([random.uniform(0, 1000, 620), random.uniform(0, HEIGHT, 620)], axis=1)
    y, x = np.mgrid[:height, :width] * (1000 / width)
    x, y = x + 5 * np.sin(y / 23), y + 5 * np.sin(x / 29)
    nearest = np.full((2, height, width), np.inf)
    owner = np.zeros((height, width), int)
    for index, (seed_x, seed_y) in enumerate(seeds):
        distance = np.hypot(x - seed_x, y - seed_y)
        closer = distance < nearest[0]
        nearest[1] = np.where(closer, nearest[0], np.minimum(nearest[1], distance))
        nearest[0] = np.where(closer, distance, nearest[0])
        owner[closer] = index
    panes = tone("glass", seeds[:, 0], seeds[:, 1]) * random.uniform(0.7, 1.3, (620, 1))
    panes += random.normal(0, 16, (620, 3))
    light = 1.12 - 0.3 * (nearest[0] / 30) ** 2 + 0.06 * np.sin(x / 9) * np.sin(y / 13)
    rgb = np.clip(panes, 20, 255)[owner] * light[..., None]
    lead = np.clip((nearest[1] - nearest[0] - 3.2) / 1.6, 0, 1)[..., None]
    return Image.fromarray(np.clip(rgb * lead + 18 * (1 - lead), 0, 255).astype(np.uint8))


def _in(material: Callable[[int], np.ndarray]) -> Callable[[int], Image.Image]:
    """Drawn finer than it will be."""

    def draw(width: int) -> Image.Image:
        rgb = Image.fromarray(np.clip(material(width * OVERSAMPLING), 0, 255).astype(np.uint8))
        return rgb.resize((width, width * HEIGHT // 1000), Image.Resampling.LANCZOS)

    return draw


MATERIALS = (
    paints.oil,
    paints.impasto,
    paints.gouache,
    paints.pastel,
    waters.watercolour,
    waters.inkwash,
    drawings.pencil,
    drawings.charcoal,
    drawings.etching,
    drawings.woodblock,
    crafts.mosaic,
    crafts.embroidery,
    crafts.collage,
    crafts.dots,
)
STYLES: dict[str, Callable[[int], Image.Image]] = {
    **{painter.__name__: painter for painter in (swirls, hatching, glass)},
    **{material.__name__: _in(material) for material in MATERIALS},
}


def main() -> None:
    """Draw them all, or those that are named."""
    along = Path(__file__).resolve().parents[1] / "deepdream_core" / "data"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else along
    width = int(sys.argv[2]) if len(sys.argv) > 2 else 640
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[3:] or STYLES:
        STYLES[name](width).save(folder / f"style_{name}.jpg", quality=80, optimize=True)


if __name__ == "__main__":
    main()
