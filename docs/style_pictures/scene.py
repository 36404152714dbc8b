"""(width in pixels) → the motif of all style pictures as planes: what is where, how light, and how its forms run.

An invented valley: sun, clouds, mountains, ploughed hills, round trees and cypresses, a house, a lake, a dark bank.
Lengths are thousandths of the width, so a picture looks the same at any size.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
HEIGHT = 750  # for a width of 1000
SUN = (690, 165)
# Where the light comes from: right, up, towards us.
LIGHT = np.array([0.55, -0.6, 0.58], np.float32)
MATERIALS = (
    "sky",
    "sun",
    "cloud",
    "far",
    "meadow",
    "field",
    "tree",
    "cypress",
    "wall",
    "roof",
    "window",
    "water",
    "bank",
)


@dataclass
class Scene:
    """Planes (height, width). ``label``: a number for each shape, from back to front; ``material``: index into
    ``MATERIALS``; ``light``: 0..1; ``s``, ``t``: thousandths across and along the lines that follow the form.
    """

    label: NDArray[np.int32]
    material: NDArray[np.int32]
    light: Array
    s: Array
    t: Array
    unit: float  # pixels in a thousandth

    @property
    def angle(self) -> Array:
        """Radians: the direction in which ``s`` doesn't change, evened out over a few thousandths."""
        down, across = np.gradient(self.s)
        turned = np.arctan2(across, -down) * 2  # a line has no front: angles are doubled while they are averaged
        soft = [
            cv2.GaussianBlur(part.astype(np.float32), (0, 0), 6 * self.unit)
            for part in (np.cos(turned), np.sin(turned))
        ]
        return (np.arctan2(soft[1], soft[0]) / 2).astype(np.float32)

    @property
    def outline(self) -> Array:
        """Thousandths to the nearest border between two shapes."""
        border = np.zeros(self.label.shape, bool)
        border[1:] |= self.label[1:] != self.label[:-1]
        border[:, 1:] |= self.label[:, 1:] != self.label[:, :-1]
        return cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, 5) / np.float32(self.unit)

    def coloured(self, palette: dict[str, str]) -> Array:
        """(height, width, 3), 0..255: each material from dark to light through its palette's colours (hex)."""
        rgb = np.zeros((*self.label.shape, 3), np.float32)
        for index, name in enumerate(MATERIALS):
            here = self.material == index
            stops = np.array([[int(each[i : i + 2], 16) for i in (0, 2, 4)] for each in palette[name].split()], float)
            places = np.linspace(0, 1, len(stops))
            for channel in range(3):
                rgb[here, channel] = np.interp(self.light[here], places, stops[:, channel])
        return rgb

    def tone(self) -> Array:
        """0..1: how light everything is without colours, from the darkest cypress to the sun."""
        low = dict(
            zip(MATERIALS, (0.45, 0.97, 0.6, 0.4, 0.3, 0.38, 0.06, 0.02, 0.45, 0.22, 0.02, 0.25, 0.0), strict=True)
        )
        high = dict(zip(MATERIALS, (0.95, 1, 1, 0.82, 0.92, 0.97, 0.62, 0.34, 1, 0.7, 0.15, 0.95, 0.3), strict=True))
        ends = [np.array([each[name] for name in MATERIALS], np.float32)[self.material] for each in (low, high)]
        return ends[0] + (ends[1] - ends[0]) * self.light


class _Valley:
    """The scene while its shapes are laid over each other."""

    def __init__(self, width: int) -> None:
        height = round(width * HEIGHT / 1000)
        self.unit = width / 1000
        self.y, self.x = (np.mgrid[:height, :width] / self.unit).astype(np.float32)
        flat = np.zeros((height, width), np.float32)
        self.planes = {"light": flat, "s": flat.copy(), "t": flat.copy()}
        self.label, self.material = np.zeros((height, width), np.int32), np.zeros((height, width), np.int32)
        self.count = 0

    def lay(self, where: NDArray[np.bool_], material: str, light: Array, s: Array, t: Array) -> None:
        """A shape over all before."""
        self.count += 1
        for name, plane in (("light", light), ("s", s), ("t", t)):
            self.planes[name] = np.where(where, plane, self.planes[name]).astype(np.float32)
        self.label[where] = self.count
        self.material[where] = MATERIALS.index(material)

    def ball(self, at: tuple[float, float], radii: tuple[float, float], material: str, flat: float = 0) -> None:
        """An ellipsoid in the light; ``flat``: how much light its shadow side gets."""
        across, down = (self.x - at[0]) / radii[0], (self.y - at[1]) / radii[1]
        bumps = 1 + 0.06 * np.sin(7 * np.arctan2(down, across) + at[0])
        far = np.hypot(across, down) / bumps
        up = np.sqrt(np.clip(1 - far**2, 0, 1))
        shade = np.clip((across * LIGHT[0] + down * LIGHT[1] + up * LIGHT[2]), 0, 1)
        to_light = np.hypot(across - 0.45, down + 0.5)
        mean = (radii[0] * radii[1]) ** 0.5
        self.lay(far < 1, material, flat + (1 - flat) * shade, to_light * mean, np.arctan2(down, across) * mean)


