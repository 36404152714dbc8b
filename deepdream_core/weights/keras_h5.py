"""Readers of Keras weights files: path → named arrays.

``read_keras``: the ``.h5`` that keras.applications publishes; ``read_blocks``: a newer ``.weights.h5``, of blocks of
convolutions without names.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np

from ..arrays import Constants
from ..errors import DreamError, shortened
from . import hdf5_walk

_AGAIN = "Download the file again."
# The walk has a limit of its own, by the processor's time, on all systems but Windows.
_MOST_WAIT_SECONDS = 300


def look_through(path: Path) -> None:
    """Read all of a file that nobody published a checksum of, in a process of its own.

    Raises ``DreamError`` (``weights.unreadable``) where that fails, takes too long, too much memory, or other files.
    """
    command = [sys.executable, "-I", hdf5_walk.__file__, str(path)]
    try:
        walked = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_MOST_WAIT_SECONDS, check=False
        )
        code, reason = walked.returncode, walked.stderr.decode("utf-8", "replace").strip()
    except subprocess.TimeoutExpired:
        code, reason = 1, ""
    if code:
        words = reason.splitlines()[-1] if reason else "it can't be read within reasonable time and memory"
        raise DreamError("weights.unreadable", path=path, reason=shortened(words, 200), advice=_AGAIN)


def read_keras(path: Path) -> dict[str, list[Constants]]:
    """The arrays of every layer that has any, by the layer's name, both in the file's own order.

    Raises ``DreamError`` (``weights.unreadable``) for anything that is no such file.
    """
    with _readable(path) as file:
        layers = {_text(name): file[name] for name in file.attrs["layer_names"]}
        return {
            name: [np.asarray(group[key], np.float32) for key in group.attrs["weight_names"]]
            for name, group in layers.items()
            if len(group.attrs["weight_names"])
        }


def read_blocks(path: Path) -> dict[str, list[Constants]]:
    """Kernel (rows, columns, in, out) and bias (out) of every convolution, named as VGG's: "block1_conv2".

    Raises ``DreamError`` (``weights.unreadable``) for anything that is no such file.
    """
    with _readable(path) as file:
        found = {}
        for block in sorted(name for name in file if name.startswith("block")):
            layers = file[block]["layers"]
            kernels = sorted(name for name in layers if name.startswith("conv2d"))
            for number, name in enumerate(kernels, 1):
                numbers = layers[name]["vars"]
                found[f"{block}_conv{number}"] = [np.asarray(numbers[key], np.float32) for key in ("0", "1")]
        return found


@contextmanager
def _readable(path: Path) -> Iterator[h5py.File]:
    try:
        with h5py.File(path, "r") as file:
            yield file
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise DreamError("weights.unreadable", path=path, reason=error, advice=_AGAIN) from error


def _text(name: bytes | str) -> str:
    return name.decode("utf-8") if isinstance(name, bytes) else name
