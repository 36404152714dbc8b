"""A dream whose worker was killed goes on from its last octave, to the same bytes; another picture's doesn't."""

from __future__ import annotations

import stat
import sys

import numpy as np
import pytest

from deepdream_core.dream import Job, dream
from deepdream_core.engine import whole_job
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.worker import interrupted
from deepdream_core.worker.interrupted import FILE, Interrupted
from tests.fakes.engine import FakeEngine

SETTINGS = DreamSettings(objective="b4", octaves=3, steps=4, seed=5)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    monkeypatch.setattr(interrupted, "LONG_SECONDS", 0.0)
    return tmp_path


def job(seed: int = 1, settings: DreamSettings = SETTINGS) -> Job:
    return Job(Pixels(np.random.default_rng(seed).uniform(0, 255, (120, 160, 3)).astype(np.float32)), settings)


def dreamed(work: Job, until_octave: int = 9):
    """As a worker does it, or until it is killed in that octave; the first octave and the result, if any."""
    store, first = Interrupted(), 0
    for progress in dream(work, FakeEngine(), store.found()):
        first = first or progress.octave
        if progress.octave == until_octave:
            return first, None
        store.add(progress)
    store.forget()
    return first, progress.result


def test_it_goes_on_to_the_same_bytes_and_leaves_nothing(folder):
    whole = dreamed(job())[1]
    assert not (folder / FILE).exists()
    dreamed(job(), 3)
    if sys.platform != "win32":
        assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    first, result = dreamed(job())
    assert first == 3
    assert np.array_equal(result.rgb, whole.rgb) and result.recipe == whole.recipe and result.record == whole.record
    assert not (folder / FILE).exists()


def test_it_goes_on_twice(folder):
    whole = dreamed(job())[1]
    dreamed(job(), 2)
    assert dreamed(job(), 3) == (2, None)
    first, result = dreamed(job())
    assert first == 3 and np.array_equal(result.rgb, whole.rgb)


@pytest.mark.parametrize("other", ["picture", "settings", "version", "spoilt", "empty"])
def test_anything_else_begins_anew_and_deletes_it(other, folder, monkeypatch):
    dreamed(job(), 3)
    work = job(2 if other == "picture" else 1, SETTINGS.replace({"steps": 5}) if other == "settings" else SETTINGS)
    if other == "version":
        monkeypatch.setattr(whole_job, "VERSION", "9.9.9")
    if other == "spoilt":
        (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-100])
    if other == "empty":
        (folder / FILE).write_bytes(b"")
    assert dreamed(work, 2) == (1, None)
    first, _result = dreamed(work)
    assert first == 2, "the file is of the new dream now"


def test_a_short_dream_writes_nothing(folder, monkeypatch):
    monkeypatch.setattr(interrupted, "LONG_SECONDS", 60.0)
    dreamed(job(), 3)
    assert not list(folder.iterdir())


def test_a_disk_that_takes_nothing_costs_only_that(folder, monkeypatch, capsys):
    def full(_checkpoint):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(interrupted, "_write", full)
    assert dreamed(job())[1] is not None and "No space left" in capsys.readouterr().err
