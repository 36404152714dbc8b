"""(network, layers) → its operations and weights as plain data, so that PyTorch computes the very same network.

``main`` writes them to a file: TensorFlow then counts in no other contender's memory.
"""

from __future__ import annotations

import pickle
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Operation:
    """One layer: ``kind`` in Keras' words, the numbers of the operations it reads, its options and weights.

    Kernels are (out, in, rows, columns), ready for PyTorch; a batch norm's weights are scale, shift, mean
    and variance.
    """

    kind: str
    inputs: tuple[int, ...]
    options: dict[str, Any]
    weights: tuple[np.ndarray, ...] = ()


@dataclass(frozen=True)
class PlainNetwork:
    """Operations in order of computation, the picture being number 0; ``outputs``: the wanted ones."""

    operations: tuple[Operation, ...]
    outputs: tuple[int, ...]


def describe(network: str, layers: tuple[str, ...]) -> PlainNetwork:
    """Walk the independent Keras build of ``network``, cut at ``layers``."""
    import keras

    from tests import independent

    whole = independent.inception_v3() if network == "inception_v3" else independent.lite0()
    model = keras.Model(whole.input, [whole.output[layer] for layer in layers])
    numbers: dict[int, int] = {}
    operations = []
    for layer in model.layers:
        inputs = [] if type(layer).__name__ == "InputLayer" else layer.input
        sources = inputs if isinstance(inputs, list) else [inputs]
        numbers[id(layer.output)] = len(operations)
        operations.append(_operation(layer, tuple(numbers[id(source)] for source in sources)))
    outputs = model.output if isinstance(model.output, list) else [model.output]
    return PlainNetwork(tuple(operations), tuple(numbers[id(output)] for output in outputs))


def _operation(layer: Any, inputs: tuple[int, ...]) -> Operation:
    kind = type(layer).__name__
    if kind in ("Conv2D", "DepthwiseConv2D"):
        (kernel,) = layer.get_weights()
        order = (3, 2, 0, 1) if kind == "Conv2D" else (2, 3, 0, 1)
        options = {"stride": layer.strides[0], "padding": layer.padding}
        return Operation(kind, inputs, options, (np.ascontiguousarray(kernel.transpose(order)),))
    if kind == "BatchNormalization":
        moments = [np.asarray(moment) for moment in (layer.beta, layer.moving_mean, layer.moving_variance)]
        scale = np.asarray(layer.gamma) if layer.scale else np.ones_like(moments[0])
        return Operation(kind, inputs, {"epsilon": layer.epsilon}, (scale, *moments))
    if kind.endswith("Pooling2D"):
        options = {"size": layer.pool_size[0], "stride": layer.strides[0], "padding": layer.padding}
        return Operation(kind, inputs, options)
    config = layer.get_config()
    return Operation(kind, inputs, {name: config[name] for name in ("scale", "offset", "max_value") if name in config})


def main() -> None:
    """Arguments: file to write, network, layers."""
    Path(sys.argv[1]).write_bytes(pickle.dumps(describe(sys.argv[2], tuple(sys.argv[3:]))))
