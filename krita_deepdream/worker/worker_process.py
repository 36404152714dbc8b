"""The one QProcess: starts it, feeds it in pieces, turns its bytes into messages, drains its stderr, ends it."""

from __future__ import annotations

import logging
from collections import deque
from itertools import groupby
from operator import itemgetter

from ..border import guarded
from ..core import deflate, errors, wire
from ..log import logger
from ..qt import QtCore, Signal
from ..setup.runtime import worker_environment

PIECE_BYTES = 4 << 20
PENDING_BYTES = 8 << 20
# Deflated in some milliseconds.
DEFLATED_BYTES = 1 << 18
END_WAIT_MS = 2000
# Characters of a line on stderr that hasn't ended.
MOST_SAID = 1 << 16
LEVELS = {"INFO": logging.INFO, "WARNING": logging.WARNING, "ERROR": logging.ERROR}

QProcess = QtCore.QProcess


class WorkerProcess(QtCore.QObject):
    """A child process that speaks ``wire``; may be started again after it ended.

    ``message`` carries each message that arrives; ``moved`` fires whenever the process gives a sign of life;
    ``ended`` carries a ``DreamError`` once for every start, whether it succeeded or not, except after ``kill``.

    Whoever hears a message may let the event loop run, as some of Krita's functions do: the next message waits until he
    is done. So what arrives is put down first (a slot of the process' own that is entered twice crashes PyQt).
    """

    message = Signal(object)
    moved = Signal()
    ended = Signal(object)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._decoder = wire.Decoder()
        # Each piece, and whether it is to be deflated.
        self._outbox: deque[tuple[memoryview, bool]] = deque()
        self._deflater: deflate.Deflater | None = None
        # The last line that it wrote to stderr.
        self.last_words = ""
        # Of its stderr, a line that hasn't ended.
        self._said = ""
        self._is_elsewhere = False
        # At last why it ended.
        self._inbox: deque[bytes | errors.DreamError] = deque()
        self._delivering = False
        self._delivery = QtCore.QTimer(self)
        self._delivery.setSingleShot(True)
        self._delivery.timeout.connect(self._deliver)

    @property
    def running(self) -> bool:
        """Whether a process was started and has neither ended nor been killed."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The system's number of the running process, 0 for none."""
        return int(self._process.processId()) if self._process else 0

    def start(self, command: list[str], is_elsewhere: bool = False) -> None:
        """Start ``command``; does nothing while one is running. ``is_elsewhere``: it leads to another computer."""
        if self._process:
            return
        self._forget()
        self.last_words = self._said = ""
        self._is_elsewhere = is_elsewhere
        process = QProcess(self)
        process.setProcessEnvironment(_environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._drain_errors)
        process.bytesWritten.connect(self._write_more)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._error)
        self._process = process
        # Not the command: it may name another computer.
        logger().info("a worker is started")
        process.start(command[0], command[1:])

    def send(self, message: wire.Message) -> None:
        """Queue a message; the event loop writes it in pieces small enough never to block Krita."""
        size = DEFLATED_BYTES if self._deflater else PIECE_BYTES
        for piece in wire.frames(message):
            view = memoryview(piece).cast("B")
            for start in range(0, len(view), size):
                self._outbox.append((view[start : start + size], self._deflater is not None))
        # A large picture has just been read, which blocked Krita: let it run first.
        QtCore.QTimer.singleShot(0, self._write)

    def compress(self) -> None:
        """Deflate whatever is sent from now on, and have the worker do so too."""
        self.send(wire.Compress())
        self._deflater = deflate.Deflater()

    def kill(self, wait: bool = False) -> None:
        """End the process at once, without ``ended``; with ``wait`` return only when it is gone."""
        process, self._process = self._process, None
        self._forget()
        if process is None:
            return
        for signal in (
            process.readyReadStandardOutput,
            process.readyReadStandardError,
            process.bytesWritten,
            process.errorOccurred,
            process.finished,
        ):
            signal.disconnect()
        process.finished.connect(process.deleteLater)
        process.kill()
        if wait and not process.waitForFinished(END_WAIT_MS):
            logger().error("worker %d did not end", process.processId())

    def report_fault(self, error: errors.DreamError) -> None:
        """A slot failed: the stream can't be trusted any more, so the process goes."""
        if self._process:
            self.kill()
            self.ended.emit(error)

    @guarded
    def _write(self) -> None:
        most = DEFLATED_BYTES if self._deflater else PENDING_BYTES
        while self._process and self._outbox and self._process.bytesToWrite() < most:
            piece, packed = self._outbox.popleft()
            if self._process.write(self._deflater.deflated(piece) if self._deflater and packed else bytes(piece)) < 0:
                logger().warning("worker takes no more input: %s", self._process.errorString())
                return

    @guarded
    def _write_more(self, _count: int) -> None:
        if self._outbox:
            # A long message is being read; a single ping fits into the pipe even if nobody reads it.
            self.moved.emit()
        self._write()

    @guarded
    def _read(self) -> None:
        if self._process is None:
            return
        self.moved.emit()
        self._take(self._process.readAllStandardOutput().data())

    def _take(self, arrived: bytes | errors.DreamError) -> None:
        self._inbox.append(arrived)
        self._delivery.start(0)

    @guarded
    def _deliver(self) -> None:
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._inbox:
                self._hand_on(self._inbox.popleft())
        finally:
            self._delivering = False

    def _hand_on(self, arrived: bytes | errors.DreamError) -> None:
        if isinstance(arrived, errors.DreamError):
            self._end(arrived)
            return
        decoder = self._decoder
        for message in decoder.feed(arrived):
            self.message.emit(message)
            if decoder is not self._decoder:
                return  # the process was ended by who heard it

    def _forget(self) -> None:
        self._decoder = wire.Decoder()
        self._deflater = None
        self._outbox.clear()
        self._inbox.clear()

    @guarded
    def _drain_errors(self) -> None:
        if self._process is None:
            return
        text = self._said + self._process.readAllStandardError().data().decode("utf-8", "replace")
        *lines, rest = text.split("\n")
        self._said = rest[:MOST_SAID]
        self._note(lines)

    def _note(self, lines: list[str]) -> None:
        """Into the log, with the level that the worker gave; what native code says has none.

        Nor has what ssh says on the way to another computer: that names people and computers, and isn't written down.
        All lines of one level are one record: a worker may say very much, and this is Krita's thread.
        """
        said = [_levelled(line) for line in lines if line.strip()]
        if said:
            self.last_words = errors.shortened(said[-1][1].strip(), 500)
        for level, group in groupby(said, itemgetter(0)):
            if level or not self._is_elsewhere:
                words = "\n".join(f"worker| {words}" for _level, words in group)
                logger().log(level or logging.INFO, "%s", words)

    @guarded
    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        how = f"exit code {code}" if status == QProcess.ExitStatus.NormalExit else f"crash, signal {code}"
        self._drain_errors()
        self._note([self._said])
        self._said = ""
        self._take(errors.DreamError("worker.ended", reason=how))

    @guarded
    def _error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process:
            self._take(errors.DreamError("worker.start", reason=self._process.errorString()))

    def _end(self, error: errors.DreamError) -> None:
        process, self._process = self._process, None
        self._forget()
        if process:
            logger().warning("%s", error)
            process.deleteLater()
            self.ended.emit(error)


def _environment() -> QtCore.QProcessEnvironment:
    environment = QtCore.QProcessEnvironment()
    for name, value in worker_environment().items():
        environment.insert(name, value)
    return environment


def _levelled(line: str) -> tuple[int, str]:
    """A line's level, 0 for none, and its words."""
    level, _, words = line.partition(" ")
    return (LEVELS[level], words) if level in LEVELS else (logging.NOTSET, line)
