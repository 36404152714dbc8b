"""Where the core lies: inside this package when installed in Krita, beside it in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

NESTED = Path(__file__).with_name("deepdream_core").is_dir()

if TYPE_CHECKING or not NESTED:
    from deepdream_core import (
        atlas_sheets,
        atomic,
        catalogue,
        classes,
        errors,
        film_settings,
        folders,
        objective_text,
        owned,
        presets,
        recipe,
        settings,
        spec,
        style_settings,
        styles,
        surroundings,
        things,
        version,
        wire,
        working_size,
    )
else:
    from .deepdream_core import (
        atlas_sheets,
        atomic,
        catalogue,
        classes,
        errors,
        film_settings,
        folders,
        objective_text,
        owned,
        presets,
        recipe,
        settings,
        spec,
        style_settings,
        styles,
        surroundings,
        things,
        version,
        wire,
        working_size,
    )

__all__ = [
    "NESTED", "atlas_sheets", "atomic", "catalogue", "classes", "errors", "film_settings", "folders", "objective_text",
    "owned", "presets", "recipe", "settings", "spec", "style_settings", "styles", "surroundings", "things", "version",
    "wire", "working_size",
]
