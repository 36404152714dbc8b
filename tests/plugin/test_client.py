"""What the client makes of what its worker says, and of its silence; the process is one that does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from krita_deepdream.core import errors, version, wire
from krita_deepdream.qt import QtCore, Signal
from krita_deepdream.worker import client as module
from krita_deepdream.worker.another_computer import SLOW, arguments
from krita_deepdream.worker.client import SILENT_BEATS, Client

from .open_documents import code
from .test_told import heard

WELCOME = wire.Welcome(version.VERSION, wire.VERSION, 42)


class Process(QtCore.QObject):
    """As ``WorkerProcess``."""

    message, moved, ended = Signal(object), Signal(), Signal(object)

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.running, self.last_words = False, ""
        self.sent: list[Any] = []
        self.done: list[Any] = []

    def start(self, command: list[str], is_elsewhere: bool) -> None:
        self.running = True
        self.done.append((command, is_elsewhere))

    def send(self, message: wire.Message) -> None:
        self.sent.append(message)

    def compress(self) -> None:
        self.done.append("compress")

    def kill(self, wait: bool) -> None:
        self.running = False
        self.done.append(wait)


@pytest.fixture
def clients(application: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes one whose worker was started, and its process."""
    monkeypatch.setattr(module, "WorkerProcess", Process)

    def make(line: str = "") -> tuple[Client, Any]:
        made = Client(lambda: ["python", "worker"], line=lambda: line, free_core=lambda: True)
        made.start()
        return made, made._process

    return make


def test_it_is_started_once_and_greeted(clients: Any) -> None:
    client, process = clients()
    client.start()
    assert process.done == [(["python", "worker"], False)] and client._beat.isActive()
    assert process.sent == [wire.Hello(version.VERSION, free_core=True)] and not client.is_elsewhere
    client, process = clients("ssh 'gpu box' worker")
    assert process.done == [(["ssh", "gpu box", "worker"], True)] and client.is_elsewhere


def test_its_answers_are_handed_on(clients: Any) -> None:
    client, process = clients()
    welcomed, ready, answered = heard(client.welcomed), heard(client.ready), heard(client.answered)
    process.message.emit(WELCOME)
    assert client.is_welcome and welcomed == [None] and len(process.sent) == 1, "this computer needs no pings"
    first, failed, done = wire.Ready("2", 0.5), wire.Failed(7, "memory.gone", "", ""), wire.Packed(3, b"png")
    for message in (first, failed, wire.Pong(0), wire.Compress(), done):
        process.message.emit(message)
    assert client.is_ready and ready == [first] and answered == [failed, done]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (wire.Welcome("0.0", wire.VERSION, 42), "wire.version"),
        (wire.Welcome(version.VERSION, wire.VERSION + 1, 42), "wire.version"),
        (wire.failure(0, errors.DreamError("worker.tensorflow", reason="gone")), "worker.tensorflow"),
    ],
)
def test_a_worker_that_cant_work_is_ended_and_told(clients: Any, said: wire.Message, code: str) -> None:
    client, process = clients()
    ended, gone, welcomed = heard(client.ended), heard(client.gone), heard(client.welcomed)
    process.message.emit(said)
    assert [error.code for error in ended] == [code] and gone == [None] and not welcomed
    assert process.done[-1] is False and not client._beat.isActive()


@pytest.mark.parametrize("is_slow", [False, True])
def test_one_on_another_computer_is_welcome_when_its_way_was_measured(
    clients: Any, is_slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, process = clients("ssh gpu-box worker")
    process.message.emit(WELCOME)
    pings = process.sent[1:]
    assert len(pings) == 2 and not client.is_welcome
    rates = iter([None, SLOW * (0.5 if is_slow else 2)])
    monkeypatch.setattr(client._link_test, "rate", lambda _pong: next(rates))
    for ping in pings:
        assert not client.is_welcome
        process.message.emit(wire.Pong(ping.id))
    assert client.is_welcome and ("compress" in process.done) == is_slow


def test_its_silence_ends_it_but_not_that_of_one_who_gives_a_sign_of_life(clients: Any) -> None:
    client, process = clients()
    ended = heard(client.ended)
    for _ in range(SILENT_BEATS):
        client._beat.timeout.emit()
    assert process.sent[1:] == [wire.Ping(0)] * SILENT_BEATS and not ended
    process.moved.emit()
    for _ in range(SILENT_BEATS):
        client._beat.timeout.emit()
    assert not ended
    client._beat.timeout.emit()
    assert [error.code for error in ended] == ["worker.frozen"] and not process.running


def test_a_process_that_ends_is_told_and_why_if_it_was_elsewhere(clients: Any) -> None:
    crash, odd = errors.DreamError("worker.ended", reason="exit code 255"), errors.DreamError("wire.header", reason="x")
    for line, last_words, error, expected, said in (
        ("", "whatever", crash, "worker.ended", "exit code 255"),
        ("ssh gpu-box", "Connection refused", crash, "worker.unreachable", "Connection refused"),
        ("ssh gpu-box", "", crash, "worker.unreachable", "exit code 255"),
        ("ssh gpu-box", "Connection refused", odd, "wire.header", "x"),
    ):
        client, process = clients(line)
        process.message.emit(wire.Ready("2", 0.5))
        process.last_words = last_words
        ended, gone = heard(client.ended), heard(client.gone)
        process.ended.emit(error)
        assert [each.code for each in ended] == [expected] and said in str(ended[0]) and gone == [None]
        assert not client.is_ready and not client.is_welcome and not client._beat.isActive()


def test_a_line_whose_quote_isnt_closed_is_told() -> None:
    assert code(lambda: arguments("ssh 'gpu box worker")) == "worker.line"


def test_it_is_stopped_with_all_that_it_kept(clients: Any) -> None:
    client, process = clients()
    process.message.emit(WELCOME)
    gone, ended = heard(client.gone), heard(client.ended)
    client.stop(wait=True)
    assert process.done[-1] is True and gone == [None] and not ended
    assert not client.is_welcome and not client._beat.isActive()
