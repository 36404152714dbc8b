"""Keeps networks and compiled gradients warm between dreams: TensorFlow's side of a process, made once."""

from __future__ import annotations

import gc
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TypeVar, cast

from .. import networks
from ..arrays import Features
from ..catalogue import NetworkInfo, sisters
from ..catalogue import network as network_info
from ..errors import DreamError
from ..objective.syntax import Term, parse
from ..objective.terms import check, counterparts, with_likeness
from ..settings.dream_settings import AUTO, DreamSettings
from ..weights.store import present
from . import gradient, loss
from .precision import FP32, processor, resolved

_Made = TypeVar("_Made", bound=gradient.Compiled)
CACHED_GRADIENTS = 8


Made = TypeVar("Made")


class Engine:
    """One per process: TensorFlow takes its number of threads before its first operation only.

    ``threads``: a number of cores, or "auto" for all that are usable, or for as many as TensorFlow takes if it computes
    in this process already. Raises ``DreamError`` (``engine.threads``) for a number that it doesn't take any more.
    """

    def __init__(self, threads: int | str = AUTO) -> None:
        count = _usable_cores() if threads == AUTO else int(threads)
        self.threads = gradient.configure(count, others_do=threads == AUTO)
        self.tensorflow = gradient.VERSION
        self.processor = processor()
        self._networks: dict[str, networks.Network] = {}
        self._gradients: OrderedDict[tuple[str, tuple[Term, ...], str], gradient.Gradient] = OrderedDict()
        self._cache: dict[Hashable, object] = {}
        # (network, precision) at which this processor failed.
        self._failing: set[tuple[str, str]] = set()

    def warm(self, settings: DreamSettings) -> None:
        """Build and trace what a dream with ``settings`` will need, so that its first step comes at once."""
        for network, terms in self.alternating(settings):
            if not any(term.rank or term.type.startswith("guide") for term in terms):
                self.gradient(network, terms, {}, settings.precision).probe()

    def alternating(self, settings: DreamSettings) -> list[tuple[networks.Network, tuple[Term, ...]]]:
        """The networks that take the steps, the settings' own first, and what each makes stronger: checked terms.

        A network that has no counterpart of the objective takes none. Raises ``DreamError``.
        """
        first = self.network(settings.network)
        terms = check(parse(settings.objective), first.info)
        if settings.nearest:
            terms = tuple(replace(term, statistic="nearest") if term.type == "class" else term for term in terms)
        others = ((info, counterparts(terms, first.info, info)) for info in _others(settings, first.info))
        found = [(first, terms), *((self.network(info.name), own) for info, own in others if own)]
        if settings.likeness:
            found = [(network, with_likeness(own, network.info)) for network, own in found]
        return found

    def network(self, name: str) -> networks.Network:
        """The network called ``name``, read at the first call. Raises ``DreamError`` if it can't be had."""
        if name not in self._networks:
            self._networks[name] = networks.build(name)
        return self._networks[name]

    def gradient(
        self, network: networks.Network, terms: tuple[Term, ...], guides: Mapping[str, Features], precision: str
    ) -> gradient.Gradient:
        """The compiled gradient of checked ``terms``; ``guides``: float32 pictures, 0..255, by name.

        ``precision``: as in the settings; the gradient says in which it computes.
        """
        terms = loss.traced(terms)
        key = network.info.name, terms, precision
        if key in self._gradients and not guides:
            self._gradients.move_to_end(key)
            return self._gradients[key]
        features = loss.guide_features(terms, network, guides)
        objective = loss.Objective(terms, network.info, features)
        compiled = self.that_works(partial(gradient.Gradient, network, objective), network, precision)
        if not features:
            self._gradients[key] = compiled
        self._let_go()
        return compiled

    def that_works(self, make: Callable[[str], _Made], network: networks.Network, precision: str) -> _Made:
        """What ``make`` gives for ``precision`` (as in the settings), or for fp32 where this processor fails at it."""
        wanted = resolved(precision, network.info.family)
        known = network.info.name, wanted
        made = make(FP32) if known in self._failing else gradient.that_works(make, wanted)
        if made.precision != wanted:
            self._failing.add(known)
        return made

    def _let_go(self) -> None:
        """Keep few gradients, and free the others at once: TensorFlow's functions are cycles, of 70 to 100 MB each."""
        while len(self._gradients) > CACHED_GRADIENTS:
            self._gradients.popitem(last=False)
            gc.collect()

    def cached(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gave at the first call with ``key``: compiled functions that are not an objective's."""
        if key not in self._cache:
            self._cache[key] = make()
        return cast(Made, self._cache[key])


@cache
def shared(threads: int | str = AUTO) -> Engine:
    """The engine that this process keeps for whoever has none; arguments and errors as ``Engine``."""
    engine = Engine(threads)
    return engine if threads == engine.threads else shared(engine.threads)


def _others(settings: DreamSettings, first: NetworkInfo) -> list[NetworkInfo]:
    """The networks beside the first one that the settings ask for."""
    if settings.alternate_networks == AUTO:
        return [info for info in sisters(first) if present(info)]
    names = dict.fromkeys(name.strip() for name in settings.alternate_networks.split(",") if name.strip())
    others = [network_info(name) for name in names if name != first.name]
    for other in others:
        if other not in sisters(first):
            known = ", ".join(info.name for info in sisters(first)) or "none"
            raise DreamError("network.turn", network=first.label, name=other.name, known=known)
    return others


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
