"""(a mutant) → the tests that concern it, the likeliest to go red first.

Where it was measured which test runs which function (see ``reach``), these tests, the quickest first. Elsewhere those
tests that share the most telling words with the function. Then the test files that speak of what is in the file, and
import it from near.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .source import PACKAGES, ROOT, Function, Mutant

MAP = ROOT / ".cache" / "mutants" / "map.json"
SUITES = ("core", "plugin", "properties", "faults", "setup")
MOST_FILES, MOST_SECONDS, FEWEST_TESTS, MOST_TESTS = 4, 60.0, 12, 16
# What looks at all of the text says nothing about what a change does.
OF_THE_TEXT = (
    "architecture",
    "docs",
    "glossary",
    "package",
    "scoreboard",
    "translations",
    "voice",
    "readme",
    "language",
)


@dataclass
class Reach:
    """What was measured. ``tests``: "path function" → node ids; ``seconds``: node id → how long it took."""

    tests: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


@cache
def reach() -> Reach:
    """The map, empty where there is none."""
    return Reach(**json.loads(MAP.read_text())) if MAP.exists() else Reach()


def tests_for(mutant: Mutant) -> list[list[str]]:
    """What pytest is to run, node ids or files, one list after the other until one goes red."""
    known = reach()
    nodes = known.tests.get(f"{mutant.path} {mutant.function}", [])
    chosen: list[str] = []
    for node in sorted(nodes, key=lambda each: known.seconds.get(each, 1.0)):
        if len(chosen) >= FEWEST_TESTS and sum(known.seconds.get(each, 1.0) for each in chosen) > MOST_SECONDS:
            break
        chosen.append(node)
    # Those of the map are enough, unless it is older than they are.
    files = files_for(mutant)[: 2 if chosen else MOST_FILES]
    return [tests for tests in (chosen or functions_for(mutant), files[:1], files[1:]) if tests]


def functions_for(mutant: Mutant) -> list[str]:
    """The tests that share the most telling words with a function of ours: words that few other tests have."""
    distances, bodies = _distances(_module(mutant.path)), _bodies()
    common = Counter(word for words in bodies.values() for word in words)
    own = _telling(mutant.path, mutant.function)
    found = []
    for (file, name), words in bodies.items():
        if any(each in distances for each in _tests()[file][0]):
            shared = sum(math.log(len(bodies) / common[word]) for word in words & own)
            # Of long tests some words are everybody's.
            found.append((shared / math.sqrt(len(words)), f"{file}::{name}"))
    return [test for score, test in sorted(found, reverse=True)[:MOST_TESTS] if score > 0]


@cache
def _bodies() -> dict[tuple[str, str], set[str]]:
    """Test file and test → the words in it."""
    return {
        (file, node.name): _words_in(ast.get_source_segment(text, node) or "")
        for file, (_, text) in _tests().items()
        for node in ast.parse(text).body
        if isinstance(node, Function) and node.name.startswith("test_")
    }


@cache
def _telling(path: str, function: str) -> set[str]:
    """The words of a function, and of its name and file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    names = function.split(".")
    bodies = [
        ast.get_source_segment(text, node) or ""
        for node in ast.walk(ast.parse(text))
        if isinstance(node, Function) and node.name == names[-1]
    ]
    return _words_in(" ".join([*bodies, *names, *Path(path).parts[1:]]))


def _words_in(text: str) -> set[str]:
    """Names, and the words that they are made of."""
    names = set(re.findall(r"[A-Za-z_]\w{3,}", text))
    return names | {word.lower() for name in names for word in re.findall(r"[A-Z]?[a-z]{3,}", name)}


def files_for(mutant: Mutant) -> list[str]:
    """The test files that concern a function of ours."""
    module, stem = _module(mutant.path), Path(mutant.path).stem.strip("_").rstrip("s")
    words, own = _words(mutant.path), set(mutant.function.split("."))
    found = []
    for test, (wanted, text) in _tests().items():
        distance = min((_distances(module).get(each, 9) for each in wanted), default=9)
        if distance < 9:
            spoken = set(re.findall(r"\w{4,}", text))
            nearness = 6 * (stem in test) + 2 * len(spoken & own) + min(8, len(spoken & words)) - 2 * distance
            found.append((-nearness, len(text), test))
    return [test for *_, test in sorted(found)[:MOST_FILES]]


@cache
def _words(path: str) -> set[str]:
    """What a file defines, and the words by which others know it."""
    tree = ast.parse((ROOT / path).read_bytes())
    names = {node.name for node in ast.walk(tree) if isinstance(node, Function | ast.ClassDef)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {name for name in names if not name.startswith("__")} | {
        text for text in texts if re.fullmatch(r"\w+", text)
    }


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def _tests() -> dict[str, tuple[set[str], str]]:
    """Test file → the modules of ours that it names, or its helpers do, and its text."""
    found: dict[str, tuple[set[str], str]] = {}
    for suite in SUITES:
        for path in sorted((ROOT / "tests" / suite).glob("test_*.py")):
            if not any(word in path.stem for word in OF_THE_TEXT):
                helpers = [path, *_helpers(path), path.parent / "conftest.py"]
                texts = [each.read_text(encoding="utf-8") for each in helpers if each.exists()]
                named = {name for text in texts for name in _named(text)}
                found[path.relative_to(ROOT).as_posix()] = named, texts[0]
    return found


def _helpers(path: Path) -> list[Path]:
    names = re.findall(r"from (?:\.|tests\.\w+\.?)(\w*) import (\w+)", path.read_text(encoding="utf-8"))
    folders = (path.parent, ROOT / "tests" / "fakes")
    return [folder / f"{name}.py" for pair in names for name in pair if name for folder in folders]


def _named(text: str) -> set[str]:
    """The modules that a text imports, or hands to another Python as a word."""
    names = set(re.findall(rf"\b(?:{'|'.join(PACKAGES)})(?:\.\w+)*", text))
    names |= {f"{package}.{stem}" for stem in re.findall(r'"(\w+)\.py"', text) for package in PACKAGES}
    for start, rest in re.findall(rf"from ((?:{'|'.join(PACKAGES)})[\w.]*) import \(?([^)\n]*)", text):
        names |= {f"{start}.{each.split(' as ')[0].strip()}" for each in rest.split(",")}
    return names


@cache
def _distances(module: str) -> dict[str, int]:
    """How many imports away ``module`` is from each module that leads to it."""
    found, waiting = {module: 0}, deque([module])
    while waiting:
        here = waiting.popleft()
        for other in _importers().get(here, ()):
            if other not in found:
                found[other] = found[here] + 1
                waiting.append(other)
    return found


@cache
def _importers() -> dict[str, set[str]]:
    """Module → the modules that import it."""
    found: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = _module(path.relative_to(ROOT).as_posix())
            room = name if path.name == "__init__.py" else name.rpartition(".")[0]
            text = path.read_text(encoding="utf-8")
            if 'import_module(f".{' in text:
                # Which one is known only when it runs.
                for each in path.parent.glob("*.py"):
                    found.setdefault(_module(each.relative_to(ROOT).as_posix()), set()).add(name)
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ImportFrom):
                    parts = room.split(".")[: len(room.split(".")) - node.level + 1] if node.level else []
                    start = ".".join([*parts, *([node.module] if node.module else [])])
                    for each in [start, *(f"{start}.{alias.name}" for alias in node.names)]:
                        found.setdefault(each, set()).add(name)
    return found
