"""(tasks) → their outcomes, computed by the workers of a Dask cluster: here or on other computers.

Each worker process computes one task at a time, since Dask blames every task that a dead worker held. A task that ends
three workers is given up (as in Blender's Flamenco). Files are read and written by the workers, in folders that all of
them see alike; the network's weights must be the same everywhere, and which they are is checked there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..catalogue import network
from ..errors import DreamError
from ..settings.dream_settings import DreamSettings
from ..settings.style_settings import StyleSettings
from ..system import environment
from ..weights.store import verified
from .tasks import Outcome, Task

if TYPE_CHECKING:
    from ..engine.engine import Engine

LOCAL = "local"
# So many workers may end while computing a task before it is given up with the next one.
ALLOWED_FAILURES = 2
# Seconds between two looks, and for a scheduler to answer.
_LOOK, _ANSWER = 0.2, 10
# Bytes of a worker beside what it dreams: TensorFlow, a network and its compiled gradient.
WORKER_BYTES = 1_200_000_000


def distributed() -> Any:
    """Dask's package. Raises ``DreamError`` (``cluster.dask``) if it isn't installed."""
    try:
        import distributed as package
    except ImportError as error:
        raise DreamError("cluster.dask") from error
    return package


class Cluster:
    """The workers of the scheduler at ``address`` ("tcp://host:port"); used in a ``with``. TLS by Dask's own settings.

    Raises ``DreamError`` if it can't be reached.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        try:
            self._client = distributed().Client(address, timeout=_ANSWER, set_as_default=False)
            self._client.run_on_scheduler(_allow)
        except (OSError, ValueError, RuntimeError) as error:
            raise DreamError("cluster.reach", address=address, reason=str(error) or type(error).__name__) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close(timeout=2)

    @property
    def workers(self) -> int:
        """How many worker processes there are now."""
        return len(self._client.scheduler_info(n_workers=-1).get("workers", ()))

    def outcomes(self, tasks: Sequence[Task], tell: Callable[[Task, float, float], None]) -> Iterator[Outcome]:
        """As ``Computers`` says, in the sequence in which they are done. Raises ``DreamError`` (``cluster.lost``)."""
        waiting, running = list(tasks), dict[Any, Task]()
        try:
            while waiting or running:
                if self._client.status != "running":
                    raise DreamError("cluster.lost", address=self._address)
                while waiting and len(running) < self.workers:
                    task = waiting.pop(0)
                    running[self._client.submit(run, task, _checksum(task.settings), pure=False)] = task
                    tell(task, 0.0, 0.0)
                for future in [each for each in running if each.status != "pending"]:
                    yield self._outcome(future, running.pop(future))
                time.sleep(_LOOK)
        finally:
            if self._client.status == "running":
                self._client.cancel(list(running))

    def _outcome(self, future: Any, task: Task) -> Outcome:
        if future.status == "finished":
            outcome: Outcome = future.result()
            return outcome
        if future.status != "error":
            raise DreamError("cluster.lost", address=self._address)
        error = future.exception()
        if isinstance(error, distributed().scheduler.KilledWorker):
            return task.failed(DreamError("cluster.killed", name=task.name, count=ALLOWED_FAILURES + 1))
        return task.failed(DreamError("worker.internal", reason=error))


def started(workers: int) -> Any:
    """A Dask cluster of so many worker processes on this computer, which only this computer reaches: a context."""
    local = distributed().LocalCluster
    return local(n_workers=workers, threads_per_worker=1, host="127.0.0.1", memory_limit=0, dashboard_address=None)


def run(task: Task, sha256: str) -> Outcome:
    """What a worker does: ``task``, if its network has the weights with this checksum. Errors are in the outcome."""
    worker = str(distributed().get_worker().address)
    try:
        engine = _engine(task, sha256, worker)
    except DreamError as error:
        return task.failed(error)
    return task.run(engine, lambda _share, _seconds_left: None).by(worker)


def _engine(task: Task, sha256: str, worker: str) -> Engine:
    environment.prepare()
    from ..engine.engine import shared

    engine = shared(task.threads)
    if engine.network(task.settings.network).weights.sha256 != sha256:
        label, reason = network(task.settings.network).label, "they have another checksum"
        raise DreamError("cluster.weights", worker=worker, label=label, reason=reason)
    return engine


def _checksum(settings: DreamSettings | StyleSettings) -> str:
    return verified(network(settings.network)).sha256


def _allow(dask_scheduler: Any) -> None:
    dask_scheduler.allowed_failures = ALLOWED_FAILURES
