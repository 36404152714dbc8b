"""Recipes of dreamed layers, as annotations that are saved with the document: kept by layer, found by looks too.

An annotation is a line of JSON, then the compressed selection. Krita gives a duplicated layer another id, so a
recipe also holds a hash of what its layer looks like. Documents and nodes are handed in. An annotation that can't be
read, a stranger's or a later version's, is left as it is.
"""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from typing import NamedTuple

from ..core import errors
from ..jobs.document_data import Outcome, Source, SourceSelection, StoredRecipe
from ..krita_api import Data, Document, Node
from ..qt import QtCore
from . import dream_records, nodes
from .lines import WRONG, Values, divided, list_in, number, values_in

# The kind of an annotation; the layer's id follows.
PREFIX = "krita_deepdream/recipe/"
# An undo may bring back the layers of this many recipes; older ones without a layer are forgotten.
MOST_ORPHANS = 10
ROWS = 64
MOST_PIXELS = 1 << 28


class _Record(NamedTuple):
    """A recipe as it was read; ``source``: the id of what was dreamed, empty where that isn't known.

    ``values`` and ``packed``: what else stands there, which may be large.
    """

    recipe: Values
    looks: str
    time: float
    source: str
    values: Values
    packed: bytes


def write(document: Document, node: Node, outcome: Outcome) -> None:
    """Keep how a layer was dreamed, and let go of what belongs to no layer any more."""
    known = {"recipe": outcome.recipe, "name": outcome.name, "looks": looks(node), "time": time.time()}
    values = {**known, **_plain(outcome.source_selection)}
    _tidy_up(document)
    packed = outcome.source_selection.packed_mask if outcome.source_selection else zlib.compress(b"")
    line = json.dumps(values).encode("ascii")
    data = QtCore.QByteArray(line + b"\n" + packed)
    document.setAnnotation(PREFIX + nodes.identity(node), "DeepDream recipe", data)


def read(document: Document, node: Node) -> StoredRecipe | None:
    """How a layer was dreamed: by its id, else by another's recipe if both look the same.

    What a replaced layer was dreamed of is gone, and after an undo it isn't dreamed any more. Raises ``DreamError``
    (``krita.recipe_broken``) when there is a recipe that can't be read.
    """
    key = nodes.identity(node)
    found = _load(document, key) if key in _ids(document) else _by_looks(document, node)
    if found is None and key in _ids(document):
        raise errors.DreamError("krita.recipe_broken", layer=node.name())
    if found is None or (found.source == key and looks(node) != found.looks):
        return None
    try:
        selection = None if found.source == key else _selection(found.values, found.packed)
    except WRONG as error:
        raise errors.DreamError("krita.recipe_broken", layer=node.name()) from error
    return StoredRecipe(str(found.values.get("name") or node.name()), found.recipe, selection)


def read_of(document: Document, node_id: str) -> StoredRecipe | None:
    """How the layer with that id was dreamed, whatever it looks like now; ``None`` where nothing of it can be read."""
    found = _load(document, node_id) if node_id in _ids(document) else None
    try:
        return (
            StoredRecipe(str(found.values["name"]), found.recipe, _selection(found.values, found.packed))
            if found
            else None
        )
    except WRONG:
        return None


def annotation(document: Document, node_id: str) -> Data:
    """A layer's recipe as the document holds it, for ``put_back``."""
    return document.annotation(PREFIX + node_id)


def put_back(document: Document, node_id: str, held: Data) -> None:
    """Let the document hold a layer's recipe again as it did before."""
    document.setAnnotation(PREFIX + node_id, "DeepDream recipe", held)


def dreams(document: Document) -> set[str]:
    """The ids of all new layers that were dreamed, whether they stand in the document now or not."""
    return {key for key, record in _all(document).items() if record.source != key}


