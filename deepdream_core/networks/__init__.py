"""(name) → ``Network``: its layers as plain TensorFlow functions over folded constants.

One file per family; a family's ``build(info, weights)`` is looked up by ``NetworkInfo.family``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from ..catalogue import NetworkInfo
from ..catalogue import network as network_info
from ..weights.store import Weights, verified

if TYPE_CHECKING:
    import tensorflow as tf


class Network(Protocol):
    """What every family builds. Holds constants only: no variables, no state, any picture size."""

    info: NetworkInfo
    weights: Weights

    def activations(self, pixels: tf.Tensor, layers: Collection[str], dtype: tf.DType = ...) -> Mapping[str, tf.Tensor]:
        """The outputs of ``layers``, computed no deeper than the deepest of them.

        ``pixels``: float32 (n, height, width, 3) RGB, 0..255. ``dtype``: the precision to compute in. Each output is
        (n, rows, columns, channels) with rows = ceil(height / stride), or a few less where the network leaves
        out borders (Inception-v3); "logits" are per position.
        """
        ...


def build(name: str) -> Network:
    """Read, verify and fold the weights of network ``name``. Raises ``DreamError`` if they are missing."""
    info = network_info(name)
    return build_from(info, verified(info))


def build_from(info: NetworkInfo, weights: Weights) -> Network:
    """The network over weights that were verified. Raises ``DreamError`` if they are of another layout."""
    family = import_module(f".{info.family}", __name__)
    network: Network = family.build(info, weights)
    return network
