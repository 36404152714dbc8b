"""Named settings that look good out of the box with the embedded network."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import DreamError, did_you_mean
from .settings import DreamSettings


@dataclass(frozen=True)
class Preset:
    """``settings`` under a ``name``, with one line on what it does to a picture."""

    name: str
    description: str
    settings: DreamSettings


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "Animals", "Furry animals with large eyes grow out of the forms.",
            DreamSettings(objective="b10", size=25, step_size=1.0),
        ),
        Preset("Eyes", "Coiled bodies covered with eyes.", DreamSettings(objective="b9", size=25, step_size=1.0)),
        Preset("Scales", "Scales, beads and reptile skin.", DreamSettings(objective="b8", size=15, step_size=1.2)),
        Preset(
            "Temples", "Palaces, domes and whole towns with lighted windows.",
            DreamSettings(objective="0.5*b12 + class:palace", size=60, steps=20, smoothing=0.8),
        ),
        Preset("Blossoms", "Round blossoms, cones and shrubs.", DreamSettings(objective="b11", size=45, step_size=1.2)),
        Preset("Storm", "Towering clouds, tents and waves.", DreamSettings(objective="b14", size=40, step_size=1.2)),
        Preset("Veins", "Cells and veins follow the forms.", DreamSettings(objective="b4", size=8, step_size=1.0)),
        Preset("Weave", "Everything turns into cords and cloth.", DreamSettings(objective="b2", size=5, step_size=0.7)),
    )
}
DEFAULT_PRESET = "Animals"


def preset(name: str) -> Preset:
    """The preset called ``name`` (case doesn't matter); ``DreamError`` with a hint if there is none."""
    for known, found in PRESETS.items():
        if known.lower() == name.lower():
            return found
    raise DreamError("preset.unknown", name=name, hint=did_you_mean(name, list(PRESETS)))
