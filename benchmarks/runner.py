"""(plan) → outcomes: every contender in a process of its own, one after the other, judged by another.

A machine is never quite quiet: each contender comes up several times in turns and its median counts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.independent import INCEPTION_WEIGHTS

from .task import NETWORKS, Task

SIZES = ((512, 512, 5), (1024, 575, 5), (2048, 1150, 1))  # width, height, steps
QUICK_SIZES = ((512, 512, 3),)
# CPUs that this one can pretend to be, at the middle size; they have no bf16.
ISAS, ISA_SIZES, ISA_MODES = ("AVX2", "SSE41"), ((1024, 575, 5),), ("fp32", "channels_last")
GAIN_SEEDS = (0, 1, 2)
# Steps, step size, strengths of the gradient's bands from fine to coarse. With stronger fine ones a step of the same
# gain changes the picture less, and there is still half as much of high frequencies as in the reference.
GAIN_SCHEDULES = (
    (4, 1.5, "1"),
    (4, 2.0, "1"),
    (5, 1.5, "1"),
    (6, 1.5, "1"),
    (4, 2.25, "3,1.5,1"),
    (5, 1.9, "3,1.5,1"),
)


@dataclass(frozen=True)
class Measured:
    """A task's medians over all repeats; memory in MiB, without that of the runtime and the weights.

    ``cpu_seconds`` over all cores tell more than ``seconds`` where other programs run too.
    """

    task: Task
    seconds: float
    cpu_seconds: float
    memory: float
    judged: dict[str, Any]

    @property
    def rate(self) -> float:
        """Megapixel-steps per second."""
        return self.task.megapixel_steps / self.seconds

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            **self.task.to_dict(),
            **self.judged,
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "megapixel_steps_per_second": self.rate,
            "memory_mib": self.memory,
        }


def contenders(network: str) -> list[tuple[str, str]]:
    """(contender, mode) of everybody who can run here; the reference first."""
    from .contender_ours import MODES

    found = [("reference", "fp32"), *(("ours", mode) for mode in MODES)]
    if find_spec("torch"):
        found += [("torch", mode) for mode in ("fp32", "channels_last", "bf16")]
    return found if network != "inception_v3" or INCEPTION_WEIGHTS.exists() else []


def race(network: str, quick: bool, repeats: int, folder: Path) -> list[Measured]:
    """Speed, memory and quality of every contender at every size; each comes up ``repeats`` times."""
    sizes = QUICK_SIZES if quick else SIZES
    everybody = contenders(network)
    limited = [] if quick else [(one, isa) for isa in ISAS for one in everybody if one[1] in ISA_MODES]
    teams = [
        [
            Task(contender, mode, network, NETWORKS[network], width, height, steps=steps, isa=isa)
            for width, height, steps in (ISA_SIZES if isa else sizes)
        ]
        for (contender, mode), isa in [*((one, "") for one in everybody), *limited]
    ]
    rounds = [[run(team, folder / f"{index}") for index, team in enumerate(teams)] for _ in range(repeats)]
    return [measured for team in zip(*rounds, strict=True) for measured in _judged(list(team))]


def scaling(quick: bool) -> dict[str, Any]:
    """What ``benchmarks.scaling`` found."""
    found: dict[str, Any] = _last_line([sys.executable, "-m", "benchmarks.scaling", "quick" if quick else ""], "")
    return found


def race_to_gain(network: str, folder: Path) -> Iterator[dict[str, Any]]:
    """For each seed: seconds of the reference, and of our shortest dream that is as strong and no noisier."""
    from .contender_ours import MODES

    task = Task("reference", "fp32", network, NETWORKS[network], 1024, 575)
    wanted = _judged([run([replace(task, seed=seed) for seed in GAIN_SEEDS], folder / "reference")])
    for mode in MODES:
        ours = replace(task, contender="ours", mode=mode, as_shipped=True)
        tasks = [
            replace(ours, seed=seed, steps=steps, step_size=step_size, strengths=strengths)
            for seed in GAIN_SEEDS
            for steps, step_size, strengths in GAIN_SCHEDULES
        ]
        found = _judged([run(tasks, folder / mode)])
        for goal in wanted:
            same_seed = [one for one in found if one.task.seed == goal.task.seed]
            yield {"network": network, "mode": mode, "seed": goal.task.seed, **_first_as_good(goal, same_seed)}


def run(tasks: list[Task], folder: Path) -> list[dict[str, Any]]:
    """The outcomes of one process; its complaints are shown if it fails."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([task.to_dict() for task in tasks])
    limit = {"ONEDNN_MAX_CPU_ISA": tasks[0].isa} if tasks[0].isa else {}
    return _last_line([sys.executable, "-m", "benchmarks.child", text, str(folder)], "", limit)


def _last_line(command: list[str], stdin: str, limit: Mapping[str, str] = MappingProxyType({})) -> Any:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, env={**os.environ, **limit})
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _judged(repeats: list[list[dict[str, Any]]]) -> list[Measured]:
    """One ``Measured`` per task: times over all repeats, quality of the last."""
    asked = [
        {"path": outcome["file"], **{key: outcome["task"][key] for key in ("width", "height", "layers")}}
        for outcome in repeats[-1]
    ]
    verdicts = _last_line([sys.executable, "-m", "benchmarks.judge"], json.dumps(asked) + "\n")
    return [
        Measured(
            Task.from_dict(outcomes[0]["task"]),
            *(
                statistics.median(second for outcome in outcomes for second in outcome[key])
                for key in ("seconds", "cpu_seconds")
            ),
            statistics.median(outcome["peak_mib"] - outcome["runtime_mib"] for outcome in outcomes),
            verdict,
        )
        for outcomes, verdict in zip(zip(*repeats, strict=True), verdicts, strict=True)
    ]


def _first_as_good(goal: Measured, tried: list[Measured]) -> dict[str, Any]:
    good = [one for one in tried if _as_good(one.judged, goal.judged)]
    best = min(good, key=lambda one: one.seconds) if good else None
    return {
        "reference_seconds": goal.seconds,
        "seconds": best.seconds if best else None,
        "schedule": _schedule(best.task) if best else None,
        "share": best.seconds / goal.seconds if best else None,
    }


def _schedule(task: Task) -> str:
    bands = "" if task.strengths == "1" else f", bands {task.strengths}"
    return f"{task.steps} x {task.step_size}{bands}"


def _as_good(found: dict[str, Any], goal: dict[str, Any]) -> bool:
    gains = all(found["gains"][layer] >= gain for layer, gain in goal["gains"].items())
    clean = found["psnr"] >= goal["psnr"] and found["high_frequency_ratio"] <= goal["high_frequency_ratio"]
    return gains and clean