def kin(document: Document, node_id: str) -> tuple[set[str], set[str]]:
    """Ids and looks of all that was dreamed of a node, of its dreams, or of what it was dreamed of itself."""
    records = _all(document)
    found, before = {node_id}, 0
    while len(found) > before:
        before = len(found)
        for key, record in records.items():
            if record.source and found & {key, record.source}:
                found |= {key, record.source}
    dream_ids = {key for key in found & records.keys() if records[key].source != key}
    return dream_ids, {records[key].looks for key in dream_ids} - {""}


def looks(node: Node) -> str:
    """A hash of a layer's size and of some of its rows; empty for a layer without paint."""
    bounds = node.bounds()
    left, top, width, height = bounds.getRect()
    if bounds.isEmpty():
        return ""
    digest = hashlib.blake2b(f"{width} {height} {nodes.space_of(node)}".encode(), digest_size=16)
    for row in range(0, height, max(1, height // ROWS)):
        digest.update(node.pixelData(left, top + row, width, 1).data())
    return digest.hexdigest()


def _by_looks(document: Document, node: Node) -> _Record | None:
    """A layer that was duplicated looks as its original does now, or as it did when it was dreamed."""
    own = looks(node)
    if not own:
        return None
    for key, record in _all(document).items():
        original = nodes.find(document, key)
        if own == record.looks or (original is not None and own == looks(original)):
            return record
    return None


def _tidy_up(document: Document) -> None:
    """Forget the oldest recipes whose layers are gone, unless a duplicate stands: it inherits."""
    there = {nodes.identity(node): node for node in nodes.every(document)}
    orphans = [(key, record) for key, record in _all(document).items() if key not in there]
    orphans.sort(key=lambda each: -each[1].time)
    for key, record in orphans[MOST_ORPHANS:]:
        heirs = (node for node in there.values() if node.type() == "paintlayer" and looks(node) == record.looks)
        heir = next(heirs, None)
        if heir is not None:
            data = document.annotation(PREFIX + key)
            document.setAnnotation(PREFIX + nodes.identity(heir), "DeepDream recipe", data)
        document.removeAnnotation(PREFIX + key)
        dream_records.remove(document, key)


def _ids(document: Document) -> list[str]:
    return [
        annotation.removeprefix(PREFIX) for annotation in document.annotationTypes() if annotation.startswith(PREFIX)
    ]


def _all(document: Document) -> dict[str, _Record]:
    """Every recipe of a document that can be read, by its layer's id."""
    return {key: record for key in _ids(document) if (record := _load(document, key)) is not None}


def _load(document: Document, key: str) -> _Record | None:
    return divided(document, PREFIX + key, _record)


def _record(values: Values, packed: bytes) -> _Record:
    looks = values["looks"]
    if not isinstance(looks, str):
        raise ValueError("no looks")
    when, source = number(values["time"], 0, 1e12), str(values.get("node", ""))
    return _Record(values_in(values["recipe"]), looks, when, source, values, packed)


def _plain(selection: SourceSelection | None) -> Values:
    if selection is None:
        return {}
    return {
        "source": selection.source.value,
        "labels": sorted(selection.labels),
        "node": selection.node_id,
        "box": selection.box,
        "by": selection.by,
    }


def _selection(values: Values, packed: bytes) -> SourceSelection | None:
    if "node" not in values:
        return None
    box = list_in(values["box"])
    x, y = (int(number(each, -1e6, 1e6)) for each in box[:2])
    width, height = (int(number(each, 1, 1e6)) for each in box[2:])
    labels = frozenset(int(number(each, 1, 8)) for each in list_in(values["labels"]))
    if width * height > MOST_PIXELS:
        raise ValueError(f"a selection of {width} × {height} pixels")
    # However much a stranger has packed: only what fits the box is unpacked.
    mask = zlib.decompressobj().decompress(packed, width * height + 1)
    if len(mask) not in (0, width * height):
        raise ValueError(f"{len(mask)} bytes of selection for {width} × {height} pixels")
    return SourceSelection(
        Source(values["source"]), labels, str(values["node"]), (x, y, width, height), mask, str(values.get("by", ""))
    )
