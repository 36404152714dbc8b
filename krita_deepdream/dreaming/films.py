"""What becomes of a film: an animated layer, by way of a file in a folder of ours, or the file that was asked for."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

from ..core import errors, owned, recipe, wire
from ..language import tr
from ..log import logger
from ..orders.grab import Outcome
from ..orders.jobs import HostLike, Job, Order
from .results import Results

# Only for whoever looks into the folder for temporary files: what is deleted has our record in it.
PREFIX = "deepdream-film-"
FILE = "film.kra"


def with_target(host: HostLike, order: Order) -> Order:
    """The same order with a place for its film: one of ours if it has none, and never one where a film is already."""
    assert order.film is not None
    if order.film.target:
        return replace(order, film=replace(order.film, target=str(_unused(Path(order.film.target)))))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    owned.make(folder)
    return replace(order, film=replace(host.film_pace(order), target=str(folder / FILE), layer=True))


def finish(host: HostLike, results: Results, job: Job, filmed: wire.Filmed) -> str:
    """Make a layer of the film if it shall be one; what happened, as a sentence. Raises ``DreamError``."""
    order, film = job.order, job.order.film
    assert film is not None
    if not film.layer:
        return tr("The film is at {path} ({seconds} s).", path=filmed.target, seconds=round(filmed.seconds))
    nothing = wire.Picture(0, 0, "U8", b"")
    made = {"settings": order.settings.to_dict(), "kind": order.settings.kind, "sizes": recipe.BY_AREA}
    outcome = Outcome(order.name, job.grabbed.place, nothing, 0, 0, 100.0, recipe=made, asked=job.grabbed.asked,
                      hints=order.hints)
    try:
        placed = host.place_film(outcome, film)
        results.noted(outcome, placed)
    finally:
        forget(order)
    values = {"name": placed.name, "frames": filmed.frames, "seconds": round(filmed.seconds)}
    if placed.document != outcome.place.document:
        return tr("“{name}” is an animated layer of {frames} frames in a new image, since the old one was closed "
                  "({seconds} s).", **values)
    return tr("“{name}” is an animated layer of {frames} frames above “{layer}” ({seconds} s).",
              layer=outcome.place.layer_name, **values)


def _unused(path: Path) -> Path:
    """The path, or one beside it with a number: no file, and no folder with pictures in it."""
    numbered = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in count(2))
    return next(each for each in chain([path], numbered) if not _is_film(each))


def _is_film(path: Path) -> bool:
    # What is no possible name isn't there; the worker says what is wrong with it.
    return os.path.isfile(path) or (os.path.isdir(path) and any(path.glob("*.png")))


def left_by(jobs: list[Job]) -> str:
    """What stays of jobs that are cancelled, as a sentence: pictures in a folder that the painter chose."""
    folders = [job.order.film.target for job in jobs if job.order.film and Path(job.order.film.target).is_dir()]
    return tr("Cancelled. The frames made so far are in {path}.", path=folders[0]) if folders else ""


def forget(order: Order) -> None:
    """Delete the frames of a film that becomes no layer, or has become one; when its worker writes no more of them."""
    if not order.film or not order.film.layer:
        return
    try:
        owned.delete(Path(order.film.target).parent)
    except (OSError, errors.DreamError) as error:
        logger().warning("the frames of a film can't be deleted: %s", error)
