"""How seconds grow with pixels, steps and frames in one process, and how many workers of a cluster share pictures.

``python -m benchmarks.workers`` prints the tables of docs/scaling.md. It needs Dask, and takes two minutes of a
computer that does nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from deepdream_core.batch.cluster import Cluster, started
from deepdream_core.batch.tasks import PictureTask
from deepdream_core.dream import Job, dream
from deepdream_core.engine import cost
from deepdream_core.engine.engine import Engine
from deepdream_core.files.pictures import save_pixels
from deepdream_core.film.coherence import Film, Look
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.dream_settings import FULL, DreamSettings
from deepdream_core.settings.presets import DEFAULT_PRESET, PRESETS

from .pictures import clouds
from .report import machine
from .scaling import seconds_of

PRESET = PRESETS[DEFAULT_PRESET].settings.replace({"working_size": FULL})
SIZES = ((480, 270), (960, 540), (1920, 1080))
STEPS = (7, 14, 28)
MEDIUM = (960, 540)
FILM, FRAMES, FLOW = (480, 270), 6, 80.0
# More than this computer's cores at the end.
WORKERS = (1, 2, 4)
PICTURES, PICTURE = 8, (480, 360)
SHORT = DreamSettings(objective="b6", octaves=2, steps=6, precision="fp32", threads=1, working_size=FULL)


def main() -> None:
    """Print one table after the other, as each is measured."""
    about = machine()
    print(f"{about['date']}: {about['processor']}, {about['cores']} cores, {about['versions']}\n")
    engine = Engine()
    _table("Frame | Steps | Megapixel-steps | Seconds | Megapixel-steps/s", _grown(engine))
    _table("Frame of a film | Alone, seconds | With flow, seconds", _filmed(engine))
    _table("Workers | Seconds for all | Times one worker | CPU seconds a picture | Memory of each", _shared())


def _table(head: str, rows: Iterator[str]) -> None:
    print(f"| {head} |\n|{'---|' * head.count('|')}---|")
    for row in rows:
        print(f"| {row} |", flush=True)
    print()


def _grown(engine: Engine) -> Iterator[str]:
    for size, steps in [*((size, PRESET.steps) for size in SIZES), *((MEDIUM, steps) for steps in STEPS)]:
        settings = PRESET.replace({"steps": steps})
        picture = Pixels(clouds(*size))
        _dreamed(engine, picture, settings.replace({"steps": 1}))  # compiles
        seconds = seconds_of(lambda picture=picture, settings=settings: _dreamed(engine, picture, settings))  # type: ignore[misc]
        work = cost.work(settings, *size) / 1e6
        yield f"{size[0]} × {size[1]} | {steps} | {work:.1f} | {seconds:.1f} | {work / seconds:.2f}"


def _dreamed(engine: Engine, picture: Pixels, settings: DreamSettings) -> None:
    for _progress in dream(Job(picture, settings), engine):
        pass


def _filmed(engine: Engine) -> Iterator[str]:
    """The camera pans over the photo by two pixels a frame."""
    width, height = FILM
    wide = clouds(width + 2 * FRAMES, height)
    _dreamed(engine, Pixels(wide[:, :width].copy()), PRESET.replace({"steps": 1}))  # compiles
    took: dict[float | str, list[float]] = {"off": [], FLOW: []}
    for flow, seconds in took.items():
        film = Film(engine, Look(PRESET), flow)
        for number in range(FRAMES):
            pixels = Pixels(wide[:, 2 * number : 2 * number + width].copy())
            seconds.append(seconds_of(lambda film=film, pixels=pixels: list(film.frame(pixels))))  # type: ignore[misc]
    for number, (alone, moved) in enumerate(zip(*took.values(), strict=True), start=1):
        yield f"{number} | {alone:.2f} | {moved:.2f}"


def _shared() -> Iterator[str]:
    first = 0.0
    for count in WORKERS:
        with tempfile.TemporaryDirectory(prefix="deepdream-workers-") as folder, ExitStack() as ended:
            local = ended.enter_context(started(count))
            cluster = ended.enter_context(Cluster(local.scheduler_address, local.security))
            # Each loads TensorFlow and compiles before it counts.
            list(cluster.answers(_tasks(Path(folder) / "warm", 2 * count), _ignored))
            before = _on_workers(cluster, _processor_seconds)
            seconds = seconds_of(lambda: list(cluster.answers(_tasks(Path(folder) / "in", PICTURES), _ignored)))  # noqa: B023
            used = (_on_workers(cluster, _processor_seconds) - before) / PICTURES
            memory = _on_workers(cluster, _memory) / count / 1e6
        first = first or seconds
        yield f"{count} | {seconds:.1f} | {first / seconds:.2f} | {used:.2f} | {memory:.0f} MB"


def _tasks(folder: Path, count: int) -> list[PictureTask]:
    folder.mkdir()
    for number in range(count):
        save_pixels(folder / f"{number}.png", Pixels(clouds(*PICTURE)))
    return [PictureTask(folder / f"{number}.png", folder / f"{number}-out.png", SHORT) for number in range(count)]


def _on_workers(cluster: Cluster, measure: Callable[[], float]) -> float:
    return sum(cluster._client.run(measure).values())


def _processor_seconds() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system)


def _memory() -> float:
    return float(psutil.Process().memory_info().rss)


def _ignored(_told: Any) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    main()
