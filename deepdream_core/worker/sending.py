"""(files that a job writes, for a plugin on another computer) → ``FileBytes`` messages; nothing of them stays here.

Only the keyframes of an animation wait here until all are done: in a folder that outlives the worker, so that a link
that breaks costs none of them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..arrays import Rgb
from ..errors import DreamError
from ..protocol import wire
from ..system import caches
from ..system.folders import data_folder

# Sent in a tenth of a second where the link is slow: a cancel waits for no more.
AT_ONCE = 1 << 18
# After each piece: who waits for the stream's lock to cancel the job gets its turn.
_REST_SECONDS = 0.005
# The folders that this process has taken, by the data folder and their names: each stays in use while it is here.
_waiting: dict[tuple[Path, str], caches.JobFolder] = {}


class Sender:
    """Sends files of job ``number``; ``send`` raises ``Cancelled`` when they aren't wanted any more."""

    def __init__(self, number: int, send: Callable[[wire.Message], None]) -> None:
        self._number, self._send = number, send

    def file(self, path: Path, name: str = "") -> None:
        """Send a file in pieces, never holding more than two of them. Raises ``OSError``."""
        with path.open("rb") as stream:
            piece = stream.read(AT_ONCE)
            is_last = False
            while not is_last:
                following = stream.read(AT_ONCE)
                is_last = not following
                self._send(wire.FileBytes(self._number, name, piece, is_last))
                piece = following
                time.sleep(_REST_SECONDS)

    def pictures(self, frames: Iterator[Rgb], folder: Path) -> Iterator[Rgb]:
        """The ``frames``, while the picture in ``folder`` that is made of each is sent and deleted."""
        for frame in frames:
            yield frame
            for path in sorted(folder.glob("*.png")):
                self.file(path, path.name)
                path.unlink()


@contextmanager
def target_for(name: str) -> Iterator[Path]:
    """A place for a file or a folder, deleted in the end. What goes wrong there is told of the ``name``.

    Raises ``DreamError``: ``wire.header`` for what isn't a plain name; and as ``caches.job_folder``.
    """
    if name in ("", "..") or name != Path(name).name:
        raise DreamError("wire.header", reason="a file for another computer has a plain name")
    try:
        with closing(caches.job_folder("sent")) as own:
            yield own.path / name
    except DreamError as error:
        if "path" not in error.values:
            raise
        # Of frames no file could be made of there is nothing left to look at.
        code = "picture.write" if error.code == "zoom.rescued" else error.code
        raise DreamError(code, **{**error.values, "path": name}) from error


def waiting_folder(name: str) -> Path:
    """Where the keyframes of an animation wait that the plugin calls ``name``; in use from now on.

    Raises ``DreamError`` (``wire.header``) for what isn't a plain name, and as ``caches.waiting_folder``.
    """
    return _job_folder(name).path


def discard(name: str) -> None:
    """Delete the folder of an animation. Raises as ``waiting_folder``."""
    folder = _job_folder(name)
    _waiting.pop((data_folder(), name), None)
    folder.close()


def _job_folder(name: str) -> caches.JobFolder:
    if not re.fullmatch("[A-Za-z0-9_-]{1,60}", name):
        raise DreamError("wire.header", reason="a folder for another computer has a plain name")
    folder = _waiting.get((data_folder(), name))
    # Somebody may have deleted it with the rest.
    if folder is None or not folder.path.is_dir():
        folder = _waiting[data_folder(), name] = caches.waiting_folder(name)
    return folder
