"""The worker's process without session and docker: what must never happen on Krita's main thread."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream import log
from krita_deepdream.core import errors, version, wire
from krita_deepdream.qt import QtCore
from krita_deepdream.worker.client import Client
from krita_deepdream.worker.worker_process import MOST_SAID, PENDING_BYTES, PIECE_BYTES, WorkerProcess

from .conftest import ROOT, delete_what_is_due, scripted, until


def test_a_large_picture_is_handed_over_in_pieces() -> None:
    process, heard = WorkerProcess(), []
    process.message.connect(heard.append)
    process.start(scripted("slow")())
    process.send(wire.Hello(version.VERSION))
    side = 4096
    process.send(wire.Dream(1, {}, wire.Picture(side, side, "U8", bytes(side * side * 4))))
    assert process._process is not None and process._process.bytesToWrite() == 0, "not while the caller is at work"
    waiting = []

    def answered() -> bool:
        waiting.append(process._process.bytesToWrite() if process._process else 0)
        return any(isinstance(message, wire.Progress) for message in heard)

    until(answered, 30)
    assert 0 < max(waiting) <= PENDING_BYTES + PIECE_BYTES
    process.kill(wait=True)
    assert not process.running


CHOPPED = """
import io, sys, time
sys.path.insert(0, sys.argv[1])
from deepdream_core.protocol import wire
whole = io.BytesIO()
for number in range(1, 9):
    wire.write(whole, wire.Packed(number, bytes([10 * number]) * 2000))
text = whole.getvalue()
for start in range(0, len(text), 1000):
    sys.stdout.buffer.write(text[start:start + 1000])
    sys.stdout.buffer.flush()
    time.sleep(0.03)
sys.exit(7)
"""


def test_messages_come_in_order_though_krita_lets_the_event_loop_run_while_one_is_handled() -> None:
    process, heard, ends = WorkerProcess(), [], []

    def place(message: wire.Packed) -> None:
        heard.append(message.id)
        assert bytes(message.png) == bytes([10 * message.id]) * 2000
        if message.id in (1, 4):
            soon = time.monotonic() + 0.3
            until(lambda: time.monotonic() > soon)

    process.message.connect(place)
    process.ended.connect(lambda error: ends.append((len(heard), str(error))))
    process.start([sys.executable, "-c", CHOPPED, str(ROOT)])
    until(lambda: ends)
    assert heard == list(range(1, 9))
    assert ends[0][0] == 8 and "exit code 7" in ends[0][1], "the end was told before the last message"


def test_a_worker_that_is_ended_while_a_message_is_handled_says_no_more() -> None:
    process, heard = WorkerProcess(), []

    def give_up(message: wire.Packed) -> None:
        heard.append(message.id)
        soon = time.monotonic() + 0.2
        until(lambda: time.monotonic() > soon)
        process.kill()
        until(lambda: time.monotonic() > soon + 0.2)

    process.message.connect(give_up)
    process.start([sys.executable, "-c", CHOPPED, str(ROOT)])
    until(lambda: heard and not process.running)
    later = time.monotonic() + 0.3
    until(lambda: time.monotonic() > later)
    assert heard == [1]


AT_ONCE = """
import io, sys, time
sys.path.insert(0, sys.argv[1])
from deepdream_core.protocol import wire
whole = io.BytesIO()
for number in range(1, 6):
    wire.write(whole, wire.Packed(number, b"x"))
sys.stdout.buffer.write(whole.getvalue())
sys.stdout.buffer.flush()
time.sleep(30)
"""


def test_of_messages_that_came_together_none_is_heard_after_a_kill() -> None:
    process, heard, ends = WorkerProcess(), [], []
    process.message.connect(lambda message: (heard.append(message.id), process.kill()))
    process.ended.connect(ends.append)
    process.start([sys.executable, "-c", AT_ONCE, str(ROOT)])
    until(lambda: heard)
    later = time.monotonic() + 0.3
    until(lambda: time.monotonic() > later)
    assert heard == [1] and not ends


ECHO = """
import sys
sys.path.insert(0, sys.argv[1])
from deepdream_core.protocol import wire
while (message := wire.read(sys.stdin.buffer)) is not None:
    wire.write(sys.stdout.buffer, wire.Pong(message.id))
