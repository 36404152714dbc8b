"""Krita leaves no layer active when an undo takes away one whose mask was active: what was dreamed is active then."""

from __future__ import annotations

from ..border import guarded
from ..jobs.document_data import Destination
from ..jobs.job import HostLike
from ..qt import QtCore
from .history import History

# Krita shows a step of its history before the layer is gone, and a large one takes longer.
GONE_MS = 100
LOOKS = 5


class Reactivation(QtCore.QObject):
    """``watch`` once a dream stands under a mask, which is active. The dreams themselves are found in ``history``."""

    def __init__(self, host: HostLike, history: History, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._host, self._history = host, history
        self._watches = False
        self._looks = 0
        self._gone = QtCore.QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(GONE_MS)
        self._gone.timeout.connect(self._look)

    def watch(self) -> None:
        """Look at every undo from now on."""
        self._watches = self._watches or self._host.on_history(self._hint)

    @guarded
    def _hint(self, *_what: object) -> None:
        self._looks = LOOKS
        self._gone.start()

    @guarded
    def _look(self) -> None:
        self._looks -= 1
        if self._looks:
            self._gone.start()
        document = self._host.document()
        if document is None or self._host.active_layer(document) is not None:
            return
        for entry in self._history.entries:
            outcome, placed = entry.outcome, entry.placed
            is_here = outcome.destination is Destination.PAINT_IN and outcome.location.document == document
            if is_here and placed and not self._host.stands(placed):
                self._host.activate(document, outcome.location.node_id)
                return
