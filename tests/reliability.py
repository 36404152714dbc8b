"""(what the suites counted) → the figures of ``docs/reliability.md``: ``python -m tests.reliability`` writes them.

Each suite that breaks things notes its counts when it ends, in ``.cache/reliability.json``: those of its last run with
``--long``, or of its last run while there was none. From there they go into ``docs/reliability.json``, which is kept
with the page, so that each figure there has its run: command, day, duration and machine.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTED = ROOT / ".cache" / "reliability.json"
RECORD = ROOT / "docs" / "reliability.json"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: python -m tests.reliability -->", "<!-- end of figures -->"
# Suite → the command that runs it, without ``--long``; and its lines: what is counted, and how it is written. A suite
# that chooses by a seed is noted once for each.
SUITES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "faults": (
        "pytest tests/faults/test_core.py tests/faults/test_plugin.py",
        (
            ("File operations at which a job was broken", "{operations:,}"),
            ("… made to fail there", "{failures:,} times"),
            ("… the process killed there", "{kills:,} times"),
            ("Old or new file not whole, or a stranger's touched", "{damaged}"),
        ),
    ),
    "processes": (
        "pytest tests/faults/test_processes.py",
        (
            ("Workers killed, crashed, out of memory, frozen, slowed or talking garbage", "{tried:,}"),
            ("… after which the document was as before or had the whole result", "{survived:,}"),
            ("Documents damaged", "{damaged}"),
            ("Processes left behind", "{orphans}"),
        ),
    ),
    "fuzz": (
        "pytest tests/fuzz",
        (
            ("Spoilt inputs, for {targets} readers", "{inputs:,}"),
            ("… that brought out anything but a sentence, took over a second or too much memory", "{failed}"),
        ),
    ),
    "long use": (
        "tests.long_use {jobs}",
        (
            ("Mixed jobs in one worker", "{jobs:,}"),
            ("… memory in its last fifth against its second: at most, in the median", "{growth:+.1%}, {median:+.1%}"),
            ("… more open handles, more threads", "{handles:+}, {threads:+}"),
        ),
    ),
    "mutants": (
        "tests.mutants --seed {seed} --count {tried}",
        (
            (
                "Guards and important lines taken out, one at a time, chosen by chance: a test went red",
                "{red} of {tried}",
            ),
        ),
    ),
}


def note(suite: str, long: bool, seconds: float, counts: Mapping[str, Any]) -> None:
    """Keep what a suite counted, with the day and the machine; a short run takes no long run's place."""
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    found = {"long": long, "day": day, "machine": machine(), "seconds": round(seconds), "counts": dict(counts)}
    NOTED.parent.mkdir(exist_ok=True)
    NOTED.write_text(json.dumps(together(_read(NOTED), {suite: found}), indent=1), encoding="utf-8")


def together(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """What was noted last of each suite, but no short run in a long one's place."""
    short = {name for name, run in newer.items() if not run["long"] and older.get(name, {}).get("long")}
    return {**older, **{name: run for name, run in newer.items() if name not in short}}


def outcome(reporter: Any, *places: str) -> tuple[float, int]:
    """Of the tests in these files or folders: how many seconds they took, and how many failed (pytest's reporter)."""
    reports = [report for found in reporter.stats.values() for report in found if isinstance(report, pytest.TestReport)]
    ours = [report for report in reports if report.nodeid.startswith(places)]
    return sum(report.duration for report in ours), len({report.nodeid for report in ours if report.failed})


def is_whole(reporter: Any, *places: str) -> bool:
    """Whether all tests of these files were chosen, so that what they counted is worth keeping (pytest's reporter)."""
    reports = [report for found in reporter.stats.values() for report in found if isinstance(report, pytest.TestReport)]
    ran = {report.nodeid.split("::")[0] for report in reports}
    chosen = any("::" in argument for argument in reporter.config.args) or "deselected" in reporter.stats
    return ran.issuperset(places) and not chosen


def machine() -> str:
    """Processor, cores, memory and system of this computer, in a few words."""
    names = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = round(psutil.virtual_memory().total / 1e9)
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, {memory} GB, {system}"


def figures(record: Mapping[str, Any]) -> str:
    """The table, from what is kept."""
    rows = ["| What was counted | Result | Run | Computer |", "|---|---|---|---|"]
    machines = sorted({run["machine"] for run in record.values()})
    for suite, (command, lines) in SUITES.items():
        for run in [run for name, run in record.items() if name.startswith(suite)]:
            counts = run["counts"]
            words = f"python -m {command.format(**counts)}{' --long' * (run['long'] and 'pytest' in command)}"
            ran = f"`{words}`, {run['day']}, {max(1, round(run['seconds'] / 60))} min"
            computer = "ABCDEFGH"[machines.index(run["machine"])]
            rows += [
                f"| {what.format(**counts)} | {how.format(**counts)} | {ran} | {computer} |" for what, how in lines
            ]
    computers = [f"{letter}: {name}." for letter, name in zip("ABCDEFGH", machines, strict=False)]
    return "\n".join([*rows, "", *computers])


def write() -> None:
    """Put the figures into the page."""
    record = together(_read(RECORD), _read(NOTED))
    RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    before, _, after = page()
    PAGE.write_text(f"{before}{BEGIN}\n{figures(record)}\n{END}{after}", encoding="utf-8")


def page() -> tuple[str, str, str]:
    """The page: what stands before its figures, they, and what comes after them."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    table, after = rest.split(END)
    return before, table.strip(), after


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


if __name__ == "__main__":
    write()
