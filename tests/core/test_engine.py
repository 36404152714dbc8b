"""One engine for a process: what it keeps and lets go, a precision that fails, a TensorFlow that others use too."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import weakref
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from deepdream_core.dream import Job, dream
from deepdream_core.engine import engine as engines
from deepdream_core.engine import gradient, precision
from deepdream_core.engine.loss import Objective
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.objective.syntax import parse
from deepdream_core.objective.terms import check
from deepdream_core.settings.dream_settings import DreamSettings

ROOT = Path(__file__).resolve().parents[2]
START = """
import sys; sys.path.insert(0, sys.argv[1])
import numpy as np
import deepdream_core as dd
picture = np.random.default_rng(0).uniform(0, 255, (48, 64, 3)).astype(np.float32)
quick = dd.DreamSettings(objective="b1", octaves=1, steps=1)
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", START + code, str(ROOT)],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **environment},
        check=False,
    )


def test_gradients_are_kept_by_what_they_take_and_the_others_are_gone_at_once(engine, monkeypatch):
    """With their graphs, and without waiting for Python's own collection, which may not come for many objectives."""
    network = engine.network("efficientnet_lite0")
    monkeypatch.setattr(engine, "_gradients", OrderedDict())
    made = []
    gc.collect()
    gc.disable()
    try:
        for number in range(7):
            compiled = engine.gradient(network, check(parse(f"b2[{number}]"), network.info), {}, "fp32")
            made.append(weakref.ref(compiled._compiled.get_concrete_function().graph))
            monkeypatch.setattr(engines, "CACHED_BYTES", 4.5 * compiled.constant_bytes)
            del compiled
        alive = [reference() is not None for reference in made]
    finally:
        gc.enable()
    assert alive == [False] * 3 + [True] * 4


def test_a_dream_that_may_end_early_is_made_ready_with_what_measures_it(engine, monkeypatch):
    monkeypatch.setattr(engine, "_gradients", OrderedDict())
    settings = DreamSettings(objective="b1", precision="fp32", octaves=1, steps=2, how_far="auto")
    engine.warm(settings.replace({"how_far": "steps"}))
    (compiled,) = engine._gradients.values()
    plain = compiled.constant_bytes
    engine.warm(settings)
    assert compiled._measured.experimental_get_tracing_count() == 1
    assert compiled.constant_bytes > 1.5 * plain
    *_, last = dream(Job(Pixels(np.zeros((48, 64, 3), np.float32)), settings), engine)
    assert last.result is not None
    assert compiled._measured.experimental_get_tracing_count() == 1


@pytest.mark.slow
def test_sixty_objectives_take_hardly_more_memory_than_ten():
    code = """
from deepdream_core.objective.syntax import parse
from deepdream_core.objective.terms import check
import psutil
engine = dd.Engine()
network = engine.network("efficientnet_lite0")
for number in range(60):
    engine.gradient(network, check(parse(f"b10[{number}]"), network.info), {}, "fp32")
    if number in (9, 59):
        print(psutil.Process().memory_info().rss)
"""
    done = run(code)
    assert done.returncode == 0, done.stderr
    ten, sixty = map(int, done.stdout.split())
    assert sixty < 1.3 * ten


def processor_has(flag: str) -> bool:
    path = Path("/proc/cpuinfo")
    return path.exists() and flag in path.read_text().split()


@pytest.mark.skipif(not processor_has("avx512_bf16"), reason="this processor has no bf16 that could be taken from it")
def test_a_precision_that_fails_gives_way_to_one_that_does_not(tmp_path):
    """oneDNN held to AVX2 can't do what the processor promises: the trial finds out, and whoever insists is told.

    And TensorFlow doesn't load Keras, as in a worker, where it can be loaded later.
    """
    code = """
engine = dd.Engine()
assert not {"keras", "keras.src"} & set(sys.modules)
from deepdream_core.atlas.render import Look, _Painter
network = engine.network("efficientnet_lite0")
found = []
for precision in ("auto", "bf16", "fp32"):
    *_, last = dd.dreaming(dd.Job(dd.Pixels(picture), quick.replace({"precision": precision})), engine)
    found.append(last.result)
assert [one.recipe.precision for one in found] == ["fp32"] * 3
assert np.array_equal(found[0].rgb, found[2].rgb)
_Painter(engine, network, "b1", Look(pixels=32, octaves=1, steps=1)).paint([0])
import keras
assert keras.layers.Conv2D(2, 3)(picture[None]).shape == (1, 46, 62, 2)
"""
    limits = {"ONEDNN_MAX_CPU_ISA": "AVX2", "KRITA_DEEPDREAM_HOME": str(tmp_path)}
    done = run(code, **limits)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("falling back to fp32") == 1 and "Traceback" not in done.stderr
    (trial,) = json.loads((tmp_path / "precisions.json").read_text()).values()
    assert trial["precision"] == "fp32" and list(trial["failed"]) == ["bf16"] and list(trial["seconds"]) == ["fp32"]


