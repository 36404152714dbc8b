"""The settings of an endless zoom: how many frames, and what the camera does from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .spec import Settings, setting


@dataclass(frozen=True)
class ZoomSettings(Settings):
    """What an endless zoom needs beside the settings of its dreams. Immutable; compare with ``==``."""

    kind: ClassVar[str] = "zoom"

    frames: int = setting(
        24,
        "Frames",
        "Number of frames; each is dreamed from the one before.",
        "main",
        low=1,
        high=100_000,
    )
    zoom: float = setting(
        5.0, "Zoom", "Zoom per frame (negative: zoom out).", "main", low=-30, high=100, step=0.5, unit="%"
    )
    rotate: float = setting(
        0.0, "Rotate", "Clockwise rotation per frame.", "main", low=-180, high=180, step=0.5, unit="°"
    )
    move_right: float = setting(
        0.0,
        "Move right",
        "Movement to the right per frame, in percent of the width (negative: left).",
        "more",
        low=-20,
        high=20,
        step=0.5,
        unit="%",
    )
    move_down: float = setting(
        0.0,
        "Move down",
        "Downward movement per frame, in percent of the height (negative: up).",
        "more",
        low=-20,
        high=20,
        step=0.5,
        unit="%",
    )
    frames_per_second: float = setting(12.0, "Frames per second", "Playback speed.", "main", low=0.1, high=120)
