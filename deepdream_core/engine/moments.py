"""Adam's running means of a gradient and of its square (Kingma & Ba 2015), freed of their bias towards 0."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Planes
from ..image.rows import blank

# What keeps a gradient of 0 where it is; far below any that moves a picture.
_EPSILON = 1e-20


class Moments:
    """The moments of one gradient, float32 of ``shape``.

    ``keeps``: which share of the running mean stays at each step, and of the running mean square; without the second
    one it is momentum.
    """

    def __init__(self, shape: tuple[int, ...], keeps: Sequence[float], epsilon: float = _EPSILON) -> None:
        self._keeps, self._epsilon = keeps, np.float32(epsilon)
        self._running = [blank(shape) for _ in keeps]
        self._steps = 0

    def next_step(self) -> None:
        """What follows belongs to another step."""
        self._steps += 1

    def follow(self, gradient: Planes, rows: slice = slice(None)) -> None:
        """Make ``rows`` of the gradient the direction to go, in place: its mean by the root of its mean square."""
        means = []
        for power, (keep, running) in enumerate(zip(self._keeps, self._running, strict=True), start=1):
            running[rows] *= np.float32(keep)
            running[rows] += np.float32(1 - keep) * gradient**power
            means.append(running[rows] / np.float32(1 - keep**self._steps))
        gradient[...] = means[0] if len(means) == 1 else means[0] / (np.sqrt(means[1]) + self._epsilon)
