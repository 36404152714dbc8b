"""Further: a dream that goes on from where it stopped is, to the bit, the dream that never stopped."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.dream import Checkpoint, Job, dream
from deepdream_core.engine.progress import DreamResult
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.dream_settings import DreamSettings

BASE = DreamSettings(objective="b4", octaves=2, steps=3, jitter=16)
SIZE = (72, 96)


@pytest.fixture(scope="module")
def picture() -> Pixels:
    random = np.random.default_rng(5)
    rgb = np.kron(random.uniform(0, 255, (9, 12, 3)), np.ones((8, 8, 1))).astype(np.float32)
    return Pixels(rgb, np.tile(np.linspace(0.2, 1, SIZE[1], dtype=np.float32), (SIZE[0], 1)))


def run(job: Job, engine, checkpoint: Checkpoint | None = None) -> tuple[DreamResult, Checkpoint, list[int]]:
    """The result, where it stopped, and the octaves in which it took its steps."""
    octaves, last = [], None
    for progress in dream(job, engine, checkpoint):
        if progress.stage is not None:
            octaves.append(progress.octave)
            if (progress.octave, progress.step) == (progress.octaves, progress.steps):
                last = progress.stage.checkpoint()
        if progress.result is None:
            assert 0 <= progress.done <= progress.total
    assert progress.result is not None and last is not None
    return progress.result, last, octaves


@pytest.mark.parametrize(
    "values",
    [
        {"working_size": "full", "optimiser": "adam"},
        {"working_size": 64, "seamless": True, "likeness": 40.0},
        {"working_size": 64, "growth_alpha": True, "headroom": False, "octaves": 1},
    ],
    ids=["full size", "smaller, seamless", "only what grew"],
)
def test_it_is_the_dream_that_never_stopped(values, picture, engine):
    settings = BASE.replace(values)
    mask = np.zeros(SIZE, np.float32)
    mask[10:60, 8:80] = 1
    mask = None if settings.seamless else mask
    plain, checkpoint, _ = run(Job(picture, settings, mask), engine)
    for further in (1, 2):
        job = Job(picture, settings.replace({"further": further}), mask)
        whole, _, all_octaves = run(job, engine)
        found, checkpoint, octaves = run(job, engine, checkpoint)
        assert set(octaves) == {max(all_octaves)} and len(octaves) == settings.steps
        assert len(all_octaves) == (settings.octaves + further) * settings.steps
        assert np.array_equal(found.rgb, whole.rgb) and np.array_equal(found.alpha, whole.alpha)
        assert (found.recipe, found.record) == (whole.recipe, whole.record)
        assert found.recipe.settings.further == further and len(found.record["octaves"]) == settings.octaves + further
        assert np.abs(found.rgb - plain.rgb).mean() > 1


def test_what_is_of_another_dream_is_dreamed_whole(picture, engine):
    _, checkpoint, _ = run(Job(picture, BASE), engine)
    further = BASE.replace({"further": 1})
    other = Pixels(picture.rgb + np.float32(0.25), picture.alpha)
    mask = np.ones(SIZE, np.float32)
    mask[:, 90:] = 0
    for job in (
        Job(other, further),
        Job(picture, further.replace({"seed": 2})),
        Job(picture, further, mask),
        Job(picture, BASE),
    ):
        _, _, octaves = run(job, engine, checkpoint)
        assert octaves[0] == 1, "nothing is gone further from that isn't the same dream"
