"""A worker as the real process that it is, and somebody who talks to it."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_core.protocol import wire

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, sys.argv[1]); from deepdream_core.worker.main import main; main()"
COMMAND = [sys.executable, "-I", "-c", START, str(ROOT)]


class Client:
    """A worker process with a thread that gathers its messages and when they came."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._messages: queue.Queue[tuple[float, wire.Message | None]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while (message := wire.read(self.process.stdout)) is not None:
            self._messages.put((time.monotonic(), message))
        self._messages.put((time.monotonic(), None))

    def send(self, message: wire.Message) -> float:
        wire.write(self.process.stdin, message)
        return time.monotonic()

    def next(self, kind: type, timeout: float = 60) -> tuple[float, wire.Message]:
        """The next message of ``kind`` and when it came; others before it are dropped."""
        until = time.monotonic() + timeout
        while True:
            at, message = self._messages.get(timeout=max(0.01, until - time.monotonic()))
            if message is None or isinstance(message, kind):
                return at, message

    def end(self) -> int:
        if not self.process.stdin.closed:
            self.process.stdin.close()
        return self.process.wait(10)


def answers(client: Client, last: Any) -> Iterator[wire.Message]:
    """Progress after progress and piece after piece, and then one message of a kind of ``last``."""
    while not isinstance(message := client.next((wire.Progress, wire.FileBytes, *last))[1], last):
        yield message
    yield message
