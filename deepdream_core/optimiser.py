"""(picture, gradient) → the picture one step further, in place: regularised, normalised, held in its tones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .colour import luminance
from .rows import blocks, is_everywhere, mean_absolute, weigh
from .settings import DreamSettings

Array = NDArray[np.float32]
MOMENTUM = 0.7
# Kingma & Ba 2015; the second moment forgets faster than usual, since a dream has tens of steps, not thousands.
ADAM = (0.9, 0.97)
# How far the contrast may rise: original x factor + 0..255 units, so that flat grounds may gain some.
CONTRAST_LIMIT = (1.25, 12.0)
# A difference of as many 0..255 units from the original pulls back with full weight.
L2_UNIT = 32.0


class Optimiser:
    """Gradient ascent on one octave.

    ``base``: float32 (height, width, 3), 0..255, what the octave started from without any detail; ``movable``:
    float32 (height, width), 1 where pixels may move.
    """

    def __init__(self, base: Array, movable: Array, settings: DreamSettings) -> None:
        self._base, self._movable, self._settings = base, movable, settings
        self._count = max(float(movable.size if is_everywhere(movable) else movable.sum(dtype=np.float64)), 1.0)
        self._velocity: Array | None = None
        self._squares: Array | None = None
        self._steps = 0
        self._tones = self._mean_and_contrast(base) if settings.hold_tones else None

    def move(self, picture: Array, gradient: Array) -> None:
        """One step of ``step_size`` on average over the movable pixels (mean-absolute normalisation).

        ``gradient`` is used up. Pixels that may not move keep their bits.
        """
        weigh(gradient, self._movable)
        if not self._normalise(gradient):
            return
        self._regularise(picture, gradient)
        self._steps += 1
        gradient = self._followed(gradient)
        for rows in self._rows():
            part = gradient[rows]
            part *= np.float32(self._settings.step_size)
            picture[rows] += part
        if self._tones:
            self._hold(picture)
        for rows in self._rows():
            np.clip(picture[rows], 0, 255, out=picture[rows])

    def _normalise(self, gradient: Array) -> bool:
        mean = mean_absolute(gradient, 3 * self._count)
        if mean > 0:
            gradient *= np.float32(1 / mean)
        return mean > 0

    def _regularise(self, picture: Array, gradient: Array) -> None:
        settings = self._settings
        if settings.total_variation:
            pull = self._total_variation(picture)
            pull *= np.float32(settings.total_variation)
            weigh(pull, self._movable)
            gradient -= pull
        if settings.pull_back:
            for rows in self._rows():
                pull = np.float32(settings.pull_back / L2_UNIT) * (picture[rows] - self._base[rows])
                weigh(pull, self._movable[rows])
                gradient[rows] -= pull

    def _total_variation(self, picture: Array) -> Array:
        if not self._settings.wrap:
            return _total_variation(picture)
        return _total_variation(np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="wrap"))[1:-1, 1:-1]

    def _followed(self, gradient: Array) -> Array:
        """The direction to go: the gradient itself, its running mean, or Adam's."""
        if self._settings.optimiser == "ascent":
            return gradient
        first, second = (MOMENTUM, 0.0) if self._settings.optimiser == "momentum" else ADAM
        self._velocity = _running(self._velocity, gradient, first)
        direction: Array = self._velocity / np.float32(1 - first**self._steps)
        if self._settings.optimiser == "adam":
            self._squares = _running(self._squares, np.square(gradient), second)
            direction /= np.sqrt(self._squares / np.float32(1 - second**self._steps)) + np.float32(1e-6)
        self._normalise(direction)
        return direction

    def _hold(self, picture: Array) -> None:
        """Shift and shrink luminance so that its mean stays and its contrast stays below a limit."""
        assert self._tones is not None
        mean, contrast = self._mean_and_contrast(picture)
        limit = self._tones[1] * CONTRAST_LIMIT[0] + CONTRAST_LIMIT[1]
        shrink = min(1.0, limit / max(contrast, 1e-6))
        for rows in self._rows():
            change = (luminance(picture[rows]) - np.float32(mean)) * np.float32(shrink - 1)
            change += np.float32(self._tones[0] - mean)
            change *= self._movable[rows]
            picture[rows] += change[..., np.newaxis]

    def _mean_and_contrast(self, picture: Array) -> tuple[float, float]:
        """Mean and standard deviation of luminance over the movable pixels."""
        total = square = 0.0
        for rows in self._rows():
            light, mask = luminance(picture[rows]), self._movable[rows]
            counted = light if is_everywhere(mask) else light * mask
            total += float(counted.sum(dtype=np.float64))
            square += float((light * counted).sum(dtype=np.float64))
        mean = total / self._count
        return mean, max(square / self._count - mean**2, 0.0) ** 0.5

    def _rows(self) -> Iterator[slice]:
        height, width = self._movable.shape
        return blocks(height, 3 * width)


def _running(state: Array | None, value: Array, keep: float) -> Array:
    if state is None:
        state = np.zeros_like(value)
    state *= np.float32(keep)
    for rows in blocks(value.shape[0], value.shape[1] * value.shape[2]):
        state[rows] += np.float32(1 - keep) * value[rows]
    return state


def _total_variation(picture: Array) -> Array:
    """The gradient of anisotropic total variation (Rudin, Osher & Fatemi 1992), smoothed around 0.

    Smoothed over more than a step changes: otherwise neighbours overshoot each other and grain comes back.
    """
    pull = np.zeros_like(picture)
    for axis in (0, 1):
        difference = np.diff(picture, axis=axis)
        difference /= np.abs(difference) + np.float32(16)
        before, after = ((slice(None), slice(1, None)), (slice(None), slice(None, -1)))
        pull[(slice(1, None),) if axis == 0 else before] += difference
        pull[(slice(None, -1),) if axis == 0 else after] -= difference
    return pull
