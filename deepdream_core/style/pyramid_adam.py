"""(gradients, one after the other) → directions to go: Adam on the bands of a Laplacian pyramid.

Adam makes all coordinates go equally fast. On pixels it can't move a broad wash of colour without breaking it up
into grain; with bands for coordinates (as Kolkin et al. 2019 do) broad and fine forms change together, and each
band may be given its own pace.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..arrays import Batch, Change, PerBand
from ..engine.laplacian import adjoint, merge, split

LEVELS = 5
# Kingma & Ba 2015, but forgetting sooner, since there are tens of steps only: what was long ago overshoots into grain.
_FIRST, _SECOND = 0.6, 0.99


def spreads(picture: Change) -> PerBand:
    """(bands, 3): how far each channel of a picture (height, width, 3) of mean 0 goes in each band, quadratic mean."""
    bands = split(tf.constant(picture[np.newaxis]), LEVELS)
    squares = [np.square(band.numpy()).mean(axis=(0, 1, 2)) for band in bands]
    quadratic: PerBand = np.sqrt(np.stack(squares))
    return quadratic


class PyramidAdam:
    """Descent on one octave; remembers the moments. ``paces``: how far a step goes, for each band and channel."""

    def __init__(self, paces: PerBand) -> None:
        self._paces = paces
        self._moments: list[tuple[Batch, Batch]] = []
        self._steps = 0

    def direction(self, gradient: Change) -> Change:
        """Where to go to make the objective smaller; float32 (height, width, 3)."""
        bands = [band.numpy() for band in adjoint(tf.constant(gradient[np.newaxis]), LEVELS)]
        if not self._moments:
            self._moments = [(np.zeros_like(band), np.zeros_like(band)) for band in bands]
        self._steps += 1
        moves = [
            self._followed(band, *moments) * pace
            for band, moments, pace in zip(bands, self._moments, self._paces, strict=True)
        ]
        direction: Change = -merge([tf.constant(move) for move in moves]).numpy()[0]
        return direction

    def _followed(self, gradient: Batch, mean: Batch, square: Batch) -> Batch:
        mean += np.float32(1 - _FIRST) * (gradient - mean)
        square += np.float32(1 - _SECOND) * (np.square(gradient) - square)
        first, second = mean / (1 - _FIRST**self._steps), square / (1 - _SECOND**self._steps)
        followed: Batch = (first / (np.sqrt(second) + 1e-20)).astype(np.float32)
        return followed
