"""The docker among Krita's own: keys and wheel stay where they belong, pictures come from everywhere, nothing waits."""

from __future__ import annotations

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
NAMES = [
    "keys_stay_kritas",
    "wheel_scrolls",
    "guides_and_masks",
    "guide_of_another_image",
    "narrow",
    "first_press",
    "large_canvas",
]
# Promised are 10 s (docs/docker.md says what was measured); a busy machine gets some air.
FIRST_PRESS_SECONDS = 30


@pytest.fixture(scope="module")
def habits(krita) -> harness.Played:
    return krita("habits", NAMES)


def test_after_a_click_in_the_docker_b_still_picks_the_brush(habits):
    picked = habits["keys_stay_kritas"]["picked"]
    assert picked and all(picked.values()), picked


def test_the_wheel_over_a_slider_scrolls(habits):
    seen = habits["wheel_scrolls"]
    assert seen["moved"] == 0 and seen["scrolled"] > 0


def test_a_castle_grows_only_where_the_hint_layer_is_blue(habits):
    seen = habits["guides_and_masks"]
    assert seen["objective"] == "class:castle@Hints#3366ff"
    assert "Hints" in seen["recipe"]["pictures"]
    changed = np.abs(seen["after"].astype(int) - seen["before"]).mean(axis=(0, 2))
    inside, outside = changed[: seen["half"] - 40].mean(), changed[seen["half"] + 40 :].mean()
    assert inside >= 2 * outside, "the hint layer doesn't lie over the painting"


def test_other_images_and_the_clipboard_are_guides(habits):
    seen = habits["guide_of_another_image"]
    for name in ("Other", "Clipboard"):
        assert seen[name]["objective"] == f"guide:b10={name}"
        assert name in seen[name]["pictures"]


def test_in_a_narrow_docker_nothing_is_cut_off(habits):
    seen = habits["narrow"]
    assert seen["content"] <= seen["room"], seen["wide"]


def test_the_first_press_is_soon_a_layer(habits):
    assert habits["first_press"]["seconds"] <= FIRST_PRESS_SECONDS


def test_nothing_holds_krita_up(habits):
    """No call of the plugin is much more work than it is for Krita to read and write the same canvas."""
    seen = habits["large_canvas"]
    assert all(dream["calls"] for dream in seen["dreams"]), "nothing was measured"
    assert min(dream["ours_worked"] for dream in seen["dreams"]) < 2 * seen["krita"], seen.values


def test_krita_was_not_disturbed(habits):
    habits.ended_well()
    assert habits.left_behind == []
