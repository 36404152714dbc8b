"""A program text, its tree, and one change to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("deepdream_core", "krita_deepdream")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Mutant:
    """``what`` was done in ``function`` of the file ``path``: its bytes from ``start`` to ``end`` become ``text``."""

    path: str
    function: str
    line: int
    kind: str
    what: str
    start: int = field(repr=False)
    end: int = field(repr=False)
    text: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.function}: {self.kind}: {self.what}"

    def applied(self, content: bytes) -> bytes:
        """The file's content with the change."""
        return content[: self.start] + self.text.encode() + content[self.end :]


class Source:
    """A file of ours. ``path``: relative to the tree."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path, self.content = path, content
        self.tree = ast.parse(content)
        lengths = [0, *(len(line) for line in content.splitlines(keepends=True))]
        self._starts = [sum(lengths[: number + 1]) for number in range(len(lengths))]

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node that each node stands in."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What ``node`` stands in, from the inside out."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: ast.AST) -> str:
        """The dotted name of the function or class that ``node`` is in."""
        names = [each.name for each in self.above(node) if isinstance(each, Function | ast.ClassDef)]
        return ".".join(reversed(names)) or "module"

    def text(self, node: ast.AST) -> str:
        """As it is written."""
        start, end = self._span(node)
        return self.content[start:end].decode()

    def without(self, node: ast.AST, text: str, kind: str) -> Mutant:
        """``text`` in the place of ``node``."""
        start, end = self._span(node)
        what = f"{_short(self.text(node))} → {_short(text)}"
        return Mutant(self.path, self.function(node), node.lineno, kind, what, start, end, text)  # type: ignore[attr-defined]

    def _span(self, node: ast.AST) -> tuple[int, int]:
        start = self._starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]


def sources(root: Path = ROOT) -> list[Source]:
    """All files of both packages."""
    paths = sorted(path for package in PACKAGES for path in (root / package).rglob("*.py"))
    return [Source(path.relative_to(root).as_posix(), path.read_bytes()) for path in paths]


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or attribute; of anything before the first name only a dot."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def called(node: ast.AST, *names: str) -> bool:
    """Whether ``node`` calls something whose last name is one of ``names``."""
    return isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in names


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 70 else f"{line[:67]}…"
