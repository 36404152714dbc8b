"""The scene in lines: pencil, charcoal, etching, woodblock."""

from __future__ import annotations

import cv2
import numpy as np

from .scene import MATERIALS, Scene, scene
from .strokes import Array, Canvas, Layer, Random, noise, soft_stick, strokes

PRINT = {
    "sky": "16406c 5c98b0 f2e4c4",
    "sun": "d84c34 e06040",
    "cloud": "e6d8bc f0e6cc f8f0dc",
    "far": "2c4c70 6c8ca4 c8c8b8",
    "meadow": "3c6454 7ca078 d8d098",
    "field": "a86838 d8a458 f0d490",
    "tree": "1c3c3c 3c6c5c 88a070",
    "cypress": "14282c 244844 4c7460",
    "wall": "b0a898 e8dcc4 f6eedc",
    "roof": "7c2c28 bc4c38 dc8458",
    "window": "1c2430 3c4858",
    "water": "123c6c 3c7ca4 e8e0c4",
    "bank": "14202c 2c3c3c 7c8454",
}


def _paper(shape: tuple[int, int], unit: float, colour: tuple[int, int, int], random: Random) -> tuple[Array, Array]:
    """Paper, (height, width, 3), 0..255, and its tooth, 0..1."""
    grain = 0.8 * noise(shape, 0.6 * unit, random) + 0.5 * noise(shape, 1.2 * unit, random)
    fibres = noise(shape, (0.5 * unit, 6 * unit), random) + noise(shape, (6 * unit, 0.5 * unit), random)
    rgb = np.float32(colour) + (2.2 * grain + 1.1 * fibres)[..., np.newaxis]
    return rgb.astype(np.float32), np.clip(0.66 + 0.16 * grain, 0, 1).astype(np.float32)


def _contours(valley: Scene, thick: float, random: Random) -> Array:
    """0..1: outlines of all shapes, pressed more and less, ``thick`` thousandths at most."""
    press = np.clip(0.6 + 0.3 * noise(valley.label.shape, 28 * valley.unit, random), 0.12, 1)
    return np.clip(1.2 * (thick * press - valley.outline) / thick + 0.2, 0, 1) * press


def _hatched(across: Array, along: Array, stroke: tuple[float, float], unit: float, random: Random) -> Array:
    """0..1: how much graphite strokes leave that lie side by side; ``stroke``: thousandths apart and long."""
    apart, length = stroke
    down, right = np.gradient(across * unit)
    steep = np.clip(np.hypot(down, right), 0.35, 3)
    row = np.floor(across / apart + 0.5)
    off = (across / apart - row) * apart / steep
    table = random.uniform(size=(211, 64)).astype(np.float32)
    line = row.astype(int) % 211
    place = along / length + 7 * table[line, 0]
    cell = np.floor(place).astype(int)
    press = table[line, cell % 64]
    ends = np.clip(4.5 * np.minimum(place - cell, 1 - place + cell), 0, 1)
    wide = 0.85 + 0.55 * press
    return np.exp(-((off / wide) ** 2)) * (0.35 + 0.65 * press) * ends


