"""Outgoing messages: for each job its progress and exactly one last answer.

A call into TensorFlow can't be interrupted, so the reading thread answers a cancelled job at once. The computing
thread learns of it when it next wants to send or publish something.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from ..errors import Cancelled, DreamError
from ..protocol import wire
from ..protocol.deflate import DeflatedWriter

Request = wire.Dream | wire.Renew | wire.Style | wire.Zoom | wire.Keyframe | wire.Animate | wire.Atlas


class Replies:
    """The outgoing ``stream`` and the active job, under one lock: checking and writing are atomic."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream: BinaryIO | DeflatedWriter = stream
        self._lock = threading.RLock()
        self._wanted: Request | None = None

    def send(self, message: wire.Message) -> None:
        """Write one message; ends the process if the other end is closed.

        Raises ``ValueError`` or ``TypeError`` for one that can't be framed, with nothing written.
        """
        self._write(wire.frames(message))

    def compress(self) -> None:
        """Deflate everything after this."""
        with self._lock:
            if isinstance(self._stream, DeflatedWriter):
                return
            self.send(wire.Compress())
            self._stream = DeflatedWriter(self._stream)

    def begin(self, request: Request) -> None:
        """Make ``request`` the active job. Raises ``DreamError`` (``worker.busy``) while there is another."""
        with self._lock:
            if self._wanted:
                raise DreamError("worker.busy")
            self._wanted = request

    @property
    def is_awaited(self) -> bool:
        """Whether there is a job that waits for its answer."""
        return self._wanted is not None

    @contextmanager
    def while_wanted(self, request: Request) -> Iterator[None]:
        """What is sent or published inside comes before the last answer. Raises ``Cancelled`` if that has been sent."""
        with self._lock:
            if self._wanted is not request:
                raise Cancelled
            yield

    def end(self, request: Request, answer: wire.Message) -> bool:
        """Send the last answer to ``request``; ``False`` if it has one already.

        Raises as ``send``; the request then still waits for its answer.
        """
        pieces = wire.frames(answer)
        with self._lock:
            if self._wanted is not request:
                return False
            self._wanted = None
            self._write(pieces)
            return True

    def cancel(self, number: int) -> bool:
        """Answer job ``number`` as cancelled; ``False`` if it isn't the active one, which is fine."""
        with self._lock:
            request = self._wanted
            return request is not None and request.id == number and self.end(request, wire.failure(number, Cancelled()))

    def _write(self, pieces: list[wire.Bytes]) -> None:
        try:
            with self._lock:
                for piece in pieces:
                    self._stream.write(piece)
                self._stream.flush()
        except OSError:
            os._exit(1)
