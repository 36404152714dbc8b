"""The one compiled function: a batch of tiles → how each of their pixels raises the objective."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from .networks import Network
from .objectives import Objective

Array = NDArray[np.float32]
DTYPES = {"fp32": tf.float32, "bf16": tf.bfloat16, "fp16": tf.float16}


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
    TensorFlow's own rewriting makes the depthwise convolutions slower, not faster. ``turns``: whether the
    picture is turned and scaled before the network sees it. ``precision``: of the network's own numbers, a
    key of ``DTYPES``; the objective and the picture are float32 at any precision.
    """

    def __init__(
        self, network: Network, objective: Objective, turns: bool = False, precision: str = "fp32"
    ) -> None:
        self._network, self._objective, self._turns = network, objective, turns
        self._dtype = DTYPES[precision]
        self.maps = objective.maps
        self.groups = objective.groups
        self.emphasised = objective.emphasised
        self.lattice = objective.lattice
        signature = [
            tf.TensorSpec([None, None, None, 3], tf.float32),
            tf.TensorSpec([None, None, None, len(objective.maps)], tf.float32),
            [tf.TensorSpec([count], tf.float32) for count in objective.emphasised],
            tf.TensorSpec([2], tf.float32),
        ]
        self._compiled = tf.function(self._traced, input_signature=signature, autograph=False)

    def __call__(self, tile: Array, maps: Array, emphasis: list[Array], turn: tuple[float, float]) -> Array:
        """The gradients of one tile, one for each of ``groups``: float32 (height, width, 3 x groups).

        ``tile``: float32 (height, width, 3), 0..255; ``maps``: (height, width, len(self.maps)), 0..1;
        ``emphasis``: for each count in ``emphasised`` that many channel weights; ``turn``: an angle in radians
        and a scale, by which the network sees the tile turned about its middle.
        """
        gradient = self._compiled(tile[np.newaxis], maps[np.newaxis], emphasis, np.array(turn, np.float32))
        numbers: Array = gradient.numpy()[0]
        return numbers

    def _traced(self, pixels: tf.Tensor, maps: tf.Tensor, emphasis: list[tf.Tensor], turn: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(pixels)
            seen = turned(pixels, turn) if self._turns else pixels
            found = self._network.activations(tf.cast(seen, self._dtype), self._objective.layers)
            values = self._objective.values(found, maps, emphasis)
        return tf.concat([tape.gradient(value, pixels) for value in values], axis=-1)


def turned(pixels: tf.Tensor, turn: tf.Tensor) -> tf.Tensor:
    """Turn and scale about the middle, bilinear, the border repeated (robustness: Olah et al. 2017)."""
    shape = tf.shape(pixels)[1:3]
    middle = tf.cast(shape - 1, tf.float32) / 2
    cosine, sine = tf.cos(turn[0]) / turn[1], tf.sin(turn[0]) / turn[1]
    across = middle[1] - cosine * middle[1] + sine * middle[0]
    down = middle[0] - sine * middle[1] - cosine * middle[0]
    transform = tf.stack([cosine, -sine, across, sine, cosine, down, 0.0, 0.0])[tf.newaxis]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=pixels, transforms=transform, output_shape=shape, fill_value=0.0,
        interpolation="BILINEAR", fill_mode="NEAREST",
    )
