"""(picture, gradient) → the picture one step further, in place: regularised, normalised, held in its tones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..image.colour import luminance
from ..image.pixels import Colours
from ..image.rows import Mask, blank, blocks, is_everywhere, mean_absolute, weigh
from ..settings.dream_settings import DreamSettings

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

    ``base``: (height, width, 3), 0..255, what the octave started from without any detail; ``movable``:
    (height, width), where pixels may move.
    """

    def __init__(self, base: Colours, movable: Mask, settings: DreamSettings) -> None:
        self._base, self._movable, self._settings = base, movable, settings
        self._count = max(float(movable.size if is_everywhere(movable) else movable.sum(dtype=np.float64)), 1.0)
        self._running: list[Array] = []
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
        self._follow(gradient)
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
        for rows in self._rows():
            if settings.total_variation:
                pull = _total_variation(picture, rows, settings.wrap)
                pull *= np.float32(settings.total_variation)
                weigh(pull, self._movable[rows])
                gradient[rows] -= pull
            if settings.pull_back:
                pull = np.float32(settings.pull_back / L2_UNIT) * (picture[rows] - self._base[rows])
                weigh(pull, self._movable[rows])
                gradient[rows] -= pull

    def _follow(self, gradient: Array) -> None:
        """Make the gradient the direction to go, in place: as it is, its running mean, or Adam's."""
        if self._settings.optimiser == "ascent":
            return
        keeps = (MOMENTUM,) if self._settings.optimiser == "momentum" else ADAM
        self._running = self._running or [blank(gradient.shape) for _ in keeps]
        for rows in self._rows():
            part = gradient[rows]
            means = []
            for power, (keep, running) in enumerate(zip(keeps, self._running, strict=True), start=1):
                running[rows] *= np.float32(keep)
                running[rows] += np.float32(1 - keep) * part**power
                means.append(running[rows] / np.float32(1 - keep**self._steps))
            part[...] = means[0] / (np.sqrt(means[1]) + np.float32(1e-6)) if len(means) > 1 else means[0]
        self._normalise(gradient)

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

    def _mean_and_contrast(self, picture: Colours) -> tuple[float, float]:
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


def _total_variation(whole: Array, rows: slice, wrap: bool) -> Array:
    """For ``rows``: the gradient of anisotropic total variation (Rudin, Osher & Fatemi 1992), smoothed around 0.

    Smoothed over more than a step changes: otherwise neighbours overshoot each other and grain comes back.
    """
    places = range(rows.start - 1, rows.stop + 1)
    picture = whole.take(places, 0, mode="wrap" if wrap else "clip")
    picture = np.pad(picture, ((0, 0), (1, 1), (0, 0)), mode="wrap" if wrap else "edge")
    pull = np.zeros_like(picture)
    for axis in (0, 1):
        difference = np.diff(picture, axis=axis)
        difference /= np.abs(difference) + np.float32(16)
        before, after = ((slice(None), slice(1, None)), (slice(None), slice(None, -1)))
        pull[(slice(1, None),) if axis == 0 else before] += difference
        pull[(slice(None, -1),) if axis == 0 else after] -= difference
    return pull[1:-1, 1:-1]
