"""A painter never waits for the plugin: large layers, live dreams, long histories and the docker itself."""

from __future__ import annotations

import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.slow, pytest.mark.timeout(harness.PATIENCE)]
# Promised are 50 ms of a quiet machine.
WORKED_MS = 100


@pytest.fixture(scope="module")
def seen(krita) -> harness.Played:
    return krita("never_waits", ["whole_layer", "with_alpha", "linear_float", "live", "long_history", "start_up"])


@pytest.mark.parametrize(
    ("scenario", "moment"),
    [
        ("whole_layer", "dream"),
        ("whole_layer", "undo"),
        ("with_alpha", "dream"),
        ("linear_float", "dream"),
        ("live", "selection"),
        ("live", "whole"),
        ("long_history", "filling"),
        ("long_history", "working"),
        ("long_history", "opening"),
    ],
)
def test_no_call_of_the_plugin_takes_long_beside_kritas_own(seen, scenario, moment):
    measured = seen[scenario][moment]
    assert measured["calls"], "nothing was measured"
    assert measured["ours_worked"] < WORKED_MS, measured


def test_light_above_white_is_still_there(seen):
    assert 3 <= seen["linear_float"]["pixel"][1] <= 4.001


def test_the_docker_is_made_at_once(seen):
    _clock, worked = seen["start_up"]["took"]
    assert worked < WORKED_MS
