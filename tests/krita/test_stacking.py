"""Every new dream is seen, in real Krita: above older ones and hints, in groups, with one undo; its name tells."""

from __future__ import annotations

import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]


@pytest.fixture(scope="module")
def dreams(krita) -> harness.Played:
    return krita("stacking", ["twice", "in_a_group", "above_hints"], steps=4)


def test_the_second_dream_lies_on_the_first_and_one_undo_takes_it_away(dreams):
    seen = dreams["twice"]
    assert seen["names"] == ["Background", "Animals", "Animals 2"] and seen["seen"]
    assert seen["steps"] == 1
    assert seen["undone"] == ["Background", "Animals"] and seen["as_before"]


def test_in_a_group_each_dream_lies_on_the_older_ones(dreams):
    seen = dreams["in_a_group"]
    inside = ["Sky", "Animals · Sky", "Animals 2 · Sky"]
    assert seen["above"] == [["Land", *inside]]
    assert seen["active"] == "Sky"
    assert seen["group_0"] == [["Land", *inside, ["Dreams · Sky", "Animals 3 · Sky"]]]
    assert seen["group_1"] == [["Land", *inside, ["Dreams · Sky", "Animals 3 · Sky", "Animals 4 · Sky"]]]
    assert len(seen["steps"]) == 2, seen["steps"]


def test_a_dream_lies_above_what_guided_it(dreams):
    seen = dreams["above_hints"]
    assert seen["names"] == ["Background", "How strong", "Animals · Background", "Ink"]
    assert seen["seen"]


def test_krita_was_not_disturbed(dreams):
    dreams.ended_well()
