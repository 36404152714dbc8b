"""What is going on, without widgets: the queue of jobs, the one that is dreamed, and what became of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import again, aim, films
from .border import guarded
from .client import Client
from .core import errors, wire
from .estimate import Estimate, in_words
from .grab import Blended, Goes, Grabbed, Outcome
from .jobs import Aside, Chosen, HostLike, Job, Lender, Order, State
from .language import explain, mark, tr
from .log import logger
from .qt import QtCore, Signal
from .results import Results

CANCEL_PATIENCE_MS = 10_000
STARTING = mark("The dreaming program is starting; the first time takes about ten seconds…")
CANCELLED = mark("Cancelled. Nothing was changed.")


class Session(QtCore.QObject):
    """One for the whole of Krita; dockers watch ``changed`` and ``previewed`` (a ``wire.Picture`` or None).

    ``present`` are the networks whose weights are on this computer, empty until the worker has told.

    A cancelled job is over for the painter at once. The worker still owes an answer to it; until that
    comes no other job is sent, and if it doesn't come the worker is replaced.
    """

    changed = Signal()
    previewed = Signal(object)

    def __init__(self, host: HostLike, client: Client, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._client = client
        self._queue: deque[Job | Aside] = deque()
        self._current: Job | Aside | None = None
        self._numbers = 0
        self._owed = 0
        self._failure: errors.DreamError | None = None
        self._patience = QtCore.QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._replace_worker)
        self._estimate = Estimate(self._ask_cost)
        self.results = Results(host, self)
        self.results.said.connect(self._done)
        self.present: set[str] = set()
        self.sentence = ""
        self.progress: wire.Progress | None = None
        self._last_preview: wire.Picture | None = None
        client.welcomed.connect(self._welcomed)
        client.ready.connect(self._ready)
        client.answered.connect(self._answered)
        client.ended.connect(self._worker_ended)

    @property
    def lender(self) -> Lender:
        """Where pictures beside the one that is dreamed come from."""
        return self._host

    @property
    def busy(self) -> bool:
        """Whether there is a job that could be cancelled; what is done aside is none."""
        return bool(self.jobs)

    @property
    def jobs(self) -> list[Job]:
        """The present job and those that will come after it."""
        return [job for job in (self._current, *self._queue) if isinstance(job, Job)]

    @property
    def state(self) -> State:
        """The state to show; ``sentence`` says it in words."""
        if self._client.running and not self._client.is_ready:
            return State.STARTING
        if self.busy:
            return State.DREAMING
        return State.FAILED if self._failure else State.IDLE

    def wake(self) -> None:
        """The painter touched the docker: have the worker ready by the time of the first Dream."""
        if not self._client.running:
            self._client.start()
            self._say(tr(STARTING))

    def dream(self, order: Order) -> None:
        """Grab what the order's source says, and dream it when its turn comes.

        Raises ``DreamError`` when there is nothing to dream or no worker to do it.
        """
        if order.goes is Goes.REPLACE and not self.results.strength:
            raise errors.DreamError("krita.strength")
        self._client.start()
        if not self._client.running:
            return  # it ended at once, and that was told
        grabbed = self._host.grab(order, "U8" if order.film else "")
        if order.goes is Goes.REPLACE and not grabbed.replaceable:
            order = replace(order, goes=Goes.ABOVE)
        if order.film:
            order = films.with_target(order)
        order = order.made_for(grabbed, self._host)
        self._drop_asides()
        self._queue.append(Job(self._next_number(), order, grabbed))
        self._failure = None
        waiting = "" if self._client.is_ready else tr(STARTING)
        self._say(" ".join(filter(None, [grabbed.note, waiting])))
        self._advance()

    def ask(self, request: wire.Dream | wire.Atlas, told: Callable[[Any], None]) -> None:
        """Have the worker do something when there is no dream to do; ``told`` hears every answer.

        The request's id is filled in here. The last answer is ``wire.Failed`` when a dream came between.
        """
        self._client.start()
        number = self._next_number()
        self._queue.append(Aside(number, replace(request, id=number), told))
        self._advance()

    def drop(self, told: Callable[[Any], None]) -> None:
        """Whoever asked doesn't want to hear of it any more."""
        self._queue = deque(job for job in self._queue if not (isinstance(job, Aside) and job.told == told))
        if isinstance(self._current, Aside) and self._current.told == told:
            self._give_up_current()

    def sketch(self, grabbed: Grabbed, order: Order, told: Callable[[Any], None]) -> None:
        """Dream only to look at it; ``told`` as in ``ask``."""
        self.ask(Job(0, order.made_for(grabbed, self._host), grabbed).request(), told)

    def _drop_asides(self) -> None:
        asides = [job for job in (self._current, *self._queue) if isinstance(job, Aside)]
        for aside in asides:
            self.drop(aside.told)
            aside.told(wire.failure(aside.number, errors.Cancelled()))

    def grab_for_sketch(self, order: Order) -> Grabbed:
        """What an order would take now, 8 bits deep. Raises ``DreamError`` when there is nothing to dream."""
        return self._host.grab(order, "U8")

    def glimpse(self, order: Order) -> object:
        """What an order would take now, only to be compared with ``==``. Raises as ``grab_for_sketch``."""
        return self._host.glimpse(order)

    def settings_of_active(self) -> tuple[str, Chosen]:
        """Name and settings of the dream that is the active layer. Raises ``DreamError`` if it is none."""
        kept = self._host.recipe()
        chosen = again.settings_in(kept)
        return (kept.name if kept else ""), chosen

    def dream_again(self, goes: Goes) -> None:
        """Dream with another seed what the active layer was dreamed of. Raises as ``dream``."""
        self.dream(again.order_again(self._host.recipe(), goes))

    def aim(self, order: Order) -> str:
        """In words, what would be dreamed now and how long that would take, or why nothing could be."""
        try:
            target = self._host.look(order)
        except errors.DreamError as error:
            return explain(error)
        if target is None:
            return tr("Open an image to dream.")
        seconds = self._estimate.seconds(order, target.size)
        what = aim.in_words(target)
        return what if seconds is None else f"{what}, {in_words(seconds)}"

    def _ask_cost(self, question: wire.Estimate) -> bool:
        if self._client.is_welcome:
            self._client.send(question)
        return self._client.is_welcome

    def cancel(self) -> None:
        """Give up the present job and those that wait; nothing of them will appear."""
        jobs = self.jobs
        self._queue.clear()
        self._give_up_current()
        for job in jobs:
            films.forget(job.order)
        self._end_progress()
        self._say(tr(CANCELLED))

    def cancel_one(self, number: int) -> None:
        """Give up one job, the present one or one that waits; the others go on."""
        for job in self.jobs:
            if job.number == number:
                films.forget(job.order)
        self._queue = deque(job for job in self._queue if job.number != number)
        if self._current and self._current.number == number:
            self._give_up_current()
            self._end_progress()
        self._say("" if self.busy else tr(CANCELLED))

    def _give_up_current(self) -> None:
        job, self._current = self._current, None
        if job:
            self._owed = job.number
            self._client.send(wire.Cancel(job.number))
            self._patience.start(CANCEL_PATIENCE_MS)

    def _next_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def close(self) -> None:
        """Krita quits: no job, no process is left."""
        self._queue.clear()
        self._current = None
        self._patience.stop()
        self.results.close()
        self._client.stop(wait=True)

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error to the painter."""
        self._failure = error
        self._say(explain(error))

    def _say(self, sentence: str) -> None:
        self.sentence = sentence
        self.changed.emit()

    def _advance(self) -> None:
        """Send the next job if the worker is there and owes nothing."""
        if self._current or self._owed or not self._queue or not self._client.is_welcome:
            return
        job = self._current = self._queue.popleft()
        self._last_preview = None
        if isinstance(job, Aside):
            self._client.send(job.request)
        else:
            blend = self.results.strength if job.order.goes is Goes.REPLACE else 0.0
            self._client.send(job.request(blend, pack=job.order.film is None))

    @guarded
    def _welcomed(self) -> None:
        self._client.send(wire.Describe(0))
        self._advance()
        self.changed.emit()

    @guarded
    def _ready(self, message: wire.Ready) -> None:
        logger().info("worker ready after %.1f s, TensorFlow %s", message.seconds, message.tensorflow)
        if self.sentence != tr(CANCELLED):
            self._say("" if self.busy else tr("Ready."))
        self.changed.emit()

    @guarded
    def _answered(self, message: Any) -> None:
        last = not isinstance(message, (wire.Description, wire.Progress))
        if isinstance(message, wire.Description):
            self.present = {network["name"] for network in message.networks if network["present"]}
            self.changed.emit()
        elif isinstance(message, wire.Cost):
            self._estimate.heard(message)
        elif isinstance(message, wire.Packed):
            self.results.history.pack(message.id, bytes(message.png))
        elif last and message.id == self._owed:
            self._owed = 0
            self._patience.stop()
            self._advance()
        elif self._current and message.id == self._current.number:
            self._answered_current(self._current, message)

    def _answered_current(self, job: Job | Aside, message: Any) -> None:
        if isinstance(message, wire.Progress):
            if isinstance(job, Aside):
                job.told(message)
            else:
                self._show_progress(message)
            return
        self._current = None
        try:
            if isinstance(job, Aside):
                job.told(message)
            else:
                self._end_progress()
                self._finish(job, message)
        finally:
            self._advance()

    def _show_progress(self, progress: wire.Progress) -> None:
        self.progress = progress
        if progress.preview:
            self._last_preview = progress.preview
            self.previewed.emit(progress.preview)
        self.changed.emit()

    def _finish(self, job: Job, answer: wire.Result | wire.Filmed | wire.Failed) -> None:
        if isinstance(answer, wire.Failed):
            films.forget(job.order)
            self.report_fault(errors.DreamError(answer.code, **answer.values))
            return
        self._estimate.learn(job.order, job.grabbed.inside[2:], answer.seconds)
        if isinstance(answer, wire.Filmed):
            self._done(films.finish(self._host, job.order, job.grabbed.place, answer))
        else:
            self.results.finish(self._outcome(job, answer), answer.seconds, job.number)

    def _outcome(self, job: Job, result: wire.Result) -> Outcome:
        order, place, picture = job.order, job.grabbed.place, result.picture
        corner = (place.x + result.x, place.y + result.y)
        blended = Blended(result.blended, bytes(result.touched)) if result.blended else None
        return Outcome(
            order.name, place, picture, *corner, self.results.strength, order.goes, result.recipe, self._last_preview,
            blended, job.grabbed.asked,
        )

    @guarded
    def _done(self, sentence: str) -> None:
        self._failure = None
        self._say(sentence)

    def _end_progress(self) -> None:
        self.progress = None
        self.previewed.emit(None)

    @guarded
    def _worker_ended(self, error: errors.DreamError) -> None:
        """The job it had is lost; those that wait get a new worker, unless it never came to a job."""
        job, self._current = self._current, None
        self._estimate.forget()
        if job is None:
            self._queue.clear()
        elif isinstance(job, Aside):
            job.told(wire.failure(job.number, error))
        else:
            films.forget(job.order)
        self._owed = 0
        self._patience.stop()
        self._end_progress()
        self.report_fault(error)
        if self._queue:
            self._client.start()

    @guarded
    def _replace_worker(self) -> None:
        """The worker didn't give up a cancelled job in time."""
        logger().warning("the worker doesn't answer a cancel; it is replaced")
        self._owed = 0
        self._client.stop()
        if self._queue:
            self._client.start()
        self.changed.emit()
