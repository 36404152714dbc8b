"""Runs a child process and hands its output on line by line, without ever waiting long for a line."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping
from typing import IO

from .pythons import NO_WINDOW

WAIT_SECONDS = 0.5


def lines_of(command: list[str], variables: Mapping[str, str]) -> Iterator[str]:
    """Yield what ``command`` prints (stdout and stderr), and ``""`` whenever it is silent for half a second.

    Raises ``CalledProcessError`` at the end if it failed. Closing the generator kills the child.
    """
    process = subprocess.Popen(
        command,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        creationflags=NO_WINDOW,
    )
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True).start()
    try:
        yield from _until_none(lines)
    finally:
        if process.poll() is None:
            process.kill()
        code = process.wait()
    if code:
        raise subprocess.CalledProcessError(code, command)


def _pump(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    with stream:
        for line in stream:
            lines.put(line.rstrip("\n"))
    lines.put(None)


def _until_none(lines: queue.Queue[str | None]) -> Iterator[str]:
    while True:
        try:
            line = lines.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            return
        yield line
