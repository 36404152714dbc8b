"""``deepdream feature NETWORK LAYER CHANNEL OUT``: what one channel looks for, dreamed out of faint noise."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalogue import network
from ..objective.syntax import layer_term, write
from ..settings.dream_settings import DreamSettings
from .options import add_command, add_settings, explicit_settings, specs_without, whole_number

if TYPE_CHECKING:
    from .options import Commands

PIXELS, MOST_PIXELS = 400, 8192
GREY = 127
# Far more steps than on a photo, because there is nothing to hold on to; the noise at full variation.
# Network and layer are named outright, and there is no mask to be feathered.
_OWN = specs_without("network", "objective", "feather")
_SETTINGS = DreamSettings(octaves=3, steps=30, variation=100.0)


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "feature", "Render what one channel of a network responds to.", _run)
    parser.add_argument("network_name", metavar="NETWORK", help="See: deepdream networks list")
    parser.add_argument("layer", metavar="LAYER", help="See: deepdream layers NETWORK")
    parser.add_argument("channel", metavar="CHANNEL", type=whole_number(), help="Channel number, starting at 0")
    parser.add_argument("output", metavar="OUT", type=Path, help="The picture to write")
    parser.add_argument(
        "--pixels",
        metavar="N",
        type=whole_number(1, MOST_PIXELS),
        default=PIXELS,
        help="Width and height (default 400)",
    )
    parser.add_argument("--timings", action="store_true", help="Print timings")
    add_settings(parser, _OWN)


def _run(arguments: argparse.Namespace) -> int:
    import numpy as np

    from ..files.metadata import Stored
    from ..files.pictures import PictureFile
    from .file_jobs import FileJob, dream_file

    layer = network(arguments.network_name).layer(arguments.layer)
    what = {"network": arguments.network_name, "objective": write((layer_term(layer.name, str(arguments.channel)),))}
    settings = _SETTINGS.replace({**explicit_settings(arguments, _OWN), **what})
    grey = np.full((arguments.pixels, arguments.pixels, 3), GREY, np.uint8)
    picture = PictureFile(arguments.output, Stored(grey))
    timings = dream_file(FileJob(picture, arguments.output, settings))[1]
    if arguments.timings:
        print(timings, file=sys.stderr)
    return 0
