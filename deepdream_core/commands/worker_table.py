"""Progress of many tasks on a cluster: on a terminal a live table of its workers, else a line per task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from .batch_progress import BatchProgress
from .progress_bar import clock

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

    from ..batch.tasks import Answer, Told

_BAR_CHARACTERS = 16
# Drawn so many times a second.
_RATE = 2


class WorkerTable(BatchProgress):
    """As ``BatchProgress``, with what each worker is doing; ``workers``: gives their addresses at any time."""

    def __init__(self, count: int, workers: Callable[[], Sequence[str]], stream: TextIO | None = None) -> None:
        super().__init__(count, stream)
        self._workers = workers
        # What each worker said last.
        self._said: dict[str, Told] = {}
        self._live: Live | None = None

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()
        super().__exit__(error_type, error, trace)

    def tell(self, told: Told) -> None:
        """A task is so far."""
        if told.worker:
            self._said[told.worker] = told
            self._shares[told.task.name] = told.share

    def finished(self, answer: Answer[Any], words: str = "") -> None:
        """A task is done."""
        self._said.pop(answer.worker, None)
        super().finished(answer, words)

    def table(self) -> Table:
        """What is known of each worker now."""
        from rich.markup import escape
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        table = Table(title=escape(self._heading()), title_justify="left", box=None, padding=(0, 2, 0, 0))
        for heading in ("Worker", "Now", "", "Left", "Done", "Per minute"):
            table.add_column(heading, justify="right" if heading in ("Left", "Done", "Per minute") else "left")
        there = self._workers()
        for worker in sorted({*there, *self._made}):
            said, made = self._said.get(worker), self._made[worker]
            name, drawn, left = "" if worker in there else "gone", ProgressBar(1, 0, _BAR_CHARACTERS), ""
            if said is not None and worker in there:
                name, left = escape(said.task.name), clock(said.seconds_left)
                drawn = ProgressBar(1, said.share, _BAR_CHARACTERS)
            table.add_row(escape(worker), name, drawn, left, str(made), f"{made / self._minutes:.1f}")
        return table

    def _show(self) -> None:
        from rich.console import Console
        from rich.live import Live

        console = Console(file=self._stream)
        self._live = Live(
            console=console,
            get_renderable=self.table,
            refresh_per_second=_RATE,
            transient=True,
            redirect_stdout=False,
        )
        self._live.start()

    def _heading(self) -> str:
        return f"{self._whole()}  {clock(self.seconds_left)} left"
