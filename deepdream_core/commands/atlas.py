"""``deepdream atlas NETWORK LAYER OUT``: a grid of what every channel of a layer looks for."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..atlas.look import Look
from ..catalogue import network
from ..system.folders import data_folder
from .interruption import leaving
from .options import add_command, whole_number
from .progress_bar import ProgressBar

if TYPE_CHECKING:
    from ..files.pictures import PictureFile
    from .options import Commands

SMALLEST, LARGEST = 32, 512


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "atlas", "Render what every channel of a layer responds to.", _run)
    parser.add_argument("network", metavar="NETWORK", help="See: deepdream networks list")
    parser.add_argument("layer", metavar="LAYER", help="See: deepdream layers NETWORK")
    parser.add_argument("output", metavar="OUT", type=Path, help="The grid to write")
    parser.add_argument(
        "--pixels",
        metavar="N",
        type=whole_number(SMALLEST, LARGEST),
        help="Width and height of each picture (default 112)",
    )


def _run(arguments: argparse.Namespace) -> int:
    from ..files.metadata import Stored
    from ..files.pictures import PictureFile, check_target, save
    from ..image.region import Box
    from .file_jobs import check_objective, expected, ready_engine

    info = network(arguments.network)
    layer = info.layer(arguments.layer)
    look = replace(Look(), pixels=arguments.pixels) if arguments.pixels else Look()
    alike, side, count = look.as_dreams(info.name, layer.name)
    check_objective(alike, ())
    check_target(arguments.output, _blank(arguments.output, 1, 1))
    print(f"{layer.channels} channels: {expected(alike, Box(0, 0, side, side), count)}", file=sys.stderr)
    engine = ready_engine(alike)
    from ..atlas.grid import poster, poster_size
    from ..atlas.render import render

    size = poster_size(layer.channels, look.pixels, bool(info.classes))
    check_target(arguments.output, _blank(arguments.output, *size))
    done = 0
    with (
        ProgressBar(f"{arguments.network} {arguments.layer}") as bar,
        leaving(lambda: f"{done} channels are kept; run the same command to resume." if done else ""),
    ):
        for progress in render(engine, arguments.network, arguments.layer, data_folder() / "atlas", look):
            done = len(progress.tiles)
            bar.show(done / progress.total, f"{done} of {progress.total} channels", progress.seconds_left)
    tiles = [progress.tiles[channel] for channel in sorted(progress.tiles)]
    save(arguments.output, PictureFile(arguments.output, Stored(poster(tiles))))
    return 0


def _blank(path: Path, width: int, height: int) -> PictureFile:
    """As large as what will be written, to try the place with."""
    import numpy as np

    from ..files.metadata import Stored
    from ..files.pictures import PictureFile

    return PictureFile(path, Stored(np.broadcast_to(np.uint8(0), (height, width, 3))))
