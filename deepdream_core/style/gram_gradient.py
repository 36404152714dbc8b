"""(patch, Gram matrices wanted) → how its pixels bring the whole picture nearer to them, and keep its content.

Style after Gatys et al. 2016: for each layer the squared distance of the picture's Gram matrix (mean of products of
channels over positions) from the style's, divided by the style's own squared norm, so that layers count alike.
Content: squared distance of one layer's features, divided by their energy; and that of colours, averaged over cells
of ``CELL`` pixels, divided by their variance, which keeps light and dark where they are.

Where styles have masks, each area has Gram matrices of its own: its positions count as much as its mask says there, at
the size of each layer (guided Gram matrices, Gatys et al. 2017, "Controlling perceptual factors in neural style
transfer").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from ..arrays import Change, Gram, Mask, Planes, Rgb
from ..networks import Network
from ..networks.convolution import gradients_forgotten

CELL = 16


@dataclass(frozen=True)
class View:
    """What one patch shows, float32: ``pixels`` and ``ground`` (height, width, 3), 0..255; ``masks`` (height, width) of
    each area, above 0 where the patch owns; ``content``: ``StyleGradient.content`` of what is kept there."""

    pixels: Rgb
    masks: list[Mask]
    ground: Rgb
    content: Planes


@dataclass(frozen=True)
class Manner:
    """What an area of the picture shall have: for each layer a Gram matrix; and how much everything pulls.

    ``mask_sum``: its mask's sum over all patches; ``style``, ``content``: factors of the distances, of the style's in
    all and of the content's for each position; ``strength``: how many times as strong as the content's own its
    features are wanted.
    """

    grams: list[Gram]
    mask_sum: float
    style: float
    content: float
    strength: float


@dataclass(frozen=True)
class Goal:
    """What the whole picture shall have, area by area; ``colours``: the factor of the colours' squared distance."""

    manners: list[Manner]
    colours: float


class _ViewTensors(NamedTuple):
    """A ``View`` as TensorFlow traces it."""

    pixels: tf.Tensor
    masks: list[tf.Tensor]
    ground: tf.Tensor
    content: tf.Tensor


class _MannerTensors(NamedTuple):
    """A ``Manner`` as it is traced; for each layer the sums of the ``others`` and the ``counts`` of its positions."""

    others: list[tf.Tensor]
    wanted: list[tf.Tensor]
    counts: tf.Tensor
    style: tf.Tensor
    content: tf.Tensor
    strength: tf.Tensor


class _Compiled(NamedTuple):
    """For one number of areas."""

    sums: Callable[..., Any]
    gradient: Callable[..., Any]


@dataclass(frozen=True)
class Sums:
    """Over an area's owned positions of a patch: ``grams``: sums of products; ``energy``: of the content layer."""

    grams: list[Gram]
    energy: float


