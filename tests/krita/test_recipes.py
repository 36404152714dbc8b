"""Recipes in real Krita: they outlive saving, are found for duplicates, and dream the same place again."""

from __future__ import annotations

import numpy as np
import pytest

from krita_deepdream.documents import recipes as kept_recipes

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]


@pytest.fixture(scope="module")
def recipes(krita) -> harness.Played:
    return krita("recipes", ["again", "many"], steps=6)


def test_a_duplicate_in_a_reopened_file_gives_its_settings(recipes):
    assert recipes["again"]["name"] == "Swirls 2 · Background"
    assert recipes["again"]["chosen"] == recipes["again"]["swirls"] != recipes["again"]["other"]


def test_it_is_dreamed_again_at_the_same_place_with_another_seed(recipes):
    seen = recipes["again"]
    first, second = seen["first"].astype(int), seen["second"].astype(int)
    assert seen["above"] == 1 and seen["active"]
    assert np.array_equal(first[..., 3], second[..., 3]), "not what was selected then"
    inside = first[..., 3] == 255
    assert inside.sum() > 5000
    assert np.abs(first - second)[inside].mean() > 3, "the same seed"
    assert np.abs(first - second)[inside].mean() < 80, "another place"


def test_without_its_source_it_says_so_and_changes_nothing(recipes):
    seen = recipes["again"]
    assert "no longer exists" in seen["says"]
    assert not seen["busy"] and seen["changed"] == []


def test_recipes_of_deleted_layers_do_not_pile_up_and_duplicates_inherit(recipes):
    seen = recipes["many"]
    assert seen["kept"] <= kept_recipes.MOST_ORPHANS + 2
    assert seen["heir"] == 3
