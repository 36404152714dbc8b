"""The recipes of docs/recipes.md, as far as a script can do in Krita what they say; and its classes as we type them."""

from __future__ import annotations

import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.slow, pytest.mark.timeout(harness.PATIENCE)]
PAGE = harness.ROOT / "docs" / "recipes.md"


@pytest.fixture(scope="module")
def tried(krita) -> harness.Played:
    return krita("kritas_own", ["palette", "tip_and_pattern", "symmetry", "modes", "classes"])


def test_few_colours(tried):
    seen = tried["palette"]
    assert {"posterize", "gradientmap", "palettize"} <= set(seen["filters"])
    assert seen["posterized"] <= 4**3 < seen["colours"]


def test_a_brush_tip_and_a_pattern(tried):
    assert tried["tip_and_pattern"]["canvas"] == [128, 128]
    assert all(size > 1000 for size in tried["tip_and_pattern"]["sizes"].values())


def test_two_equal_halves(tried):
    looks = tried["symmetry"]["looks"]
    assert (looks == looks[:, ::-1]).mean() > 0.99


def test_blending_modes_that_the_page_names(tried):
    assert all(asked == taken for asked, taken in tried["modes"]["modes"].items())


def test_krita_has_all_that_our_types_of_it_say(tried):
    assert tried["classes"]["named"] >= 80 and tried["classes"]["missing"] == []
