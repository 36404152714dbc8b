"""Inception-v3 (Szegedy et al. 2015), the network of TensorFlow 2's DeepDream tutorial, over folded constants.

The layers and their names are those of ``keras.applications.InceptionV3``; the batch norms (without γ) are
folded into the convolutions before them: w' = w/√(σ²+ε), b' = β − μ/√(σ²+ε).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

import numpy as np
import tensorflow as tf

from ..arrays import Constants
from ..catalogue import NetworkInfo
from ..errors import DreamError
from ..weights.keras_h5 import read_keras
from ..weights.store import Weights
from .convolution import Conv
from .preprocess import preprocessed

Step = Callable[[tf.Tensor], tf.Tensor]

_EPSILON = 1e-3
# Smaller pictures would vanish on the way to mixed10; they are set into mid-grey.
_SMALLEST_PX = 96

# A chain of steps: "3x3:96" is a convolution (rows x columns, channels out), a "v" after it leaves out what
# would reach over the border, "/2" does so in strides of 2; "max/2" and "avg:" are pools of 3x3, the second
# followed by a convolution 1x1; "a|b" are two convolutions of the same input side by side.
_STEM = "3x3:32/2 3x3:32v 3x3:64 max/2 1x1:80v 3x3:192v max/2"


def _small(pooled: int) -> tuple[str, ...]:
    return "1x1:64", "1x1:48 5x5:64", "1x1:64 3x3:96 3x3:96", f"avg:{pooled}"


def _long(width: int) -> tuple[str, ...]:
    w = width
    return ("1x1:192", f"1x1:{w} 1x7:{w} 7x1:192", f"1x1:{w} 7x1:{w} 1x7:{w} 7x1:{w} 1x7:192", "avg:192")


_FORKED = "1x1:320", "1x1:384 1x3:384|3x1:384", "1x1:448 3x3:384 1x3:384|3x1:384", "avg:192"
_BLOCKS: dict[str, tuple[str, ...]] = {
    "mixed0": _small(32),
    "mixed1": _small(64),
    "mixed2": _small(64),
    "mixed3": ("3x3:384/2", "1x1:64 3x3:96 3x3:96/2", "max/2"),
    "mixed4": _long(128),
    "mixed5": _long(160),
    "mixed6": _long(160),
    "mixed7": _long(192),
    "mixed8": ("1x1:192 3x3:320/2", "1x1:192 1x7:192 7x1:192 3x3:192/2", "max/2"),
    "mixed9": _FORKED,
    "mixed10": _FORKED,
}


class InceptionV3:
    """The network's trunk: the stem, then blocks of branches whose outputs are laid side by side."""

    def __init__(self, info: NetworkInfo, weights: Weights) -> None:
        self.info = info
        self.weights = weights
        folded = _folded(read_keras(weights.path))
        self._stem = _chain(_STEM, folded)
        self._blocks = {name: [_chain(branch, folded) for branch in branches] for name, branches in _BLOCKS.items()}

    def activations(
        self, pixels: tf.Tensor, layers: Collection[str], dtype: tf.DType = tf.float32
    ) -> Mapping[str, tf.Tensor]:
        """See ``Network.activations``; a few rows and columns fewer, because borders are left out."""
        wanted = {self.info.layer(name).name for name in layers}
        found: dict[str, tf.Tensor] = {}
        x = _run(self._stem, _at_least(_SMALLEST_PX, preprocessed(pixels, self.info.preprocessing, dtype)))
        for name, branches in self._blocks.items():
            if wanted <= found.keys():
                break
            x = found[name] = tf.concat([_run(branch, x) for branch in branches], axis=-1)
        return {name: found[name] for name in wanted}


def build(info: NetworkInfo, weights: Weights) -> InceptionV3:
    """Read and fold the weights. Raises ``DreamError`` if they are unreadable or of another layout."""
    try:
        return InceptionV3(info, weights)
    except (ValueError, StopIteration) as error:
        reason = str(error) or "it contains too few convolutions"
        raise DreamError(
            "network.layout", label=info.label, reason=reason, advice="Use the file published by Keras."
        ) from error


def _run(steps: list[Step], x: tf.Tensor) -> tf.Tensor:
    for step in steps:
        x = step(x)
    return x


def _chain(text: str, folded: Iterator[Conv]) -> list[Step]:
    return [_step(part, folded) for part in text.split()]


def _step(part: str, folded: Iterator[Conv]) -> Step:
    if part == "max/2":
        return lambda x: tf.nn.max_pool2d(x, 3, 2, "VALID")
    if part.startswith("avg:"):
        pooled = _conv(part.replace("avg", "1x1"), folded)
        # The mean and a 1x1 convolution may change places, and after it there is less to pool.
        return lambda x: tf.nn.relu(tf.nn.avg_pool2d(pooled(x), 3, 1, "SAME"))
    convs = [_conv(fork, folded) for fork in part.split("|")]
    return lambda x: tf.nn.relu(tf.concat([conv(x) for conv in convs], axis=-1) if convs[1:] else convs[0](x))


def _conv(text: str, folded: Iterator[Conv]) -> Conv:
    """The next convolution of the file, which must be as ``text`` says."""
    match = re.fullmatch(r"(\d)x(\d):(\d+)(v|/2)?", text)
    assert match is not None
    conv = next(folded)
    rows, columns, _inputs, outputs = conv.kernel.shape
    if (rows, columns, outputs) != (int(match[1]), int(match[2]), int(match[3])):
        raise ValueError(f"a convolution is {rows}x{columns}:{outputs} instead of {text}")
    return Conv(conv.kernel, conv.bias, 2 if match[4] == "/2" else 1, "VALID" if match[4] else "SAME")


def _folded(layers: Mapping[str, list[Constants]]) -> Iterator[Conv]:
    """The convolutions in the order in which Keras makes them, which their names count."""
    kernels, norms = _counted("conv2d", layers), _counted("batch_normalization", layers)
    for (kernel,), (shift, mean, variance) in zip(kernels, norms, strict=True):
        scale = 1 / np.sqrt(variance + _EPSILON)
        yield Conv((kernel * scale).astype(np.float32), (shift - mean * scale).astype(np.float32))


def _counted(prefix: str, layers: Mapping[str, list[Constants]]) -> list[list[Constants]]:
    numbers = {name: re.fullmatch(rf"{prefix}(?:_(\d+))?", name) for name in layers}
    return [layers[name] for _count, name in sorted((int(n[1] or 0), name) for name, n in numbers.items() if n)]


def _at_least(side: int, x: tf.Tensor) -> tf.Tensor:
    height, width = tf.shape(x)[1], tf.shape(x)[2]
    return tf.pad(x, [[0, 0], [0, tf.maximum(0, side - height)], [0, tf.maximum(0, side - width)], [0, 0]])
