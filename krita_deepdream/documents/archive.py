"""Past dreams inside a document, as annotations that are saved with it; the documents are handed in.

Each is a line of JSON (where it was, its recipe, a thumbnail) and a PNG file of the dreamed region alone. Together they
take no more than the canvas itself does, in 8 bits and unpacked, and never more than ``MOST_BYTES``: a sketch stays a
small file. For a newer one the oldest have to go; this session of Krita still has them.
"""

from __future__ import annotations

import base64
import json
from functools import partial

from ..core import wire
from ..jobs.document_data import Destination, Location, Outcome, Space
from ..jobs.history_entry import HistoryEntry
from ..jobs.images import coarse, png, to_image
from ..krita_api import Document
from ..qt import Qt, QtCore
from . import nodes
from .lines import Values, divided, list_in, number, values_in

PREFIX = "krita_deepdream/history/"
OFF = "krita_deepdream/no-history"
LEAST_BYTES, MOST_BYTES = 1_000_000, 20_000_000
THUMBNAIL_PX = 128
# Four bytes a pixel and more, in base 64: no PNG file of a thumbnail takes so many letters.
LONGEST_THUMBNAIL = 6 * THUMBNAIL_PX**2


def is_on(document: Document) -> bool:
    """Whether the document takes its dreams along."""
    return OFF not in document.annotationTypes()


def switch(document: Document, on: bool) -> None:
    """Let a document take its dreams along, or take out what it holds and let it hold no more."""
    if on:
        document.removeAnnotation(OFF)
        return
    document.setAnnotation(OFF, "DeepDream keeps no history here", QtCore.QByteArray(b"1"))
    for annotation in _annotations(document):
        document.removeAnnotation(annotation)


def most_bytes(document: Document) -> int:
    """What the dreams in a document may take together."""
    return int(min(MOST_BYTES, max(LEAST_BYTES, document.width() * document.height() * 4)))


def write(document: Document, entry: HistoryEntry, others: list[HistoryEntry]) -> None:
    """Put a dream into a document; of the ``others`` that it holds (newest first) the oldest may have to go."""
    room = most_bytes(document) - len(entry.packed)
    if room < 0:
        return
    for other in others:
        room -= len(other.packed)
        if room < 0:
            remove(document, other)
    line = json.dumps(_plain(entry)).encode("ascii")
    document.setAnnotation(PREFIX + entry.key, "DeepDream history", QtCore.QByteArray(line + b"\n" + entry.packed))
    entry.saved = True


def remove(document: Document, entry: HistoryEntry) -> None:
    """Take a dream out of a document, if it is there."""
    if PREFIX + entry.key in document.annotationTypes():
        document.removeAnnotation(PREFIX + entry.key)
    entry.saved = False


def read(document: Document) -> tuple[list[HistoryEntry], int]:
    """The dreams that a document brings along, newest first, and how many can't be read: these stay as they are."""
    annotations = _annotations(document)
    found = [
        divided(document, annotation, partial(_entry, document, annotation.removeprefix(PREFIX)))
        for annotation in annotations
    ]
    entries = [entry for entry in found if entry is not None]
    entries.sort(key=lambda entry: -entry.time)
    return entries, len(annotations) - len(entries)


def thumbnail(picture: wire.Picture | None) -> bytes:
    """A small PNG file of a picture; nothing for none."""
    if picture is None:
        return b""
    # Coarsely first: to smooth a large picture takes long. Floats become bytes one by one.
    longest = THUMBNAIL_PX if picture.depth == "F32" else 2 * THUMBNAIL_PX
    small = to_image(coarse(picture, longest)).scaled(
        THUMBNAIL_PX, THUMBNAIL_PX, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return png(small)


def _annotations(document: Document) -> list[str]:
    return [annotation for annotation in document.annotationTypes() if annotation.startswith(PREFIX)]


def _plain(entry: HistoryEntry) -> Values:
    outcome, location = entry.outcome, entry.outcome.location
    return {
        "name": outcome.name,
        "time": entry.time,
        "recipe": outcome.recipe,
        "goes": outcome.destination.value,
        "x": outcome.x,
        "y": outcome.y,
        "layer": entry.layer,
        "small": base64.b64encode(entry.small).decode("ascii"),
        "place": {
            "canvas": location.canvas,
            "node_id": location.node_id,
            "layer_name": location.layer_name,
            "x": location.x,
            "y": location.y,
            "space": location.space,
            "resolution": location.resolution,
        },
    }


def _entry(document: Document, key: str, values: Values, png: bytes) -> HistoryEntry:
    where, recipe = values_in(values["place"]), values_in(values["recipe"])
    width, height = (_whole(each, 1) for each in list_in(where["canvas"]))
    space = Space(*map(str, list_in(where["space"]))) if where.get("space") else None
    resolution = number(where.get("resolution", 72.0), 0.01, 1e6)
    location = Location(
        document,
        nodes.document_name(document),
        (width, height),
        str(where["node_id"]),
        str(where["layer_name"]),
        _whole(where["x"]),
        _whole(where["y"]),
        space=space,
        resolution=resolution,
    )
    outcome = Outcome(
        name=str(values["name"]),
        location=location,
        picture=wire.Picture(0, 0, "", b""),
        x=_whole(values["x"]),
        y=_whole(values["y"]),
        strength=100.0,
        destination=Destination(values["goes"]),
        recipe=recipe,
    )
    small = str(values["small"])
    if len(small) > LONGEST_THUMBNAIL:
        raise ValueError(f"a thumbnail of {len(small)} letters")
    return HistoryEntry(
        outcome,
        packed=png,
        small=base64.b64decode(small),
        layer=str(values["layer"]),
        saved=True,
        time=number(values["time"], 0, 1e12),
        key=key,
    )


def _whole(value: object, least: int = -1_000_000) -> int:
    return int(number(value, least, 1_000_000))
