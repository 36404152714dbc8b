"""The table of settings in ``docs/settings.md``, made from ``SPECS``: ``python -m tools.settings_table`` writes it."""

from __future__ import annotations

from pathlib import Path

from deepdream_core.settings.dream_settings import SPECS, Spec

PAGE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
BEGIN, END = "<!-- settings: begin -->\n", "<!-- settings: end -->\n"


def table() -> str:
    """The table in Markdown, a row for each setting."""
    rows = ["| Setting | On the command line | Values | Default | What it does |", "|---|---|---|---|---|"]
    rows += [
        f"| {spec.label} | `{spec.flag}` | {values(spec)} | {value(spec, spec.default)} | {spec.help} |"
        for spec in SPECS.values()
    ]
    return "\n".join(rows) + "\n"


def values(spec: Spec) -> str:
    """What the setting takes, in words."""
    if spec.value_type is bool:
        return "yes, no"
    if spec.value_type is str:
        return ", ".join(spec.choices) or "text"
    return " or ".join([f"{spec.low:g}–{value(spec, spec.high)}", *spec.words])


def value(spec: Spec, number: str | float) -> str:
    """One value with its unit."""
    if isinstance(number, bool):
        return "yes" if number else "no"
    if isinstance(number, str):
        return number
    joined = f"{number:.10g}"
    return joined + (spec.unit if spec.unit in ("%", "°") or spec.unit.startswith("/") else f" {spec.unit}".rstrip())


def written(text: str) -> str:
    """The page ``text`` with the current table between its marks."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
