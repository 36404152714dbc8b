"""Watches the sources of dream layers: a little at a time, and all of them soon after something was painted.

Krita has no signal for a finished stroke, but its History docker shows one: that is the hint on which everything is
looked at. What leaves no undo step is found by the looks. Nothing is read during a stroke.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..border import guarded
from ..documents import dream_records, nodes, recipes, surfaces
from ..dreaming.session import Session
from ..jobs.document_data import Outcome, Placed
from ..jobs.dream_layer import tiles
from ..jobs.job import Job
from ..krita_api import Document
from ..qt import Qt, QtCore, QtWidgets, Signal
from .new_layer import NewLayer
from .past import Past
from .pen import Pen
from .scan import Scan
from .watched import Watched

LOOK_MS = 150
# How long each check may hold Krita's thread: while nothing seems to have changed, and after a hint.
QUIET_S, HASTY_S = 0.001, 0.003
# After a hint: Krita announces a change before it has made it.
HINT_MS = 60


class Watcher(QtCore.QObject):
    """``changed`` when a layer became out of date, or isn't any more; ``seen`` carries a layer when all was looked at.
    ``recorded``: a dream's layer is among ``layers`` from now on, with what ``Results.stood`` carried of it.

    ``layers``: the dream layers of the active document, by their ids.
    """

    changed = Signal()
    seen = Signal(object)
    recorded = Signal(object, object, int)

    def __init__(self, session: Session, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._host, self._session = session.host, session
        self._document: Document | None = None
        self._known: dict[str, Watched] = {}
        self._begun: dict[int, Scan] = {}
        self._new: list[NewLayer] = []
        self._next, self._hinted = 0, False
        self.hasty: list[Watched] = []
        self._pen = Pen(self)
        self._looking, self._haste = QtCore.QTimer(self), QtCore.QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._haste.timeout.connect(self._hurry)
        self._hint = QtCore.QTimer(self)
        self._hint.setSingleShot(True)
        self._hint.setInterval(HINT_MS)
        self._hint.timeout.connect(self.look_at_all)
        session.begun.connect(self._job_begun)
        session.queue.ended.connect(self._job_ended)
        session.results.stood.connect(self._stood)
        self._looking.start()

    @property
    def layers(self) -> dict[str, Watched]:
        """The dream layers that exist in the active document now."""
        return {each.node_id: each for each in self._here() if each.stands}

    @property
    def chosen(self) -> Watched | None:
        """The active layer, if it is a dream layer."""
        return self.layers.get(self._active_layer())

    @property
    def active(self) -> Watched | None:
        """The active layer if it is a dream layer, else the newest dreamed of it; ``None`` if there is none."""
        here, own = self.layers, self._active_layer()
        made_of_it = (each for each in reversed(here.values()) if each.selection.node_id == own)
        return here.get(own) or next(made_of_it, None)

    def _active_layer(self) -> str:
        document = self._document
        layer = self._host.active_layer(document) if document is not None and self._host.is_open(document) else None
        return nodes.identity(layer) if layer is not None else ""

    @property
    def document(self) -> Document | None:
        """The document that ``layers`` belong to."""
        return self._document

    @guarded
    def hint(self, *_what: object) -> None:
        """Something may have changed."""
        self._hint.start()

    @guarded
    def look_at_all(self) -> None:
        """Check every dream layer of the active document as soon as nobody is painting."""
        for each in self._here():
            self.look_at(each)

    def look_at(self, layer: Watched) -> None:
        """Check one layer as soon as nobody is painting."""
        layer.look_again(self._host.pointer(layer.document))
        if layer not in self.hasty:
            self.hasty.append(layer)
        self._haste.start(0)

    def close(self) -> None:
        """Krita quits: stop reading."""
        for timer in (self._looking, self._haste, self._hint):
            timer.stop()
        self._pen.rest()

    def _here(self) -> Iterator[Watched]:
        return (
            each
            for each in self._known.values()
            if each.document == self._document and self._host.is_open(each.document)
        )

    @guarded
    def _look(self) -> None:
        if not self._is_resting():
            return
        self._come_to(self._host.document())
        self._hinted = self._hinted or self._host.on_history(self.hint)
        here = list(self._here())
        canvas = self._host.canvas_under_pointer() if here else None
        if canvas is not None:
            self._pen.watch(canvas)
        if self._haste.isActive() or not here:
            return
        layer = here[self._next % len(here)]
        before = _state(layer)
        if layer.advance(QUIET_S):
            self._next += 1
            self._tell(layer, before)
        elif layer.differs():
            self.look_at(layer)

    @guarded
    def _hurry(self) -> None:
        self._new = [each for each in self._new if self._host.is_open(each.became.document)]
        if self._new:
            if self._new[0].advance(HASTY_S):
                self._take(self._new.pop(0))
            return
        begun = next((scan for scan in self._begun.values() if not scan.done), None)
        if begun is not None:
            begun.advance(HASTY_S)
            return
        self.hasty = [each for each in self.hasty if each in self._here()]
        if not self.hasty or not self._is_resting():
            # The next check starts it again.
            self._haste.stop()
            if self.hasty:
                self._hint.start()
            return
        layer = self.hasty[0]
        before = _state(layer)
        if layer.advance(HASTY_S):
            self.hasty.remove(layer)
            self._tell(layer, before)

    def _is_resting(self) -> bool:
        """Whether nobody is painting, with a mouse, a pen or a finger."""
        return QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton and not self._pen.is_down

    def _tell(self, layer: Watched, before: object) -> None:
        if _state(layer) != before:
            self.changed.emit()
        self.seen.emit(layer)

    def _come_to(self, document: Document | None) -> None:
        if document == self._document:
            return
        self._document = document
        self._known = {key: each for key, each in self._known.items() if self._host.is_open(each.document)}
        for node_id in dream_records.every(document) if document is not None else ():
            assert document is not None
            record, stored = dream_records.read(document, node_id), recipes.read_of(document, node_id)
            if node_id not in self._known and record and stored and stored.source_selection:
                self._known[node_id] = Watched(document, node_id, stored, record)
        self.look_at_all()
        self.changed.emit()

    @guarded
    def _job_begun(self, job: Job) -> None:
        """Read the source now: it may be painted on while it is being dreamed."""
        # Of a dream that failed nobody says that it ended.
        known = {each.number for each in self._session.queue.jobs}
        self._begun = {number: scan for number, scan in self._begun.items() if number in known}
        document, selection = job.grabbed.location.document, job.grabbed.source_selection
        surface = surfaces.of_source(document, selection) if selection and job.request.is_still else None
        if surface is not None and selection is not None:
            self._begun[job.number] = Scan(surface.read, tiles(selection.box))
            self._haste.start(0)

    @guarded
    def _job_ended(self, job: Job) -> None:
        self._begun.pop(job.number, None)

    @guarded
    def _stood(self, outcome: Outcome, became: Placed, number: int) -> None:
        """A dream has become a layer: watch it from now on."""
        scan, selection = self._begun.pop(number, None), outcome.source_selection
        surface = surfaces.of_layer(became.document, became.node_id)
        if scan is None or selection is None or surface is None or not outcome.destination.is_layer:
            return
        own = Scan(surface.read, tiles(selection.box))
        # Read now, since it may be undone or painted on soon; added up later, since that takes long for a large layer.
        for each in (scan, own):
            each.hold()
        self._new.append(NewLayer(outcome, became, number, selection.box, scan, own))
        self._haste.start(0)

    def _take(self, new: NewLayer) -> None:
        document, node_id, record = new.became.document, new.became.node_id, new.record
        stored = recipes.read_of(document, node_id)
        if stored is None:
            return
        before = self._known.get(node_id)
        if before is not None:
            before.take(replace(record, keeps_up=before.record.keeps_up))
            before.past = Past((record.source, record.own))
        else:
            self._known[node_id] = Watched(document, node_id, stored, record)
            self._known[node_id].take(record)
        self.look_at(self._known[node_id])
        self.recorded.emit(new.outcome, new.became, new.number)
        self.changed.emit()


def _state(layer: Watched) -> object:
    return layer.stale, layer.edited, layer.stands, layer.record
