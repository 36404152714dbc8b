"""The scene in paints that a brush spreads: oil, impasto, gouache, ink wash, watercolour, pastel."""

from __future__ import annotations

import cv2
import numpy as np

from .scene import Scene, scene
from .strokes import Array, Canvas, Layer, Random, bristles, lit, noise, soft_stick, strokes

DAY = {
    "sky": "24468c 6f9fd0 ffe2ac",
    "sun": "ffd24a fff4b8",
    "cloud": "8a8fb6 f2d6c8 fffaec",
    "far": "343f73 7a82b4 e2c3c0",
    "meadow": "14301f 4c8632 d4d85a",
    "field": "6a3818 c68a34 f8dc82",
    "tree": "0a2018 2e6a2c bcc84e",
    "cypress": "06120e 16402c 6a9448",
    "wall": "6a5c7c d0bca8 fff4dc",
    "roof": "54181a a8382a f08e58",
    "window": "0c0e1a 36486e",
    "water": "0e2a56 3a7ab0 fff0bc",
    "bank": "060a0a 262c18 948c3c",
}
DUSK = {
    "sky": "1a1f5c 7a4a94 ffb35c",
    "sun": "ff8a2a fff0a0",
    "cloud": "5a3f80 e07a6c ffe0a8",
    "far": "1c1f52 5a4a8c f09a78",
    "meadow": "0c2430 2f6a58 e8b84c",
    "field": "4a1c2c b0562c ffcc5a",
    "tree": "08141e 1c4a44 c8a83c",
    "cypress": "050a14 12303c 5c7c4c",
    "wall": "4c3c74 c89488 ffe6b4",
    "roof": "3c1024 a03034 ff8048",
    "window": "0a0a18 ffc860",
    "water": "101844 4a4c94 ffc468",
    "bank": "04060c 1e1c20 8c6a34",
}
POSTER = {
    "sky": "3c9aa8 8fd0c4 fdf0c8",
    "sun": "ff9a3c ffd05c",
    "cloud": "e8b8a0 fbe6d0 fffaf0",
    "far": "3a5a84 7f96b4 dcc8c4",
    "meadow": "1f5a4c 5fa45c d8d86c",
    "field": "a84a34 e08a4c f8cc78",
    "tree": "123c3c 2c7454 9cc060",
    "cypress": "0c2830 1c5448 4c8c5c",
    "wall": "8c84a4 e4d4c4 fffaea",
    "roof": "8c2430 d84838 f49068",
    "window": "1c2440 44608c",
    "water": "1c5480 489cb8 f4f0d0",
    "bank": "0c1c2c 28443c 8ca04c",
}
AUTUMN = {
    "sky": "3a6a8c 94b8b8 fce0c0",
    "sun": "ffc860 fff4cc",
    "cloud": "a08ca8 ecc8b8 fff4e4",
    "far": "4c4470 8c7ca0 ecc4a8",
    "meadow": "3c3420 94883c ecc864",
    "field": "702c24 cc6c38 fcc480",
    "tree": "381424 b04428 fca84c",
    "cypress": "141c28 2c4c44 7c8c54",
    "wall": "7c6c84 dcc4b0 fff4e0",
    "roof": "3c2440 7c3c50 d08468",
    "window": "141420 4c4c70",
    "water": "1c3c5c 588c9c fcecc4",
    "bank": "100c14 402c24 b08444",
}


def _painted(
    scene_: Scene, wanted: Array, layers: tuple[Layer, ...], textures: list[Array], random: Random, stray: float
) -> Canvas:
    """Layer over layer of strokes in the colours that are ``wanted``; ``stray``: 0..255, how much each varies."""
    canvas = Canvas(cv2.GaussianBlur(wanted, (0, 0), 14 * scene_.unit) * 0.55 + np.float32([60, 38, 24]))
    for number, layer in enumerate(layers):
        soft = cv2.GaussianBlur(wanted, (0, 0), layer.width * 0.22 * scene_.unit)
        for arc, row, column in strokes(scene_, layer, random):
            colour = soft[row, column] + random.normal(0, stray, 3) + random.normal(0, stray)
            last = number == len(layers) - 1
            if last and np.abs(canvas.rgb[row, column] - colour).mean() < 14 + random.uniform(0, 30):
                continue  # fine strokes only where broad ones left something to say
            canvas.stroke(arc, textures[int(random.integers(len(textures)))], colour, body=0.55 + layer.width / 60)
    return canvas


