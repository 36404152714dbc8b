"""(keyframes that were dreamed) → the same again, if Krita or its worker ended before they had become a layer.

They are found by what they were dreamed of, so that pressing *Dream* again goes on where it stopped, and nothing has to
be remembered but these files. There is one animation at most. No fault of the disk fails a dream.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np

from ..film.coherence import Last
from ..system import atomic
from ..system.folders import data_folder
from . import log

FOLDER = "interrupted-animation"
_LAST = "last.npz"


class Finished:
    """The frames in the data folder, each by its ``identity``: hexadecimal digits that tell what it was dreamed of."""

    def __init__(self) -> None:
        self._folder = data_folder() / FOLDER

    def frame(self, identity: str) -> bytes | None:
        """The file of a frame that is done; ``None``: it has to be dreamed."""
        try:
            return self._file(identity).read_bytes()
        except OSError:
            return None

    def last(self, identity: str) -> Last | None:
        """What the frame after that one begins with, where that one was the last."""
        try:
            with np.load(self._folder / _LAST, allow_pickle=False) as found:
                return Last(found["seen"], found["change"]) if str(found["identity"]) == identity else None
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    def add(self, identity: str, file: Path, last: Last | None) -> None:
        """Keep a frame that was written to ``file``, for its owner only."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with atomic.replacing(self._file(identity)) as part:
                shutil.copyfile(file, part)
            if last is not None:
                with atomic.replacing(self._folder / _LAST) as part, part.open("wb") as stream:
                    np.savez(stream, identity=identity, seen=last.seen, change=last.change)
        except OSError as error:
            log.fault(error)
            self.clear()

    def clear(self) -> None:
        """They have become a layer, or another animation begins."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, identity: str) -> Path:
        return self._folder / f"{identity}.frame"
