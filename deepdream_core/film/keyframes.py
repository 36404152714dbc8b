"""(keyframes dreamed one by one) → files in a folder of ours, until they become an animated layer.

Nothing else remembers what is done: whichever worker comes next goes on where the last one stopped.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DreamError
from ..files.faults import told_as
from ..files.metadata import Stored
from ..files.png import decoded, encoded
from ..image.pixels import from_wire, interleaved, to_wire
from ..protocol.messages import Picture
from ..system import atomic, owned
from ..system.atomic import Publishing
from .coherence import Last
from .painting import write_painting

# Of the keyframe stored last: its origin, and what the next one begins with. One file, so that no kill parts the two.
_LAST = "last.npz"
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile)
_BGRA = (2, 1, 0, 3)
# PNG has no floats: begins such a file, with width and height; the samples follow, deflated.
_FLOATS, _HEAD = b"F32 ", struct.Struct("<4sII")


@dataclass(frozen=True)
class Origin:
    """What the keyframe at ``time`` is dreamed of, as ``identity``; and that of the one at ``after``, before it."""

    time: int
    identity: str
    after: int | None
    before: str


class Keyframes:
    """Those in ``folder``, by their times. Raises ``DreamError`` ("folder.foreign") unless ``owned`` made it."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_absolute() or not owned.is_ours(folder):
            raise DreamError("folder.foreign", folder=folder)
        self._folder = folder

    def last(self, after: int | None) -> Last | None:
        """What the next keyframe needs to know of the one at ``after``; ``None`` where that isn't known."""
        newest = self.newest()
        if newest is None or newest.time != after:
            return None
        try:
            with np.load(self._folder / _LAST, allow_pickle=False) as found:
                return Last(found["seen"], found["change"])
        except _UNREADABLE:
            return None

    def store(self, origin: Origin, picture: Picture | bytes, last: Last | None, publishing: Publishing) -> Path:
        """Keep a keyframe, as deep as ``picture`` is, or its file's bytes; where it lies.

        Raises ``DreamError`` (``picture.write``).
        """
        file = self.file(origin.time)
        flow: dict[str, Any] = {} if last is None else {"seen": last.seen, "change": last.change}
        with told_as("picture.write", file), ExitStack() as parts:
            # What is entered last gets its name first: a keyframe counts as stored once its file is there.
            with parts.enter_context(atomic.replacing(self._folder / _LAST)).open("wb") as stream:
                np.savez(stream, origin=np.array(json.dumps(asdict(origin))), **flow)
            frame = parts.enter_context(atomic.replacing(file))
            frame.write_bytes(picture if isinstance(picture, bytes) else _packed(picture))
            with publishing():
                pass  # raises where it isn't wanted any more
        return file

    def newest(self) -> Origin | None:
        """Of the keyframe that was stored last."""
        try:
            with np.load(self._folder / _LAST, allow_pickle=False) as found:
                return Origin(**json.loads(str(found["origin"])))
        except (*_UNREADABLE, TypeError):
            return None

    def has(self, origin: Origin) -> bool:
        """Whether this keyframe was stored last, and its file is still there."""
        return origin == self.newest() and self.file(origin.time).exists()

    def before(self, time: int, after: int | None) -> str:
        """The identity of the keyframe at ``after``, which the one at ``time`` follows; empty where it isn't known.

        It still is where the one at ``time`` has been stored, but nobody has heard of that.
        """
        newest = self.newest()
        if newest is not None and newest.time == after:
            return newest.identity
        return newest.before if newest is not None and (newest.time, newest.after) == (time, after) else ""

    def picture(self, time: int) -> Picture:
        """A keyframe that was stored. Raises ``DreamError`` where it can't be read."""
        file = self.file(time)
        with told_as("picture.corrupt", file):
            return _unpacked(file.read_bytes())

    def write(self, target: Path, times: Sequence[int], blank: Sequence[int], publishing: Publishing) -> None:
        """Write them as a Krita document, one after the other.

        ``times``: which, at least one; ``blank``: further ones, on which nothing is painted. Raises ``DreamError``:
        ``animation.lost`` where one of them is no longer there, otherwise as ``picture`` and ``write_painting``.
        """
        if not all(self.file(time).exists() for time in times):
            raise DreamError("animation.lost")
        first = self.picture(times[0])
        empty = Picture(first.width, first.height, first.depth, bytes(len(first.data)))

        def alike(time: int) -> Picture:
            found = empty if time in blank else self.picture(time)
            # The document may have changed its depth meanwhile.
            return found if found.depth == first.depth else to_wire(from_wire(found), first.depth)

        write_painting(target, ((time, alike(time)) for time in sorted([*times, *blank])), publishing)

    def file(self, time: int) -> Path:
        """Where the keyframe at ``time`` lies, or will lie."""
        return self._folder / f"{time:06}.frame"


def _packed(picture: Picture) -> bytes:
    if picture.depth != "F32":
        return encoded(Stored(interleaved(picture)), quickly=True)
    return _HEAD.pack(_FLOATS, picture.width, picture.height) + zlib.compress(picture.data, 1)


def _unpacked(content: bytes) -> Picture:
    if content.startswith(_FLOATS):
        _floats, width, height = _HEAD.unpack_from(content)
        return Picture(width, height, "F32", zlib.decompress(content[_HEAD.size :]))
    samples = decoded(content).samples
    depth = "U8" if samples.dtype == np.uint8 else "U16"
    return Picture(samples.shape[1], samples.shape[0], depth, samples[..., _BGRA].tobytes())
