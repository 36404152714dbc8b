"""``deepdream zoom IN OUT``: the endless zoom, as a film, an animated picture or a folder of frames."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..files import load
from ..film import check_film, write_film
from .dreaming import ready_engine
from .options import add_command, add_settings, add_what, chosen_settings
from .progress_bar import ProgressBar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..animation import Move
    from ..dream import Job
    from ..engine import Engine
    from .options import Commands

FRAMES, PER_SECOND = 50, 12.0
_Number = TypeVar("_Number", int, float)


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "zoom", "Dream, go closer, dream again: a film.", _run)
    parser.add_argument("input", metavar="IN", type=Path, help="The picture to begin with")
    parser.add_argument(
        "output", metavar="OUT", type=Path,
        help="A film (.mp4, .mkv, .webm; needs ffmpeg), an animated picture (.webp, .gif), or a folder for PNGs")
    parser.add_argument("--frames", metavar="N", type=_count, default=FRAMES, help=f"How many (default {FRAMES})")
    parser.add_argument(
        "--per-second", metavar="N", type=_rate, default=PER_SECOND, help=f"Frames per second (default {PER_SECOND:g})")
    parser.add_argument(
        "--zoom", metavar="PERCENT", type=_percent, default=5.0, help="How much closer each frame goes (default 5)")
    parser.add_argument(
        "--rotate", metavar="DEGREES", type=float, default=0.0, help="How far the picture turns, clockwise")
    parser.add_argument(
        "--translate", metavar="ACROSS,DOWN", type=_pair, default=(0.0, 0.0),
        help="How far the picture moves, in percent of its width and height")
    add_what(parser)
    add_settings(parser)


def _run(arguments: argparse.Namespace) -> int:
    check_film(arguments.output)
    pixels = load(arguments.input).pixels
    settings = chosen_settings(arguments)
    pictures = {"guide": load(arguments.guide).pixels} if arguments.guide else {}
    engine = ready_engine(settings)
    from ..animation import Move
    from ..dream import Job

    move = Move(arguments.zoom, arguments.rotate, *arguments.translate)
    frames = _frames(Job(pixels, settings, pictures=pictures), engine, move, arguments.frames)
    write_film(arguments.output, frames, arguments.per_second)
    return 0


def _frames(job: Job, engine: Engine, move: Move, count: int) -> Iterator[NDArray[np.float32]]:
    from ..animation import zoom

    with ProgressBar("zoom") as bar:
        for frame in zoom(job, engine, move, count):
            progress = frame.progress
            share = progress.done / progress.total
            whole = progress.seconds_left / max(1 - share, 0.01)
            bar.show(
                (frame.number - 1 + share) / count, f"frame {frame.number} of {count}",
                progress.seconds_left + (count - frame.number) * whole)
            if frame.rgb is not None:
                yield frame.rgb


def _count(text: str) -> int:
    return _within(int(text), 1, 100_000)


def _rate(text: str) -> float:
    return _within(float(text), 0.1, 120.0)


def _percent(text: str) -> float:
    return _within(float(text), -30.0, 100.0)


def _pair(text: str) -> tuple[float, float]:
    across, down = (float(part) for part in text.split(","))
    return _within(across, -20.0, 20.0), _within(down, -20.0, 20.0)


def _within(value: _Number, low: _Number, high: _Number) -> _Number:
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{value:g} is not between {low:g} and {high:g}")
    return value
