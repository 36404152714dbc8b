"""What is going on, without widgets: what is dreamed and for whom, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..border import guarded
from ..core import dream_settings, errors, quality, wire
from ..jobs.document_data import Blended, Destination, Grabbed, Outcome
from ..jobs.images import png, to_image
from ..jobs.job import Chosen, DreamRequest, HostLike, Job, PictureProvider, Sketch, State
from ..jobs.rectangles import crop
from ..language import explain, mark, tr
from ..log import logger
from ..qt import QtCore, Signal
from ..worker.client import Client
from . import again, aim, animations, zooms
from .animations import Animations
from .estimate import Estimate, in_words
from .job_queue import JobQueue
from .results import Results

STARTING = mark("Starting the DeepDream worker; this takes about ten seconds the first time…")
CANCELLED = mark("Cancelled. Nothing was changed.")


class Session(QtCore.QObject):
    """One for the whole of Krita; dockers watch ``changed`` and ``previewed`` (a ``wire.Picture`` or None).

    ``begun`` carries a job when its pixels have been grabbed; ``staged`` the worker's answer to a ``wire.Stage``.

    ``present`` are the networks whose weights are on this computer, empty until the worker has told.
    """

    changed = Signal()
    previewed = Signal(object)
    staged = Signal(object)
    begun = Signal(object)

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
        self.results = Results(host, self)
        self.results.said.connect(self._done)
        self.animations = Animations(host, self.results)
        self.present: set[str] = set()
        self.sentence = ""
        self.progress: wire.Progress | None = None
        self._last_preview: wire.Picture | None = None
        client.welcomed.connect(self._welcomed)
        client.ready.connect(self._ready)
        client.answered.connect(self._answered)
        client.ended.connect(self._worker_ended)

    @property
    def host(self) -> HostLike:
        """What there is of Krita."""
        return self._host

    @property
    def provider(self) -> PictureProvider:
        """Where pictures beside the one that is dreamed come from."""
        return self._host

    @property
    def busy(self) -> bool:
        """Whether there is a job that could be cancelled; what is done aside is none."""
        return bool(self.jobs)

    @property
    def jobs(self) -> list[Job]:
        """The present job and those that will come after it."""
        return self.queue.jobs

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

    def dream(self, request: DreamRequest) -> None:
        """Grab what the request's source says, and dream it when its turn comes.

        Raises ``DreamError`` when there is nothing to dream or no worker to do it.
        """
        if request.destination is Destination.REPLACE and not self.results.strength:
            raise errors.DreamError("krita.strength")
        if not request.is_still:
            self._client.require_this_computer()
        self._client.start()
        if not self._client.running:
            return  # it ended at once, and that was told
        if request.animation:
            self._begin(self.animations.begun(self.queue.next_number(), request))
            return
        # A zoom's file has 8 bits; a layer has what its document has.
        grabbed = self._host.grab(request, "U8" if request.zoom and request.zoom.target else "")
        if request.destination is Destination.REPLACE and not grabbed.replaceable:
            request = replace(request, destination=Destination.ABOVE)
        request = request.made_for(grabbed, self._host)
        if request.zoom:
            # Last of all that can fail: its folder is ours to delete.
            request = zooms.with_target(self._host, request)
        self._begin(Job(self.queue.next_number(), request, grabbed))

    def resume(self) -> None:
        """Go on with the frames that were left last. Raises ``DreamError`` when they can't be read any more."""
        self._go_on_with(self.animations.resumed)

    def keep_frames(self) -> None:
        """Make a layer of those frames that are done. Raises ``DreamError`` when there is no worker to do it."""
        self._go_on_with(self.animations.shortened)

    def discard_frames(self) -> None:
        """Forget the frames that were left last."""
        self.animations.discard()
        self._say("")

    def _go_on_with(self, left: Callable[[int], Job]) -> None:
        self._client.require_this_computer()
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
        """Make a layer of a sketch: at once if it is all there is to compute, else by a dream of the same recipe.

        Raises as ``dream``.
        """
        if sketch.result is None or not sketch.is_whole:
            self.dream(sketch.request.of(sketch.grabbed))
            return
        result, working = sketch.result, sketch.request.settings.working_size
        recipe = {**result.recipe, "settings": {**result.recipe["settings"], "working_size": working}}
        job = Job(self.queue.next_number(), sketch.request, sketch.grabbed)
        self.begun.emit(job)
        self.results.finish(self._outcome(job, replace(result, recipe=recipe)), result.seconds, job.number)
        self.results.history.pack(job.number, png(to_image(result.picture)))

    def ask(self, message: wire.ImageJob | wire.Atlas, on_message: Callable[[Any], None]) -> None:
        """Have the worker do something when there is no dream to do; ``on_message`` hears every answer.

        The request's id is filled in here. The last answer is ``wire.Failed`` when a dream came between.
        """
        if isinstance(message, wire.Atlas):
            self._client.require_this_computer()
        self._client.start()
        self.queue.add_side_task(message, on_message)

    def drop(self, on_message: Callable[[Any], None]) -> None:
        """Whoever asked doesn't want to hear of it any more."""
        self.queue.drop(on_message)

    def sketch(self, grabbed: Grabbed, request: DreamRequest, on_message: Callable[[Any], None]) -> None:
        """Dream only to look at it; ``on_message`` as in ``ask``."""
        message = Job(0, request.made_for(grabbed, self._host), grabbed).message()
        assert isinstance(message, wire.ImageJob)
        self.ask(message, on_message)

    def grab_for_sketch(self, request: DreamRequest) -> Grabbed:
        """What a request would take now, 8 bits deep. Raises ``DreamError`` when there is nothing to dream."""
        return self._host.grab(request, "U8")

    def glimpse(self, request: DreamRequest) -> object:
        """What a request would take now, only to be compared with ``==``. Raises as ``grab_for_sketch``."""
        return self._host.glimpse(request)

    def settings_of_active(self) -> tuple[str, Chosen]:
        """Name and settings of the dream that is the active layer. Raises ``DreamError`` if it is none."""
        stored = self._host.recipe()
        chosen = again.settings_in(stored)
        return (stored.name if stored else ""), chosen

    def dream_again(self, destination: Destination) -> None:
        """Dream with another seed what the active layer was dreamed of. Raises as ``dream``."""
        self.dream(again.repeat_request(self._host.recipe(), destination))

    def aim(self, request: DreamRequest) -> str:
        """In words, what would be dreamed now and how long that would take, or why nothing could be."""
        try:
            target = self._host.look(request)
        except errors.DreamError as error:
            return explain(error)
        if target is None:
            return tr("Open an image to dream.")
        seconds = self._estimate.seconds(request, target.size)
        time = "" if seconds is None else in_words(seconds)
        parts = [aim.in_words(target), aim.frames(request), aim.computed(target.size, request.settings), time]
        return ", ".join(filter(None, parts))

    def seconds_by_quality(self, request: DreamRequest) -> dict[str, float]:
        """How long ``request`` would take at each quality, by its word of ``working_size``; empty while not known."""
        chosen = request.settings
        if not isinstance(chosen, dream_settings.DreamSettings):
            return {}
        with suppress(errors.DreamError):
            target = self._host.look(request)
            seconds = self._estimate.seconds(request, target.size) if target else None
            if target and seconds:
                rate = seconds / quality.effort(chosen, *target.size)
                others = {word: chosen.replace(quality.at(chosen, word)) for word in quality.QUALITIES}
                return {word: rate * quality.effort(other, *target.size) for word, other in others.items()}
        return {}

    def tell(self, question: wire.Estimate | wire.Stage) -> bool:
        """Ask the worker what it answers at once, also while it dreams; ``False`` where there is none."""
        if self._client.is_welcome:
            self._client.send(question)
        return self._client.is_welcome

    def cancel(self) -> None:
        """Give up the present job and those that wait; nothing of them will appear."""
        left = zooms.left_by(self.jobs) or animations.left_by(self.jobs)
        self.queue.cancel_all()
        self._end_progress()
        self._say(left or tr(CANCELLED))

    def cancel_one(self, number: int) -> None:
        """Give up one job, the present one or one that waits; the others go on."""
        jobs = [job for job in self.jobs if job.number == number]
        left = zooms.left_by(jobs) or animations.left_by(jobs)
        if self.queue.cancel(number):
            self._end_progress()
        self._say(left or ("" if self.busy else tr(CANCELLED)))

    def change_worker(self) -> None:
        """End the present worker and what it had; those that wait get another, which may be elsewhere.

        Raises ``DreamError`` as ``Client.start``.
        """
        self._client.stop()
        self.queue.worker_ended(errors.Cancelled())
        self._end_progress()
        self.changed.emit()
        self.queue.go_on()

    def close(self) -> None:
        """Krita quits: no job, no process is left."""
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
        blend = self.results.strength if job.request.destination is Destination.REPLACE else 0.0
        return job.message(blend, pack=job.request.is_still)

    @guarded
    def _welcomed(self) -> None:
        self._client.send(wire.Describe(0))
        self.queue.advance()
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
        elif isinstance(message, wire.StageShown) or getattr(message, "code", "") == "dream.stages":
            self.staged.emit(message)
        elif isinstance(message, wire.Packed):
            self.results.history.pack(message.id, bytes(message.png))
        else:
            self.queue.receive(message)

    @guarded
    def _answered_job(self, job: Job, message: Any) -> None:
        if isinstance(message, wire.Progress):
            self._show_progress(animations.overall(job, message))
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
            self.results.finish(self._outcome(job, answer), answer.seconds, job.number, job.grabbed.note)

    def _outcome(self, job: Job, result: wire.Result) -> Outcome:
        request, location, picture = job.request, job.grabbed.location, result.picture
        blended = Blended(result.blended, bytes(result.touched)) if result.blended else None
        is_detail = request.destination is Destination.DETAIL
        return Outcome(
            name=request.name,
            location=location,
            picture=picture,
            x=location.x + result.x,
            y=location.y + result.y,
            strength=self.results.strength,
            destination=request.destination,
            recipe=result.recipe,
            preview=self._last_preview,
            blended=blended,
            source_selection=job.grabbed.source_selection,
            hints=request.hints,
            record={} if is_detail else result.record,
            into=request.into,
            source=crop(job.grabbed.picture, _inside(result)) if is_detail else None,
        )

    @guarded
    def _done(self, sentence: str) -> None:
        self._failure = None
        self._say(sentence)

    @guarded
    def _job_ended(self, job: Job) -> None:
        self._forget(job)
        self.changed.emit()

    def _forget(self, job: Job) -> None:
        """It brings no result: what was made for it goes, but for frames to go on with."""
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


def _inside(result: wire.Result) -> QtCore.QRect:
    return QtCore.QRect(result.x, result.y, result.picture.width, result.picture.height)
