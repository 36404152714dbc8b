"""(picture, what it started from) → how light, contrasty and colourful it is, and held to what it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ..arrays import AnyMask, AnyRgb, Light, Planes, Rgb
from ..image.colour import channel_sum, extremes, luminance
from ..image.headroom import opened, pressed
from ..image.rows import blocks, is_everywhere, weigh
from ..settings.dream_settings import DreamSettings

# How far something may rise: original x factor + 0..255 units, so that flat grounds may gain some.
CONTRAST_LIMIT, FREE_CONTRAST_LIMIT = (1.12, 8.0), (1.25, 12.0)
COLOUR_LIMIT, SATURATION_LIMIT = (1.1, 4.0), ((1.08, 0.0), (1.0, 2.5))
# What is finer than a Gaussian of so many pixels is fine detail; it may rise as far as the higher of these.
FINE_PX, FINE_LIMIT = 1.5, ((1.1, 0.0), (0.0, 2.7))
# In pixels of an octave: a Gaussian below that changes nothing.
_LEAST_FINE_PX = 0.4
# How far a colour that is added may lie from grey: 0..255 units on black and on white, more for each unit from there.
END_COLOUR = (8.0, 0.5)
# How far pressing may move the mean in 0..255 units, and how much room it takes at most: of a picture of all tones, and
# of plain white or black.
MEAN_MOVES, MOST_ROOM = (1.0, 18.0), (0.6, 1.3)
# Of this mean and darker, or as near to white, a picture is plain; from the second one on it has all tones.
PLAIN, ALL_TONES = 12.0, 35.0


@dataclass(frozen=True)
class Tones:
    """Over the pixels that may move, in 0..255 units.

    ``mean``, ``contrast``: mean and standard deviation of luminance; ``fine``: root mean square of its fine detail.
    ``colour``: root mean square of what the
    channels are apart from luminance. ``saturation``: mean of the largest channel minus the smallest.
    """

    mean: float
    contrast: float
    fine: float
    colour: float
    saturation: float


@dataclass(frozen=True)
class Held:
    """How a step is held: ``shift`` is added to luminance, and so much is left of what was added before.

    ``light``: of luminance; ``fine``: of its fine detail; ``colour``: of what the channels are apart from it.
    """

    shift: float = 0.0
    light: float = 1.0
    fine: float = 1.0
    colour: float = 1.0


@dataclass(frozen=True)
class Ground:
    """What an octave starts from.

    ``base``: (height, width, 3), 0..255; ``movable``: (height, width), where pixels may move. ``room``: as
    ``headroom.opened`` has it, or ``None`` for tones that stay as they are, and are cut off at 0 and 255. ``scale``:
    how much smaller the octave is than the dreamed picture, 0 < scale <= 1.
    """

    base: AnyRgb
    movable: AnyMask
    room: float | None = None
    scale: float = 1.0

    def rows(self) -> Iterator[slice]:
        """A few rows at a time."""
        height, width = self.movable.shape
        return blocks(height, 3 * width)

    def start(self, rows: slice) -> Rgb:
        """These rows of the base in the tones in which it is dreamed."""
        part = self.base[rows]
        return np.asarray(part, np.float32) if self.room is None else opened(part, self.room)

    def original(self) -> Rgb:
        """All of the picture as it is seen before anything is added."""
        whole = np.empty(self.base.shape, np.float32)
        for rows in self.rows():
            whole[rows] = self.seen(self.start(rows))
        return whole

    def seen(self, part: Rgb) -> Rgb:
        """Some of the picture as it is seen, 0..255."""
        return part if self.room is None else pressed(part)


def room_of(picture: AnyRgb, settings: DreamSettings) -> float | None:
    """How far the tones of (height, width, 3), 0..255, are pressed: as far as their mean may move; ``None``: not."""
    if not settings.headroom:
        return None
    mean = moved = 0.0
    for rows in blocks(picture.shape[0], 3 * picture.shape[1]):
        part = np.asarray(picture[rows], np.float32)
        mean += float(luminance(part).sum(dtype=np.float64))
        moved += float(luminance(pressed(part) - part).sum(dtype=np.float64))
    count = picture.shape[0] * picture.shape[1]
    mean, moved = mean / count, abs(moved) / count
    plain = min(max((ALL_TONES - min(mean, 255 - mean)) / (ALL_TONES - PLAIN), 0.0), 1.0)
    may_move, most = (usual + plain * (more - usual) for usual, more in (MEAN_MOVES, MOST_ROOM))
    return float(min(most, may_move / max(moved, 1e-6)))


class Holder:
    """Holds one octave's picture to the tones of its ``ground``, as far as the ``settings`` ask for it."""

    def __init__(self, ground: Ground, settings: DreamSettings) -> None:
        self._ground, self._settings = ground, settings
        self._fine_px = FINE_PX * ground.scale
        self._holds_fine = settings.hold_contrast and self._fine_px > _LEAST_FINE_PX
        movable = ground.movable
        self._count = max(float(movable.size if is_everywhere(movable) else movable.sum(dtype=np.float64)), 1.0)

    @cached_property
    def _source(self) -> Tones:
        return self._tones(lambda rows: np.asarray(self._ground.base[rows], np.float32))

    @cached_property
    def _begun(self) -> Tones:
        ground = self._ground
        return self._source if ground.room is None else self._tones(lambda rows: ground.seen(ground.start(rows)))

    def hold(self, picture: Rgb, recorded: Held | None = None) -> Held:
        """Hold ``picture``, in place, and return how. ``recorded``: how the larger picture was that it is a part of."""
        ground = self._ground
        held = recorded or self._needed(self._tones(lambda rows: ground.seen(picture[rows])))
        if held == Held():
            return held
        fine: Light | None = None
        if held.fine < 1:
            fine = _fine(self._plane(lambda rows: luminance(picture[rows] - ground.start(rows))), self._fine_px)
        for rows in ground.rows():
            self._apply(picture[rows], rows, held, None if fine is None else fine[rows])
        return held

    def _needed(self, now: Tones) -> Held:
        settings, source, begun = self._settings, self._source, self._begun
        light = fine = colour = 1.0
        if settings.hold_saturation:
            most = max(_limit(source.saturation, limit) for limit in SATURATION_LIMIT)
            colour = min(
                _share(begun.colour, now.colour, _limit(source.colour, COLOUR_LIMIT)),
                _share(begun.saturation, now.saturation, most),
            )
        if self._holds_fine:
            fine = _share(begun.fine, now.fine, max(_limit(source.fine, limit) for limit in FINE_LIMIT))
        if settings.hold_brightness:
            limit = CONTRAST_LIMIT if settings.hold_contrast else FREE_CONTRAST_LIMIT
            light = _share(begun.contrast, now.contrast, _limit(source.contrast, limit))
        return Held(begun.mean - now.mean if settings.hold_brightness else 0.0, light, fine, colour)

    def _apply(self, part: Rgb, rows: slice, held: Held, fine: Light | None) -> None:
        start = self._ground.start(rows)
        change = part - start
        light = luminance(change)
        change -= light[..., np.newaxis]
        change *= np.float32(held.colour)
        if self._settings.hold_saturation:
            most = _most_colour(self._ground.base[rows])
            np.clip(change, -most, most, out=change)
        if fine is not None:
            light -= fine * np.float32(1 - held.fine)
        light *= np.float32(held.light)
        light += np.float32(held.shift)
        change += light[..., np.newaxis]
        change += start
        change -= part
        weigh(change, self._ground.movable[rows])
        part += change

    def _tones(self, seen: Callable[[slice], Rgb]) -> Tones:
        """``seen``: gives some rows of a picture, float32, 0..255."""
        sums = np.zeros(4)
        light = np.empty(self._ground.movable.shape, np.float32)
        for rows in self._ground.rows():
            part = seen(rows)
            light[rows] = luminance(part)
            apart = channel_sum(np.square(part - light[rows, :, np.newaxis])) / np.float32(3)
            smallest, largest = extremes(part)
            values = light[rows], np.square(light[rows]), apart, largest - smallest
            sums += [self._sum(value, rows) for value in values]
        mean, square, apart_mean, saturation = sums / self._count
        fine = 0.0
        if self._holds_fine:
            fine = (self._sum(np.square(_fine(light, self._fine_px)), slice(None)) / self._count) ** 0.5
        return Tones(mean, max(square - mean**2, 0.0) ** 0.5, fine, apart_mean**0.5, saturation)

    def _plane(self, made: Callable[[slice], Light]) -> Light:
        plane = np.empty(self._ground.movable.shape, np.float32)
        for rows in self._ground.rows():
            plane[rows] = made(rows)
        return plane

    def _sum(self, values: Light, rows: slice) -> float:
        mask = self._ground.movable[rows]
        return float((values if is_everywhere(mask) else values * mask).sum(dtype=np.float64))


def _fine(plane: Light, sigma: float) -> Light:
    """What is finer than a Gaussian of ``sigma`` pixels in (height, width)."""
    fine: Light = plane - cv2.GaussianBlur(plane, (0, 0), sigma)
    return fine


def _most_colour(base: AnyRgb) -> Planes:
    """(rows, columns, 3), 0..255 → how far what is added to it may lie from grey: float32 (rows, columns, 1)."""
    least, rise = END_COLOUR
    light = luminance(base)
    room = np.minimum(light, 255 - light)[..., np.newaxis]
    most: Planes = room * np.float32(rise) + np.float32(least)
    return most


def _limit(value: float, limit: tuple[float, float]) -> float:
    return value * limit[0] + limit[1]


def _share(begun: float, now: float, limit: float) -> float:
    """How much of what was added may stay. All measures are convex in it, so that the limit is kept."""
    return 1.0 if now <= limit else max(0.0, (limit - begun) / (now - begun))
