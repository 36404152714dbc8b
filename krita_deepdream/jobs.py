"""What a session deals in: its states, its jobs, and the part of Krita that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from .core import settings, wire
from .grab import Asked, Goes, Grabbed, Outcome, Placed, Source, Target
from .recipes import Kept


class State(Enum):
    """What the painter is told at a glance."""

    IDLE = "idle"
    STARTING = "starting"
    DREAMING = "dreaming"
    FAILED = "failed"


class HostLike(Protocol):
    """The part of ``host.Host`` that a session uses."""

    def look(self, order: Order) -> Target | None: ...
    def grab(self, order: Order, depth: str = "") -> Grabbed: ...
    def recipe(self) -> Kept | None: ...
    def place(self, outcome: Outcome) -> Placed: ...
    def place_anew(self, outcome: Outcome) -> Placed: ...
    def set_opacity(self, placed: Placed, percent: float) -> bool: ...


@dataclass(frozen=True)
class Order:
    """All that a painter asks for with one press: it says what to grab, the job holds what was grabbed.

    ``name`` becomes the result layer's; ``pictures`` are the guides and masks that the objective speaks of;
    ``labels`` are the color labels that count for Color Labeled Layers, by default the active layer's own;
    ``again``: not what is active and selected now, but what an earlier dream was made of.
    """

    name: str
    settings: settings.DreamSettings
    goes: Goes = Goes.ABOVE
    source: Source = Source.CURRENT_LAYER
    pictures: Mapping[str, wire.Picture] = field(default_factory=dict)
    labels: frozenset[int] = frozenset()
    again: Asked | None = None


@dataclass(frozen=True)
class Job:
    """One order with the pixels it is for. A ``sketch`` is shown in the filter's dialog and placed nowhere."""

    number: int
    order: Order
    grabbed: Grabbed
    sketch: bool = False
