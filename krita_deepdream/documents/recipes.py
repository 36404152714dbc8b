"""Recipes of dreamed layers, as annotations that are saved with the document: kept by layer, found by looks too.

An annotation is a line of JSON, then the compressed selection. Krita gives a duplicated layer another id, so a
recipe also holds a hash of what its layer looks like. Documents and nodes are handed in.
"""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from typing import Any

from ..orders.grab import Asked, Kept, Outcome, Source
from ..qt import QtCore
from . import nodes

# The kind of an annotation; the layer's id follows.
KIND = "krita_deepdream/recipe/"
# An undo may bring back the layers of this many recipes; older ones without a layer are forgotten.
MOST_ORPHANS = 10
ROWS = 64


def write(document: Any, node: Any, outcome: Outcome) -> None:
    """Keep how a layer was dreamed, and let go of what belongs to no layer any more."""
    values = {"recipe": outcome.recipe, "looks": looks(node), "time": time.time(), **_plain(outcome.asked)}
    _tidy_up(document)
    mask = outcome.asked.mask if outcome.asked else b""
    _store(document, nodes.identity(node), json.dumps(values).encode("ascii"), zlib.compress(mask, 1))


def read(document: Any, node: Any) -> Kept | None:
    """How a layer was dreamed: by its id, else by another's recipe if both look the same."""
    key = nodes.identity(node)
    found = key if key in _ids(document) else _id_by_looks(document, node)
    if found is None:
        return None
    values, mask = _load(document, found)
    return Kept(node.name(), values["recipe"], _asked(values, mask))


def looks(node: Any) -> str:
    """A hash of a layer's size and of some of its rows; empty for a layer without paint."""
    bounds = node.bounds()
    left, top, width, height = bounds.getRect()
    if bounds.isEmpty():
        return ""
    digest = hashlib.blake2b(f"{width} {height} {nodes.space_of(node)}".encode(), digest_size=16)
    for row in range(0, height, max(1, height // ROWS)):
        digest.update(node.pixelData(left, top + row, width, 1).data())
    return digest.hexdigest()


def _id_by_looks(document: Any, node: Any) -> str | None:
    """A layer that was duplicated looks as its original does now, or as it did when it was dreamed."""
    own = looks(node)
    if not own:
        return None
    for key in _ids(document):
        original = nodes.find(document, key)
        if own == _load(document, key)[0]["looks"] or (original is not None and own == looks(original)):
            return key
    return None


def _tidy_up(document: Any) -> None:
    """Forget the oldest recipes whose layers are gone, unless a duplicate stands: it inherits."""
    there = {nodes.identity(node): node for node in nodes.every(document)}
    orphans = [key for key in _ids(document) if key not in there]
    orphans.sort(key=lambda key: -float(_load(document, key)[0]["time"]))
    for key in orphans[MOST_ORPHANS:]:
        data = document.annotation(KIND + key)
        wanted = _load(document, key)[0]["looks"]
        heirs = (node for node in there.values() if node.type() == "paintlayer" and looks(node) == wanted)
        heir = next(heirs, None)
        if heir is not None:
            document.setAnnotation(KIND + nodes.identity(heir), "DeepDream recipe", data)
        document.removeAnnotation(KIND + key)


def _ids(document: Any) -> list[str]:
    return [kind.removeprefix(KIND) for kind in document.annotationTypes() if kind.startswith(KIND)]


def _store(document: Any, key: str, line: bytes, mask: bytes) -> None:
    document.setAnnotation(KIND + key, "DeepDream recipe", QtCore.QByteArray(line + b"\n" + mask))


def _load(document: Any, key: str) -> tuple[dict[str, Any], bytes]:
    line, _, mask = document.annotation(KIND + key).data().partition(b"\n")
    return json.loads(line), mask


def _plain(asked: Asked | None) -> dict[str, Any]:
    if asked is None:
        return {}
    return {"source": asked.source.value, "labels": sorted(asked.labels), "node": asked.node_id, "box": asked.box}


def _asked(values: dict[str, Any], mask: bytes) -> Asked | None:
    if "node" not in values:
        return None
    x, y, width, height = values["box"]
    labels = frozenset(values["labels"])
    return Asked(Source(values["source"]), labels, values["node"], (x, y, width, height), zlib.decompress(mask))
