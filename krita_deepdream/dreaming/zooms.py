"""What a zoom becomes: an animated layer, by way of a file in a folder of ours, or the file that was requested."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

from ..core import atomic, errors, owned, wire
from ..jobs.document_data import Outcome, Placed
from ..jobs.job import DreamRequest, HostLike, Job
from ..language import tr
from ..log import logger
from . import arrivals, job_folders, outcomes
from .results import Results

PREFIX = "zoom-"
FILE = "zoom.kra"


def with_target(host: HostLike, request: DreamRequest, is_elsewhere: bool) -> DreamRequest:
    """The request with a file for its zoom: a temporary one if it names none, and never one that exists already.

    Raises ``DreamError`` if it can't be written here, where the worker ``is_elsewhere`` and can't tell.
    """
    assert request.zoom is not None
    if request.zoom.target:
        zoom = replace(request.zoom, target=str(_unused(Path(request.zoom.target))))
        if is_elsewhere:
            arrivals.check(Path(zoom.target), zoom.is_folder)
        return replace(request, zoom=zoom)
    folder = job_folders.made(PREFIX)
    return replace(request, zoom=replace(host.zoom_pace(request), target=str(folder / FILE), layer=True))


def finish(host: HostLike, results: Results, job: Job, written: wire.ZoomWritten) -> str:
    """Make a layer of the zoom if that is wanted, and say what happened. Raises ``DreamError``."""
    request, zoom = job.request, job.request.zoom
    assert zoom is not None
    if not zoom.layer:
        return tr("The zoom was saved to {path} ({seconds} s).", path=zoom.target, seconds=round(written.seconds))
    outcome = outcomes.of_frames(job, 100.0)
    try:
        placed = host.place_zoom(outcome, zoom)
        results.noted(outcome, placed)
    finally:
        forget(request)
    values = {"name": placed.name, "frames": written.frames, "seconds": round(written.seconds)}
    return stands_in_words(outcome, placed, values)


def stands_in_words(outcome: Outcome, placed: Placed, values: Mapping[str, object]) -> str:
    """A sentence about a new animated layer; ``values``: its name, frames and seconds."""
    if placed.document != outcome.location.document:
        return tr(
            "“{name}” is an animated layer with {frames} frames in a new image, because the old one was closed "
            "({seconds} s).",
            **values,
        )
    return tr(
        "“{name}” is a new animated layer with {frames} frames above “{layer}” ({seconds} s).",
        layer=outcome.location.layer_name,
        **values,
    )


def _unused(path: Path) -> Path:
    """The path, or the same with a number if a file or a folder with pictures is already there."""
    numbered = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in count(2))
    return next(each for each in chain([path], numbered) if not _is_there(each))


def _is_there(path: Path) -> bool:
    # An impossible name doesn't exist; the worker says what is wrong with it.
    return os.path.isfile(path) or _has_pictures(path)


def _has_pictures(path: str | Path) -> bool:
    return os.path.isdir(path) and not all(map(atomic.is_part, Path(path).glob("*.png")))


def left_by(jobs: list[Job]) -> str:
    """A sentence about the frames that cancelled jobs leave in a folder the painter chose; empty if none."""
    folders = [job.request.zoom.target for job in jobs if job.request.zoom and _has_pictures(job.request.zoom.target)]
    return tr("Cancelled. The frames made so far are in {path}.", path=folders[0]) if folders else ""


def forget(request: DreamRequest) -> None:
    """Delete the temporary frames of a zoom whose layer is made or given up; its worker must have stopped writing."""
    if not request.zoom or not request.zoom.layer:
        return
    try:
        owned.delete(Path(request.zoom.target).parent)
    except (OSError, errors.DreamError) as error:
        logger().warning("the frames of a zoom can't be deleted: %s", error)
