"""What a type checker knows of the package's public names: ``mypy`` reads this file, and nothing runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import assert_type

import deepdream_core as dd
from deepdream_core.catalogue import NetworkInfo
from deepdream_core.settings.presets import Preset


def none_is_any(array: NDArray[Any]) -> None:
    """Each name in the type that its documentation says."""
    picture = dd.load("sky.png")
    assert_type(picture, dd.PictureFile)
    assert_type(picture.pixels, dd.Pixels)
    assert_type(dd.PRESETS["Animals"], Preset)
    settings = assert_type(dd.PRESETS["Animals"].settings.replace({"seed": 3}), dd.DreamSettings)
    assert_type(dd.network("inception5h"), NetworkInfo)
    assert_type(dd.NETWORKS["inception5h"], NetworkInfo)
    assert_type(dd.dreaming(dd.Job(picture.pixels, settings), dd.Engine()), Iterator[dd.Progress])
    assert_type(dd.dream_array(array, settings).dtype, np.dtype[np.uint8])
    assert_type(dd.Cancelled().sentence, str)
    assert_type(dd.SPECS["seed"].flag, str)
    dd.save("out.png", picture)
