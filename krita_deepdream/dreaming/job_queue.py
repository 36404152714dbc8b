"""Sends one job after another to the worker, and side tasks when there are no jobs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..border import guarded
from ..core import errors, wire
from ..jobs.job import Job, SideTask
from ..log import logger
from ..qt import QtCore, Signal
from ..worker.client import Client

PATIENCE_MS = 10_000


class JobQueue(QtCore.QObject):
    """``answered`` carries a job and the worker's answer; ``message`` makes the message that requests a job.

    A cancelled job is over at once, but the worker still owes an answer to it. Until that arrives nothing else is
    sent, and if it doesn't arrive the worker is ``replaced``. Only then is the job ``ended``: until the worker has
    heard of it, it may still write files.
    """

    answered = Signal(object, object)
    replaced = Signal()
    ended = Signal(object)

    def __init__(
        self,
        client: Client,
        message: Callable[[Job], wire.ImageJob | wire.Animate],
        parent: QtCore.QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._message = message
        self._waiting: deque[Job | SideTask] = deque()
        self._numbers = 0
        self.current: Job | SideTask | None = None
        self._cancelled: Job | SideTask | None = None
        self._patience = QtCore.QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._replace_worker)

    @property
    def jobs(self) -> list[Job]:
        """The present job and those that will come after it."""
        return [job for job in (self.current, *self._waiting) if isinstance(job, Job)]

    @property
    def awaits_cancel(self) -> bool:
        """Whether the worker still owes an answer to a cancelled job."""
        return self._cancelled is not None

    def awaits(self, number: int) -> bool:
        """Whether the worker still owes an answer to that job."""
        return number in [each.number for each in (self.current, self._cancelled) if each]

    def next_number(self) -> int:
        """A job's number, unique in this session."""
        self._numbers += 1
        return self._numbers

    def add(self, job: Job) -> None:
        """Append a job; it goes before all side tasks, which are cancelled and told so."""
        self._waiting.append(job)
        self._end_side_tasks(errors.Cancelled())
        self.advance()

    def go_on_with(self, job: Job) -> None:
        """Called while an answer is handled: put the next part of the same job before all others."""
        self._waiting.appendleft(job)

    def add_side_task(self, message: wire.ImageJob | wire.Atlas, on_message: Callable[[Any], None]) -> None:
        """Have the worker do something when there is no dream to do; ``on_message`` hears every answer.

        The request's id is filled in here. The last answer is ``wire.Failed`` when a dream came between. Raises
        ``DreamError`` where no worker can be started.
        """
        self._client.start()
        number = self.next_number()
        self._waiting.append(SideTask(number, replace(message, id=number), on_message))
        self.advance()

    def drop(self, on_message: Callable[[Any], None]) -> None:
        """Drop a side task: whoever asked isn't interested any more."""
        self._drop_waiting(lambda job: isinstance(job, SideTask) and job.on_message == on_message)
        if isinstance(self.current, SideTask) and self.current.on_message == on_message:
            self._give_up()

    def cancel(self, number: int) -> bool:
        """Cancel one job; whether it was the present one."""
        self._drop_waiting(lambda job: job.number == number)
        is_current = self.current is not None and self.current.number == number
        if is_current:
            self._give_up()
        return is_current

    def cancel_all(self) -> None:
        """Cancel everything; side tasks are told so."""
        self._drop_waiting(lambda job: isinstance(job, Job))
        if isinstance(self.current, Job):
            self._give_up()
        self._end_side_tasks(errors.Cancelled())

    def close(self) -> None:
        """Krita quits, and the worker is gone."""
        self._drop_waiting(lambda _job: True)
        self._settle()
        self.current, lost = None, self.current
        self._end(lost)

    def receive(self, message: Any) -> None:
        """Handle the worker's answer to a job, a side task or a cancellation."""
        is_last = not isinstance(message, (wire.Progress, wire.FileBytes))
        if is_last and self.awaits(message.id):
            self._log(message.id, getattr(message, "code", message.type))
        if is_last and self._cancelled and message.id == self._cancelled.number:
            self._settle()
            self.advance()
        elif self.current and message.id == self.current.number:
            job = self.current
            self.current = None if is_last else job
            try:
                self._tell(job, message)
            finally:
                self.advance()

    def worker_ended(self, error: errors.DreamError, on_purpose: bool = False) -> None:
        """The present job is lost. Waiting jobs get a new worker, unless this one never started a job by itself."""
        lost, self.current = self.current, None
        could_start = on_purpose or lost is not None or self._cancelled is not None
        if lost:
            self._log(lost.number, f"lost, {error.code}")
        self._settle()
        self._end(lost)
        if not could_start:
            self._drop_waiting(lambda job: isinstance(job, Job))
            self._end_side_tasks(error)
        elif isinstance(lost, SideTask):
            lost.on_message(wire.failure(lost.number, error))

    def go_on(self) -> None:
        """Start a worker for the waiting jobs. Raises ``DreamError`` as ``Client.start``."""
        if self._waiting:
            self._client.start()

    def advance(self) -> None:
        """Send the next one if the worker is ready for it."""
        if self.current or self._cancelled or not self._waiting or not self._client.is_welcome:
            return
        self.current = job = self._waiting.popleft()
        message = job.message if isinstance(job, SideTask) else self._message(job)
        if isinstance(message, wire.Atlas):
            message = replace(message, elsewhere=self._client.is_elsewhere)
        self._log(job.number, f"{message.type}, for the painter" if isinstance(job, Job) else message.type)
        self._client.send(message)

    def _log(self, number: int, what: str) -> None:
        logger().info("job %d: %s", number, what)

    def _tell(self, job: Job | SideTask, message: Any) -> None:
        if isinstance(job, SideTask):
            job.on_message(message)
        else:
            self.answered.emit(job, message)

    def _give_up(self) -> None:
        job, self.current = self.current, None
        if job:
            self._cancelled = job
            self._log(job.number, "cancel")
            self._client.send(wire.Cancel(job.number))
            self._patience.start(PATIENCE_MS)

    def _settle(self) -> None:
        self._patience.stop()
        job, self._cancelled = self._cancelled, None
        self._end(job)

    def _end_side_tasks(self, error: errors.DreamError) -> None:
        """Whoever asked waits for a last answer, and asks for nothing else before."""
        for task in [each for each in (self.current, *self._waiting) if isinstance(each, SideTask)]:
            self.drop(task.on_message)
            task.on_message(wire.failure(task.number, error))

    def _drop_waiting(self, unwanted: Callable[[Job | SideTask], bool]) -> None:
        dropped = [job for job in self._waiting if unwanted(job)]
        self._waiting = deque(job for job in self._waiting if not unwanted(job))
        for job in dropped:
            self._end(job)

    def _end(self, job: Job | SideTask | None) -> None:
        if isinstance(job, Job):
            self.ended.emit(job)

    @guarded
    def _replace_worker(self) -> None:
        """The worker didn't give up in time."""
        logger().warning("the worker doesn't answer a cancel; it is replaced")
        self._client.stop()
        self._settle()
        self.go_on()
        self.replaced.emit()
