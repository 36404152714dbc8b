"""Every error that the source raises stands in the table, is given what its sentences name, and says what to do."""

from __future__ import annotations

import ast
import json
import string
from pathlib import Path

import pytest

from deepdream_core.errors import MESSAGES, Cancelled, DreamError, did_you_mean

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for folder in ("deepdream_core", "krita_deepdream", "tools") for path in (ROOT / folder).rglob("*.py")]


def raised() -> list[tuple[str, str, set[str] | None]]:
    """(place, code, names of the given values) of every ``DreamError(…)``; ``None``: given as ``**values``."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "DreamError":
                continue
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            names = {keyword.arg for keyword in node.keywords}
            code = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
            found.append((place, code, None if None in names else names))
    return found


def named(code: str) -> set[str]:
    """The values that a code's two sentences name."""
    return {name for text in MESSAGES[code] for _, name, _, _ in string.Formatter().parse(text) if name}


RAISED = raised()


@pytest.mark.parametrize(("place", "code", "names"), RAISED, ids=[place for place, _, _ in RAISED])
def test_what_is_raised_can_be_told(place, code, names):
    if not code:
        return  # passed on from somewhere else
    assert code in MESSAGES
    assert names is None or named(code) <= names, f"missing: {named(code) - names}"


def test_the_table_holds_no_code_that_nothing_raises():
    texts = "".join(path.read_text("utf-8") for path in SOURCES if path.name != "errors.py")
    unused = {code for code in MESSAGES if f'"{code}"' not in texts and code != "cancelled"}
    assert not unused


@pytest.mark.parametrize("code", MESSAGES)
def test_every_error_says_what_happened_and_what_to_do(code):
    error = DreamError(code, **{name: f"<{name}>" for name in named(code)})
    assert error.sentence.endswith((".", ">")) and error.sentence[0] in "“<" + string.ascii_uppercase
    assert error.advice
    assert str(error) == f"{error.sentence} {error.advice}"


def test_values_become_plain_for_the_wire():
    error = DreamError("picture.missing", path=Path("a") / "b")
    assert json.loads(json.dumps(error.values)) == {"path": str(Path("a") / "b")}
    assert str(Path("a") / "b") in error.sentence


def test_an_unknown_code_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        DreamError("no.such.code")


def test_a_cancelled_dream_is_an_error_of_its_own():
    assert Cancelled().code == "cancelled"


def test_hints_name_what_is_near_or_all():
    assert "b10" in did_you_mean("b1O", ["b10", "logits"])
    assert did_you_mean("zzz", ["b10", "logits"]) == "There are: b10, logits."
