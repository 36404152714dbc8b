"""Dreams in real Krita: the layer, its place and its edge, what stays as it was, and one undo."""

from __future__ import annotations

import numpy as np
import pytest

from .. import independent
from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
REGIONS = ["selected_far", "selected_at_borders", "whole_layer", "sixteen_bit", "grey", "cmyk", "linear_float"]
BY = ["by_layer", "by_local_selection", "by_transparency_mask"]
OTHERS = [
    "strength",
    "filter_again",
    "filter_dialog",
    "disc_on_its_own_layer",
    "disc_merged",
    "empty_layer",
    "no_document",
    *BY,
    "chosen_preset",
]
LAMPS = [(566, 356), (20, 30)]  # left and top of the bright squares of "linear_float", 8 pixels wide
LAYER = "b10"  # of the preset that the docker begins with


@pytest.fixture(scope="module")
def dreams(krita) -> harness.Played:
    return krita("dreams", REGIONS + OTHERS, steps=6)


@pytest.mark.parametrize("region", REGIONS)
def test_a_new_layer_lies_directly_above_and_one_undo_takes_it_away(dreams, region):
    seen = dreams[region]
    assert seen["above"] == 1
    assert seen["active"], "another node is the active one"
    # Where there are several layers, the name says which was dreamed.
    assert seen["name"] == ("Animals · Background" if region == "selected_at_borders" else "Animals")
    assert seen["opacity"] == 255
    assert seen["same_space"]
    assert len(seen["steps"]) == 1
    assert seen["not_undone"] == []


@pytest.mark.parametrize("region", REGIONS)
def test_alpha_follows_the_selection_to_the_pixel(dreams, region):
    seen = dreams[region]
    alpha = seen["layer"][..., -1]
    mask = _mask(seen)
    full = 1.0 if alpha.dtype.kind == "f" else np.iinfo(alpha.dtype).max
    assert np.abs(alpha / full * 255 - mask).max() <= 1
    assert not alpha[mask == 0].any(), "something lies outside the selection"


@pytest.mark.parametrize("region", REGIONS)
def test_the_feather_is_there(dreams, region):
    """Guards the tests beside it: a selection that were hard or empty would let them pass."""
    mask = _mask(dreams[region])
    if region != "whole_layer":
        assert ((mask > 0) & (mask < 255)).sum() > 5000
        assert (mask == 255).sum() > 5000


@pytest.mark.parametrize("region", REGIONS)
def test_outside_nothing_changes_by_a_single_bit(dreams, region):
    seen = dreams[region]
    outside = _mask(seen) == 0
    changed = (seen["visible_before"] != seen["visible_after"]).any(axis=-1)
    assert not changed[outside].any()
    assert changed[~outside].mean() > 0.5, "hardly anything was dreamed"


@pytest.mark.parametrize("region", REGIONS)
def test_inside_it_is_a_dream(dreams, region):
    seen = dreams[region]
    rows, columns = _inner(_mask(seen))
    before, after = _rgb(seen["before"])[rows, columns], _rgb(seen["after"])[rows, columns]
    assert independent.gain(before, after, LAYER) >= 2


@pytest.mark.parametrize("region", REGIONS)
def test_its_content_lies_where_the_original_does(dreams, region):
    """The original's own lines shine through a dream: both correlate best when neither is moved."""
    seen = dreams[region]
    rows, columns = _inner(_mask(seen))
    before, after = _rgb(seen["before"])[rows, columns], _rgb(seen["after"])[rows, columns]
    assert _displacement(before.mean(axis=-1), after.mean(axis=-1)) == (0, 0)


@pytest.mark.parametrize("by", BY)
def test_strength_by_a_mask_or_a_layer(dreams, by):
    """Black: the same to the bit; grey 128: half of the dream, once; white: all of it."""
    seen = dreams[by]
    third = seen["layer"].shape[1] // 3
    parts = slice(third), slice(third, 2 * third), slice(-third, None)
    black, grey, white = ((slice(None), part) for part in parts)
    alpha = seen["layer"][..., 3]
    before, after = seen["before"][black], seen["after"][black]
    visible = before[..., 3] > 0  # what colour a wholly transparent pixel has nobody sees
    assert (before[visible] == after[visible]).all()
    assert (before[..., 3] == after[..., 3]).all()
    assert not alpha[black].any()
    assert np.abs(alpha[grey].astype(int) - 128).max() <= 1
    assert (alpha[white] == 255).all()
    assert (seen["before"][white] != seen["after"][white]).any(axis=-1).mean() > 0.5


