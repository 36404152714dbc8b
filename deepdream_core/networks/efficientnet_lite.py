"""EfficientNet-Lite (Tan & Le 2019; the Lite variants of 2020) as a plain function over folded constants.

B0 without squeeze-and-excite: ReLU6 everywhere, none after a projection, TensorFlow's SAME padding. Each
batch norm is folded into the convolution before it: w' = w·γ/√(σ²+ε), b' = β − μ·γ/√(σ²+ε).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from ..arrays import Constants
from ..catalogue import NetworkInfo
from ..errors import DreamError
from ..weights.store import Weights
from ..weights.torch_checkpoint import read_checkpoint
from .convolution import Conv
from .preprocess import preprocessed

_EPSILON = 1e-3
# first stride and repeats of each stage; kernels and widths are read from the weights
_STAGE_STRIDES = (1, 2, 2, 2, 1, 2, 1)
_REPEATS = {
    "efficientnet_lite0": (1, 2, 2, 3, 3, 4, 1),
    "efficientnet_lite1": (1, 3, 3, 4, 4, 5, 1),
    "efficientnet_lite2": (1, 3, 3, 4, 4, 5, 1),
}


@dataclass(frozen=True)
class _Block:
    """An inverted residual: expand 1x1, depthwise, project 1x1; added to its input where shapes allow."""

    expand: Conv | None
    depthwise: Conv
    project: Conv

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        y = tf.nn.relu6(self.expand(x)) if self.expand else x
        y = self.project(tf.nn.relu6(self.depthwise(y)))
        keeps_shape = self.depthwise.stride == 1 and self.project.kernel.shape[3] == x.shape[-1]
        return x + y if keeps_shape else y


class EfficientNetLite:
    """The network: stem, blocks b0…, head, and the classifier applied at every position."""

    def __init__(self, info: NetworkInfo, weights: Weights) -> None:
        self.info = info
        self.weights = weights
        arrays = read_checkpoint(weights.path)
        self._stem = _folded(arrays, "_conv_stem", "_bn0", stride=2)
        self._blocks = tuple(_blocks(info.name, arrays))
        self._head = _folded(arrays, "_conv_head", "_bn1")
        classifier = arrays["_fc.weight"].T[np.newaxis, np.newaxis]
        self._classifier = Conv(np.ascontiguousarray(classifier), arrays["_fc.bias"])

    def activations(
        self, pixels: tf.Tensor, layers: Collection[str], dtype: tf.DType = tf.float32
    ) -> Mapping[str, tf.Tensor]:
        """See ``Network.activations``."""
        wanted = {self.info.layer(name).name for name in layers}
        found: dict[str, tf.Tensor] = {}
        x = tf.nn.relu6(self._stem(preprocessed(pixels, self.info.preprocessing, dtype)))
        for index, block in enumerate(self._blocks):
            x = block(x)
            found[f"b{index}"] = x
            if wanted <= found.keys():
                return {name: found[name] for name in wanted}
        found["logits"] = self._classifier(tf.nn.relu6(self._head(x)))
        return {name: found[name] for name in wanted}


def build(info: NetworkInfo, weights: Weights) -> EfficientNetLite:
    """Read and fold the weights. Raises ``DreamError`` if they are unreadable or of another layout."""
    try:
        return EfficientNetLite(info, weights)
    except KeyError as error:
        raise DreamError(
            "network.layout", label=info.label, reason=f"{error} is missing", advice="Install the package again."
        ) from error


def _blocks(name: str, arrays: Mapping[str, Constants]) -> list[_Block]:
    strides = [
        stride if repeat == 0 else 1
        for stride, repeats in zip(_STAGE_STRIDES, _REPEATS[name], strict=True)
        for repeat in range(repeats)
    ]
    blocks = []
    for index, stride in enumerate(strides):
        prefix = f"_blocks.{index}."
        expands = prefix + "_expand_conv.weight" in arrays
        blocks.append(
            _Block(
                expand=_folded(arrays, prefix + "_expand_conv", prefix + "_bn0") if expands else None,
                depthwise=_folded(arrays, prefix + "_depthwise_conv", prefix + "_bn1", stride),
                project=_folded(arrays, prefix + "_project_conv", prefix + "_bn2"),
            )
        )
    return blocks


def _folded(arrays: Mapping[str, Constants], conv: str, norm: str, stride: int = 1) -> Conv:
    kernel = arrays[conv + ".weight"]  # (out, in, h, w)
    scale = arrays[norm + ".weight"] / np.sqrt(arrays[norm + ".running_var"] + _EPSILON)
    bias = arrays[norm + ".bias"] - arrays[norm + ".running_mean"] * scale
    folded = (kernel * scale[:, np.newaxis, np.newaxis, np.newaxis]).astype(np.float32)
    depthwise = "_depthwise_" in conv
    axes = (2, 3, 0, 1) if depthwise else (2, 3, 1, 0)
    return Conv(np.ascontiguousarray(folded.transpose(axes)), bias.astype(np.float32), stride, depthwise=depthwise)
