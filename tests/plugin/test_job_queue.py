"""Whose turn it is: one job at a time, and none while the worker still owes an answer to one that was given up."""

from __future__ import annotations

from typing import Any

import pytest

from krita_deepdream.core import errors, wire
from krita_deepdream.dreaming.job_queue import JobQueue
from krita_deepdream.jobs.job import Job


class Wire:
    """A client that is connected and keeps what it is to send."""

    is_welcome = True

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.starts = self.stops = 0

    def send(self, message: Any) -> None:
        self.sent.append(message.id if isinstance(message, wire.Ping) else message)

    def start(self) -> None:
        self.starts += 1

    def stop(self) -> None:
        self.stops += 1

    is_elsewhere = False


def job(number: int) -> Job:
    return Job(number, None, None)  # type: ignore[arg-type]  # nobody looks into them here


def cancelled(number: int) -> wire.Failed:
    return wire.failure(number, errors.Cancelled())


@pytest.fixture
def wired() -> Wire:
    return Wire()


@pytest.fixture
def turns(application: Any, wired: Wire) -> JobQueue:
    # A ping stands for the job's message.
    return JobQueue(wired, lambda job: wire.Ping(job.number))  # type: ignore[arg-type,return-value]


def test_one_after_the_other(turns: JobQueue, wired: Wire) -> None:
    for number in (1, 2, 3):
        turns.add(job(number))
    assert wired.sent == [1] and [each.number for each in turns.jobs] == [1, 2, 3]
    turns.receive(wire.Progress(id=1, done=1, total=2, octave=1, octaves=1, step=1, steps=1, seconds_left=0.0))
    assert wired.sent == [1]
    turns.receive(cancelled(1))
    assert wired.sent == [1, 2]


def test_nothing_is_sent_while_an_answer_is_owed(turns: JobQueue, wired: Wire) -> None:
    ended: list[int] = []
    turns.ended.connect(lambda job: ended.append(job.number))
    turns.add(job(1))
    assert turns.cancel(1) and turns.current is None
    turns.add(job(2))
    assert wired.sent == [1, wire.Cancel(1)] and turns.awaits_cancel and not ended
    turns.receive(wire.Progress(id=1, done=1, total=2, octave=1, octaves=1, step=1, steps=1, seconds_left=0.0))
    assert wired.sent == [1, wire.Cancel(1)]
    turns.receive(cancelled(1))
    assert wired.sent == [1, wire.Cancel(1), 2] and not turns.awaits_cancel and ended == [1]


def test_who_waits_is_dropped_without_a_word_to_the_worker(turns: JobQueue, wired: Wire) -> None:
    ended: list[int] = []
    turns.ended.connect(lambda job: ended.append(job.number))
    for number in (1, 2, 3):
        turns.add(job(number))
    assert not turns.cancel(2)
    assert wired.sent == [1] and ended == [2] and [each.number for each in turns.jobs] == [1, 3]


def test_what_is_done_aside_gives_way_to_a_job_and_hears_of_it(turns: JobQueue, wired: Wire) -> None:
    told: list[Any] = []
    turns.add_side_task(wire.Atlas(0, "efficientnet_lite0", "b3"), told.append)
    number = wired.sent[0].id
    turns.add(job(99))
    assert [answer.code for answer in told] == ["cancelled"] and wired.sent[1:] == [wire.Cancel(number)]
    turns.receive(cancelled(number))
    assert wired.sent[2:] == [99] and len(told) == 1


def test_a_worker_that_owes_for_too_long_is_replaced(turns: JobQueue, wired: Wire) -> None:
    replaced: list[bool] = []
    turns.replaced.connect(lambda: replaced.append(True))
    turns.add(job(1))
    turns.cancel(1)
    turns.add(job(2))
    turns._replace_worker()
    assert (wired.stops, wired.starts, turns.awaits_cancel, replaced) == (1, 1, False, [True])
    turns.advance()
    assert wired.sent[-1] == 2


def test_those_that_wait_outlive_the_worker_of_the_present_one_only(turns: JobQueue, wired: Wire) -> None:
    turns.add(job(1))
    turns.add(job(2))
    turns.worker_ended(errors.DreamError("worker.frozen", seconds=30))
    assert [each.number for each in turns.jobs] == [2]
    turns.worker_ended(errors.DreamError("worker.frozen", seconds=30))
    assert turns.jobs == []


def test_answers_to_anything_but_the_present_job_are_dropped(turns: JobQueue, wired: Wire) -> None:
    """A worker may still speak of what was given up, or of what nobody knows."""
    told: list[Any] = []
    turns.answered.connect(lambda job, message: told.append((job.number, message)))
    for number in (1, 2):
        turns.add(job(number))
    for stale in (2, 7):
        turns.receive(wire.Progress(id=stale, done=1, total=2, octave=1, octaves=1, step=1, steps=1, seconds_left=0.0))
        turns.receive(wire.failure(stale, errors.DreamError("krita.empty")))
    assert not told and turns.current is not None and turns.current.number == 1 and wired.sent == [1]
    turns.cancel(1)
    turns.receive(wire.Progress(id=1, done=1, total=2, octave=1, octaves=1, step=1, steps=1, seconds_left=0.0))
    assert not told and turns.awaits_cancel, "progress of what was given up"
    turns.receive(wire.Packed(0, b"png"))
    assert turns.awaits_cancel and wired.sent[-1] != 2, "the worker still owes an answer to what was given up"
    turns.receive(cancelled(1))
    assert not told and wired.sent[-1] == 2
    turns.receive(cancelled(1))
    assert not told and turns.current.number == 2, "an answer that comes twice"


@pytest.mark.parametrize("ended", ["cancelled", "without a worker"])
def test_who_asked_for_something_on_the_side_hears_that_it_will_not_come(
    turns: JobQueue, wired: Wire, ended: str
) -> None:
    told: list[Any] = []
    wired.is_welcome = ended == "cancelled"
    if wired.is_welcome:
        turns.add(job(1))
    turns.add_side_task(wire.Atlas(0, "efficientnet_lite0", "b3"), told.append)
    if wired.is_welcome:
        turns.cancel_all()
    else:
        turns.worker_ended(errors.DreamError("worker.start", reason="it isn't there"))
    assert [each.code for each in told] == ["cancelled" if wired.is_welcome else "worker.start"]


def test_who_hears_of_a_cancel_sees_that_nothing_waits(turns: JobQueue) -> None:
    seen: list[list[Job]] = []
    turns.add(job(1))
    turns.add(job(2))
    turns.add_side_task(wire.Atlas(0, "efficientnet_lite0", "b3"), lambda _told: seen.append(turns.jobs))
    turns.cancel_all()
    assert seen == [[]]


def test_those_that_wait_get_the_other_worker(turns: JobQueue, wired: Wire) -> None:
    wired.is_welcome = False
    turns.add(job(1))
    turns.worker_ended(errors.Cancelled(), on_purpose=True)
    assert [each.number for each in turns.jobs] == [1]
    turns.worker_ended(errors.DreamError("worker.start", reason="it isn't there"))
    assert not turns.jobs
