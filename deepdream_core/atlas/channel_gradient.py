"""(a batch of pictures, a channel for each) → which way each picture shows more of its channel."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..arrays import Batch
from ..engine.gradient import Compiled
from ..engine.laplacian import merge, split
from ..image.rotation import Rotation, rotated
from ..networks import Network
from ..networks.convolution import gradients_forgotten
from ..objective.terms import LOGITS


class ChannelGradient(Compiled):
    """Traced once for pictures of any size and any channels of ``layer``.

    ``bands``: the strength that each band of the Laplacian pyramid, from fine to coarse, gets in each picture;
    ``precision``: see ``precision.resolved``.
    """

    def __init__(self, network: Network, layer: str, bands: tuple[float, ...], precision: str) -> None:
        self._network, self._layer, self._bands = network, layer, bands
        super().__init__(precision)

    def _trace(self) -> None:
        signature = [tf.TensorSpec([None, None, None, 3], tf.float32), tf.TensorSpec([None], tf.int32)]
        self._raw = tf.function(self._raw_of, input_signature=signature, autograph=False)
        self._evened = tf.function(self._evened_out, input_signature=signature[:1], autograph=False)

    def __call__(self, pictures: Batch, channels: list[int], rotation: Rotation) -> Batch:
        """The gradient of each channel's mean over its picture, evened out, with a root mean square of 1.

        ``pictures``: float32 (n, height, width, 3), 0..255; ``channels``: n numbers; ``rotation``: how the network
        sees the pictures turned.
        """
        seen = np.stack([rotated(picture, rotation, beyond="edge") for picture in pictures])
        raw = self._computed(lambda: self._raw(seen, channels).numpy())
        gradient: Batch = self._evened(np.stack([rotated(one, rotation.back()) for one in raw])).numpy()
        return gradient

    def probe(self) -> None:
        """Compute a small picture, which traces."""
        self(np.zeros((1, 64, 64, 3), np.float32), [0], Rotation())

    @gradients_forgotten()
    def _raw_of(self, pictures: tf.Tensor, channels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            found = self._network.activations(pictures, {self._layer}, self._dtype)[self._layer]
            means = tf.reduce_mean(tf.cast(found, tf.float32), axis=[1, 2])
            value = tf.reduce_sum(tf.gather(means, channels, axis=1, batch_dims=1))
        return tape.gradient(value, pictures)

    def _evened_out(self, gradient: tf.Tensor) -> tf.Tensor:
        found_bands = split(gradient, len(self._bands) - 1)
        pairs = zip(found_bands, self._bands, strict=True)
        return _unit(merge([_unit(band) * strength for band, strength in pairs]))


class Reader:
    """Which classes a network reads in pictures."""

    def __init__(self, network: Network) -> None:
        self._network = network
        signature = [tf.TensorSpec([None, None, None, 3], tf.float32)]
        self._compiled = tf.function(self._logits, input_signature=signature, autograph=False)

    def likeliest(self, pictures: Batch, count: int) -> list[list[int]]:
        """The ``count`` likeliest classes of each of (n, height, width, 3), 0..255; none if it knows no classes."""
        if not self._network.info.classes:
            return [[] for _picture in pictures]
        ranking = np.argsort(self._compiled(pictures).numpy(), axis=1)[:, ::-1]
        return [[int(number) for number in row[:count]] for row in ranking]

    @gradients_forgotten()
    def _logits(self, pictures: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(self._network.activations(pictures, {LOGITS})[LOGITS], axis=[1, 2])


def _unit(pictures: tf.Tensor) -> tf.Tensor:
    """Each of (n, height, width, 3) divided by its own root mean square."""
    square = tf.reduce_mean(tf.square(pictures), axis=[1, 2, 3], keepdims=True)
    return pictures / tf.maximum(tf.sqrt(square), 1e-20)
