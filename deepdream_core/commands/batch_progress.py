"""Progress of many tasks: on a terminal one bar for all and one for the current task, else a line per task."""

from __future__ import annotations

import sys
import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from .progress_bar import bars, clock

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..batch.tasks import Answer, Told


class BatchProgress:
    """How far ``count`` tasks are, on standard error; used in a ``with``."""

    def __init__(self, count: int, stream: TextIO | None = None) -> None:
        self._count, self._stream = count, stream or sys.stderr
        self._on_terminal = self._stream.isatty()
        self._done, self._started = 0, time.monotonic()
        self._bars: Progress | None = None
        # How much is done of each task that is being computed, by its name.
        self._shares: dict[str, float] = {}
        # Of each worker of a cluster, how many tasks it did.
        self._made: Counter[str] = Counter()

    def __enter__(self) -> BatchProgress:
        if self._on_terminal:
            self._show()
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()
        for worker, count in sorted(self._made.items()):
            self._stream.write(f"  {worker}: {count} ({count / self._minutes:.1f} a minute)\n")

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
        if self._bars is not None:
            each, left = self._bars.task_ids[1], f"{clock(told.seconds_left)} left"
            self._bars.update(each, description=told.task.name, completed=told.share, more=left)
            self._bars.update(self._bars.task_ids[0], more=f"{clock(self.seconds_left)} left")

    def finished(self, answer: Answer[Any], words: str = "") -> None:
        """A task is done; ``words``: what became of it."""
        self._count_in(answer)
        if self._bars is not None:
            self._bars.update(self._bars.task_ids[0], description=self._whole(), completed=self.share)
        elif not self._on_terminal:
            self._stream.write(f"{self._whole()}: {answer.task.name}{words and f' ({words})'}\n")
        self._stream.flush()

    def _count_in(self, answer: Answer[Any]) -> None:
        self._done += 1
        self._shares.pop(answer.task.name, None)
        if answer.worker:
            self._made[answer.worker] += 1

    def _show(self) -> None:
        self._bars = bars(self._stream)
        self._bars.add_task(self._whole(), total=1.0, more="")
        self._bars.add_task("", total=1.0, more="")
        self._bars.start()

    @property
    def _minutes(self) -> float:
        """How long it has taken so far; on a coarse clock that may be nothing yet."""
        return max(time.monotonic() - self._started, 1e-3) / 60

    def _whole(self) -> str:
        return f"{self._done} of {self._count}"
