"""A dream that has just become a layer: what it was made of and what it holds, added up a little at a time."""

from __future__ import annotations

from dataclasses import dataclass

from ..jobs.document_data import Outcome, Placed
from ..jobs.dream_layer import Box, DreamRecord
from .scan import Scan


@dataclass(frozen=True)
class NewLayer:
    """``outcome``, what it ``became`` and the job's ``number``: as ``Results.stood`` carries them.

    ``box``: what was dreamed; ``source``, ``own``: the scans of that and of the layer itself.
    """

    outcome: Outcome
    became: Placed
    number: int
    box: Box
    source: Scan
    own: Scan

    def advance(self, seconds: float) -> bool:
        """Add up for about that long; whether that completed it."""
        scan = self.own if self.source.done else self.source
        scan.advance(seconds)
        return self.source.done and self.own.done

    @property
    def record(self) -> DreamRecord:
        """What is to be remembered of it, once all is added up."""
        location = self.outcome.location
        return DreamRecord((location.x, location.y), self.box, self.outcome.record, self.source.sums, self.own.sums)
