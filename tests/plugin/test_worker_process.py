"""The worker's process without session and docker: what must never happen on Krita's main thread."""

from __future__ import annotations

from krita_deepdream.core import version, wire
from krita_deepdream.worker.worker_process import PENDING_BYTES, PIECE_BYTES, WorkerProcess

from .conftest import scripted, until


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
