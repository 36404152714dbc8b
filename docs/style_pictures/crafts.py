"""The scene put together of small things: mosaic, embroidery, collage, dots."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from .paints import DAY, DUSK, POSTER
from .scene import Scene, scene
from .strokes import LONG, WIDE, Arc, Array, Canvas, Layer, Random, lit, noise, strokes

Mask = NDArray[np.uint8]
Place = tuple[slice, slice]
TESSERA = 12.5  # thousandths
GLASS = {
    "sky": "14307c 2f74b8 f0c860",
    "sun": "f8b830 fff0b0",
    "cloud": "a89cc0 f0dcc8 fff8ec",
    "far": "3a2c6c 7868a8 e0b8a0",
    "meadow": "0c3c2c 2c8c4c c8d850",
    "field": "7c3414 d08828 fce08c",
    "tree": "06281c 1c7038 a8c83c",
    "cypress": "04180f 145038 4c9850",
    "wall": "5c4c74 d8c4b0 fff8e4",
    "roof": "6c1018 c82c2c f88c50",
    "window": "0a0c1c 2c3c74",
    "water": "08305c 1c84b0 d8f0e0",
    "bank": "060c0c 1c3424 7c8c34",
}


def mosaic(width: int) -> Array:
    """Glass and stone tesserae, set in rows along the forms, in sandy grout."""
    random, valley = np.random.default_rng(31), scene(width)
    shape, unit = valley.label.shape, valley.unit
    grout = np.float32([112, 100, 88]) + (9 * noise(shape, 0.6 * unit, random))[..., np.newaxis]
    rgb, thick = grout.astype(np.float32), np.zeros(shape, np.float32)
    colours = cv2.GaussianBlur(valley.coloured(GLASS), (0, 0), 2.0 * unit)
    for mask, place, tilt in _tesserae(valley, random):
        inside = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 3)[1:-1, 1:-1] / unit
        here = mask > 0
        colour = colours[place][here].mean(axis=0) * random.uniform(0.84, 1.14) + random.normal(0, 7, 3)
        rows, columns = np.mgrid[: mask.shape[0], : mask.shape[1]] / (TESSERA * unit) - 0.5
        face = 1 + tilt[0] * rows + tilt[1] * columns
        rgb[place][here] = (np.clip(colour, 6, 250) * face[..., np.newaxis])[here]
        thick[place][here] = (0.25 + 0.75 * np.clip(inside / 1.6, 0, 1) ** 0.6)[here]
    shadow = cv2.warpAffine(thick, np.float32([[1, 0, 1.1 * unit], [0, 1, 1.3 * unit]]), shape[::-1])
    rgb *= np.where(thick > 0, 1, 1 - 0.5 * cv2.GaussianBlur(shadow, (0, 0), 0.6 * unit))[..., np.newaxis]
    canvas = Canvas(rgb)
    canvas.thick = thick + 0.035 * noise(shape, 1.2 * unit, random) * (thick > 0)
    return lit(canvas, 1.5 * unit, 0.16, unit)


def _tesserae(valley: Scene, random: Random) -> Iterator[tuple[Mask, Place, Array]]:
    """Tiles that grow from the outlines in rows: (mask, place, tilt of its face). Cut where others lie already."""
    unit, (height, width) = valley.unit, valley.label.shape
    side, angle, outline = TESSERA * unit, valley.angle, valley.outline
    taken = np.zeros((height, width), np.uint8)
    order = random.permutation(height * width)[:60_000]
    rows, columns = order // width, order % width
    near = np.argsort(np.abs(outline[rows, columns] - TESSERA * 0.55) + 2.0 * (outline[rows, columns] < TESSERA * 0.4))
    seeds = list(zip(columns[near].astype(float), rows[near].astype(float), strict=True))
    waiting: deque[tuple[float, float]] = deque()
    for seed in seeds:
        waiting.append(seed)
        while waiting:
            x, y = waiting.popleft()
            row, column = int(y), int(x)
            if not (0 <= row < height and 0 <= column < width) or taken[row, column]:
                continue
            found = _tile(valley, taken, (x, y), float(angle[row, column]), random)
            if found is None:
                continue
            mask, place = found
            yield mask, place, random.normal(0, 0.16, 2)
            ahead = np.array([np.cos(angle[row, column]), np.sin(angle[row, column])]) * side * 1.12
            aside = np.array([-ahead[1], ahead[0]])
            waiting.extend((x + step[0], y + step[1]) for step in (ahead, -ahead, aside, -aside))


def _tile(
    valley: Scene, taken: Mask, at: tuple[float, float], angle: float, random: Random
) -> tuple[Mask, Place] | None:
    """What of a tile at ``at`` is still free: its mask and place; ``None`` for a crumb."""
    unit, side = valley.unit, TESSERA * valley.unit
    half = np.array([random.uniform(0.44, 0.54), random.uniform(0.44, 0.5)]) * side
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half + random.normal(0, 0.035 * side, (4, 2))
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    points = corners @ turn + at
    low, high = np.floor(points.min(axis=0) - 2).astype(int), np.ceil(points.max(axis=0) + 3).astype(int)
    left, top = max(low[0], 0), max(low[1], 0)
    place = slice(top, min(high[1], taken.shape[0])), slice(left, min(high[0], taken.shape[1]))
    mask = np.zeros(taken[place].shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round((points - (left, top)) * 16).astype(np.int32), 1, shift=4)
    whole = mask.sum()
    own = valley.label[place] == valley.label[int(at[1]), int(at[0])]
    mask[(taken[place] > 0) | ~own] = 0
    if mask.sum() < max(0.38 * whole, 0.2 * side**2):
        return None
    gap = max(1, round(1.5 * unit))
    wide = cv2.dilate(mask, np.ones((2 * gap + 1, 2 * gap + 1), np.uint8))
    taken[place] |= wide
    return mask, place


def _thread(random: Random) -> Array:
    """A strand of silk: round, twisted, its ends dipping into the cloth."""
    along, across = np.mgrid[:WIDE, :LONG][::-1].astype(np.float32)
    along, across = along / LONG, (across / WIDE - 0.5) * 2
    round_ = np.sqrt(np.clip(1 - across**2, 0, 1))
    ends = np.clip(np.minimum(along, 1 - along) / 0.07, 0, 1) ** 0.5
    twist = 0.5 + 0.5 * np.sin(2 * np.pi * (along * 5 + 0.55 * across + random.uniform()))
    cover = np.clip((1 - np.abs(across) / (0.72 + 0.28 * ends)) / 0.2, 0, 1) * np.clip(ends * 4, 0, 1)
    tint = 0.2 * (twist - 0.5) + 0.26 * (round_ - 0.72) - 0.28 * (1 - ends)
    return np.stack([cover, round_ * ends * (0.85 + 0.15 * twist), tint], axis=2).astype(np.float32)


def embroidery(width: int) -> Array:
    """Silk on linen: long and short stitches along the forms, bright where they lie across the light."""
    random, valley = np.random.default_rng(32), scene(width)
    shape, unit = valley.label.shape, valley.unit
    rows, columns = (np.mgrid[: shape[0], : shape[1]] / unit).astype(np.float32)
    weave = np.maximum(np.sin(rows * 1.7), 0) * (np.sin(columns * 0.85) > 0) + np.maximum(np.sin(columns * 1.7), 0) * (
        np.sin(columns * 0.85) <= 0
    )
    canvas = Canvas(
        np.float32([206, 190, 160]) * (0.8 + 0.2 * weave + 0.05 * noise(shape, unit, random))[..., np.newaxis]
    )
    valley.light = np.round(valley.light * 7 + 0.35 * noise(shape, 7 * unit, random)) / 7
    wanted = valley.coloured(DUSK | {"sky": "2c3484 6c7cc4 f8b878", "water": "143c6c 3c94a8 fce4b0"})
    threads = [_thread(random) for _ in range(6)]
    for layer in (Layer(7.4, 46, 7.2, 0.05), Layer(5.6, 36, 6.4, 0.05)):
        for arc, row, column in strokes(valley, layer, random):
            sheen = 1 + 0.26 * np.cos(2 * (arc.angle - 0.9))
            colour = wanted[row, column] * sheen * random.uniform(0.92, 1.08)
            canvas.stroke(arc, threads[int(random.integers(6))], colour, body=0.9)
    return lit(canvas, 2.6 * unit, 0.12, unit)


def collage(width: int) -> Array:
    """Torn and cut papers, glued one over the other: white edges, shadows, fibres."""
    random, valley = np.random.default_rng(33), scene(width)
    shape, unit = valley.label.shape, valley.unit
    rgb = np.float32([232, 222, 200]) + (3 * noise(shape, unit, random))[..., np.newaxis]
    levels = np.floor(np.clip(cv2.GaussianBlur(valley.light, (0, 0), 3 * unit), 0, 0.999) * 4)
    valley.light = (levels + 0.5) / 4
    colours = valley.coloured(POSTER)
    room = round(9 * unit)
    for label in range(1, int(valley.label.max()) + 1):
        rows, columns = np.nonzero(valley.label == label)
        if len(rows) < (7 * unit) ** 2:
            continue
        place = (
            slice(max(0, rows.min() - room), rows.max() + room + 1),
            slice(max(0, columns.min() - room), columns.max() + room + 1),
        )
        own, level = valley.label[place] == label, levels[place]
        for lowest in np.unique(level[own]):
            sheet, at = own & (level >= lowest), own & (level == lowest)
            if sheet.sum() > (9 * unit) ** 2:
                rgb[place] = _glued(rgb[place], sheet, colours[place][at].mean(axis=0), unit, random)
    return np.clip(rgb, 0, 255)


def _glued(rgb: Array, sheet: NDArray[np.bool_], colour: Array, unit: float, random: Random) -> Array:
    """A sheet of paper over the picture."""
    shape = sheet.shape
    torn = cv2.GaussianBlur(sheet.astype(np.float32), (0, 0), 2.2 * unit) + 0.05 * noise(shape, 1.6 * unit, random)
    outer = np.clip((torn - 0.36) * 9, 0, 1)
    ragged = torn + 0.07 * noise(shape, 2.6 * unit, random)
    inner = np.clip((ragged - 0.52) * 9, 0, 1)
    shadow = cv2.warpAffine(outer, np.float32([[1, 0, 2.2 * unit], [0, 1, 2.8 * unit]]), shape[::-1])
    shadow = cv2.GaussianBlur(shadow, (0, 0), 2.2 * unit)
    rgb = rgb * (1 - 0.42 * shadow[..., np.newaxis])
    fibre = noise(shape, (0.5 * unit, 5 * unit), random) + noise(shape, (4 * unit, 0.5 * unit), random)
    crease = noise(shape, (14 * unit, 14 * unit), random)
    paper = colour * (1 + 0.012 * fibre + 0.035 * crease)[..., np.newaxis]
    core = np.float32([246, 240, 228]) + (4 * fibre)[..., np.newaxis]
    sheet_rgb = core + inner[..., np.newaxis] * (paper - core)
    return (rgb + outer[..., np.newaxis] * (sheet_rgb - rgb)).astype(np.float32)


def dots(width: int) -> Array:
    """Dots of pure colours that mix in the eye only, in rows along the forms."""
    random, valley = np.random.default_rng(34), scene(width)
    shape, unit = valley.label.shape, valley.unit
    wanted = cv2.GaussianBlur(valley.coloured(DAY), (0, 0), 1.5 * unit)
    primed = np.float32([118, 108, 96]) + 0.5 * cv2.GaussianBlur(wanted, (0, 0), 12 * unit)
    canvas = Canvas(primed + (3 * noise(shape, unit, random))[..., np.newaxis])
    down, across = np.gradient(valley.s * unit)
    steep = np.maximum(down**2 + across**2, 0.15)
    along, beside = np.mgrid[:WIDE, :LONG][::-1].astype(np.float32)
    far = np.hypot(along / LONG - 0.5, beside / WIDE - 0.5) * 2
    dab = np.stack([np.clip((0.96 - far) / 0.1, 0, 1), np.sqrt(np.clip(1 - far**2, 0, 1)), 0 * far], axis=2)
    for size, apart in ((11.5, 8.6), (8.0, 7.4), (5.2, 7.4)):
        for arc, row, column in strokes(valley, Layer(size, size, apart, 0.1), random):
            off = (valley.s[row, column] / size + 0.5) % 1 - 0.5
            shift = np.array([across[row, column], down[row, column]]) / steep[row, column] * off * size * unit
            x, y = (
                column - np.clip(shift[0], -size * unit, size * unit),
                row - np.clip(shift[1], -size * unit, size * unit),
            )
            colour = _pure(wanted[row, column], random)
            middle = Arc(
                x - np.cos(arc.angle) * size * unit / 2,
                y - np.sin(arc.angle) * size * unit / 2,
                arc.angle,
                0,
                size * unit * random.uniform(0.95, 1.2),
                size * unit * random.uniform(0.85, 1.0),
            )
            canvas.stroke(middle, dab.astype(np.float32), colour, body=0.5)
    return lit(canvas, 1.1 * unit, 0.05, unit)


def _pure(colour: Array, random: Random) -> Array:
    """The colour itself, or one that mixes to it: purer, lighter, darker, now and then its opposite."""
    grey, kind = colour.mean(), random.uniform()
    if kind < 0.05 and np.ptp(colour) > 50:
        return np.clip(255 - colour * 0.9, 0, 255).astype(np.float32)
    light = random.choice([0.78, 0.95, 1.0, 1.08, 1.25])
    turned = np.roll(colour - grey, int(random.integers(3))) * 0.35 if kind < 0.35 else 0
    return np.clip((grey + (colour - grey) * 1.45 + turned) * light, 0, 255).astype(np.float32)
