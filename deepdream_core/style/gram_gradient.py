"""(patch, Gram matrices wanted) → how its pixels bring the whole picture nearer to them, and keep its content.

Style after Gatys et al. 2016: for each layer the squared distance of the picture's Gram matrix (mean of products of
channels over positions) from the style's, divided by the style's own squared norm, so that layers count alike.
Content: squared distance of one layer's features, divided by their energy; and that of colours, averaged over cells
of ``CELL`` pixels, divided by their variance, which keeps light and dark where they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from ..arrays import Change, Gram, Mask, Rgb
from ..networks import Network

CELL = 16


@dataclass(frozen=True)
class View:
    """What one patch shows, float32: ``pixels``, ``ground`` and ``content`` (height, width, 3), 0..255; ``weights``
    (height, width), above 0 where the patch owns."""

    pixels: Rgb
    weights: Mask
    ground: Rgb
    content: Rgb


@dataclass(frozen=True)
class Goal:
    """What the whole picture shall have: for each layer a Gram matrix; and how much everything pulls.

    ``mask_sum``: the weights' sum over all patches; ``factors``: of style (in all), of content and of colours (for each
    unit of squared distance); ``strength``: how many times as strong as the content's own its features are wanted.
    """

    grams: list[Gram]
    mask_sum: float
    factors: tuple[float, float, float]
    strength: float


@dataclass(frozen=True)
class Sums:
    """Over the owned positions of a patch: ``grams``: sums of products; ``energy``: of the content layer."""

    grams: list[Gram]
    energy: float


class StyleGradient:
    """Compiled for ``layers`` (style) and ``content_layer`` of ``network``, once for patches of any size."""

    def __init__(self, network: Network, layers: tuple[str, ...], content_layer: str) -> None:
        self._network, self._layers, self._content_layer = network, layers, content_layer
        self._strides = [network.info.layer(name).stride for name in layers]
        picture, plane = tf.TensorSpec([None, None, 3], tf.float32), tf.TensorSpec([None, None], tf.float32)
        grams = [tf.TensorSpec([channels, channels], tf.float32) for channels in self._channels()]
        counts, factors = tf.TensorSpec([len(layers)], tf.float32), tf.TensorSpec([4], tf.float32)
        signature = [picture, plane, picture, picture, grams, grams, counts, factors]
        self._sums = tf.function(self._traced_sums, input_signature=[picture, plane], autograph=False)
        self._gradient = tf.function(self._traced_gradient, input_signature=signature, autograph=False)

    def sums(self, pixels: Rgb, weights: Mask) -> Sums:
        """What a patch contributes to the whole picture's statistics."""
        grams, energy = self._sums(pixels, weights)
        return Sums([gram.numpy() for gram in grams], float(energy))

    def mean(self, sums: list[list[Gram]], mask_sum: float) -> list[Gram]:
        """Gram matrices of the whole picture from its patches' sums; ``mask_sum``: the weights' sum."""
        return [
            np.sum(grams, axis=0) * np.float32(stride**2 / mask_sum)
            for grams, stride in zip(zip(*sums, strict=True), self._strides, strict=True)
        ]

    def nothing(self) -> list[Gram]:
        """Sums of no patch at all."""
        return [np.zeros((channels, channels), np.float32) for channels in self._channels()]

    def __call__(self, view: View, others: list[Gram], goal: Goal) -> Change:
        """The gradient of the distance to ``goal``, float32 (height, width, 3).

        ``others``: the sums of all other patches of the picture; with them the gradient is exact.
        """
        counts = np.array([goal.mask_sum / stride**2 for stride in self._strides], np.float32)
        factors = np.array([*goal.factors, goal.strength], np.float32)
        parts = view.pixels, view.weights, view.ground, view.content
        gradient: Change = self._gradient(*parts, others, goal.grams, counts, factors).numpy()
        return gradient

    def _channels(self) -> list[int]:
        return [self._network.info.layer(name).channels for name in self._layers]

    def _traced_sums(self, pixels: tf.Tensor, weights: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
        found = self._features(pixels)
        grams = self._grams(found, weights)
        content = found[self._content_layer]
        energy = tf.reduce_sum(tf.square(content) * self._at(weights, self._content_layer)[..., tf.newaxis])
        return grams, energy

    def _traced_gradient(
        self, pixels: tf.Tensor, weights: tf.Tensor, ground: tf.Tensor, content: tf.Tensor, *goal: tf.Tensor
    ) -> tf.Tensor:
        others, wanted, counts, factors = goal
        content_features = self._features(content)[self._content_layer] * factors[3]
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            found = self._features(pixels)
            grams = [
                (gram + rest) / count
                for gram, rest, count in zip(self._grams(found, weights), others, tf.unstack(counts), strict=True)
            ]
            style = tf.add_n(
                [
                    tf.reduce_sum(tf.square(gram - want)) / tf.reduce_sum(tf.square(want))
                    for gram, want in zip(grams, wanted, strict=True)
                ]
            )
            moved = tf.reduce_sum(tf.square(found[self._content_layer] - content_features), axis=-1)
            tones = tf.reduce_sum(tf.square(_pooled(pixels - ground, CELL)), axis=-1)
            value = factors[0] * style + factors[1] * tf.reduce_sum(moved * self._at(weights, self._content_layer))
            value += factors[2] * tf.reduce_sum(tones * _pooled(weights[..., tf.newaxis], CELL)[..., 0])
        return tape.gradient(value, pixels)

    def _features(self, pixels: tf.Tensor) -> dict[str, tf.Tensor]:
        """layer → (rows, columns, channels)."""
        found = self._network.activations(pixels[tf.newaxis], {*self._layers, self._content_layer})
        return {name: features[0] for name, features in found.items()}

    def _grams(self, found: dict[str, tf.Tensor], weights: tf.Tensor) -> list[tf.Tensor]:
        grams = []
        for name in self._layers:
            features = tf.reshape(found[name], [-1, found[name].shape[-1]])
            counted = features * tf.reshape(self._at(weights, name), [-1, 1])
            grams.append(tf.matmul(features, counted, transpose_a=True))
        return grams

    def _at(self, weights: tf.Tensor, layer: str) -> tf.Tensor:
        """How much each position of ``layer`` counts: (rows, columns)."""
        return _pooled(weights[..., tf.newaxis], self._network.info.layer(layer).stride)[..., 0]


def _pooled(plane: tf.Tensor, side: int) -> tf.Tensor:
    return tf.nn.avg_pool2d(plane[tf.newaxis], side, side, "SAME")[0]
