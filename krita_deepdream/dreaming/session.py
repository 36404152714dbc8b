"""What is going on, without widgets: what is dreamed and for whom, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..border import guarded
from ..core import errors, wire
from ..language import explain, mark, tr
from ..log import logger
from ..orders.grab import Blended, Goes, Grabbed, Outcome
from ..orders.jobs import Chosen, HostLike, Job, Lender, Order, State
from ..qt import QtCore, Signal
from ..worker.client import Client
from . import again, aim, films
from .estimate import Estimate, in_words
from .results import Results
from .turns import Turns

STARTING = mark("The dreaming program is starting; the first time takes about ten seconds…")
CANCELLED = mark("Cancelled. Nothing was changed.")


class Session(QtCore.QObject):
    """One for the whole of Krita; dockers watch ``changed`` and ``previewed`` (a ``wire.Picture`` or None).

    ``present`` are the networks whose weights are on this computer, empty until the worker has told.
    """

    changed = Signal()
    previewed = Signal(object)

    def __init__(self, host: HostLike, client: Client, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._client = client
        self._failure: errors.DreamError | None = None
        self.turns = Turns(client, self._request, self)
        self.turns.answered.connect(self._answered_job)
        self.turns.replaced.connect(self.changed)
        self.turns.ended.connect(self._job_ended)
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
        return self.turns.jobs

    @property
    def state(self) -> State:
        """The state to show; ``sentence`` says it in words."""
        if self._client.running and not self._client.is_ready:
            return State.STARTING
        if self.busy:
            return State.DREAMING
        return State.FAILED if self._failure else State.IDLE

    @property
    def failed(self) -> bool:
        """Whether ``sentence`` is an error's."""
        return self._failure is not None

    def forget_failure(self) -> None:
        """The painter has seen it."""
        self._failure = None

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
        # A film's file has 8 bits; a layer has what its document has.
        grabbed = self._host.grab(order, "U8" if order.film and order.film.target else "")
        if order.goes is Goes.REPLACE and not grabbed.replaceable:
            order = replace(order, goes=Goes.ABOVE)
        order = order.made_for(grabbed, self._host)
        if order.film:
            # Last of all that can fail: its folder is ours to delete.
            order = films.with_target(self._host, order)
        self.turns.add(Job(self.turns.next_number(), order, grabbed))
        self._failure = None
        waiting = "" if self._client.is_ready else tr(STARTING)
        self._say(" ".join(filter(None, [grabbed.note, waiting])))

    def ask(self, request: wire.Dream | wire.Atlas, told: Callable[[Any], None]) -> None:
        """Have the worker do something when there is no dream to do; ``told`` hears every answer.

        The request's id is filled in here. The last answer is ``wire.Failed`` when a dream came between.
        """
        self._client.start()
        self.turns.add_aside(request, told)

    def drop(self, told: Callable[[Any], None]) -> None:
        """Whoever asked doesn't want to hear of it any more."""
        self.turns.drop(told)

    def sketch(self, grabbed: Grabbed, order: Order, told: Callable[[Any], None]) -> None:
        """Dream only to look at it; ``told`` as in ``ask``."""
        self.ask(Job(0, order.made_for(grabbed, self._host), grabbed).request(), told)

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
        time = "" if seconds is None else in_words(seconds)
        return ", ".join(filter(None, [aim.in_words(target), aim.computed(target.size, order.settings), time]))

    def _ask_cost(self, question: wire.Estimate) -> bool:
        if self._client.is_welcome:
            self._client.send(question)
        return self._client.is_welcome

    def cancel(self) -> None:
        """Give up the present job and those that wait; nothing of them will appear."""
        left = films.left_by(self.jobs)
        self.turns.cancel_all()
        self._end_progress()
        self._say(left or tr(CANCELLED))

    def cancel_one(self, number: int) -> None:
        """Give up one job, the present one or one that waits; the others go on."""
        left = films.left_by([job for job in self.jobs if job.number == number])
        if self.turns.cancel(number):
            self._end_progress()
        self._say(left or ("" if self.busy else tr(CANCELLED)))

    def close(self) -> None:
        """Krita quits: no job, no process is left."""
        self._client.stop(wait=True)
        self.turns.close()
        self.results.close()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error to the painter."""
        self._failure = error
        self._say(explain(error))

    def _say(self, sentence: str) -> None:
        self.sentence = sentence
        self.changed.emit()

    def _request(self, job: Job) -> wire.Dream:
        self._last_preview = None
        blend = self.results.strength if job.order.goes is Goes.REPLACE else 0.0
        return job.request(blend, pack=job.order.film is None)

    @guarded
    def _welcomed(self) -> None:
        self._client.send(wire.Describe(0))
        self.turns.advance()
        self.changed.emit()

    @guarded
    def _ready(self, message: wire.Ready) -> None:
        logger().info("worker ready after %.1f s, TensorFlow %s", message.seconds, message.tensorflow)
        # Whatever else was said meanwhile stays: why nothing could be dreamed, or what is dreamed instead.
        left = self.sentence.replace(tr(STARTING), "").strip()
        self._say(left or ("" if self.busy else tr("Ready.")))

    @guarded
    def _answered(self, message: Any) -> None:
        if isinstance(message, wire.Description):
            self.present = {network["name"] for network in message.networks if network["present"]}
            self.changed.emit()
        elif isinstance(message, wire.Cost):
            self._estimate.heard(message)
        elif isinstance(message, wire.Packed):
            self.results.history.pack(message.id, bytes(message.png))
        else:
            self.turns.hear(message)

    @guarded
    def _answered_job(self, job: Job, message: Any) -> None:
        if isinstance(message, wire.Progress):
            self._show_progress(message)
        else:
            self._end_progress()
            self._finish(job, message)

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
        self._estimate.forget()
        if isinstance(answer, wire.Filmed):
            self._done(films.finish(self._host, self.results, job, answer))
        else:
            self.results.finish(self._outcome(job, answer), answer.seconds, job.number, job.grabbed.note)

    def _outcome(self, job: Job, result: wire.Result) -> Outcome:
        order, place, picture = job.order, job.grabbed.place, result.picture
        corner = (place.x + result.x, place.y + result.y)
        blended = Blended(result.blended, bytes(result.touched)) if result.blended else None
        return Outcome(
            order.name, place, picture, *corner, self.results.strength, order.goes, result.recipe, self._last_preview,
            blended, job.grabbed.asked, order.hints,
        )

    @guarded
    def _done(self, sentence: str) -> None:
        self._failure = None
        self._say(sentence)

    @guarded
    def _job_ended(self, job: Job) -> None:
        films.forget(job.order)

    def _end_progress(self) -> None:
        self.progress = None
        self.previewed.emit(None)

    @guarded
    def _worker_ended(self, error: errors.DreamError) -> None:
        self._estimate.forget()
        self.turns.worker_ended(error)
        self._end_progress()
        self.report_fault(error)
        self.turns.go_on()
