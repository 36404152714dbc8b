"""What the pages point to is there: pictures, files, and the tests that the table of features names."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from tests import reliability

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]+)[^)]*\)")
CODE = re.compile(r"^(?: {4}[^\n]*|```.*?^```)$", re.MULTILINE | re.DOTALL)


def links(page):
    """(text, target) of each link of a page, code left out."""
    return LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    targets = [target for _text, target in links(page) if "://" not in target]
    assert not [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize(("page", "least"), [("features.md", 30), ("security.md", 15)])
def test_every_feature_and_threat_names_a_test_that_exists(page, least):
    named = [link for link in links(ROOT / "docs" / page) if link[1].endswith(".py")]
    assert len(named) > least
    for text, target in named:
        tree = ast.parse((ROOT / "docs" / target).read_text(encoding="utf-8"))
        tests = {item.name for item in tree.body if isinstance(item, ast.FunctionDef)}
        assert "test_" + text.replace(" ", "_") in tests, (text, target)


def test_no_picture_lies_about_unused():
    shown = {(page.parent / target).resolve() for page in PAGES for _text, target in links(page)}
    assert not [path.name for path in (ROOT / "docs" / "images").iterdir() if path.resolve() not in shown]


def test_the_figures_of_reliability_are_those_of_recorded_runs():
    """By hand nothing is entered: ``python -m tests.reliability`` does it."""
    record = json.loads(reliability.RECORD.read_text(encoding="utf-8"))
    assert reliability.page()[1] == reliability.figures(record)
