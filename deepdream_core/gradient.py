"""The one compiled function: a batch of tiles → how each of their pixels raises the objective."""

from __future__ import annotations

import cv2
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from .networks import Network
from .objectives import Objective
from .turning import Turn, turned

Array = NDArray[np.float32]
DTYPES = {"fp32": tf.float32, "bf16": tf.bfloat16, "fp16": tf.float16}


def configure(threads: int) -> str:
    """Set TensorFlow and OpenCV up for this process, before the first operation; returns TensorFlow's version.

    On a graphics card memory is taken as needed, since a painting program wants some of it too.
    """
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    cv2.setNumThreads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    for device in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(device, True)
    return str(tf.__version__)


class Gradient:
    """The gradient of ``objective`` on ``network``, traced once for pictures of any size.

    The shape is left open on purpose: one trace serves every octave and tile, and with the shape fixed
    TensorFlow's own rewriting makes the depthwise convolutions slower, not faster. ``precision``: of the
    network's own numbers, a key of ``DTYPES``; the objective and the picture are float32 at any precision.
    """

    def __init__(self, network: Network, objective: Objective, precision: str = "fp32") -> None:
        self._network, self._objective = network, objective
        self._dtype = DTYPES[precision]
        self.maps = objective.maps
        self.groups = objective.groups
        self.emphasised = objective.emphasised
        self.lattice = objective.lattice
        signature = [
            tf.TensorSpec([None, None, None, 3], tf.float32),
            tf.TensorSpec([None, None, None, len(objective.maps)], tf.float32),
            [tf.TensorSpec([count], tf.float32) for count in objective.emphasised],
        ]
        self._compiled = tf.function(self._traced, input_signature=signature, autograph=False)

    def __call__(self, tile: Array, maps: Array, emphasis: list[Array], turn: Turn) -> Array:
        """The gradients of one tile, one for each of ``groups``: float32 (height, width, 3 x groups).

        ``tile``: float32 (height, width, 3), 0..255; ``maps``: (height, width, len(self.maps)), 0..1;
        ``emphasis``: for each count in ``emphasised`` that many channel weights; ``turn``: how the network sees
        the tile turned, the border repeated (robustness: Olah et al. 2017).
        """
        seen = turned(tile, turn, beyond="edge") if turn else tile
        gradient: Array = self._compiled(seen[np.newaxis], maps[np.newaxis], emphasis).numpy()[0]
        return turned(gradient, turn.back()) if turn else gradient

    def _traced(self, pixels: tf.Tensor, maps: tf.Tensor, emphasis: list[tf.Tensor]) -> tf.Tensor:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(pixels)
            found = self._network.activations(tf.cast(pixels, self._dtype), self._objective.layers)
            values = self._objective.values(found, maps, emphasis)
        return tf.concat([tape.gradient(value, pixels) for value in values], axis=-1)
