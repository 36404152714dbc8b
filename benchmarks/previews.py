"""How long a painter waits for the first preview: from the worker's start, of a press at once, of a network on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepdream_core.catalogue import network
from deepdream_core.image.pixels import Pixels, to_wire
from deepdream_core.networks import fetch
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import DEFAULT_PRESET, PRESETS
from deepdream_core.system.folders import HOME_VARIABLE
from deepdream_core.version import VERSION
from tests.independent import INCEPTION_WEIGHTS

from .pictures import clouds

ROOT = Path(__file__).resolve().parents[1]
WORKER = "import sys; sys.path.insert(0, sys.argv[1]); from deepdream_core.worker.main import main; main()"
DEFAULT = PRESETS[DEFAULT_PRESET].settings
ON_DISK = DreamSettings(network="inception_v3", objective="mixed5")
_REPEATS = 3


def first_previews() -> dict[str, float]:
    """Seconds, the best of three workers: from a worker's start to its greeting, until it is ready, and to the first
    preview of whoever asked for the default preset at once (``press``); from a request to the first preview with all
    ready (``cold_preview``), once more (``warm_preview``), and with Inception-v3's weights not yet read (``on_disk``).

    A worker before these found out which precision is fastest.
    """
    with tempfile.TemporaryDirectory(prefix="deepdream-benchmark-") as home:
        environment = {**os.environ, HOME_VARIABLE: home}
        if INCEPTION_WEIGHTS.exists():
            with _home(home):
                fetch.add(network("inception_v3"), INCEPTION_WEIGHTS, trust=True)
        runs = [_waits(environment) for _ in range(1 + _REPEATS)][1:]
    return {name: min(run[name] for run in runs) for name in runs[0]}


def _waits(environment: dict[str, str]) -> dict[str, float]:
    times = {}
    with _worker(environment) as worker:
        start = time.perf_counter()
        wire.write(worker.stdin, wire.Hello(VERSION))
        for name, kind in (("greeting", wire.Welcome), ("ready", wire.Ready)):
            _await(worker, kind)
            times[name] = time.perf_counter() - start
        asked = {"cold_preview": DEFAULT, "warm_preview": DEFAULT}
        if INCEPTION_WEIGHTS.exists():
            asked["on_disk"] = ON_DISK
        for name, settings in asked.items():
            times[name] = _preview(worker, settings)
    with _worker(environment) as worker:
        start = time.perf_counter()
        wire.write(worker.stdin, wire.Hello(VERSION))
        _await(worker, wire.Welcome)
        _preview(worker, DEFAULT)
        times["press"] = time.perf_counter() - start
    return times


@contextmanager
def _home(folder: str) -> Iterator[None]:
    """Have this process keep its files in ``folder`` meanwhile."""
    before = os.environ.get(HOME_VARIABLE)
    os.environ[HOME_VARIABLE] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ[HOME_VARIABLE]
        else:
            os.environ[HOME_VARIABLE] = before


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command, pipe = [sys.executable, "-I", "-c", WORKER, str(ROOT)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment) as worker:
        yield worker
        worker.stdin.close()


def _preview(worker: subprocess.Popen[bytes], settings: DreamSettings) -> float:
    """Have a photo dreamed; the seconds until its first preview. The rest is cancelled."""
    picture = to_wire(Pixels(clouds(1024, 575)), "U8")
    start = time.perf_counter()
    wire.write(worker.stdin, wire.Dream(1, settings.to_dict(), picture))
    while not _await(worker, wire.Progress).preview:
        pass
    took = time.perf_counter() - start
    wire.write(worker.stdin, wire.Cancel(1))
    _await(worker, wire.Failed)
    return took


def _await(worker: subprocess.Popen[bytes], kind: type[wire.Message]) -> wire.Message:
    while not isinstance(message := wire.read(worker.stdout), kind):
        assert message is not None and not isinstance(message, wire.Failed), message
    return message
