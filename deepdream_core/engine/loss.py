"""(terms, activations) → one number to make larger. Each term is a small value that names itself.

A term's number is its mean over positions times the area it stands for in pixels, so that a thin tile pulls
each of its pixels as hard as a large one, and layers of different strides can be added. Terms of one mask are
added; those of different masks stay apart, since a class and a layer pull with quite different force.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import tensorflow as tf

from ..arrays import Batch, Features, PerChannel, Rgb
from ..catalogue import NetworkInfo
from ..networks import Network
from ..objective.syntax import Term
from ..objective.terms import LIKENESS, layer_of
from .photographs import strength_in_photographs

# So far below the largest logit of a picture that it makes no difference, and no infinity.
LEAST_LOGIT = -60.0

# At most so many of a guide's positions are matched, evenly spaced: as many as a guide of 512 px has at a stride of 8.
MOST_GUIDE_POSITIONS = 4096

# A mask's name, or a neuron's place (across, down) as shares of the region.
MapKey = str | tuple[float, float]


@dataclass(frozen=True)
class Objective:
    """Terms that were checked against a network.

    ``maps``: the maps that the terms ask for, in the order in which ``values`` expects them.
    """

    terms: tuple[Term, ...]
    info: NetworkInfo

    @property
    def layers(self) -> set[str]:
        """The layers that must be computed."""
        return {layer_of(term) for term in self.terms}

    @property
    def likeness_layers(self) -> set[str]:
        """The layers at which the picture shall stay like the original."""
        return {term.name for term in self.terms if term.type == LIKENESS}

    @property
    def lattice(self) -> int:
        """In pixels: pictures that differ by a shift of as much are seen alike."""
        return max(self.info.layer(layer).stride for layer in self.layers)

    @property
    def maps(self) -> tuple[MapKey, ...]:
        """Where terms count: masks by their name, neurons by their position."""
        return tuple(dict.fromkeys(key for term in self.terms for key in _maps_of(term)))

    @property
    def groups(self) -> tuple[tuple[str, float], ...]:
        """(mask, weight) of the terms that are pulled up together; the mask of those without one is ""."""
        own = [term for term in self.terms if term.type != LIKENESS]
        masks = dict.fromkeys(term.mask_name for term in own)
        return tuple((mask, max(abs(term.weight) for term in own if term.mask_name == mask)) for mask in masks)

    @property
    def emphasised(self) -> tuple[int, ...]:
        """For each term over a whole layer, and each likeness, its number of channels, for each class that of all."""
        return tuple(self.info.layer(layer_of(term)).channels for term in self.terms if _is_weighted(term))

    @property
    def guided(self) -> tuple[int, ...]:
        """For each guide term the number of its layer's channels."""
        return tuple(self.info.layer(term.name).channels for term in self.terms if _is_guided(term))

    def values(
        self,
        activations: Mapping[str, tf.Tensor],
        maps: tf.Tensor,
        emphasis: Sequence[tf.Tensor],
        guides: Sequence[tf.Tensor] = (),
        original: Mapping[str, tf.Tensor] = MappingProxyType({}),
    ) -> list[tf.Tensor]:
        """The numbers to make larger: a float32 scalar for each of ``groups``.

        ``activations``: layer → (n, rows, columns, channels); ``maps``: (n, height, width, len(self.maps)),
        0..1, at the pictures' own size; ``emphasis``: channel weights for each of ``emphasised``; ``guides``: features,
        (positions, channels), for each of ``guided``; ``original``: activations of the original for each of
        ``likeness_layers``.
        """
        weights, matched = iter(emphasis), iter(guides)
        values: dict[str, list[tf.Tensor]] = {mask: [] for mask, _weight in self.groups}
        for term in self.terms:
            features = tf.cast(activations[layer_of(term)], tf.float32)
            if term.type == LIKENESS:
                features -= tf.cast(original[term.name], tf.float32)
            own = next(weights) if _is_weighted(term) else next(matched) if _is_guided(term) else None
            per_position = self._per_position(term, features, own)
            values[term.mask_name].append(self._summed(term, per_position, maps))
        return [tf.add_n(group) for group in values.values()]

    def strength(
        self, activations: Mapping[str, tf.Tensor], maps: tf.Tensor, movable: tf.Tensor, emphasis: Sequence[tf.Tensor]
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """How strong the terms with a positive weight are, and how strong they would be in photographs.

        Float32 scalars, all groups together; arguments as those of ``values``. ``movable``: (n, height, width, 1),
        0..1: what may not move doesn't count, or it would keep a small mask from ever being strong enough.
        """
        weights = iter(emphasis)
        here, there = [tf.constant(0.0)], [tf.constant(0.0)]
        for term in self.terms:
            own = next(weights) if _is_weighted(term) else None
            if term.type == LIKENESS or term.weight <= 0:
                continue
            usual = strength_in_photographs(term, self.info)
            if math.isinf(usual):
                return tf.constant(0.0), tf.constant(np.inf)
            per_position = self._per_position(term, tf.cast(activations[layer_of(term)], tf.float32), own)
            inside = _resized(movable, tf.shape(per_position)[1:3])[..., 0]
            here.append(self._summed(term, per_position * inside, maps))
            there.append(self._summed(term, np.float32(usual) * inside, maps))
        return tf.add_n(here), tf.add_n(there)

    def _summed(self, term: Term, per_position: tf.Tensor, maps: tf.Tensor) -> tf.Tensor:
        layer = self.info.layer(layer_of(term))
        for key in _maps_of(term):
            index = self.maps.index(key)
            per_position *= _resized(maps[..., index : index + 1], tf.shape(per_position)[1:3])[..., 0]
        return np.float32(term.weight * layer.stride**2) * tf.reduce_sum(per_position)

    def _window(self, term: Term) -> int:
        """How many positions a motif of the term's layer is wide."""
        layer = self.info.layer(layer_of(term))
        return round(layer.motif_px / layer.stride)

    def _per_position(self, term: Term, features: tf.Tensor, own: tf.Tensor | None) -> tf.Tensor:
        """(n, rows, columns, channels) → (n, rows, columns); ``own``: the term's channel weights, or its guide's
        features.
        """
        if term.type == "class":
            logits = _of_classes(term, features, own)
            return _gathered(logits, self._window(term)) if term.gathered else logits
        if _is_guided(term):
            return _matched(features, own, by_angle=term.type == "guide_cosine")
        if term.channels:
            numbers, weights = zip(*term.channels, strict=True)
            chosen = tf.gather(features, numbers, axis=-1)
            chosen = tf.square(chosen) if term.statistic == "square" else chosen
            return tf.reduce_mean(chosen * np.asarray(weights, np.float32), axis=-1)
        values = tf.square(features) if term.statistic == "square" else features
        return tf.reduce_mean(values if own is None else values * own, axis=-1)


def resolve_ranks(terms: tuple[Term, ...], network: Network, picture: Rgb) -> tuple[Term, ...]:
    """Put the numbers of this picture's strongest and weakest channels in the place of "strongest 5".

    ``picture``: float32 (height, width, 3), 0..255. Strength is the mean over positions.
    """
    layers = {term.name for term in terms if term.rank}
    if not layers:
        return terms
    activations = network.activations(tf.constant(picture[np.newaxis]), layers)
    strength = {name: tf.reduce_mean(found, axis=[0, 1, 2]).numpy() for name, found in activations.items()}
    return tuple(_ranked(term, strength[term.name]) if term.rank else term for term in terms)


def guide_features(terms: tuple[Term, ...], network: Network, pictures: Mapping[str, Rgb]) -> list[Features]:
    """What each of ``Objective.guided`` is matched with, float32 (positions, channels); ``pictures`` by name, 0..255.

    For cosines each is of length 1.
    """
    found = []
    for term in terms:
        if not _is_guided(term):
            continue
        picture = tf.constant(pictures[term.picture][np.newaxis])
        features = _few(np.asarray(network.activations(picture, {term.name})[term.name]))
        if term.type == "guide_cosine":
            features /= np.maximum(np.linalg.norm(features, axis=-1, keepdims=True), 1e-6)
        found.append(features)
    return found


def _few(activations: Batch) -> Features:
    """(n, rows, columns, channels) → those of all positions, or of as many as are taken."""
    features = activations.reshape(-1, activations.shape[-1])
    count = min(len(features), MOST_GUIDE_POSITIONS)
    few: Features = features[np.linspace(0, len(features) - 1, count).round().astype(int)]
    return few


def traced(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms as far as an objective's computation depends on them: not on which classes or guides they are about."""
    return tuple(
        replace(term, name="", channels=())
        if term.type == "class"
        else replace(term, picture="")
        if _is_guided(term)
        else term
        for term in terms
    )


def layer_widths(terms: tuple[Term, ...], info: NetworkInfo) -> list[int]:
    """Of each term over a whole layer the number of channels: each of them may be weighted."""
    return [info.layer(term.name).channels for term in terms if _is_weighted(term) and term.type == "layer"]


def emphasis(terms: tuple[Term, ...], info: NetworkInfo, layers: Iterable[PerChannel]) -> list[PerChannel]:
    """For each count in ``Objective.emphasised`` so many weights: a class's own, or the next of ``layers``.

    Likeness has none (0) before ``likeness.balanced``.

    ``layers``: channel weights for each of ``layer_widths``.
    """
    weights = iter(layers)
    return [
        _class_weights(term, info)
        if term.type == "class"
        else np.zeros(info.layer(term.name).channels, np.float32)
        if term.type == LIKENESS
        else next(weights)
        for term in terms
        if _is_weighted(term)
    ]


def _class_weights(term: Term, info: NetworkInfo) -> PerChannel:
    weights = np.zeros(info.classes, np.float32)
    for number, weight in term.channels:
        weights[number] = weight / len(term.channels)
    return weights


def _of_classes(term: Term, logits: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """(n, rows, columns, classes) → (n, rows, columns): the mean of those with a weight, or softly the largest."""
    if term.statistic == "mean":
        return tf.reduce_sum(logits * weights, axis=-1)
    return tf.reduce_logsumexp(tf.where(weights > 0, logits, logits.dtype.min), axis=-1)


def _gathered(logits: tf.Tensor, window: int) -> tf.Tensor:
    """(n, rows, columns) → the same, half as they are, half the softly largest of the ``window`` around each.

    So what looks like the thing already is pulled harder than what is beside it, and each window has its own; the pull
    is as strong as before in all.
    """
    top = tf.stop_gradient(tf.reduce_max(logits, axis=[1, 2], keepdims=True))
    shares = tf.nn.avg_pool2d(tf.exp(tf.maximum(logits - top, LEAST_LOGIT))[..., tf.newaxis], window, 1, "SAME")
    return np.float32(0.5) * (logits + tf.math.log(shares[..., 0]) + top)


def _maps_of(term: Term) -> list[MapKey]:
    return [key for key in (term.mask_name, term.position) if key]


def _is_weighted(term: Term) -> bool:
    return term.type in ("class", LIKENESS) or (term.type == "layer" and not term.channels)


def _is_guided(term: Term) -> bool:
    return term.type.startswith("guide")


def _matched(features: tf.Tensor, guide: tf.Tensor, by_angle: bool) -> tf.Tensor:
    """The best match of each position among the guide's: dot products as in Google's notebook, or cosines.

    The choice is made without gradient, as there: only the matched product is pulled up. Row by row, since the
    products of all positions of a shallow layer with all of the guide's would be gigabytes.
    """
    rows = tf.reshape(tf.stop_gradient(features), [-1, tf.shape(features)[2], tf.shape(features)[3]])
    best = tf.map_fn(
        lambda row: tf.argmax(tf.matmul(row, guide, transpose_b=True), axis=-1),
        rows,
        parallel_iterations=1,
        fn_output_signature=tf.int64,
    )
    target = tf.gather(guide, tf.reshape(best, tf.shape(features)[:3]))
    own = tf.math.l2_normalize(features, axis=-1, epsilon=1e-6) if by_angle else features
    return tf.reduce_sum(own * target, axis=-1)


def _ranked(term: Term, strength: PerChannel) -> Term:
    assert term.rank is not None
    ranking = np.argsort(strength)
    chosen = ranking[::-1][: term.rank[1]] if term.rank[0] == "strongest" else ranking[: term.rank[1]]
    return replace(term, channels=tuple((int(number), 1.0) for number in chosen), rank=None)


def _resized(maps: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    """Means over the positions of a layer, which may be fewer than size / stride."""
    return tf.image.resize(maps, size, tf.image.ResizeMethod.AREA)