def test_lamps_brighter_than_white_stay_as_bright(dreams):
    seen = dreams["linear_float"]
    (x, y), (outer_x, outer_y) = LAMPS
    before, after = seen["visible_before"][..., :3], seen["visible_after"][..., :3]
    assert (before[y : y + 8, x : x + 8] == 4).all()
    assert (after[outer_y : outer_y + 8, outer_x : outer_x + 8] == 4).all()
    assert after[y : y + 8, x : x + 8].min() >= 3
    assert after[y - 20 : y + 28, x - 20 : x + 28].max() <= 4.01


def test_strength_is_the_layers_opacity_and_can_be_turned_up_again(dreams):
    seen = dreams["strength"]
    assert seen["opacity"] == 102
    before, full, less = (seen[name].astype(float) for name in ("before", "full", "less"))
    assert np.abs(full - before).max() > 20
    assert np.abs(less - (0.6 * before + 0.4 * full)).max() <= 2
    assert np.array_equal(seen["again"], seen["full"])


def test_the_layer_is_named_after_the_chosen_preset(dreams):
    assert dreams["chosen_preset"]["name"] == "Swirls"


def test_the_filter_menu_dreams_again_without_a_dialog(dreams):
    assert dreams["filter_again"]["above"] == 1


def test_the_filters_dialog_makes_a_layer_and_looking_changes_nothing(dreams):
    seen = dreams["filter_dialog"]
    assert seen["changed_by_looking"] == []
    assert seen["above"] == 1
    assert not seen["still_open"]


def test_a_disc_dreams_alike_on_its_own_layer_and_merged(dreams):
    """The network sees what is visible under a layer's transparent pixels, never black."""
    own, merged = dreams["disc_on_its_own_layer"], dreams["disc_merged"]
    inside = own["inside"] == 255
    difference = np.abs(own["dream"][inside][:, :3].astype(float) - merged["dream"][inside][:, :3])
    assert difference.mean() <= 3
    assert np.abs(own["dream"][..., 3] - own["inside"].astype(int)).max() <= 1, "the dream isn't as round as its disc"
    assert (merged["dream"][..., 3] == 255).all()


def test_an_empty_layer_dreams_what_is_visible_and_says_so(dreams):
    seen = dreams["empty_layer"]
    assert "empty" in seen["says"]
    assert "visible" in seen["says"]
    assert seen["above"] == 1
    assert np.abs(seen["after"].astype(int) - seen["before"]).max() > 20


def test_without_a_document_it_says_so(dreams):
    seen = dreams["no_document"]
    assert seen["hidden"] or ("No image is open" in seen["says"] and not seen["busy"])


def test_krita_was_not_disturbed(dreams):
    dreams.ended_well()
    assert dreams.left_behind == []


def _mask(seen: harness.Seen) -> np.ndarray:
    if "selection" in seen.values:
        return seen["selection"].astype(int)
    return np.full(seen["before"].shape[:2], 255)


def _inner(mask: np.ndarray) -> tuple[slice, slice]:
    """The largest square about the middle of what is fully selected, at most the mask's bounds."""
    full = mask == 255
    rows, columns = np.flatnonzero(full.any(axis=1)), np.flatnonzero(full.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _rgb(bgra: np.ndarray) -> np.ndarray:
    return bgra[..., 2::-1]


def _displacement(before: np.ndarray, after: np.ndarray) -> tuple[int, int]:
    """Rows and columns by which ``after`` has moved against ``before``, by phase correlation."""
    window = np.outer(np.hanning(before.shape[0]), np.hanning(before.shape[1]))
    one, other = (np.fft.fft2((each - each.mean()) * window) for each in (before, after))
    cross = np.conj(one) * other
    peak = np.fft.ifft2(cross / np.maximum(np.abs(cross), 1e-9)).real
    row, column = np.unravel_index(peak.argmax(), peak.shape)
    return (
        int((row + before.shape[0] // 2) % before.shape[0] - before.shape[0] // 2),
        int((column + before.shape[1] // 2) % before.shape[1] - before.shape[1] // 2),
    )
