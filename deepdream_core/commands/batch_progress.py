"""Progress of many pictures: on a terminal one bar for all and one for the current picture, else a line per picture."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from .progress_bar import bar, clock

if TYPE_CHECKING:
    from ..batch.tasks import Outcome, Task

_ALL_CHARACTERS, _EACH_CHARACTERS = 20, 10


class BatchProgress:
    """How far ``count`` tasks are, on standard error; used in a ``with``, which ends the line."""

    def __init__(self, count: int, stream: TextIO | None = None) -> None:
        self._count, self._stream = count, stream or sys.stderr
        self._on_terminal = self._stream.isatty()
        self._done, self._width, self._started = 0, 0, time.monotonic()
        # How much is done of each task that is being computed, by its name.
        self._shares: dict[str, float] = {}
        # Of each worker of a cluster, how many pictures it made.
        self._made: Counter[str] = Counter()

    def __enter__(self) -> BatchProgress:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_terminal and self._width:
            self._stream.write("\n")
        minutes = (time.monotonic() - self._started) / 60
        for worker, count in sorted(self._made.items()):
            self._stream.write(f"  {worker}: {count} ({count / minutes:.1f} a minute)\n")

    @property
    def share(self) -> float:
        """How much of all tasks is finished, 0..1."""
        return self._done / self._count

    def tell(self, task: Task, share: float, seconds_left: float) -> None:
        """A task is done to that ``share``, 0..1, and takes ``seconds_left`` more."""
        self._shares[task.name] = share
        if self._on_terminal:
            done = self._done + sum(self._shares.values())
            rest = (time.monotonic() - self._started) * (self._count - done) / max(done, 1e-3)
            workers = f" on {len(self._made)} workers" if self._made else ""
            all_of_them = bar(done / self._count, _ALL_CHARACTERS)
            whole = f"{self._done} of {self._count} [{all_of_them}] {clock(rest)} left{workers}"
            self._rewrite(f"{whole}  {task.name} [{bar(share, _EACH_CHARACTERS)}] {clock(seconds_left)}")

    def finished(self, outcome: Outcome) -> None:
        """A task has this outcome."""
        self._done += 1
        self._shares.pop(Path(outcome.source).name, None)
        if outcome.worker:
            self._made[outcome.worker] += 1
        if not self._on_terminal:
            words = f"{outcome.seconds:.1f} s" if outcome.state == "done" else outcome.state
            self._stream.write(f"{self._done} of {self._count}: {outcome.source} ({words})\n")
        self._stream.flush()

    def _rewrite(self, line: str) -> None:
        line = line[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)
