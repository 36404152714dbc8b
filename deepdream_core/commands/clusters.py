"""``--cluster``: the workers that compute, and how each of them shall, chosen once for all."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..engine import cost
from ..engine.precision import resolved, usable_cores
from ..settings.dream_settings import AUTO, DreamSettings
from ..settings.style_settings import StyleSettings
from ..system import memory
from ..words import plural

if TYPE_CHECKING:
    from ..batch.cluster import Cluster

# One worker for as many cores: more threads for a picture gain little.
_CORES = 2


@dataclass(frozen=True)
class Work:
    """What a cluster is wanted for: ``count`` tasks, each with these settings on ``width`` x ``height`` pixels."""

    settings: DreamSettings | StyleSettings
    count: int
    width: int
    height: int


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="Compute on a Dask cluster: tcp://host:port of its scheduler, or “local” for several workers here",
    )


def joined(address: str, work: Work, ended: ExitStack) -> tuple[Cluster, dict[str, Any]]:
    """The cluster at ``address``, or a new one here for "local", until ``ended``; and the circumstances of all tasks.

    Raises ``DreamError`` if it can't be had.
    """
    from ..batch.cluster import LOCAL, Cluster, started

    circumstances = _alike(work.settings)
    if address == LOCAL:
        count = _count(work)
        each = usable_cores() // count
        workers, threads = plural(count, "worker"), plural(each, "thread")
        print(f"{workers} with {threads} each, as far as cores and memory allow", file=sys.stderr)
        if work.settings.threads == AUTO:
            circumstances["threads"] = each
        local = ended.enter_context(started(count))
        cluster = ended.enter_context(Cluster(local.scheduler_address, local.security))
    else:
        cluster = ended.enter_context(Cluster(address))
    if cluster.dashboard:
        print(f"Dask's dashboard: {cluster.dashboard}", file=sys.stderr)
    return cluster, circumstances


def _alike(settings: DreamSettings | StyleSettings) -> dict[str, Any]:
    """What is this computer's for all of them, or their pictures would differ."""
    from ..networks.alternates import all_of

    if not isinstance(settings, DreamSettings):
        return {}
    found: dict[str, Any] = {"precision": resolved(settings.precision, settings.network, settings.threads)}
    if settings.alternate_networks == AUTO:
        found["alternate_networks"] = ",".join(info.name for info in all_of(settings)[1:])
    return found


def _count(work: Work) -> int:
    """As many as cores and memory hold, and as there are tasks."""
    from ..batch.cluster import WORKER_BYTES

    each = WORKER_BYTES + cost.memory(work.settings, work.width, work.height)
    return max(1, min(usable_cores() // _CORES or 1, memory.available() // each, work.count))
