"""(what the suites counted) → the figures of ``docs/reliability.md``: ``python -m tests.reliability`` writes them.

Each suite that breaks things notes its counts when it ends, in ``.cache/reliability.json``: those of its last run with
``--long``, or of its last run while there was none.
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

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / ".cache" / "reliability.json"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: python -m tests.reliability -->", "<!-- end of figures -->"
# Suite → its lines: what is counted, and how it is written.
LINES: dict[str, tuple[tuple[str, str], ...]] = {
    "faults": (
        ("File operations at which a job was broken", "{operations:,}"),
        ("… each made to fail", "{failures:,} times"),
        ("… the process killed there", "{kills:,} times"),
        ("Old or new file not whole, or a stranger's touched", "{damaged}"),
    ),
    "processes": (
        ("Workers killed, crashed, out of memory, frozen, slowed or talking garbage", "{tried:,}"),
        ("… after which the document was as before or had the whole result", "{survived:,}"),
        ("Documents damaged", "{damaged}"),
        ("Processes left behind", "{orphans}"),
    ),
    "fuzz": (("Spoilt inputs, for {targets} readers", "{inputs:,}"),),
    "long use": (
        ("Mixed jobs in one worker", "{jobs:,}"),
        ("… memory in its last fifth against its second: at most, in the median", "{growth:+.1%}, {median:+.1%}"),
        ("… more open handles, more threads", "{handles:+}, {threads:+}"),
    ),
}


def note(suite: str, long: bool, seconds: float, counts: Mapping[str, Any]) -> None:
    """Keep what a suite counted, with the day and the machine; a short run takes no long run's place."""
    found = _record()
    if found.get(suite, {}).get("long") and not long:
        return
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    found[suite] = {"long": long, "day": day, "machine": machine(), "seconds": seconds, "counts": dict(counts)}
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(found, indent=1), encoding="utf-8")


def machine() -> str:
    """Processor, cores, memory and system of this computer, in a few words."""
    names = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = round(psutil.virtual_memory().total / 1e9)
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, {memory} GB, {system}"


def figures(record: Mapping[str, Any]) -> str:
    """The table, from what is kept."""
    rows = ["| What was counted | Result | Run |", "|---|---|---|"]
    for suite, lines in LINES.items():
        if suite not in record:
            continue
        found = record[suite]
        run = f"{found['day']}, {'`--long`' if found['long'] else 'as in CI'}, {found['seconds'] / 60:.0f} min"
        rows += [
            f"| {what.format(**found['counts'])} | {how.format(**found['counts'])} | {run} |" for what, how in lines
        ]
    hours = sum(each["seconds"] for each in record.values()) / 3600
    machines = sorted({each["machine"] for each in record.values()})
    return "\n".join([*rows, "", f"{hours:.1f} hours in all, on: {'; '.join(machines)}."])


def write() -> None:
    """Put the figures into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{figures(_record())}\n{END}{after}", encoding="utf-8")


def _record() -> dict[str, Any]:
    try:
        found = json.loads(RECORD.read_text(encoding="utf-8"))
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
