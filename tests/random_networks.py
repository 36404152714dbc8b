"""Weights files of real structure with random numbers, where the real ones can't be had. No ``deepdream_core`` here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

# Inception 5h: 1x1, 3x3 bottleneck, 3x3, 5x5 bottleneck, 5x5, pool_reduce
BLOCKS_5H = {
    "mixed3a": (64, 96, 128, 16, 32, 32),
    "mixed3b": (128, 128, 192, 32, 96, 64),
    "mixed4a": (192, 96, 204, 16, 48, 64),
    "mixed4b": (160, 112, 224, 24, 64, 64),
    "mixed4c": (128, 128, 256, 24, 64, 64),
    "mixed4d": (112, 144, 288, 32, 64, 64),
    "mixed4e": (256, 160, 320, 32, 128, 128),
    "mixed5a": (256, 160, 320, 48, 128, 128),
    "mixed5b": (384, 192, 384, 48, 128, 128),
}


def randomise(model: Any) -> None:
    """Give a Keras model random weights that keep activations at about the size that they have."""
    random = np.random.default_rng(0)
    for layer in model.layers:
        layer.set_weights([_random(random, weight.path.split("/")[-1], weight.shape) for weight in layer.weights])


def save(model: Any, path: Path) -> None:
    """Write the model's weights in the layout of the files that keras.applications publishes."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{weight.path.split('/')[-1]}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, value in zip(names, layer.get_weights(), strict=True):
                group[name] = value


def save_blocks(model: Any, path: Path) -> None:
    """Write a VGG's convolutions in the layout of a Keras 3 ``.weights.h5``: blocks, and numbers instead of names."""
    with h5py.File(path, "w") as file:
        for layer in model.layers:
            if "_conv" in layer.name:
                block, number = layer.name.split("_conv")
                name = "conv2d" if number == "1" else f"conv2d_{int(number) - 1}"
                for index, value in enumerate(layer.get_weights()):
                    file[f"{block}/layers/{name}/vars/{index}"] = value


def frozen_5h(path: Path) -> None:
    """Write a frozen graph of Inception 5h's structure, with a head that no reader of the trunk needs."""
    import tensorflow as tf

    random = np.random.default_rng(0)

    def conv(x: Any, name: str, size: int, channels: int, stride: int = 1, padding: str = "SAME") -> Any:
        shape = (size, size, int(x.shape[-1]), channels)
        kernel = tf.constant(_random(random, "kernel", shape), name=f"{name}_w")
        bias = tf.constant(_random(random, "bias", (channels,)), name=f"{name}_b")
        y = tf.nn.conv2d(x, kernel, stride, padding, name=f"{name}_pre_relu/conv")
        return tf.nn.relu(tf.nn.bias_add(y, bias, name=f"{name}_pre_relu"), name=name)

    def block(x: Any, name: str) -> Any:
        one, three_less, three, five_less, five, pooled = BLOCKS_5H[name]
        parts = [
            conv(x, f"{name}_1x1", 1, one),
            conv(conv(x, f"{name}_3x3_bottleneck", 1, three_less), f"{name}_3x3", 3, three),
            conv(conv(x, f"{name}_5x5_bottleneck", 1, five_less), f"{name}_5x5", 5, five),
            conv(tf.nn.max_pool2d(x, 3, 1, "SAME", name=f"{name}_pool"), f"{name}_pool_reduce", 1, pooled),
        ]
        return tf.raw_ops.Concat(concat_dim=tf.constant(3, name=f"{name}/concat_dim"), values=parts, name=name)

    def normed(x: Any, name: str) -> Any:
        return tf.nn.local_response_normalization(x, 5, 2.0, 1e-4, 0.5, name=name)

    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, (None, None, None, 3), name="input")
        x = tf.nn.max_pool2d(conv(x, "conv2d0", 7, 64, 2), 3, 2, "SAME", name="maxpool0")
        x = conv(normed(x, "localresponsenorm0"), "conv2d1", 1, 64, padding="VALID")
        x = normed(conv(x, "conv2d2", 3, 192), "localresponsenorm1")
        x = tf.nn.max_pool2d(x, 3, 2, "SAME", name="maxpool1")
        for name in BLOCKS_5H:
            if name in ("mixed4a", "mixed5a"):
                x = tf.nn.max_pool2d(x, 3, 2, "SAME", name={"mixed4a": "maxpool4", "mixed5a": "maxpool10"}[name])
            x = block(x, name)
        tf.nn.softmax(tf.reduce_mean(x, axis=(1, 2)), name="softmax2")
        path.write_bytes(graph.as_graph_def().SerializeToString())


def run_frozen(path: Path, feed: np.ndarray, layers: list[str]) -> dict[str, np.ndarray]:
    """What TensorFlow 1 itself computes: the graph imported whole, ``feed`` put in at ``input``."""
    import tensorflow as tf

    with tf.Graph().as_default() as graph:
        tf.import_graph_def(tf.compat.v1.GraphDef.FromString(path.read_bytes()), name="")
        with tf.compat.v1.Session(graph=graph) as session:
            found: dict[str, np.ndarray] = session.run({name: f"{name}:0" for name in layers}, {"input:0": feed})
    return found


def _random(random: np.random.Generator, kind: str, shape: tuple[int, ...]) -> np.ndarray:
    if "kernel" in kind:
        depthwise = "depthwise" in kind
        inputs = np.prod(shape[:2]) if depthwise else np.prod(shape[:-1])
        return random.normal(0, np.sqrt(2 / inputs), shape).astype(np.float32)
    low, high = (0.5, 1.5) if kind in ("gamma", "moving_variance") else (-0.3, 0.3)
    return random.uniform(low, high, shape).astype(np.float32)
