"""Real Krita with its worker on another computer, 50 ms and 20 Mbit/s away: what the worker writes arrives here."""

from __future__ import annotations

import json
import shlex
import sys

import numpy as np
import pytest

from krita_deepdream.choices.store import WORKER_FILE
from tests.chosen import choose_fp32

from . import harness
from .test_timeline import KEYFRAMES, frame

pytestmark = [pytest.mark.krita, pytest.mark.slow, pytest.mark.timeout(harness.PATIENCE)]
RATE, LATENCY = 20e6 / 8, 0.05


@pytest.fixture(scope="module")
def far(tmp_path_factory):
    """The other computer's data folder."""
    folder = tmp_path_factory.mktemp("far")
    choose_fp32(folder)
    return folder


@pytest.fixture(scope="module")
def elsewhere(krita, far) -> harness.Played:
    link = [sys.executable, "-I", str(harness.ROOT / "tests" / "slow_link.py"), str(far / "counted")]
    worker = [sys.executable, "-I", str(harness.ROOT / "krita_deepdream" / "launch.py"), "worker"]
    line = shlex.join([*link, str(RATE), str(LATENCY), "env", f"KRITA_DEEPDREAM_HOME={far}", *worker])
    return krita("elsewhere", ["frames", "zoom", "atlas"], steps=2, chosen={WORKER_FILE: json.dumps({"command": line})})


def test_an_animated_layer_is_dreamed_there_and_goes_on_after_a_cancel_and_a_broken_link(elsewhere):
    seen = elsewhere["frames"]
    cancelled, broken = frame(seen["cancelled"]), frame(seen["broken"])
    assert 2 <= cancelled < broken < len(KEYFRAMES) and seen["untouched"]
    assert "another computer stopped" in seen["says"]
    assert seen["resumed"] > broken, "it begins again"
    assert seen["times"] == KEYFRAMES and "animated layer with 9 frames" in seen["sentence"]
    for time in KEYFRAMES[:-1]:
        dreamed, source = (seen[f"{which}{time}"].astype(int) for which in ("frame", "source"))
        assert (dreamed[..., 3] == source[..., 3]).all()
        assert 1 < np.abs(dreamed - source)[source[..., 3] > 0][:, :3].mean() < 40


def test_a_zoom_made_there_is_an_animated_layer_here(elsewhere):
    seen = elsewhere["zoom"]
    assert seen["times"] == [0, 1, 2] and "animated layer with 3 frames" in seen["says"]
    frames = [seen[f"frame{number}"].astype(float) for number in range(3)]
    assert all(np.abs(frames[number] - frames[number + 1])[..., :3].mean() > 2 for number in range(2))


def test_a_sheet_rendered_there_is_shown_here(elsewhere):
    seen = elsewhere["atlas"]
    assert seen["before"] == 0 and seen["after"] > 0 and seen["files"] == [True, True]


def test_nothing_is_left_on_either_side(elsewhere, far):
    assert elsewhere.report["between"] == "" and elsewhere.report["finished"] and elsewhere.exit_code == 0
    assert elsewhere.left_behind == []
    assert not [each.name for each in (far / "jobs").iterdir() if each.name.startswith(("waits", "sent"))]
