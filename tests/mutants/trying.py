"""Tries mutants in a copy of the tree: each is put in, its tests run, and it is taken out again."""

from __future__ import annotations

import importlib.util
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from .concerning import tests_for
from .source import ROOT, Mutant
from .warm import run

# A change may make a program wait for ever: a test is red after so long, all of a stage after so long isn't: that alone
# says nothing on a busy computer.
MOST_SECONDS_OF_A_TEST, MOST_SECONDS = 300, 1800
USAGE_ERROR = 4


@dataclass(frozen=True)
class Tried:
    """``red``: the test that found it, empty if none did; ``tests``: how many of files and tests were asked."""

    mutant: Mutant
    red: str
    tests: list[str]
    seconds: float

    def __str__(self) -> str:
        how = (
            f"killed by {self.red}" if self.red else f"SURVIVED {' '.join(self.tests)[:300] or '(no test reaches it)'}"
        )
        return f"{self.seconds:5.0f} s  {self.mutant}\n         {how}"


class Copy:
    """The tree in ``folder``, in which mutants are tried; the tree itself is never touched."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "tree"
        shutil.copytree(ROOT, self._root, ignore=shutil.ignore_patterns("__pycache__", ".*"))

    def tried(self, mutant: Mutant) -> Tried:
        """What its tests say. A test that is red without the mutant too is left out."""
        began, stages = time.monotonic(), tests_for(mutant)
        left_out: list[str] = []
        while True:
            red, asked = self._with(mutant, stages, left_out)
            if red in left_out:
                red = ""
            # Also what can't be collected, or crashes, may do so without the mutant.
            if not red or not self._run([red] if red.startswith("tests/") else asked, []):
                return Tried(mutant, red, [test for tests in stages for test in tests], time.monotonic() - began)
            left_out.append(red)

    def _with(self, mutant: Mutant, stages: list[list[str]], left_out: list[str]) -> tuple[str, list[str]]:
        """What is red, and those that were asked when it was."""
        path = self._root / mutant.path
        original = path.read_bytes()
        try:
            self._put(path, mutant.applied(original))
            return next(((red, tests) for tests in stages if (red := self._run(tests, left_out))), ("", []))
        finally:
            self._put(path, original)

    def _put(self, path: Path, content: bytes) -> None:
        """Python looks at a file's time and size only, and both may be the same."""
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
        path.write_bytes(content)

    def _run(self, tests: list[str], left_out: list[str]) -> str:
        """The first red test, or why there is none; empty if all are green."""
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "--tb=no", "--no-header"]
        arguments += [f"--timeout={MOST_SECONDS_OF_A_TEST}"]
        code, printed = run(
            [*arguments, *(f"--deselect={each}" for each in left_out), *tests], self._root, MOST_SECONDS
        )
        # 5: every test was left out.
        if code in (None, 0, 5):
            return ""
        found = re.search(r"^(?:FAILED|ERROR) (\S.*?)(?: - |$)", printed, re.MULTILINE)
        if code == USAGE_ERROR and not found:
            raise RuntimeError(printed)
        return found[1] if found else f"exit code {code}"
