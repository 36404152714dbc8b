"""Animated layers in real Krita: every keyframe dreamed in its place, cancelled, resumed, saved, with one undo."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from . import harness

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
KEYFRAMES = [0, 1, 2, 4, 5, 6, 8, 9, 11]


@pytest.fixture(scope="module")
def timeline(krita) -> harness.Played:
    return krita("timeline", ["dreamed", "part", "group", "closed"], steps=2)


def frame(words: str) -> int:
    """The first number in what the row of frames said."""
    return int(next(word for word in words.split() if word.isdigit()))


def test_the_dreamed_layer_has_the_same_keyframes(timeline):
    seen = timeline["dreamed"]
    assert seen["held"], "a held frame is no keyframe"
    assert seen["times"] == KEYFRAMES and seen["names"] == ["Background", "Walk", "Animals"]
    assert "9 frames" in seen["aim"] and "animated layer with 9 frames" in seen["sentence"]
    assert seen["time"] and seen["last"] == 11


def test_each_frame_is_a_dream_of_its_own_keyframe(timeline):
    seen = timeline["dreamed"]
    for time in KEYFRAMES:
        frame, source = (seen[f"{which}{time}"].astype(int) for which in ("frame", "source"))
        assert (frame[..., 3] == source[..., 3]).all()
        painted = source[..., 3] > 0
        assert painted.any() == (time != KEYFRAMES[-1])
        if painted.any():
            change = np.abs(frame - source)[painted][:, :3].mean()
            assert 1 < change < 40, f"{change} at {time}"


def test_it_is_cancelled_in_the_middle_and_goes_on_there(timeline):
    seen = timeline["dreamed"]
    done = frame(seen["cancelled"])
    assert 4 <= done < 9, "cancelled in the fifth frame, or in one that came before Krita heard of the click"
    assert seen["cancelled"] == f"{done} of 9 frames of “Walk” are done." and seen["untouched"]
    assert f"{done} of 9 frames are done" in seen["says"]
    assert frame(seen["resumed"]) > done, f"it begins again: {seen['resumed']}"
    assert not seen["words"], "nothing is left to go on with"


def test_one_undo_takes_it_away_and_it_is_saved_and_opened_again(timeline):
    seen = timeline["dreamed"]
    assert seen["steps"] == ["Add Layer"]
    assert seen["undone"] and seen["redone"] and seen["reopened"]


def test_a_range_is_as_deep_as_the_document_and_ends_where_it_ends(timeline):
    seen = timeline["part"]
    assert seen["times"] == [0, 1, 4, 6, 9], "every second one from 1 to 8, blank before and after"
    assert seen["depth"] == "U16" and "3 frames" in seen["says"]
    assert seen["frame1"].any() and not seen["frame9"].any()


def test_a_group_has_a_frame_wherever_one_of_its_layers_has_one(timeline):
    seen = timeline["group"]
    assert seen["times"] == [0, 1, 2] and seen["time"] and seen["steps"] == ["Add Layer"]
    for time, left, right in ((0, 0, 0), (1, 0, 8), (2, 16, 8)):
        expected = np.zeros((48, 64), bool)
        expected[left : left + 16, :16] = expected[right : right + 16, 32:48] = True
        assert ((seen[f"frame{time}"][..., 3] > 0) == expected).all(), time


def test_what_is_done_of_a_closed_document_becomes_a_new_image(timeline):
    seen = timeline["closed"]
    done = frame(seen["done"])
    assert 2 <= done < 5, "cancelled in the third frame, or in one that came before Krita heard of the click"
    assert seen["times"] == KEYFRAMES[::2][: done + 1], "of every second keyframe those that are done, then nothing"
    assert (seen["per_second"], seen["size"]) == (12, 160) and f"{done} frames in a new image" in seen["says"]


def test_krita_was_not_disturbed(timeline):
    timeline.ended_well()
    assert timeline.left_behind == []


@pytest.mark.slow
def test_light_above_white_stays(krita):
    seen = krita("timeline", ["bright"], steps=2)["bright"]
    assert (seen["depth"], seen["profile"]) == ("F32", "sRGB-elle-V2-g10.icc") and seen["times"] == KEYFRAMES
    assert "brighter than white" not in seen["says"]
    lamp = np.s_[32:44, 22:34]
    frame, source = (seen[name][..., :3][lamp] for name in ("frame", "source"))
    assert np.allclose(source, (3.0, 2.5, 2.0))
    assert np.abs(frame.mean(axis=(0, 1)) / source.mean(axis=(0, 1)) - 1).max() < 0.15


@pytest.mark.slow
def test_after_krita_was_killed_the_frames_that_were_done_are_found_again(krita, tmp_path, monkeypatch):
    profile = harness.Profile.make(tmp_path / "profile")
    profile.install_plugin()
    first = krita("timeline", ["killed"], steps=2, profile=profile)
    home = profile.folder / "deepdream"
    done = len(list((home / "interrupted-animation").glob("*.frame")))
    # The last one of all is empty.
    assert first.exit_code == -9 and first.left_behind == [] and 4 <= done < len(KEYFRAMES) - 1
    logged = len(_seconds_of_keyframes(home))
    monkeypatch.setenv("DEEPDREAM_DOCUMENTS", str(first.folder / "timeline.kra"))
    again = krita("timeline", ["again"], steps=2, profile=profile)["again"]
    assert again["times"] == KEYFRAMES and "animated layer with 9 frames" in again["says"]
    seconds = _seconds_of_keyframes(home)[logged:]
    assert len(seconds) == len(KEYFRAMES)
    assert max(seconds[:done]) < min(seconds[done:-1]), f"{done} were done: {seconds}"
    assert not (home / "interrupted-animation").exists() and not list((home / "jobs").glob("*/frames-*"))


def _seconds_of_keyframes(home: Path) -> list[float]:
    """How long each took, as the worker's log says."""
    text = "".join(log.read_text("utf-8") for log in sorted((home / "logs").glob("*.log")))
    return [float(found) for found in re.findall(r"keyframe_done after ([\d.]+) s", text)]
