"""The benchmarks' scoreboard: aims met or not, and what became slower since the last run on the same machine."""

from __future__ import annotations

import json

from benchmarks import scoreboard
from benchmarks.runner import Measured
from benchmarks.task import Task

SCALING = {
    "by_selection": {"1": 0.3, "10": 1.2, "100": 10.0},
    "by_canvas": {"512": 0.9, "8192": 1.0},
    "small": {"Animals": 0.6, "Animals (0.1)": 0.6},
    "first_preview": {"cold_preview": 0.5, "press": 2.0},
    "transfer": {"wire": 90.0, "bare": 100.0},
}
HERE = {"date": "2026-11-26", "processor": "this", "cores": 2}


def measured(contender: str, mode: str, seconds: float, isa: str = "") -> Measured:
    task = Task(contender, mode, "efficientnet_lite0", ("b10",), 1024, 575, isa=isa)
    return Measured(task, seconds, seconds, 0.0, {})


RUN = [
    measured("reference", "fp32", 10.0),
    measured("ours", "fp32", 6.0),
    measured("ours", "bf16", 5.0),
    measured("reference", "fp32", 12.0, "AVX2"),
    measured("ours", "fp32", 6.0, "AVX2"),
]


def test_each_aim_is_met_or_not_by_our_best_precision():
    found = {one.name: (round(one.value, 2), one.is_met) for one in scoreboard.scores(RUN, [], SCALING)}
    assert found["efficientnet_lite0 x reference fp32 by CPU time"] == (2.0, False)
    assert found["efficientnet_lite0 AVX2 x reference fp32 by CPU time"] == (2.0, True)
    assert found["10 % selected: share of the whole's time"] == (0.12, True)
    assert found["256 x 256 px warm by Animals, s"] == (0.6, True)
    assert found["256 x 256 px warm by Animals (0.1), s"] == (0.6, False)
    assert found["first preview of a press at the worker's start, s"] == (2.0, True)
    assert found["first preview of a traced preset, s"] == (0.5, False)
    assert not any("torch" in name or "inception" in name for name in found)


def test_what_became_slower_on_the_same_machine_is_said(tmp_path):
    path = tmp_path / "cache" / "scoreboard.json"
    first = scoreboard.written(scoreboard.scores(RUN, [], SCALING), HERE, path)
    assert "Slower" not in first and "| yes |" in first and "| no |" in first
    other = scoreboard.written(
        scoreboard.scores(RUN, [], {**SCALING, "transfer": {"wire": 10.0, "bare": 100.0}}), {**HERE, "cores": 8}, path
    )
    assert "Slower" not in other
    worse = {**SCALING, "first_preview": {"cold_preview": 0.8, "press": 2.0}, "transfer": {"wire": 88.0, "bare": 100.0}}
    again = scoreboard.written(scoreboard.scores(RUN, [], worse), {**HERE, "date": "2026-11-27"}, path)
    assert again.count("Slower than on 2026-11-26") == 1
    assert "first preview of a traced preset, s (0.50, now 0.80)" in again
    assert [run["machine"]["cores"] for run in json.loads(path.read_text())] == [2, 8, 2]
