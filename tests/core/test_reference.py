"""Inception-v3 dreams as the tutorial's plain program does: gains no less than 0.9 of the reference's.

They are in fact higher, by a third and more: the reference averages over each tile, so that its thin tiles at
the edge pull far harder than the rest and use up the step. With sums instead of means, and nothing else changed,
it gains 3.67 (mixed3) and 6.1 (mixed5) where it had 2.8 and 4.3; ours gains 3.7 and 7.0, with its overlap.
"""

from __future__ import annotations

import pytest

from benchmarks import reference
from benchmarks.task import Task
from deepdream_core.catalogue import network
from deepdream_core.dream import Job, dream
from deepdream_core.image.pixels import Pixels
from deepdream_core.networks.fetch import add
from deepdream_core.settings.dream_settings import FORMER, DreamSettings
from deepdream_core.system.folders import HOME_VARIABLE
from tests import independent

LAYERS = ("mixed3", "mixed5")
# As the reference is: no shaping of the gradient, no faint noise, tiles of 512.
PLAIN = DreamSettings(
    network="inception_v3",
    objective=" + ".join(LAYERS),
    octaves=4,
    octave_scale=1.4,
    steps=10,
    step_size=1.5,
    tile=512,
    laplacian_levels=0,
    variation=0,
    working_size="full",
    **{**FORMER, "hold_brightness": False},
)


@pytest.fixture
def real_v3(tmp_path, monkeypatch):
    if not independent.INCEPTION_WEIGHTS.exists():
        pytest.skip(f"NOT TESTED: {independent.INCEPTION_WEIGHTS} is absent")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    add(network("inception_v3"), independent.INCEPTION_WEIGHTS, trust=True)


@pytest.mark.slow
@pytest.mark.usefixtures("real_v3")
def test_gains_are_those_of_the_plain_reference(engine, clouds):
    height, width = clouds.shape[:2]
    task = Task("reference", "fp32", "inception_v3", LAYERS, width=width, height=height)
    plain = reference.prepare(task)
    for progress in dream(Job(Pixels(clouds), PLAIN.replace({"seed": 0})), engine):
        result = progress.result
    for layer in LAYERS:
        ours, theirs = (independent.gain(clouds, picture, layer) for picture in (result.rgb, plain(clouds, task)))
        assert ours >= 0.9 * theirs
        print(f"{layer}: {ours:.2f}, the plain reference {theirs:.2f}")
