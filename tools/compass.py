"""Measures the code as docs/architecture.md compares it: ``python -m tools.compass`` prints a line for a question."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
CODE = ("deepdream_core", "krita_deepdream")
BROAD = ("Exception", "BaseException")
MOST_ARGUMENTS = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | Function
Node = TypeVar("Node", bound=ast.AST)


def main() -> None:
    """Print what was measured."""
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _files(*CODE)}
    lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in modules]
    functions = [node for tree in modules.values() for node in ast.walk(tree) if isinstance(node, Function)]
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for node in functions]
    public = [node for tree in modules.values() for node in _public(tree)]
    tests = "\n".join(path.read_text(encoding="utf-8") for path in _files("tests"))
    named = [path for path in modules if path.stem in tests]
    print(f"1  modules: {len(lines)}, median {statistics.median(lines):.0f}, largest {max(lines)} lines")
    print(f"2  functions: {len(lengths)}, p90 {_p90(lengths):.0f}, longest {max(lengths)} lines")
    print(f"3  modules with a docstring: {_share(list(modules.values()), _has_docstring)}")
    print(f"4  public functions and classes with a docstring: {_share(public, _has_docstring)}")
    print(f"5  functions with all types: {_share(functions, _is_typed)}")
    print(f"6  **kwargs: {sum(node.args.kwarg is not None for node in functions)}, ", end="")
    print(f"more than {MOST_ARGUMENTS} positional: {sum(_positional(node) > MOST_ARGUMENTS for node in functions)}")
    print(f"7  broad excepts: {sum(_is_broad(node) for tree in modules.values() for node in ast.walk(tree))}")
    print(f"8  importing krita: {_importing(modules, 'krita')}, TensorFlow: {_importing(modules, 'tensorflow')}")
    tested = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _files("tests")}
    print(f"11 test files importing unittest: {_importing(tested, 'unittest')}")
    print(f"12 modules that tests name: {len(named)} of {len(modules)}")
    print(f"13 properties: {_tests('properties')} tests")
    print(f"15 trouble: {_tests('faults')} tests in faults, {_tests('fuzz')} in fuzz")


def _files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _public(tree: ast.Module) -> Iterator[Documented]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    each for each in node.body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")
                )


def _has_docstring(node: Documented) -> bool:
    return bool(ast.get_docstring(node))


def _is_typed(node: Function) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    free = [each for each in arguments if each.annotation is None and each.arg not in ("self", "cls")]
    return not free and node.returns is not None


def _positional(node: Function) -> int:
    return len([each for each in [*node.args.posonlyargs, *node.args.args] if each.arg not in ("self", "cls")])


def _is_broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in BROAD)


def _importing(modules: dict[Path, ast.Module], name: str) -> int:
    return sum(any(_imports(node, name) for node in ast.walk(tree)) for tree in modules.values())


def _imports(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and (node.module or "").split(".")[0] == name
    return isinstance(node, ast.Import) and any(each.name.split(".")[0] == name for each in node.names)


def _tests(folder: str) -> int:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in _files(f"tests/{folder}"))
    return sum(
        isinstance(node, Function) and node.name.startswith("test_") for tree in trees for node in ast.walk(tree)
    )


def _p90(values: list[int]) -> float:
    return statistics.quantiles(values, n=10)[-1]


def _share(nodes: Sequence[Node], holds: Callable[[Node], bool]) -> str:
    return f"{sum(map(holds, nodes))} of {len(nodes)}"


if __name__ == "__main__":
    main()
