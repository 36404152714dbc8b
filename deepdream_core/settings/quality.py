"""Four qualities: how large a dream is computed and in how many steps, chosen together.

In many steps that are pulled back to the original all the while, a dream grows further and changes the picture less:
for Animals a quarter more of what the layer sees, at 3 dB less change, in twice the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .dream_settings import SPECS, DreamSettings
from .working_size import AUTO, DRAFT, FINE, FULL, working_scale


@dataclass(frozen=True)
class Quality:
    """``working_size`` and ``l2_penalty``: as in the settings; ``steps``: how many times as many as at *Good*."""

    working_size: str
    steps: float = 1.0
    l2_penalty: float = 0.0


L2_PENALTY = 0.8
QUALITIES: dict[str, Quality] = {
    quality.working_size: quality
    for quality in (Quality(DRAFT), Quality(AUTO), Quality(FINE, 2.0, L2_PENALTY), Quality(FULL, 2.0, L2_PENALTY))
}


def at(settings: DreamSettings, working_size: int | str) -> dict[str, Any]:
    """What changes in ``settings`` with another ``working_size``: a key of ``QUALITIES``, or pixels, which are *Good*.

    Steps are counted from those that ``settings`` have; what is pulled back otherwise than by a quality stays so.
    """
    old, new = (_of(size) for size in (settings.working_size, working_size))
    changed: dict[str, Any] = {"working_size": working_size}
    was_pulled = settings.l2_penalty == old.l2_penalty
    if was_pulled:
        changed["l2_penalty"] = new.l2_penalty
    before = old.steps if was_pulled else 1.0
    after = new.steps if was_pulled else 1.0
    steps = SPECS["steps"]
    changed["steps"] = int(min(max(round(settings.steps * after / before), steps.low), steps.high))
    return changed


def effort(settings: DreamSettings, width: int, height: int) -> float:
    """Pixels times steps for a region of that size: what its seconds are in proportion to, whatever the quality."""
    return width * height * working_scale(width, height, settings) ** 2 * settings.steps


def _of(working_size: int | str) -> Quality:
    return QUALITIES.get(str(working_size), QUALITIES[AUTO])