class StyleGradient:
    """Compiled for ``layers`` (style) and ``content_layer`` of ``network``, once for patches of any size, again for
    another number of areas."""

    def __init__(self, network: Network, layers: tuple[str, ...], content_layer: str) -> None:
        self._network, self._layers, self._content_layer = network, layers, content_layer
        self._strides = [network.info.layer(name).stride for name in layers]
        self._compiled: dict[int, _Compiled] = {}
        picture = [tf.TensorSpec([None, None, 3], tf.float32)]
        self._traced_content = tf.function(self._content_features, input_signature=picture, autograph=False)

    def content(self, pixels: Rgb) -> Planes:
        """The features by which a patch of the content is kept: float32 (rows, columns, channels), of any range."""
        features: Planes = self._traced_content(pixels).numpy()
        return features

    def sums(self, pixels: Rgb, masks: list[Mask]) -> list[Sums]:
        """What a patch contributes to each area's statistics."""
        found = self._for(len(masks)).sums(pixels, masks)
        return [Sums([gram.numpy() for gram in grams], float(energy)) for grams, energy in found]

    def mean(self, sums: list[list[Gram]], mask_sum: float) -> list[Gram]:
        """Gram matrices of a whole area from its patches' sums; ``mask_sum``: its mask's sum."""
        return [
            np.sum(grams, axis=0) * np.float32(stride**2 / mask_sum)
            for grams, stride in zip(zip(*sums, strict=True), self._strides, strict=True)
        ]

    def nothing(self) -> list[Gram]:
        """Sums of no patch at all."""
        return [np.zeros((channels, channels), np.float32) for channels in self._channels()]

    def __call__(self, view: View, others: list[list[Gram]], goal: Goal) -> Change:
        """The gradient of the distance to ``goal``, float32 (height, width, 3).

        ``others``: for each area the sums of all other patches of the picture; with them the gradient is exact.
        """
        manners = []
        for manner, sums in zip(goal.manners, others, strict=True):
            counts = np.array([manner.mask_sum / stride**2 for stride in self._strides], np.float32)
            factors = map(np.float32, (manner.style, manner.content, manner.strength))
            manners.append(_MannerTensors(sums, manner.grams, counts, *factors))
        seen = _ViewTensors(view.pixels, view.masks, view.ground, view.content)
        gradient: Change = self._for(len(manners)).gradient(seen, manners, np.float32(goal.colours)).numpy()
        return gradient

    def _for(self, areas: int) -> _Compiled:
        if areas not in self._compiled:
            picture, plane = tf.TensorSpec([None, None, 3], tf.float32), tf.TensorSpec([None, None], tf.float32)
            grams = [tf.TensorSpec([channels, channels], tf.float32) for channels in self._channels()]
            counts, number = tf.TensorSpec([len(self._layers)], tf.float32), tf.TensorSpec([], tf.float32)
            features = tf.TensorSpec([None, None, self._network.info.layer(self._content_layer).channels], tf.float32)
            view = _ViewTensors(picture, [plane] * areas, picture, features)
            manner = _MannerTensors(grams, grams, counts, number, number, number)
            signature = [view, [manner] * areas, number]
            self._compiled[areas] = _Compiled(
                tf.function(self._traced_sums, input_signature=[picture, [plane] * areas], autograph=False),
                tf.function(self._traced_gradient, input_signature=signature, autograph=False),
            )
        return self._compiled[areas]

    def _channels(self) -> list[int]:
        return [self._network.info.layer(name).channels for name in self._layers]

    @gradients_forgotten()
    def _traced_sums(self, pixels: tf.Tensor, masks: list[tf.Tensor]) -> list[tuple[list[tf.Tensor], tf.Tensor]]:
        found = self._features(pixels)
        content = found[self._content_layer]
        sums = []
        for mask in masks:
            energy = tf.reduce_sum(tf.square(content) * self._at(mask, self._content_layer)[..., tf.newaxis])
            sums.append((self._grams(found, mask), energy))
        return sums

    @gradients_forgotten()
    def _traced_gradient(self, view: _ViewTensors, manners: list[_MannerTensors], colours: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(view.pixels)
            found = self._features(view.pixels)
            tones = tf.reduce_sum(tf.square(_pooled(view.pixels - view.ground, CELL)), axis=-1)
            values = []
            for mask, manner in zip(view.masks, manners, strict=True):
                wanted = view.content * manner.strength
                moved = tf.reduce_sum(tf.square(found[self._content_layer] - wanted), axis=-1)
                value = manner.style * self._style_distance(self._grams(found, mask), manner)
                value += manner.content * tf.reduce_sum(moved * self._at(mask, self._content_layer))
                values.append(value)
            mask = tf.add_n(view.masks)
            values.append(colours * tf.reduce_sum(tones * _pooled(mask[..., tf.newaxis], CELL)[..., 0]))
            value = tf.add_n(values)
        return tape.gradient(value, view.pixels)

    @staticmethod
    def _style_distance(grams: list[tf.Tensor], manner: _MannerTensors) -> tf.Tensor:
        """Squared distance of an area's Gram matrices to the wanted ones, relative to these."""
        distances = []
        counts = tf.unstack(manner.counts)
        for own, others, count, wanted in zip(grams, manner.others, counts, manner.wanted, strict=True):
            distance = tf.reduce_sum(tf.square((own + others) / count - wanted))
            distances.append(distance / tf.reduce_sum(tf.square(wanted)))
        return tf.add_n(distances)

    def _content_features(self, pixels: tf.Tensor) -> tf.Tensor:
        return self._features(pixels)[self._content_layer]

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
