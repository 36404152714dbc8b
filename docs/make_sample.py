"""Paints the sample picture: ``python docs/make_sample.py [OUT.jpg]``. An evening landscape in brush strokes.

First a plain picture is laid out in flat colours (sky, sun, hills, a house, trees, a path); then several
thousand strokes, from broad to fine, are painted over it in its colours, each a little off, along the
direction of the forms. Needs numpy and Pillow.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 768, 512
SEED = 7
# Stroke sets from broad to fine: how many, width and length in pixels, how far the colour may stray (0-255).
STROKES = ((1600, 22, 60, 16), (3600, 10, 34, 20), (5200, 5, 18, 22))
HILLS = (  # base height, two waves (amplitude, wavelength), colour at the ridge and at the foot
    (270, (26, 410), (9, 130), (112, 128, 168), (150, 156, 178)),
    (312, (34, 520), (8, 170), (84, 118, 120), (118, 142, 120)),
    (366, (30, 640), (10, 210), (96, 128, 62), (140, 150, 66)),
)


def gradient(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    """A picture that goes from one colour to another, downwards."""
    share = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    rows = np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share
    return Image.fromarray(np.broadcast_to(rows, (HEIGHT, WIDTH, 3)).astype(np.uint8))


def ridge(index: int) -> np.ndarray:
    """The height of a hill over each column, in pixels from above."""
    base, (high, long), (low, short), _, _ = HILLS[index]
    x = np.arange(WIDTH) + 137 * index
    return base - high * np.sin(2 * np.pi * x / long) - low * np.sin(2 * np.pi * x / short)


def sky() -> Image.Image:
    """Evening sky with a low sun and torn clouds."""
    picture = gradient((58, 92, 168), (222, 152, 172)).resize((WIDTH, 190))
    low = gradient((222, 152, 172), (255, 212, 140)).resize((WIDTH, HEIGHT - 190))
    picture = Image.fromarray(np.vstack([np.asarray(picture), np.asarray(low)]))
    glow = Image.new("L", picture.size)
    ImageDraw.Draw(glow).ellipse((450, 130, 710, 390), fill=170)
    picture.paste((255, 214, 140), mask=glow.filter(ImageFilter.GaussianBlur(60)))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((552, 214, 606, 268), fill=(255, 240, 196))
    random = np.random.default_rng(SEED)
    for _ in range(70):
        x, y = random.uniform(-60, WIDTH), random.normal(118, 42)
        long, high = random.uniform(50, 170), random.uniform(6, 18)
        light = np.clip((y - 40) / 150, 0, 1)
        colour = (int(190 + 60 * light), int(150 + 45 * light), int(176 - 20 * light))
        draw.ellipse((x, y, x + long, y + high), fill=colour)
    return picture.filter(ImageFilter.GaussianBlur(3))


def landscape() -> Image.Image:
    """The flat picture that the strokes take their colours from."""
    picture = sky()
    for index, (_, _, _, top, bottom) in enumerate(HILLS):
        shape = Image.new("L", picture.size)
        outline = [(x, float(y)) for x, y in enumerate(ridge(index))]
        ImageDraw.Draw(shape).polygon([*outline, (WIDTH, HEIGHT), (0, HEIGHT)], fill=255)
        slope = gradient(top, bottom).crop((0, 0, WIDTH, HEIGHT))
        picture.paste(slope, mask=shape)
    draw = ImageDraw.Draw(picture)
    _path(draw)
    _house(draw)
    for x, y, size in ((90, 400, 1.5), (700, 396, 1.1), (640, 372, 0.6), (505, 352, 0.45), (40, 372, 0.7)):
        _tree(draw, x, y, size)
    return picture


def _path(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon([(352, 392), (372, 392), (420, 430), (470, 512), (300, 512), (360, 440)], fill=(206, 178, 122))


def _house(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon([(278, 330), (372, 330), (372, 398), (278, 398)], fill=(226, 206, 176))
    draw.polygon([(372, 330), (420, 322), (420, 384), (372, 398)], fill=(158, 132, 128))
    draw.polygon([(266, 334), (306, 284), (402, 278), (384, 334)], fill=(164, 72, 54))
    draw.polygon([(402, 278), (430, 324), (384, 334)], fill=(108, 50, 48))
    draw.rectangle((340, 262, 354, 292), fill=(138, 88, 76))
    draw.rectangle((346, 356, 364, 398), fill=(96, 62, 46))


def _windows(draw: ImageDraw.ImageDraw) -> None:
    """The last touches: light behind the panes."""
    for x in (288, 316):
        draw.rectangle((x, 348, x + 17, 370), fill=(92, 62, 52))
        draw.rectangle((x + 2, 350, x + 15, 368), fill=(255, 206, 104))
        draw.line((x + 8, 350, x + 8, 368), fill=(120, 82, 58), width=2)


def _tree(draw: ImageDraw.ImageDraw, x: int, y: int, size: float) -> None:
    random = np.random.default_rng(x)
    draw.polygon(
        [(x - 7 * size, y), (x - 4 * size, y - 80 * size), (x + 4 * size, y - 80 * size), (x + 8 * size, y)],
        fill=(74, 54, 48),
    )
    for _ in range(90):
        angle, far = random.uniform(0, 2 * np.pi), random.uniform(0, 1) ** 0.5
        centre_x = x + 52 * size * far * np.cos(angle)
        centre_y = y - 116 * size + 50 * size * far * np.sin(angle)
        lit = 0.5 + 0.5 * np.cos(angle + 0.8) * far
        radius = random.uniform(8, 18) * size
        colour = (int(44 + 120 * lit), int(78 + 76 * lit), int(44 + 16 * lit))
        draw.ellipse((centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius), fill=colour)


def painted(flat: Image.Image) -> Image.Image:
    """The flat picture as brush strokes along its forms."""
    random = np.random.default_rng(SEED)
    colours = np.asarray(flat, np.float32)
    grey = np.asarray(flat.convert("L").filter(ImageFilter.GaussianBlur(6)), np.float32)
    down, right = np.gradient(grey)
    canvas = flat.copy()
    for count, width, length, stray in STROKES:
        layer = Image.new("RGBA", flat.size)
        draw = ImageDraw.Draw(layer)
        for x, y in zip(random.integers(0, WIDTH, count), random.integers(0, HEIGHT, count), strict=True):
            firm = np.hypot(down[y, x], right[y, x])
            along = np.arctan2(right[y, x], -down[y, x]) if firm > 0.4 else 0.12 * np.sin(x / 60)
            colour = np.clip(colours[y, x] + random.normal(0, stray) + random.normal(0, stray / 4, 3), 0, 255)
            _stroke(draw, (x, y), along + random.normal(0, 0.15), (length * random.uniform(0.5, 1), width), colour)
        canvas.paste(layer, mask=layer.getchannel("A"))
    _windows(ImageDraw.Draw(canvas))
    return canvas.filter(ImageFilter.GaussianBlur(0.6))


def _stroke(
    draw: ImageDraw.ImageDraw,
    middle: tuple[int, int],
    along: float,
    size: tuple[float, int],
    colour: np.ndarray,
) -> None:
    length, width = size
    x, y = np.cos(along) * length / 2, np.sin(along) * length / 2
    ends = [(middle[0] - x, middle[1] - y), (middle[0] + x, middle[1] + y)]
    fill = (*(int(value) for value in colour), 205)
    draw.line(ends, fill=fill, width=width)
    for end in ends:
        draw.ellipse((end[0] - width / 2, end[1] - width / 2, end[0] + width / 2, end[1] + width / 2), fill=fill)


def main() -> None:
    """Paint and save."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("sample.jpg")
    painted(landscape()).save(target, quality=88, optimize=True)


if __name__ == "__main__":
    main()
