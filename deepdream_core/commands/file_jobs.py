"""What every dreaming subcommand does: load TensorFlow, dream a picture file under a progress bar, save."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalogue import network
from ..engine import cost
from ..errors import DreamError, shortened
from ..files.formats import FORMATS, format_of
from ..files.picture_of import PictureOf
from ..files.pictures import PictureFile, check_target, load_mask, notes, save, save_pixels
from ..image.pixels import Pixels
from ..image.region import Box, find_region
from ..objective.syntax import parse
from ..objective.terms import check, check_pictures, named
from ..settings.dream_settings import DreamSettings
from ..settings.style_settings import StyleSettings
from ..system import memory
from ..system.environment import loading_tensorflow
from ..weights.store import path_of
from ..words import plural
from .interruption import leaving
from .progress_bar import ProgressBar
from .shared_dream import is_large, shared

if TYPE_CHECKING:
    from ..dream import Job
    from ..engine.engine import Engine
    from ..engine.progress import DreamResult, Progress
    from ..settings.recipe import Recipe


@dataclass(frozen=True)
class FileJob:
    """Dream ``picture`` and write ``target``; ``pictures``: those that the objective names.

    ``octave_folder``: where the dreamed region is written after each octave, as small as it then is. ``cluster``: the
    address of the scheduler whose workers share the large octaves.
    """

    picture: PictureFile
    target: Path
    settings: DreamSettings
    mask: Path | None = None
    pictures: Mapping[str, PictureOf] = field(default_factory=dict)
    octave_folder: Path | None = None
    cluster: str = ""


@dataclass(frozen=True)
class Timings:
    """Seconds of set-up (TensorFlow, network, tracing) and of the dream, and its work in megapixel-steps."""

    set_up: float
    dream: float
    megapixel_steps: float

    def __str__(self) -> str:
        rate = self.megapixel_steps / max(self.dream, 1e-9)
        return f"set-up {self.set_up:.2f} s, dream {self.dream:.2f} s, {rate:.2f} megapixel-steps/s"


def dream_file(file_job: FileJob) -> tuple[Recipe, Timings]:
    """Do the errand. Raises ``DreamError``; ``target`` is then as it was before."""
    heed(file_job.picture, file_job.target)
    if file_job.octave_folder:
        check_target(_octave_file(file_job, 1), file_job.picture)
    check_objective(file_job.settings, file_job.pictures)
    mask = load_mask(file_job.mask) if file_job.mask else None
    pictures = {name: picture.pixels() for name, picture in file_job.pictures.items()}
    source = file_job.picture.pixels
    region = find_region(source.height, source.width, mask, file_job.settings)
    core = region.core
    announce(file_job.settings, core, is_part=core != region.crop)
    start = time.monotonic()
    engine = ready_engine(file_job.settings)
    ready = time.monotonic()
    from ..dream import Job

    job = Job(source, file_job.settings, mask, pictures=pictures)
    octaves: list[Path] = []
    with leaving(
        lambda: (
            f"The pictures of {plural(len(octaves), 'octave')} are in “{file_job.octave_folder}”." if octaves else ""
        )
    ):
        result, work = _dream(job, engine, file_job, octaves)
    timings = Timings(ready - start, time.monotonic() - ready, work)
    if not file_job.cluster:
        cost.learn(file_job.settings, core.width, core.height, timings.dream)
    save(file_job.target, _finished(file_job, result))
    return result.recipe, timings


def _finished(file_job: FileJob, result: DreamResult) -> PictureFile:
    """The picture with the dream over it; only what grew stands alone where the format has transparency."""
    alone = file_job.settings.growth_alpha and FORMATS[format_of(file_job.target)].alpha
    return file_job.picture.with_dream_alone(result) if alone else file_job.picture.with_dream(result)


def heed(picture: PictureFile, target: Path) -> None:
    """Say what of the picture's file isn't dreamed or kept. Raises ``DreamError`` if ``target`` can't be written."""
    check_target(target, picture)
    for note in notes(target, picture):
        print(note, file=sys.stderr)


def announce(settings: DreamSettings | StyleSettings, core: Box, frames: int = 1, is_part: bool = False) -> None:
    """Say in a line what the job on the region ``core`` will take; with ``frames`` it is a film of so many dreams.

    ``is_part``: as in ``cost.memory``.
    """
    print(f"{core.width} x {core.height} pixels: {expected(settings, core, frames, is_part)}", file=sys.stderr)


def expected(settings: DreamSettings | StyleSettings, core: Box, frames: int = 1, is_part: bool = False) -> str:
    """The seconds and bytes of a job in words; arguments as ``announce``."""
    seconds = cost.seconds(settings, core.width, core.height)
    room = memory.in_words(cost.memory(settings, core.width, core.height, is_part))
    time_needed = "no time estimate before the first dream" if seconds is None else cost.in_words(seconds * frames)
    return f"{time_needed}, {room} of memory"


def check_objective(settings: DreamSettings, pictures: Collection[str]) -> None:
    """Raise ``DreamError`` for an objective that can't be had, before TensorFlow takes its seconds.

    ``pictures``: the names of those that were given; each has to be one that the objective speaks of.
    """
    info = network(settings.network)
    terms = check(parse(settings.objective), info)
    check_pictures(terms, pictures)
    for name in pictures:
        if name not in named(terms):
            raise DreamError("objective.unused", name=name, text=shortened(settings.objective))
    path_of(info)


def ready_engine(settings: DreamSettings) -> Engine:
    """TensorFlow loaded and the network of ``settings`` built and traced."""
    engine = loaded_engine(settings.threads)
    engine.warm(settings)
    return engine


def loaded_engine(threads: int | str) -> Engine:
    """TensorFlow loaded. Raises ``DreamError`` if it can't be."""
    with loading_tensorflow():
        from ..engine.engine import Engine

        return Engine(threads)


def _dream(job: Job, engine: Engine, file_job: FileJob, octaves: list[Path]) -> tuple[DreamResult, float]:
    """The dream of ``job``, and its work in megapixel-steps; pictures of octaves are written and put into
    ``octaves``.
    """
    if file_job.cluster and is_large(_core(job), job.settings):
        progress = deque(shared(job, engine, file_job.cluster), maxlen=1).pop()
    else:
        progress = _dream_here(job, engine, file_job, octaves)
    assert progress.result is not None
    return progress.result, progress.total / 1e6


def _core(job: Job) -> Box:
    return find_region(job.pixels.height, job.pixels.width, job.mask, job.settings).core


def _dream_here(job: Job, engine: Engine, file_job: FileJob, octaves: list[Path]) -> Progress:
    """All of it under a bar; the last progress."""
    from ..dream import dream

    with ProgressBar(file_job.picture.path.name) as bar:
        for progress in dream(job, engine):
            part = f"octave {progress.octave} of {progress.octaves}"
            bar.show(progress.done / progress.total, part, progress.seconds_left)
            if file_job.octave_folder and progress.octave_picture is not None:
                octaves.append(_octave_file(file_job, progress.octave))
                _save_octave(octaves[-1], Pixels(progress.octave_picture))
    return progress


def _octave_file(file_job: FileJob, octave: int) -> Path:
    assert file_job.octave_folder is not None
    return file_job.octave_folder / f"{file_job.target.stem}_octave{octave}.png"


def _save_octave(path: Path, pixels: Pixels) -> None:
    """Or say that it isn't there: the dream goes on without."""
    try:
        save_pixels(path, pixels)
    except DreamError as error:
        print(error.sentence, file=sys.stderr)
