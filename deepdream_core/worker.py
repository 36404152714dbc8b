"""The worker: wire messages on stdin, answers on stdout, one dream at a time, TensorFlow kept warm.

Two threads. The main one computes. The other one reads: it greets, describes, answers pings and takes
cancellations also while the first computes, and it ends the whole process as soon as stdin does.
"""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from . import environment, wire
from .description import description
from .errors import Cancelled, DreamError
from .film_settings import FilmSettings
from .presets import DEFAULT_PRESET, PRESETS
from .settings import AUTO, DreamSettings, spec_of
from .style_settings import StyleSettings
from .version import VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .dream import Job
    from .engine import Engine
    from .pixels import Pixels
    from .progress import Dreamed, Progress

PREVIEW_SECONDS = 0.25
_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Serve until stdin ends or a shutdown comes; never returns, because the process is ended at once."""
    outgoing = _claim_stdout()
    _die_with_parent()
    environment.prepare()
    Worker(sys.stdin.buffer, outgoing).run()
    return 0


class Worker:
    """Serves one client on two binary streams. ``run`` ends with the process only."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._writing = threading.Lock()
        self._greeted = threading.Event()
        self._waiting: queue.SimpleQueue[wire.Dream | wire.Atlas] = queue.SimpleQueue()
        # Set by the reading thread only, taken back by the computing thread only.
        self._current: wire.Dream | wire.Atlas | None = None
        self._cancelled = threading.Event()
        self._engine: Engine | None = None
        self._threads: int | str = AUTO
        self._last_preview = float("-inf")

    def run(self) -> None:
        """Read in the background; load TensorFlow after the greeting, then dream what comes."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        self._greeted.wait()
        self._attempt(0, self._warm_up)
        while True:
            request = self._waiting.get()
            self._attempt(request.id, partial(self._dream, request))

    def _attempt(self, request: int, action: Callable[[], None]) -> None:
        """Do ``action``; whatever goes wrong becomes the answer to ``request``, the traceback goes to the log."""
        try:
            action()
        except Cancelled as error:
            self._send(wire.failure(request, error))
        except DreamError as error:
            traceback.print_exc()
            self._send(wire.failure(request, error))
        except Exception as error:  # noqa: BLE001  the worker must outlive any fault of one job
            traceback.print_exc()
            reason = f"{type(error).__name__}: {error}"
            self._send(wire.failure(request, DreamError("worker.internal", reason=reason)))

    def _send(self, message: wire.Message) -> None:
        try:
            with self._writing:
                wire.write(self._outgoing, message)
        except OSError:
            # Nobody listens any more; there is nobody left to tell.
            os._exit(1)

    # The reading thread

    def _read(self) -> None:
        try:
            while (message := wire.read(self._incoming)) is not None:
                self._attempt(getattr(message, "id", 0), partial(self._receive, message))
        except DreamError as error:
            # After a broken frame nothing tells where the next one begins.
            self._send(wire.failure(0, error))
        finally:
            os._exit(0)

    def _receive(self, message: wire.Message) -> None:
        match message:
            case wire.Hello():
                self._greet(message)
            case wire.Ping():
                self._send(wire.Pong(message.id))
            case wire.Estimate():
                from . import cost

                self._send(cost.answer(message))
            case wire.Describe():
                self._send(wire.Description(message.id, **description()))
            case wire.Dream() | wire.Atlas():
                self._accept(message)
            case wire.Cancel():
                self._cancel(message.id)
            case wire.Shutdown():
                os._exit(0)
            case _:
                raise DreamError("wire.header", reason=f"“{message.type}” is no request")

    def _greet(self, hello: wire.Hello) -> None:
        if (hello.version, hello.wire) != (VERSION, wire.VERSION):
            raise DreamError("wire.version", plugin=hello.version, worker=VERSION)
        self._threads = spec_of("threads").check(hello.threads)
        self._send(wire.Welcome(VERSION, wire.VERSION, os.getpid()))
        self._greeted.set()

    def _accept(self, request: wire.Dream | wire.Atlas) -> None:
        if not self._greeted.is_set():
            raise DreamError("wire.header", reason="the first message must be hello")
        if self._current:
            raise DreamError("worker.busy")
        self._cancelled.clear()
        self._current = request
        self._waiting.put(request)

    def _cancel(self, request: int) -> None:
        """Stop job ``request``: at once if it still waits, else at the next tile; too late is no fault."""
        current = self._current
        if current is None or current.id != request:
            return
        try:
            self._waiting.get_nowait()
        except queue.Empty:
            self._cancelled.set()
        else:
            self._current = None
            raise Cancelled

    # The computing thread

    def _warm_up(self) -> None:
        start = time.monotonic()
        engine = self._loaded_engine()
        engine.warm(PRESETS[DEFAULT_PRESET].settings)
        self._send(wire.Ready(engine.tensorflow, time.monotonic() - start))

    def _loaded_engine(self) -> Engine:
        if self._engine is None:
            try:
                from .engine import Engine
            except ImportError as error:
                raise DreamError("worker.tensorflow", reason=error) from error
            self._engine = Engine(self._threads)
        return self._engine

    def _dream(self, request: wire.Dream | wire.Atlas) -> None:
        try:
            result = self._computed(request)
        finally:
            # Before the answer goes out: whoever gets it may ask for the next dream at once.
            self._current = None
        self._send(result)
        if isinstance(result, wire.Result) and isinstance(request, wire.Dream) and request.pack:
            # Beside the next dream: the painter waits for that, not for this.
            pack = partial(self._attempt, request.id, partial(self._pack, result))
            threading.Thread(target=pack, name="packer", daemon=True).start()

    def _pack(self, result: wire.Result) -> None:
        from .packing import packed

        self._send(wire.Packed(result.id, packed(result.picture, result.recipe)))

    def _computed(self, request: wire.Dream | wire.Atlas) -> wire.Message:
        from . import cost, errands

        start, engine = time.monotonic(), self._loaded_engine()
        self._last_preview = float("-inf")
        tell = partial(self._report, request.id)
        if isinstance(request, wire.Atlas):
            return errands.sheet(request, engine, tell)
        if request.kind == FilmSettings.kind:
            return errands.film(request, _job(request), engine, tell)
        for progress in _begun(request, engine):
            tell(progress)
        assert progress.result is not None
        seconds = time.monotonic() - start
        if request.kind == DreamSettings.kind:
            height, width = progress.result.mask.shape
            cost.learn(DreamSettings.from_dict(request.settings), width, height, seconds)
        return _result(request, progress.result, seconds)

    def _report(self, request: int, progress: Progress) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        preview, now = None, time.monotonic()
        if progress.preview is not None and now - self._last_preview >= PREVIEW_SECONDS:
            preview, self._last_preview = _u8(progress.preview), now
        self._send(wire.Progress(
            request, progress.done, progress.total, progress.octave, progress.octaves, progress.step,
            progress.steps, progress.seconds_left, preview,
        ))


def _begun(request: wire.Dream, engine: Engine) -> Iterator[Progress]:
    """The job that ``request`` describes, begun."""
    from .dream import dream
    from .style import StyleJob, style

    if request.kind == DreamSettings.kind:
        return dream(_job(request), engine)
    if request.kind == StyleSettings.kind:
        picture, mask, backdrop, pictures = _parts(request)
        settings = StyleSettings.from_dict(request.settings)
        return style(StyleJob(picture, settings, pictures, mask, backdrop, _weight(request)), engine)
    raise DreamError("wire.header", reason=f"“{request.kind}” is no kind of job")


def _job(request: wire.Dream) -> Job:
    from .dream import Job

    picture, mask, backdrop, pictures = _parts(request)
    return Job(picture, DreamSettings.from_dict(request.settings), mask, backdrop, pictures, _weight(request))


def _parts(request: wire.Dream) -> tuple[Pixels, NDArray[np.float32] | None, Pixels | None, dict[str, Pixels]]:
    """Picture, mask, backdrop and further pictures."""
    from .pixels import from_wire

    pictures = {name: from_wire(item) for name, item in request.pictures.items()}
    backdrop = from_wire(request.backdrop) if request.backdrop else None
    return from_wire(request.picture), _mask(request), backdrop, pictures


def _mask(request: wire.Dream) -> NDArray[np.float32] | None:
    import numpy as np

    if not request.mask:
        return None
    width, height = request.picture.width, request.picture.height
    if len(request.mask) != width * height:
        raise DreamError("wire.header", reason=f"a mask of {len(request.mask)} bytes")
    mask: NDArray[np.float32] = np.frombuffer(request.mask, np.uint8).reshape(height, width) / np.float32(255)
    return mask


def _weight(request: wire.Dream) -> NDArray[np.float32] | None:
    from .masks import painted
    from .pixels import from_wire

    return painted(from_wire(request.weight)) if request.weight else None


def _u8(rgb: NDArray[np.float32]) -> wire.Picture:
    from .pixels import Pixels, to_wire

    return to_wire(Pixels(rgb), "U8")


def _result(request: wire.Dream, dreamed: Dreamed, seconds: float) -> wire.Result:
    from .pixels import Pixels, to_wire

    picture = to_wire(Pixels(dreamed.rgb, dreamed.alpha), request.picture.depth)
    blended, touched = _blended(request, dreamed) if request.blend > 0 else (None, b"")
    recipe = dreamed.recipe.to_dict()
    return wire.Result(request.id, dreamed.x, dreamed.y, picture, recipe, seconds, blended, touched)


def _blended(request: wire.Dream, dreamed: Dreamed) -> tuple[wire.Picture, bytes]:
    import numpy as np

    from .pixels import Pixels, blend, from_wire, to_wire

    source = from_wire(request.picture)
    height, width = dreamed.mask.shape
    place = slice(dreamed.y, dreamed.y + height), slice(dreamed.x, dreamed.x + width)
    rgb = blend(source.rgb[place], dreamed.rgb, dreamed.mask * np.float32(request.blend / 100))
    alpha = None if source.alpha is None else source.alpha[place]
    touched = ((dreamed.mask > 0) * np.uint8(255)).tobytes()
    return to_wire(Pixels(rgb, alpha), request.picture.depth), touched


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
