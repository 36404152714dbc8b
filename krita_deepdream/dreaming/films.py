"""What becomes of a film: an animated layer, by way of a folder for its frames, or the file that was asked for."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from ..core import wire
from ..language import tr
from ..orders.grab import Place
from ..orders.jobs import HostLike, Order

# Folders whose name begins so are ours: they are deleted once their film is a layer.
PREFIX = "deepdream-film-"


def with_target(order: Order) -> Order:
    """The same order with a place for its film, if it has none."""
    assert order.film is not None
    if order.film.target:
        return order
    return replace(order, film=replace(order.film, target=tempfile.mkdtemp(prefix=PREFIX)))


def finish(host: HostLike, order: Order, place: Place, filmed: wire.Filmed) -> str:
    """Make a layer of the film if it shall be one; what happened, as a sentence. Raises ``DreamError``."""
    assert order.film is not None
    if not _is_ours(filmed.target):
        return tr("The film is at {path} ({seconds} s).", path=filmed.target, seconds=round(filmed.seconds))
    try:
        files = sorted(str(file) for file in Path(filmed.target).glob("*.png"))
        host.place_film(place, order.name, files, order.film.settings.per_second)
    finally:
        forget(order)
    return tr(
        "“{name}” is an animated layer of {frames} frames on top ({seconds} s).", name=order.name, frames=filmed.frames,
        seconds=round(filmed.seconds))


def forget(order: Order) -> None:
    """Delete the frames of a film that becomes no layer, or has become one; when its worker writes no more of them."""
    if not order.film or not _is_ours(order.film.target):
        return
    folder = Path(order.film.target)
    shutil.rmtree(folder, ignore_errors=True)
    # The frame that a worker was writing when it ended lies beside the folder.
    for part in folder.parent.glob(f".*.{folder.name}.png"):
        part.unlink(missing_ok=True)


def _is_ours(target: str) -> bool:
    return Path(target).name.startswith(PREFIX)
