"""(pieces of files that a worker on another computer makes) → the files here, each whole or not at all."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO

from ..core import atomic, errors, wire


class Arrivals:
    """The file that is arriving; one job's files come one after the other."""

    def __init__(self) -> None:
        self._number = 0
        self._opened: tuple[ExitStack, BinaryIO] | None = None

    def take(self, piece: wire.FileBytes, path: Path) -> None:
        """Write a piece of the file ``path``, which gets its name with the last one.

        Raises ``DreamError`` (``picture.write``); what arrived of the file is deleted then.
        """
        try:
            self._take(piece, path)
        except OSError as error:
            self.drop(piece.id)
            raise _told(path, error) from error

    def drop(self, number: int | None = None) -> None:
        """Job ``number`` has ended, or whichever there is: what isn't whole is deleted."""
        if self._opened is None or number not in (None, self._number):
            return
        (stack, _stream), self._opened = self._opened, None
        with suppress(errors.Cancelled, OSError), stack:
            raise errors.Cancelled

    def _take(self, piece: wire.FileBytes, path: Path) -> None:
        if self._opened is None:
            self._number, self._opened = piece.id, _opened(path)
        stack, stream = self._opened
        stream.write(piece.data)
        if piece.is_last:
            self._opened = None
            stack.close()


def _opened(path: Path) -> tuple[ExitStack, BinaryIO]:
    """What publishes the file when it is closed, and where to write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # Krita's main thread doesn't wait for the disk.
        part = stack.enter_context(atomic.replacing(path, flushes=False))
        stream = stack.enter_context(part.open("wb"))
        return stack.pop_all(), stream


def check(target: Path, is_folder: bool) -> None:
    """Raise ``DreamError`` now if files can't be written here: a worker on another computer can't tell."""
    try:
        if is_folder:
            target.mkdir(exist_ok=True)
        probe = target / "00000.png" if is_folder else target
        with suppress(errors.Cancelled), atomic.replacing(probe, flushes=False):
            raise errors.Cancelled
    except OSError as error:
        raise _told(target, error) from error


def _told(path: Path, error: OSError) -> errors.DreamError:
    return errors.DreamError("picture.write", path=path, reason=error.strerror or error)