def _sky(valley: _Valley) -> None:
    x, y = valley.x, valley.y
    near = np.hypot(x - SUN[0], y - SUN[1])
    pull = np.exp(-((near / 210) ** 2))
    waves = y + 14 * np.sin(x / 95 + y / 70)
    light = np.clip(0.12 + 0.75 * (y / 420) ** 1.2 + 0.75 * np.exp(-near / 85), 0, 1)
    valley.lay(y > -1, "sky", light, waves * (1 - pull) + near * pull, x)
    valley.lay(near < 44, "sun", 1 - 0.3 * near / 44, near, np.arctan2(y - SUN[1], x - SUN[0]) * 40)


def _clouds(valley: _Valley) -> None:
    for x, y, size in ((165, 150, 1.15), (400, 90, 0.8), (905, 120, 0.75), (330, 245, 0.7), (560, 262, 0.55)):
        for across, down, radius in ((-62, 12, 38), (64, 14, 36), (-24, -12, 50), (30, -8, 46), (2, 18, 58)):
            valley.ball(
                (x + across * size, y + down * size), (radius * 1.35 * size, radius * 0.72 * size), "cloud", 0.25
            )


def _mountains(valley: _Valley) -> None:
    x, y = valley.x, valley.y
    for base, peaks in (
        (362, ((60, 130), (250, 175), (470, 120), (700, 95), (900, 150))),
        (395, ((140, 85), (370, 105), (590, 90), (800, 110), (990, 70))),
    ):
        ridge = np.full_like(x, base)
        summit = np.zeros_like(x)
        for peak, height in peaks:
            side = base - height + np.abs(x - peak) * 0.85 + 7 * np.sin(x / 11 + peak) + 3 * np.sin(x / 4.7)
            summit = np.where(side < ridge, peak, summit)
            ridge = np.minimum(ridge, side)
        crest = summit + 16 * np.sin(y / 17 + summit) + 0.22 * (y - ridge)
        lit = 0.5 + 0.5 * np.tanh((x - crest) / 5)
        light = np.clip(0.12 + 0.62 * lit + 0.25 * (y - ridge) / 150, 0, 1)
        slope = np.where(x > crest, 0.75, -0.75)
        valley.lay(y > ridge, "far", light, (x - slope * y) * 0.8, y + slope * x)


def _hill(valley: _Valley, ridge: Array, deep: float, material: str) -> None:
    """A rounded hill: light on its crest, and ploughed if it is a field."""
    depth = valley.y - ridge
    slope = np.gradient(ridge, axis=1) * valley.unit
    light = 0.78 - 0.62 * np.clip(depth / deep, 0, 1) ** 0.8 + 0.9 * slope
    along = valley.x + 0.9 * depth * np.sin(valley.x / 210)
    if material == "field":
        light += 0.17 * np.sign(np.sin(along / (4 + 0.045 * np.clip(depth, 0, 200))))
    s = depth if material == "meadow" else along * 0.9
    valley.lay(depth > 0, material, np.clip(light, 0, 1), s, along if material == "meadow" else depth)


def _tree(valley: _Valley, x: float, y: float, radius: float) -> None:
    shadow = (
        np.hypot((valley.x - x + radius * 0.9) / (radius * 1.5), (valley.y - y - radius * 0.95) / (radius * 0.3)) < 1
    )
    valley.lay(shadow, "meadow", np.full_like(valley.x, 0.02), valley.y, valley.x)
    trunk = (np.abs(valley.x - x) < radius * 0.11) & (np.abs(valley.y - y - radius * 0.7) < radius * 0.5)
    valley.lay(trunk, "bank", 0.3 + 0.05 * (valley.x - x), valley.x, valley.y)
    valley.ball((x, y), (radius, radius * 0.94), "tree")


