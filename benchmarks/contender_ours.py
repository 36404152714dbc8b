"""The project's engine through its public interface, at full working size, with the reference's schedule.

Unless a task says ``as_shipped``, nothing that the reference doesn't do is switched on.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

import numpy as np

from deepdream_core.catalogue import network
from deepdream_core.dream import Job, dream
from deepdream_core.engine.engine import Engine
from deepdream_core.image.pixels import Pixels
from deepdream_core.networks import fetch
from deepdream_core.settings.dream_settings import FORMER, FULL, SPECS, DreamSettings
from deepdream_core.system.folders import HOME_VARIABLE
from tests.independent import INCEPTION_WEIGHTS

from .task import Task

PLAIN = {**FORMER, "laplacian_levels": 0, "hold_brightness": False, "variation": 0}
MODES = ("fp32", "bf16") if "precision" in SPECS else ("fp32",)


def prepare(task: Task) -> Callable[[np.ndarray, Task], np.ndarray]:
    """Warm the engine once; the function returned dreams float32 (height, width, 3), 0..255."""
    if task.network == "inception_v3":
        os.environ[HOME_VARIABLE] = tempfile.mkdtemp(prefix="deepdream-benchmark-")
        fetch.add(network(task.network), INCEPTION_WEIGHTS, trust=True)
    engine = Engine()
    engine.warm(settings_of(task))
    return lambda rgb, wanted: run(rgb, wanted, engine)


def run(rgb: np.ndarray, task: Task, engine: Engine) -> np.ndarray:
    """Dream ``rgb`` and return it whole."""
    for progress in dream(Job(Pixels(rgb), settings_of(task)), engine):
        result = progress.result
    assert result is not None
    return result.rgb


def settings_of(task: Task) -> DreamSettings:
    """The task in the words of the project."""
    precision = {"precision": task.mode} if "precision" in SPECS else {}
    return DreamSettings.from_dict(
        {
            "network": task.network,
            "objective": " + ".join(task.layers),
            "working_size": FULL,
            "octaves": task.octaves,
            "octave_scale": task.scale,
            "steps": task.steps,
            "step_size": task.step_size,
            "seed": task.seed,
            **precision,
            **({"laplacian_strengths": task.strengths} if task.as_shipped else PLAIN),
        }
    )
