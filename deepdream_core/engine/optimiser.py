"""(picture, gradient) → the picture one step further, in place: regularised, normalised, held in its tones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..arrays import AnyRgb, Change, Rgb
from ..image.colour import luminance
from ..image.headroom import HIGHEST, LOWEST
from ..image.rows import is_everywhere, mean_absolute, weigh
from ..settings.dream_settings import DreamSettings
from .moments import Moments
from .tones import FREE_CONTRAST_LIMIT, Ground, Held, Holder

# Which share of each moment stays. The second one forgets faster than usual: a dream has tens of steps, not thousands.
MOMENTS = {"ascent": (), "momentum": (0.7,), "adam": (0.9, 0.97)}
# Beside gradients of 1 on average: it only keeps Adam from dividing by 0.
EPSILON = 1e-6
# A difference of as many 0..255 units from the original pulls back with full weight.
L2_UNIT = 32.0


@dataclass(frozen=True)
class Moved:
    """What one step took from the whole picture: mean |gradient|, mean |direction|, and how tones were held."""

    mean: float = 0.0
    direction: float = 1.0
    held: Held = Held()


class Optimiser:
    """Gradient ascent on one octave's ``ground``."""

    def __init__(self, ground: Ground, settings: DreamSettings) -> None:
        self._ground, self._movable, self._settings = ground, ground.movable, settings
        movable = ground.movable
        self._count = max(float(movable.size if is_everywhere(movable) else movable.sum(dtype=np.float64)), 1.0)
        keeps = MOMENTS[settings.optimiser]
        self._moments = Moments((*movable.shape, 3), keeps, EPSILON) if keeps else None
        self._ends = (0, 255) if ground.room is None else (LOWEST, HIGHEST)
        held = settings.hold_contrast or settings.hold_saturation or settings.headroom
        self._holder = Holder(ground, settings) if held else None
        self._holds_as_before = settings.hold_brightness and not held

    def move(self, picture: Rgb, gradient: Change, recorded: Moved | None = None) -> Moved:
        """One step of ``step_size`` on average over the movable pixels (mean-absolute normalisation).

        ``gradient`` is used up. Pixels that may not move keep their bits. ``recorded``: what the same step took from
        the larger picture that this one is a part of; it is taken again.
        """
        weigh(gradient, self._movable)
        mean = self._normalise(gradient, None if recorded is None else recorded.mean)
        if not mean:
            return Moved()
        self._regularise(picture, gradient)
        direction = self._follow(gradient, None if recorded is None else recorded.direction)
        for rows in self._ground.rows():
            part = gradient[rows]
            part *= np.float32(self._settings.step_size)
            picture[rows] += part
        held = self._hold(picture, None if recorded is None else recorded.held)
        for rows in self._ground.rows():
            np.clip(picture[rows], *self._ends, out=picture[rows])
        return Moved(mean, direction, held)

    def _normalise(self, gradient: Change, recorded: float | None) -> float:
        mean = mean_absolute(gradient, 3 * self._count) if recorded is None else recorded
        if mean > 0:
            gradient *= np.float32(1 / mean)
        return mean

    def _regularise(self, picture: Rgb, gradient: Change) -> None:
        settings = self._settings
        for rows in self._ground.rows():
            if settings.total_variation:
                penalty = _total_variation(picture, rows, settings.seamless)
                penalty *= np.float32(settings.total_variation)
                weigh(penalty, self._movable[rows])
                gradient[rows] -= penalty
            if settings.l2_penalty:
                penalty = np.float32(settings.l2_penalty / L2_UNIT) * (picture[rows] - self._ground.start(rows))
                weigh(penalty, self._movable[rows])
                gradient[rows] -= penalty

    def _follow(self, gradient: Change, recorded: float | None) -> float:
        """Make the gradient the direction to go, in place: as it is, its running mean, or Adam's; how long it was."""
        if self._moments is None:
            return 1.0
        self._moments.next_step()
        for rows in self._ground.rows():
            self._moments.follow(gradient[rows], rows)
        return self._normalise(gradient, recorded)

    def _hold(self, picture: Rgb, recorded: Held | None) -> Held:
        if self._holder:
            return self._holder.hold(picture, recorded)
        return self._hold_as_before(picture, recorded) if self._holds_as_before else Held()

    def _hold_as_before(self, picture: Rgb, recorded: Held | None) -> Held:
        """As version 0.1.0 did: shift and shrink all luminance, so that its contrast stays below a limit."""
        if recorded:
            mean, first_mean, shrink = 0.0, recorded.shift, recorded.light
        else:
            first_mean, first_contrast = self._first_tones
            mean, contrast = self._mean_and_contrast(picture)
            limit = first_contrast * FREE_CONTRAST_LIMIT[0] + FREE_CONTRAST_LIMIT[1]
            shrink = min(1.0, limit / max(contrast, 1e-6))
        for rows in self._ground.rows():
            change = (luminance(picture[rows]) - np.float32(mean)) * np.float32(shrink - 1)
            change += np.float32(first_mean - mean)
            change *= self._movable[rows]
            picture[rows] += change[..., np.newaxis]
        return Held(first_mean - mean * shrink, shrink)

    @cached_property
    def _first_tones(self) -> tuple[float, float]:
        return self._mean_and_contrast(self._ground.base)

    def _mean_and_contrast(self, picture: AnyRgb) -> tuple[float, float]:
        """Mean and standard deviation of luminance over the movable pixels."""
        total = square = 0.0
        for rows in self._ground.rows():
            light, mask = luminance(picture[rows]), self._movable[rows]
            counted = light if is_everywhere(mask) else light * mask
            total += float(counted.sum(dtype=np.float64))
            square += float((light * counted).sum(dtype=np.float64))
        mean = total / self._count
        return mean, max(square / self._count - mean**2, 0.0) ** 0.5


def _total_variation(whole: Rgb, rows: slice, wrap: bool) -> Change:
    """For ``rows``: the gradient of total variation, smoothed around 0: each axis for itself.

    After Rudin, Osher & Fatemi 1992. Smoothed over more than a step changes: otherwise neighbours overshoot each other
    and grain comes back.
    """
    indices = range(rows.start - 1, rows.stop + 1)
    picture = whole.take(indices, 0, mode="wrap" if wrap else "clip")
    picture = np.pad(picture, ((0, 0), (1, 1), (0, 0)), mode="wrap" if wrap else "edge")
    penalty = np.zeros_like(picture)
    for axis in (0, 1):
        difference = np.diff(picture, axis=axis)
        difference /= np.abs(difference) + np.float32(16)
        before, after = ((slice(None), slice(1, None)), (slice(None), slice(None, -1)))
        penalty[(slice(1, None),) if axis == 0 else before] += difference
        penalty[(slice(None, -1),) if axis == 0 else after] -= difference
    return penalty[1:-1, 1:-1]
