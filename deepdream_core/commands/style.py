"""``deepdream style CONTENT STYLE OUT``: one picture file in the manner of another."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DreamError, did_you_mean
from ..settings.spec import specs_of
from ..settings.style_settings import StyleSettings
from ..style.styles import NAMES, NamedStyle, named
from .dream import add_named_pictures, named_pictures
from .options import add_command, add_settings, check_feather, explicit_settings

if TYPE_CHECKING:
    from ..engine.engine import Engine
    from ..engine.progress import DreamResult
    from ..files.picture_of import PictureOf
    from ..style.job import StyleJob
    from .options import Commands

_SPECS = specs_of(StyleSettings)


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "style", "Paint a picture file in the style of another.", _run)
    parser.add_argument("content", metavar="CONTENT", type=Path, help="The picture to paint")
    parser.add_argument(
        "styles",
        metavar="STYLE",
        type=named,
        nargs="+",
        help=f"Style pictures: files, or a bundled style ({', '.join(NAMES)}); STYLE@NAME limits it to a mask",
    )
    parser.add_argument("output", metavar="OUT", type=Path, help="The file to write; its extension sets the format")
    parser.add_argument("--mask", metavar="FILE", type=Path, help="A mask the size of CONTENT: white is painted")
    add_named_pictures(parser)
    parser.add_argument(
        "--recipe", metavar="FILE", type=Path, help="Start from the settings of a picture made this way"
    )
    add_settings(parser, _SPECS)


def _run(arguments: argparse.Namespace) -> int:
    from ..engine import cost
    from ..files.pictures import load, load_mask, save
    from ..image.region import find_region
    from .file_jobs import announce, heed, loaded_engine

    base = _recipe_settings(arguments.recipe) if arguments.recipe else StyleSettings()
    settings, files = with_styles(base, arguments.styles, arguments)
    if not settings.masks:
        check_feather(arguments)
    picture = load(arguments.content)
    heed(picture, arguments.output)
    pictures = {name: each.pixels() for name, each in files.items()}
    mask = load_mask(arguments.mask) if arguments.mask else None
    region = find_region(picture.pixels.height, picture.pixels.width, mask, settings)
    core = region.core
    announce(settings, core, is_part=core != region.crop)
    engine = loaded_engine(settings.threads)
    from ..style.job import StyleJob

    result, seconds = _painted(StyleJob(picture.pixels, settings, pictures, mask), engine, arguments.content.name)
    cost.learn(settings, core.width, core.height, seconds)
    save(arguments.output, picture.with_dream(result))
    return 0


def with_styles(
    base: StyleSettings, styles: Sequence[NamedStyle], arguments: argparse.Namespace
) -> tuple[StyleSettings, dict[str, PictureOf]]:
    """``base`` with the settings that flags ask for and the masks after ``styles``; and all pictures that it takes.

    Raises ``DreamError`` for a style or mask that isn't there, before TensorFlow takes its seconds.
    """
    from ..files.picture_of import PictureOf

    # As in an objective: swirls@sky + glass@ground.
    styles = [each for each in styles if str(each.file) != "+"]
    for path, _mask in styles:
        if not path.suffix and not path.exists():
            raise DreamError("style.unknown", name=path, hint=did_you_mean(str(path), list(NAMES)))
    values = explicit_settings(arguments, _SPECS)
    if any(each.mask for each in styles):
        if "masks" in values:
            raise DreamError("command.conflict", first="--masks", second="a mask after a style")
        values["masks"] = ",".join(each.mask for each in styles)
    settings = base.replace(values)
    settings.shares_of(len(styles))
    if settings.masks:
        # Those without one are told too: they are an area of their own.
        settings = settings.replace({"masks": ",".join(settings.masks_of(len(styles)))})
    pictures = {f"style{number:03}": PictureOf(each.file) for number, each in enumerate(styles)}
    return settings, {**pictures, **_masks(settings, named_pictures(arguments, None), pictures)}


def _masks(
    settings: StyleSettings, masks: dict[str, PictureOf], styles: Mapping[str, PictureOf]
) -> dict[str, PictureOf]:
    """``masks``, once it is known that they are those that the styles need. Raises ``DreamError``."""
    for name in masks:
        if name in styles:
            raise DreamError("command.conflict", first=f"A mask called {name}", second="a style of that name")
        if name not in settings.mask_pictures:
            raise DreamError("style.unused", name=name)
    if missing := sorted(settings.mask_pictures - masks.keys()):
        raise DreamError("style.mask", name=missing[0])
    return masks


def _recipe_settings(path: Path) -> StyleSettings:
    from ..files.pictures import load

    settings = load(path).recipe.settings
    if not isinstance(settings, StyleSettings):
        raise DreamError("picture.recipe_kind", path=path, advice="Repeat it with: deepdream again")
    return settings


def _painted(job: StyleJob, engine: Engine, label: str) -> tuple[DreamResult, float]:
    """What ``job`` gives, and the seconds that it took."""
    from ..style.job import style
    from .progress_bar import ProgressBar

    started = time.monotonic()
    with ProgressBar(label) as bar:
        for progress in style(job, engine):
            part = f"octave {progress.octave} of {progress.octaves}"
            bar.show(progress.done / progress.total, part, progress.seconds_left)
    assert progress.result is not None
    return progress.result, time.monotonic() - started
