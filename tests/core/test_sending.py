"""Files on their way to a plugin on another computer: whole, in flat memory, and stopped by a cancel."""

from __future__ import annotations

import io
import threading
import time
import tracemalloc
from pathlib import Path

import pytest

from deepdream_core.errors import Cancelled
from deepdream_core.protocol import wire
from deepdream_core.worker import sending
from deepdream_core.worker.replies import Replies


def file_of(folder: Path, size: int) -> Path:
    path = folder / "zoom.webp"
    path.write_bytes(bytes(number % 251 for number in range(size)))
    return path


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 25])
def test_a_file_is_sent_whole_and_its_end_is_told_once(tmp_path, monkeypatch, size):
    monkeypatch.setattr(sending, "AT_ONCE", 10)
    path, sent = file_of(tmp_path, size), []
    sending.Sender(7, sent.append).file(path, "00001.png")
    assert b"".join(each.data for each in sent) == path.read_bytes()
    assert [each.is_last for each in sent] == [False] * (len(sent) - 1) + [True]
    assert all((each.id, each.name) == (7, "00001.png") and len(each.data) <= 10 for each in sent)


def test_memory_is_flat_however_long_the_file_is(tmp_path):
    path = tmp_path / "zoom.mp4"
    with path.open("wb") as stream:
        stream.truncate(64 << 20)
    tracemalloc.start()
    try:
        sending.Sender(7, lambda _message: None).file(path)
        assert tracemalloc.get_traced_memory()[1] < 8 * sending.AT_ONCE
    finally:
        tracemalloc.stop()


class SlowStream(io.RawIOBase):
    """Counts what is written, each time after a while, as a slow link has it."""

    def __init__(self) -> None:
        self.began, self.count = threading.Event(), 0

    def write(self, piece) -> int:
        time.sleep(0.002)
        self.count += 1
        self.began.set()
        return len(piece)


def test_a_cancel_gets_its_turn_between_two_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 10)
    stream, path = SlowStream(), file_of(tmp_path, 20_000)
    replies, request = Replies(stream), wire.Atlas(7, "vgg16", "block1_conv1", elsewhere=True)
    replies.begin(request)

    def cancel():
        stream.began.wait()
        assert replies.cancel(7)

    def send(message):
        with replies.while_wanted(request):
            replies.send(message)

    other = threading.Thread(target=cancel)
    other.start()
    with pytest.raises(Cancelled):
        sending.Sender(7, send).file(path)
    other.join()
    assert stream.count < 2000
