"""Hold to compare: a dream's layer shown or hidden in Krita itself for as long as a button is held."""

from __future__ import annotations

from ..jobs.document_data import Placed
from ..jobs.job import HostLike


class Comparing:
    """Visibility set by a plugin is no undo step; ``end`` puts it back, however often it is called."""

    def __init__(self, host: HostLike) -> None:
        self._host = host
        self._held: Placed | None = None

    def can(self, placed: Placed | None) -> bool:
        """Whether that layer stands in its document."""
        return placed is not None and self._host.stands(placed)

    def begin(self, placed: Placed) -> None:
        """Hide the layer, or show it if it is hidden."""
        self.end()
        if self._host.flip(placed):
            self._held = placed

    def end(self) -> None:
        """As it was."""
        held, self._held = self._held, None
        if held is not None:
            self._host.flip(held)
