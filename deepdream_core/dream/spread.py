"""(job, engine, where strips are dreamed) → progress and the dream, whose large octaves several computers share.

Small octaves are dreamed here, in one piece, as always.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..engine.engine import Engine
from ..engine.job import Job
from ..engine.progress import Progress
from ..errors import DreamError
from ..image.pixels import fitted, over
from ..image.rows import is_everywhere
from ..settings.dream_settings import SPECS
from .plan import DreamPlan, planned
from .run import Dreaming
from .strips import Climb, NetworkSteps, Strip, climb_apart, is_shared


def dream_spread(job: Job, engine: Engine, climb: Climb) -> Iterator[Progress]:
    """Dream ``job``; progress as of ``dream``, after every strip.

    Raises ``DreamError`` as ``dream`` and, for what has to be seen as a whole, ``cluster.whole``.
    """
    for name, unfit in (("seamless", job.settings.seamless), ("angle", job.settings.angle)):
        if unfit:
            raise DreamError("cluster.whole", label=SPECS[name].label)
    plan = planned(job, engine)
    if plan.directions[0].gradient.maps:
        raise DreamError("cluster.whole", label="An objective with masks or places")
    yield from _Spread(plan, climb).progress()


class _Spread(Dreaming):
    """A dream at work, here and elsewhere."""

    def __init__(self, plan: DreamPlan, climb: Climb) -> None:
        super().__init__(plan)
        self._climb = climb

    def _octave(self, index: int) -> Iterator[Progress]:
        if not is_shared(*self._plan.sizes[index]):
            yield from super()._octave(index)
            return
        yield self._at(index, 0)
        for share, climbed in climb_apart(self._whole(index), self._climb):
            self._pace.reach(index, self._steps * share)
            yield self._at(index, min(int(self._steps * share), self._steps - 1))
            if climbed is not None:
                self._wholes.append(list(climbed.wholes))
                self._detail = climbed.detail

    def _whole(self, index: int) -> Strip:
        """The octave as it begins."""
        plan, (height, width) = self._plan, self._plan.sizes[index]
        movable = plan.movable(height, width)
        steps = [
            NetworkSteps(network.info.name, terms, direction.emphasis)
            for (network, terms), direction in zip(plan.alternating, plan.directions, strict=True)
        ]
        return Strip(
            settings=self._how_far(index),
            steps=steps,
            guides={name: fitted(over(picture)) for name, picture in plan.job.pictures.items()},
            octave=index,
            tile=plan.tile,
            base=plan.resized(plan.base, height, width),
            movable=None if is_everywhere(movable) else movable,
            room=plan.room,
            scale=height / plan.seen.shape[0],
            detail=self._enlarged(index),
        )
