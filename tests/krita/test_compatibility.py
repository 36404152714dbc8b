"""Every colour space with every kind of node in real Krita; ``docs/compatibility.md`` is what came out.

``DEEPDREAM_WRITE_DOCS=1`` writes the section of the Krita that is tried; else it is compared.
"""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.slow, pytest.mark.timeout(1800)]
DOCUMENT = harness.ROOT / "docs" / "compatibility.md"
MODELS = ["rgba", "graya", "cmyka", "laba", "xyza", "ycbcra"]
# How far Krita's own conversion to sRGB and back may move a colour, in 8-bit steps. Where it is not exact it
# isn't always the same either, so only what stands here is a promise.
EXACT = {"RGBA": 2, "GRAYA": 2, "LABA": 3}
INEXACT = 80

MOVED = "| *colours move by* |"

Table = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def runs(krita) -> list[harness.Played]:
    return [krita("matrix", [model]) for model in MODELS]


@pytest.fixture(scope="module")
def table(runs) -> Table:
    found: Table = {}
    for model, played in zip(MODELS, runs, strict=True):
        found |= played[model]["table"]
    return found


def test_every_cell_works_or_gives_a_sentence(table):
    wrong = {
        f"{space}, {kind}": cell
        for space, kind, cell in _cells(table)
        if not (cell.get("refused") or cell.get("untried") or _is_right(space, cell))
    }
    assert wrong == {}


def test_all_depths_and_kinds_were_tried(table):
    assert len(table) == 21
    assert all(len(cells) == 18 for cells in table.values())


def test_the_documentation_says_what_was_seen(runs, table):
    version = runs[0].report["krita"]
    section = _section(version, runs[0].report, table)
    text = DOCUMENT.read_text(encoding="utf-8")
    pattern = re.compile(rf"^## Krita {re.escape(version)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if os.environ.get("DEEPDREAM_WRITE_DOCS"):
        text = pattern.sub("", text).rstrip() + "\n\n" + section
        DOCUMENT.write_text(text, encoding="utf-8")
    written = pattern.search(text)
    if written is None:
        pytest.skip(f"docs/compatibility.md has no section about Krita {version} yet")
    assert _promises(written.group()) == _promises(section)


def _promises(section: str) -> list[str]:
    """The lines of a section that are the same at every run."""
    return [line for line in section.strip().splitlines() if not line.startswith((MOVED, "Qt "))]


def _cells(table: Table):
    return ((space, kind, cell) for space, cells in table.items() for kind, cell in cells.items())


def _is_right(space: str, cell: dict[str, Any]) -> bool:
    largest = cell["inside"][1]
    return cell["above"] == 1 and cell["outside"] == 0 and largest <= EXACT.get(space.split()[0], INEXACT)


def _section(version: str, report: dict[str, Any], table: Table) -> str:
    models = list(dict.fromkeys(space.split()[0] for space in table))
    kinds = list(next(iter(table.values())))
    lines = [
        f"## Krita {version}",
        "",
        f"Qt {report['qt']}, Python {report['python']}.",
        "",
        "| | " + " | ".join(models) + " |",
        "|---" * (len(models) + 1) + "|",
    ]
    lines += [f"| {kind} | " + " | ".join(_summary(table, model, kind) for model in models) + " |" for kind in kinds]
    lines.append(f"{MOVED} " + " | ".join(_moved(table, model) for model in models) + " |")
    sentences = sorted({cell["refused"] for _space, _kind, cell in _cells(table) if cell.get("refused")})
    return "\n".join(lines + [""] + [f"- {sentence}" for sentence in sentences]).strip() + "\n"


def _moved(table: Table, model: str) -> str:
    """The mean and the largest move over all depths and kinds, in 8-bit steps."""
    moves = [cell["inside"] for space, _kind, cell in _cells(table) if space.split()[0] == model and "inside" in cell]
    return f"{sum(mean for mean, _largest in moves) / len(moves):.1f}, at most {max(most for _mean, most in moves)}"


def _summary(table: Table, model: str, kind: str) -> str:
    """One mark if all depths agree, else a mark for each of them."""
    marks = {space.split()[1]: _mark(cells[kind]) for space, cells in table.items() if space.split()[0] == model}
    if len(set(marks.values())) == 1:
        return next(iter(marks.values()))
    return ", ".join(f"{depth} {mark}" for depth, mark in marks.items())


def _mark(cell: dict[str, Any]) -> str:
    if cell.get("untried"):
        return "–"
    return "refused" if cell.get("refused") else "yes"
