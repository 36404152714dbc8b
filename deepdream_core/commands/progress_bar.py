"""A progress bar on a terminal; where there is no terminal, one line per octave."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

_NAME_CHARACTERS = 30


class ProgressBar:
    """Shows ``label`` and how far it is on standard error; used in a ``with``."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self._label = label
        self._stream = stream or sys.stderr
        self._bars: Progress | None = None
        self._last_part = ""

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()

    def show(self, share: float, part: str, seconds_left: float) -> None:
        """``share``: 0 to 1; ``part``: what is done now ("octave 2 of 4"); ``seconds_left``: of the whole."""
        if self._stream.isatty():
            if self._bars is None:
                self._bars = bars(self._stream)
                self._bars.add_task(self._label, total=1.0, more="")
                self._bars.start()
            self._bars.update(self._bars.task_ids[0], completed=share, more=f"{part}  {clock(seconds_left)} left")
        elif part != self._last_part:
            self._last_part = part
            self._stream.write(f"{self._label}: {part}\n")
            self._stream.flush()


def bars(terminal: TextIO) -> Progress:
    """One bar for each of its tasks: what it is, how much of 1.0 is done, and the field ``more``."""
    # A tenth of a second that only a terminal has to wait for.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.table import Column

    name = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, max_width=_NAME_CHARACTERS))
    more = TextColumn("{task.fields[more]}", markup=False)
    # What is printed meanwhile goes where it always goes: standard output may be another program's.
    console = Console(file=terminal)
    return Progress(name, BarColumn(), TaskProgressColumn(), more, console=console, redirect_stdout=False)


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds: ``1:05``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
