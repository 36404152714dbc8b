"""The dreams of this session of Krita, newest first, as long as they fit: pixels, settings, where they were."""

from __future__ import annotations

from dataclasses import dataclass

from .grab import Outcome
from .jobs import Chosen
from .qt import QtCore, Signal

MOST_BYTES = 400 << 20


@dataclass(frozen=True)
class Dreamt:
    """One past dream."""

    outcome: Outcome
    settings: Chosen


class History(QtCore.QObject):
    """``changed`` fires after each change. Forgets the oldest beyond ``MOST_BYTES``, but never the newest."""

    changed = Signal()

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Dreamt] = []

    @property
    def bytes(self) -> int:
        """What the kept pixels take."""
        return sum(len(entry.outcome.picture.data) for entry in self.entries)

    def add(self, outcome: Outcome, chosen: Chosen) -> None:
        """Remember a dream."""
        self.entries.insert(0, Dreamt(outcome, chosen))
        while self.bytes > MOST_BYTES and len(self.entries) > 1:
            self.entries.pop()
        self.changed.emit()

    def remove(self, index: int) -> None:
        """Forget one."""
        del self.entries[index]
        self.changed.emit()
