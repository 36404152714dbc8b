"""Zooms as animated layers in real Krita, in every version: depth, place, pace, playback range, one undo."""

from __future__ import annotations

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]


@pytest.fixture(scope="module")
def zooms(krita) -> harness.Played:
    return krita("zooms", ["still", "moving", "closed"], steps=2)


@pytest.mark.parametrize("which", ["still", "moving"])
def test_one_undo_takes_the_zoom_away_and_redo_brings_every_frame_back(zooms, which):
    seen = zooms[which]
    assert seen["steps"].count("Add Layer") == 1 and seen["steps"][-1] == "Add Layer"
    assert zooms.report["krita"].startswith("6.") or len(seen["steps"]) == 1
    assert seen["undone"] and seen["redone"]


def test_the_document_plays_the_zoom_at_its_pace_and_no_longer(zooms):
    seen = zooms["still"]
    assert seen["times"] == [0, 1, 2]
    assert (seen["per_second"], seen["last"], seen["plays"]) == (12, 2, 2)


def test_a_document_that_moves_already_keeps_its_pace(zooms):
    seen = zooms["moving"]
    assert seen["times"] == [0, 2, 4]
    assert (seen["per_second"], seen["last"]) == (24, 5)


@pytest.mark.parametrize(("which", "depth"), [("still", "U16"), ("moving", "U8")])
def test_frames_are_as_deep_as_the_document_and_opaque(zooms, which, depth):
    seen = zooms[which]
    frames = [seen[f"frame{number}"] for number in range(3)]
    assert (seen["depth"], seen["profile"]) == (depth, "sRGB-elle-V2-srgbtrc.icc")
    full = np.iinfo(frames[0].dtype).max
    assert all((frame[..., 3] == full).all() for frame in frames)
    for earlier, later in zip(frames, frames[1:], strict=False):
        assert np.abs(earlier.astype(float) - later)[..., :3].mean() / full > 0.008
    if depth == "U16":
        assert (frames[0][..., :3] % 257 != 0).mean() > 0.5, "only eight bits of sixteen"


def test_it_lies_above_its_source_and_below_what_was_painted_over_that(zooms):
    assert zooms["still"]["names"] == ["Background", "Animals", "Ink"]


def test_a_zoom_whose_document_was_closed_becomes_a_new_image(zooms):
    seen = zooms["closed"]
    assert seen["animated"] and seen["size"] == [160, 100]
    assert "was closed" in seen["says"]


def test_krita_was_not_disturbed(zooms):
    zooms.ended_well()
    assert zooms.left_behind == []
