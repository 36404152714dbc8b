"""(gradients, one after the other) → directions to go: Adam on the bands of a Laplacian pyramid.

Adam makes all coordinates go equally fast. On pixels it can't move a broad wash of colour without breaking it up
into grain; with bands for coordinates (as Kolkin et al. 2019 do) broad and fine forms change together, and each
band may be given its own pace.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..arrays import Change, PerBand
from ..engine.laplacian import adjoint, merge, split
from ..engine.moments import Moments

LEVELS = 5
# Forgetting sooner than usual, since there are tens of steps only: what was long ago overshoots into grain.
_KEEPS = (0.6, 0.99)


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
        self._moments: list[Moments] = []

    def direction(self, gradient: Change) -> Change:
        """Where to go to make the objective smaller; float32 (height, width, 3)."""
        bands = [band.numpy().copy() for band in adjoint(tf.constant(gradient[np.newaxis]), LEVELS)]
        self._moments = self._moments or [Moments(band.shape, _KEEPS) for band in bands]
        for band, moments, pace in zip(bands, self._moments, self._paces, strict=True):
            moments.next_step()
            moments.follow(band)
            band *= pace
        direction: Change = -merge([tf.constant(band) for band in bands]).numpy()[0]
        return direction
