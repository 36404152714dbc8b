"""Hold to compare: shows or hides a dream's layer in Krita while a button is held."""

from __future__ import annotations

from ..jobs.document_data import Placed
from ..jobs.job import HostLike


class Comparing:
    """Visibility set by a plugin isn't an undo step; ``end`` restores it and may be called any number of times."""

    def __init__(self, host: HostLike) -> None:
        self._host = host
        self._held: Placed | None = None

    def can(self, placed: Placed | None) -> bool:
        """Whether that layer still exists in its document."""
        return placed is not None and self._host.stands(placed)

    def begin(self, placed: Placed) -> None:
        """Hide the layer, or show it if it is hidden."""
        self.end()
        if self._host.flip(placed):
            self._held = placed

    def end(self) -> None:
        """Restore the layer's visibility."""
        held, self._held = self._held, None
        if held is not None:
            self._host.flip(held)
