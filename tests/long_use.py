"""One real worker for hundreds of mixed jobs: its memory, handles and threads, job by job.

``python -m tests.long_use [JOBS]``; in the tests with ``--long``.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from deepdream_core.catalogue import NETWORKS
from deepdream_core.image.pixels import Pixels, to_wire
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import ZoomSettings
from deepdream_core.system.folders import HOME_VARIABLE
from deepdream_core.version import VERSION
from deepdream_core.weights.store import present
from tests import reliability
from tests.chosen import choose_fp32
from tests.core.real_worker import Client

JOBS = 500
LAST = (wire.Result, wire.ZoomWritten, wire.Failed)
SIDES = (48, 80, 120, 176)
# Of a network without classes only the first two; each network's own layers.
OBJECTIVES = {"efficientnet_lite0": ("b4", "b10", "b6[3]", "class:castle", "b4 - 0.5*b10")}


@dataclass(frozen=True)
class Moment:
    """The worker after a job: bytes that it took at most meanwhile, open handles, threads."""

    peak: int
    handles: int
    threads: int


def run(jobs: int, say: Any = print) -> list[Moment]:
    """Do so many jobs, the same at every run, and look after each. Raises ``AssertionError`` for one that failed."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        try:
            choose_fp32(Path(folder))
            return _run(jobs, Path(folder), say)
        finally:
            del os.environ[HOME_VARIABLE]


def _run(jobs: int, folder: Path, say: Any) -> list[Moment]:
    client, chance, found = Client(), random.Random(18), []
    # The same jobs in each fifth, so that what they take can be compared.
    fifth = max(jobs // 5, 1)
    client.send(wire.Hello(VERSION))
    client.next(wire.Ready, 300)
    began = time.monotonic()
    for number in range(1, jobs + 1):
        if number % fifth == 1 or fifth == 1:
            chance = random.Random(18)
        _forget_peak(client.process.pid)
        client.send(_job(number, chance, folder))
        if chance.random() < 0.15:
            client.next((wire.Progress, *LAST), 300)
            client.send(wire.Cancel(number))
        while True:
            answer: Any = client.next(LAST, 300)[1]
            if answer is None or answer.id == number:
                break
        assert answer is not None and getattr(answer, "code", "cancelled") == "cancelled", answer
        # What was cancelled may still be computing its last step.
        client.send(wire.Ping(number))
        client.next(wire.Pong, 300)
        found.append(_look(client.process.pid))
        if number % 50 == 0:
            say(f"{number} jobs, {time.monotonic() - began:.0f} s: {found[-1]}")
    assert client.end() == 0
    return found


def growth(moments: list[Moment]) -> tuple[float, float, int, int]:
    """How much more memory the last fifth took at most than the second fifth, and in the median (0.02: 2 % more); and
    how many more handles and threads."""
    fifth = len(moments) // 5
    early, late = moments[fifth : 2 * fifth], moments[-fifth:]
    peaks = [[each.peak for each in part] for part in (early, late)]
    return (
        max(peaks[1]) / max(peaks[0]) - 1,
        statistics.median(peaks[1]) / statistics.median(peaks[0]) - 1,
        max(each.handles for each in late) - max(each.handles for each in early),
        max(each.threads for each in late) - max(each.threads for each in early),
    )


def _job(number: int, chance: random.Random, folder: Path) -> wire.Message:
    size = chance.choice(SIDES), chance.choice(SIDES)
    pixels = to_wire(Pixels(np.random.default_rng(number).uniform(0, 255, (*size, 3)).astype(np.float32)), "U8")
    kind = chance.choices(("dream", "style", "zoom"), (8, 1, 1))[0]
    if kind == "style":
        small = to_wire(Pixels(np.random.default_rng(1).uniform(0, 255, (64, 64, 3)).astype(np.float32)), "U8")
        settings = StyleSettings(steps=chance.randint(2, 4), octaves=2, seed=number)
        return wire.Style(number, settings.to_dict(), pixels, pictures={"glass": small})
    network = chance.choice([info.name for info in NETWORKS.values() if present(info)])
    layers = [layer.name for layer in NETWORKS[network].layers]
    objectives = OBJECTIVES.get(network, (layers[len(layers) // 3], layers[len(layers) // 2]))
    settings = DreamSettings(
        network=network,
        objective=chance.choice(objectives),
        steps=chance.randint(1, 4),
        octaves=chance.randint(1, 3),
        seed=number,
        random_rotation=chance.choice((0.0, 10.0)),
    )
    if kind == "zoom":
        zoom = ZoomSettings(frames=2).to_dict()
        return wire.Zoom(number, settings.to_dict(), pixels, zoom=zoom, target=str(folder / f"zoom{number}.gif"))
    return wire.Dream(number, settings.to_dict(), pixels, pack=chance.random() < 0.5, stages=chance.random() < 0.5)


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _look(pid: int) -> Moment:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    handles = len(os.listdir(f"/proc/{pid}/fd"))
    return Moment(int(status["VmHWM"].split()[0]) * 1024, handles, int(status["Threads"]))


def counted(jobs: int) -> dict[str, float]:
    """Do so many jobs and note what came of it."""
    began = time.monotonic()
    found = growth(run(jobs))
    counts = dict(zip(("jobs", "growth", "median", "handles", "threads"), (jobs, *found), strict=True))
    reliability.note("long use", jobs >= JOBS, time.monotonic() - began, counts)
    return counts


if __name__ == "__main__":
    print(counted(int(sys.argv[1]) if len(sys.argv) > 1 else JOBS))
