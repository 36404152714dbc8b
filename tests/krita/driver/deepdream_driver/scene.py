"""Documents, selections and processes as the scenarios need them; the docker is never touched from here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from krita import Krita, Selection

from .hands import until
from .qt import QtCore, QtWidgets

SRGB = "sRGB-elle-V2-srgbtrc.icc"
VERTICAL = QtCore.Qt.Orientation.Vertical
QUIET = 0.4  # seconds in which Krita finishes what it does asynchronously


def show(document: Any) -> Iterator[float]:
    """Open a view on ``document`` and wait until it is the active one."""
    Krita.instance().activeWindow().addView(document)
    yield from until(lambda: Krita.instance().activeDocument() == document, 20, "the document's view")
    document.waitForDone()
    yield QUIET


def reopen(document: Any, path: str) -> Iterator[float]:
    """Close a saved document and open its file; ends with the new document as value."""
    document.waitForDone()
    yield QUIET
    document.close()
    yield from until(lambda: document not in Krita.instance().documents(), 20, "the document closed")
    yield QUIET
    opened = Krita.instance().openDocument(path)
    yield from show(opened)
    return opened


def open_photo() -> Iterator[float]:
    """Open the photo that the harness names, with a view; ends with the document as value."""
    document = Krita.instance().openDocument(os.environ["DEEPDREAM_PHOTO"])
    assert document is not None, "the photo can't be opened"
    yield from show(document)
    return document


def save_photo(stage: Any) -> Iterator[float]:
    """Open the photo and save it as ``document.kra`` in the report's folder; ends with the document as value."""
    document = yield from open_photo()
    document.setBatchmode(True)
    path = Path(stage.folder) / "document.kra"
    assert document.saveAs(str(path))
    yield from until(lambda: path.exists() and not document.modified(), 20, "the saved document")
    yield QUIET
    stage.note(before=fingerprint(document))
    assert Krita.instance().activeDocument() == document
    return document


def select(document: Any, values: bytes, x: int, y: int, width: int, height: int, feather: int = 0) -> None:
    """Select with one byte per pixel of the rectangle, then feather by that many pixels."""
    selection = Selection()
    selection.select(x, y, width, height, 255)
    selection.setPixelData(bytes_for_krita(values), x, y, width, height)
    if feather:
        selection.feather(feather)
    document.setSelection(selection)


def ellipse(width: int, height: int) -> bytes:
    """A full ellipse: 255 inside, 0 outside, one byte per pixel."""
    rows = bytearray()
    for y in range(height):
        v = (2 * y + 1 - height) / height
        rows += bytes(255 if v * v + ((2 * x + 1 - width) / width) ** 2 <= 1 else 0 for x in range(width))
    return bytes(rows)


def selected(document: Any) -> bytes:
    """The selection's values over the whole canvas, one byte per pixel."""
    return bytes(document.selection().pixelData(0, 0, document.width(), document.height()))


def canvas(document: Any) -> bytes:
    """What is visible on the whole canvas, in the document's own samples."""
    document.waitForDone()
    return bytes(document.pixelData(0, 0, document.width(), document.height()))


def bytes_for_krita(data: bytes | bytearray) -> Any:
    """The same bytes as Qt holds them."""
    return QtCore.QByteArray(bytes(data))


def looks(document: Any) -> bytes:
    """What is visible on the whole canvas as 8-bit sRGB, BGRA."""
    document.waitForDone()
    width, height = document.width(), document.height()
    picture = document.projection(0, 0, width, height)
    bits = picture.constBits()
    bits.setsize(width * height * 4)
    return bytes(bits)


def pixels(document: Any, node: Any) -> bytes:
    """A node's own samples over the whole canvas."""
    return bytes(node.pixelData(0, 0, document.width(), document.height()))


def fingerprint(document: Any) -> dict[str, Any]:
    """Everything a painter could find changed: nodes with their pixels, what is visible, selection, active node."""
    document.waitForDone()
    selection = document.selection()
    size = (document.width(), document.height())
    return {
        "size": size,
        "space": [document.colorModel(), document.colorDepth(), document.colorProfile()],
        "nodes": [_node(each) for each in document.topLevelNodes()],
        "visible": _hash(canvas(document)),
        "selection": _hash(bytes(selection.pixelData(0, 0, *size))) if selection else None,
        "active": _identity(document.activeNode()),
    }


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Where two fingerprints differ, in words; empty if nowhere."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = {**before, **after}
        return [line for name in names
                for line in differences(before.get(name), after.get(name), f"{path}/{name}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [line for index, (one, other) in enumerate(zip(before, after, strict=True))
                for line in differences(one, other, f"{path}/{index}")]
    return [] if before == after else [f"{path}: {before} became {after}"]


def all_nodes(document: Any) -> dict[str, Any]:
    """Every node but selections, parents before children, siblings from bottom to top; by id."""
    found = {}
    waiting = list(document.topLevelNodes())
    while waiting:
        node = waiting.pop(0)
        if node.type() != "selectionmask":
            found[_identity(node)] = node
            waiting += node.childNodes()
    return found


def identities(document: Any) -> set[str]:
    """The ids of all nodes but selections."""
    return set(all_nodes(document))


def steps_above(node: Any, other: Any) -> int:
    """How many places ``node`` lies above ``other`` among the layers of the same parent."""
    siblings = [each for each in other.parentNode().childNodes() if each.type() != "selectionmask"]
    return siblings.index(node) - siblings.index(other)


def undo_steps() -> list[str]:
    """The names of the active document's undo steps, as Krita's History docker lists them."""
    docker = next(each for each in Krita.instance().dockers() if each.objectName() == "History")
    model = docker.findChildren(QtWidgets.QAbstractItemView)[0].model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def undo() -> Iterator[float]:
    """Undo one step, as the menu does."""
    Krita.instance().action("edit_undo").trigger()
    yield QUIET
    Krita.instance().activeDocument().waitForDone()
    yield QUIET


def workers() -> list[int]:
    """The processes that this Krita started and that still run: the plugin's worker."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(entry)
            if fields and int(fields[1]) == os.getpid() and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def processor_seconds(process: int) -> float:
    """Processor time that a process has used so far."""
    fields = _stat(Path("/proc") / str(process))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _stat(process: Path) -> list[str]:
    """State, parent and the rest of a process's line; nothing if it has just ended."""
    try:
        return (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _node(node: Any) -> dict[str, Any]:
    bounds = node.bounds()
    place = (bounds.x(), bounds.y(), bounds.width(), bounds.height())
    return {
        "id": _identity(node), "name": node.name(), "type": node.type(), "opacity": node.opacity(),
        "blending": node.blendingMode(), "visible": node.visible(), "locked": node.locked(),
        "space": [node.colorModel(), node.colorDepth(), node.colorProfile()],
        "place": place, "pixels": _hash(bytes(node.pixelData(*place))) if place[2] > 0 else None,
        "children": [_node(each) for each in node.childNodes()],
    }


def _identity(node: Any) -> str:
    return node.uniqueId().toString() if node is not None else ""


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