def _house(valley: _Valley, x: float, y: float, size: float) -> None:
    right, down = (valley.x - x) / size, (valley.y - y) / size
    high = (down < 0) & (down > -0.8)
    flat = np.ones_like(right)
    valley.lay(high & (right > 0) & (right < 1.5), "wall", flat * 0.3, valley.x, valley.y)
    gable = (right <= 0) & (right > -0.9) & (down < 0) & (down > -0.8 - 0.62 * (1 - np.abs(right + 0.45) / 0.45))
    valley.lay(gable, "wall", flat * 0.95, valley.y, valley.x)
    slant = -0.45 - (down + 0.8) * 0.72
    roof = (down < -0.72) & (down > -1.45) & (right > slant - 0.5 + 0.45) & (right < slant + 2.02)
    valley.lay(
        roof & (right > slant), "roof", 0.35 + 0.4 * np.clip(-down - 0.7, 0, 1), valley.x + 0.4 * valley.y, valley.y
    )
    for left, top in ((0.25, -0.58), (0.68, -0.58), (1.1, -0.58), (-0.62, -0.5)):
        pane = (right > left) & (right < left + 0.17) & (down > top) & (down < top + 0.27)
        valley.lay(pane, "window", flat * 0.4, valley.x, valley.y)


def _lake(valley: _Valley) -> None:
    x, y = valley.x, valley.y
    shore = 598 + 9 * np.sin(x / 90) - 26 * np.exp(-(((x - 880) / 150) ** 2))
    depth = y - shore
    ripple = np.sin(y / (2.2 + depth * 0.03) + 1.8 * np.sin(x / 60 + y / 30))
    path = np.exp(-(((x - SUN[0] + 8 * np.sin(y / 6)) / np.maximum(34 + 0.25 * depth, 9)) ** 2))
    light = 0.34 + 0.2 * ripple + 0.62 * path * (0.65 + 0.5 * ripple) - 0.25 * np.exp(-np.clip(depth, 0, 99) / 9)
    valley.lay(depth > 0, "water", np.clip(light, 0, 1), y + 3 * np.sin(x / 45 + y / 20), x)


def _bank(valley: _Valley) -> None:
    x, y = valley.x, valley.y
    rim = 735 - 105 * np.exp(-((x / 330) ** 2)) + 8 * np.sin(x / 23) - 60 * np.exp(-(((x - 1000) / 90) ** 2))
    valley.lay(y > rim, "bank", np.clip(0.55 - (y - rim) / 60, 0, 1), y - rim * 0.6, x)
    random = np.random.default_rng(4)
    for root in [*random.uniform(-10, 330, 46), *random.uniform(930, 1010, 12)]:
        foot = 735 - 105 * np.exp(-((root / 330) ** 2)) + 30
        tall, lean = random.uniform(50, 130), random.uniform(-0.25, 0.45)
        up = np.clip((foot - y) / tall, 0, 1)
        middle = root + lean * tall * up**1.8
        blade = (np.abs(x - middle) < 3.4 * (1 - up) + 0.4) & (y < foot) & (y > foot - tall)
        valley.lay(blade, "bank", np.full_like(x, random.uniform(0.1, 1)), x, y)


def scene(width: int) -> Scene:
    """The valley, ``width`` pixels wide."""
    valley = _Valley(width)
    x = valley.x
    _sky(valley)
    _clouds(valley)
    _mountains(valley)
    _hill(valley, 408 - 30 * np.sin(x / 150 + 0.6) - 9 * np.sin(x / 47), 95, "meadow")
    for at, size in (((95, 378), 15), ((128, 384), 12), ((860, 402), 14), ((892, 399), 17), ((930, 404), 12)):
        _tree(valley, *at, size)
    _hill(valley, 462 - 46 * np.sin(x / 128 + 3.5), 110, "field")
    _house(valley, 350, 470, 52)
    _hill(valley, 482 - 34 * np.sin(x / 175 + 5.2), 95, "meadow")
    for at, size in (((210, 452), 26), ((262, 462), 20), ((560, 478), 24), ((606, 488), 18), ((175, 470), 18)):
        _tree(valley, *at, size)
    for left, foot, tall in ((486, 515, 74), (512, 520, 92), (452, 512, 58), (765, 545, 120), (800, 552, 96)):
        valley.ball((left, foot - tall / 2), (tall * 0.13, tall * 0.55), "cypress")
    _hill(valley, 548 - 38 * np.sin(x / 160 + 1.4), 80, "field")
    for at, size in (((905, 520), 44), ((965, 545), 36), ((60, 520), 48), ((120, 548), 34), ((650, 560), 22)):
        _tree(valley, *at, size)
    _lake(valley)
    _bank(valley)
    return Scene(
        valley.label, valley.material, valley.planes["light"], valley.planes["s"], valley.planes["t"], valley.unit
    )
