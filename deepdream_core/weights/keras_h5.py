"""Readers of Keras weights files: path → named arrays.

``read_keras``: the ``.h5`` that keras.applications publishes; ``read_blocks``: a newer ``.weights.h5``, of blocks of
convolutions without names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np

from ..arrays import Constants
from ..errors import DreamError


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
        raise DreamError("weights.unreadable", path=path, reason=error, advice="Download the file again.") from error


def _text(name: bytes | str) -> str:
    return name.decode("utf-8") if isinstance(name, bytes) else name
