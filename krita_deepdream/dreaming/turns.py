"""Whose turn it is at the worker: one job after the other, and what is done aside when there is none."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..border import guarded
from ..core import errors, wire
from ..log import logger
from ..orders.jobs import Aside, Job
from ..qt import QtCore, Signal
from ..worker.client import Client

PATIENCE_MS = 10_000


class Turns(QtCore.QObject):
    """``answered`` carries a job and what the worker says to it; ``request`` makes the message that asks for a job.

    What is given up is over at once. The worker still owes an answer to it; until that comes nothing else is
    sent, and if it doesn't come the worker is ``replaced``. Only then is a job ``ended`` that brings no result: until
    the worker has heard of it it may still write what the job makes.
    """

    answered = Signal(object, object)
    replaced = Signal()
    ended = Signal(object)

    def __init__(
        self, client: Client, request: Callable[[Job], wire.Dream], parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._request = request
        self._waiting: deque[Job | Aside] = deque()
        self._numbers = 0
        self.current: Job | Aside | None = None
        self._given_up: Job | Aside | None = None
        self._patience = QtCore.QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._replace_worker)

    @property
    def jobs(self) -> list[Job]:
        """The present job and those that will come after it."""
        return [job for job in (self.current, *self._waiting) if isinstance(job, Job)]

    @property
    def owed(self) -> bool:
        """Whether the worker hasn't answered yet to what was given up."""
        return self._given_up is not None

    def next_number(self) -> int:
        """What tells a job from all others of this session."""
        self._numbers += 1
        return self._numbers

    def add(self, job: Job) -> None:
        """It comes after all others, and before what is done aside: that is given up, and told so."""
        for aside in [each for each in (self.current, *self._waiting) if isinstance(each, Aside)]:
            self.drop(aside.told)
            aside.told(wire.failure(aside.number, errors.Cancelled()))
        self._waiting.append(job)
        self.advance()

    def add_aside(self, request: wire.Dream | wire.Atlas, told: Callable[[Any], None]) -> None:
        """As ``Session.ask``."""
        number = self.next_number()
        self._waiting.append(Aside(number, replace(request, id=number), told))
        self.advance()

    def drop(self, told: Callable[[Any], None]) -> None:
        """Whoever asked doesn't want to hear of it any more."""
        self._drop_waiting(lambda job: isinstance(job, Aside) and job.told == told)
        if isinstance(self.current, Aside) and self.current.told == told:
            self._give_up()

    def cancel(self, number: int) -> bool:
        """Give up one job; whether it was the present one."""
        self._drop_waiting(lambda job: job.number == number)
        is_current = self.current is not None and self.current.number == number
        if is_current:
            self._give_up()
        return is_current

    def cancel_all(self) -> None:
        """Give up everything."""
        self._drop_waiting(lambda _job: True)
        self._give_up()

    def close(self) -> None:
        """Krita quits, and the worker is gone."""
        self._drop_waiting(lambda _job: True)
        self._settle()
        self.current, lost = None, self.current
        self._end(lost)

    def hear(self, message: Any) -> None:
        """What the worker says to a job, to what is done aside, or to what was given up."""
        is_last = not isinstance(message, wire.Progress)
        if is_last and self._given_up and message.id == self._given_up.number:
            self._settle()
            self.advance()
        elif self.current and message.id == self.current.number:
            job = self.current
            self.current = None if is_last else job
            try:
                self._tell(job, message)
            finally:
                self.advance()

    def worker_ended(self, error: errors.DreamError) -> None:
        """What it had is lost. Those that wait get a new worker, unless it never came to one."""
        lost, self.current = self.current, None
        self._settle()
        self._end(lost)
        if lost is None:
            self._drop_waiting(lambda _job: True)
        elif isinstance(lost, Aside):
            lost.told(wire.failure(lost.number, error))

    def go_on(self) -> None:
        """Start a worker for those that wait. Raises ``DreamError`` as ``Client.start``."""
        if self._waiting:
            self._client.start()

    def advance(self) -> None:
        """Send the next one if the worker is there and owes nothing."""
        if self.current or self._given_up or not self._waiting or not self._client.is_welcome:
            return
        self.current = job = self._waiting.popleft()
        self._client.send(job.request if isinstance(job, Aside) else self._request(job))

    def _tell(self, job: Job | Aside, message: Any) -> None:
        if isinstance(job, Aside):
            job.told(message)
        else:
            self.answered.emit(job, message)

    def _give_up(self) -> None:
        job, self.current = self.current, None
        if job:
            self._given_up = job
            self._client.send(wire.Cancel(job.number))
            self._patience.start(PATIENCE_MS)

    def _settle(self) -> None:
        self._patience.stop()
        job, self._given_up = self._given_up, None
        self._end(job)

    def _drop_waiting(self, unwanted: Callable[[Job | Aside], bool]) -> None:
        dropped = [job for job in self._waiting if unwanted(job)]
        self._waiting = deque(job for job in self._waiting if not unwanted(job))
        for job in dropped:
            self._end(job)

    def _end(self, job: Job | Aside | None) -> None:
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
