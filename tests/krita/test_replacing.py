"""Replace layer and New image in real Krita: what stays to the bit, what is blended, undo and redo."""

from __future__ import annotations

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
DEPTHS = ["eight_bit", "sixteen_bit", "linear_float"]
OTHERS = ["less_strength", "group_instead", "nothing_at_no_strength", "new_image"]
LAMPS = [(230, 160), (20, 30)]  # as in scenarios/replacing.py


@pytest.fixture(scope="module")
def dreams(krita) -> harness.Played:
    return krita("replacing", ["eight_bit", "less_strength", *DEPTHS[1:], *OTHERS[1:]], steps=6)


@pytest.mark.parametrize("depth", DEPTHS)
def test_outside_the_selection_every_sample_stays(dreams, depth):
    seen = dreams[depth]
    outside = seen["selection"] == 0
    assert (seen["after"].view("u1") == seen["before"].view("u1")).reshape(*outside.shape, -1)[outside].all()


@pytest.mark.parametrize("depth", DEPTHS)
def test_alpha_stays_the_layers_own(dreams, depth):
    seen = dreams[depth]
    alpha = seen["before"][..., 3]
    assert 0.3 < np.median(alpha[seen["selection"] > 0]) / alpha.max() < 0.7, "nothing is half there"
    assert np.array_equal(seen["after"][..., 3], alpha)


@pytest.mark.parametrize("depth", DEPTHS)
def test_inside_it_is_dreamed(dreams, depth):
    seen = dreams[depth]
    full = 255 if seen["before"].dtype.kind == "u" and seen["before"].dtype.itemsize == 1 else 65535
    unit = 1.0 if seen["before"].dtype.kind == "f" else full
    inside = seen["selection"] == 255
    change = np.abs(seen["after"].astype(float) - seen["before"])[inside][:, :3] / unit
    assert change.mean() > 0.01


@pytest.mark.parametrize("depth", DEPTHS)
def test_one_undo_brings_the_picture_back_two_everything_and_two_redos_the_dream(dreams, depth):
    seen = dreams[depth]
    assert len(seen["steps"]) == 2
    back = seen["after_one_undo"].astype(float)
    if depth != "linear_float":  # lamps above white are clipped by Krita's conversion until the second undo
        assert np.array_equal(back, seen["seen_before"].astype(float))
    assert np.abs(np.clip(back, 0, 255) - np.clip(seen["seen_before"], 0, 255)).max() <= 1
    assert seen["not_undone"] == []
    assert seen["not_redone"] == []


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_layer_keeps_its_place_its_name_and_all_it_had(dreams, depth):
    seen = dreams[depth]
    before, after = seen["changed"]
    assert before == after
    assert seen["active"]
    if depth == "eight_bit":
        assert before[1:5] == [200, "multiply", 5, True] and before[6][0][0] == "transparencymask"


def test_strength_is_blended_in_and_the_slider_leaves_the_layer_alone(dreams):
    full, less = dreams["eight_bit"], dreams["less_strength"]
    before, dreamt = full["before"].astype(float), full["after"].astype(float)
    assert np.array_equal(less["before"], full["before"])
    assert np.abs(less["after"] - (before + 0.4 * (dreamt - before))).max() <= 1
    assert less["opacity"] == 200


def test_lamps_brighter_than_white_stay_as_bright(dreams):
    seen = dreams["linear_float"]
    (x, y), (outer_x, outer_y) = LAMPS
    assert (seen["after"][outer_y : outer_y + 8, outer_x : outer_x + 8, :3] == 4).all()
    assert seen["after"][y : y + 8, x : x + 8, :3].min() >= 3


def test_what_is_no_paint_layer_gets_a_layer_above_and_the_painter_a_sentence(dreams):
    seen = dreams["group_instead"]
    assert "“Trees” isn't a paint layer" in seen["says"]
    assert seen["above"] == 1


def test_at_no_strength_it_is_refused(dreams):
    seen = dreams["nothing_at_no_strength"]
    assert "nothing would be replaced" in seen["says"] and not seen["busy"]


def test_a_new_image_is_like_the_old_and_its_layer_follows_the_slider(dreams):
    seen = dreams["new_image"]
    assert seen["space"] == ["RGBA", "F32", "sRGB-elle-V2-g10.icc"]
    assert seen["resolution"] == 300
    assert seen["name"] == "Animals" and seen["opacity"] in (127, 128)


def test_krita_was_not_disturbed(dreams):
    dreams.ended_well()
