"""The embedded network against a build of its own, and its weights file against tampering."""

from __future__ import annotations

import hashlib
import math
import pickle
import sys
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from deepdream_core import networks
from deepdream_core.catalogue import network
from deepdream_core.errors import DreamError
from deepdream_core.networks.preprocess import preprocessed
from deepdream_core.weights import store as weights_store
from deepdream_core.weights import torch_checkpoint
from tests import independent

LITE0 = network("efficientnet_lite0")
BLOCKS = [layer.name for layer in LITE0.layers if layer.name != "logits"]


@pytest.fixture
def checker() -> np.ndarray:
    """Edges, colours and grain, and neither side a multiple of 32."""
    random = np.random.default_rng(0)
    colours = random.integers(0, 256, (7, 9, 1, 1, 3)) + np.zeros((1, 1, 21, 19, 1))
    grain = random.normal(0, 12, (7 * 21, 9 * 19, 3))
    return np.clip(colours.transpose(0, 2, 1, 3, 4).reshape(7 * 21, 9 * 19, 3) + grain, 0, 255)


@pytest.fixture(scope="module")
def lite0(engine):
    return engine.network("efficientnet_lite0")


@pytest.mark.parametrize("picture", ["flowers", "checker"])
def test_every_block_equals_the_independent_build(lite0, picture, request):
    pixels = request.getfixturevalue(picture).astype(np.float32)[np.newaxis]
    found = lite0.activations(pixels, BLOCKS)
    expected = independent.lite0()(pixels, training=False)
    for name in BLOCKS:
        wanted = np.asarray(expected[name])
        assert found[name].shape == wanted.shape, name
        assert np.abs(found[name] - wanted).max() <= 1e-4 * np.abs(wanted).max(), name


def test_mean_logits_equal_the_independent_classifier(lite0, flowers):
    pixels = flowers[np.newaxis]
    found = np.mean(lite0.activations(pixels, ["logits"])["logits"], axis=(1, 2))
    wanted = np.asarray(independent.lite0()(pixels, training=False)["logits"])
    assert np.abs(found - wanted).max() <= 1e-4 * np.abs(wanted).max()


def test_tones_near_the_mean_stay_apart_in_bf16():
    """Subtracted after the cast, 127.25 and 127 were one."""
    pixels = tf.constant([[[[127.0, 127.25, 200.3]]]])
    found = preprocessed(pixels, LITE0.preprocessing, tf.bfloat16)
    assert found.dtype == tf.bfloat16
    assert np.array_equal(tf.cast(found, tf.float32), tf.cast(tf.cast((pixels - 127) / 128, tf.bfloat16), tf.float32))
    assert float(found[0, 0, 0, 1]) == 0.25 / 128