def pencil(width: int) -> Array:
    """Graphite on drawing paper: layers of hatching that follow the forms, softer and harder."""
    random, valley = np.random.default_rng(21), scene(width)
    shape, unit = valley.label.shape, valley.unit
    paper, tooth = _paper(shape, unit, (246, 243, 236), random)
    tone = cv2.GaussianBlur(valley.tone(), (0, 0), 1.2 * unit)
    waver = 1.3 * noise(shape, 22 * unit, random)
    grain = np.clip((tooth - 0.2) / 0.5, 0.05, 1)
    graphite = 0.34 * np.clip(0.95 - cv2.GaussianBlur(tone, (0, 0), 3 * unit), 0, 1) ** 1.6 * grain
    passes = (
        (1.0, 0.0, (4.4, 52), 1.0, 0.6),
        (0.82, 0.57, (4.2, 40), 0.85, 0.72),
        (0.86, -0.5, (4.0, 36), 0.64, 0.85),
        (0.98, 0.2, (2.6, 34), 0.42, 1.0),
    )
    for own, other, stroke, limit, press in passes:
        across, along = valley.s * own + valley.t * other + waver, valley.t * own - valley.s * other
        dark = np.clip((limit - tone) / limit * 1.35, 0, 1) ** 0.75
        layer = _hatched(across, along, stroke, unit, random) * dark * press * (0.35 + 0.65 * grain)
        graphite = graphite + (1 - graphite) * layer
    lines = _contours(valley, 1.5, random) * (0.3 + 0.7 * grain) * 0.85
    graphite = np.clip(np.maximum(graphite, lines), 0, 1)[..., np.newaxis]
    return np.clip(paper + graphite * (np.float32([46, 46, 52]) - paper), 0, 255)


def charcoal(width: int) -> Array:
    """Charcoal on laid paper: the stick's side, smudges, deep blacks, lights lifted out."""
    random, valley = np.random.default_rng(22), scene(width)
    shape, unit = valley.label.shape, valley.unit
    paper, tooth = _paper(shape, unit, (226, 214, 194), random)
    rows = np.mgrid[: shape[0], : shape[1]][0] / unit
    tooth = np.clip(tooth - 0.08 + 0.1 * np.sin(rows * 2 * np.pi / 4.6).astype(np.float32), 0, 1)
    tone = cv2.GaussianBlur(valley.tone(), (0, 0), 2 * unit)
    canvas = Canvas(paper)
    black = np.float32([34, 31, 30])
    textures = [soft_stick(random, hard) for hard in (0.3, 0.5)]
    passes = (
        (Layer(26, 100, 20, 0.2), 0.9, 0.56),
        (Layer(17, 70, 14, 0.18), 0.66, 0.66),
        (Layer(9, 52, 8.5, 0.14), 0.46, 0.85),
        (Layer(5.5, 38, 5.5, 0.12), 0.28, 1.1),
    )
    for number, (layer, limit, press) in enumerate(passes):
        for arc, row, column in strokes(valley, layer, random):
            dark = (limit - tone[row, column]) / limit + random.normal(0, 0.07)
            if dark > 0:
                power = np.float32([press * min(1.0, 0.66 + 0.6 * dark), 1, 1])
                canvas.stroke(arc, textures[int(random.integers(2))] * power, black, tooth)
        if number == 1:  # smudged with a finger
            canvas.rgb = 0.45 * canvas.rgb + 0.55 * cv2.GaussianBlur(canvas.rgb, (0, 0), 4 * unit)
    for arc, row, column in strokes(valley, Layer(9, 40, 15, 0.2), random):
        if tone[row, column] > 0.9 and random.uniform() < 0.5:
            canvas.stroke(arc, textures[0] * np.float32([0.8, 1, 1]), np.float32([240, 232, 216]), tooth)
    lines = _contours(valley, 2.4, random) * np.clip((tooth - 0.1) / 0.3, 0, 1)
    return np.clip(canvas.rgb + lines[..., np.newaxis] * (black - canvas.rgb), 0, 255)


def _ruled(across: Array, apart: float, dark: Array, unit: float) -> Array:
    """0..1: lines where ``across``, thousandths, is a multiple of ``apart``, as thick as it is dark there, 0..1."""
    down, right = np.gradient(across * unit)
    steep = np.clip(np.hypot(down, right), 0.4, 3)
    off = np.abs((across / apart + 0.5) % 1 - 0.5) * apart / steep
    half = 0.46 * apart * dark / np.maximum(steep, 0.8)
    return np.clip((half - off) * unit + 0.5, 0, 1) * (half > 0.18)


