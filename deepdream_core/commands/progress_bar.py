"""A progress bar on a terminal's last line; where there is no terminal, one line per octave.

By hand, though ``rich`` comes with Keras: with it this file is as long, since the lines per octave stay, every command
starts 70 ms later, and a table folds at 80 columns where its reader is another program.
"""

from __future__ import annotations

import shutil
import sys
from types import TracebackType
from typing import TextIO

_BAR_CHARACTERS = 30


class ProgressBar:
    """Shows ``label`` and how far it is on standard error; used in a ``with``, which ends the line."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self._label = label
        self._stream = stream or sys.stderr
        self._on_terminal = self._stream.isatty()
        self._last_part = ""
        self._width = 0

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_terminal and self._width:
            self._stream.write("\n")

    def show(self, share: float, part: str, seconds_left: float) -> None:
        """``share``: 0 to 1; ``part``: what is done now ("octave 2 of 4"); ``seconds_left``: of the whole."""
        if self._on_terminal:
            self._rewrite(
                f"{self._label} [{bar(share, _BAR_CHARACTERS)}] {share:4.0%}  {part}  {clock(seconds_left)} left"
            )
        elif part != self._last_part:
            self._last_part = part
            self._stream.write(f"{self._label}: {part}\n")
        self._stream.flush()

    def _rewrite(self, line: str) -> None:
        line = line[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + line.ljust(self._width))
        self._width = len(line)


def bar(share: float, characters: int) -> str:
    """A share, 0..1, as so many characters."""
    filled = round(min(share, 1.0) * characters)
    return "#" * filled + "." * (characters - filled)


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds: ``1:05``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
