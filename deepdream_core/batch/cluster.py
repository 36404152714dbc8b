"""(tasks) → their answers, computed by the workers of a Dask cluster, here or on other computers.

Each worker process computes one task at a time, since Dask blames every task that a dead worker held. A task that ends
three workers is given up (as in Blender's Flamenco). Files are read and written by the workers, in folders that all of
them see alike. Weights that a worker lacks are sent to it; those that it has must be the same as here.
"""

from __future__ import annotations

import importlib.util
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ..catalogue import network
from ..errors import DreamError
from ..settings.dream_settings import DreamSettings
from ..settings.style_settings import StyleSettings
from ..system import environment
from . import sent_weights
from .sent_weights import SentWeights
from .tasks import Answer, Made, Task, Told

if TYPE_CHECKING:
    from ..engine.engine import Engine

LOCAL = "local"
# How many workers a task may cost before the next one's end makes it fail.
ALLOWED_FAILURES = 2
# Seconds: between two polls, for a scheduler to answer, and between two reports of a worker.
_LOOK, _ANSWER, _REPORT = 0.2, 10, 0.5
# Bytes that a worker needs in addition to its dream: TensorFlow, a network and its compiled gradient.
WORKER_BYTES = 1_200_000_000


def distributed() -> Any:
    """Dask's package. Raises ``DreamError`` (``cluster.dask``) if it isn't installed."""
    try:
        import distributed as package
    except ImportError as error:
        raise DreamError("cluster.dask") from error
    return package


@dataclass(frozen=True)
class _Lacking:
    """Sent by a worker instead of an answer: it lacks the weights of these networks."""

    networks: tuple[str, ...]
    worker: str


class Cluster:
    """The workers of the scheduler at ``address`` ("tcp://host:port"); used in a ``with``.

    ``security``: Dask's keys for it; ``None`` for those of Dask's own settings, which by default has none.
    Raises ``DreamError`` if it can't be reached.
    """

    def __init__(self, address: str, security: Any = None) -> None:
        self._address, self._topic = address, f"deepdream-{uuid4().hex}"
        self._told: SimpleQueue[tuple[str, float, float, str]] = SimpleQueue()
        self._checksums: dict[DreamSettings | StyleSettings, dict[str, str]] = {}
        try:
            self._client = distributed().Client(address, timeout=_ANSWER, set_as_default=False, security=security)
            self._shows = self._client.run_on_scheduler(_allow)
            self._client.subscribe_topic(self._topic, lambda event: self._told.put(event[1]))
        except (OSError, ValueError, RuntimeError, TypeError) as error:
            raise DreamError("cluster.reach", address=address, reason=str(error) or type(error).__name__) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close(timeout=2)

    @property
    def workers(self) -> tuple[str, ...]:
        """The addresses of the present worker processes."""
        return tuple(self._client.scheduler_info(n_workers=-1).get("workers", ()))

    @property
    def dashboard(self) -> str:
        """The address of Dask's dashboard; empty if the scheduler has none."""
        return str(self._client.dashboard_link) if self._shows else ""

    def answers(self, tasks: Sequence[Task[Made]], tell: Callable[[Told], None]) -> Iterator[Answer[Made]]:
        """As ``Computers.answers``, in the order in which they are done. Raises ``DreamError`` (``cluster.lost``)."""
        waiting, running = deque(tasks), dict[Any, Task[Made]]()
        try:
            while waiting or running:
                if self._client.status != "running":
                    raise DreamError("cluster.lost", address=self._address)
                while waiting and len(running) < len(self.workers):
                    task = waiting.popleft()
                    running[self._submit(task)] = task
                self._pass_on(running, tell)
                for future in [each for each in running if each.status != "pending"]:
                    answer = self._answer(future, running[future])
                    task = running.pop(future)
                    if answer is None:
                        waiting.appendleft(task)
                    else:
                        yield answer
                time.sleep(_LOOK)
        finally:
            if self._client.status == "running":
                self._client.cancel(list(running))

    def _submit(self, task: Task[Any]) -> Any:
        settings = task.settings
        if settings not in self._checksums:
            self._checksums[settings] = sent_weights.checksums(settings)
        return self._client.submit(run, task, self._checksums[settings], self._topic, pure=False)

    def _pass_on(self, running: Mapping[Any, Task[Any]], tell: Callable[[Told], None]) -> None:
        """Pass on the workers' reports."""
        tasks = {future.key: task for future, task in running.items()}
        try:
            while True:
                key, share, seconds_left, worker = self._told.get_nowait()
                if key in tasks:
                    tell(Told(tasks[key], share, seconds_left, worker))
        except Empty:
            return

    def _answer(self, future: Any, task: Task[Made]) -> Answer[Made] | None:
        """A task's answer; ``None`` if it has to be tried again."""
        if future.status == "finished":
            found = future.result()
            if isinstance(found, _Lacking):
                error = self._send(found)
                return None if error is None else Answer(task, task.failed(error), found.worker)
            return Answer(
                task, task.failed(found.made) if isinstance(found.made, DreamError) else found.made, found.worker
            )
        if future.status != "error":
            raise DreamError("cluster.lost", address=self._address)
        error = future.exception()
        if isinstance(error, distributed().scheduler.KilledWorker):
            told = DreamError("cluster.killed", name=task.name, count=ALLOWED_FAILURES + 1, advice=task.otherwise)
        else:
            told = DreamError("worker.internal", reason=error)
        return Answer(task, task.failed(told))

    def _send(self, lacking: _Lacking) -> DreamError | None:
        """Send the weights that a worker lacks; return what went wrong with them there."""
        for name in lacking.networks:
            weights = SentWeights.of(name)
            for error in self._client.run(_receive, weights, workers=[lacking.worker], on_error="ignore").values():
                if isinstance(error, DreamError):
                    return error
        return None


