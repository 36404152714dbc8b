"""A whole dream, and a part of one dreamed again: octaves, steps, tiles, gradient ascent."""

from __future__ import annotations

from ..engine.job import Job
from ..engine.progress import Progress
from .checkpoint import Checkpoint
from .renewal import renew
from .renewal_plan import Renewal
from .run import dream, dream_array
from .spread import dream_spread

__all__ = ["Checkpoint", "Job", "Progress", "Renewal", "dream", "dream_array", "dream_spread", "renew"]
