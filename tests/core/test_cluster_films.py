"""Scenes of a film on Dask workers that lack the weights, one of which ends in the middle: the film is the same."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from deepdream_core import cli
from deepdream_core.batch import scene_tasks
from deepdream_core.batch.cluster import Cluster
from deepdream_core.batch.scene_tasks import SceneTask
from deepdream_core.catalogue import network
from deepdream_core.engine.engine import shared
from deepdream_core.files.metadata import Stored
from deepdream_core.files.pictures import PictureFile, load
from deepdream_core.film import video
from deepdream_core.film.clip import Clip, Scene
from deepdream_core.film.scenes import SPAN, scenes
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.film_settings import FilmSettings
from deepdream_core.system import atomic
from deepdream_core.weights.store import own_path, verified
from tests.core.test_cluster import Dask, dask  # noqa: F401
from tests.core.test_flow import PAN, ZOOM

pytest.importorskip("distributed")
pytest.importorskip("av")
LITE = network("efficientnet_lite0")
# A worker that finds no weights but those in its own folder.
BARE = """
from deepdream_core.weights import store
store._in_package = lambda info: None
"""
COUNTS = [5, 4, 6]


def test_a_scene_that_fails_says_how_to_make_it_otherwise(monkeypatch):
    def broken(*_anything: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(scene_tasks, "opened", broken)
    frames = SimpleNamespace(scene=Scene(0, 2), pattern="x")
    task = SceneTask(Path("in.mp4"), frames, DreamSettings(), FilmSettings())
    error = task.run(None, lambda *_progress: None).error
    assert "“in.mp4” could not be dreamed: the disk is gone" in error and error.endswith(task.otherwise)


def frames() -> list[PictureFile]:
    """Three scenes: a pan, another one of other colours, a zoom of the first."""
    pan = list(PAN.frames(COUNTS[0], 48, 64))
    other = [255 - frame[::-1, ::-1] for frame in PAN.frames(COUNTS[1], 48, 64)]
    zoom = [frame[:, :, ::-1] * 0.6 for frame in ZOOM.frames(COUNTS[2], 48, 64)]
    return [PictureFile(Path("x"), Stored(np.rint(frame).astype("u1"))) for frame in [*pan, *other, *zoom]]


def clip_of(pictures: list[PictureFile]) -> Clip:
    return Clip(Path("x"), [Fraction(1, 10)] * len(pictures), lambda first: iter(pictures[first:]))


def test_cuts_are_found_and_motion_is_none():
    found = list(scenes(clip_of(frames()), 80))
    assert found == [Scene(0, 5), Scene(5, 4), Scene(9, 6)]
    fast = [PictureFile(Path("x"), Stored(np.rint(each).astype("u1"))) for each in PAN.frames(20, 48, 64)][::2]
    assert list(scenes(clip_of(fast), 80)) == [Scene(0, 10)]
    thread = [PictureFile(Path("x"), Stored(np.full((1, 300, 3), level, np.uint8))) for level in (20, 20, 200)]
    assert list(scenes(clip_of(thread), 80)) == [Scene(0, 2), Scene(2, 1)]
    alone = clip_of(frames() * 8)
    assert [scene.count for scene in scenes(alone, "off")] == [SPAN, SPAN, 120 - 2 * SPAN]


def test_a_film_over_workers_is_the_film_made_here(dask, tmp_path, capsys, monkeypatch):  # noqa: F811
    # Numbered pictures: an encoder may give other bytes for the same frames.
    source, apart, whole = tmp_path / "in.mkv", tmp_path / "apart" / "%06d.png", tmp_path / "whole" / "%06d.png"
    for target in (apart, whole):
        target.parent.mkdir()
    video.write(source, iter(frames()), clip_of(frames()))
    preload = tmp_path / "bare.py"
    preload.write_text(BARE)
    workers = [dask.worker(home=tmp_path / name, preload=preload) for name in ("one", "two")]
    words = ["--layer", "b4", "--octaves", "1", "--steps", "3", "--precision", "fp32", "--threads", shared().threads]
    with Cluster(dask.address) as cluster:
        dask.wait_for(cluster, 2)
    sent = own_path(LITE).name

    def end_one() -> None:
        """As soon as a frame of the last scene is there."""
        frame = apart.parent / "000010.png"
        while not frame.exists() and workers[1].poll() is None:
            time.sleep(0.02)
        workers[0].kill()

    ending = threading.Thread(target=end_one)
    ending.start()
    assert cli.main(["film", *map(str, [source, apart, *words, "--cluster", dask.address])]) == 0
    ending.join(10)
    told = capsys.readouterr().err
    assert "3 of 3: frames" in told
    for name in ("one", "two"):
        file = tmp_path / name / "weights" / LITE.name / sent
        assert file.read_bytes() == verified(LITE).path.read_bytes()
    assert cli.main(["film", *map(str, [source, whole, *words])]) == 0
    # The worker that was killed may have left a part.
    made = sorted(file for file in apart.parent.iterdir() if not atomic.is_part(file))
    assert [file.name for file in made] == [f"{number:06}.png" for number in range(1, sum(COUNTS) + 1)]
    for file in made:
        assert np.array_equal(load(file).stored.samples, load(whole.parent / file.name).stored.samples), file.name
