"""One contender in a process of its own: tasks on the command line, outcomes as the last line of output.

All tasks of a process share contender, mode, network and layers; they run in the order given, so with sizes
rising the memory's high-water mark after each is its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Callable
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
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else float("nan")


def main() -> None:
    """Arguments: JSON list of tasks; folder in which the dreams are saved as 0.npy, 1.npy…"""
    tasks = [Task.from_dict(values) for values in json.loads(sys.argv[1])]
    report = os.fdopen(os.dup(1), "w")
    with contextlib.redirect_stdout(sys.stderr):
        started = time.perf_counter()
        contender = import_module(f".{MODULES[tasks[0].contender]}", __package__).prepare(tasks[0])
        common = {"prepare_seconds": time.perf_counter() - started, "runtime_mib": peak_mib()}
        paths = [Path(sys.argv[2]) / f"{index}.npy" for index in range(len(tasks))]
        outcomes = [{**common, **measure(contender, task, path)} for task, path in zip(tasks, paths, strict=True)]
    report.write(json.dumps(outcomes) + "\n")
    report.close()


def measure(contender: Callable[[np.ndarray, Task], np.ndarray], task: Task, path: Path) -> dict[str, object]:
    """Dream once unmeasured with a single step per octave, then ``rounds`` times; seconds and MiB."""
    rgb = clouds(task.width, task.height)
    contender(rgb, replace(task, steps=1))
    seconds, cpu_seconds = [], []
    for _ in range(task.rounds):
        start, start_cpu = time.perf_counter(), time.process_time()
        dreamed = contender(rgb, task)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - start_cpu)
    np.save(path, np.asarray(dreamed, np.float32))
    times = {"seconds": seconds, "cpu_seconds": cpu_seconds}
    return {"task": task.to_dict(), **times, "peak_mib": peak_mib(), "file": str(path)}


if __name__ == "__main__":
    main()
