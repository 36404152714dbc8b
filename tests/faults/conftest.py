"""What the faults share: a data folder of their own, and a table of how many points were covered."""

from __future__ import annotations

import os
import sys

import pytest

from tests import reliability
from tests.faults.loops import COVERED, TALLY, Loop

PROCESSES = "tests/faults/test_processes.py"
LOOPS = ("tests/faults/test_core.py", "tests/faults/test_plugin.py")


def pytest_collection_modifyitems(config, items):
    if sys.platform == "win32" or not os.path.isdir("/proc/self/fd"):
        for item in items:
            if "tests/faults" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason="needs fork and /proc"))


@pytest.fixture
def loop(tmp_path, monkeypatch, request):
    """Breaks a job at each of its operations, one after the other."""
    home = tmp_path / "data"
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return Loop(tmp_path, request.node.name, request.config.getoption("--long"))


def pytest_terminal_summary(terminalreporter, config):
    long = config.getoption("--long")
    if TALLY["tried"]:
        counts = ", ".join(f"{count} {what}" for what, count in TALLY.items())
        terminalreporter.write_line(f"processes in trouble: {counts}")
        if reliability.is_whole(terminalreporter, PROCESSES):
            reliability.note("processes", long, reliability.outcome(terminalreporter, PROCESSES)[0], TALLY)
    if COVERED:
        terminalreporter.write_line("n-th failure: job · operations · failures tried · kills tried")
        for name, counts in COVERED.items():
            terminalreporter.write_line(f"  {name:58} {'  '.join(f'{count:5}' for count in counts)}")
        total = [sum(counts) for counts in zip(*COVERED.values(), strict=True)]
        terminalreporter.write_line(f"  {'in all':58} {'  '.join(f'{count:5}' for count in total)}")
        seconds, damaged = reliability.outcome(terminalreporter, *LOOPS)
        counts = {**dict(zip(("operations", "failures", "kills"), total, strict=True)), "damaged": damaged}
        if reliability.is_whole(terminalreporter, *LOOPS):
            reliability.note("faults", long, seconds, counts)
