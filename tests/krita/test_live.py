"""The live dream in real Krita: it follows a stroke of the brush and changes nothing by itself."""

from __future__ import annotations

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]


@pytest.fixture(scope="module")
def live(krita) -> harness.Seen:
    return krita("live", ["follows"])["follows"]


def test_it_shows_the_selection_and_changes_nothing(live):
    assert live["size"] == [256, 192] and live["changed"] == []


def test_it_follows_a_stroke_without_an_undo_step_of_its_own(live):
    assert live["strokes"] == 1 and live["followed"]
    changed = np.abs(live["before"].astype(int) - live["after"].astype(int)).max(axis=2) > 24
    assert changed.mean() > 0.02


def test_keep_makes_at_once_the_layer_that_dream_would_make(live):
    assert live["at_once"] and live["same"] and live["name"] == "Animals" and live["undone"]


def test_dream_makes_a_layer_of_it_and_switched_off_nothing_is_shown(live):
    assert live["layer"] == "Animals" and live["bounds"] == [400, 180, 256, 192]
    assert live["off"]
