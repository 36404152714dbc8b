"""(request, engine) → what is computed for it beside single pictures: a film on disk, a sheet of the atlas."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import wire
from .animation import zoom
from .atlas import render
from .atlas_grid import bare, keep_sheet
from .atlas_sheets import COLUMNS, PIXELS
from .dream import Job
from .engine import Engine
from .film import check_film, write_film
from .film_settings import FilmSettings
from .folders import data_folder
from .progress import Progress

# Told after every tile; raises what ends the work.
Tell = Callable[[Progress], None]


def film(request: wire.Dream, job: Job, engine: Engine, tell: Tell) -> wire.Filmed:
    """Write the endless zoom that ``request`` asks for to its ``target``. Raises ``DreamError``."""
    settings, target, started = FilmSettings.from_dict(request.film), Path(request.target), time.monotonic()
    check_film(target)
    write_film(target, _frames(job, engine, settings, tell), settings.per_second)
    return wire.Filmed(request.id, request.target, settings.frames, time.monotonic() - started)


def sheet(request: wire.Atlas, engine: Engine, tell: Tell) -> wire.Sheet:
    """Render the atlas of a layer, as far as it isn't there yet, and keep its sheet. Raises ``DreamError``."""
    for progress in render(engine, request.network, request.layer, data_folder() / "atlas"):
        tiles = [progress.tiles[channel] for channel in sorted(progress.tiles)]
        picture = bare(tiles, COLUMNS, PIXELS)
        done, total = len(tiles), progress.total
        tell(Progress(done, total, 1, 1, done, total, progress.seconds_left, picture.astype(np.float32)))
    keep_sheet(request.network, request.layer, tiles)
    return wire.Sheet(request.id, request.network, request.layer)


def _frames(job: Job, engine: Engine, settings: FilmSettings, tell: Tell) -> Iterator[NDArray[np.float32]]:
    """The frames, while what is told of each becomes the progress of the whole film."""
    started = time.monotonic()
    for frame in zoom(job, engine, settings):
        own = frame.progress
        done = frame.number - 1 + own.done / own.total
        left = (time.monotonic() - started) / max(done, 1e-3) * (settings.frames - done)
        tell(replace(
            own, done=done, total=float(settings.frames), octave=frame.number, octaves=settings.frames,
            seconds_left=left))
        if frame.rgb is not None:
            yield frame.rgb
