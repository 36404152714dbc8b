"""``--cluster``: the workers that compute, and how each of them shall, chosen once for all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from ..engine import cost
from ..engine.precision import resolved, usable_cores
from ..settings.dream_settings import AUTO, DreamSettings
from ..system import memory

if TYPE_CHECKING:
    from ..batch.tasks import Computers, PictureTask

# One worker for as many cores: more threads for a picture gain little.
_CORES = 2


def clustered(address: str, tasks: Sequence[PictureTask], ended: ExitStack) -> tuple[Computers, list[PictureTask]]:
    """The cluster at ``address``, or a new one here for "local", until ``ended``; and ``tasks`` as all compute them.

    Raises ``DreamError`` if it can't be had.
    """
    from ..batch.cluster import LOCAL, Cluster, started

    circumstances = _precision(tasks[0])
    if address == LOCAL:
        count = _count(tasks)
        each = max(1, usable_cores() // count)
        print(f"{count} workers with {each} threads each, as far as cores and memory allow", file=sys.stderr)
        if tasks[0].settings.threads == AUTO:
            circumstances["threads"] = each
        address = ended.enter_context(started(count)).scheduler_address
    cluster = ended.enter_context(Cluster(address))
    return cluster, [replace(task, circumstances=circumstances) for task in tasks]


def _precision(task: PictureTask) -> dict[str, int | str]:
    """That of this computer for all of them, or their pictures would differ."""
    settings = task.settings
    if not isinstance(settings, DreamSettings):
        return {}
    return {"precision": resolved(settings.precision, settings.network, settings.threads)}


def _count(tasks: Sequence[PictureTask]) -> int:
    """As many as cores and memory hold, and as there are pictures."""
    from ..batch.cluster import WORKER_BYTES
    from ..files.pictures import load

    first = load(tasks[0].source).pixels
    each = WORKER_BYTES + cost.memory(tasks[0].settings, first.width, first.height)
    return max(1, min(usable_cores() // _CORES or 1, memory.available() // each, len(tasks)))
