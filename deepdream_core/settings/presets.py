"""Named settings that look good out of the box with the embedded network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import DreamError, did_you_mean
from ..objective.syntax import Term, write
from ..objective.things import things
from .dream_settings import DreamSettings


@dataclass(frozen=True)
class Preset:
    """``settings`` under a ``name``, with one line on what it does to a picture."""

    name: str
    description: str
    settings: DreamSettings


# What stays itself while the picture turns a little is a form and not grain: it makes animals whole.
_TURNING: dict[str, Any] = {"random_rotation": 5, "random_scaling": 5}
# A thing comes out best large, in many steps, and with the scenery that a late layer sees around it.
_THING = {"size": 60, "steps": 20, "step_size": 1.5, "smoothing": 0.8, **_TURNING}
_SCENERY = {"efficientnet_lite0": (Term("layer", "b14", 0.2),)}

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "Animals",
            "Furry animals with large eyes grow out of the forms.",
            DreamSettings(objective="b10", size=25, steps=14, step_size=1.0, **_TURNING),
        ),
        Preset(
            "Eyes",
            "Coiled bodies covered with eyes.",
            DreamSettings(objective="b9", size=25, steps=14, step_size=1.0, **_TURNING),
        ),
        Preset(
            "Scales",
            "Scales, beads and reptile skin.",
            DreamSettings(objective="b8", size=15, steps=12, step_size=1.2, **_TURNING),
        ),
        Preset(
            "Temples",
            "Palaces, domes and whole towns with lighted windows.",
            DreamSettings(objective="0.5*b12 + class:palace", size=60, steps=20, smoothing=0.8, **_TURNING),
        ),
        Preset(
            "Blossoms",
            "Round blossoms, cones and shrubs.",
            DreamSettings(objective="b11", size=45, steps=14, step_size=1.2, **_TURNING),
        ),
        Preset(
            "Storm",
            "Towering clouds, tents and waves.",
            DreamSettings(objective="b14", size=40, steps=14, step_size=1.2),
        ),
        Preset("Veins", "Cells and veins follow the forms.", DreamSettings(objective="b4", size=8, step_size=1.0)),
        Preset("Weave", "Everything turns into cords and cloth.", DreamSettings(objective="b2", size=5, step_size=0.7)),
    )
}
DEFAULT_PRESET = "Animals"


def of_thing(text: str, chosen: DreamSettings) -> DreamSettings:
    """``chosen`` made a dream of the thing that ``text`` names, or of several: "cat and dog", "castle, owl".

    Network, where it may grow and what is kept of the picture stay as they are. Raises ``DreamError``
    (``class.unknown``) with what comes nearest.
    """
    named = (Term("class", name) for name in things(text))
    return chosen.replace({**_THING, "objective": write((*named, *_SCENERY.get(chosen.network, ())))})


def preset(name: str) -> Preset:
    """The preset called ``name`` (case doesn't matter); ``DreamError`` with a hint if there is none."""
    for known, found in PRESETS.items():
        if known.lower() == name.lower():
            return found
    raise DreamError("preset.unknown", name=name, hint=did_you_mean(name, list(PRESETS)))
