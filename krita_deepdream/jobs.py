"""What a session deals in: its states, its jobs, and the part of Krita that it uses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from .core import settings
from .grab import Goes, Grabbed, Outcome, Placed, Target


class State(Enum):
    """What the painter is told at a glance."""

    IDLE = "idle"
    STARTING = "starting"
    DREAMING = "dreaming"
    FAILED = "failed"


class HostLike(Protocol):
    """The part of ``host.Host`` that a session uses."""

    def look(self) -> Target | None: ...
    def grab(self, depth: str = "", all_layers: bool = False) -> Grabbed: ...
    def recipe(self) -> tuple[str, dict[str, Any]] | None: ...
    def place(self, outcome: Outcome) -> Placed: ...
    def place_anew(self, outcome: Outcome) -> Placed: ...
    def set_opacity(self, placed: Placed, percent: float) -> bool: ...


@dataclass(frozen=True)
class Job:
    """One dream that was asked for. A ``sketch`` is shown in the filter's dialog and placed nowhere."""

    number: int
    name: str
    settings: settings.DreamSettings
    grabbed: Grabbed
    goes: Goes = Goes.ABOVE
    sketch: bool = False