def test_a_precision_that_fails_during_a_dream_is_never_used_again(engine, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    monkeypatch.setattr(engine, "_trials", {})
    monkeypatch.setattr(engine, "_gradients", OrderedDict())
    engines._tell_once.cache_clear()
    network = engine.network("efficientnet_lite0")
    failing = engine.gradient(network, check(parse("b1"), network.info), {}, "bf16")
    compiled, calls = failing._compiled, []

    def fails_the_third_time(*arguments):
        calls.append(len(calls))
        if len(calls) == 3:
            raise tf.errors.UnimplementedError(None, None, "no kernel")
        return compiled(*arguments)

    if failing.precision == "bf16":
        failing._compiled = fails_the_third_time
    picture = Pixels(np.random.default_rng(0).uniform(0, 255, (48, 64, 3)).astype(np.float32))
    settings = DreamSettings(objective="b1", octaves=1, steps=4, precision="bf16")
    *_, last = dream(Job(picture, settings), engine)
    assert last.result.recipe.precision == failing.precision == "fp32"
    assert np.isfinite(last.result.rgb).all() and caplog.text.count("falling back to fp32") == 1
    assert list(precision.known(network.info.name, engine.threads).failed) == ["bf16"]
    again = engine.gradient(network, check(parse("b2"), network.info), {}, "bf16")
    assert again.precision == "fp32"


@pytest.fixture
def not_a_number(engine, tmp_path, monkeypatch):
    """Makes a gradient, of a precision, in which one pixel of the first tile is no number: (gradient, dream it)."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    monkeypatch.setattr(engine, "_trials", {})
    monkeypatch.setattr(engine, "_gradients", OrderedDict())
    engines._tell_once.cache_clear()

    def make(wanted):
        network = engine.network("efficientnet_lite0")
        failing = engine.gradient(network, check(parse("b1"), network.info), {}, wanted)
        compiled, one = failing._compiled, np.zeros((1, 48, 64, 3), np.float32)
        one[0, 20, 30, 1] = np.nan
        if failing.precision == wanted:
            failing._compiled = lambda *arguments: compiled(*arguments) + one
        picture = Pixels(np.random.default_rng(0).uniform(0, 255, (48, 64, 3)).astype(np.float32))
        job = Job(picture, DreamSettings(objective="b1", octaves=1, steps=2, jitter=0, precision=wanted))
        return failing, lambda: list(dream(job, engine))[-1].result

    return make


def test_a_gradient_that_is_no_number_is_computed_again_in_fp32(engine, not_a_number):
    failing, dreamed = not_a_number("bf16")
    assert np.isfinite(dreamed().rgb).all() and failing.precision == "fp32"
    assert "bf16" in precision.known("efficientnet_lite0", engine.threads).failed


def test_a_gradient_that_is_no_number_in_fp32_either_is_told(engine, not_a_number):
    _failing, dreamed = not_a_number("fp32")
    with pytest.raises(DreamError) as told:
        dreamed()
    assert told.value.code == "engine.not_finite"
    assert not precision.known("efficientnet_lite0", engine.threads).failed


def test_what_fails_in_fp32_too_leaves_the_precision_for_other_pictures(engine, monkeypatch):
    network = engine.network("efficientnet_lite0")
    shared = gradient.Gradient(network, Objective(check(parse("b1"), network.info), network.info), "bf16")
    with pytest.raises(gradient.NotFinite):
        shared._computed(lambda: gradient._finite(tf.constant([[np.nan]])))
    assert shared.precision == "bf16"


def test_arrays_are_dreamed_by_one_engine_which_builds_a_network_once():
    code = """
from deepdream_core import networks
built = []
build = networks.build
networks.build = lambda name: built.append(name) or build(name)
first = dd.dream_array(picture, quick)
assert np.array_equal(first, dd.dream_array(picture, quick))
dd.dream_array(picture, quick.replace({"objective": "b2", "threads": dd.Engine().threads}))
assert built == ["efficientnet_lite0"], built
try:
    dd.dream_array(picture, quick.replace({"threads": 77}))
except dd.DreamError as error:
    assert error.code == "engine.threads" and "77" in error.sentence
else:
    raise AssertionError("other threads were taken")
assert np.array_equal(first, dd.dream_array(picture, quick))
"""
    done = run(code)
    assert done.returncode == 0, done.stderr


def test_where_tensorflow_computes_already_a_dream_takes_what_is_there():
    code = """
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.constant(1) + 1
dd.dream_array(picture, quick)
assert dd.Engine().threads == dd.Engine(1).threads == 1
try:
    dd.Engine(3)
except dd.DreamError as error:
    assert error.code == "engine.threads"
else:
    raise AssertionError("three threads were promised")
"""
    done = run(code)
    assert done.returncode == 0, done.stderr
