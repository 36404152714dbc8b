"""Parts of a dream that were replaced while it kept up, so that undoing the stroke restores them at once."""

from __future__ import annotations

from typing import NamedTuple

from ..jobs.dream_layer import Box
from ..krita_api import Data, view

MOST_BYTES = 128 << 20

# Check sums of the source and of the layer.
State = tuple[tuple[int, ...], tuple[int, ...]]


class Piece(NamedTuple):
    """What a renewal changed: samples of the layer in ``box``, before and after."""

    box: Box
    before: Data
    after: Data


class Past:
    """The states of one dream layer in the order of its renewals, and the pieces that lead from each to the next."""

    def __init__(self, state: State) -> None:
        self._states, self._pieces, self._at = [state], list[Piece](), 0

    def add(self, piece: Piece, state: State) -> None:
        """The layer was renewed: forget what had been undone, and the oldest pieces if there are too many."""
        del self._states[self._at + 1 :], self._pieces[self._at :]
        self._states.append(state)
        self._pieces.append(piece)
        while len(self._pieces) > 1 and self.held_bytes > MOST_BYTES:
            del self._states[0], self._pieces[0]
        self._at = len(self._pieces)

    def back_to(self, source: tuple[int, ...]) -> tuple[list[tuple[Box, Data]], State] | None:
        """The pieces to write, in order, if the source is as it was in an earlier state; and that state."""
        found = [number for number, state in enumerate(self._states) if state[0] == source]
        if not found:
            return None
        wanted = min(found, key=lambda number: abs(number - self._at))
        back = [(piece.box, piece.before) for piece in reversed(self._pieces[wanted : self._at])]
        forth = [(piece.box, piece.after) for piece in self._pieces[self._at : wanted]]
        self._at = wanted
        return back + forth, self._states[wanted]

    @property
    def held_bytes(self) -> int:
        """What the pieces take."""
        return sum(len(view(each.before)) + len(view(each.after)) for each in self._pieces)
