"""The one compiled function: a batch of tiles → how each of their pixels raises the objective."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from .networks import Network
from .objectives import Objective

Array = NDArray[np.float32]


def configure(threads: int) -> str:
    """Set TensorFlow up for this process, before its first operation; returns its version.

    On a graphics card memory is taken as needed, since a painting program wants some of it too.
    """
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    for device in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(device, True)
    return str(tf.__version__)


class Gradient:
    """The gradient of ``objective`` on ``network``, traced once for pictures of any size.

    The shape is left open on purpose: one trace serves every octave and tile, and with the shape fixed
    TensorFlow's own rewriting makes the depthwise convolutions slower, not faster.
    """

    def __init__(self, network: Network, objective: Objective) -> None:
        self._network = network
        self._objective = objective
        self.maps = objective.maps
        batch = tf.TensorSpec([None, None, None, 3], tf.float32)
        maps = tf.TensorSpec([None, None, None, len(objective.maps)], tf.float32)
        self._compiled = tf.function(self._traced, input_signature=[batch, maps], autograph=False)

    def __call__(self, tile: Array, maps: Array) -> Array:
        """float32 (height, width, 3), 0..255, and (height, width, len(self.maps)) → the gradient."""
        batch = tf.constant(tile[np.newaxis]), tf.constant(maps[np.newaxis])
        gradient: Array = self._compiled(*batch).numpy()[0]
        return gradient

    def _traced(self, pixels: tf.Tensor, maps: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            value = self._objective.value(self._network.activations(pixels, self._objective.layers), maps)
        return tape.gradient(value, pixels)
