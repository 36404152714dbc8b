"""A reader of Keras weights files (the ``.h5`` that keras.applications publishes): path → named arrays."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from .errors import DreamError

Array = NDArray[np.float32]


def read_keras(path: Path) -> dict[str, list[Array]]:
    """The arrays of every layer that has any, by the layer's name, both in the file's own order.

    Raises ``DreamError`` (``weights.unreadable``) for anything that is no such file.
    """
    try:
        with h5py.File(path, "r") as file:
            layers = {_text(name): file[name] for name in file.attrs["layer_names"]}
            return {
                name: [np.asarray(group[key], np.float32) for key in group.attrs["weight_names"]]
                for name, group in layers.items()
                if len(group.attrs["weight_names"])
            }
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise DreamError("weights.unreadable", path=path, reason=error, advice="Get the file again.") from error


def _text(name: bytes | str) -> str:
    return name.decode("utf-8") if isinstance(name, bytes) else name
