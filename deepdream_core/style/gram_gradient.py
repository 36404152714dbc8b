"""(patch, Gram matrices wanted) → how its pixels bring the whole picture nearer to them, and keep its content.

Style after Gatys et al. 2016: for each layer the squared distance of the picture's Gram matrix (mean of products of
channels over positions) from the style's, divided by the style's own squared norm, so that layers count alike.
Content: squared distance of one layer's features, divided by their energy; and that of colours, averaged over cells
of ``CELL`` pixels, divided by their variance, which keeps light and dark where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from ..arrays import Change, Gram, Mask, Rgb
from ..networks import Network
from ..networks.convolution import gradients_forgotten

CELL = 16


@dataclass(frozen=True)
class View:
    """What one patch shows, float32: ``pixels``, ``ground`` and ``content`` (height, width, 3), 0..255; ``mask``
    (height, width), above 0 where the patch owns."""

    pixels: Rgb
    mask: Mask
    ground: Rgb
    content: Rgb


@dataclass(frozen=True)
class Goal:
    """What the whole picture shall have: for each layer a Gram matrix; and how much everything pulls.

    ``mask_sum``: the mask's sum over all patches; ``factors``: of style (in all), of content and of colours (for each
    unit of squared distance); ``strength``: how many times as strong as the content's own its features are wanted.
    """

    grams: list[Gram]
    mask_sum: float
    factors: tuple[float, float, float]
    strength: float


class _ViewTensors(NamedTuple):
    """A ``View`` as TensorFlow traces it."""

    pixels: tf.Tensor
    mask: tf.Tensor
    ground: tf.Tensor
    content: tf.Tensor


class _GoalTensors(NamedTuple):
    """A ``Goal`` as it is traced, and for each layer the sums of the ``others`` and the ``counts`` of its positions."""

    others: list[tf.Tensor]
    wanted: list[tf.Tensor]
    counts: tf.Tensor
    style: tf.Tensor
    content: tf.Tensor
    colours: tf.Tensor
    strength: tf.Tensor


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
        counts, number = tf.TensorSpec([len(layers)], tf.float32), tf.TensorSpec([], tf.float32)
        view = _ViewTensors(picture, plane, picture, picture)
        signature = [view, _GoalTensors(grams, grams, counts, number, number, number, number)]
        self._sums = tf.function(self._traced_sums, input_signature=[picture, plane], autograph=False)
        self._gradient = tf.function(self._traced_gradient, input_signature=signature, autograph=False)

    def sums(self, pixels: Rgb, mask: Mask) -> Sums:
        """What a patch contributes to the whole picture's statistics."""
        grams, energy = self._sums(pixels, mask)
        return Sums([gram.numpy() for gram in grams], float(energy))

    def mean(self, sums: list[list[Gram]], mask_sum: float) -> list[Gram]:
        """Gram matrices of the whole picture from its patches' sums; ``mask_sum``: the mask's sum."""
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
        factors = map(np.float32, (*goal.factors, goal.strength))
        seen = _ViewTensors(view.pixels, view.mask, view.ground, view.content)
        gradient: Change = self._gradient(seen, _GoalTensors(others, goal.grams, counts, *factors)).numpy()
        return gradient

    def _channels(self) -> list[int]:
        return [self._network.info.layer(name).channels for name in self._layers]

    @gradients_forgotten()
    def _traced_sums(self, pixels: tf.Tensor, mask: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
        found = self._features(pixels)
        grams = self._grams(found, mask)
        content = found[self._content_layer]
        energy = tf.reduce_sum(tf.square(content) * self._at(mask, self._content_layer)[..., tf.newaxis])
        return grams, energy

    @gradients_forgotten()
    def _traced_gradient(self, view: _ViewTensors, goal: _GoalTensors) -> tf.Tensor:
        content_features = self._features(view.content)[self._content_layer] * goal.strength
        with tf.GradientTape() as tape:
            tape.watch(view.pixels)
            found = self._features(view.pixels)
            moved = tf.reduce_sum(tf.square(found[self._content_layer] - content_features), axis=-1)
            tones = tf.reduce_sum(tf.square(_pooled(view.pixels - view.ground, CELL)), axis=-1)
            value = goal.style * self._style_distance(self._grams(found, view.mask), goal)
            value += goal.content * tf.reduce_sum(moved * self._at(view.mask, self._content_layer))
            value += goal.colours * tf.reduce_sum(tones * _pooled(view.mask[..., tf.newaxis], CELL)[..., 0])
        return tape.gradient(value, view.pixels)

    @staticmethod
    def _style_distance(grams: list[tf.Tensor], goal: _GoalTensors) -> tf.Tensor:
        """Squared distance of the whole picture's Gram matrices to the wanted ones, relative to these."""
        distances = []
        for own, others, count, wanted in zip(grams, goal.others, tf.unstack(goal.counts), goal.wanted, strict=True):
            distance = tf.reduce_sum(tf.square((own + others) / count - wanted))
            distances.append(distance / tf.reduce_sum(tf.square(wanted)))
        return tf.add_n(distances)

    def _features(self, pixels: tf.Tensor) -> dict[str, tf.Tensor]:
        """layer → (rows, columns, channels)."""
        found = self._network.activations(pixels[tf.newaxis], {*self._layers, self._content_layer})
        return {name: features[0] for name, features in found.items()}

    def _grams(self, found: dict[str, tf.Tensor], mask: tf.Tensor) -> list[tf.Tensor]:
        grams = []
        for name in self._layers:
            features = tf.reshape(found[name], [-1, found[name].shape[-1]])
            counted = features * tf.reshape(self._at(mask, name), [-1, 1])
            grams.append(tf.matmul(features, counted, transpose_a=True))
        return grams

    def _at(self, mask: tf.Tensor, layer: str) -> tf.Tensor:
        """How much each position of ``layer`` counts: (rows, columns)."""
        return _pooled(mask[..., tf.newaxis], self._network.info.layer(layer).stride)[..., 0]


def _pooled(plane: tf.Tensor, side: int) -> tf.Tensor:
    return tf.nn.avg_pool2d(plane[tf.newaxis], side, side, "SAME")[0]
