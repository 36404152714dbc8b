"""(seed, frame of a zoom) → how much each channel counts: the seed's choice, and how it drifts from frame to frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..arrays import PerChannel
from ..settings.dream_settings import DreamSettings

# After as many frames the weights are others altogether.
DRIFT_FRAMES = 8
# In a zoom the weights end up as many times as far from each other, or new things would hardly be seen.
FILM_SPREAD = 3.0


def channel_weights(settings: DreamSettings, counts: Sequence[int], frame: int = 0) -> list[PerChannel]:
    """For each objective that has channels to weigh, float32 (count,), mean 1; log-normal, ``variation`` wide.

    Between two choices of the seed the weights' logarithms turn (as on a sphere), so that they never get narrower.
    """
    before, share = divmod(frame / DRIFT_FRAMES, 1)
    angle = share * math.pi / 2
    spread = settings.variation / 100 * (1 + (FILM_SPREAD - 1) * min(1.0, frame / DRIFT_FRAMES))
    old, new = (_normals(settings.seed, int(before) + later, counts) for later in (0, 1))
    logs = [math.cos(angle) * one + math.sin(angle) * other for one, other in zip(old, new, strict=True)]
    weights = [np.exp(np.float32(spread) * log.astype(np.float32)) for log in logs]
    return [weight / weight.mean() for weight in weights]


def _normals(seed: int, choice: int, counts: Sequence[int]) -> list[PerChannel]:
    random = np.random.default_rng([seed, choice] if choice else seed)
    return [random.standard_normal(count, np.float32) for count in counts]
