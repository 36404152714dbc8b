"""Runs pytest, measures how much of a package it runs, and is red if that is less than ``tests/floor.json`` asks for.

``python -m tests.covered PACKAGE PYTEST'S ARGUMENTS``: lines, by Python's own monitoring, which costs 3 to 4 % of the
processor's time; with ``--long`` branches too, which before Python 3.14 cost 40 % in the plugin's tests and 80 % in the
core's. What the tests' worker processes run isn't counted. Where more is covered than before, raise the floor; it lies
below what was measured, since not every run takes the same ways. Branches
have no floor yet: a run with ``--long`` says what it can be.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import coverage
import pytest

FLOOR = Path(__file__).with_name("floor.json")
# Above its floor by more than this, a figure asks for a higher one.
ROOM = 4


def main(package: str, arguments: list[str]) -> int:
    """pytest's exit code; 1 if that was 0 and less is covered than before."""
    branches = "--long" in arguments
    if not branches and sys.version_info < (3, 12):
        print("not measured: before Python 3.12 lines cost as much as branches")
        return int(pytest.main(arguments))
    # No file of its own: what starts another Python isn't to find one.
    measuring = coverage.Coverage(data_file=None, config_file=False, source_pkgs=[package], branch=branches)
    if not branches:
        measuring.set_option("run:core", "sysmon")
    measuring.start()
    code = int(pytest.main(arguments))
    measuring.stop()
    shares = totals(measuring)
    print(f"covered of {package}: " + ", ".join(f"{share:.1f} % of {what}" for what, share in shares.items()))
    # Elsewhere other tests are left out.
    fallen = verdict(shares, json.loads(FLOOR.read_text(encoding="utf-8"))[package]) if sys.platform == "linux" else 0
    return code or fallen


def totals(measuring: coverage.Coverage) -> dict[str, float]:
    """Lines, and branches if they were measured → percent of them that were run."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        measuring.json_report(outfile=str(report), ignore_errors=True)
        found = json.loads(report.read_text(encoding="utf-8"))["totals"]
    counts = {"lines": (found["covered_lines"], found["num_statements"])}
    if found.get("num_branches"):
        counts["branches"] = found["covered_branches"], found["num_branches"]
    return {what: 100 * covered / of for what, (covered, of) in counts.items()}


def verdict(shares: Mapping[str, float], floor: Mapping[str, float]) -> int:
    """1 if something lies below its floor; both are in percent. Says so, and where a floor can be raised, or is
    missing.
    """
    fallen = {what: share for what, share in shares.items() if share < floor.get(what, 0)}
    for what, share in fallen.items():
        print(f"Less than before: {share:.1f} % of {what}, {floor[what]} are asked for. Which tests are missing?")
    for what, share in shares.items():
        if share > floor.get(what, 0) + ROOM:
            print(f"Raise the floor of {what} in {FLOOR.name} to {share - ROOM / 2:.0f}: it is {floor.get(what, 0)}.")
    return int(bool(fallen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
