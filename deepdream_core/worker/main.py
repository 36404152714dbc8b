"""The worker: wire messages on stdin, answers on stdout, one dream at a time, TensorFlow kept warm.

Two threads. The main one computes; with nothing to do it makes ready what the client asked about last. The other one
reads: it greets, describes, answers pings and cancellations also while the first computes, and it ends the whole
process as soon as stdin does.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from ..engine.precision import FP32
from ..errors import Cancelled, DreamError, shortened
from ..protocol import wire
from ..protocol.deflate import inflated
from ..settings import cache_settings
from ..settings.dream_settings import AUTO, DreamSettings, spec_of
from ..settings.presets import DEFAULT_PRESET, PRESETS
from ..system import caches, environment, priority
from ..version import VERSION
from . import log
from .description import description
from .replies import Replies, Request

if TYPE_CHECKING:
    from ..engine.engine import Engine
    from .stages import Stages

# How long nothing more is asked about before that is made ready: not every move of a slider shall cost a second.
REST_SECONDS = 0.5
_PR_SET_PDEATHSIG = 1


def main() -> NoReturn:
    """Serve until stdin ends or a shutdown comes; then the process is ended at once."""
    outgoing = _claim_stdout()
    _die_with_parent()
    priority.give_way()
    Worker(sys.stdin.buffer, outgoing).run()


class Worker:
    """Serves one client on two binary streams. ``run`` ends with the process only."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._replies = Replies(outgoing)
        self._greeted = threading.Event()
        # ``None``: something was asked about that is likely to be wanted next.
        self._waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._likely = PRESETS[DEFAULT_PRESET].settings
        self._engine: Engine | None = None
        self._stages: Stages | None = None
        self._threads: int | str = AUTO

    def run(self) -> NoReturn:
        """Read in the background; load TensorFlow after the greeting, then dream what comes."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        self._greeted.wait()
        self._attempt(self._warm_up, self._refuser(0))
        self._attempt(_tidy, _ignored)
        while True:
            request = self._next()
            self._attempt(partial(self._dream, request), partial(self._fail, request), request.id)

    def _attempt(self, action: Callable[[], None], failed: Callable[[DreamError], None], job: int = 0) -> None:
        """Do ``action``; whatever goes wrong is handed to ``failed``, the traceback goes to the log."""
        try:
            action()
        except Cancelled as error:
            failed(error)
        except DreamError as error:
            log.fault(error, job)
            failed(error)
        except Exception as error:  # noqa: BLE001  the worker must outlive any fault of one job
            log.fault(error, job)
            failed(_as_ours(error))

    def _refuser(self, number: int) -> Callable[[DreamError], None]:
        return lambda error: self._replies.send(wire.failure(number, error))

    # The reading thread

    def _read(self) -> None:
        """Whatever ends the reading is told: after a broken frame nothing tells where the next one begins."""
        try:
            self._attempt(self._read_all, self._refuser(0))
        finally:
            self._end()

    def _read_all(self) -> None:
        while (message := wire.read(self._incoming)) is not None:
            number = getattr(message, "id", 0)
            self._attempt(partial(self._receive, message), self._refuser(number), number)

    def _receive(self, message: wire.Message) -> None:
        match message:
            case wire.Hello():
                self._greet(message)
            case wire.Ping():
                self._replies.send(wire.Pong(message.id))
            case wire.Compress():
                self._replies.compress()
                self._incoming = inflated(self._incoming)
            case wire.Estimate():
                self._estimate(message)
            case wire.Stage():
                self._show_stage(message)
            case wire.Describe():
                self._replies.send(wire.Description(message.id, **description()))
            case (
                wire.Dream()
                | wire.Renew()
                | wire.Style()
                | wire.Zoom()
                | wire.Keyframe()
                | wire.Animate()
                | wire.Atlas()
            ):
                self._accept(message)
            case wire.Cancel():
                self._cancel(message.id)
            case wire.Discard():
                self._attempt(partial(_discard, message), _ignored)
            case wire.Shutdown():
                self._end()
            case _:
                raise DreamError("wire.header", reason=f"“{message.type}” is not a request")

    def _end(self) -> None:
        """Nothing of what was kept stays."""
        try:
            if self._stages is not None:
                self._stages.close()
        finally:
            os._exit(0)

    def _greet(self, hello: wire.Hello) -> None:
        if (hello.version, hello.wire) != (VERSION, wire.VERSION):
            raise DreamError("wire.version", plugin=hello.version, worker=VERSION)
        self._threads = spec_of("threads").check(hello.threads)
        if hello.free_core:
            left = priority.free_a_core()
            self._threads = left if self._threads == AUTO else self._threads
        self._replies.send(wire.Welcome(VERSION, wire.VERSION, os.getpid()))
        self._greeted.set()

    def _estimate(self, question: wire.Estimate) -> None:
        from ..engine import cost

        self._replies.send(cost.answer(question))
        settings = cost.settings_of(question)
        if question.is_likely and isinstance(settings, DreamSettings):
            self._likely = settings
            self._waiting.put(None)

    def _show_stage(self, question: wire.Stage) -> None:
        if self._stages is None:
            raise DreamError("dream.stages")
        answer = self._stages.shown(question)
        if answer is not None:
            self._replies.send(answer)

    def _accept(self, request: Request) -> None:
        if not self._greeted.is_set():
            raise DreamError("wire.header", reason="the first message must be hello")
        self._replies.begin(request)
        self._waiting.put(request)

    def _cancel(self, number: int) -> None:
        """Answer at once; a job that still waits shall not keep its pictures until its turn comes."""
        if self._replies.cancel(number):
            with suppress(queue.Empty):
                while True:
                    self._waiting.get_nowait()
            self._waiting.put(None)

    # The computing thread

    def _warm_up(self) -> None:
        start = time.monotonic()
        engine = self._loaded_engine()
        # The first job shall not wait for its modules either.
        importlib.import_module(".handlers", __package__)
        settings = PRESETS[DEFAULT_PRESET].settings
        # Whoever pressed Dream already waits for his own objective. And the first time of all nobody shall wait for
        # the trial of precisions: it comes with the first rest.
        if not self._replies.is_awaited:
            engine.warm(settings if engine.is_tried(settings.network) else settings.replace({"precision": FP32}))
        self._waiting.put(None)
        self._replies.send(wire.Ready(engine.tensorflow, time.monotonic() - start))

    def _next(self) -> Request:
        """The next job, waited for; what is likely to be the one after is made ready meanwhile."""
        patience: float | None = None
        while True:
            try:
                request = self._waiting.get(timeout=patience)
            except queue.Empty:
                self._attempt(self._foresee, _ignored)
                patience = None
                continue
            if request:
                return request
            patience = REST_SECONDS

    def _foresee(self) -> None:
        # What can't be dreamed is told when somebody wants to dream it.
        with suppress(DreamError):
            self._loaded_engine().warm(self._likely)

    def _loaded_engine(self) -> Engine:
        if self._engine is None:
            # Not quietly: the reading thread writes to the log.
            with environment.loading_tensorflow(quiet=False):
                from ..engine.engine import Engine
            self._engine = Engine(self._threads)
        return self._engine

    def _dream(self, request: Request) -> None:
        engine = self._loaded_engine()
        from . import handlers, stages

        self._stages = self._stages or stages.Stages()
        started = time.monotonic()
        log.say(f"{request.type} begins {log.size_of(request)}".rstrip(), request.id)
        answer = handlers.handle(request, engine, self._replies, self._stages)
        told = self._replies.end(request, answer)
        log.say(f"{answer.type} after {time.monotonic() - started:.1f} s", request.id)
        if told and isinstance(answer, wire.Result) and isinstance(request, wire.Dream | wire.Style) and request.pack:
            # Beside the next dream: the painter waits for that, not for this. The job has its answer, so a fault
            # only goes to the log.
            pack = partial(self._attempt, partial(self._pack, answer), _ignored, request.id)
            threading.Thread(target=pack, name="packer", daemon=True).start()

    def _fail(self, request: Request, error: DreamError) -> None:
        self._replies.end(request, wire.failure(request.id, error))

    def _pack(self, result: wire.Result) -> None:
        from .packing import packed

        self._replies.send(wire.Packed(result.id, packed(result.picture, result.recipe)))


def _as_ours(error: Exception) -> DreamError:
    """TensorFlow's lack of memory is told by its name: it may be what could not be loaded."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return DreamError("memory.gone")
    return DreamError("worker.internal", reason=_in_a_line(error))


def _in_a_line(error: Exception) -> str:
    """What the error says, unless even that goes wrong: a number in it may have too many digits to be written."""
    try:
        return f"{type(error).__name__}: {shortened(str(error), 500)}"
    except ValueError:
        return type(error).__name__


def _tidy() -> None:
    """Delete what is left of jobs that ended, and what there is too much of."""
    caches.fit(cache_settings.read().limit_bytes)


def _discard(message: wire.Discard) -> None:
    from . import sending

    sending.discard(message.folder)


def _ignored(_fault: DreamError) -> None:
    """The log has it; there is nobody to answer."""


def _claim_stdout() -> BinaryIO:
    """Take file descriptor 1 for the protocol; what else writes there, native code too, goes to stderr."""
    sys.stdout.flush()
    protocol = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(protocol, "wb")


def _die_with_parent() -> None:
    """On Linux the kernel kills this process with its parent; elsewhere the end of stdin has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
