"""Progress of many pictures: on a terminal one bar for all and one for the current picture, else a line per picture."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from .progress_bar import bar, clock

if TYPE_CHECKING:
    from ..batch.tasks import Answer, Told

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

    @property
    def seconds_left(self) -> float:
        """A guess for all tasks, at the pace so far."""
        done = self._done + sum(self._shares.values())
        return (time.monotonic() - self._started) * (self._count - done) / max(done, 1e-3)

    def tell(self, told: Told) -> None:
        """A task is so far."""
        self._shares[told.task.name] = told.share
        if self._on_terminal:
            part = bar(told.share, _EACH_CHARACTERS)
            self._rewrite(f"{self._whole()}  {told.task.name} [{part}] {clock(told.seconds_left)}")

    def finished(self, answer: Answer[Any], words: str = "") -> None:
        """A task is done; ``words``: what became of it."""
        self._done += 1
        self._shares.pop(answer.task.name, None)
        if answer.worker:
            self._made[answer.worker] += 1
        if not self._on_terminal:
            self._stream.write(f"{self._done} of {self._count}: {answer.task.name}{words and f' ({words})'}\n")
        self._stream.flush()

    def _whole(self) -> str:
        all_of_them = bar(self.share, _ALL_CHARACTERS)
        return f"{self._done} of {self._count} [{all_of_them}] {clock(self.seconds_left)} left"

    def _rewrite(self, line: str) -> None:
        line = line[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)
