"""(strokes of a brush, a stick or a needle) → colour and thickness on a canvas, and what light makes of them.

A stroke is an arc; what it leaves is looked up in a texture, ``LONG`` x ``WIDE``: how much it covers, how thick it
is, how much lighter or darker than its colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .scene import Scene

Array = NDArray[np.float32]
Random = np.random.Generator
LONG, WIDE = 256, 64


@dataclass(frozen=True)
class Arc:
    """Where a stroke goes: from (x, y), pixels, in the direction of ``angle``, radians, turning by ``bend`` radians
    a pixel, ``length`` and ``width`` in pixels."""

    x: float
    y: float
    angle: float
    bend: float
    length: float
    width: float


class Canvas:
    """``rgb``: (height, width, 3), 0..255; ``thick``: (height, width), about 0..1."""

    def __init__(self, ground: Array) -> None:
        self.rgb = ground.astype(np.float32).copy()
        self.thick = np.zeros(ground.shape[:2], np.float32)

    def stroke(self, arc: Arc, texture: Array, colour: Array, tooth: Array | None = None, body: float = 1.0) -> None:
        """One stroke; where ``tooth`` (height, width), 0..1, of the paper is low less of it stays. ``body``: how
        thickly it lies, a share of its texture's; below 0 it stains like ink and multiplies."""
        place = self._place(arc)
        if place is None:
            return
        along, across = _within(arc, place)
        seen = cv2.remap(texture, along, across, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        cover, thick, tint = seen[..., 0], seen[..., 1], seen[..., 2]
        if tooth is not None:
            cover = np.clip((tooth[place] - 1 + 0.78 * cover) / 0.2, 0, 1) * np.sqrt(cover)
        there = self.rgb[place]
        paint = colour * (1 + tint[..., np.newaxis])
        if body < 0:
            there *= 1 - cover[..., np.newaxis] * (1 - np.clip(paint, 0, 255) / 255)
        else:
            there += cover[..., np.newaxis] * (paint - there)
            self.thick[place] += cover * (0.35 * self.thick[place] + thick * body - self.thick[place])

    def _place(self, arc: Arc) -> tuple[slice, slice] | None:
        turned = np.linspace(0, arc.length, 5)
        angles = arc.angle + arc.bend * turned / 2
        xs, ys = arc.x + turned * np.cos(angles), arc.y + turned * np.sin(angles)
        room = arc.width / 2 + 2 + abs(arc.bend) * arc.length**2 / 8
        height, width = self.thick.shape
        left, right = max(0, int(xs.min() - room)), min(width, int(xs.max() + room) + 1)
        top, bottom = max(0, int(ys.min() - room)), min(height, int(ys.max() + room) + 1)
        return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def _within(arc: Arc, place: tuple[slice, slice]) -> tuple[Array, Array]:
    """Coordinates in the texture of each pixel of ``place``."""
    y, x = np.mgrid[place]
    x, y = x - arc.x, y - arc.y
    cosine, sine = np.cos(arc.angle), np.sin(arc.angle)
    ahead, aside = x * cosine + y * sine, y * cosine - x * sine
    if abs(arc.bend) > 1e-5:
        side = np.sign(arc.bend)
        radius = 1 / abs(arc.bend)
        turned = np.arctan2(ahead, radius - aside * side)
        aside, ahead = (radius - np.hypot(ahead, radius - aside * side)) * side, turned * radius
    along = ahead / arc.length * LONG
    across = (aside / arc.width + 0.5) * WIDE
    return along.astype(np.float32), across.astype(np.float32)


def noise(shape: tuple[int, int], size: tuple[float, float] | float, random: Random) -> Array:
    """Smooth noise, mean 0 and deviation 1; ``size``: of its grains, pixels, (down, across)."""
    down, across = size if isinstance(size, tuple) else (size, size)
    grain = random.standard_normal(shape).astype(np.float32)
    soft = cv2.GaussianBlur(grain, (0, 0), sigmaX=max(across, 0.01), sigmaY=max(down, 0.01))
    return soft / soft.std()


def bristles(random: Random, dry: float = 0.5, flat: float = 0.0) -> Array:
    """What a bristle brush leaves: streaks, ridges at the sides, ragged ends. ``dry``: how early the paint runs out,
    0..1; ``flat``: how little the hairs show."""
    along, across = np.mgrid[:WIDE, :LONG][::-1].astype(np.float32)
    along, across = along / LONG, np.abs(across / WIDE - 0.5) * 2
    hairs = noise((WIDE, 1), (0.8, 0.01), random)
    streaks = 0.6 * hairs + 0.55 * noise((WIDE, LONG), (0.8, 22), random) + 0.3 * noise((WIDE, LONG), (0.6, 5), random)
    begins, ends = 0.05 + 0.03 * noise((WIDE, 1), 1.5, random), 0.93 + 0.05 * noise((WIDE, 1), 1.5, random)
    cover = np.clip((along - begins) / 0.02, 0, 1) * np.clip((ends - along) / 0.03, 0, 1)
    cover *= np.clip((0.94 + 0.04 * noise((1, LONG), (0.01, 12), random) - across) / 0.08, 0, 1)
    left = 1.9 - 2.6 * dry * along - 0.35 * across
    cover *= np.clip(left + streaks * 0.8, 0, 1)
    rim = 0.45 * np.exp(-(((across - 0.86) / 0.1) ** 2)) + 0.5 * np.exp(-(((along - ends + 0.05) / 0.03) ** 2))
    thick = np.clip(0.5 + (1 - flat) * 0.26 * streaks + rim * (1 - 0.6 * flat), 0, 2)
    tint = (1 - flat) * 0.055 * streaks
    return np.stack([cover, thick, tint], axis=2).astype(np.float32)


def soft_stick(random: Random, hard: float = 0.4) -> Array:
    """What a stick of chalk, charcoal or graphite leaves on a tooth: full in the middle, less at the sides and ends."""
    along, across = np.mgrid[:WIDE, :LONG][::-1].astype(np.float32)
    along, across = along / LONG, np.abs(across / WIDE - 0.5) * 2
    press = np.clip(np.minimum(along / 0.12, (1 - along) / 0.22), 0, 1) ** 0.6
    side = np.clip((1 - across) / (1.02 - hard), 0, 1)
    cover = press * side * (0.9 + 0.12 * noise((WIDE, LONG), (3, 30), random))
    return np.stack([np.clip(cover, 0, 1), cover, 0 * cover], axis=2).astype(np.float32)


def lit(canvas: Canvas, relief: float, gloss: float, unit: float) -> Array:
    """The canvas in light from the upper left: ``relief``: how thick paint is beside its width, ``gloss``: 0..1."""
    thick = cv2.GaussianBlur(canvas.thick, (0, 0), 0.35 * unit)
    down, across = np.gradient(thick * relief)
    shade = 1 + 0.55 * np.clip(-(across + down), -1, 1) * -1
    up = 1 / np.sqrt(1 + across**2 + down**2)
    shine = np.clip((0.5 * across + 0.55 * down + 0.67) * up, 0, 1) ** 24
    flat = 0.67**24
    rgb = canvas.rgb * shade[..., np.newaxis] + (255 * gloss * (shine - flat))[..., np.newaxis]
    return np.clip(rgb, 0, 255)


@dataclass(frozen=True)
class Layer:
    """Strokes all over the scene: thousandths. ``width`` and ``length`` of a stroke; ``apart``: how far from each
    other; ``astray``: radians by which they leave the form's direction; ``border``: keep off borders by so much."""

    width: float
    length: float
    apart: float
    astray: float = 0.15
    border: float = 0.0


def strokes(scene: Scene, layer: Layer, random: Random, turn: float = 0.0) -> Iterator[tuple[Arc, int, int]]:
    """Arcs that follow the forms and stay within them, in random order, each with its middle's row and column."""
    unit, (height, width) = scene.unit, scene.label.shape
    angle, outline = scene.angle, scene.outline
    steps = np.arange(0, 1000, layer.apart), np.arange(0, height / unit, layer.apart)
    places = np.stack(np.meshgrid(*steps), axis=2).reshape(-1, 2)
    places = (places + random.normal(0, layer.apart * 0.35, places.shape)) * unit
    for x, y in places[random.permutation(len(places))]:
        row, column = int(y), int(x)
        if not (0 <= row < height and 0 <= column < width) or outline[row, column] < layer.border:
            continue
        here = float(angle[row, column]) + turn + random.normal(0, layer.astray)
        length = layer.length * unit * random.uniform(0.7, 1.3)
        arc = _fitted(scene, (x, y), here, angle, length)
        if arc:
            yield Arc(*arc, layer.width * unit * random.uniform(0.8, 1.15)), row, column


def _fitted(
    scene: Scene, at: tuple[float, float], here: float, angle: Array, length: float
) -> tuple[float, float, float, float, float] | None:
    """Begin, direction, bend and length of a stroke through ``at`` that ends where its shape does."""
    height, width = scene.label.shape
    label = scene.label[int(at[1]), int(at[0])]
    reach = []
    for way in (-1, 1):
        far = 0.0
        while far < length / 2:
            far += length / 10
            x, y = int(at[0] + way * far * np.cos(here)), int(at[1] + way * far * np.sin(here))
            if not (0 <= y < height and 0 <= x < width):
                continue
            if scene.label[y, x] != label:
                break
        reach.append(far)
    whole = sum(reach)
    ahead = (
        int(np.clip(at[1] + reach[1] * np.sin(here), 0, height - 1)),
        int(np.clip(at[0] + reach[1] * np.cos(here), 0, width - 1)),
    )
    turned = float(angle[ahead]) - float(angle[int(at[1]), int(at[0])])
    bend = np.clip(np.arctan(np.tan(turned)) / max(reach[1], 1) * 1.0, -1.2 / whole, 1.2 / whole)
    begin = here - bend * reach[0]
    middle = here - bend * reach[0] / 2
    return at[0] - reach[0] * np.cos(middle), at[1] - reach[0] * np.sin(middle), begin, bend, whole
