"""(a dream, step by step) → how it looked at a dozen stages, kept until the next dream of that kind begins.

What a worker keeps of a job that is done: its stages, and where it stopped, so that it can go further. What has to
outlive the worker is not for here: the keyframes of an animation are files (``film.keyframes``).

A stage is kept as float16 of what was added, at the octave's own size and compressed by zlib at level 1; the result is
kept as it was sent. All of it is in nameless files in the job's folder (``system.caches``): the system removes them
with the process, however it ends, and nobody else can open them.
"""

from __future__ import annotations

import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, NamedTuple

import numpy as np

from ..arrays import Change
from ..dream import Checkpoint
from ..engine.progress import Progress
from ..engine.whole_job import scaled_size
from ..errors import DreamError
from ..image.pixels import Pixels, to_wire
from ..image.resizing import resize
from ..protocol import wire
from ..settings import cache_settings
from ..settings.dream_settings import DreamSettings
from ..system import caches
from . import log

# On disk, of one dream. Results of more than three quarters of that have no stages.
MOST_BYTES = 256 << 20
_HALF = np.dtype("<f2")


class _Entry(NamedTuple):
    """A stage, and where it is in the file; ``size``: (height, width) of what was added; ``exact``: it is a result."""

    share: float
    start: int
    length: int
    size: tuple[int, int]
    exact: bool = False


class _Stop(NamedTuple):
    """A checkpoint without its detail, which is in ``file``; ``size``: (height, width) of that."""

    checkpoint: Checkpoint
    size: tuple[int, int]
    file: IO[bytes]

    @property
    def bytes(self) -> int:
        return 3 * 4 * self.size[0] * self.size[1]

    def read(self) -> Checkpoint:
        self.file.seek(0)
        detail = np.frombuffer(bytearray(self.file.read(self.bytes)), np.float32)
        return replace(self.checkpoint, detail=detail.reshape(*self.size, 3))


class _Newest(NamedTuple):
    """The last whole step of a dream that goes on."""

    progress: Progress
    added: Callable[[], Change]


@dataclass
class _Begun:
    """A dream that is computed; ``continues``: from where the one stopped that is kept, ``None``: not known yet."""

    number: int
    depth: str
    result_bytes: int
    further: int
    continues: bool | None = False
    entries: list[_Entry] = field(default_factory=list)
    stop: _Stop | None = None
    newest: _Newest | None = None
    question: wire.Stage | None = None
    is_cut: bool = False


@dataclass
class _Dream:
    """One that is kept. ``end``: of its entries in the file. ``result``: without its bytes; ``None``: not done yet."""

    number: int
    depth: str
    folder: caches.JobFolder
    file: IO[bytes]
    further: int = 0
    entries: list[_Entry] = field(default_factory=list)
    pixels: Callable[[Change], Pixels] | None = None
    corner: tuple[int, int] = (0, 0)
    result: wire.Picture | None = None
    stop: _Stop | None = None

    def read(self, entry: _Entry) -> bytes:
        self.file.seek(entry.start)
        return self.file.read(entry.length)

    def room(self, begun: _Begun) -> int:
        """How many bytes may still be written while ``begun`` is computed, whose result has its place already."""
        stops = sum(stop.bytes for stop in (self.stop, begun.stop) if stop)
        return self.folder.room - self._end(begun) - stops - begun.result_bytes

    def write(self, begun: _Begun, share: float, data: wire.Bytes, size: tuple[int, int], exact: bool = False) -> None:
        entry = _Entry(share, self._end(begun), len(data), size, exact)
        self.file.seek(entry.start)
        self.file.write(data)
        begun.entries.append(entry)

    def take(self, begun: _Begun, result: wire.Picture) -> None:
        """``begun`` is done: what was kept of it is the dream's."""
        if self.stop:
            self.stop.file.close()
        self.number, self.further, self.stop, self.result = begun.number, begun.further, begun.stop, result
        self.entries += begun.entries
        begun.entries, begun.stop = [], None
        self.folder.claim(self._end(begun) + (self.stop.bytes if self.stop else 0))

    def close(self) -> None:
        for file in (self.file, *([self.stop.file] if self.stop else [])):
            file.close()
        self.folder.close()

    def _end(self, begun: _Begun) -> int:
        return max((entry.start + entry.length for entry in (*self.entries, *begun.entries)), default=0)


