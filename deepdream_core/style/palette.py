"""(pictures, shares) → the colours they have: a picture can be moved into them and be held within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Axes, Colour, Colours64, Matrix64, Rgb

_SAMPLES = 40_000
# Share of the colours, percent, at each end of an axis that is taken for outliers; 0..255 units beyond are admitted.
_OUTLIERS, _TOLERANCE = 0.5, 2.0
# Variance that any picture has: below it a direction of colour counts as none. In (0..255)².
_LEAST_VARIANCE = 4.0


@dataclass(frozen=True)
class Palette:
    """Colours of one or several pictures, 0..255, along the axes in which they vary independently.

    ``mean``: (3,); ``axes``: (3, 3), one axis a column; ``spread``: standard deviation along each axis;
    ``low``, ``high``: how far the colours go along each axis, from the mean.
    """

    mean: Colour
    axes: Axes
    spread: Colour
    low: Colour
    high: Colour

    def moved(self, picture: Rgb) -> Rgb:
        """The picture (height, width, 3) in these colours: mean and covariance of theirs.

        The linear map that moves colours least (Monge-Kantorovich; Pitié & Kokaram 2007).
        """
        colours = picture.reshape(-1, 3).astype(np.float64)
        own = _root(_covariance(colours))
        inverse = np.linalg.inv(own)
        wanted = (self.axes * np.square(self.spread)) @ self.axes.T
        change = inverse @ _root(own @ wanted @ own) @ inverse
        moved: Rgb = ((picture - colours.mean(axis=0)) @ change + self.mean).astype(np.float32)
        return self.held(moved)

    def held(self, picture: Rgb) -> Rgb:
        """The picture with each colour held, axis by axis, within the palette's."""
        along = np.clip((picture - self.mean) @ self.axes, self.low, self.high)
        held: Rgb = np.clip(self.mean + along @ self.axes.T, 0, 255)
        return held


def palette(pictures: Sequence[Rgb], shares: Sequence[float]) -> Palette:
    """The colours of ``pictures``, float32 (height, width, 3), 0..255, each as common as its weight says."""
    total = sum(shares)
    parts = [
        _sample(picture, max(1, round(_SAMPLES * share / total)))
        for picture, share in zip(pictures, shares, strict=True)
        if share > 0
    ]
    colours = np.concatenate(parts)
    mean = colours.mean(axis=0)
    variances, axes = np.linalg.eigh(_covariance(colours))
    low, high = np.percentile((colours - mean) @ axes, [_OUTLIERS, 100 - _OUTLIERS], axis=0)
    numbers = mean, axes, np.sqrt(variances), low - _TOLERANCE, high + _TOLERANCE
    return Palette(*(number.astype(np.float32) for number in numbers))


def _sample(picture: Rgb, count: int) -> Colours64:
    """``count`` colours, evenly spread over the pixels in their order."""
    colours = picture.reshape(-1, 3)
    sample: Colours64 = colours[np.linspace(0, len(colours) - 1, count).astype(int)].astype(np.float64)
    return sample


def _covariance(colours: Colours64) -> Matrix64:
    centred = colours - colours.mean(axis=0)
    covariance: Matrix64 = centred.T @ centred / len(colours) + np.eye(3) * _LEAST_VARIANCE
    return covariance


def _root(matrix: Matrix64) -> Matrix64:
    """The square root of a symmetric matrix."""
    values, axes = np.linalg.eigh(matrix)
    root: Matrix64 = (axes * np.sqrt(np.maximum(values, 0))) @ axes.T
    return root
