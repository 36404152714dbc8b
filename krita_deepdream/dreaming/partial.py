"""A still dream that was cancelled: what there is of it can become a layer, until the next dream begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..border import guarded
from ..core import dream_settings, errors, recipe, wire
from ..jobs.document_data import Destination
from ..jobs.job import Job
from ..language import tr
from ..qt import QtCore, Signal
from .results import Results


class Partial(QtCore.QObject):
    """``job``: the dream that can be kept, ``None`` without any; ``changed`` when that is another one.

    Its worker keeps its last whole step, which ``tell`` asks for; ``False`` from it: there is no worker.
    """

    changed = Signal()

    def __init__(self, tell: Callable[[wire.Stage], bool], results: Results, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._tell, self._results = tell, results
        self.job: Job | None = None
        self._preview: wire.Picture | None = None
        self._seconds = 0.0

    def offer(self, job: object, progress: wire.Progress | None, preview: wire.Picture | None) -> None:
        """``job`` is being cancelled, after ``progress`` and with ``preview`` as its last picture, if it has any."""
        if not isinstance(job, Job) or progress is None or preview is None or not _is_offered(job):
            return
        self.job, self._preview = job, preview
        rest = max(progress.total - progress.done, 1e-6)
        self._seconds = progress.seconds_left * progress.done / rest

    def keep(self) -> None:
        """Make a layer of what there is, soon. Raises ``DreamError`` where that is lost."""
        if self.job is None or not self._tell(wire.Stage(self.job.number, _all(self.job))):
            self.drop()
            raise errors.DreamError("dream.stages")

    @guarded
    def drop(self, *_why: object) -> None:
        """Nobody wants it, or it is gone: the worker keeps what there is of its last job only."""
        if self.job is not None:
            self.job = None
            self.changed.emit()

    @guarded
    def hear(self, message: Any) -> None:
        """The worker's answer to ``keep``; others' are left alone."""
        job = self.job
        if job is None or message.id != job.number:
            return
        self.drop()
        if isinstance(message, wire.Failed):
            raise errors.DreamError(message.code, **message.values)
        done = tr("{percent} % of its steps were done.", percent=round(100 * message.share / _all(job)))
        note = f"{done} {job.grabbed.note}".strip()
        self._results.finish(_as_layer_above(job, note), self._result(job, message), self._preview)

    def _result(self, job: Job, shown: wire.StageShown) -> wire.Result:
        """As if that had been all; without what a renewal needs."""
        settings = job.request.settings
        made = {"settings": settings.to_dict(), "kind": settings.kind, "sizes": recipe.BY_AREA, "share": shown.share}
        return wire.Result(
            id=job.number, x=shown.x, y=shown.y, picture=shown.picture, recipe=made, seconds=self._seconds
        )


def _all(job: Job) -> float:
    """The share of a dream's steps that is all of them, those further included."""
    settings = job.request.settings
    further = settings.further if isinstance(settings, dream_settings.DreamSettings) else 0
    return 1 + further * wire.FURTHER_STAGES / wire.STAGES


def _is_offered(job: Job) -> bool:
    """A renewal's layer has the old dream, which is better than half of the new one."""
    request = job.request
    return request.is_still and not request.into and isinstance(request.settings, dream_settings.DreamSettings)


def _as_layer_above(job: Job, note: str) -> Job:
    """What was to be painted into its layer needs more than the dream: it becomes a layer above."""
    request = job.request
    if request.destination is Destination.REPLACE:
        request = replace(request, destination=Destination.ABOVE)
    return replace(job, request=request, grabbed=replace(job.grabbed, note=note))
