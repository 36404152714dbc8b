"""Requests to the worker and its answers, as Qt signals on the main thread; a frozen worker is noticed."""

from __future__ import annotations

from collections.abc import Callable

from ..border import guarded
from ..core import errors, version, wire
from ..log import logger
from ..qt import QtCore, Signal
from .another_computer import SLOW, LinkTest, arguments
from .worker_process import WorkerProcess

BEAT_MS = 2000
# Loading TensorFlow from a slow disk or writing a long zoom can hold the worker's interpreter for long, and hours of
# work would be lost with it. Impatient painters cancel, and a worker that doesn't answer that is replaced much sooner.
SILENT_BEATS = 60


class Client(QtCore.QObject):
    """One worker, started on demand. ``ended`` carries why it is gone; the next ``start`` makes a new one.
    ``gone``: however it came to that, there is none any more, and what it kept is lost.

    ``command`` gives the argv of the worker, or ``None`` when DeepDream isn't set up. ``line`` gives what the painter
    typed to have it on another computer, and goes before; empty for this one. ``free_core``: whether it leaves a core.
    """

    welcomed = Signal()
    ready = Signal(object)
    answered = Signal(object)
    ended = Signal(object)
    gone = Signal()

    def __init__(
        self,
        command: Callable[[], list[str] | None],
        parent: QtCore.QObject | None = None,
        beat_ms: int = BEAT_MS,
        line: Callable[[], str] = str,
        free_core: Callable[[], bool] = bool,
    ) -> None:
        super().__init__(parent)
        self._command, self._line, self._free_core = command, line, free_core
        self._link_test: LinkTest | None = None
        # What the worker that was started last was started with.
        self.line = ""
        self._process = WorkerProcess(self)
        self._process.message.connect(self._receive)
        self._process.moved.connect(self._heard)
        self._process.ended.connect(self._process_ended)
        self._beat = QtCore.QTimer(self)
        self._beat.setInterval(beat_ms)
        self._beat.timeout.connect(self._ping)
        self._silent_beats = 0
        self.is_welcome = False
        self.is_ready = False

    @property
    def running(self) -> bool:
        """Whether there is a worker process, ready or not."""
        return self._process.running

    @property
    def pid(self) -> int:
        """The worker's process number, 0 for none."""
        return self._process.pid

    def start(self) -> None:
        """Start the worker unless it runs. Raises ``DreamError`` when DeepDream isn't set up."""
        if self.running:
            return
        line = self._line()
        command = arguments(line) if line else self._command()
        if command is None:
            raise errors.DreamError("worker.missing")
        self.line, self._link_test = line, LinkTest() if line else None
        self.is_welcome = self.is_ready = False
        self._silent_beats = 0
        self._process.start(command, is_elsewhere=bool(line))
        self._process.send(wire.Hello(version.VERSION, free_core=self._free_core()))
        self._beat.start()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the worker that was started last is on another computer, with another disk."""
        return self._link_test is not None

    def send(self, message: wire.Message) -> None:
        """Send a request; its answers arrive by ``answered``."""
        self._process.send(message)

    def stop(self, wait: bool = False) -> None:
        """End the worker at once, without ``ended``; with ``wait`` return when it is gone."""
        self._beat.stop()
        self._process.kill(wait)
        self.is_welcome = self.is_ready = False
        self.gone.emit()

    def report_fault(self, error: errors.DreamError) -> None:
        """A slot failed: start over with another worker."""
        self.stop()
        self.ended.emit(error)

    @guarded
    def _receive(self, message: wire.Message) -> None:
        if isinstance(message, wire.Welcome):
            if (message.version, message.wire) != (version.VERSION, wire.VERSION):
                raise errors.DreamError("wire.version", plugin=version.VERSION, worker=message.version)
            logger().info("worker %d says hello", message.pid)
            if self._link_test is None:
                self._welcome()
            for ping in self._link_test.pings() if self._link_test else []:
                self._process.send(ping)
        elif isinstance(message, wire.Pong):
            rate = self._link_test.rate(message) if self._link_test else None
            if rate is not None:
                self._measured(rate)
        elif isinstance(message, wire.Ready):
            self.is_ready = True
            self.ready.emit(message)
        elif isinstance(message, wire.Failed) and not message.id:
            # Not an answer to anything: the worker can't work at all.
            raise errors.DreamError(message.code, **message.values)
        elif not isinstance(message, wire.Compress):
            self.answered.emit(message)

    def _measured(self, rate: float) -> None:
        logger().info("the worker is on another computer, %.1f MB/s away", rate / 1e6)
        if rate < SLOW:
            self._process.compress()
        self._welcome()

    def _welcome(self) -> None:
        self.is_welcome = True
        self.welcomed.emit()

    @guarded
    def _heard(self) -> None:
        self._silent_beats = 0

    @guarded
    def _ping(self) -> None:
        if self._silent_beats >= SILENT_BEATS:
            raise errors.DreamError("worker.frozen", seconds=SILENT_BEATS * self._beat.interval() // 1000)
        self._silent_beats += 1
        self._process.send(wire.Ping(0))

    @guarded
    def _process_ended(self, error: errors.DreamError) -> None:
        self._beat.stop()
        self.is_welcome = self.is_ready = False
        if self._link_test and error.code in ("worker.start", "worker.ended"):
            said = self._process.last_words or error.values["reason"]
            error = errors.DreamError("worker.unreachable", line=self._line(), said=said)
        self.gone.emit()
        self.ended.emit(error)
