"""History and queue in real Krita: dreams that come back with their file, and dreams of two documents at once."""

from __future__ import annotations

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]


@pytest.fixture(scope="module")
def dreams(krita) -> harness.Played:
    return krita("history", ["reopened", "gone", "two_documents"], steps=6)


def test_a_dream_comes_back_with_its_file_to_the_bit(dreams):
    seen = dreams["reopened"]
    assert seen["count"] == 1 and "saved in the file" in seen["saved"]
    assert seen["above"] == 1 and seen["steps"] == 1
    assert seen["first"].dtype == np.uint16 and seen["first"][..., 3].any()
    assert np.array_equal(seen["again"], seen["first"])


def test_holding_compare_shows_the_image_without_the_dream_and_leaves_nothing_behind(dreams):
    seen = dreams["reopened"]
    assert seen["hidden"] and seen["looks_other"]
    assert seen["left_behind"] == [] and seen["compare_steps"] == []


def test_a_dream_whose_layer_is_gone_is_offered_and_goes_on_top(dreams):
    seen = dreams["gone"]
    assert "was deleted" in seen["says"] and seen["changed"] == []
    assert seen["top"] == "Animals"


def test_dreams_of_two_documents_tell_where_they_belong_and_land_there(dreams):
    seen = dreams["two_documents"]
    now, then = seen["rows"]
    assert now.startswith("Now “Animals”") and ".jpg" in now
    assert then.startswith("Then “Animals”") and "Second image" in then
    assert seen["cancel"] == "Cancel All"
    assert seen["active"], "another document came to the front"
    assert seen["first"] == ["Background", "Animals"]
    assert seen["second"] == ["Background", "Animals"]
    here = [tip for tip in seen["shown"] if "closed" not in tip]
    assert len(here) == 1 and "Second image" in here[0], "only the dreams of the document in front"


@pytest.mark.slow
def test_one_dream_is_cancelled_and_the_next_still_comes(krita):
    """Among the quick tests it is tried with a scripted worker."""
    assert krita("history", ["cancel_one_of_two"])["cancel_one_of_two"]["layers"] == ["Background", "Swirls"]


def test_krita_was_not_disturbed(dreams):
    dreams.ended_well()
    assert dreams.left_behind == []
