"""A worker on another computer: the line that starts it (``ssh gpu-box deepdream worker``), and how fast the way is."""

from __future__ import annotations

import os
import shlex
import time

from ..core import errors, wire

# Sent to and fro without a payload and with one; what can be compressed would look faster than it is.
PAYLOAD_BYTES = 1 << 20
# Below so many bytes a second, deflating them takes less time than it saves.
SLOW = 25e6


def arguments(line: str) -> list[str]:
    """Program and arguments of a line. Raises ``DreamError`` where a quote isn't closed."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise errors.DreamError("worker.line", line=errors.shortened(line), reason=str(error).lower()) from error


class Trial:
    """Measures the way to the worker by two pings, sent one after the other."""

    def __init__(self) -> None:
        self._sent = self._first = 0.0

    def pings(self) -> list[wire.Ping]:
        """What to send now."""
        self._sent = time.monotonic()
        return [wire.Ping(1), wire.Ping(2, os.urandom(PAYLOAD_BYTES))]

    def rate(self, pong: wire.Pong) -> float | None:
        """Bytes a second, when the second ping is answered."""
        now = time.monotonic()
        if pong.id == 1:
            self._first = now
        return PAYLOAD_BYTES / max(now - self._first, 1e-6) if pong.id == 2 else None
