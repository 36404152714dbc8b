"""The stages of the last dream: writes one of them into its layer, as the worker kept it; nothing is dreamed for that.

It makes no undo step: the slider itself leads back, and at 100 % the layer holds the dream again, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..border import guarded
from ..core import dream_settings, errors, recipe, wire
from ..documents import placing
from ..dreaming.session import Session
from ..jobs.document_data import Destination, Outcome, Placed
from ..jobs.job import Job
from ..language import tr
from ..qt import QtCore, Signal
from .watched import Watched
from .watcher import Watcher

# Up to so many pixels of 8 bits a stage is there while the slider is still being dragged.
MOST_AT_ONCE_PX = 2048 * 2048


@dataclass(frozen=True)
class _Last:
    """The last dream: its job's number, its layer's id, and what the layer holds by now, as check sums."""

    number: int
    node_id: str
    outcome: Outcome
    own: tuple[int, ...]
    settings: dream_settings.DreamSettings

    @property
    def stages(self) -> int:
        return wire.STAGES + self.settings.further * wire.FURTHER_STAGES

    def is_continued_by(self, job: Job) -> bool:
        """Whether a job is the same dream once more, from where it stopped: then its worker keeps the stages."""
        settings = self.settings.replace({"further": self.settings.further + 1})
        return job.request.into == self.node_id and job.request.settings == settings


class Evolving(QtCore.QObject):
    """``stage``: the one that the layer shows, 1 to ``stages``. ``changed`` when another one is shown, or none."""

    changed = Signal()

    def __init__(self, session: Session, watcher: Watcher, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._watcher = session, watcher
        self._dreaming = 0
        self._last: _Last | None = None
        # Between a dream that went further and its layer's record nobody can be asked for a stage.
        self._comes_further = False
        self._stood = 0
        self._wanted = self._requested = 0
        self.stage = wire.STAGES
        session.queue.answered.connect(self._dreams)
        watcher.recorded.connect(self._recorded)
        session.results.stood.connect(self._stands)
        session.staged.connect(self._hear)
        session.worker_gone.connect(self._worker_gone)

    def can_evolve(self, layer: Watched) -> bool:
        """Whether a layer is the last dream and as the dream, or a stage of it, left it."""
        last = self._last
        # After an undo or a renewal it is another one that is known of the layer.
        known = last is not None and (last.node_id, last.own) == (layer.node_id, layer.record.own)
        return known and not layer.edited

    @property
    def stages(self) -> int:
        """How many there are."""
        return self._last.stages if self._last else wire.STAGES

    @property
    def is_waiting(self) -> bool:
        """Whether a stage was asked for that isn't shown yet."""
        return bool(self._wanted or self._requested)

    @property
    def is_light(self) -> bool:
        """Whether a stage is there so soon that it can be shown during a drag."""
        picture = self._last.outcome.picture if self._last else None
        return picture is not None and picture.depth == "U8" and picture.width * picture.height <= MOST_AT_ONCE_PX

    def show(self, stage: int) -> None:
        """Have a stage written into the layer soon; of several the last. Raises ``DreamError``."""
        self._wanted = stage
        self._ask()

    def move(self, by: int) -> str:
        """Show a later stage or an earlier one; ends with a sentence. Raises ``DreamError``."""
        if self._last is None:
            raise errors.DreamError("dream.stages")
        # What went further is seen already, though its layer isn't recorded.
        last = self.stages + (wire.FURTHER_STAGES if self._comes_further else 0)
        now = self._wanted or self._requested or (last if self._comes_further else self.stage)
        stage = min(max(now + by, 1), last)
        self.show(stage)
        return tr("Evolve: {percent} %", percent=percent(stage))

    @guarded
    def _dreams(self, job: Job, message: object) -> None:
        """With the first sign of the next dream the stages of the one before are gone, and with the result of one that
        went further.
        """
        if not isinstance(job.request.settings, dream_settings.DreamSettings) or not job.request.is_still:
            return
        if isinstance(message, wire.Progress):
            self._dreaming = job.number
            if self._last is not None and not self._last.is_continued_by(job):
                self._forget()
        elif isinstance(message, wire.Result) and self._last is not None:
            if self._stood == job.number:
                self._comes_further = True
            else:
                self._forget()

    @guarded
    def _stands(self, _outcome: Outcome, _became: Placed, number: int) -> None:
        self._stood = number

    @guarded
    def _recorded(self, outcome: Outcome, became: Placed, number: int) -> None:
        layer = self._watcher.layers.get(became.node_id)
        # A detail layer holds something else than the dream.
        if number != self._dreaming or outcome.destination is Destination.DETAIL or layer is None:
            return
        empty = replace(outcome.picture, data=b"")
        outcome = replace(outcome, picture=empty, preview=None, source=None)
        settings = recipe.settings_of(outcome.recipe)
        assert isinstance(settings, dream_settings.DreamSettings)
        wanted = (self._wanted or self._requested) if self._comes_further else 0
        self._last = _Last(number, became.node_id, outcome, layer.record.own, settings)
        self._comes_further = False
        self.stage, self._wanted, self._requested = self.stages, wanted, 0
        self.changed.emit()
        self._ask()

    @guarded
    def _worker_gone(self) -> None:
        # A layer may be recorded after its worker has gone.
        self._dreaming = 0
        self._forget()

    def _ask(self) -> None:
        if self._last is None:
            raise errors.DreamError("dream.stages")
        if self._comes_further or self._requested or not self._wanted:
            return
        self._requested, self._wanted = self._wanted, 0
        if not self._session.tell(wire.Stage(self._last.number, self._requested / wire.STAGES)):
            self._forget()
            raise errors.DreamError("dream.stages")

    @guarded
    def _hear(self, message: wire.StageShown | wire.Failed) -> None:
        last, stage = self._last, self._requested
        # What comes between a dream that went further and its record is of a layer that isn't so any more.
        if last is None or self._comes_further or message.id != last.number:
            return
        self._requested = 0
        try:
            if isinstance(message, wire.Failed):
                raise errors.DreamError(message.code, **message.values)
            self._write(last, message.picture)
        except errors.DreamError as error:
            self._forget()
            self._session.report_fault(error)
            return
        self.stage = stage
        self.changed.emit()
        self._ask()

    def _write(self, last: _Last, picture: wire.Picture) -> None:
        layer = self._watcher.layers.get(last.node_id)
        if layer is None or layer.own_sums(layer.record.box) != last.own:
            # Painted on, renewed, or gone meanwhile: this isn't the layer that is known.
            raise errors.DreamError("krita.dream_gone" if layer is None else "krita.dream_edited")
        samples = self._session.host.layer_samples(layer.document, layer.node_id, picture)
        box = last.outcome.x, last.outcome.y, picture.width, picture.height
        placing.write_parts(layer.document, layer.node_id, [(box, samples)])
        layer.accept()
        layer.look_again()
        self._last = replace(last, own=layer.record.own)

    def _forget(self) -> None:
        self._last, self._comes_further, self._wanted, self._requested = None, False, 0, 0
        self.changed.emit()


def percent(stage: int) -> int:
    """How far a dream had come; beyond 100 when it went further."""
    return round(100 * stage / wire.STAGES)
