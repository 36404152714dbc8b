"""Both Inceptions, layer by layer, against Keras and against TensorFlow 1 itself."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from deepdream_core import networks
from deepdream_core.catalogue import network
from deepdream_core.errors import DreamError
from deepdream_core.weights.store import Weights
from tests import independent, random_networks

pytestmark = pytest.mark.usefixtures("engine")

V3, V5H = network("inception_v3"), network("inception5h")
NAMES_V3 = [layer.name for layer in V3.layers]
NAMES_5H = [layer.name for layer in V5H.layers]


def assert_equal(found, wanted, names):
    for name in names:
        one, other = np.asarray(found[name]), np.asarray(wanted[name])
        assert one.shape == other.shape, name
        assert np.abs(other).max() > 1e-3, name
        assert np.abs(one - other).max() <= 2e-5 * np.abs(other).max(), name


@pytest.fixture(scope="module")
def real_v3(engine):
    if not independent.INCEPTION_WEIGHTS.exists():
        pytest.skip(f"NOT TESTED: {independent.INCEPTION_WEIGHTS} is absent")
    return networks.build_from(V3, Weights(independent.INCEPTION_WEIGHTS, ""))


@pytest.fixture(scope="module")
def frozen(engine, tmp_path_factory):
    path = tmp_path_factory.mktemp("frozen") / "graph.pb"
    random_networks.frozen_5h(path)
    return path


def test_inception_v3_equals_keras_with_the_real_weights(real_v3, flowers):
    pixels = flowers[np.newaxis]
    names = NAMES_V3[:9]
    assert_equal(real_v3.activations(pixels, names), independent.inception_v3()(pixels, training=False), names)


def test_inception_v3_equals_keras_to_the_end_with_random_weights(tmp_path):
    import keras

    model = keras.applications.InceptionV3(weights=None, include_top=False)
    random_networks.randomise(model)
    random_networks.save(model, tmp_path / "random.h5")
    pixels = np.random.default_rng(1).uniform(0, 255, (1, 107, 130, 3)).astype(np.float32)
    whole = keras.Model(model.input, {name: model.get_layer(name).output for name in NAMES_V3})
    found = networks.build_from(V3, Weights(tmp_path / "random.h5", "")).activations(pixels, NAMES_V3)
    assert_equal(found, whole(pixels / 127.5 - 1, training=False), NAMES_V3)
    assert [found[layer.name].shape[-1] for layer in V3.layers] == [layer.channels for layer in V3.layers]


@pytest.mark.parametrize("side", [1, 32, 95, 96])
def test_inception_v3_answers_pictures_of_any_size(real_v3, side):
    pixels = np.full((1, side, 100, 3), 200, np.float32)
    assert real_v3.activations(pixels, ["mixed8"])["mixed8"].shape == (1, 1, 1, 1280)


def test_inception_v3_computes_no_deeper_than_it_must(real_v3):
    found = real_v3.activations(np.zeros((1, 96, 96, 3), np.float32), ["mixed2", "mixed0"])
    assert sorted(found) == ["mixed0", "mixed2"]
    with pytest.raises(DreamError, match="mixed10"):
        real_v3.activations(np.zeros((1, 96, 96, 3), np.float32), ["mixed11"])


def test_weights_of_another_layout_are_refused(tmp_path):
    path = tmp_path / "small.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = ["conv2d", "batch_normalization"]
        for name, arrays in {"conv2d": [(3, 3, 3, 48)], "batch_normalization": [(48,)] * 3}.items():
            group = file.create_group(name)
            group.attrs["weight_names"] = [f"{name}/{index}" for index in range(len(arrays))]
            for index, shape in enumerate(arrays):
                group[f"{name}/{index}"] = np.ones(shape, np.float32)
    with pytest.raises(DreamError, match="3x3:48 instead of 3x3:32") as caught:
        networks.build_from(V3, Weights(path, ""))
    assert caught.value.code == "network.layout"


@pytest.mark.parametrize("content", [b"", b"no weights"])
@pytest.mark.parametrize("info", [V3, V5H])
def test_what_is_no_weights_file_is_refused(tmp_path, info, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(DreamError) as caught:
        networks.build_from(info, Weights(path, ""))
    assert caught.value.code in ("weights.unreadable", "network.layout")


def test_inception_5h_equals_tensorflow_1_in_every_layer(frozen):
    pixels = np.random.default_rng(2).uniform(0, 255, (1, 97, 130, 3)).astype(np.float32)
    found = networks.build_from(V5H, Weights(frozen, "")).activations(pixels, NAMES_5H)
    assert_equal(found, random_networks.run_frozen(frozen, pixels - 117, NAMES_5H), NAMES_5H)


def test_inception_5h_has_the_layers_that_the_catalogue_says(frozen):
    found = networks.build_from(V5H, Weights(frozen, "")).activations(np.zeros((1, 64, 96, 3), np.float32), NAMES_5H)
    for layer in V5H.layers:
        assert found[layer.name].shape == (1, 64 // layer.stride, 96 // layer.stride, layer.channels), layer.name


def test_inception_5h_computes_no_deeper_than_it_must(frozen, monkeypatch):
    import tensorflow as tf

    calls = []
    convolve = tf.nn.conv2d
    monkeypatch.setattr(tf.nn, "conv2d", lambda *arguments: calls.append(1) or convolve(*arguments))
    network_5h = networks.build_from(V5H, Weights(frozen, ""))
    network_5h.activations(np.zeros((1, 32, 32, 3), np.float32), ["conv2d2_pre_relu"])
    assert len(calls) == 3


@pytest.mark.parametrize("sources", [["conv2d0_pre_relu"], ["mixed3a_1x1_pre_relu"]], ids=["itself", "later"])
def test_a_graph_that_goes_in_circles_is_refused(frozen, tmp_path, sources):
    from tensorflow.core.framework.graph_pb2 import GraphDef

    graph = GraphDef.FromString(frozen.read_bytes())
    changed = next(node for node in graph.node if node.name == "conv2d0_pre_relu")
    changed.input[0] = sources[0]
    (tmp_path / "circle.pb").write_bytes(graph.SerializeToString())
    with pytest.raises(DreamError, match="computed from itself") as caught:
        networks.build_from(V5H, Weights(tmp_path / "circle.pb", ""))
    assert caught.value.code == "network.layout"


def test_a_graph_with_any_other_operation_is_refused(frozen, tmp_path):
    from tensorflow.core.framework.graph_pb2 import GraphDef

    graph = GraphDef.FromString(frozen.read_bytes())
    changed = next(node for node in graph.node if node.name == "mixed4a_1x1")
    changed.op = "WriteFile"
    (tmp_path / "evil.pb").write_bytes(graph.SerializeToString())
    with pytest.raises(DreamError, match="WriteFile") as caught:
        networks.build_from(V5H, Weights(tmp_path / "evil.pb", ""))
    assert caught.value.code == "network.layout"


def test_what_two_nodes_need_is_needed_once_however_it_is_met_again():
    from types import SimpleNamespace

    from deepdream_core.networks.inception5h import _needed

    sources = {"start": [], "first": ["start"], "second": ["first"], "both": ["first", "second"]}
    nodes = {name: SimpleNamespace(op="Relu", input=given) for name, given in sources.items()}
    nodes["start"].op = "Placeholder"
    for wanted in (["both"], ["first", "both"], ["both", "first", "start"]):
        assert _needed(nodes, wanted) == ["start", "first", "second", "both"]
