"""An engine of numpy alone: behind the engine's seam, so that whole dreams take milliseconds and need no network.

Pixels and maps in, gradients out, as ``deepdream_core.engine.gradient.Gradient`` has it. Its objective is a wave over
the means of a pixel's surroundings, so its gradient is exact, local, and the same however a picture is cut into tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np

from deepdream_core.arrays import Change, Features, Gram, Maps, Mask, PerChannel, Planes, Rgb
from deepdream_core.catalogue import NetworkInfo
from deepdream_core.catalogue import network as network_info
from deepdream_core.engine.engine import Engine, Made
from deepdream_core.engine.gradient import Gradient
from deepdream_core.engine.loss import Objective, traced
from deepdream_core.engine.precision import FP32
from deepdream_core.image.rotation import Rotation, rotated
from deepdream_core.networks import Network
from deepdream_core.objective.syntax import Term
from deepdream_core.objective.terms import LIKENESS
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.style.gram_gradient import Goal, Sums, View
from deepdream_core.weights.store import Weights

# How many pixels of the surroundings count on each side; much less than two tiles share.
REACH = 3
# In 0..255 units: how far apart two crests of the wave are.
CREST = 23.0
# How many channels the Gram matrices have.
CHANNELS = 3


class FakeNetwork:
    """Knows what the catalogue says of a network, and has no layers."""

    def __init__(self, info: NetworkInfo) -> None:
        self.info = info
        self.weights = Weights(Path("none"), "0" * 64)

    def activations(self, pixels: Any, layers: Collection[str], dtype: Any = None) -> Mapping[str, Any]:
        raise NotImplementedError("channels by rank and guides need a real network")


class FakeGradient:
    """As ``Gradient``, for objectives of layers, channels and classes."""

    def __init__(self, network: FakeNetwork, objective: Objective) -> None:
        self._objective = objective
        self.precision = FP32
        self.maps, self.groups = objective.maps, objective.groups
        self.emphasised, self.lattice = objective.emphasised, objective.lattice
        self.original_channels = 3 if objective.likeness_layers else 0

    def __call__(
        self, tile: Rgb, maps: Maps, original: Planes, emphasis: list[PerChannel], rotation: Rotation
    ) -> Planes:
        seen, maps, like = (
            rotated(each, rotation, beyond="edge") if rotation else each for each in (tile, maps, original)
        )
        gradients = [self._of_group(seen, maps, like, (mask, emphasis)) for mask, _weight in self.groups]
        gradient: Planes = np.concatenate(gradients, axis=-1)
        return rotated(gradient, rotation.back()) if rotation else gradient

    def value(self, picture: Rgb, maps: Maps, emphasis: list[PerChannel]) -> float:
        return float(sum(self._wave(picture, emphasis)[0].sum() for _group in self.groups))

    def with_strength(
        self, pieces: tuple[Rgb, Maps, Planes, Maps], emphasis: list[PerChannel], rotation: Rotation
    ) -> tuple[Planes, PerChannel]:
        """Stronger than photographs from the first step on."""
        return self(*pieces[:3], emphasis, rotation), np.array([2, 1], np.float32)

    def probe(self, with_strength: bool = False) -> None:
        """Nothing to try."""

    def _of_group(self, seen: Rgb, maps: Maps, like: Planes, group: tuple[str, list[PerChannel]]) -> Change:
        mask, emphasis = group
        slope = self._wave(seen, emphasis)[1]
        # Those of the likenesses come last, one for each group.
        likeness = iter(emphasis[-len(self.groups) :])
        total = np.zeros(seen.shape, np.float32)
        for term in self._objective.terms:
            weight = term.weight * float(next(likeness).mean()) if term.type == LIKENESS else term.weight
            if term.mask_name == mask:
                pull = (seen - like) / np.float32(CREST) if term.type == LIKENESS else slope
                own = pull * np.float32(weight)
                for key in filter(None, (term.mask_name, term.position)):
                    own *= maps[..., self.maps.index(key), np.newaxis]
                total += own
        return _surroundings(total)

    def _wave(self, seen: Rgb, emphasis: list[PerChannel]) -> tuple[Rgb, Rgb]:
        """The wave at each pixel, and its slope."""
        shift = float(sum(weights.std() for weights in emphasis))
        phase = _surroundings(seen) / np.float32(CREST) + np.float32(shift)
        return (-np.cos(phase) * np.float32(CREST)).astype(np.float32), np.sin(phase, dtype=np.float32)


class FakeStyleGradient:
    """As ``StyleGradient``, with the colours themselves as the only features."""

    def __init__(self) -> None:
        self.layers = 1

    def nothing(self) -> list[Gram]:
        return [np.zeros((CHANNELS, CHANNELS), np.float32)]

    def content(self, pixels: Rgb) -> Planes:
        features: Planes = pixels / np.float32(255)
        return features

    def sums(self, pixels: Rgb, masks: list[Mask]) -> list[Sums]:
        features = pixels.reshape(-1, CHANNELS) / np.float32(255)
        counted = [features * mask.reshape(-1, 1) for mask in masks]
        return [Sums([features.T @ each], float(np.square(each).sum()) + 1e-6) for each in counted]

    def mean(self, sums: list[list[Gram]], mask_sum: float) -> list[Gram]:
        return [np.sum(grams, axis=0) / np.float32(mask_sum) for grams in zip(*sums, strict=True)]

    def __call__(self, view: View, others: list[list[Gram]], goal: Goal) -> Change:
        gradient = np.zeros_like(view.pixels)
        sums = self.sums(view.pixels, view.masks)
        for own, rest, mask, manner in zip(sums, others, view.masks, goal.manners, strict=True):
            off = (own.grams[0] + rest[0]) / np.float32(manner.mask_sum) - manner.grams[0]
            slope = (view.pixels / np.float32(255)) @ off + (view.pixels - view.ground) / np.float32(2550)
            gradient += slope * mask[..., np.newaxis]
        return gradient


class FakeEngine(Engine):
    """An ``Engine`` that neither reads weights nor computes with TensorFlow. ``gradients``: how many were made."""

    def __init__(self, threads: int | str = 1) -> None:
        self.threads, self.tensorflow, self.processor = 1, "none", "none"
        self._networks, self._cache, self._trials = {}, {}, {}
        self.gradients = 0

    def warm(self, settings: DreamSettings) -> None:
        self.alternating(settings)

    def network(self, name: str) -> Network:
        return cast(Network, FakeNetwork(network_info(name)))

    def gradient(
        self, network: Network, terms: tuple[Term, ...], guides: Mapping[str, Features], precision: str
    ) -> Gradient:
        self.gradients += 1
        return cast(Gradient, FakeGradient(cast(FakeNetwork, network), Objective(traced(terms), network.info)))

    def cached(self, key: Hashable, make: Callable[[], Made]) -> Made:
        if isinstance(key, tuple) and key[:1] == ("style",):
            return cast(Made, FakeStyleGradient())
        return make()


def _surroundings(picture: Rgb) -> Rgb:
    """The mean of each pixel's surroundings, 0 beyond the border: its own transpose."""
    side = 2 * REACH + 1
    return np.asarray(
        cv2.boxFilter(picture, cv2.CV_32F, (side, side), borderType=cv2.BORDER_CONSTANT), np.float32
    ).reshape(picture.shape)