def test_layers_have_the_channels_and_strides_that_the_catalogue_says(lite0):
    found = lite0.activations(np.zeros((1, 64, 96, 3), np.float32), [layer.name for layer in LITE0.layers])
    for layer in LITE0.layers:
        assert found[layer.name].shape == (1, 64 // layer.stride, 96 // layer.stride, layer.channels)


def test_a_photo_of_flowers_is_seen_as_flowers(lite0, flowers):
    photo = Image.fromarray(flowers.astype(np.uint8))
    pixels = np.asarray(photo.resize((224, 224), Image.Resampling.BICUBIC), np.float32)
    logits = np.mean(lite0.activations(pixels[np.newaxis], ["logits"])["logits"], axis=(0, 1, 2))
    lady_slipper, rapeseed, daisy = 986, 984, 985
    assert {lady_slipper, rapeseed, daisy} <= set(np.argsort(logits)[-5:])
    assert {lady_slipper, rapeseed, daisy} <= set(independent.top_classes(flowers, 5))


class _Touch:
    """A pickle that would make a file when read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_malicious_pickle_is_refused_and_does_nothing(tmp_path):
    trace, checkpoint = tmp_path / "trace", tmp_path / "evil.pth"
    state = [pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {}, {"w": _Touch(trace)}, [])]
    checkpoint.write_bytes(b"".join(state))
    with pytest.raises(DreamError) as error:
        torch_checkpoint.read_checkpoint(checkpoint)
    assert error.value.code == "weights.unreadable"
    assert not trace.exists()


class _Checkpoint(pickle.Pickler):
    """Pickles one tensor as torch does; ``torch`` itself isn't needed for that, only its names."""

    def persistent_id(self, item):
        return ("storage", sys.modules["torch"].FloatStorage, "0", "cpu", 6, None) if item is _Checkpoint else None


@pytest.mark.parametrize(
    ("offset", "shape", "stride", "fits"),
    [
        (0, (2, 3), (3, 1), True),
        (2, (2, 2), (2, 1), True),
        (5, (1,), (1,), True),
        (0, (1, 4), (10**12, 1), True),
        (3, (2, 2), (2, 1), False),
        (0, (2, 3), (4, 1), False),
        (6, (1,), (1,), False),
        (0, (7,), (1,), False),
        (-1, (2,), (1,), False),
        (2, (2,), (-1,), False),
        (0, (10**9,), (1,), False),
        (0, (2,), (10**12,), False),
        (0, (7,), (0,), False),
        (0, (2, 10**9), (0, 0), False),
        (0, (-1, 2), (1, 1), False),
        (0, (-2, -3), (1, 1), False),
    ],
)
@pytest.mark.parametrize("names", ["w", "vw"])
def test_a_tensor_never_reaches_beyond_its_data(tmp_path, monkeypatch, offset, shape, stride, fits, names):
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    exec("def _rebuild_tensor_v2(*parts): pass", utils.__dict__)  # noqa: S102  a function that says it is torch's
    exec("class FloatStorage: pass", torch.__dict__)  # noqa: S102
    torch.FloatStorage.__module__, utils._rebuild_tensor_v2.__module__ = "torch", "torch._utils"
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)

    class Tensor:
        def __reduce__(self):
            return utils._rebuild_tensor_v2, (_Checkpoint, offset, shape, stride, False, None)

    path = tmp_path / "one.pth"
    with path.open("wb") as file:
        for part in (0x1950A86A20F9469CFC6C, 1001, {}, dict.fromkeys(names, Tensor()), ["0"]):
            _Checkpoint(file, 2).dump(part)
        file.write((6).to_bytes(8, "little") + np.arange(6, dtype="<f4").tobytes())
    if fits and len(names) * math.prod(shape) <= 6:
        found = torch_checkpoint.read_checkpoint(path)["w"]
        assert found.shape == shape and found.flat[0] == offset
        return
    with pytest.raises(DreamError, match="extends beyond") as error:
        torch_checkpoint.read_checkpoint(path)
    assert error.value.code == "weights.unreadable"


@pytest.mark.parametrize("harm", ["truncated", "not a checkpoint", "empty"])
def test_an_unreadable_checkpoint_is_refused(tmp_path, harm):
    whole = weights_store.path_of(LITE0).read_bytes()
    path = tmp_path / "harmed.pth"
    path.write_bytes({"truncated": whole[:-1000], "not a checkpoint": b"PK" * 100, "empty": b""}[harm])
    with pytest.raises(DreamError) as error:
        torch_checkpoint.read_checkpoint(path)
    assert error.value.code == "weights.unreadable"


def test_weights_with_another_checksum_are_never_unpickled(monkeypatch, tmp_path):
    changed = bytearray(weights_store.path_of(LITE0).read_bytes())
    changed[-1] ^= 1
    path = tmp_path / "changed.pth"
    path.write_bytes(changed)
    monkeypatch.setattr(weights_store, "path_of", lambda info: path)
    with pytest.raises(DreamError) as error:
        networks.build("efficientnet_lite0")
    assert error.value.code == "weights.checksum"
    assert hashlib.sha256(changed).hexdigest() in str(error.value)


def test_missing_weights_say_what_to_do():
    absent = replace(LITE0, source=replace(LITE0.source, package="no-such-package"))
    with pytest.raises(DreamError) as error:
        weights_store.path_of(absent)
    assert error.value.code == "network.missing"
    assert error.value.advice


def test_a_checkpoint_of_another_network_is_refused(monkeypatch):
    from deepdream_core.networks import efficientnet_lite

    monkeypatch.setattr(
        efficientnet_lite, "read_checkpoint", lambda _path: {"conv_stem.weight": np.zeros((32, 3, 3, 3))}
    )
    with pytest.raises(DreamError) as error:
        networks.build_from(LITE0, weights_store.Weights(Path("other.pth"), ""))
    assert error.value.code == "network.layout"
