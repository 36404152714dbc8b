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
        "How many pictures the zoom has; each is dreamed out of the one before.",
        "main",
        low=1,
        high=100_000,
    )
    zoom: float = setting(
        5.0, "Zoom", "How much closer each frame goes (below 0: away).", "main", low=-30, high=100, step=0.5, unit="%"
    )
    rotate: float = setting(
        0.0,
        "Rotate",
        "How far the picture turns from frame to frame, clockwise.",
        "main",
        low=-180,
        high=180,
        step=0.5,
        unit="°",
    )
    move_right: float = setting(
        0.0,
        "Move right",
        "How far the picture moves to the right, as a share of its width (below 0: to the left).",
        "more",
        low=-20,
        high=20,
        step=0.5,
        unit="%",
    )
    move_down: float = setting(
        0.0,
        "Move down",
        "How far the picture moves down, as a share of its height (below 0: up).",
        "more",
        low=-20,
        high=20,
        step=0.5,
        unit="%",
    )
    frames_per_second: float = setting(12.0, "Frames per second", "How fast the zoom runs.", "main", low=0.1, high=120)