class Stages:
    """Of the last dream that was to keep them. One thread writes, any may ask. No fault of a disk fails a dream."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._dream: _Dream | None = None
        self._begun: _Begun | None = None

    def begin(self, request: wire.Dream) -> Checkpoint | None:
        """Keep the stages of this dream; where it may be the last one that goes further, that one's checkpoint.

        Any other is forgotten.
        """
        further = DreamSettings.from_dict(request.settings).further
        begun = _Begun(request.id, request.picture.depth, len(request.picture.data), further)
        last, self._begun = self._dream, begun
        if last is not None and last.stop is not None and last.further < further and last.depth == begun.depth:
            begun.continues = None
            with self._guarded():
                return last.stop.read()
        self._start(begun)
        return None

    def add(self, progress: Progress) -> None:
        """Keep what a dream is now, where it is time for the next stage."""
        begun = self._begun
        if begun is not None and begun.continues is None:
            # Only what goes on begins with another octave than the first.
            begun.continues = progress.octave > 1
            self._continue() if begun.continues else self._start(begun)
        dream, stage = self._dream, progress.stage
        if dream is None or begun is None or stage is None:
            return
        dream.pixels, dream.corner = stage.pixels, stage.corner
        position = _Position(progress, begun.further)
        with self._guarded():
            if position.is_last:
                begun.newest = None
                self._stop(dream, begun, stage.checkpoint())
            elif position.number != position.number_before:
                begun.newest = None
                self._add(dream, begun, progress, stage.added())
            elif progress.step == progress.steps:
                # With the next octave it can't be had any more.
                added = stage.added()
                begun.newest = _Newest(progress, lambda: added)
            else:
                begun.newest = _Newest(progress, stage.added)

    def cut(self) -> wire.Stage | None:
        """The dream was cancelled: its last whole step is kept as a stage too. What was asked about it meanwhile."""
        dream, begun = self._dream, self._begun
        if begun is None:
            return None
        if dream is not None and begun.newest is not None:
            (progress, added), begun.newest = begun.newest, None
            with self._guarded():
                self._add(dream, begun, progress, added())
        with self._lock:
            begun.is_cut = True
            return begun.question

    def end(self, picture: wire.Picture) -> None:
        """The dream is done, and this is its result."""
        dream, begun, self._begun = self._dream, self._begun, None
        if dream is None or begun is None:
            return
        begun.result_bytes = 0
        if dream.room(begun) < len(picture.data):
            self._forget()
            return
        empty = wire.Picture(picture.width, picture.height, picture.depth, b"")
        with self._guarded(), self._lock:
            dream.write(begun, _Position.share_of(begun.further), picture.data, (picture.height, picture.width), True)
            dream.file.flush()
            dream.take(begun, empty)

    def shown(self, question: wire.Stage) -> wire.StageShown | None:
        """The answer; ``None`` about a dream that hasn't noticed yet that it was cancelled: ``cut`` gives that back.

        Raises ``DreamError`` (``dream.stages``) where nothing of that dream is kept.
        """
        with self._lock:
            dream, begun = self._dream, self._begun
            is_begun = begun is not None and begun.number == question.id
            if begun is not None and is_begun and not begun.is_cut:
                begun.question = question
                return None
            found = begun.entries if begun and is_begun else dream.entries if dream else []
            if dream is None or not found or (not is_begun and dream.number != question.id):
                raise DreamError("dream.stages")
            entry = min(found, key=lambda each: abs(each.share - question.share))
            try:
                data = dream.read(entry)
            except OSError as error:
                raise DreamError("dream.stages") from error
        result = dream.result
        if entry.exact and result:
            picture = wire.Picture(result.width, result.height, result.depth, data)
            return wire.StageShown(question.id, entry.share, picture, *dream.corner)
        assert dream.pixels is not None
        added = np.frombuffer(zlib.decompress(data), _HALF).reshape(*entry.size, 3).astype(np.float32)
        return wire.StageShown(question.id, entry.share, to_wire(dream.pixels(added), dream.depth), *dream.corner)

    def close(self) -> None:
        """The worker ends."""
        self._forget()

    def _start(self, begun: _Begun) -> None:
        begun.continues = False
        self._forget()
        with self._guarded():
            folder = caches.job_folder("stages")
            try:
                folder.reserve(MOST_BYTES, cache_settings.read().limit_bytes)
                file = tempfile.TemporaryFile(dir=folder.path)  # noqa: SIM115  closed when the next dream begins
            except OSError:
                folder.close()
                raise
            dream = _Dream(begun.number, begun.depth, folder, file)
            if dream.room(begun) < MOST_BYTES // 4:
                dream.close()
            else:
                self._dream = dream

    def _continue(self) -> None:
        with self._guarded():
            assert self._dream is not None
            self._dream.folder.reserve(MOST_BYTES, cache_settings.read().limit_bytes)

    def _add(self, dream: _Dream, begun: _Begun, progress: Progress, added: Change) -> None:
        position = _Position(progress, begun.further)
        spare = _spare(dream.room(begun), progress) // (position.stages - position.number)
        self._write(dream, begun, position.share, _small(added, spare))

    def _write(self, dream: _Dream, begun: _Begun, share: float, added: Change) -> None:
        data = _compressed(added.astype(_HALF).tobytes())
        with self._lock:
            dream.write(begun, share, data, (added.shape[0], added.shape[1]))

    def _stop(self, dream: _Dream, begun: _Begun, checkpoint: Checkpoint) -> None:
        detail = checkpoint.detail
        if detail.nbytes > dream.room(begun):
            return
        file = tempfile.TemporaryFile(dir=dream.folder.path)  # noqa: SIM115  closed with the dream
        file.write(np.ascontiguousarray(detail).data)
        file.flush()
        size = detail.shape[0], detail.shape[1]
        begun.stop = _Stop(replace(checkpoint, detail=np.empty((0, 0, 3), np.float32)), size, file)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Without stages where the disk has a fault."""
        try:
            yield
        except OSError as error:
            log.fault(error)
            self._forget()

    def _forget(self) -> None:
        with self._lock:
            gone, self._dream = self._dream, None
        if gone:
            try:
                gone.close()
            except (OSError, DreamError) as error:
                log.fault(error)


class _Position:
    """Where a dream is that goes ``further`` so often: at which of its ``stages``, by whole steps."""

    def __init__(self, progress: Progress, further: int) -> None:
        steps, plain = progress.steps, (progress.octaves - further) * progress.steps
        done = (progress.octave - 1) * steps + progress.step

        def share(done: int) -> float:
            return done / plain if done <= plain else _Position.share_of((done - plain) / steps)

        self.share, self.stages = share(done), wire.STAGES + further * wire.FURTHER_STAGES
        self.number, self.number_before = (int(share(each) * wire.STAGES + 1e-6) for each in (done, done - 1))
        self.is_last = done == progress.octaves * steps

    @staticmethod
    def share_of(further: float) -> float:
        """Of a dream's own steps, when it went further so often."""
        return 1 + further * wire.FURTHER_STAGES / wire.STAGES


def _spare(room: int, progress: Progress) -> int:
    """What is left for stages when there shall be room for where the dream stops, unless that takes more than half."""
    stop = 3 * 4 * int(progress.total / progress.steps)
    return room - stop if stop < room // 2 else room


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
