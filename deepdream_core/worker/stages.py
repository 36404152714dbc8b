"""(a dream, step by step) → how it looked at a dozen stages, kept until the next dream of that kind begins.

The one place for what a worker keeps of a job that is done. What has to outlive the worker is not for here: the
keyframes of an animation are files in a folder of their own (``film.keyframes``).

A stage is kept as float16 of what was added, at the octave's own size and compressed by zlib at level 1; the result is
kept as it was sent. All of it is in one nameless file in the data folder: the system removes that with the process,
however it ends, and nobody else can open it.
"""

from __future__ import annotations

import tempfile
import threading
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, NamedTuple

import numpy as np

from ..arrays import Change
from ..engine.progress import Progress
from ..engine.whole_job import scaled_size
from ..errors import DreamError
from ..image.pixels import Pixels, to_wire
from ..image.resizing import resize
from ..protocol import wire
from ..system.folders import data_folder

# On disk, of one dream. Results of more than three quarters of that have no stages.
MOST_BYTES = 256 << 20
_HALF = np.dtype("<f2")


class _Entry(NamedTuple):
    """A stage, and where it is in the file; ``size``: (height, width) of what was added."""

    share: float
    start: int
    length: int
    size: tuple[int, int]


@dataclass
class _Dream:
    """What is kept of one; ``result``: without its bytes, which are the last in the file; ``None``: not done yet."""

    number: int
    depth: str
    room: int
    file: IO[bytes]
    entries: list[_Entry] = field(default_factory=list)
    pixels: Callable[[Change], Pixels] | None = None
    result: wire.Picture | None = None

    def read(self, entry: _Entry) -> bytes:
        self.file.seek(entry.start)
        return self.file.read(entry.length)

    def write(self, share: float, data: wire.Bytes, size: tuple[int, int]) -> None:
        start = self.entries[-1].start + self.entries[-1].length if self.entries else 0
        self.file.seek(start)
        self.file.write(data)
        self.entries.append(_Entry(share, start, len(data), size))


class Stages:
    """Of the last dream that was to keep them. One thread writes, any may ask. No fault of a disk fails a dream."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._dream: _Dream | None = None

    def begin(self, request: wire.Dream) -> None:
        """Forget the last dream, and keep this one."""
        self._forget()
        room = MOST_BYTES - len(request.picture.data)
        if room < MOST_BYTES // 4:
            return
        try:
            folder = data_folder()
            folder.mkdir(parents=True, exist_ok=True)
            file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed when the next dream begins
            self._dream = _Dream(request.id, request.picture.depth, room, file)
        except OSError:
            traceback.print_exc()

    def add(self, progress: Progress) -> None:
        """Keep what a dream is now, where it is time for the next stage."""
        dream, stage = self._dream, progress.stage
        total, done = progress.octaves * progress.steps, (progress.octave - 1) * progress.steps + progress.step
        number, before = (each * wire.STAGES // total for each in (done, done - 1))
        if dream is None or stage is None or number == before or done == total:
            return
        dream.pixels = stage.pixels
        self._write(done / total, _small(stage.added(), dream.room // (wire.STAGES - number)))

    def end(self, picture: wire.Picture) -> None:
        """The dream is done, and this is its result."""
        dream = self._dream
        if dream is None:
            return
        with self._lock:
            try:
                dream.write(1.0, picture.data, (picture.height, picture.width))
                dream.file.flush()
            except OSError:
                traceback.print_exc()
                self._dream = None
        dream.result = wire.Picture(picture.width, picture.height, picture.depth, b"")

    def shown(self, question: wire.Stage) -> wire.StageShown:
        """The answer. Raises ``DreamError`` (``dream.stages``) where nothing of that dream is entry."""
        with self._lock:
            dream = self._dream
            if dream is None or dream.number != question.id or dream.result is None:
                raise DreamError("dream.stages")
            entry = min(dream.entries, key=lambda each: abs(each.share - question.share))
            try:
                data = dream.read(entry)
            except OSError as error:
                raise DreamError("dream.stages") from error
        result = dream.result
        if entry.share == 1:
            return wire.StageShown(question.id, 1.0, wire.Picture(result.width, result.height, result.depth, data))
        assert dream.pixels is not None
        added = np.frombuffer(zlib.decompress(data), _HALF).reshape(*entry.size, 3).astype(np.float32)
        return wire.StageShown(question.id, entry.share, to_wire(dream.pixels(added), dream.depth))

    def _write(self, share: float, added: Change) -> None:
        dream = self._dream
        if dream is None:
            return
        data = _compressed(added.astype(_HALF).tobytes())
        dream.room -= len(data)
        with self._lock:
            try:
                dream.write(share, data, (added.shape[0], added.shape[1]))
            except OSError:
                traceback.print_exc()
                self._dream = None

    def _forget(self) -> None:
        with self._lock:
            gone, self._dream = self._dream, None
            if gone:
                gone.file.close()


def _compressed(data: bytes) -> bytes:
    """Nothing in it comes twice: without a search for that it is as small, in a quarter of the time."""
    compressor = zlib.compressobj(1, strategy=zlib.Z_HUFFMAN_ONLY)
    return compressor.compress(data) + compressor.flush()


def _small(added: Change, most_bytes: int) -> Change:
    """``added``, smaller where it would take more than that."""
    scale = (max(most_bytes, 0) / (added.size * _HALF.itemsize)) ** 0.5
    if scale >= 1:
        return added
    height, width = scaled_size(added.shape, scale)
    small: Change = resize(added, width, height)
    return small
