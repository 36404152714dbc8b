"""Keeps networks and compiled gradients warm between dreams: TensorFlow's side of a process, made once."""

from __future__ import annotations

import gc
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TypeVar, cast

from .. import networks
from ..arrays import Features
from ..networks.alternates import alternates
from ..objective.syntax import Term, parse
from ..objective.terms import check, counterparts, with_likeness
from ..settings.dream_settings import AUTO, DreamSettings
from . import gradient, loss, precision
from .precision import FP32, processor, usable_cores
from .trial import tried

_Made = TypeVar("_Made", bound=gradient.Compiled)
# What the constants of all gradients that are kept may take: in all a gradient takes eleven times as much. Networks in
# turn need one each, whatever they take.
CACHED_BYTES, FEWEST_GRADIENTS = 27_000_000, 3


Made = TypeVar("Made")


class Engine:
    """One per process: TensorFlow takes its number of threads before its first operation only.

    ``threads``: a number of cores, or "auto" for all that are usable, or for as many as TensorFlow takes if it computes
    in this process already. Raises ``DreamError`` (``engine.threads``) for a number that it doesn't take any more.
    """

    def __init__(self, threads: int | str = AUTO) -> None:
        count = usable_cores() if threads == AUTO else int(threads)
        self.threads = gradient.configure(count, others_do=threads == AUTO)
        self.tensorflow = gradient.VERSION
        self.processor = processor()
        self._networks: dict[str, networks.Network] = {}
        self._gradients: OrderedDict[tuple[str, tuple[Term, ...], str], gradient.Gradient] = OrderedDict()
        self._cache: dict[Hashable, object] = {}
        self._trials: dict[str, precision.Trial] = {}

    def warm(self, settings: DreamSettings) -> None:
        """Build and trace what a dream with ``settings`` will need, so that its first step comes at once."""
        for network, terms in self.alternating(settings):
            if not any(term.rank for term in terms):
                compiled = self._compiled(network, loss.traced(terms), self._precision(network, settings.precision))
                if settings.how_far == AUTO:
                    compiled.probe(with_strength=True)
                    self._let_go()

    def alternating(self, settings: DreamSettings) -> list[tuple[networks.Network, tuple[Term, ...]]]:
        """The networks that take the steps, the settings' own first, and what each makes stronger: checked terms.

        A network that has no counterpart of the objective takes none. Raises ``DreamError``.
        """
        first = self.network(settings.network)
        terms = check(parse(settings.objective), first.info)
        if settings.nearest:
            terms = tuple(replace(term, statistic="nearest") if term.type == "class" else term for term in terms)
        if settings.gathered:
            terms = tuple(replace(term, gathered=True) if term.type == "class" else term for term in terms)
        others = ((info, counterparts(terms, first.info, info)) for info in alternates(settings, first.info))
        found = [(first, terms), *((self.network(info.name), own) for info, own in others if own)]
        if settings.likeness:
            found = [(network, with_likeness(own, network.info)) for network, own in found]
        return found

    def network(self, name: str) -> networks.Network:
        """The network called ``name``, read at the first call. Raises ``DreamError`` if it can't be had."""
        if name not in self._networks:
            self._networks[name] = networks.build(name)
        return self._networks[name]

    def _compiled(self, network: networks.Network, terms: tuple[Term, ...], precision: str) -> gradient.Gradient:
        key = network.info.name, terms, precision
        if key in self._gradients:
            self._gradients.move_to_end(key)
            return self._gradients[key]
        compiled = gradient.Gradient(network, loss.Objective(terms, network.info), precision)
        self._gradients[key] = self._watched(compiled, network)
        self._let_go()
        return compiled

    def gradient(
        self, network: networks.Network, terms: tuple[Term, ...], guides: Mapping[str, Features], precision: str
    ) -> gradient.Gradient:
        """The compiled gradient of checked ``terms``; ``guides``: float32 pictures, 0..255, by name.

        ``precision``: as in the settings; the gradient says in which it computes.
        """
        features = loss.guide_features(terms, network, guides)
        compiled = self._compiled(network, loss.traced(terms), self._precision(network, precision))
        return compiled.guided_by(features) if features else compiled

    def that_works(self, make: Callable[[str], _Made], network: networks.Network, precision: str) -> _Made:
        """What ``make`` gives for ``precision`` (as in the settings), or for fp32 where this processor fails at it."""
        return self._watched(make(self._precision(network, precision)), network)

    def is_tried(self, network: str) -> bool:
        """Whether it is known what is fastest for ``network`` here, so that "auto" needs no trial first."""
        return bool(self._known(network).precision)

    def _watched(self, made: _Made, network: networks.Network) -> _Made:
        """With its first trace; what fails, then or later, is said and never used again."""
        made.when_failing = partial(self._failed, network.info.name)
        made.probe()
        return made

    def _precision(self, network: networks.Network, requested: str) -> str:
        """What stands for ``requested`` here: "auto" is tried at first use."""
        name, family = network.info.name, network.info.family
        trial = self._known(name)
        if requested == AUTO and not trial.precision:
            found = self._tried(network, [each for each in precision.candidates(family) if each not in trial.failed])
            trial = self._trials[name] = replace(found, failed={**trial.failed, **found.failed})
            precision.keep(name, self.threads, trial)
        wanted = trial.precision if requested == AUTO else requested
        if wanted in trial.failed:
            _tell_once(wanted, trial.failed[wanted])
            return FP32
        return wanted

    def _known(self, network: str) -> precision.Trial:
        if network not in self._trials:
            self._trials[network] = precision.known(network, self.threads)
        return self._trials[network]

    def _tried(self, network: networks.Network, candidates: list[str]) -> precision.Trial:
        """A trial at the network's default layer; the gradient that wins is likely to be wanted, and kept."""
        if not candidates:
            return precision.Trial(FP32)
        terms = loss.traced(check(parse(network.info.default_layer), network.info))
        objective = loss.Objective(terms, network.info)
        made = {each: gradient.Gradient(network, objective, each) for each in (FP32, *candidates)}
        found = tried(made.__getitem__, candidates)
        winner = made[found.precision]
        winner.when_failing = partial(self._failed, network.info.name)
        self._gradients[network.info.name, terms, found.precision] = winner
        return found

    def _failed(self, network: str, failed: str, reason: str) -> None:
        _tell_once(failed, reason)
        self._trials[network] = precision.never_again(network, self.threads, failed, reason)

    def _let_go(self) -> None:
        """Keep few gradients, and free the others at once: TensorFlow's functions are cycles."""
        sizes = [each.constant_bytes for each in self._gradients.values()]
        while len(sizes) > FEWEST_GRADIENTS and sum(sizes) > CACHED_BYTES:
            self._gradients.popitem(last=False)
            sizes.pop(0)
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


@cache
def _tell_once(precision: str, reason: str) -> None:
    logging.getLogger(__name__).warning(
        "This computer can't use %s (%s); falling back to fp32, which is slower.", precision, reason
    )
