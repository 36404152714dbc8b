"""The flags by which a command over many pictures says what to do to each: a dream or a style, also by a recipe."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DreamError
from ..settings.dream_settings import SPECS, DreamSettings, Spec
from ..settings.spec import specs_of
from ..settings.style_settings import StyleSettings
from ..style.styles import NAMES, named
from .dream import add_named_pictures, named_pictures
from .file_jobs import check_objective
from .options import add_settings, add_what, chosen_settings, explicit_settings
from .style import with_styles

if TYPE_CHECKING:
    from ..files.picture_of import PictureOf

# Only with a mask.
_UNUSED = ("feather",)
_STYLE_SPECS = {name: spec for name, spec in specs_of(StyleSettings).items() if name not in _UNUSED}
_DREAM_SPECS = {name: spec for name, spec in SPECS.items() if name not in _UNUSED}
# What says what to dream, and so nothing to a style.
_DREAMS_ONLY = ("preset", "dream_of", "layer", "channels", "guide")


def add_look(parser: argparse.ArgumentParser) -> None:
    """Recipe, style, preset, the objective's pictures, and every setting of a dream or of a style."""
    parser.add_argument("--recipe", metavar="PICTURE", type=Path, help="Use this picture's recipe")
    parser.add_argument(
        "--style",
        metavar="STYLE",
        type=named,
        action="append",
        default=[],
        help=f"Paint in the style of this file or bundled style ({', '.join(NAMES)}); STYLE@NAME limits it to a mask; "
        "can be repeated",
    )
    add_named_pictures(parser)
    add_what(parser)
    # Both have the same name for the same thing; where the ranges differ, the settings themselves say so.
    add_settings(parser, {**_STYLE_SPECS, **_DREAM_SPECS})


def chosen_look(arguments: argparse.Namespace) -> tuple[DreamSettings | StyleSettings, dict[str, PictureOf]]:
    """The settings that ``add_look``'s flags ask for, and the pictures that they need: guides and masks, or styles.

    Raises ``DreamError`` for what contradicts itself or can't be had, before TensorFlow takes its seconds.
    """
    base = _recipe_settings(arguments.recipe) if arguments.recipe else None
    if isinstance(base, StyleSettings) or (arguments.style and base is None):
        return _style(arguments, base or StyleSettings())
    if arguments.style:
        raise DreamError("command.conflict", first="--style", second="the recipe of a dream")
    _refuse(arguments, {name: spec for name, spec in _STYLE_SPECS.items() if name not in SPECS}, "a dream")
    settings = chosen_settings(arguments) if base is None else base.replace(explicit_settings(arguments, _DREAM_SPECS))
    pictures = named_pictures(arguments, arguments.guide)
    check_objective(settings, pictures)
    return settings, pictures


def _style(
    arguments: argparse.Namespace, base: DreamSettings | StyleSettings
) -> tuple[StyleSettings, dict[str, PictureOf]]:
    assert isinstance(base, StyleSettings)
    for name in _DREAMS_ONLY:
        if getattr(arguments, name):
            raise DreamError("command.conflict", first="--style", second=f"--{name.replace('_', '-')}")
    _refuse(arguments, {name: spec for name, spec in _DREAM_SPECS.items() if name not in _STYLE_SPECS}, "a style")
    if not arguments.style:
        raise DreamError("command.needs", flag="--recipe of a style", needed="--style")
    return with_styles(base, arguments.style, arguments)


def _refuse(arguments: argparse.Namespace, foreign: Mapping[str, Spec], what: str) -> None:
    for name in explicit_settings(arguments, foreign):
        raise DreamError("command.conflict", first=foreign[name].flag, second=what)


def _recipe_settings(path: Path) -> DreamSettings | StyleSettings:
    from ..files.pictures import load

    return load(path).recipe.settings