"""


def test_another_process_gets_and_says_nothing_of_the_one_before() -> None:
    """Neither what was still to be sent when that was killed, nor what it had said and nobody had heard."""
    process, heard = WorkerProcess(), []
    process.message.connect(lambda message: heard.append(message.id))
    process.start([sys.executable, "-c", ECHO, str(ROOT)])
    process.send(wire.Ping(1))
    process._take(b"".join(map(bytes, wire.frames(wire.Pong(2)))))
    process.kill(wait=True)
    process.start([sys.executable, "-c", ECHO, str(ROOT)])
    process.send(wire.Ping(3))
    until(lambda: 3 in heard)
    process.kill(wait=True)
    assert heard == [3]


SAYS = """
import sys, time
sys.stderr.write("Warning: Permanently added gpu-box\\nINFO job 3: begins\\nanna@gpu-box: try again\\n")
sys.stderr.write("x" * 300_000)
sys.stderr.flush()
time.sleep(30)
"""


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_of_what_comes_from_another_computer_only_the_workers_own_lines_are_written_down(
    is_elsewhere: bool, tmp_path: Path
) -> None:
    """What ssh says names people and computers; it is only told to who sits there. And no line is kept without end."""
    log.close_log()
    path, process = log.open_log(tmp_path), WorkerProcess()
    process.start([sys.executable, "-c", SAYS], is_elsewhere)
    until(lambda: len(process._said) == MOST_SAID)
    later = time.monotonic() + 0.2
    until(lambda: time.monotonic() > later)
    assert len(process._said) == MOST_SAID and process.last_words == "anna@gpu-box: try again"
    process.kill(wait=True)
    text = path.read_text(encoding="utf-8")
    log.close_log()
    assert "INFO worker| job 3: begins" in text and ("gpu-box" in text) is not is_elsewhere


def test_who_reads_a_long_message_gives_a_sign_of_life(application: Any) -> None:
    process, moved = WorkerProcess(), []
    process.moved.connect(lambda: moved.append(True))
    process._write_more(1)
    assert not moved, "a single ping fits into the pipe even if nobody reads it"
    process._outbox.append((memoryview(b"more"), False))
    process._write_more(1)
    assert moved == [True]


@pytest.mark.parametrize("how", ["ends", "killed", "talks nonsense"])
def test_of_a_process_that_has_gone_nothing_is_left(how: str) -> None:
    process, ends = WorkerProcess(), list[Any]()
    process.ended.connect(ends.append)
    process.start([sys.executable, "-c", "import time; time.sleep(60)" if how != "ends" else ""])
    assert len(process.findChildren(QtCore.QProcess)) == 1
    if how == "killed":
        process.kill(wait=True)
    elif how == "talks nonsense":
        process._take(b"nonsense\n")
    until(lambda: not process.running)

    def left() -> int:
        delete_what_is_due()
        return len(process.findChildren(QtCore.QProcess))

    until(lambda: not left())
    assert len(ends) == (how != "killed")


def test_without_an_environment_no_worker_is_started(application: Any) -> None:
    client = Client(lambda: None)
    with pytest.raises(errors.DreamError) as told:
        client.start()
    assert told.value.code == "worker.missing" and not client.running


def test_a_line_that_starts_nothing_is_not_where_the_worker_is(application: Any) -> None:
    client = Client(lambda: None, line=lambda: "ssh 'gpu-box")
    with pytest.raises(errors.DreamError) as told:
        client.start()
    assert told.value.code == "worker.line" and client.line == "" and not client.is_elsewhere
