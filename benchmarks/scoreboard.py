"""(what was measured) → each aim of docs/performance.md, met or not, and what became slower since the last run here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .report import table
from .runner import Measured

KEPT = Path(__file__).resolve().parents[1] / ".cache" / "scoreboard.json"
# How much worse counts as slower: less is the noise of a quiet machine.
NOISE = 1.1
# By (network, limit of the CPU's instructions): how many times as fast as each contender we want to be, in CPU time.
SPEED_AIMS = {
    ("efficientnet_lite0", ""): {
        "reference fp32": 2.5,
        "torch fp32": 2.0,
        "torch channels_last": 1.0,
        "torch bf16": 1.0,
    },
    ("efficientnet_lite0", "AVX2"): {"reference fp32": 1.5},
    ("inception_v3", ""): {"reference fp32": 3.0, "torch fp32": 3.0, "torch channels_last": 1.0, "torch bf16": 1.0},
    ("inception_v3", "AVX2"): {"reference fp32": 1.0},
}
# By (network, precision): the share of the reference's time in which we want to reach its gain.
GAIN_AIMS = {
    ("efficientnet_lite0", "fp32"): 1 / 3,
    ("efficientnet_lite0", "bf16"): 1 / 3,
    ("inception_v3", "fp32"): 1 / 3,
    ("inception_v3", "bf16"): 1 / 4,
}


@dataclass(frozen=True)
class Score:
    """One aim: its ``value`` should be at least ``aim``, or with ``at_most`` no more."""

    name: str
    value: float
    aim: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the value is where it should be."""
        return self.value <= self.aim if self.at_most else self.value >= self.aim

    def is_slower_than(self, before: float) -> bool:
        """Whether it became worse by more than the noise."""
        return self.value > before * NOISE if self.at_most else self.value * NOISE < before


def scores(measured: list[Measured], gains: list[dict[str, Any]], scaling: dict[str, Any]) -> list[Score]:
    """All aims that these numbers speak about."""
    return [*_speeds(measured), *_gains(gains), *_scaling(scaling)]


def _speeds(measured: list[Measured]) -> Iterator[Score]:
    """At 1024 px where that was measured, otherwise at what was; ours in its best precision."""
    for (network, isa), aims in SPEED_AIMS.items():
        own = [one for one in measured if (one.task.network, one.task.isa) == (network, isa)]
        own = [one for one in own if one.task.width == 1024] or own
        seconds = {f"{one.task.contender} {one.task.mode}": one.cpu_seconds for one in own}
        best = min((took for name, took in seconds.items() if name.startswith("ours")), default=None)
        for name, aim in aims.items():
            if best is not None and name in seconds:
                label = " ".join(filter(None, [network, isa, "x", name, "by CPU time"]))
                yield Score(label, seconds[name] / best, aim)


def _gains(gains: list[dict[str, Any]]) -> Iterator[Score]:
    for (network, mode), aim in GAIN_AIMS.items():
        shares = [one["share"] or float("inf") for one in gains if (one["network"], one["mode"]) == (network, mode)]
        if shares:
            middle = sorted(shares)[len(shares) // 2]
            yield Score(f"{network} {mode}: share of the reference's time to its gain", middle, aim, at_most=True)


def _scaling(found: dict[str, Any]) -> Iterator[Score]:
    area, previews, wire = found["by_selection"], found["first_preview"], found["transfer"]
    yield Score("10 % selected: share of the whole's time", area["10"] / area["100"], 0.13, at_most=True)
    yield Score("256 x 256 px of the largest canvas, s", list(found["by_canvas"].values())[-1], 3.0, at_most=True)
    for preset, aim in (("Animals", 0.7), ("Animals (0.1)", 0.5)):
        yield Score(f"256 x 256 px warm by {preset}, s", found["small"][preset], aim, at_most=True)
    yield Score("first preview of a traced preset, s", previews["cold_preview"], 0.3, at_most=True)
    yield Score("first preview of a press at the worker's start, s", previews["press"], 2.5, at_most=True)
    if "on_disk" in previews:
        yield Score("first preview of Inception-v3 on disk, s", previews["on_disk"], 1.5, at_most=True)
    yield Score("the wire beside a bare echo", wire["wire"] / wire["bare"], 0.8)


def written(found: list[Score], machine: dict[str, Any], path: Path = KEPT) -> str:
    """The scoreboard as Markdown, with what became slower on this machine; it is kept in ``path`` for the next run."""
    runs = _runs(path)
    alike = [run for run in runs if all(run["machine"].get(key) == machine[key] for key in ("processor", "cores"))]
    before = alike[-1] if alike else {"machine": {"date": "never"}, "scores": []}
    values = {score["name"]: score["value"] for score in before["scores"]}
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        json.dumps([*runs, {"machine": machine, "scores": [asdict(one) for one in found]}], indent=1) + "\n"
    )
    slower = [
        f"Slower than on {before['machine']['date']}: {one.name} ({values[one.name]:.2f}, now {one.value:.2f})"
        for one in found
        if one.name in values and one.is_slower_than(values[one.name])
    ]
    return "\n".join([table(("aim", "goal", "measured", "met"), map(_row, found)), "", *slower])


def _row(score: Score) -> tuple[str, ...]:
    goal = f"{'≤' if score.at_most else '≥'} {score.aim:.2f}"
    return score.name, goal, f"{score.value:.2f}", "yes" if score.is_met else "no"


def _runs(path: Path) -> list[dict[str, Any]]:
    """Earlier runs, the oldest first."""
    return list(json.loads(path.read_text())) if path.exists() else []
