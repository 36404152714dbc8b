"""What goes out of a worker: whole messages, one last answer for each job, whatever comes between."""

from __future__ import annotations

import io
import queue
import threading
import weakref

import pytest

from deepdream_core.errors import Cancelled, DreamError
from deepdream_core.protocol import wire
from deepdream_core.protocol.deflate import DeflatedWriter
from deepdream_core.worker import handlers
from deepdream_core.worker.main import Worker
from deepdream_core.worker.replies import Replies

PICTURE = wire.Picture(1, 1, "U8", bytes(4))
JOB = wire.Dream(7, {}, PICTURE)


class SlowStream(io.BytesIO):
    """Another thread gets its turn before each piece that is written."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = threading.Semaphore(0)
        self.waiting = threading.Event()

    def write(self, piece) -> int:
        self.waiting.set()
        self.turn.acquire(timeout=0.05)
        return super().write(piece)


def read_all(stream: io.BytesIO) -> list[wire.Message]:
    stream.seek(0)
    found = []
    while (message := wire.read(stream)) is not None:
        found.append(message)
    return found


class Watched(Replies):
    """What is wanted now is asked and changed by two threads: only under the lock."""

    def __getattribute__(self, name):
        if name in ("_wanted", "_stream"):
            assert super().__getattribute__("_lock")._is_owned(), f"{name} without the lock"
        return super().__getattribute__(name)

    def __setattr__(self, name, value):
        if name == "_wanted" and value is not None:
            assert self._lock._is_owned(), f"{name} without the lock"
        super().__setattr__(name, value)


def test_what_is_wanted_is_looked_at_under_the_lock_only():
    """Between the look and what follows from it the other thread may give the last answer."""
    replies, progress = Watched(io.BytesIO()), wire.Cost(7, 1.0, 2)
    replies.begin(JOB)
    with replies.while_wanted(JOB):
        replies.send(progress)
    replies.compress()
    assert replies.cancel(7) and not replies.end(JOB, progress)


def test_messages_of_two_threads_never_mix():
    """Both write a header and then a blob; without the lock the second header comes between."""
    stream = SlowStream()
    answers = Replies(stream)
    result = wire.Result(id=7, x=0, y=0, picture=PICTURE, recipe={}, seconds=1.0)
    threads = [threading.Thread(target=answers.send, args=(result,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_all(stream) == [result] * 4


class Held(io.BytesIO):
    """As a pipe's writer, which keeps what isn't flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.out = 0

    def flush(self) -> None:
        self.out = self.tell()


@pytest.mark.parametrize("deflates", [False, True])
def test_what_is_said_goes_out_at_once(deflates):
    stream = Held()
    replies = Replies(stream)
    if deflates:
        replies.compress()
    for number in range(3):
        replies.send(wire.Pong(number))
        assert stream.out == stream.tell() > 0
    alone = Held()
    wire.write(alone, wire.Pong(1))
    assert alone.out == alone.tell() > 0
    deflated = DeflatedWriter(alone)
    wire.write(deflated, wire.Pong(2))
    assert alone.out == alone.tell()


def test_a_cancel_waits_until_what_is_being_said_is_said_and_then_nothing_more_comes():
    stream = SlowStream()
    answers = Replies(stream)
    answers.begin(JOB)
    progress = wire.Progress(id=7, done=1, total=2, octave=1, octaves=1, step=1, steps=1, seconds_left=0.0)

    def tell() -> None:
        with answers.while_wanted(JOB):
            answers.send(progress)

    teller = threading.Thread(target=tell)
    teller.start()
    assert stream.waiting.wait(5)
    assert answers.cancel(7)
    teller.join()
    with pytest.raises(Cancelled):
        tell()
    assert read_all(stream) == [progress, wire.failure(7, Cancelled())]


def test_an_answer_that_cant_be_framed_leaves_the_job_to_be_answered():
    stream = io.BytesIO()
    answers = Replies(stream)
    answers.begin(JOB)
    with pytest.raises(ValueError, match="JSON"):
        answers.end(JOB, wire.Result(id=7, x=0, y=0, picture=PICTURE, recipe={"size": float("nan")}, seconds=1.0))
    assert stream.getvalue() == b""
    failed = wire.failure(7, DreamError("worker.internal", reason="x"))
    assert answers.end(JOB, failed)
    assert not answers.end(JOB, failed)
    assert read_all(stream) == [failed]


def test_a_cancelled_job_that_still_waits_lets_go_of_its_pictures():
    """The computing thread may be deep in another call for a minute."""
    worker = Worker(io.BytesIO(), io.BytesIO())
    worker._greeted.set()
    picture = wire.Picture(1, 1, "U8", memoryview(bytearray(4)))
    job = wire.Dream(7, {}, picture)
    seen = weakref.ref(picture)
    worker._receive(job)
    del job, picture
    assert seen() is not None
    worker._receive(wire.Cancel(7))
    assert seen() is None
    assert worker._waiting.get_nowait() is None
    with pytest.raises(queue.Empty):
        worker._waiting.get_nowait()


def test_a_cancelled_dream_isnt_begun_again(monkeypatch):
    """Its stages are told, and that is its end."""
    told = []

    def cancelled(*_arguments):
        raise Cancelled()

    monkeypatch.setattr(handlers, "_staged", cancelled)
    monkeypatch.setattr(handlers, "_tell_stage", lambda *_arguments: told.append(True))
    monkeypatch.setattr(handlers, "_picture", lambda *_arguments: pytest.fail("it is dreamed again"))
    with pytest.raises(Cancelled):
        handlers.handle(wire.Dream(7, {}, PICTURE, stages=True), None, Replies(io.BytesIO()), None)
    assert told