def etching(width: int) -> Array:
    """Copper plate: ruled lines that swell in the shadows and cross in the darks, a veil of ink on the plate."""
    random, valley = np.random.default_rng(23), scene(width)
    shape, unit = valley.label.shape, valley.unit
    paper, tooth = _paper(shape, unit, (240, 230, 208), random)
    tone = cv2.GaussianBlur(valley.tone(), (0, 0), 1.0 * unit)
    waver = 0.5 * noise(shape, 9 * unit, random)
    bite = 0.06 * noise(shape, (3 * unit, 3 * unit), random)
    ink = np.zeros(shape, np.float32)
    for across, apart, limit in (
        (valley.s, 6.4, 0.95),
        (valley.t * 0.6 + valley.s * 0.8, 6.8, 0.52),
        (valley.t * 0.8 - valley.s * 0.6, 7.0, 0.28),
    ):
        dark = np.clip((limit - tone) / limit * 1.05 + bite, 0, 0.9)
        ink = np.maximum(ink, _ruled(across + waver, apart, dark, unit))
    ink = np.maximum(ink, _contours(valley, 1.3, random))
    ink *= np.clip(0.9 + 0.25 * (tooth - 0.3), 0, 1)
    plate = 0.05 + 0.04 * np.clip(noise(shape, 60 * unit, random), -1, 2)
    soft = cv2.GaussianBlur(ink, (0, 0), 0.7 * unit)
    ink = np.clip(0.85 * ink + 0.3 * soft + plate, 0, 1)
    return np.clip(paper + ink[..., np.newaxis] * (np.float32([38, 28, 26]) - paper), 0, 255)


def woodblock(width: int) -> Array:
    """Coloured woodblocks after the Japanese manner: flat colours that fade, grain of the wood, a dark key block."""
    random, valley = np.random.default_rng(24), scene(width)
    shape, unit = valley.label.shape, valley.unit
    paper, tooth = _paper(shape, unit, (243, 233, 210), random)
    fades = np.isin(valley.material, [MATERIALS.index(name) for name in ("sky", "far", "meadow")])
    smooth = valley.light
    valley.light = np.where(fades, np.clip(smooth * 1.5 - 0.2, 0, 1), np.floor(np.clip(smooth, 0, 0.99) * 3) / 2)
    colour = valley.coloured(PRINT)
    colour = cv2.warpAffine(
        colour, np.float32([[1, 0, 1.6 * unit], [0, 1, 1.0 * unit]]), shape[::-1], borderMode=cv2.BORDER_REPLICATE
    )
    rows, columns = (np.mgrid[: shape[0], : shape[1]] / unit).astype(np.float32)
    rings = rows + 9 * noise(shape, (30 * unit, 90 * unit), random) + 0.01 * columns
    grain = (
        0.5 * np.sin(rings * 1.1) + 0.5 * np.sin(rings * 2.7 + 1) + 0.5 * noise(shape, (0.5 * unit, 26 * unit), random)
    )
    speckle = np.clip((tooth - 0.95) / 0.05, 0, 1) * 0.3
    pressed = np.clip(0.93 - 0.075 * grain - speckle, 0, 1)[..., np.newaxis]
    rgb = paper + pressed * (colour - paper)
    carved = np.isin(valley.material, [MATERIALS.index(name) for name in ("water", "meadow", "tree", "cloud", "far")])
    dark = np.where(carved, np.clip(0.42 - smooth, 0, 0.4) * 0.8, 0).astype(np.float32)
    lines = np.maximum(
        _ruled(valley.s + noise(shape, 12 * unit, random), 9.5, dark, unit),
        np.clip((1.0 + 0.55 * noise(shape, 20 * unit, random) - valley.outline) * unit + 0.5, 0, 1),
    )
    lines *= np.clip(1.05 - speckle * 0.8, 0, 1)
    return np.clip(rgb + lines[..., np.newaxis] * (np.float32([26, 30, 44]) - rgb), 0, 255)
