"""The networks that Keras builds: the catalogue's layers and scaling against Keras' own, with random weights."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from deepdream_core import networks
from deepdream_core.catalogue import NETWORKS
from deepdream_core.engine.engine import Engine
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.networks.fetch import add
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.style.job import StyleJob, style
from deepdream_core.weights import store as weights_store
from deepdream_core.weights.store import Weights
from tests import random_networks

pytestmark = pytest.mark.usefixtures("engine")

KERAS = [
    pytest.param(info, id=info.name, marks=[pytest.mark.slow] if info.name == "densenet121" else [])
    for info in NETWORKS.values()
    if info.family == "keras_applications"
]
MODULES = {
    "vgg16": "vgg16",
    "vgg16_hed": "vgg16",
    "vgg19": "vgg19",
    "resnet50": "resnet",
    "mobilenet_v2": "mobilenet_v2",
    "densenet121": "densenet",
}


@pytest.mark.parametrize("info", KERAS)
def test_every_layer_equals_keras_own(tmp_path, info):
    import keras

    application = importlib.import_module(f"keras.applications.{MODULES[info.name]}")
    model = getattr(application, info.builder)(weights=None, include_top=False)
    random_networks.randomise(model)
    path, save = tmp_path / "random.h5", random_networks.save
    if info.source.file.endswith(".weights.h5"):
        path, save = tmp_path / "random.weights.h5", random_networks.save_blocks
    save(model, path)
    names = [layer.name for layer in info.layers]
    pixels = np.random.default_rng(3).uniform(0, 255, (1, 64, 96, 3)).astype(np.float32)
    found = networks.build_from(info, Weights(path, "")).activations(pixels, names)
    own = keras.Model(model.input, {name: model.get_layer(name).output for name in names})
    wanted = own(application.preprocess_input(pixels.copy()), training=False)
    for layer in info.layers:
        one, other = np.asarray(found[layer.name]), np.asarray(wanted[layer.name])
        assert one.shape == other.shape == (1, 64 // layer.stride, 96 // layer.stride, layer.channels), layer.name
        assert np.abs(one - other).max() <= 2e-5 * np.abs(other).max(), layer.name


def test_the_vgg_of_a_package_is_vgg16_with_that_packages_numbers(engine, flowers):
    import h5py
    import tensorflow as tf

    info = NETWORKS["vgg16_hed"]
    if not weights_store.present(info):
        pytest.skip(f"NOT TESTED: {info.source.package} is not installed")
    pixels = flowers[np.newaxis, :64, :96].astype(np.float32)
    found = engine.network(info.name).activations(pixels, ["block1_conv2", "block2_conv1"])
    with h5py.File(weights_store.path_of(info)) as file:
        rows = tf.constant(pixels[..., ::-1] - np.array([103.939, 116.779, 123.68], np.float32))
        for name in ("block1/layers/conv2d", "block1/layers/conv2d_1"):
            kernel, bias = (np.asarray(file[f"{name}/vars/{index}"]) for index in range(2))
            rows = tf.nn.relu(tf.nn.conv2d(rows, kernel, 1, "SAME") + bias)
        kernel, bias = (np.asarray(file[f"block2/layers/conv2d/vars/{index}"]) for index in range(2))
        deeper = tf.nn.relu(tf.nn.conv2d(tf.nn.max_pool2d(rows, 2, 2, "SAME"), kernel, 1, "SAME") + bias)
    for name, wanted in (("block1_conv2", rows), ("block2_conv1", deeper)):
        assert np.abs(found[name] - wanted).max() <= 2e-5 * np.abs(wanted).max(), name


def test_a_style_is_painted_by_vgg19(monkeypatch, tmp_path):
    """Random numbers make no good picture; but the way to it is the same, patches and all."""
    import keras

    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    model = keras.applications.VGG19(weights=None, include_top=False)
    random_networks.randomise(model)
    random_networks.save(model, tmp_path / "mine.h5")
    add(NETWORKS["vgg19"], tmp_path / "mine.h5", trust=True)
    random = np.random.default_rng(5)
    picture, manner = (random.uniform(0, 255, (30, 140, 3)).astype(np.float32) for _ in range(2))
    settings = StyleSettings(network="vgg19", steps=1, octaves=1, tile=192)
    *seen, last = style(StyleJob(Pixels(picture), settings, {"manner": Pixels(manner)}), Engine())
    assert len(seen) >= 2 * 2
    assert last.result.rgb.shape == picture.shape and np.abs(last.result.rgb - picture).mean() > 5
    assert last.result.recipe.weights_user_supplied


def test_weights_of_another_network_are_refused(tmp_path):
    import keras

    model = keras.applications.VGG16(weights=None, include_top=False)
    random_networks.save(model, tmp_path / "vgg16.h5")
    with pytest.raises(DreamError) as caught:
        networks.build_from(NETWORKS["vgg19"], Weights(tmp_path / "vgg16.h5", ""))
    assert caught.value.code == "network.layout"
