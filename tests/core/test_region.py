"""What is dreamed of a picture: the mask's bounds, its softened border, and just enough around it."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.errors import DreamError
from deepdream_core.image.region import Box, Region, common, feathered, find_region
from deepdream_core.image.rows import everywhere
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.surroundings import SURROUNDINGS_PX

HEIGHT, WIDTH = 300, 500
PLACE = Box(120, 200, 40, 60)
PLAIN = DreamSettings()


def square() -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[PLACE.slices] = 1
    return mask


def test_without_a_mask_it_is_the_whole_picture():
    region = find_region(HEIGHT, WIDTH, None, PLAIN)
    assert region.core == region.crop == Box(0, 0, HEIGHT, WIDTH) and (region.mask == 1).all()


def test_a_mask_is_seen_with_its_surroundings_as_far_as_there_are_any():
    region = find_region(HEIGHT, WIDTH, square(), PLAIN)
    assert region.core == PLACE and (region.mask == 1).all()
    by = SURROUNDINGS_PX
    assert region.crop == Box(120 - by, 200 - by, 40 + 2 * by, 60 + 2 * by)
    corner = np.zeros((HEIGHT, WIDTH), np.float32)
    corner[0, 0] = 0.5
    assert find_region(HEIGHT, WIDTH, corner, PLAIN).crop == Box(0, 0, 1 + by, 1 + by)


def test_what_is_computed_smaller_is_seen_with_wider_surroundings():
    mask = np.zeros((5000, 6000), np.float32)
    mask[1500 : 1500 + 4 * 768, 1000 : 1000 + 4 * DreamSettings.automatic_size] = 1
    region = find_region(5000, 6000, mask, PLAIN)
    assert region.core.left - region.crop.left == region.core.top - region.crop.top == 4 * SURROUNDINGS_PX


@pytest.mark.parametrize("feather", [1.0, 10.0, 60.0])
def test_a_feathered_border_is_whole_falls_evenly_and_has_its_middle_where_the_border_was(feather):
    region = find_region(HEIGHT, WIDTH, square(), PLAIN.replace({"feather": feather}))
    soft = np.zeros((HEIGHT, WIDTH), np.float32)
    soft[region.core.slices] = region.mask
    whole = find_region(HEIGHT, WIDTH, square(), PLAIN.replace({"feather": feather, "seamless": True}))
    # The bounds cut nothing off that a blur of the whole picture shows (but for its 8 bits).
    assert np.abs(whole.mask - soft).max() <= 1.5 / 255
    for edge in (soft[:120, 230], soft[100:140, 230]):
        assert (np.diff(edge) >= 0).all()
    assert soft[119, 230] < 0.5 < soft[121, 230] or feather > 20
    assert region.core.top < 120 and soft.sum() == pytest.approx(square().sum(), rel=0.02)


def test_a_weight_is_multiplied_and_cuts_what_it_forbids():
    strength_map = np.zeros((HEIGHT, WIDTH), np.float32)
    strength_map[:, :230] = 0.5
    region = find_region(HEIGHT, WIDTH, square(), PLAIN, strength_map)
    assert region.core == Box(120, 200, 40, 30) and (region.mask == 0.5).all()


def test_seamless_is_always_the_whole_picture():
    region = find_region(HEIGHT, WIDTH, square(), PLAIN.replace({"seamless": True}))
    assert region.core == region.crop == Box(0, 0, HEIGHT, WIDTH)
    assert np.array_equal(region.mask, square())


@pytest.mark.parametrize(
    ("given", "feather", "code"),
    [
        ({"mask": np.zeros((HEIGHT, WIDTH), np.float32)}, 0, "mask.empty"),
        ({"mask": np.zeros((HEIGHT, WIDTH + 1), np.float32)}, 0, "mask.size"),
        ({"mask": None, "strength_map": np.zeros((HEIGHT, WIDTH), np.float32)}, 0, "mask.weight"),
        ({"mask": None, "strength_map": np.zeros((HEIGHT + 1, WIDTH), np.float32)}, 0, "mask.size"),
        ({"mask": square(), "strength_map": 1 - square()}, 0, "mask.weight"),
        ({"mask": square() * np.float32(0.001)}, 5, "mask.feather"),
    ],
)
def test_what_leaves_nothing_of_a_mask_is_told_for_what_it_is(given, feather, code):
    with pytest.raises(DreamError) as refused:
        find_region(HEIGHT, WIDTH, settings=PLAIN.replace({"feather": feather}), **given)
    assert refused.value.code == code


@pytest.mark.parametrize("factor", [0.01, 0.3, 1.0, 2.5])
def test_a_smaller_box_stays_inside_and_never_vanishes(factor):
    outer = Box(0, 0, round(HEIGHT * factor), round(WIDTH * factor))
    small = PLACE.scaled(factor, factor)
    assert small.height >= 1 and small.width >= 1
    assert small.top + small.height <= max(outer.height, 1) + 1 and small.left + small.width <= max(outer.width, 1) + 1
    assert small.top == pytest.approx(PLACE.top * factor, abs=1) and small.width == pytest.approx(60 * factor, abs=2)


def test_a_mask_without_feather_is_taken_as_it_is():
    mask = np.linspace(0, 1, 300, dtype=np.float32).reshape(15, 20)
    assert feathered(mask, 0) is mask
    assert find_region(15, 20, mask, PLAIN).with_strength(1.0).mask is not None


def test_only_the_core_may_move_however_it_was_masked():
    everything = Region(Box(1, 1, 2, 2), Box(0, 0, 4, 4), everywhere(2, 2))
    assert everything.movable(4, 4).sum() == 4
    corner = np.zeros((4, 4), np.float32)
    corner[0, 0] = 1
    with pytest.raises(DreamError) as told:
        everything.movable(4, 4, corner)
    assert told.value.code == "objective.nowhere"
    with pytest.raises(DreamError) as told:
        Region(Box(0, 0, 4, 4), Box(0, 0, 4, 4), np.zeros((4, 4), np.float32)).movable(4, 4)
    assert told.value.code == "dream.spared"
    whole = Region(Box(0, 0, 4, 4), Box(0, 0, 4, 4), everywhere(4, 4))
    assert whole.movable(8, 8).sum() == 64 and whole.movable(8, 8, corner).sum() < 16
    half = Region(Box(0, 0, 4, 4), Box(0, 0, 4, 4), corner)
    assert half.movable(4, 4).sum() == 1
    assert common(Box(0, 0, 4, 4), Box(4, 0, 4, 4)) is None is common(Box(0, 0, 4, 4), Box(0, 4, 4, 4))
    assert common(Box(0, 0, 4, 4), Box(3, 2, 4, 4)) == Box(3, 2, 1, 2)
