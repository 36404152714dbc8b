"""EfficientNet-Lite1 and 2, block by block, against a build of their own."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core import networks
from deepdream_core.catalogue import network
from deepdream_core.weights import store as weights_store
from tests import independent

REPEATS = (1, 3, 3, 4, 4, 5, 1)
STAGES = tuple((repeats, *stage[1:]) for repeats, stage in zip(REPEATS, independent.LITE0_STAGES, strict=True))


@pytest.mark.parametrize("number", [1, 2])
def test_every_block_equals_the_independent_build(engine, flowers, number):
    info = network(f"efficientnet_lite{number}")
    if not weights_store.present(info):
        pytest.skip(f"NOT TESTED: {info.source.package} is not installed")
    blocks = [layer.name for layer in info.layers if layer.name != "logits"]
    pixels = flowers[np.newaxis, :192, :256]
    found = networks.build(info.name).activations(pixels, [layer.name for layer in info.layers])
    expected = independent.lite(independent.lite_state(number), STAGES)(pixels, training=False)
    for name in blocks:
        wanted = np.asarray(expected[name])
        assert np.abs(found[name] - wanted).max() <= 1e-4 * np.abs(wanted).max(), name
    logits = np.mean(found["logits"], axis=(1, 2))
    assert np.allclose(logits, expected["logits"], atol=1e-4 * np.abs(expected["logits"]).max())
    for layer in info.layers:
        assert found[layer.name].shape == (1, 192 // layer.stride, 256 // layer.stride, layer.channels), layer.name
