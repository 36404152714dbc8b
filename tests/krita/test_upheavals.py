"""A document that is changed while one of its dreams is computed: nothing of it is touched but by one whole layer."""

from __future__ import annotations

import os
import threading
import time

import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
STAND = ["converted", "undone"]
OFFERED = ["resized", "flattened"]
STEPS = 12


@pytest.fixture(scope="module")
def upheavals(krita) -> harness.Played:
    return krita("upheavals", [*STAND, *OFFERED], STEPS)


@pytest.mark.slow
def test_a_renewal_whose_layer_is_flattened_away(krita):
    seen = krita("upheavals", ["renewal_flattened"], STEPS)["renewal_flattened"]
    assert seen["lost"] == [] and seen["workers"] == 1, seen["says"]


@pytest.mark.parametrize("what", [*STAND, *OFFERED])
def test_what_was_there_stays_as_it_was_and_the_next_dream_works(upheavals, what):
    seen = upheavals[what]
    assert seen["lost"] == [], seen["says"]
    assert (seen["next_above"], seen["workers"]) == (1 + seen["added"], 1)
    assert 0 < len(seen["says"]) < 300


@pytest.mark.parametrize("what", STAND)
def test_where_its_layer_stands_the_dream_comes_as_one_whole_layer(upheavals, what):
    seen = upheavals[what]
    assert (seen["added"], seen["steps_off"]) == (1, [False]), seen["says"]
    assert seen["alike"] == [True], "of another depth than its document"


@pytest.mark.parametrize("what", OFFERED)
def test_where_its_place_is_gone_the_dream_is_offered(upheavals, what):
    seen = upheavals[what]
    assert seen["added"] == 0 and seen["offered"], seen["says"]


def test_krita_lived_through_it_all(upheavals):
    assert upheavals.report["between"] == "" and upheavals.exit_code == 0 and upheavals.left_behind == []


@pytest.mark.slow
def test_two_kritas_at_once(krita):
    """Each has a worker of its own, and neither takes the other's."""
    played: dict[str, harness.Played] = {}

    def play(scenarios: str, names: list[str]) -> None:
        played[scenarios] = krita(scenarios, names)

    both = [("faults", ["cancel", "killed", "krita_quits"]), ("upheavals", [*STAND, *OFFERED])]
    threads = [threading.Thread(target=play, args=each) for each in both]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for scenarios, names in both:
        assert played[scenarios].exit_code == 0 and played[scenarios].left_behind == []
        for name in names:
            assert played[scenarios][name].values


@pytest.mark.slow
@pytest.mark.parametrize("round", range(5))
def test_krita_is_killed_again_and_again(krita, round):
    played = krita("quitting", ["killed"])
    worker = played.report["scenarios"]["killed"]["values"]["worker"]
    end = time.monotonic() + 20
    while os.path.exists(f"/proc/{worker}") and time.monotonic() < end:
        time.sleep(0.1)
    assert played.exit_code == -9 and played.left_behind == []
