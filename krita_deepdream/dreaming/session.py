"""The life of a job, from the request to its result or its error; no widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..border import guarded
from ..core import errors, wire
from ..jobs.document_data import Destination
from ..jobs.images import png, to_image
from ..jobs.job import DreamRequest, HostLike, Job, Sketch, State
from ..language import explain, mark, tr
from ..log import logger
from ..qt import QtCore, Signal
from ..worker.client import Client
from . import animations, zooms
from .animations import Animations
from .arrivals import Arrivals
from .estimate import Estimate
from .forecast import Forecast
from .job_queue import JobQueue
from .partial import Partial
from .results import Results

STARTING = mark("Starting the DeepDream worker; this takes about ten seconds the first time…")
CANCELLED = mark("Cancelled. Nothing was changed.")


class Session(QtCore.QObject):
    """One for the whole of Krita; dockers watch ``changed`` and ``previewed`` (a ``wire.Picture`` or None).

    ``begun`` carries a job when its pixels have been grabbed; ``staged`` the worker's answer to a ``wire.Stage``.
    ``worker_gone``: what it kept of jobs that are done is lost.

    ``present`` are the networks whose weights are on this computer, empty until the worker has told.
    """

    changed = Signal()
    previewed = Signal(object)
    staged = Signal(object)
    begun = Signal(object)
    worker_gone = Signal()

    def __init__(self, host: HostLike, client: Client, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._client = client
        self._failure: errors.DreamError | None = None
        self.queue = JobQueue(client, self._message, self)
        self.queue.answered.connect(self._answered_job)
        self.queue.replaced.connect(self.changed)
        self.queue.ended.connect(self._job_ended)
        self._estimate = Estimate(self.tell)
        self.forecast = Forecast(host, self._estimate)
        self.results = Results(host, self)
        self.results.said.connect(self._done)
        self._arrivals = Arrivals()
        self.animations = Animations(host, client, self.results, self._resume)
        self.partial = Partial(self.tell, self.results, self)
        self.partial.changed.connect(self.changed)
        for signal in (self.begun, self.queue.answered, self.worker_gone):
            signal.connect(self.partial.drop)
        self.staged.connect(self.partial.hear)
        self.present: set[str] = set()
        self.sentence = ""
        self.progress: wire.Progress | None = None
        self._last_preview: wire.Picture | None = None
        client.welcomed.connect(self._welcomed)
        client.ready.connect(self._ready)
        client.answered.connect(self._answered)
        client.ended.connect(self._worker_ended)
        client.gone.connect(self.worker_gone)

    @property
    def host(self) -> HostLike:
        """The part of Krita that is used."""
        return self._host

    @property
    def busy(self) -> bool:
        """Whether there is a job that could be cancelled; side tasks don't count."""
        return bool(self.queue.jobs)

    @property
    def state(self) -> State:
        """The state to show; ``sentence`` says it in words."""
        if self._client.running and not self._client.is_ready:
            return State.STARTING
        if self.busy:
            return State.DREAMING
        return State.FAILED if self._failure else State.IDLE

    @property
    def is_ready(self) -> bool:
        """Whether a worker is there that can dream at once."""
        return self._client.is_ready

    @property
    def failed(self) -> bool:
        """Whether ``sentence`` is an error's."""
        return self._failure is not None

    def forget_sentence(self) -> None:
        """The painter has read it."""
        self._failure, self.sentence = None, ""

    def wake(self) -> None:
        """The painter touched the docker: have the worker ready by the time of the first Dream."""
        if not self._client.running:
            self._client.start()
            self._say(tr(STARTING))

    def dream(self, request: DreamRequest) -> None:
        """Grab the request's source, and dream it when its turn comes.

        Raises ``DreamError`` when there is nothing to dream or no worker to do it.
        """
        if request.destination is Destination.REPLACE and not self.results.strength:
            raise errors.DreamError("krita.strength")
        self._client.start()
        if not self._client.running:
            return  # it ended at once, and that was reported
        if request.animation:
            self._begin(self.animations.begun(self.queue.next_number(), request))
            return
        # A zoom's file has 8 bits; a layer has what its document has.
        grabbed = self._host.grab(request, "U8" if request.zoom and request.zoom.target else "")
        if request.destination is Destination.REPLACE and not grabbed.replaceable:
            request = replace(request, destination=Destination.ABOVE)
        request = request.made_for(grabbed, self._host)
        if request.zoom:
            # Last of all that can fail, but for a file that was named: a folder made here is ours to delete.
            request = zooms.with_target(self._host, request, self._client.is_elsewhere)
        self._begin(Job(self.queue.next_number(), request, grabbed))

    def _resume(self, left: Callable[[int], Job]) -> None:
        self._client.start()
        if self._client.running:
            self._begin(left(self.queue.next_number()))

    def _begin(self, job: Job) -> None:
        self.begun.emit(job)
        self.queue.add(job)
        self._failure = None
        waiting = "" if self._client.is_ready else tr(STARTING)
        self._say(" ".join(filter(None, [job.grabbed.note, waiting])))

    def keep(self, sketch: Sketch) -> None:
        """Make a layer of a sketch: at once if nothing is left to compute, else by a dream with the same recipe.

        Raises as ``dream``.
        """
        if sketch.result is None or not sketch.is_whole:
            self.dream(sketch.request.of(sketch.grabbed))
            return
        result, working = sketch.result, sketch.request.settings.working_size
        recipe = {**result.recipe, "settings": {**result.recipe["settings"], "working_size": working}}
        job = Job(self.queue.next_number(), sketch.request, sketch.grabbed)
        self.begun.emit(job)
        self.results.finish(job, replace(result, recipe=recipe), self._last_preview)
        self.results.history.pack(job.number, png(to_image(result.picture)))

    def tell(self, question: wire.Estimate | wire.Stage) -> bool:
        """Ask the worker something that it answers even while it dreams; ``False`` if there is no worker."""
        if self._client.is_welcome:
            self._client.send(question)
        return self._client.is_welcome

    def cancel(self) -> None:
        """Cancel the present job and the waiting ones; none of them will be placed."""
        left = zooms.left_by(self.queue.jobs) or animations.left_by(self.queue.jobs)
        self.partial.offer(self.queue.current, self.progress, self._last_preview)
        self.queue.cancel_all()
        self._end_progress()
        self._say(left or tr(CANCELLED))

    def cancel_one(self, number: int) -> None:
        """Cancel one job, present or waiting; the others continue."""
        jobs = [job for job in self.queue.jobs if job.number == number]
        left = zooms.left_by(jobs) or animations.left_by(jobs)
        if self.queue.current in jobs:
            self.partial.offer(self.queue.current, self.progress, self._last_preview)
        if self.queue.cancel(number):
            self._end_progress()
        self._say(left or ("" if self.busy else tr(CANCELLED)))

    def change_worker(self) -> None:
        """End the present worker and its job; waiting jobs get another one, possibly on another computer.

        Raises ``DreamError`` as ``Client.start``.
        """
        for job in self.queue.jobs:
            # Its first frames are where the present worker is.
            if job.request.animation is not None and job.request.animation.done:
                self.queue.cancel(job.number)
        self._client.stop()
        self.queue.worker_ended(errors.Cancelled(), on_purpose=True)
        self._end_progress()
        self.forget_sentence()
        self.changed.emit()
        self.queue.go_on()

    def close(self) -> None:
        """Krita quits: leave no job and no process."""
        self._client.stop(wait=True)
        self.queue.close()
        self.results.close()
        self.animations.close()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error to the painter."""
        self._failure = error
        self._say(explain(error))

    def _say(self, sentence: str) -> None:
        self.sentence = sentence
        self.changed.emit()

    def _message(self, job: Job) -> wire.ImageJob | wire.Animate:
        self._last_preview = None
        if job.grabbed.source_selection:
            job.grabbed.source_selection.begin_packing()
        blend = self.results.strength if job.request.destination is Destination.REPLACE else 0.0
        return job.message(blend, pack=job.request.is_still, elsewhere=self._client.is_elsewhere)

    @guarded
    def _welcomed(self) -> None:
        self._client.send(wire.Describe(0))
        self.queue.advance()
        self.changed.emit()

    @guarded
    def _ready(self, message: wire.Ready) -> None:
        logger().info("worker ready after %.1f s, TensorFlow %s", message.seconds, message.tensorflow)
        # Keep whatever else was said meanwhile: why nothing could be dreamed, or what is dreamed instead.
        left = self.sentence.replace(tr(STARTING), "").strip()
        self._say(left or ("" if self.busy else tr("Ready.")))

    @guarded
    def _answered(self, message: Any) -> None:
        if isinstance(message, wire.Description):
            self.present = {network["name"] for network in message.networks if network["present"]}
            self.changed.emit()
        elif isinstance(message, wire.Cost):
            self._estimate.heard(message)
        elif isinstance(message, (wire.StageShown, wire.Failed)) and not self.queue.awaits(message.id):
            self.staged.emit(message)
        elif isinstance(message, wire.Packed):
            self.results.history.pack(message.id, bytes(message.png))
        else:
            self.queue.receive(message)

    @guarded
    def _answered_job(self, job: Job, message: Any) -> None:
        if isinstance(message, wire.Progress):
            self._show_progress(animations.overall(job, message))
        elif isinstance(message, wire.FileBytes):
            self._take(job, message)
        elif isinstance(message, wire.KeyframeDone):
            self._go_on(job, message)
        else:
            self._end_progress()
            self._finish(job, message)

    def _show_progress(self, progress: wire.Progress) -> None:
        self.progress = progress
        if progress.preview:
            self._last_preview = progress.preview
            self.previewed.emit(progress.preview)
        self.changed.emit()

    def _take(self, job: Job, piece: wire.FileBytes) -> None:
        try:
            self._arrivals.take(piece, job.request.arriving_file(piece.name))
        except errors.DreamError:
            self.queue.cancel(job.number)
            self._end_progress()
            raise

    def _go_on(self, job: Job, done: wire.KeyframeDone) -> None:
        try:
            self.queue.go_on_with(self.animations.next(job, done))
        except errors.DreamError:
            self._end_progress()
            raise

    def _finish(self, job: Job, answer: wire.Result | wire.ZoomWritten | wire.Animated | wire.Failed) -> None:
        if isinstance(answer, wire.Failed):
            self._forget(job)
            self.report_fault(errors.DreamError(answer.code, **answer.values))
            return
        self._estimate.forget()
        if isinstance(answer, wire.ZoomWritten):
            self._done(zooms.finish(self._host, self.results, job, answer))
        elif isinstance(answer, wire.Animated):
            self._done(self.animations.finish(job))
        else:
            self.results.finish(job, answer, self._last_preview)

    @guarded
    def _done(self, sentence: str) -> None:
        self._failure = None
        self._say(sentence)

    @guarded
    def _job_ended(self, job: Job) -> None:
        self._forget(job)
        self.changed.emit()

    def _forget(self, job: Job) -> None:
        """It brings no result: delete its files, except for frames that can be resumed."""
        self._arrivals.drop(job.number)
        zooms.forget(job.request)
        self.animations.ended(job)

    def _end_progress(self) -> None:
        self.progress = None
        self.previewed.emit(None)

    @guarded
    def _worker_ended(self, error: errors.DreamError) -> None:
        self._estimate.forget()
        self.queue.worker_ended(error)
        self._end_progress()
        self.report_fault(error)
        self.queue.go_on()