def _linen(shape: tuple[int, int], unit: float, random: Random) -> Array:
    """The weave of a canvas, about -1..1."""
    y, x = np.mgrid[: shape[0], : shape[1]] / unit
    wave = np.sin(x * 2.4 + 0.5 * np.sin(y * 0.9)) * np.sin(y * 2.4)
    return (wave + 0.35 * noise(shape, 0.6 * unit, random)).astype(np.float32)


def oil(width: int) -> Array:
    """Oil on linen: strokes of a bristle brush that follow the forms, thicker in the lights."""
    random, valley = np.random.default_rng(11), scene(width)
    textures = [bristles(random, dry=each) for each in (0.25, 0.4, 0.55, 0.7, 0.45, 0.3)]
    layers = Layer(46, 120, 24, 0.2), Layer(24, 74, 13, 0.18), Layer(12, 44, 8, 0.14), Layer(6, 26, 5, 0.1)
    canvas = _painted(valley, valley.coloured(DAY), layers, textures, random, 6)
    canvas.thick += 0.05 * _linen(canvas.thick.shape, valley.unit, random)
    return lit(canvas, 2.2 * valley.unit, 0.10, valley.unit)


def impasto(width: int) -> Array:
    """Thick paint, laid in short ridges that throw shadows."""
    random, valley = np.random.default_rng(12), scene(width)
    textures = [bristles(random, dry=each) for each in (0.1, 0.2, 0.3, 0.15, 0.25)]
    layers = Layer(44, 90, 26, 0.3), Layer(23, 62, 14, 0.16), Layer(14, 44, 10, 0.12)
    canvas = _painted(valley, valley.coloured(DUSK), layers, textures, random, 13)
    return lit(canvas, 6.5 * valley.unit, 0.22, valley.unit)


def gouache(width: int) -> Array:
    """Opaque matt colours in flat patches, a dry brush at their ends, paper between them."""
    random, valley = np.random.default_rng(13), scene(width)
    stepped = valley.light.copy()
    valley.light = np.round(stepped * 5 + 0.25 * noise(stepped.shape, 9 * valley.unit, random)) / 5
    textures = [bristles(random, dry=each, flat=0.75) for each in (0.3, 0.5, 0.75)]
    layers = Layer(40, 110, 26, 0.1), Layer(24, 80, 15, 0.1), Layer(11, 44, 8, 0.08), Layer(5, 22, 4.5, 0.06)
    canvas = _painted(valley, valley.coloured(POSTER), layers, textures, random, 3.5)
    tooth = noise(canvas.thick.shape, 0.7 * valley.unit, random)
    canvas.thick = canvas.thick * 0.6 + 0.04 * tooth
    rgb = lit(canvas, 0.8 * valley.unit, 0.0, valley.unit)
    return np.clip(rgb + 1.6 * tooth[..., np.newaxis], 0, 255)


def pastel(width: int) -> Array:
    """Soft chalk on toned paper: its tooth shows through every stroke."""
    random, valley = np.random.default_rng(14), scene(width)
    shape = valley.label.shape
    tooth = 0.66 + 0.17 * noise(shape, 0.8 * valley.unit, random) + 0.12 * _linen(shape, valley.unit * 1.5, random)
    tooth = np.clip(tooth, 0, 1)
    canvas = Canvas(np.float32([126, 104, 112]) + 22 * (tooth[..., np.newaxis] - 0.5))
    wanted = valley.coloured(AUTUMN)
    textures = [soft_stick(random, hard) * np.float32([0.86, 1, 1]) for hard in (0.3, 0.6, 0.8)]
    for layer, share in ((Layer(20, 80, 20, 0.16), 0.8), (Layer(11, 64, 12, 0.14), 0.6), (Layer(6, 44, 9, 0.12), 0.6)):
        soft = cv2.GaussianBlur(wanted, (0, 0), layer.width * 0.2 * valley.unit)
        for arc, row, column in strokes(valley, layer, random):
            if random.uniform() < share:
                colour = soft[row, column]
                colour = colour.mean() + (colour - colour.mean()) * 1.2 + random.normal(0, 11, 3)
                canvas.stroke(arc, textures[int(random.integers(3))], colour, tooth)
    return np.clip(canvas.rgb, 0, 255)
