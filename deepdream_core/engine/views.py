"""(picture, settings) → the picture as the network shall see it in one step, rolled or turned; and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..arrays import AnyPlanes, Planes
from ..image.rotation import Rotation, rotated
from ..settings.dream_settings import DreamSettings


@dataclass(frozen=True)
class View:
    """How one step sees a picture of ``height`` x ``width``.

    ``roll``: pixels down and across by which it is rolled around, so that no border stays a border. ``angle``:
    degrees by which it is then turned counter-clockwise, so that what grows upright there grows turned
    clockwise here. ``beyond``: what lies around it when turned.
    """

    height: int
    width: int
    roll: tuple[int, int] = (0, 0)
    angle: float = 0.0
    beyond: Literal["edge", "wrap"] = "edge"

    def there(self, picture: AnyPlanes, empty: bool = False) -> AnyPlanes:
        """(height, width[, channels]) → the same as seen; ``empty``: 0 around it when turned."""
        if self.roll != (0, 0):
            picture = np.roll(picture, self.roll, axis=(0, 1))
        if self.angle % 90 == 0:
            return _quarters(picture, round(self.angle / 90))
        return rotated(picture, self._rotation, self.seen_size(), "empty" if empty else self.beyond)

    def back(self, seen: Planes) -> Planes:
        """The inverse of ``there``, for gradients."""
        if self.angle % 90 == 0:
            picture = _quarters(seen, -round(self.angle / 90))
        else:
            picture = rotated(seen, self._rotation.back(), (self.height, self.width))
        return picture if self.roll == (0, 0) else np.roll(picture, (-self.roll[0], -self.roll[1]), axis=(0, 1))

    def seen_size(self) -> tuple[int, int]:
        """Rows and columns of the picture as seen: when turned, of the box around it."""
        if self.angle % 180 == 0:
            return self.height, self.width
        if self.angle % 90 == 0:
            return self.width, self.height
        cosine, sine = abs(math.cos(math.radians(self.angle))), abs(math.sin(math.radians(self.angle)))
        return (
            math.ceil(self.width * sine + self.height * cosine),
            math.ceil(self.width * cosine + self.height * sine),
        )

    @property
    def _rotation(self) -> Rotation:
        return Rotation(math.radians(self.angle))

    def resized(self, height: int, width: int) -> View:
        """The same for the picture resized."""
        down, across = round(self.roll[0] * height / self.height), round(self.roll[1] * width / self.width)
        return View(height, width, (down, across), self.angle, self.beyond)


def origin(settings: DreamSettings, height: int, width: int) -> View:
    """Where the octaves of a seamless dream begin: anywhere.

    Resizing leaves its trace wherever old and new pixels meet halfway, which they always do at the border.
    """
    return draw(replace(settings, angle=0.0), height, width, np.random.default_rng([settings.seed, height, width]))


def draw(settings: DreamSettings, height: int, width: int, random: np.random.Generator) -> View:
    """The view of one step. Without ``seamless`` nothing is drawn from ``random``."""
    if not settings.seamless:
        return View(height, width, angle=settings.angle)
    roll = int(random.integers(height)), int(random.integers(width))
    return View(height, width, roll, settings.angle, "wrap")


def _quarters(picture: AnyPlanes, quarters: int) -> AnyPlanes:
    return picture if quarters % 4 == 0 else np.ascontiguousarray(np.rot90(picture, quarters))
