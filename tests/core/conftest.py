"""What the core's tests share: one engine, as in a worker, and the pictures to dream on."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests import chosen
from tests.chosen import choose_fp32
from tests.independent import SHARED


@pytest.fixture(scope="session", autouse=True)
def own_folder(tmp_path_factory):
    """Nothing of these tests, nor of the processes that they start, may reach the person's own data folder."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("own")
        patch.setenv("KRITA_DEEPDREAM_HOME", str(folder))
        choose_fp32(folder)
        yield


@pytest.fixture(scope="session", autouse=True)
def engine(own_folder):
    """Made before any other use of TensorFlow: the number of threads can't be set later."""
    from deepdream_core.engine.engine import Engine

    engine = Engine()
    # Also where a test has a data folder of its own.
    assert all(map(engine.is_tried, chosen.NETWORKS))
    return engine


@pytest.fixture(scope="session")
def clouds():
    """A photo of clouds, float32 (575, 1024, 3), 0..255."""
    return _photo("clouds_1024x575.jpg")


@pytest.fixture(scope="session")
def flowers():
    """A photo of flowers, float32 (240, 320, 3), 0..255."""
    return _photo("flowers.jpg")


def _photo(name):
    path = SHARED / "photos" / name
    if not path.exists():
        pytest.skip(f"no photo: {path} is absent")
    return np.asarray(Image.open(path).convert("RGB"), np.float32)