def started(workers: int) -> Any:
    """A context with a Dask cluster of so many worker processes, reachable from this computer only.

    And only with its ``security``, keys made for each run, since whoever reaches a worker can run code there. Dask
    writes them for a moment to a folder that only this account can read, and nothing keeps them. Raises ``DreamError``
    (``cluster.secret``) if they can't be made.
    """
    local = distributed().LocalCluster
    try:
        security = distributed().Security.temporary()
    except ImportError as error:
        raise DreamError("cluster.secret") from error
    return local(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        memory_limit=0,
        dashboard_address="127.0.0.1:0" if _can_show() else None,
        security=security,
    )


def run(task: Task[Made], checksums: Mapping[str, str], topic: str) -> Answer[Made | DreamError] | _Lacking:
    """Run ``task`` on a worker, if its networks have the weights with these checksums."""
    worker = distributed().get_worker()
    missing = sent_weights.lacking(checksums)
    if missing:
        return _Lacking(missing, worker.address)
    try:
        engine = _engine(task)
        sent_weights.check(engine, checksums)
    except DreamError as error:
        return Answer(task, error, worker.address)
    return Answer(task, task.run(engine, _Reports(worker, topic)), worker.address)


class _Reports:
    """Reports from time to time how far a task is."""

    def __init__(self, worker: Any, topic: str) -> None:
        self._worker, self._topic = worker, topic
        self._key, self._last = worker.get_current_task(), -_REPORT

    def __call__(self, share: float, seconds_left: float) -> None:
        if time.monotonic() - self._last >= _REPORT:
            self._last = time.monotonic()
            self._worker.log_event(self._topic, (self._key, share, seconds_left, self._worker.address))


def _engine(task: Task[Any]) -> Engine:
    with environment.loading_tensorflow():
        from ..engine.engine import shared

        return shared(task.threads)


def _receive(weights: SentWeights) -> DreamError | None:
    try:
        weights.receive()
    except DreamError as error:
        return error
    except OSError as error:
        return DreamError("cluster.weights", label=network(weights.name).label, reason=error)
    return None


def _allow(dask_scheduler: Any) -> bool:
    dask_scheduler.allowed_failures = ALLOWED_FAILURES
    return _can_show()


def _can_show() -> bool:
    """Whether Dask's dashboard can run here."""
    return importlib.util.find_spec("bokeh") is not None
