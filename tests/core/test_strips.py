"""A large picture in strips: no seams, as strong as in one piece, and refused where it has to be seen as a whole."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core.batch.here import Here
from deepdream_core.batch.strip_tasks import Strips
from deepdream_core.dream import Job, dream, dream_spread, strips
from deepdream_core.errors import DreamError
from deepdream_core.files.pictures import load
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.settings.dream_settings import DreamSettings
from tests import independent

ROOT = Path(__file__).resolve().parents[2]
LENGTH = strips.LEAST_PX
SETTINGS = DreamSettings(objective="b10", octaves=2, octave_scale=1.6, steps=3, working_size="full", precision="fp32")
# One plain step, as seams between tiles are measured.
STEP = SETTINGS.replace({"octaves": 1, "steps": 1, "jitter": 0, "headroom": False, "variation": 0})
SEAMS = [core.start for core in strips._cuts(LENGTH)][1:]


@pytest.fixture
def picture(clouds):
    """Long enough for strips, and not the same everywhere."""
    return np.clip(resize(clouds[200:440], LENGTH, 200), 0, 255)


@pytest.fixture
def climb(engine):
    """Strips dreamed one after the other in this process, as they come over the line, the last one first."""
    heard = []

    def backwards(parts):
        found = Strips(Here(engine), {}, heard.append, heard.append)(pickle.loads(pickle.dumps(parts)))
        yield from reversed(list(found))

    yield backwards
    assert heard


def added(progress, picture) -> np.ndarray:
    *_, last = progress
    return last.result.rgb - picture


def seam(apart: np.ndarray, whole: np.ndarray) -> float:
    """Whatever both differ in by one factor is no seam."""
    return independent.seam_measure(apart * np.abs(whole).mean() / np.abs(apart).mean(), whole, [], SEAMS)


def test_strips_show_no_more_than_tiles(engine, picture, climb, monkeypatch):
    whole = added(dream(Job(Pixels(picture), STEP), engine), picture)
    apart = added(dream_spread(Job(Pixels(picture), STEP), engine, climb), picture)
    assert seam(apart, whole) <= 0.7
    monkeypatch.setattr(strips, "OVERLAP", 0)
    monkeypatch.setattr(strips, "SEAM_PX", 0)
    with np.errstate(divide="ignore"):
        cut = added(dream_spread(Job(Pixels(picture), STEP), engine, climb), picture)
    assert seam(cut, whole) > 0.7


def test_strips_are_as_strong_as_the_whole_also_where_they_meet(engine, picture, climb):
    whole = added(dream(Job(Pixels(picture), SETTINGS), engine), picture)
    apart = added(dream_spread(Job(Pixels(picture), SETTINGS), engine, climb), picture)
    gains = [independent.gain(picture, picture + each, "b10") for each in (whole, apart)]
    assert gains[1] == pytest.approx(gains[0], rel=0.1)
    near = np.zeros(LENGTH, bool)
    for place in SEAMS:
        near[place - 12 : place + 32] = True
    energy = [np.abs(each).mean(axis=(0, 2)) for each in (whole, apart)]
    shares = [each[near].mean() / each[~near].mean() for each in energy]
    assert shares[1] == pytest.approx(shares[0], rel=0.1)
    steps = [np.abs(np.diff(each, axis=1)).mean(axis=(0, 2)) for each in (whole, apart)]
    jumps = [each[np.array(SEAMS) - 1].mean() / each.mean() for each in steps]
    assert jumps[1] < 1.3 * jumps[0], "a line where strips meet"


def test_a_quiet_strip_is_not_dreamed_more_strongly(engine, picture, climb):
    quiet = picture.copy()
    quiet[:, : LENGTH // 2] = 128 + (quiet[:, : LENGTH // 2] - 128) * 0.05
    shares = []
    for progress in (dream(Job(Pixels(quiet), STEP), engine), dream_spread(Job(Pixels(quiet), STEP), engine, climb)):
        strength = np.abs(added(progress, quiet)).mean(axis=(0, 2))
        shares.append(strength[: SEAMS[0]].mean() / strength[SEAMS[2] :].mean())
    assert shares[1] == pytest.approx(shares[0], rel=0.15)


def test_a_picture_that_is_all_borders_is_dreamed(engine, picture, climb):
    narrow = np.ascontiguousarray(picture[:60])
    *_, last = dream_spread(Job(Pixels(narrow), STEP), engine, climb)
    assert np.abs(last.result.rgb - narrow).mean() > 0.5


def test_a_mask_at_the_border_is_measured_where_it_is(engine, picture, climb):
    upright = np.ascontiguousarray(picture.swapaxes(0, 1))
    mask = np.zeros(upright.shape[:2], np.float32)
    mask[20:90, :16] = mask[1450:1500, :16] = 1
    *_, last = dream_spread(Job(Pixels(upright), STEP, mask), engine, climb)
    changed = np.abs(last.result.rgb - upright[20:1500, :16]).mean(axis=(1, 2))
    assert changed[:70].mean() > 0.5 and changed[-50:].mean() > 0.5 and changed[70:-50].max() == 0


@pytest.mark.parametrize("changes", [{"seamless": True}, {"angle": 30}, {"objective": "b10@(0.5,0.5)"}])
def test_what_has_to_be_seen_as_a_whole_is_refused(engine, picture, changes):
    job = Job(Pixels(picture), STEP.replace(changes))
    with pytest.raises(DreamError, match="can't be combined with a cluster"):
        next(dream_spread(job, engine, lambda _strips: iter(())))


@pytest.mark.slow
def test_the_command_shares_a_large_picture_and_dreams_a_small_one_alone(picture, tmp_path):
    Image.fromarray(np.rint(picture).astype("u1")).save(tmp_path / "in.png")

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "deepdream_core", "dream", str(tmp_path / "in.png"), str(tmp_path / "out.png")]
        more = ["--layer", "b6", "--octaves", "2", "--steps", "2", "--cluster", "local", *words]
        done = subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    assert "octave 2 of 2" in run("--working-size", "full")
    found = load(tmp_path / "out.png")
    assert found.recipe.settings.threads == "auto" and found.recipe.settings.working_size == "full"
    assert np.abs(found.pixels.rgb - picture).mean() > 1
    assert "too small to share" in run("--working-size", "400")
