"""A result's recipe: all that is needed to dream it again, as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ..errors import DreamError
from . import former_sizes, former_weights
from .dream_settings import DreamSettings
from .style_settings import StyleSettings

# How automatic sizes are found today; a recipe that doesn't say so is of the time when they went by the longer side.
BY_AREA = "by area"
# How content weights are counted today (``CONTENT_UNIT``); a recipe that doesn't say so counts as 0.1.0 did.
RECENTRED = "recentred"
# By kind of job.
SETTINGS: dict[str, type[DreamSettings] | type[StyleSettings]] = {
    kind.kind: kind for kind in (DreamSettings, StyleSettings)
}


def settings_of(recipe: Mapping[str, Any]) -> DreamSettings | StyleSettings:
    """The settings in a recipe of plain values. Raises ``DreamError`` for settings, or a kind of job, that are none."""
    # What was dreamed before there were styles doesn't say of which kind it is.
    settings = settings_of_kind(recipe.get("kind", DreamSettings.kind), recipe["settings"])
    if recipe.get("content") != RECENTRED and isinstance(settings, StyleSettings):
        settings = former_weights.converted(settings)
    size = recipe.get("width"), recipe.get("height")
    return settings if recipe.get("sizes") == BY_AREA else former_sizes.converted(settings, *size)


def settings_of_kind(kind: str, values: Mapping[str, Any]) -> DreamSettings | StyleSettings:
    """Settings for a kind of job from plain values, as they are counted today.

    Raises ``DreamError`` for values that no setting may have, ``TypeError`` for what is no mapping.
    """
    if kind not in SETTINGS:
        raise DreamError("settings.choice", label="kind", value=kind, choices=", ".join(SETTINGS))
    if not isinstance(values, Mapping):
        raise TypeError(f"settings are names with their values, not {type(values).__name__}")
    return SETTINGS[kind].from_dict(values)


_TYPES = {
    "version": str,
    "weights_sha256": str,
    "tensorflow": str,
    "processor": str,
    "threads": int,
    "precision": str,
    "tile": int,
    "width": int,
    "height": int,
    "pictures": dict,
    "weights_user_supplied": bool,
    "content": str,
    "alternate_networks": dict,
}
# How a recipe's numbers are counted: ``settings_of`` has heeded it, and what is read counts as today.
_COUNTED = ("sizes", "content")


@dataclass(frozen=True)
class Recipe:
    """What was asked (``settings``) and what it was computed with.

    ``width``, ``height``: the computed size of the dreamed region in pixels; ``tile``: the largest side of a
    tile in pixels; ``threads``, ``precision``, ``processor``, ``tensorflow``: what the bytes depend on beside
    the settings; ``pictures``: SHA-256 of each further picture (guides, masks) by its name;
    ``weights_user_supplied``: some weights are not the publisher's, their user vouched for them; ``sizes``:
    ``BY_AREA``; ``content``: ``RECENTRED``; ``alternate_networks``: name → SHA-256 of the weights of each
    further network that took steps.
    """

    settings: DreamSettings | StyleSettings
    version: str
    weights_sha256: str
    tensorflow: str
    processor: str
    threads: int
    precision: str
    tile: int
    width: int
    height: int
    pictures: Mapping[str, str]
    weights_user_supplied: bool = False
    sizes: str = BY_AREA
    content: str = RECENTRED
    alternate_networks: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = {"settings": self.settings.to_dict(), "pictures": dict(self.pictures)}
        return {**asdict(self), "kind": self.settings.kind, **plain}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """The recipe again. Raises ``DreamError`` for settings that are none, ``TypeError`` for fields that are."""
        for name, kind in _TYPES.items():
            if name in values and type(values[name]) is not kind:
                raise TypeError(f"{name} is not of type {kind.__name__}")
        named = {item.name for item in fields(cls)} - {*_COUNTED}
        known = {name: value for name, value in values.items() if name in named}
        return cls(**{**known, "settings": settings_of(values)})

    def to_json(self) -> str:
        """One line of JSON, ASCII only."""
        return json.dumps(self.to_dict(), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """The inverse of ``to_json``."""
        return cls.from_dict(json.loads(text))
