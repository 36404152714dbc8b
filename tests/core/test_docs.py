"""What the pages point to is there: pictures, files, and the tests that the table of features names."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from deepdream_core.catalogue import NETWORKS
from deepdream_core.system.folders import bundled
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


def test_the_bundled_atlas_has_as_many_channels_as_are_said():
    layers = [layer for layer in NETWORKS["efficientnet_lite0"].layers if layer.name != "logits"]
    classes = json.loads(bundled("atlas_efficientnet_lite0.json").read_text(encoding="utf-8"))
    assert {name: len(channels) for name, channels in classes.items()} == {each.name: each.channels for each in layers}
    said = re.search(r"all (\d+) channels of `b0` to `b15`", (ROOT / "docs" / "atlas.md").read_text(encoding="utf-8"))
    assert said is not None and int(said[1]) == sum(each.channels for each in layers)


def test_the_list_of_features_names_as_many_networks_as_there_are():
    text = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    assert re.findall(r"\b(\d+): EfficientNet-Lite0/1/2", text) == [str(len(NETWORKS))]
