"""One contender in a process of its own: a task on the command line, its outcome as the last line of JSON."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np

from .pictures import clouds
from .task import Task

MODULES = {"ours": "contender_ours", "reference": "reference", "torch": "contender_torch"}


def peak_mib() -> float:
    """The largest resident memory of this process so far (Linux), in MiB."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(found[1]) / 1024 if found else float("nan")


def main() -> None:
    """Prepare, dream once unmeasured at one step per octave, then ``rounds`` times measured."""
    task = Task.from_dict(json.loads(sys.argv[1]))
    report = os.fdopen(os.dup(1), "w")
    with contextlib.redirect_stdout(sys.stderr):
        outcome = measure(task, Path(sys.argv[2]))
    report.write(json.dumps(outcome) + "\n")
    report.close()


def measure(task: Task, save_to: Path) -> dict[str, object]:
    """Times in seconds, memory in MiB; the last dream is saved as a .npy file."""
    rgb = clouds(task.width, task.height)
    started = time.perf_counter()
    contender = import_module(f".{MODULES[task.contender]}", __package__).prepare(task)
    ready = time.perf_counter()
    before = peak_mib()
    contender(rgb, replace(task, steps=1))
    traced = time.perf_counter()
    seconds = []
    for _ in range(task.rounds):
        start = time.perf_counter()
        dreamed = contender(rgb, task)
        seconds.append(time.perf_counter() - start)
    np.save(save_to, np.asarray(dreamed, np.float32))
    return {
        "task": task.to_dict(), "seconds": seconds, "prepare_seconds": ready - started,
        "first_steps_seconds": traced - ready, "runtime_mib": before, "peak_mib": peak_mib(),
    }


if __name__ == "__main__":
    main()
