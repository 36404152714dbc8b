"""``deepdream again RECIPE_PICTURE IN OUT``: what made one picture, done to another; flags nudge it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DreamError
from ..settings.dream_settings import DreamSettings
from .dream import add_pictures, dream_pictures
from .options import add_command, add_settings, explicit_settings

if TYPE_CHECKING:
    from ..settings.recipe import Recipe
    from .options import Commands

# What the bytes of a dream depend on beside its settings: field of the recipe, what people call it.
_CIRCUMSTANCES = {
    "version": "version",
    "weights_sha256": "weights",
    "tensorflow": "TensorFlow",
    "processor": "processor",
    "threads": "threads",
    "precision": "precision",
    "tile": "tile",
    "pictures": "pictures",
}


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "again", "Repeat the recipe stored in a picture.", _run)
    parser.add_argument("recipe", metavar="RECIPE_PICTURE", type=Path, help="A picture written by deepdream")
    parser.add_argument("--guide", metavar="FILE", help="The guide picture, if the recipe uses one")
    add_pictures(parser)
    add_settings(parser)


def _run(arguments: argparse.Namespace) -> int:
    from ..files.pictures import load

    wanted = load(arguments.recipe).recipe
    if not isinstance(wanted.settings, DreamSettings):
        advice = "Repeat it with: deepdream style --recipe"
        raise DreamError("picture.recipe_kind", path=arguments.recipe, advice=advice)
    same_machine = {"threads": wanted.threads, "tile": wanted.tile, "precision": wanted.precision}
    settings = wanted.settings.replace({**same_machine, **explicit_settings(arguments)})
    _tell_differences(wanted, dream_pictures(arguments, settings, arguments.guide))
    return 0


def _tell_differences(wanted: Recipe, found: Recipe) -> None:
    """Say what was not as in the recipe: then the bytes may differ even for the same picture."""
    for name, label in _CIRCUMSTANCES.items():
        before, now = getattr(wanted, name), getattr(found, name)
        if before != now:
            print(f"Different from the recipe: {label} was {before}, is {now}.", file=sys.stderr)
