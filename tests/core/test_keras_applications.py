"""The networks that Keras builds: the catalogue's layers and scaling against Keras' own, with random weights."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from deepdream_core import networks
from deepdream_core.catalogue import NETWORKS
from deepdream_core.errors import DreamError
from deepdream_core.weights import Weights
from tests import random_networks

pytestmark = pytest.mark.usefixtures("engine")

KERAS = [
    pytest.param(info, id=info.name, marks=[pytest.mark.slow] if info.name == "densenet121" else [])
    for info in NETWORKS.values() if info.family == "keras_applications"
]
MODULES = {
    "vgg16": "vgg16", "vgg19": "vgg19", "resnet50": "resnet", "mobilenet_v2": "mobilenet_v2", "densenet121": "densenet",
}


@pytest.mark.parametrize("info", KERAS)
def test_every_layer_equals_keras_own(tmp_path, info):
    import keras

    application = importlib.import_module(f"keras.applications.{MODULES[info.name]}")
    model = getattr(application, info.builder)(weights=None, include_top=False)
    random_networks.randomise(model)
    path = tmp_path / "random.h5"
    random_networks.save(model, path)
    names = [layer.name for layer in info.layers]
    pixels = np.random.default_rng(3).uniform(0, 255, (1, 64, 96, 3)).astype(np.float32)
    found = networks.build_from(info, Weights(path, "")).activations(pixels, names)
    own = keras.Model(model.input, {name: model.get_layer(name).output for name in names})
    wanted = own(application.preprocess_input(pixels.copy()), training=False)
    for layer in info.layers:
        one, other = np.asarray(found[layer.name]), np.asarray(wanted[layer.name])
        assert one.shape == other.shape == (1, 64 // layer.stride, 96 // layer.stride, layer.channels), layer.name
        assert np.abs(one - other).max() <= 2e-5 * np.abs(other).max(), layer.name


def test_weights_of_another_network_are_refused(tmp_path):
    import keras

    model = keras.applications.VGG16(weights=None, include_top=False)
    random_networks.save(model, tmp_path / "vgg16.h5")
    with pytest.raises(DreamError) as caught:
        networks.build_from(NETWORKS["vgg19"], Weights(tmp_path / "vgg16.h5", ""))
    assert caught.value.code == "network.layout"
