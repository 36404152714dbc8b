"""``deepdream dream IN OUT``: one picture file into another."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DreamError
from .clusters import add_cluster
from .options import add_command, add_settings, add_what, check_feather, chosen_settings

if TYPE_CHECKING:
    from ..files.picture_of import PictureOf
    from ..settings.dream_settings import DreamSettings
    from ..settings.recipe import Recipe
    from .options import Commands


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "dream", "Apply DeepDream to a picture file.", _run)
    add_pictures(parser)
    add_what(parser)
    add_settings(parser)


def add_pictures(parser: argparse.ArgumentParser) -> None:
    """IN, OUT, the other pictures that a dream may need or leave, and ``--timings``."""
    parser.add_argument("input", metavar="IN", type=Path, help="The picture: PNG, JPEG, WebP, TIFF, EXR, BMP…")
    parser.add_argument("output", metavar="OUT", type=Path, help="The file to write; its extension sets the format")
    parser.add_argument("--mask", metavar="FILE", type=Path, help="A mask the size of IN: white is dreamed")
    add_named_pictures(parser)
    parser.add_argument(
        "--octave-pictures", metavar="FOLDER", type=Path, help="Also write the picture after each octave to this folder"
    )
    parser.add_argument("--timings", action="store_true", help="Print timings")
    add_cluster(parser)


def add_named_pictures(parser: argparse.ArgumentParser) -> None:
    """The pictures that an objective, or a style's mask, names."""
    parser.add_argument(
        "--picture",
        metavar="NAME=FILE",
        type=_named_file,
        action="append",
        default=[],
        help="A picture used by the objective or by styles (guide:b6=NAME, b10@NAME, oil@NAME); can be repeated",
    )
    parser.add_argument(
        "--term-mask",
        metavar="NAME=FILE[#rrggbb]",
        type=_named_mask,
        action="append",
        default=[],
        help="Limits terms or styles marked @NAME to where FILE is light, or has that colour; can be repeated",
    )


def named_pictures(arguments: argparse.Namespace, guide: str | None) -> dict[str, PictureOf]:
    """The pictures of ``add_named_pictures``; ``guide``: the file of the one called "guide"."""
    from ..files.picture_of import PictureOf

    pictures = {name: PictureOf(path) for name, path in arguments.picture}
    pictures |= {name: PictureOf(*file_and_colour) for name, file_and_colour in arguments.term_mask}
    return pictures | ({"guide": PictureOf(Path(guide))} if guide else {})


def dream_pictures(arguments: argparse.Namespace, settings: DreamSettings, guide: str | None = None) -> Recipe:
    """Dream with the arguments of ``add_pictures``; ``guide``: the file of the picture called "guide".

    Raises ``DreamError``.
    """
    from ..files.pictures import load
    from .file_jobs import FileJob, dream_file

    check_feather(arguments)
    if arguments.cluster and arguments.octave_pictures:
        raise DreamError("command.conflict", first="--cluster", second="--octave-pictures")
    pictures = named_pictures(arguments, guide)
    job = FileJob(load(arguments.input), arguments.output, settings, arguments.mask, pictures)
    recipe, timings = dream_file(replace(job, octave_folder=arguments.octave_pictures, cluster=arguments.cluster or ""))
    if arguments.timings:
        print(timings, file=sys.stderr)
    return recipe


def _named_file(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not (name.isidentifier() and equals and path):
        raise argparse.ArgumentTypeError(f"“{text}” must look like NAME=FILE")
    return name, Path(path)


def _named_mask(text: str) -> tuple[str, tuple[Path, str]]:
    name, path = _named_file(text)
    found = re.fullmatch(r"(.+)#([0-9a-fA-F]{6})", str(path))
    return name, (Path(found[1]), found[2]) if found else (path, "")


def _run(arguments: argparse.Namespace) -> int:
    dream_pictures(arguments, chosen_settings(arguments), arguments.guide)
    return 0
