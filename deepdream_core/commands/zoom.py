"""``deepdream zoom IN OUT``: the endless zoom, as a video, an animated picture or a folder of frames."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..arrays import Rgb
from ..engine import cost
from ..errors import DreamError
from ..files.pictures import load
from ..image.region import Box
from ..settings.spec import specs_of
from ..settings.zoom_settings import ZoomSettings
from ..words import first
from ..zoom.writer import check_zoom, write_zoom
from .file_jobs import announce, check_objective, ready_engine
from .interruption import leaving
from .options import add_command, add_settings, add_what, chosen_settings, explicit_settings, specs_without
from .progress_bar import ProgressBar

if TYPE_CHECKING:
    from ..dream import Job
    from ..engine.engine import Engine
    from .options import Commands

_SPECS = specs_of(ZoomSettings)
# One flag moves the picture both ways.
_CAMERA = {name: spec for name, spec in _SPECS.items() if name not in ("move_right", "move_down")}


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "zoom", "Make an endless zoom: dream, zoom in, dream again.", _run)
    parser.add_argument("input", metavar="IN", type=Path, help="The first picture")
    parser.add_argument(
        "output",
        metavar="OUT",
        type=Path,
        help="A video (.mp4, .mov, .mkv, .webm), an animated picture (.webp, .gif), or a folder for PNGs",
    )
    parser.add_argument(
        "--translate",
        metavar="ACROSS,DOWN",
        type=_pair,
        default=(0.0, 0.0),
        help="Movement per frame, in percent of width and height",
    )
    add_settings(parser, _CAMERA)
    add_what(parser)
    add_settings(parser, specs_without("feather"))


def _run(arguments: argparse.Namespace) -> int:
    picture = load(arguments.input)
    for note in picture.told:
        print(note, file=sys.stderr)
    pixels = picture.pixels
    settings = chosen_settings(arguments)
    pictures = {"guide": load(arguments.guide).pixels} if arguments.guide else {}
    across, down = arguments.translate
    camera = ZoomSettings(move_right=across, move_down=down).replace(explicit_settings(arguments, _CAMERA))
    check_objective(settings, pictures)
    check_zoom(arguments.output, (pixels.width, pixels.height), camera.frames)
    core = Box(0, 0, pixels.height, pixels.width)
    announce(settings, core, camera.frames)
    engine = ready_engine(settings)
    from ..dream import Job

    started = time.monotonic()
    written: list[int] = []
    frames = _frames(Job(pixels, settings, pictures=pictures), engine, camera, written)
    with leaving(lambda: _left(arguments.output, len(written))):
        write_zoom(arguments.output, frames, camera.frames_per_second)
    cost.learn(settings, core.width, core.height, time.monotonic() - started, camera.frames)
    return 0


def _left(output: Path, count: int) -> str:
    """A video isn't there before it is whole, pictures in a folder are."""
    return f"{first(count, 'picture')} in “{output}”." if count and output.is_dir() else ""


def _frames(job: Job, engine: Engine, camera: ZoomSettings, written: list[int]) -> Iterator[Rgb]:
    """The frames; the number of each that was written comes into ``written``."""
    from ..zoom.frames import zoom

    with ProgressBar("zoom") as bar:
        for frame in zoom(job, engine, camera):
            progress = frame.progress
            share = progress.done / progress.total
            whole = progress.seconds_left / max(1 - share, 0.01)
            bar.show(
                (frame.number - 1 + share) / camera.frames,
                f"frame {frame.number} of {camera.frames}",
                progress.seconds_left + (camera.frames - frame.number) * whole,
            )
            if frame.rgb is not None:
                yield frame.rgb
                written.append(frame.number)


def _pair(text: str) -> tuple[float, float]:
    across, comma, down = text.partition(",")
    if not comma:
        raise argparse.ArgumentTypeError(f"“{text}” must look like ACROSS,DOWN")
    try:
        return _SPECS["move_right"].parse(across), _SPECS["move_down"].parse(down)
    except DreamError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
