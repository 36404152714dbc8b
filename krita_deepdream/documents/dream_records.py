"""What dream layers need to be renewed, as annotations beside their recipes, by the layer's id.

An annotation is a line of JSON. One that can't be read, a stranger's or a later version's, is left as it is: its layer
can't be renewed in parts, that is all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from ..jobs.dream_layer import Box, DreamRecord, tiles
from ..krita_api import Document
from ..qt import QtCore
from .lines import Values, divided, list_in, number, values_in

PREFIX = "krita_deepdream/dream/"
VERSION = 1
MOST_TILES = 1 << 16


def write(document: Document, node_id: str, record: DreamRecord) -> None:
    """Remember how a layer was dreamed."""
    line = json.dumps({"version": VERSION, **asdict(record)}).encode("ascii")
    document.setAnnotation(PREFIX + node_id, "DeepDream layer", QtCore.QByteArray(line))


def read(document: Document, node_id: str) -> DreamRecord | None:
    """What is known of a layer; ``None`` where that is nothing that could be understood."""
    if PREFIX + node_id not in document.annotationTypes():
        return None
    return divided(document, PREFIX + node_id, lambda values, _rest: _record(values))


def remove(document: Document, node_id: str) -> None:
    """Forget a layer, if it is known."""
    if PREFIX + node_id in document.annotationTypes():
        document.removeAnnotation(PREFIX + node_id)


def every(document: Document) -> Iterator[str]:
    """The ids of all layers of which something is known, whether they stand in the document or not."""
    for annotation in document.annotationTypes():
        if annotation.startswith(PREFIX):
            yield annotation.removeprefix(PREFIX)


def _record(values: Values) -> DreamRecord:
    if values["version"] != VERSION:
        raise ValueError(f"version {values['version']}")
    x, y = (_whole(each) for each in list_in(values["corner"]))
    box = _box(values["box"])
    source, own = _sums(values["source"]), _sums(values["own"])
    if len(source) != len(tiles(box)) or len(own) not in (0, len(source)):
        raise ValueError(f"{len(source)} and {len(own)} check sums for {box}")
    return DreamRecord((x, y), box, values_in(values["record"]), source, own, values["keeps_up"] is True)


def _box(value: object) -> Box:
    x, y, width, height = (_whole(each) for each in list_in(value))
    if not (width > 0 and height > 0 and width * height <= MOST_TILES << 16):
        raise ValueError(f"a box of {width} × {height}")
    return x, y, width, height


def _sums(value: object) -> tuple[int, ...]:
    found = list_in(value)
    if len(found) > MOST_TILES:
        raise ValueError(f"{len(found)} check sums")
    return tuple(int(number(each, 0, 0xFFFFFFFF)) for each in found)


def _whole(value: object) -> int:
    return int(number(value, -1_000_000, 1_000_000))
