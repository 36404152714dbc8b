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
        Preset("Animals", "Furry animals and eyes grow out of the forms.", DreamSettings(objective="b10", size=25)),
        Preset("Scales", "Scales, beads and reptile skin.", DreamSettings(objective="b8", size=15)),
        Preset("Temples", "Temples, domes and woods.", DreamSettings(objective="b12", size=35)),
        Preset("Veins", "Cells and veins follow the forms.", DreamSettings(objective="b4", size=8)),
        Preset("Weave", "Everything turns into cords and cloth.", DreamSettings(objective="b2", size=5)),
        Preset("Storm", "Storms, waves and torn clouds.", DreamSettings(objective="b14", size=40)),
    )
}
DEFAULT_PRESET = "Animals"


def preset(name: str) -> Preset:
    """The preset called ``name`` (case doesn't matter); ``DreamError`` with a hint if there is none."""
    for known, found in PRESETS.items():
        if known.lower() == name.lower():
            return found
    raise DreamError("preset.unknown", name=name, hint=did_you_mean(name, list(PRESETS)))
