"""Named settings that look good out of the box with the embedded network; and those of version 0.1.0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import DreamError, did_you_mean
from ..objective.syntax import Term, write
from ..objective.things import things
from .dream_settings import AUTO, FORMER, DreamSettings

MATERIALS, CREATURES = "Materials", "Creatures and places"


@dataclass(frozen=True)
class Preset:
    """``settings`` under a ``name``, with one line on what it does to a picture; ``family``: of its kind."""

    name: str
    description: str
    settings: DreamSettings
    family: str = ""


# What stays itself while the picture turns a little is a form and not grain: it makes animals whole.
_TURNING: dict[str, Any] = {"random_rotation": 5, "random_scaling": 5}
# A thing comes out best large, in many steps, where several networks agree on it, gathered in several places and seen
# at another scale in each step (docs/networks.md says what else was tried). Its edges are in the fine bands: with these
# as strong as the others a network that took no part sees fewer things in clouds (26 of 30 words), with these weak
# (0.25,0.6,1) towers stand out of focus behind a painting's own strokes. In colours only half natural, castles shimmer
# in pink and lime; kept like the picture (likeness 15), owls fade.
_THING = {
    "size": 60,
    "steps": 20,
    "step_size": 1.5,
    "smoothing": 0.5,
    "laplacian_strengths": "0.4,0.8,1,1,0.8",
    "total_variation": 0.1,
    "natural_colours": 75,
    "alternate_networks": AUTO,
    "nearest": True,
    "gathered": True,
    **_TURNING,
    "random_scaling": 40,
}


def _material(name: str, description: str, objective: str, **settings: Any) -> Preset:
    """Of single channels, in natural colours: a surface without a creature in it.

    Whole layers differ by the seed in how much each channel counts; a few channels only by where they begin.
    """
    chosen = {"natural_colours": 100, "step_size": 1.0, "variation": 70, **_TURNING, **settings}
    return Preset(name, description, DreamSettings(objective=objective, **chosen), MATERIALS)


def _creature(name: str, description: str, objective: str, **settings: Any) -> Preset:
    chosen = {"size": 40, "steps": 18, "step_size": 1.2, **_TURNING, **settings}
    return Preset(name, description, DreamSettings(objective=objective, **chosen), CREATURES)


_SOFT = {"smoothing": 0.6, "laplacian_strengths": "0.5,0.8,1"}

# What animals are covered with: single channels, in small steps so that faces stay, and turned more, so that each seed
# lays it another way.
_COVER = {"natural_colours": 100, "variation": 100, "step_size": 0.8, "random_rotation": 10}


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        _creature(
            "Animals",
            "Furry animals with large eyes grow out of the forms.",
            "b10",
            size=25,
            steps=14,
            step_size=1.0,
            natural_colours=75,
        ),
        _creature(
            "Eyes",
            "Coiled bodies covered with eyes.",
            "b9",
            size=60,
            steps=12,
            step_size=1.0,
            angle=90,
            natural_colours=45,
            variation=45,
        ),
        _creature(
            "Temples",
            "Palaces, domes and whole towns with lighted windows.",
            "0.5*b12 + class:palace",
            size=60,
            steps=20,
            step_size=1.5,
            smoothing=0.8,
            laplacian_strengths="0.4,0.7,1",
            natural_colours=60,
        ),
        _creature(
            "Blossoms",
            "Flowers with petals in fans around a bright heart.",
            "b11[118,99,107]:mean + b10[99,101]:mean",
            size=30,
            random_rotation=10,
            random_scaling=10,
            **_SOFT,
        ),
        _creature(
            "Feathers",
            "Soft plumes in wide fans.",
            "b11[7,48,34] + b10[77]",
            **{**_COVER, "size": 55, "step_size": 0.7, "smoothing": 0.6, "natural_colours": 90, "protect_lines": 20},
        ),
        _creature("Fur", "Long soft hair.", "b10[15] + b9[15]", size=45, steps=16, angle=90, **_COVER),
        _creature(
            "Coral",
            "Round heads of coral with lobes and grooves.",
            "b11[95,139]",
            **{**_COVER, "step_size": 0.9, "random_rotation": 5, "likeness": 6},
        ),
        _creature(
            "Clockwork",
            "Dials, wheels and hands.",
            "class:analog clock + class:stopwatch",
            **{**_THING, **_TURNING, "size": 45, "natural_colours": 80, "likeness": 15},
        ),
        _material("Facets", "Cut crystal and folded silk.", "b8[102]", size=25, steps=16, smoothing=1),
        _material("Swirls", "Combed strokes that follow the forms.", "b10[56]", size=20, steps=14, variation=100),
        _material(
            "Surf", "Water, cloud and grass in the wind.", "b10[64,48] + b8[64]", size=30, steps=16, random_rotation=3
        ),
        _material("Mosaic", "Square tiles, each with its own light.", "b8[85] + b10[85,35]", size=20, steps=14),
        _material("Woodcut", "Cut lines follow the forms.", "b4", size=8, steps=10),
        _material("Patchwork", "A quilt of angular patches.", "b8[38] + b10[38]", size=28, steps=14),
        _material(
            "Summits",
            "Peaks, crags and valleys.",
            "b14",
            size=40,
            steps=18,
            step_size=1.2,
            laplacian_strengths="0.3,0.6,1",
        ),
        _material("Starlight", "Stars, rays and orbits.", "b10[41] + b8[41]", size=35, steps=16, smoothing=0.6),
        _material(
            "Beads", "Plump coils and strings of beads.", "b11[112,144]", size=40, steps=16, likeness=15, variation=100
        ),
        _material("Bubbles", "Glass globes and boulders.", "b8[3] + b10[3]", size=30, steps=16, smoothing=0.8),
        _material("Dots", "Smooth dabs of paint.", "b6", size=12, steps=12, smoothing=1.2, total_variation=0.4),
        _material(
            "Curtains",
            "Draperies and long folds.",
            "b10[68] + b8[68,59]",
            size=30,
            steps=18,
            smoothing=0.6,
            random_rotation=8,
            random_scaling=8,
        ),
    )
}
DEFAULT_PRESET = "Animals"

FORMER_MARK = " (0.1)"


def _former(name: str, description: str, **settings: Any) -> Preset:
    return Preset(name + FORMER_MARK, description, DreamSettings(**settings, **FORMER))


# Those of version 0.1.0, with its colours.
FORMER_PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        _former(
            "Animals",
            "Furry animals with large eyes grow out of the forms.",
            objective="b10",
            size=25,
            steps=14,
            step_size=1.0,
            **_TURNING,
        ),
        _former(
            "Eyes", "Coiled bodies covered with eyes.", objective="b9", size=25, steps=14, step_size=1.0, **_TURNING
        ),
        _former(
            "Scales", "Scales, beads and reptile skin.", objective="b8", size=15, steps=12, step_size=1.2, **_TURNING
        ),
        _former(
            "Temples",
            "Palaces, domes and whole towns with lighted windows.",
            objective="0.5*b12 + class:palace",
            size=60,
            steps=20,
            smoothing=0.8,
            **_TURNING,
        ),
        _former(
            "Blossoms",
            "Round blossoms, cones and shrubs.",
            objective="b11",
            size=45,
            steps=14,
            step_size=1.2,
            **_TURNING,
        ),
        _former("Storm", "Towering clouds, tents and waves.", objective="b14", size=40, steps=14, step_size=1.2),
        _former("Veins", "Cells and veins follow the forms.", objective="b4", size=8, step_size=1.0),
        _former("Weave", "Everything turns into cords and cloth.", objective="b2", size=5, step_size=0.7),
    )
}


def of_thing(text: str, chosen: DreamSettings) -> DreamSettings:
    """``chosen`` made a dream of the thing that ``text`` names, or of several: "cat and dog", "castle, owl".

    Network, where it may grow and what is kept of the picture stay as they are. Raises ``DreamError``
    (``class.unknown``) with what comes nearest.
    """
    return chosen.replace({**_THING, "objective": write(tuple(Term("class", name) for name in things(text)))})


def preset(name: str) -> Preset:
    """The preset called ``name`` (case doesn't matter); ``DreamError`` with a hint if there is none.

    What version 0.1.0 called so and nothing is called today is that version's.
    """
    wanted = name.lower()
    for known, found in {**PRESETS, **FORMER_PRESETS}.items():
        if wanted in (known.lower(), known.lower().removesuffix(FORMER_MARK)):
            return found
    raise DreamError("preset.unknown", name=name, hint=did_you_mean(name, list(PRESETS)))
