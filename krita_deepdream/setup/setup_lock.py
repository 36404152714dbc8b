"""One set-up, update or uninstalling at a time, whichever program does it; the next one knows for whom it waits.

A lock of the operating system's on a file in the data folder: it goes with its process, however that ends.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import IO

from ..core import locks
from . import install_folder, runtime

NAME = "set-up.lock"
LOOK_SECONDS = 0.5


class SetupLock:
    """Held until ``release``, which may be called twice. ``stream`` is ``None`` where nothing had to be locked."""

    def __init__(self, path: Path, stream: IO[str] | None) -> None:
        self._path, self._stream = path, stream

    def release(self) -> None:
        """Let the next one begin."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        still_there = _is_named(self._path, stream)
        if sys.platform == "win32":
            stream.close()
        if still_there:
            self._path.unlink(missing_ok=True)
        stream.close()


def take() -> Generator[str, None, SetupLock]:
    """Wait for one's turn in the data folder, which is made; while somebody else has it, yield who, twice a second.

    Whoever has it already, in this thread, gets it again for nothing. Raises ``DreamError`` and ``OSError``.
    """
    while True:
        install_folder.claim()
        path = Path(os.path.realpath(runtime.data_folder())) / NAME
        if (stream := _locked(path)) is not None:
            try:
                stream.truncate(0)
                stream.write(f"{_program()} (process {os.getpid()})\n{_self()}\n")
                stream.flush()
            except OSError:
                # The error may be kept for long, and the lock would be with it.
                with suppress(OSError):
                    stream.close()
                raise
            return SetupLock(path, stream)
        who, me = _holder(path)
        if me == _self():
            return SetupLock(path, None)
        if who:
            yield who
            time.sleep(LOOK_SECONDS)


def take_if_there() -> Generator[str, None, SetupLock]:
    """The same, but where there is no data folder none is made: then there is nothing to take turns about."""
    if not runtime.data_folder().is_dir():
        return SetupLock(runtime.data_folder(), None)
    return (yield from take())


def _locked(path: Path) -> IO[str] | None:
    """The file at ``path``, locked; ``None`` if another one has it, or took it away at this moment."""
    stream = path.open("a+", encoding="utf-8")
    if _lock(stream) and _is_named(path, stream):
        return stream
    stream.close()
    return None


def _lock(stream: IO[str]) -> bool:
    # On a disk that knows no locks one must do without.
    return locks.lock(stream) is not False


def _is_named(path: Path, stream: IO[str]) -> bool:
    """Whether the open file is still the one at ``path``: its last holder may have deleted it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except OSError:
        return False


def _holder(path: Path) -> tuple[str, str]:
    try:
        who, me = (path.read_text(encoding="utf-8").splitlines() + ["", ""])[:2]
    except FileNotFoundError:
        return "", ""
    return who or "another program", me


def _program() -> str:
    return "Krita" if "krita" in sys.modules else Path(sys.argv[0] or "python").name


def _self() -> str:
    return f"{os.getpid()} {threading.get_ident()}"
