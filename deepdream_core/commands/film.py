"""``deepdream film IN OUT``: every frame of a film, an animated picture or numbered pictures, hanging together."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..image.region import Box
from ..settings.film_settings import FilmSettings
from ..settings.spec import specs_of
from ..words import first, plural
from .clusters import add_cluster
from .file_jobs import announce, loaded_engine
from .film_scenes import FilmJob, dream_scenes
from .interruption import leaving
from .looks import add_look, chosen_look
from .options import add_command, add_settings, explicit_settings
from .progress_bar import ProgressBar

if TYPE_CHECKING:
    from ..engine.engine import Engine
    from ..film.coherence import Look
    from ..film.making import Making
    from .options import Commands

_SPECS = specs_of(FilmSettings)


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "film", "Dream every frame of a film.", _run)
    parser.add_argument(
        "input", metavar="IN", type=Path, help="A video, an animated picture, or numbered ones: frame_%%04d.png"
    )
    parser.add_argument(
        "output",
        metavar="OUT",
        type=Path,
        help="A video (.mp4, .mov, .mkv, .webm), an animated picture (.webp, .gif, .png), or numbered ones",
    )
    add_settings(parser, _SPECS)
    add_cluster(parser)
    add_look(parser)


def _run(arguments: argparse.Namespace) -> int:
    from ..film.formats import check_film, opened
    from ..film.making import Making

    settings, pictures = chosen_look(arguments)
    film_settings = FilmSettings().replace(explicit_settings(arguments, _SPECS))
    clip = opened(arguments.input, film_settings.frames_per_second)
    for note in clip.notes:
        print(note, file=sys.stderr)
    check_film(arguments.output, clip)
    job = FilmJob(clip, Making(clip, arguments.output, settings, film_settings), settings, film_settings, pictures)
    if job.making.done:
        print(f"{plural(job.making.done, 'frame')} of {len(clip.seconds)} done already.", file=sys.stderr)
    if arguments.cluster:
        dream_scenes(job, arguments.cluster)
    else:
        _dream_here(job)
    return 0


def _dream_here(job: FilmJob) -> None:
    height, width = job.size
    announce(job.settings, Box(0, 0, height, width), len(job.clip.seconds) - job.making.done)
    loaded = {name: picture.pixels() for name, picture in job.pictures.items()}
    engine = loaded_engine(job.settings.threads)
    from ..film.coherence import Look

    with leaving(lambda: _left(job.making)):
        _make(job.making, engine, Look(job.settings, loaded), job.film_settings, len(job.clip.seconds))


def _make(making: Making, engine: Engine, look: Look, film_settings: FilmSettings, count: int) -> None:
    from ..film.coherence import Film

    before, started = making.done, time.monotonic()
    with ProgressBar("film") as bar:
        for made in making.make(Film(engine, look, film_settings.flow)):
            done = made.number - 1 + made.share
            left = (time.monotonic() - started) * (count - done) / max(done - before, 1e-3)
            bar.show(done / count, f"frame {made.number} of {count}", left)


def _left(making: Making) -> str:
    if not making.done:
        return ""
    return f"{first(making.done, 'frame')} in “{making.frames.parent}”; the same command resumes."
