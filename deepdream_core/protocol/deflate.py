"""A stream of messages, deflated: for a slow link to another computer. Standard library only.

Each direction is one zlib stream from the message ``Compress`` on, flushed after every message, so that none waits for
the next one.
"""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from ..errors import DreamError

# Fast rather than small: pixels of a dream don't get much smaller with more effort.
LEVEL = 1
_AT_ONCE = 1 << 16


class Deflater:
    """Bytes → deflated bytes, which can be inflated as soon as they arrive."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(LEVEL)

    def deflated(self, piece: bytes | bytearray | memoryview) -> bytes:
        """A piece, flushed."""
        return self._packer.compress(piece) + self._packer.flush(zlib.Z_SYNC_FLUSH)


class Inflater:
    """Deflated bytes in pieces of any size → bytes, never more than asked for at once."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj()
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        """Take a piece when everything before it is ``inflated``."""
        self._rest = piece

    def inflated(self, most: int) -> bytes:
        """At most so many bytes of what was fed, none if there is no more. Raises ``DreamError`` (``wire.header``)."""
        try:
            plain = self._unpacker.decompress(self._rest, most)
        except zlib.error as error:
            raise DreamError("wire.header", reason=str(error)) from error
        self._rest = self._unpacker.unconsumed_tail
        return plain


class DeflatedWriter(io.RawIOBase):
    """Writes deflated to ``stream``."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._deflater = stream, Deflater()

    def write(self, piece: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Write all of a piece."""
        self._stream.write(self._deflater.deflated(piece))
        return len(memoryview(piece).cast("B"))

    def flush(self) -> None:
        """Hand on what was written."""
        self._stream.flush()


class _InflatedReader(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._inflater = stream, Inflater()

    def readable(self) -> bool:
        return True

    def readinto(self, room: memoryview) -> int:  # type: ignore[override]
        while not (plain := self._inflater.inflated(len(room))):
            piece = self._stream.read1(_AT_ONCE)  # type: ignore[attr-defined]
            if not piece:
                return 0
            self._inflater.feed(piece)
        room[: len(plain)] = plain
        return len(plain)


def inflated(stream: BinaryIO) -> BinaryIO:
    """What ``DeflatedWriter`` wrote at the other end, as it was."""
    return io.BufferedReader(_InflatedReader(stream), _AT_ONCE)
