"""Past dreams inside a document, as annotations that are saved with it; the documents are handed in.

Each is a line of JSON (where it was, its recipe, a thumbnail) and a PNG file of the dreamed region alone. A document
takes ``MOST_BYTES`` of them; for a newer one the oldest have to go.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from ..core import wire
from ..log import logger
from ..orders.dreamt import Dreamt
from ..orders.grab import Goes, Outcome, Place, Space
from ..orders.images import to_image
from ..qt import Qt, QtCore, QtGui
from . import nodes

KIND = "krita_deepdream/history/"
OFF = "krita_deepdream/no-history"
MOST_BYTES = 20_000_000
THUMBNAIL_PX = 128


def is_on(document: Any) -> bool:
    """Whether the document takes its dreams along."""
    return OFF not in document.annotationTypes()


def switch(document: Any, on: bool) -> None:
    """Let a document take its dreams along, or take out what it holds and let it hold no more."""
    if on:
        document.removeAnnotation(OFF)
        return
    document.setAnnotation(OFF, "DeepDream keeps no history here", QtCore.QByteArray(b"1"))
    for kind in _kinds(document):
        document.removeAnnotation(kind)


def write(document: Any, entry: Dreamt, others: list[Dreamt]) -> None:
    """Put a dream into a document; of the ``others`` that it holds (newest first) the oldest may have to go."""
    room = MOST_BYTES - len(entry.packed)
    if room < 0:
        return
    for other in others:
        room -= len(other.packed)
        if room < 0:
            remove(document, other)
    line = json.dumps(_plain(entry)).encode("ascii")
    document.setAnnotation(KIND + entry.key, "DeepDream history", QtCore.QByteArray(line + b"\n" + entry.packed))
    entry.saved = True


def remove(document: Any, entry: Dreamt) -> None:
    """Take a dream out of a document, if it is there."""
    if KIND + entry.key in document.annotationTypes():
        document.removeAnnotation(KIND + entry.key)
    entry.saved = False


def read(document: Any) -> list[Dreamt]:
    """The dreams that a document brings along, newest first; what can't be read is left out."""
    found = []
    for kind in _kinds(document):
        line, _, png = document.annotation(kind).data().partition(b"\n")
        try:
            values = json.loads(line)
            found.append((values["time"], _entry(document, kind.removeprefix(KIND), values, png)))
        except (ValueError, KeyError, TypeError) as error:
            logger().warning("a past dream in the document can't be read: %s", error)
    found.sort(key=lambda each: -each[0])
    return [entry for _time, entry in found]


def thumbnail(picture: wire.Picture | None) -> bytes:
    """A small PNG file of a ``U8`` picture; nothing for none."""
    if picture is None:
        return b""
    small = to_image(picture).scaled(
        THUMBNAIL_PX, THUMBNAIL_PX, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    data = QtCore.QByteArray()
    buffer = QtCore.QBuffer(data)
    buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
    QtGui.QImageWriter(buffer, b"PNG").write(small)
    return bytes(data.data())


def _kinds(document: Any) -> list[str]:
    return [kind for kind in document.annotationTypes() if kind.startswith(KIND)]


def _plain(entry: Dreamt) -> dict[str, Any]:
    outcome, place = entry.outcome, entry.outcome.place
    return {
        "name": outcome.name, "time": entry.time, "recipe": outcome.recipe, "goes": outcome.goes.value,
        "x": outcome.x, "y": outcome.y, "layer": entry.layer, "small": base64.b64encode(entry.small).decode("ascii"),
        "place": {
            "canvas": place.canvas, "node_id": place.node_id,
            "layer_name": place.layer_name, "x": place.x, "y": place.y, "space": place.space,
            "resolution": place.resolution,
        },
    }


def _entry(document: Any, key: str, values: dict[str, Any], png: bytes) -> Dreamt:
    where = values["place"]
    where = {**where, "canvas": tuple(where["canvas"]), "space": Space(*where["space"]) if where["space"] else None}
    picture = wire.Picture(0, 0, "", b"")
    goes = Goes(values["goes"])
    place = Place(document, nodes.document_name(document), **where)
    outcome = Outcome(values["name"], place, picture, values["x"], values["y"], 100.0, goes, values["recipe"])
    small = base64.b64decode(values["small"])
    return Dreamt(outcome, 0, png, small, values["layer"], True, values["time"], key)
