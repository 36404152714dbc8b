"""What the harness tells and leaves behind when a Krita never ends; no Krita needed."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from . import harness

REPORT = {
    "scenarios": {
        "first": {"seconds": 1.5, "error": None, "values": {}},
        "second": {"seconds": None, "error": None, "values": {}},
    }
}


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> harness.Profile:
    """With a Krita that reports and then hangs."""
    (tmp_path / "given.json").write_text(json.dumps(REPORT), encoding="utf-8")
    hangs = f"cp {tmp_path}/given.json $DEEPDREAM_REPORT/report.json; sleep 100"
    monkeypatch.setattr(harness, "KRITA", f"sh -c '{hangs}' krita")
    return harness.Profile(tmp_path, tmp_path / "photo.png")


def test_a_krita_that_hangs_is_killed_and_told_with_what_was_played(profile):
    played = harness.play(profile, ":0", profile.folder / "report", "nothing", [], longest=1)
    assert played.exit_code is None and played.left_behind == []
    assert played["first"].values == {}
    with pytest.raises(AssertionError, match=r"was killed after \d+ s in second"):
        played["second"]
    with pytest.raises(AssertionError, match="did not get to it"):
        played["third"]


def test_an_interrupted_play_leaves_no_krita(profile, monkeypatch):
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(harness, "_wait", interrupted)
    monkeypatch.setattr(harness.uuid, "uuid4", lambda: uuid.UUID(int=7))
    with pytest.raises(KeyboardInterrupt):
        harness.play(profile, ":0", profile.folder / "report", "nothing", [])
    assert harness.end_marked(uuid.UUID(int=7).hex, patience=30) == []
