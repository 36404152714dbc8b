"""(keyframes dreamed one by one) → files in a folder of ours, until they become an animated layer.

Nothing else remembers what is done: whichever worker comes next goes on where the last one stopped.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from ..errors import DreamError
from ..files.faults import told_as
from ..files.metadata import Stored
from ..files.png import encoded, read
from ..image.pixels import interleaved
from ..protocol.messages import Picture
from ..system import atomic, owned
from ..zoom.painting import write_painting
from ..zoom.writer import Publishing
from .coherence import Last

_LAST, _IDENTITY = "last.npz", "identity.json"
_BGRA = (2, 1, 0, 3)


class Keyframes:
    """Those in ``folder``, by their times. Raises ``DreamError`` ("folder.foreign") unless ``owned`` made it."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_absolute() or not owned.is_ours(folder):
            raise DreamError("folder.foreign", folder=folder)
        self._folder = folder

    def last(self, after: int | None) -> Last | None:
        """What the next keyframe needs to know of the one at ``after``; ``None`` where that isn't known."""
        try:
            with np.load(self._folder / _LAST, allow_pickle=False) as found:
                return Last(found["seen"], found["change"]) if int(found["time"]) == after else None
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    def store(self, time: int, picture: Picture | bytes, last: Last | None, publishing: Publishing) -> Path:
        """Keep a keyframe, 8 or 16 bits deep as ``picture`` is, or its file's bytes; where it lies.

        Raises ``DreamError`` (``picture.write``).
        """
        file = self.file(time)
        with told_as("picture.write", file), ExitStack() as parts:
            content = picture if isinstance(picture, bytes) else encoded(Stored(interleaved(picture)), quickly=True)
            parts.enter_context(atomic.replacing(file)).write_bytes(content)
            if last is not None:
                with parts.enter_context(atomic.replacing(self._folder / _LAST)).open("wb") as stream:
                    np.savez(stream, time=time, seen=last.seen, change=last.change)
            with publishing():
                pass  # raises where it isn't wanted any more
        return file

    def identity(self, time: int | None) -> str:
        """What ``identify`` said of the keyframe at ``time``; empty where nothing is known."""
        try:
            known = json.loads((self._folder / _IDENTITY).read_text("ascii"))
        except (OSError, ValueError):
            return ""
        return str(known["identity"]) if isinstance(known, dict) and known.get("time") == time else ""

    def identify(self, time: int, identity: str) -> None:
        """Remember what the newest keyframe was dreamed of. Raises ``DreamError`` (``picture.write``)."""
        file = self._folder / _IDENTITY
        with told_as("picture.write", file):
            atomic.write(file, json.dumps({"time": time, "identity": identity}).encode("ascii"))

    def picture(self, time: int) -> Picture:
        """A keyframe that was stored. Raises ``DreamError`` where it can't be read."""
        samples = read(self.file(time)).samples
        depth = "U8" if samples.dtype == np.uint8 else "U16"
        return Picture(samples.shape[1], samples.shape[0], depth, samples[..., _BGRA].tobytes())

    def write(self, target: Path, times: Sequence[int], blank: Sequence[int], publishing: Publishing) -> None:
        """Write them as a Krita document, one after the other; raises as ``write_painting``.

        ``times``: which, at least one; ``blank``: further ones, on which nothing is painted.
        """
        first = self.picture(times[0])
        empty = Picture(first.width, first.height, first.depth, bytes(len(first.data)))
        all_times = sorted([*times, *blank])
        write_painting(
            target, ((time, empty if time in blank else self.picture(time)) for time in all_times), publishing
        )

    def file(self, time: int) -> Path:
        """Where the keyframe at ``time`` lies, or will lie."""
        return self._folder / f"{time:06}.png"
