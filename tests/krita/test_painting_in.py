"""*Paint it in* and *Detail layer* in real Krita, in 8 and 16 bits and float; *Variations*."""

from __future__ import annotations

import re

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
DEPTHS = ["eight_bit", pytest.param("sixteen_bit", marks=pytest.mark.slow), "linear_float"]


@pytest.fixture(scope="module")
def dreams(krita, request) -> harness.Played:
    deep = ["sixteen_bit"] if request.config.getoption("--long") else []
    return krita("painting_in", ["eight_bit", "linear_float", *deep, "variations", "where"], steps=8)


def apart(seen, one: str, other: str) -> np.ndarray:
    """By how much what is visible differs, in 8 bits."""
    return np.abs(seen[one].astype(int) - seen[other].astype(int)).max(axis=2)


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_detail_layer_looks_as_the_dream_does(dreams, depth):
    seen = dreams[depth]
    assert apart(seen, "before", "layer").max() > 24, "nothing was dreamed"
    assert apart(seen, "layer", "detail").max() <= 1
    assert seen["detail_undone"] == 1


def test_renewed_a_detail_layer_stays_one(dreams):
    seen = dreams["eight_bit"]
    assert seen["renewed_pixels"] and seen["mode"] == "grain_merge" and seen["renewal_undone"]
    # A dream with another seed, and not a grey veil.
    assert 0 < apart(seen, "layer", "renewed").mean() < 2 * apart(seen, "before", "layer").mean()


@pytest.mark.parametrize("depth", DEPTHS)
def test_under_a_black_mask_nothing_is_seen_until_it_is_painted_white(dreams, depth):
    seen = dreams[depth]
    assert apart(seen, "before", "masked").max() == 0 and apart(seen, "before", "redone").max() == 0
    white = np.zeros(seen["before"].shape[:2], bool)
    white[400:464, 450:514] = True
    assert apart(seen, "before", "painted")[~white].max() == 0
    assert apart(seen, "layer", "painted")[white].max() <= 1


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_mask_is_active_and_one_undo_takes_all_away(dreams, depth):
    seen = dreams[depth]
    assert seen["active"] == ["transparencymask", "Paint white here", "Animals"]
    assert seen["masked_undone"] == 1 and seen["left_active"] == "Background"
    assert "paint with white" in seen["masked_says"]


@pytest.mark.parametrize("depth", DEPTHS)
def test_saved_and_reopened_it_looks_the_same(dreams, depth):
    assert apart(dreams[depth], "painted", "reopened").max() == 0


def test_from_the_history_it_comes_under_a_mask_again(dreams):
    assert dreams["eight_bit"]["again"] == ["paintlayer", "transparencymask"]


def test_what_a_variation_shows_is_what_it_becomes_in_full_size(dreams):
    seen = dreams["variations"]
    assert seen["name"] == f"Seed {seen['seed'].replace(',', '')}" and seen["undone"] == 1
    assert np.corrcoef(seen["sketch"].ravel(), seen["dream"].ravel())[0, 1] > 0.99, "but for the lower 8 of 16 bits"
    assert seen["kept"] and seen["depths"] == ["U16", "U16"], "what Live showed is dreamed again, as deep as the image"


def test_it_grows_where_a_hidden_layer_is_painted_and_where_the_picture_is_clicked(dreams):
    seen = dreams["where"]
    changed = apart(seen, "before", "after") > 0
    painted = np.zeros(changed.shape, bool)
    painted[380:476, 420:484] = True
    assert changed[painted].mean() > 0.5 and not changed[~painted].any()
    assert re.fullmatch(r"b10@\(0\.\d+,0\.\d+\)", seen["objective"])


def test_kritas_help_menu_has_the_manual(dreams):
    assert "DeepDream Manual" in dreams["where"]["help"]


def test_krita_was_not_disturbed(dreams):
    dreams.ended_well()
