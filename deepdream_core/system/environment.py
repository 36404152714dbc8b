"""How TensorFlow is loaded, whoever needs it first: what it reads from the environment, without Keras, quietly."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from types import ModuleType

from ..errors import DreamError
from . import folders

# Warnings and errors only; Intel's kernels; Keras on TensorFlow, whatever the person's own Keras uses.
_DEFAULTS = {"TF_CPP_MIN_LOG_LEVEL": "2", "TF_ENABLE_ONEDNN_OPTS": "1"}
_REQUIRED = {"KERAS_BACKEND": "tensorflow"}


@contextmanager
def loading_tensorflow(quiet: bool = True) -> Iterator[None]:
    """Around the first import of what needs TensorFlow, and the first engine. Raises ``DreamError`` if it can't be had.

    ``quiet``: hold back its greeting; not where other threads write to standard error meanwhile.
    """
    prepare()
    try:
        with quiet_standard_error() if quiet and sys.stderr else nullcontext(), without_keras():
            yield
    except ImportError as error:
        raise DreamError("worker.tensorflow", reason=error) from error


def prepare() -> None:
    """Set this process's environment; a person's own choice of logging and kernels wins."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    os.environ.update(_REQUIRED)
    # Keras makes this folder as soon as it is loaded; in the home folder nobody would clean it away.
    os.environ.setdefault("KERAS_HOME", str(folders.data_folder() / "keras"))


@contextmanager
def quiet_standard_error() -> Iterator[None]:
    """Hold back what is written to file descriptor 2, native code's lines too; let it out if the body fails.

    TensorFlow greets with lines about its kernels that no setting can silence.
    """
    sys.stderr.flush()
    original = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(original, held.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)


@contextmanager
def without_keras() -> Iterator[None]:
    """While TensorFlow is loaded: it loads all of Keras too, and few of our networks need that, later.

    A module without content stands in for it; TensorFlow takes that for a Keras that can't be loaded.
    """
    found = None if "keras" in sys.modules else find_spec("keras")
    if found is None:
        yield
        return
    sys.modules["keras"] = stand_in = ModuleType("keras")
    stand_in.__spec__ = found
    try:
        yield
    finally:
        del sys.modules["keras"]
