"""Every error that the source raises stands in the table, is given what its sentences name, and says what to do."""

from __future__ import annotations

import ast
import json
import math
import string
from pathlib import Path

import pytest

from deepdream_core.errors import MESSAGES, Cancelled, DreamError, did_you_mean, in_digits, shortened

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


def test_numbers_beyond_all_measure_stay_sentences_and_json():
    assert [in_digits(each) for each in (10**15 - 1, 10**15, -(10**20), 12.5, 1e30, True)] == [
        "1e+15",
        "a number of 16 digits",
        "a number of 21 digits",
        "12.5",
        "1e+30",
        "True",
    ]
    most = 2**63 - 1
    values = DreamError("wire.header", reason="x", a=most, b=most + 1, c=math.inf, d=1e300, e=10**5000, f=True).values
    assert (values["a"], values["c"], values["d"], values["f"]) == (most, "inf", 1e300, True)
    assert values["b"] == "a number of 19 digits" and values["e"] == "a number of 5001 digits"
    json.loads(json.dumps(values, allow_nan=False))
    assert shortened("x" * 80) == "x" * 80 and shortened("x" * 81) == "x" * 79 + "…"


def test_a_log_has_reasons_and_numbers_and_no_names():
    error = DreamError("picture.write", path="/home/anna/owl.png", reason="the disk is full", size=3)
    assert "the disk is full" in error.nameless and "anna" not in error.nameless and "picture.write" in error.nameless
    assert "3" in DreamError("cluster.killed", name="owl.png", count=3, advice="x").nameless
