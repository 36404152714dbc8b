"""Documents, selections and processes as the scenarios need them; the docker is never touched from here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from krita import Krita, Selection

from .handle import Handle
from .hands import until
from .qt import QtCore, QtWidgets

SRGB, LINEAR = "sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc"
VERTICAL = QtCore.Qt.Orientation.Vertical
QUIET = 0.4  # seconds in which Krita finishes what it does asynchronously


def document(opened: Any) -> Handle:
    """A handle on a document of Krita's that stays open; flattened it has another root, and needs another handle."""
    root = identity_of(opened.rootNode())
    return Handle(lambda: _with_root(root))


def _with_root(root: str) -> Any:
    found = [each for each in Krita.instance().documents() if identity_of(each.rootNode()) == root]
    assert len(found) == 1, "the document isn't open any more"
    return found[0]


def node(home: Handle, identity: str) -> Handle:
    """A handle on a node of a document."""
    return Handle(lambda: _with_id(home, identity))


def _with_id(home: Handle, identity: str) -> Any:
    found = all_nodes(home, selections=True)
    assert identity in found, "the node isn't in its document any more"
    return found[identity]


def named(home: Handle, name: str) -> Handle:
    """A handle on the one node of a document that is called so now."""
    found = [identity for identity, each in all_nodes(home).items() if each.name() == name]
    assert len(found) == 1, f"{len(found)} nodes are called {name}"
    return node(home, found[0])


def active(home: Handle) -> Handle:
    """A handle on the node that is the active one now."""
    return node(home, identity_of(home.activeNode()))


def add(home: Handle, made: Any, above: Handle | None = None, parent: Handle | None = None) -> Handle:
    """Put a node that was just made into a document, on top by default; gives a handle on it."""
    into = parent.now if parent else above.parentNode() if above else home.rootNode()
    assert into.addChildNode(made, above.now if above else None)
    return node(home, identity_of(made))


def bottom(home: Handle) -> Handle:
    """A handle on the lowest layer of a document."""
    return node(home, identity_of(home.topLevelNodes()[0]))


def paint(
    home: Handle,
    name: str,
    data: bytes = b"",
    place: tuple[int, int, int, int] = (0, 0, 0, 0),
    *,
    above: Handle | None = None,
    parent: Handle | None = None,
    visible: bool = True,
) -> Handle:
    """A new paint layer with the samples of a rectangle (left, top, width, height), on top by default."""
    made = home.createNode(name, "paintlayer")
    if data:
        made.setPixelData(bytes_for_krita(data), *place)
    made.setVisible(visible)
    return add(home, made, above, parent)


def create(
    width: int,
    height: int,
    name: str,
    data: bytes = b"",
    depth: str = "U8",
    resolution: float = 72.0,
    profile: str = SRGB,
) -> Iterator[float]:
    """A new RGB image, its background's samples in ``data``; ends with the document when it is in front."""
    shown = _created(width, height, name, data, depth, resolution, profile)
    yield from in_front(shown)
    return shown


def _created(width: int, height: int, name: str, data: bytes, depth: str, resolution: float, profile: str) -> Handle:
    made = Krita.instance().createDocument(width, height, name, "RGBA", depth, profile, resolution)
    if data:
        made.topLevelNodes()[0].setPixelData(bytes_for_krita(data), 0, 0, width, height)
    return show(made)


def show(opened: Any) -> Handle:
    """Open a view on a document; gives a handle on it. Without a view it ends with the last who holds it."""
    Krita.instance().activeWindow().addView(opened)
    return document(opened)


def in_front(shown: Handle) -> Iterator[float]:
    """Wait until a document is the active one."""
    yield from until(lambda: shown == Krita.instance().activeDocument(), 20, "the document's view")
    shown.waitForDone()
    yield QUIET


def fit() -> Iterator[float]:
    """Show all of the active image in the middle of the canvas: Krita sometimes scrolls a new view away."""
    for name in ("zoom_to_100pct", "toggle_zoom_to_fit"):
        Krita.instance().action(name).trigger()
        yield QUIET


def is_open(shown: Handle) -> bool:
    """Whether Krita still has that document."""
    try:
        return shown.now is not None
    except AssertionError:
        return False


def open_file(path: str) -> Iterator[float]:
    """Open a picture, with a view; ends with the document."""
    shown = show(Krita.instance().openDocument(path))
    yield from in_front(shown)
    return shown


def reopen(saved: Handle, path: str) -> Iterator[float]:
    """Close a saved document and open its file; ends with the new document."""
    saved.waitForDone()
    yield QUIET
    saved.close()
    yield from until(lambda: not is_open(saved), 20, "the document closed")
    yield QUIET
    opened = yield from open_file(path)
    return opened


def open_photo() -> Iterator[float]:
    """Open the photo that the harness names, with a view; ends with the document."""
    opened = yield from open_file(os.environ["DEEPDREAM_PHOTO"])
    return opened


def save_photo(stage: Any) -> Iterator[float]:
    """Open the photo and save it as ``document.kra`` in the report's folder; ends with the document."""
    photo = yield from open_photo()
    photo.setBatchmode(True)
    path = Path(stage.folder) / "document.kra"
    assert photo.saveAs(str(path))
    yield from until(lambda: path.exists() and not photo.modified(), 20, "the saved document")
    yield QUIET
    stage.note(before=fingerprint(photo))
    assert photo == Krita.instance().activeDocument()
    return photo


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
        "active": identity_of(document.activeNode()),
    }


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Where two fingerprints differ, in words; empty if nowhere."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = {**before, **after}
        return [line for name in names for line in differences(before.get(name), after.get(name), f"{path}/{name}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            line
            for index, (one, other) in enumerate(zip(before, after, strict=True))
            for line in differences(one, other, f"{path}/{index}")
        ]
    return [] if before == after else [f"{path}: {before} became {after}"]


def all_nodes(document: Any, *, selections: bool = False) -> dict[str, Any]:
    """Every node but selections (or these too), parents before children, siblings from bottom to top; by id."""
    found = {}
    waiting = list(document.topLevelNodes())
    while waiting:
        node = waiting.pop(0)
        if selections or node.type() != "selectionmask":
            found[identity_of(node)] = node
            waiting += node.childNodes()
    return found


def identities(document: Any) -> set[str]:
    """The ids of all nodes but selections."""
    return set(all_nodes(document))


def identity_of(node: Any) -> str:
    """A node's own id; empty for none."""
    return node.uniqueId().toString() if node is not None else ""


def steps_above(node: Any, other: Any) -> int:
    """How many places ``node`` lies above ``other`` among the layers of the same parent."""
    siblings = [identity_of(each) for each in other.parentNode().childNodes() if each.type() != "selectionmask"]
    return siblings.index(identity_of(node)) - siblings.index(identity_of(other))


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
        "id": identity_of(node),
        "name": node.name(),
        "type": node.type(),
        "opacity": node.opacity(),
        "blending": node.blendingMode(),
        "visible": node.visible(),
        "locked": node.locked(),
        "space": [node.colorModel(), node.colorDepth(), node.colorProfile()],
        "place": place,
        "pixels": _hash(bytes(node.pixelData(*place))) if place[2] > 0 else None,
        "children": [_node(each) for each in node.childNodes()],
    }


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
