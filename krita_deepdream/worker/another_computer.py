"""A worker on another computer: the command that starts it (``ssh gpu-box deepdream worker``); how fast the link is."""

from __future__ import annotations

import os
import shlex
import time

from ..core import errors, wire

# Sent without a payload and with one, which is random: compression on the way would make the link look faster.
PAYLOAD_BYTES = 1 << 20
# Below so many bytes a second, deflating saves more time than it takes.
SLOW = 25e6


def arguments(line: str) -> list[str]:
    """Program and arguments of a line. Raises ``DreamError`` if a quote isn't closed."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise errors.DreamError("worker.line", line=errors.shortened(line), reason=str(error).lower()) from error


class LinkTest:
    """Measures the link to the worker with two pings, sent one after the other."""

    def __init__(self) -> None:
        self._sent = self._first = 0.0

    def pings(self) -> list[wire.Ping]:
        """The pings to send."""
        self._sent = time.monotonic()
        return [wire.Ping(1), wire.Ping(2, os.urandom(PAYLOAD_BYTES))]

    def rate(self, pong: wire.Pong) -> float | None:
        """Bytes a second, once the second ping is answered."""
        now = time.monotonic()
        if pong.id == 1:
            self._first = now
        return PAYLOAD_BYTES / max(now - self._first, 1e-6) if pong.id == 2 else None
