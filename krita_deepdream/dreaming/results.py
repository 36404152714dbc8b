"""What became of finished dreams: the newest layer and its strength, one that lost its place, the history."""

from __future__ import annotations

from dataclasses import replace

from ..border import guarded
from ..core import errors, wire
from ..jobs.document_data import Destination, Outcome, Placed
from ..jobs.history_entry import HistoryEntry
from ..jobs.job import HostLike, Job
from ..krita_api import Document
from ..language import mark, tr
from ..qt import QtCore, Signal
from . import outcomes
from .comparing import Comparing
from .history import History
from .reactivation import Reactivation
from .unpack import Unpacker

# Krita repaints the whole canvas when an opacity changes, so don't do that for every pixel the slider moves.
STRENGTH_REST_MS = 80
WENT = {
    Destination.ABOVE: mark("“{name}” is the new layer above “{layer}”"),
    Destination.GROUP: mark("“{name}” is a new layer in the Dreams group above “{layer}”"),
    Destination.PAINT_IN: mark(
        "“{name}” is hidden by a black mask above “{layer}”: paint with white to let it through"
    ),
    Destination.DETAIL: mark("“{name}” is the new detail layer above “{layer}”"),
    Destination.REPLACE: mark(
        "“{name}” was painted into “{layer}”; the first undo restores the picture, the second its bit depth"
    ),
    Destination.NEW_IMAGE: mark("“{name}” is a new image"),
}


class Results(QtCore.QObject):
    """``offer`` is a dream whose place is gone, until it is kept or dropped. ``said`` carries what happened.
    ``stood``: the outcome of a job, what it has become, and the job's number.

    ``opened``: the new document that the last result became, or ``None`` if it became a layer.
    """

    said = Signal(str)
    stood = Signal(object, object, int)

    def __init__(self, host: HostLike, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._rest = QtCore.QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(STRENGTH_REST_MS)
        self._rest.timeout.connect(self._apply_strength)
        self.history = History(host, self)
        self.history.told.connect(self.said)
        self.comparing = Comparing(host)
        self._reactivation = Reactivation(host, self.history, self)
        self._unpacker = Unpacker(self)
        self._unpacker.unpacked.connect(self._unpacked)
        self.strength = 100.0
        self.newest: Placed | None = None
        self.offer: Outcome | None = None
        self.opened: Document | None = None

    def finish(self, job: Job, result: wire.Result, preview: wire.Picture | None) -> None:
        """Place the dream of a job. Raises ``DreamError`` when it has no place; it is offered then.

        ``preview``: the last preview that was shown.
        """
        outcome = outcomes.of_picture(job, result, self.strength, preview)
        entry = self.history.add(replace(outcome, blended=None, source=None), job.number)
        placed = self._put(outcome)
        if outcome.destination.is_layer:
            entry.layer = placed.node_id
        self.stood.emit(outcome, placed, job.number)
        self._say(f"{self._went(outcome, placed)} ({result.seconds:.0f} s).", self._unseen(placed), job.grabbed.note)

    def place_again(self, entry: HistoryEntry) -> None:
        """Place an earlier dream again where it was, once its pixels are unpacked. Raises as ``finish``."""
        if entry.outcome.picture.data:
            self._place_again(entry, entry.outcome)
        else:
            self._unpacker.begin(entry)

    def can_stand(self, outcome: Outcome) -> bool:
        """Whether a dream's document is still open; else ``keep_offer`` makes one of it."""
        return self._host.is_open(outcome.location.document)

    def keep_offer(self) -> None:
        """Place the offered dream on top of its document, or in a new one."""
        if self.offer:
            offer = self.offer
            self.newest = placed = self._host.place_on_top(offer)
            self.noted(offer, placed)
            self.offer = None
            if placed.document == offer.location.document:
                self.said.emit(
                    tr(
                        "“{name}” was added on top of “{document}”.",
                        name=placed.name,
                        document=offer.location.document_name,
                    )
                )
            else:
                self.said.emit(
                    tr(
                        "“{name}” is a new image, because “{document}” was closed.",
                        name=placed.name,
                        document=offer.location.document_name,
                    )
                )

    def noted(self, outcome: Outcome, placed: Placed) -> None:
        """A result was placed: remember whether a document was opened for it."""
        self.opened = placed.document if placed.document != outcome.location.document else None

    def drop_offer(self) -> None:
        """Forget the offered dream; it stays in the history."""
        self.offer = None
        self.said.emit("")

    def set_strength(self, percent: float, newest: bool = True) -> None:
        """Strength for results to come, and soon for the ``newest`` one too if its layer still stands."""
        self.strength = percent
        if newest and self.newest:
            self._rest.start()

    def close(self) -> None:
        """Krita quits: change nothing from now on."""
        self._rest.stop()
        self.comparing.end()

    @guarded
    def _unpacked(self, entry: HistoryEntry, found: wire.Picture | errors.DreamError) -> None:
        if isinstance(found, errors.DreamError):
            raise found
        self._place_again(entry, replace(entry.outcome, picture=found))

    def _place_again(self, entry: HistoryEntry, outcome: Outcome) -> None:
        destination = Destination.ABOVE if outcome.destination is Destination.REPLACE else outcome.destination
        outcome = replace(outcome, strength=self.strength, destination=destination)
        placed = self._put(outcome)
        if destination is not Destination.NEW_IMAGE:
            entry.layer = placed.node_id
        self._say(f"{self._went(outcome, placed)}.", self._unseen(placed))

    def _put(self, outcome: Outcome) -> Placed:
        # Offered until it is placed, whatever goes wrong.
        self.offer = outcome
        placed = self._host.place(outcome)
        # A replaced layer has the strength in its pixels; its opacity is the painter's own.
        self.newest = None if outcome.destination is Destination.REPLACE else placed
        self.offer = None
        if outcome.destination is Destination.PAINT_IN:
            self._reactivation.watch()
        self.noted(outcome, placed)
        return placed

    def _say(self, *sentences: str) -> None:
        self.said.emit(" ".join(filter(None, sentences)))

    def _unseen(self, placed: Placed) -> str:
        """Why the painter sees nothing of it, as a sentence; empty if it is seen."""
        hidden = self._host.hidden_by(placed)
        return tr("“{layer}” is hidden: show it to see the dream.", layer=hidden) if hidden else ""

    def _went(self, outcome: Outcome, placed: Placed) -> str:
        if outcome.into:
            return tr("“{name}” was renewed", name=placed.name)
        name = tr(outcome.name) if outcome.destination is Destination.REPLACE else placed.name
        went = tr(WENT[outcome.destination], name=name, layer=outcome.location.layer_name)
        if outcome.destination is Destination.NEW_IMAGE or self._host.document() == placed.document:
            return went
        return tr("In “{document}”: {happened}", document=outcome.location.document_name, happened=went)

    @guarded
    def _apply_strength(self) -> None:
        if self.newest and not self._host.set_opacity(self.newest, self.strength):
            self.newest = None
