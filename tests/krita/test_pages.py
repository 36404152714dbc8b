"""Styles, zooms, wrap around and the atlas in real Krita: layers, at their place, of what was asked for."""

from __future__ import annotations

import re

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]


@pytest.fixture(scope="module")
def pages(krita) -> harness.Played:
    return krita("pages", ["style", "styles_by_hints", "zoom", "wrap_around", "atlas", "atlas_rendered"])


def test_the_style_of_a_layer_is_a_layer_over_what_was_selected(pages):
    seen = pages["style"]
    x, y, width, height = 60, 30, 128, 96
    assert seen["bounds"] == [x, y, width, height]
    painted, source = seen["painted"].astype(int), seen["source"].astype(int)
    inside = painted[..., 3] == 255
    assert 0.6 * width * height < inside.sum() < 0.85 * width * height
    blue, _green, red = (painted - source)[inside][:, :3].mean(axis=0)
    assert red - blue > 30, "the layer's stripes are red and black"


def test_each_style_is_painted_where_a_hint_layer_says(pages):
    colours = pages["styles_by_hints"]["painted"].astype(int)[..., :3]
    half = colours.shape[1] // 2
    left, right = colours[:, : half - 16], colours[:, half + 16 :]
    # The stripes are red and black, the ink and its paper nearly grey.
    assert left[..., 2].sum() > 0.7 * left.sum() and right[..., 2].sum() < 0.45 * right.sum()


def test_a_film_is_an_animated_layer_whose_frames_differ(pages):
    seen = pages["zoom"]
    assert seen["animated"] and len(seen["times"]) == 3, seen["says"]
    assert seen["times"] == [0, 1, 2] and seen["per_second"] == 12
    frames = [seen[f"frame{number}"].astype(int)[..., :3] for number in range(3)]
    for earlier, later in zip(frames, frames[1:], strict=False):
        assert np.abs(earlier - later).mean() > 2


def test_in_wrap_around_mode_the_dream_has_no_seam(pages):
    seen = pages["wrap_around"]
    assert "seamless" in seen["aim"] and "seamless" not in seen["aim_later"]
    picture = seen["seamless"].astype(int)[..., :3]
    for axis in (0, 1):
        steps = np.abs(np.roll(picture, -1, axis) - picture).mean(axis=(1 - axis, 2))
        assert steps[-1] <= np.percentile(steps[:-1], 95)


def test_channels_picked_in_the_atlas_are_dreamed(pages):
    seen = pages["atlas"]
    (layer, one), (also, other) = seen["picked"]
    assert layer == also and one != other
    assert sorted(re.findall(r"\d+", seen["objective"].removeprefix(layer))) == sorted([str(one), str(other)])
    assert seen["objective"].startswith(layer) and seen["name"] == "Peacock"


def test_rendering_an_atlas_can_be_cancelled_and_goes_on_where_it_stopped(pages):
    seen = pages["atlas_rendered"]
    assert "no pictures of this layer" in seen["offers"]
    assert 0 < seen["first"] < seen["whole"]
    assert "Cancelled" in seen["cancelled"] and not seen["bar"]
    assert seen["first"] < seen["second"] < seen["whole"]
    assert seen["name"] and seen["workers"] == 1
