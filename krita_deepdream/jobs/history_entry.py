"""One past dream, as the history and a document's archive hold it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field

from .document_data import Outcome, Placed


@dataclass(eq=False)
class HistoryEntry:
    """One past dream. ``packed``: its picture as a PNG file, ``small``: a thumbnail, empty until they are there.

    ``outcome`` may have lost its pixels (no bytes): then they are in ``packed``. ``job``: the number of the job that
    dreamed it in this session, else 0. ``layer``: the layer that it became, if that is in the same document. ``saved``:
    whether the document saves it.
    """

    outcome: Outcome
    job: int = 0
    packed: bytes = b""
    small: bytes = b""
    layer: str = ""
    saved: bool = False
    time: float = field(default_factory=time.time)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def placed(self) -> Placed | None:
        """The layer that it became."""
        return Placed(self.outcome.location.document, self.layer) if self.layer else None
