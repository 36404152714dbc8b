"""The settings of a film: how its frames hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .spec import Settings, setting

OFF = "off"


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
