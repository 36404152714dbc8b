"""One engine for a process: what it keeps and lets go, a precision that fails, a TensorFlow that others use too."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from deepdream_core.engine import engine as engines
from deepdream_core.objective.syntax import parse
from deepdream_core.objective.terms import check

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
        timeout=120,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **environment},
        check=False,
    )


def test_few_gradients_are_kept_and_the_others_are_gone_at_once(engine):
    """Without waiting for Python's own collection, which may not come for hundreds of objectives."""
    network = engine.network("efficientnet_lite0")
    made = []
    gc.collect()
    gc.disable()
    try:
        for number in range(engines.CACHED_GRADIENTS + 3):
            compiled = engine.gradient(network, check(parse(f"b0[{number}]"), network.info), {}, "fp32")
            compiled.probe()
            made.append(weakref.ref(compiled))
            del compiled
        alive = [reference() is not None for reference in made]
    finally:
        gc.enable()
    assert alive == [False] * 3 + [True] * engines.CACHED_GRADIENTS


def processor_has(flag: str) -> bool:
    path = Path("/proc/cpuinfo")
    return path.exists() and flag in path.read_text().split()


@pytest.mark.skipif(not processor_has("avx512_bf16"), reason="this processor has no bf16 that could be taken from it")
def test_a_precision_that_fails_gives_way_to_one_that_does_not():
    """oneDNN held to AVX2 can't do what the processor promises; dream and atlas go on, and one line says how."""
    code = """
from deepdream_core.atlas.render import Look, _Painter
engine = dd.Engine()
network = engine.network("efficientnet_lite0")
found = []
for precision in ("auto", "bf16", "fp32"):
    *_, last = dd.dreaming(dd.Job(dd.Pixels(picture), quick.replace({"precision": precision})), engine)
    found.append(last.result)
assert [one.recipe.precision for one in found] == ["fp32"] * 3
assert np.array_equal(found[0].rgb, found[2].rgb)
_Painter(engine, network, "b1", Look(pixels=32, octaves=1, steps=1)).paint([0])
"""
    done = run(code, ONEDNN_MAX_CPU_ISA="AVX2")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("falling back to fp32") == 1 and "Traceback" not in done.stderr
    fast = run(
        "*_, last = dd.dreaming(dd.Job(dd.Pixels(picture), quick), dd.Engine())\n"
        "assert last.result.recipe.precision == 'bf16'"
    )
    assert fast.returncode == 0, fast.stderr


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
