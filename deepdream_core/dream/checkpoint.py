"""Where a dream stopped, with all that it takes to go further: the same bytes as if it had never stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..arrays import Change
from ..engine.ascent import Whole
from ..engine.progress import hashes
from ..settings.dream_settings import DreamSettings
from .plan import DreamPlan


@dataclass(frozen=True)
class Checkpoint:
    """``detail``: float32 (height, width, 3), what had been added at the computed size. ``wholes``: of each octave's
    steps; ``identity``: of the dream, as ``identity_of`` has it.
    """

    detail: Change
    wholes: Sequence[Sequence[Whole]]
    identity: Mapping[str, Any]

    def fits(self, plan: DreamPlan) -> bool:
        """Whether ``plan`` is of the same dream, and goes further."""
        return len(self.wholes) < len(plan.sizes) and self.identity == identity_of(plan)


def identity_of(plan: DreamPlan) -> Mapping[str, Any]:
    """All that decides the bytes of a dream, but for how often it goes further."""
    assert isinstance(plan.settings, DreamSettings)
    recipe = replace(plan.own_recipe(), settings=plan.settings.replace({"further": 0}))
    region = plan.region.core, plan.region.crop, plan.job.frame
    return {"recipe": recipe.to_dict(), "picture": hashes({"": plan.job.pixels}, None, None), "region": region}
