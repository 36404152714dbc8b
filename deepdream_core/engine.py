"""Keeps networks and compiled gradients warm between dreams: TensorFlow's side of a process, made once."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from . import gradient, networks, objectives
from .grams import StyleGradient
from .objective_text import Term, parse
from .precision import processor, resolved
from .settings import AUTO, DreamSettings
from .terms import check
from .turning import Turn

Array = NDArray[np.float32]
KEPT_GRADIENTS = 8


class Engine:
    """One per process: TensorFlow takes its number of threads before its first operation only.

    ``threads``: a number of cores, or "auto" for all that are usable.
    """

    def __init__(self, threads: int | str = AUTO) -> None:
        self.threads = _usable_cores() if threads == AUTO else int(threads)
        self.tensorflow = gradient.configure(self.threads)
        self.processor = processor()
        self._networks: dict[str, networks.Network] = {}
        self._gradients: OrderedDict[tuple[str, tuple[Term, ...], str], gradient.Gradient] = OrderedDict()
        self._style_gradients: dict[str, StyleGradient] = {}

    def warm(self, settings: DreamSettings) -> None:
        """Build and trace what a dream with ``settings`` will need, so that its first step comes at once."""
        network = self.network(settings.network)
        terms = check(parse(settings.objective), network.info)
        if any(term.rank or term.kind.startswith("guide") for term in terms):
            return
        compiled = self.gradient(network, terms, {}, resolved(settings.precision, network.info.family))
        tile, maps = np.zeros((64, 64, 3), np.float32), np.zeros((64, 64, len(compiled.maps)), np.float32)
        compiled(tile, maps, [np.ones(count, np.float32) for count in compiled.emphasised], Turn())

    def network(self, name: str) -> networks.Network:
        """The network called ``name``, read at the first call. Raises ``DreamError`` if it can't be had."""
        if name not in self._networks:
            self._networks[name] = networks.build(name)
        return self._networks[name]

    def gradient(
        self, network: networks.Network, terms: tuple[Term, ...], guides: Mapping[str, Array], precision: str
    ) -> gradient.Gradient:
        """The compiled gradient of checked ``terms``; ``guides``: float32 pictures, 0..255, by name.

        ``precision``: see ``precision.resolved``.
        """
        key = network.info.name, terms, precision
        if key in self._gradients and not guides:
            self._gradients.move_to_end(key)
            return self._gradients[key]
        features = objectives.guide_features(terms, network, guides)
        objective = objectives.Objective(terms, network.info, features)
        compiled = gradient.Gradient(network, objective, precision)
        if not features:
            self._gradients[key] = compiled
        while len(self._gradients) > KEPT_GRADIENTS:
            self._gradients.popitem(last=False)
        return compiled

    def style_gradient(self, network: networks.Network, layers: tuple[str, ...], content_layer: str) -> StyleGradient:
        """The compiled gradient of a style transfer."""
        name = network.info.name
        if name not in self._style_gradients:
            self._style_gradients[name] = StyleGradient(network, layers, content_layer)
        return self._style_gradients[name]


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
