"""What goes wrong in the middle of a dream: the document stays whole, the docker says so, the next one works."""

from __future__ import annotations

import os
import time

import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
# Seconds: promised is one, of a machine that does nothing else.
SOON = 5
IN_THE_DOCKER = [
    "cancel",
    "cancel_while_starting",
    "killed",
    "frozen",
    "closed",
    "other_document_in_front",
    "deleted",
    "second_window",
]


@pytest.fixture(scope="module")
def faults(krita) -> harness.Played:
    return krita("faults", [*IN_THE_DOCKER, "krita_quits"])


@pytest.fixture(scope="module")
def at_start(krita) -> harness.Played:
    return krita("quitting", ["while_starting"])


def test_cancel_ends_the_job_within_a_second(faults):
    seen = faults["cancel"]
    assert seen["seconds"] <= SOON
    assert seen["still_computed"] < 0.4, "the worker goes on in secret"
    assert seen["worker_kept"], "the warm worker was thrown away"


@pytest.mark.parametrize("fault", ["cancel", "killed", "frozen"])
def test_the_document_is_untouched(faults, fault):
    seen = faults[fault]
    assert seen["changed"] == []
    assert seen["steps"] == []


@pytest.mark.parametrize("fault", ["cancel", "cancel_while_starting", "killed", "frozen", "closed", "deleted"])
def test_the_next_dream_works(faults, fault):
    seen = faults[fault]
    assert seen["next_above"] == 1
    assert seen["workers"] == 1


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("cancel", "cancel"),
        ("cancel_while_starting", "cancel"),
        ("killed", "Dream"),
        ("frozen", "cancel"),
        ("closed", "closed"),
        ("deleted", "Background"),
    ],
)
def test_the_docker_says_what_happened(faults, fault, word):
    assert word.lower() in faults[fault]["says"].lower()


def test_a_frozen_worker_is_replaced(faults):
    assert faults["frozen"]["replaced"]


def test_cancel_while_the_worker_starts_brings_no_dream_later(faults):
    seen = faults["cancel_while_starting"]
    # On a busy machine the worker starts for longer than a notice stays.
    assert not seen["busy"] and seen["still_says"] in (seen["says"], "Ready.")
    assert seen["changed"] == []


def test_the_dream_of_a_closed_document_opens_nothing_by_itself(faults):
    assert faults["closed"]["documents"] == 0


def test_the_dream_of_a_deleted_layer_is_not_pasted_elsewhere(faults):
    assert faults["deleted"]["changed"] == []


def test_a_dream_goes_to_its_own_document_not_to_the_one_in_front(faults):
    seen = faults["other_document_in_front"]
    assert seen["changed"] == []
    assert seen["added"] == 1


def test_a_second_window_closes_in_mid_job(faults):
    """Its docker is gone, with all that looked and listened there; the dream and the next one come all the same."""
    seen = faults["second_window"]
    assert (seen["above"], seen["next_above"], seen["workers"]) == (1, 2, 1)


def test_krita_lived_through_it_all(faults):
    assert faults.report["between"] == ""
    assert faults.exit_code == 0
    assert faults.left_behind == []


def test_krita_quits_in_mid_job_and_while_the_worker_starts(faults, at_start, krita, monkeypatch):
    both = {"krita_quits": faults, "while_starting": at_start}
    for moment, played in both.items():
        assert played.exit_code == 0 and played.left_behind == []
        assert not os.path.exists(f"/proc/{played[moment]['worker']}")
    documents = os.pathsep.join(str(played.folder / "document.kra") for played in both.values())
    monkeypatch.setenv("DEEPDREAM_DOCUMENTS", documents)
    after = krita("reopening", ["reopen"])["reopen"]["after"]
    assert after == [played[moment]["before"] for moment, played in both.items()]


def test_krita_is_killed_in_mid_job(krita):
    """The worker notices that nobody is left to answer, even while it computes."""
    played = krita("quitting", ["killed"])
    worker = played.report["scenarios"]["killed"]["values"]["worker"]
    end = time.monotonic() + 20
    while os.path.exists(f"/proc/{worker}") and time.monotonic() < end:
        time.sleep(0.1)
    assert played.exit_code == -9
    assert played.left_behind == []
