"""Readers of Keras weights files: path → named arrays.

``read_keras``: the ``.h5`` that keras.applications publishes; ``read_blocks``: a newer ``.weights.h5``, of blocks of
convolutions without names.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import h5py
import numpy as np
import psutil

from ..arrays import Constants
from ..errors import DreamError, shortened
from . import hdf5_walk

_AGAIN = "Download the file again."
# The walk has limits of its own where the system knows such: of the processor's time, and on Linux of memory.
_MOST_WAIT_SECONDS, _LOOK_SECONDS = 300, 0.1


def look_through(path: Path) -> None:
    """Read all of a file that nobody published a checksum of, in a process of its own.

    Raises ``DreamError`` (``weights.unreadable``) where that fails, takes too long, too much memory, or other files.
    """
    command = [sys.executable, "-I", hdf5_walk.__file__, str(path)]
    with tempfile.TemporaryFile() as words:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=words) as walk:
            code = _ended(walk)
        words.seek(0)
        reason = words.read().decode("utf-8", "replace").strip()
    if code:
        told = reason.splitlines()[-1] if reason else "it can't be read within reasonable time and memory"
        raise DreamError("weights.unreadable", path=path, reason=shortened(told, 200), advice=_AGAIN)


def _ended(walk: subprocess.Popen[bytes]) -> int:
    """How the process ended; killed where it takes too long or too much memory."""
    end = time.monotonic() + _MOST_WAIT_SECONDS
    try:
        while time.monotonic() < end and _memory(walk.pid) < hdf5_walk.MOST_BYTES:
            with suppress(subprocess.TimeoutExpired):
                return walk.wait(_LOOK_SECONDS)
    finally:
        walk.kill()
    return walk.wait()


def _memory(process: int) -> int:
    try:
        return int(psutil.Process(process).memory_info().rss)
    except psutil.Error:
        return 0


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
