"""The scene in water: ink wash and watercolour."""

from __future__ import annotations

import cv2
import numpy as np

from .scene import MATERIALS, Scene, scene
from .strokes import Array, Canvas, Layer, Random, bristles, noise, strokes

WASHES = {
    "sky": "2c5c9c 84b4d4 fcead0",
    "sun": "f4b03c fce89c",
    "cloud": "a4a4c0 e8dcdc fdfaf4",
    "far": "3c3c74 8484b4 ecd0cc",
    "meadow": "1c3c28 5c9440 dce078",
    "field": "70401c cc9040 fce4a0",
    "tree": "0c2418 34703c b8cc60",
    "cypress": "081410 1c4830 6c9858",
    "wall": "6c6484 d8c8bc fffaf0",
    "roof": "601c1c b84838 f0a078",
    "window": "101018 3c4870",
    "water": "103460 4484b4 f4f4e4",
    "bank": "060808 282c20 908c48",
}


def _rough(shape: tuple[int, int], unit: float, random: Random) -> Array:
    """The bumps of cold pressed paper, mean 0."""
    return 0.7 * noise(shape, 1.3 * unit, random) + 0.45 * noise(shape, 0.6 * unit, random)


def _astray(plane: Array, far: float, unit: float, random: Random) -> Array:
    """A plane whose borders wander by about ``far`` thousandths, as a wet brush's do."""
    rows, columns = np.mgrid[: plane.shape[0], : plane.shape[1]].astype(np.float32)
    sway = [
        far * unit * (0.7 * noise(plane.shape, 9 * unit, random) + 0.3 * noise(plane.shape, 2.5 * unit, random))
        for _ in range(2)
    ]
    return cv2.remap(plane, columns + sway[0], rows + sway[1], cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT)


def _rims(label: Array, unit: float) -> tuple[Array, Array]:
    """Of washes with borders where ``label`` changes: how near the rim, 0..1, and the white left between them."""
    border = np.zeros(label.shape, np.uint8)
    border[1:] |= label[1:] != label[:-1]
    border[:, 1:] |= label[:, 1:] != label[:, :-1]
    far = cv2.distanceTransform(1 - border, cv2.DIST_L2, 5) / np.float32(unit)
    return np.exp(-(((far - 1.6) / 1.5) ** 2)) + 0.35 * np.exp(-far / 7), np.clip(1.25 - far, 0, 1)


def watercolour(width: int) -> Array:
    """Transparent washes on rough paper: they pool, bloom and dry with dark rims; the darks are at full strength."""
    random, valley = np.random.default_rng(41), scene(width)
    shape, unit = valley.label.shape, valley.unit
    rough = _rough(shape, unit, random)
    smooth = cv2.GaussianBlur(valley.light, (0, 0), 2.5 * unit)
    wet = np.isin(valley.material, [MATERIALS.index(name) for name in ("sky", "cloud", "far")])
    steps = np.floor(np.clip(smooth + 0.06 * noise(shape, 20 * unit, random), 0, 0.999) * 4)
    valley.light = np.where(wet, cv2.GaussianBlur(valley.light, (0, 0), 9 * unit), (steps + 0.5) / 4).astype(np.float32)
    zones = np.where(wet, valley.label * 8.0, valley.label * 8.0 + steps).astype(np.float32)
    moved = [
        _astray(plane, 2.6, unit, np.random.default_rng(7))
        for plane in (zones, *np.moveaxis(valley.coloured(WASHES), 2, 0))
    ]
    rim, white = _rims(moved[0], unit)
    colour = np.stack(moved[1:], axis=2)
    colour = np.where(wet[..., np.newaxis], cv2.GaussianBlur(colour, (0, 0), 5 * unit), colour)
    pool, bloom = noise(shape, 34 * unit, random), noise(shape, 13 * unit, random)
    cauliflower = np.clip(1 - np.abs(bloom - 1.25 + 0.25 * noise(shape, 2 * unit, random)) / 0.22, 0, 1)
    density = 0.92 + 0.2 * pool + 0.42 * rim + 0.3 * cauliflower - 0.2 * (bloom > 1.3) - 0.03 * rough
    density *= 1 - 0.75 * white * (noise(shape, 12 * unit, random) > 0.5)
    absorb = -np.log(np.clip(colour, 4, 252) / 255)
    settled = 1 + 0.055 * np.clip(-rough, -1.5, 2)[..., np.newaxis] * np.clip(absorb, 0, 1.2)
    paper = np.float32([251, 248, 240]) + (2.2 * rough)[..., np.newaxis]
    return np.clip(paper * np.exp(-np.clip(density, 0.06, 2)[..., np.newaxis] * absorb * settled), 0, 255)


def inkwash(width: int) -> Array:
    """Ink and water on soft paper: washes that bleed, a dry brush in the darks, one red seal."""
    random, valley = np.random.default_rng(42), scene(width)
    shape, unit = valley.label.shape, valley.unit
    fibres = noise(shape, (0.6 * unit, 9 * unit), random) + noise(shape, (9 * unit, 0.6 * unit), random)
    rough = _rough(shape, unit, random)
    paper = np.float32([244, 238, 224]) + (1.8 * fibres + 1.6 * rough)[..., np.newaxis]
    tone = valley.tone()
    ink = np.zeros(shape, np.float32)
    for limit, bleed, strength in ((0.9, 11, 0.26), (0.68, 6, 0.42), (0.42, 3, 0.65), (0.2, 1.5, 1.0)):
        dark = (cv2.GaussianBlur(tone, (0, 0), bleed * unit) < limit).astype(np.float32)
        dark = _astray(dark, 3.2, unit, random)
        soft = cv2.GaussianBlur(dark, (0, 0), 0.45 * bleed * unit)
        rim = np.clip(soft - cv2.GaussianBlur(soft, (0, 0), 2.4 * unit), 0, 1)
        pool = 1 + 0.3 * noise(shape, 26 * unit, random) + 0.16 * np.clip(-rough, -1.5, 2)
        ink += strength * (soft * np.clip(pool, 0.2, 2) + 1.6 * rim)
    canvas = Canvas(paper * np.exp(-ink[..., np.newaxis] * np.float32([1.08, 1.04, 0.98])))
    _dry_brush(canvas, valley, tone, random)
    red = _astray((valley.material == MATERIALS.index("sun")).astype(np.float32), 1.2, unit, random)
    stain = np.float32([206, 54, 38]) * (1 + 0.05 * rough)[..., np.newaxis]
    red = cv2.GaussianBlur(red, (0, 0), 0.6 * unit)[..., np.newaxis] * 0.9
    return np.clip(canvas.rgb + red * (stain - canvas.rgb), 0, 255)


def _dry_brush(canvas: Canvas, valley: Scene, tone: Array, random: Random) -> None:
    """Black strokes with the half dry brush, in the darks and along outlines."""
    textures = [bristles(random, dry=each) for each in (0.8, 0.95, 0.65)]
    tooth = np.clip(0.8 + 0.1 * noise(tone.shape, 0.8 * valley.unit, random), 0, 1)
    for layer, limit in ((Layer(15, 64, 15, 0.16), 0.3), (Layer(6, 44, 9, 0.12), 0.42)):
        for arc, row, column in strokes(valley, layer, random):
            edge = valley.outline[row, column] < 3 and random.uniform() < 0.35
            if tone[row, column] < limit - random.uniform(0, 0.12) or (edge and tone[row, column] < 0.85):
                canvas.stroke(arc, textures[int(random.integers(3))], np.float32([26, 25, 28]), tooth)
