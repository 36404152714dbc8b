"""Which test runs which function, as Python itself tells (``sys.monitoring``): the tests take a few percent longer.

``python -m tests.mutants --measure`` runs the suites that need no Krita and writes the map by which mutants choose
their tests. What a worker's process runs isn't seen: there the words decide.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from .concerning import MAP, OF_THE_TEXT, SUITES, Reach, reach
from .source import PACKAGES, ROOT

OURS = tuple(f"{ROOT / package}{os.sep}" for package in PACKAGES)
# Of six; coverage, debuggers and profilers have others.
TOOL = 4


class Recorder:
    """A plugin of pytest's, which adds to the map what each test runs, parameters together."""

    def __init__(self) -> None:
        self._tests: dict[str, set[str]] = defaultdict(set)
        self._seconds: dict[str, float] = defaultdict(float)
        self._node = ""

    def pytest_sessionstart(self) -> None:
        events = sys.monitoring.events.PY_START
        sys.monitoring.use_tool_id(TOOL, "mutants")
        sys.monitoring.register_callback(TOOL, events, self._begins)
        sys.monitoring.set_events(TOOL, events)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._node = nodeid.split("[")[0]
        sys.monitoring.restart_events()

    def pytest_runtest_logreport(self, report) -> None:
        self._seconds[self._node] += report.duration

    def pytest_sessionfinish(self) -> None:
        sys.monitoring.free_tool_id(TOOL)
        known = reach()
        # What these tests ran before they were changed counts no more.
        older = {name: set(nodes) - self._seconds.keys() for name, nodes in known.tests.items()}
        tests = {name: sorted(older.get(name, set()) | self._tests[name]) for name in {*older, *self._tests}}
        MAP.parent.mkdir(parents=True, exist_ok=True)
        MAP.write_text(json.dumps(vars(Reach(tests, {**known.seconds, **self._seconds})), indent=0), encoding="utf-8")

    def _begins(self, code, _offset):
        """Told once of each function, until ``restart_events``."""
        if self._node and code.co_filename.startswith(OURS):
            path = Path(code.co_filename).relative_to(ROOT).as_posix()
            self._tests[f"{path} {written(code.co_qualname)}"].add(self._node)
        return sys.monitoring.DISABLE


def written(name: str) -> str:
    """Python's name of a function → as a mutant says it: ``f.<locals>.g.<lambda>`` is in ``f.g``."""
    return ".".join(part for part in name.split(".") if not part.startswith("<")) or "module"


def measure(suites: tuple[str, ...] = SUITES) -> None:
    """Run the suites and write the map."""
    for suite in suites:
        files = [path for path in sorted((ROOT / "tests" / suite).glob("test_*.py")) if not _of_the_text(path)]
        names = [path.relative_to(ROOT).as_posix() for path in files]
        variables = {**os.environ, "DEEPDREAM_TEST_QT": "PyQt5"}
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutants.reach", *names], cwd=ROOT, env=variables
        )


def _of_the_text(path: Path) -> bool:
    return any(word in path.stem for word in OF_THE_TEXT)


def pytest_configure(config) -> None:
    """Where pytest was asked to load this (``-p tests.mutants.reach``)."""
    config.pluginmanager.register(Recorder())
