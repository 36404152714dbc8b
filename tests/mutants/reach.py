"""Measures by coverage.py, branches too, how much the tests run, and which test runs which function.

``python -m tests.mutants --measure`` runs the suites that need no Krita, each file by itself, and writes the map by
which mutants choose their tests. Worker processes count too.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

from .concerning import MAP, OF_THE_TEXT, SUITES, Reach
from .source import PACKAGES, ROOT, Function, Source, sources

CONFIGURATION = f"""[run]
branch = True
parallel = True
source = {",".join(PACKAGES)}
dynamic_context = test_function
patch = subprocess
sigterm = True
relative_files = True
data_file = {{folder}}/.coverage
"""


def measure(suites: tuple[str, ...] = SUITES) -> None:
    """Run the suites, print how much of each package they run, and write the map."""
    folder = MAP.parent / "coverage"
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "configuration"
    configuration.write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
    coverage = [sys.executable, "-m", "coverage"]
    with_configuration = f"--rcfile={configuration}"
    seconds: dict[str, float] = {}
    for path in (path for suite in suites for path in sorted((ROOT / "tests" / suite).glob("test_*.py"))):
        name = path.relative_to(ROOT).as_posix()
        if any(word in path.stem for word in OF_THE_TEXT):
            continue
        print(f"{name} …", flush=True)
        command = [*coverage, "run", with_configuration, f"--context={name}", "-m", "pytest", "-q", "--durations=0"]
        variables = {**os.environ, "DEEPDREAM_TEST_QT": "PyQt5"}
        ended = subprocess.run([*command, "-vv", name], cwd=ROOT, env=variables, capture_output=True, text=True)
        print(ended.stdout.strip().splitlines()[-1], flush=True)
        seconds.update(durations(ended.stdout))
        seconds[name] = sum(durations(ended.stdout).values())
    subprocess.run([*coverage, "combine", with_configuration, "-q"], cwd=ROOT, check=True)
    for package in PACKAGES:
        command = [*coverage, "report", with_configuration, f"--include={package}/*", "--format=total"]
        total = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
        print(f"{package}: {total} % of lines and branches")
    write_map(folder / ".coverage", seconds)


def durations(printed: str) -> dict[str, float]:
    """Test → seconds, with all its parameters, out of what pytest printed."""
    found: dict[str, float] = defaultdict(float)
    for seconds, node in re.findall(r"^([\d.]+)s \w+ +(\S+::\w+)", printed, re.MULTILINE):
        found[node] += float(seconds)
    return found


def write_map(data: Path, seconds: dict[str, float]) -> None:
    """Turn coverage's lines into functions, so that the map outlives changes elsewhere in a file."""
    from coverage import CoverageData

    measured = CoverageData(str(data))
    measured.read()
    found: dict[str, set[str]] = defaultdict(set)
    for source in sources():
        lines = measured.contexts_by_lineno(source.path) if source.path in measured.measured_files() else {}
        for name, numbers in _bodies(source):
            contexts = {context for number in numbers for context in lines.get(number, ())}
            found[f"{source.path} {name}"] |= {_node(context) for context in contexts if context}
    tests = {name: sorted(nodes) for name, nodes in found.items() if nodes}
    MAP.write_text(json.dumps(vars(Reach(tests, seconds)), indent=0), encoding="utf-8")


def _bodies(source: Source) -> list[tuple[str, range]]:
    """Each function, by its dotted name, and the lines of its body."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            start, outer = node.body[0].lineno, source.function(node)
            name = node.name if outer == "module" else f"{outer}.{node.name}"
            found.append((name, range(start, (node.end_lineno or start) + 1)))
    return found


@cache
def _node(context: str) -> str:
    """coverage's context → pytest's node: "tests/a/test_b.py|tests.a.test_b.test_c".

    Only the file where that isn't known: of a worker, and of hypothesis, which calls its tests by another name.
    """
    path, _, function = context.partition("|")
    name = function.rpartition(".")[2]
    text = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""
    return f"{path}::{name}" if name and re.search(rf"^def {name}\(", text, re.MULTILINE) else path
