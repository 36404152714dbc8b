"""The project's engine through its public interface, at full working size, with the reference's schedule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from deepdream_core.dream import Job, dream
from deepdream_core.engine import Engine
from deepdream_core.pixels import Pixels
from deepdream_core.settings import FULL, SPECS, DreamSettings

from .task import Task


def prepare(task: Task) -> Callable[[np.ndarray, Task], np.ndarray]:
    """Warm the engine once; the function returned dreams float32 (height, width, 3), 0..255."""
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
    values = {
        "network": task.network, "objective": " + ".join(task.layers), "working_size": FULL,
        "octaves": task.octaves, "octave_scale": task.scale, "steps": task.steps,
        "step_size": task.step_size, "seed": task.seed,
    }
    if "precision" in SPECS:
        values["precision"] = task.mode
    return DreamSettings.from_dict(values)
