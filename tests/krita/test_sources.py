"""Current Group and Color Labeled Layers in real Krita: the very pixels that are grabbed."""

from __future__ import annotations

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
# As in scenarios/sources.py, BGRA.
NOTHING, FIRST, SECOND, LABELED = (0, 0, 0, 0), (10, 20, 30, 255), (200, 100, 50, 128), (60, 0, 255, 255)
# Points of the document: in the first layer, where both of the group overlap, in the second, the strip, elsewhere.
IN_FIRST, IN_BOTH, IN_SECOND, IN_STRIP, ELSEWHERE = (15, 25), (40, 40), (60, 60), (100, 10), (110, 70)
BOTH = (105, 60, 40, 255)  # the second, half transparent, over the first


@pytest.fixture(scope="module")
def sources(krita) -> harness.Played:
    return krita("sources", ["all_sources", "other_layers", "labels_by_click"], steps=4)


@pytest.mark.parametrize("how", ["group", "group_itself", "pass_through", "pass_through_as_layer"])
def test_a_group_is_grabbed_as_it_looks_by_itself(sources, how):
    seen = sources["all_sources"]
    assert seen[f"{how}_layer"] == "Trees"
    assert seen[f"{how}_inside"] == [10, 10, 60, 60]
    assert _at(seen, how, IN_FIRST) == FIRST
    assert _at(seen, how, IN_BOTH) == BOTH
    assert _at(seen, how, IN_SECOND) == SECOND
    assert not seen[how][..., 3].sum() > 255 * 60 * 60, "something of the other layers came along"


@pytest.mark.parametrize(("how", "layer"), [("own_label", "Sea"), ("chosen_label", "First")])
def test_layers_of_a_label_are_composed_without_the_others_and_without_hidden_ones(sources, how, layer):
    seen = sources["all_sources"]
    assert seen[f"{how}_layer"] == layer
    assert seen[f"{how}_inside"] == [0, 0, 120, 70]
    assert _at(seen, how, IN_STRIP) == LABELED
    assert _at(seen, how, IN_SECOND) == SECOND
    assert _at(seen, how, IN_BOTH) == SECOND
    assert _at(seen, how, (100, 50)) == NOTHING


def test_a_labeled_group_stands_for_everything_in_it(sources):
    seen = sources["all_sources"]
    assert _at(seen, "two_labels", IN_FIRST) == FIRST
    assert _at(seen, "two_labels", IN_BOTH) == BOTH
    assert _at(seen, "two_labels", IN_STRIP) == LABELED


def test_what_is_not_there_is_said_in_words(sources):
    seen = sources["all_sources"]
    assert "“Background” is not in a group" in seen["no_group"]
    assert "“Background” has no color label" in seen["no_label"]
    assert "color label Red" in seen["label_of_none"]


def test_grabbing_changes_nothing(sources):
    seen = sources["all_sources"]
    assert seen["changed"] == []
    assert seen["steps"] == []


@pytest.mark.parametrize("kind", ["vector", "fill", "clone"])
def test_layers_that_krita_draws_itself_can_be_taken_by_label(sources, kind):
    seen = sources["other_layers"]
    left, top = seen[f"{kind}_place"]
    grabbed, shown = seen[kind], seen[f"{kind}_seen"]
    height, width = grabbed.shape[:2]
    part = shown[top : top + height, left : left + width]
    assert part[..., 3].any()
    assert np.abs(grabbed.astype(int) - part).max() <= 1


def test_labels_are_clicked_and_the_line_says_what_will_be_dreamed(sources):
    seen = sources["labels_by_click"]
    assert "“First” has no color label" in seen["without"]
    assert "“First” has no color label" in seen["refused"] and not seen["busy"]
    assert seen["still_refused"] == seen["refused"], "forgotten when the worker was ready"
    assert seen["says"].startswith("Selection 64 × 48 from layers labeled Yellow")
    assert seen["group"].startswith("Selection 64 × 48 from the group “Trees”")
    assert seen["above"] == 1
    alpha = seen["dream"][..., 3]
    assert alpha[10, 20] == 255 and alpha[40, 20] == 0 and abs(int(alpha[50, 60]) - 128) <= 1


def _at(seen: harness.Seen, name: str, point: tuple[int, int]) -> tuple[int, ...]:
    left, top = seen[f"{name}_place"]
    row, column = point[1] - top, point[0] - left
    height, width = seen[name].shape[:2]
    return tuple(seen[name][row, column].tolist()) if 0 <= row < height and 0 <= column < width else NOTHING
