"""The settings of a film: how its frames hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .spec import Settings, setting

OFF = "off"
# How much of a frame's dream moves on at a flow of 100 %.
MOST = 0.85
# Steps in the same direction as the detail that is there already do more: so much fewer are needed, measured where
# neither of both prevails.
SURER = 0.7


@dataclass(frozen=True)
class FilmSettings(Settings):
    """What a film needs beside the settings of its dreams. Immutable; compare with ``==``."""

    kind: ClassVar[str] = "film"

    flow: float | str = setting(
        80.0,
        "Flow",
        "How much of a frame's dream moves on with the picture (0: wild, 100: steady; off: each frame alone).",
        "main",
        low=0,
        high=100,
        unit="%",
        words=(OFF,),
    )
    frames_per_second: float = setting(
        24.0, "Frames per second", "Playback speed of numbered frames; films have their own.", "main", low=0.1, high=120
    )


def carried_share(flow: float | str) -> float:
    """How much of the last frame's dream the next one begins with, 0..1; ``flow`` as in ``FilmSettings``."""
    return 0.0 if flow == OFF else MOST * float(flow) / 100


def share_of_steps(flow: float | str) -> float:
    """How many of a frame's steps are left to one that begins with the last frame's dream, 0..1."""
    share = carried_share(flow)
    return (1 - share) * (1 - SURER * share * (MOST - share))
