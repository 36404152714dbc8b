"""Checksums of a source or layer, tile by tile, in slices too short to disturb a painter."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..jobs.dream_layer import Box, check_sum
from ..krita_api import Data

# Reads a tile in Krita's own pixel format.
Read = Callable[[Box], Data]


class Scan:
    """``found``: the checksums so far, by tile number. ``first``: the tile that is read first, then those
    nearest to it: strokes follow each other closely.
    """

    def __init__(self, read: Read, tiles: Sequence[Box], first: int = 0) -> None:
        self._read, self._tiles = read, tiles
        x, y = tiles[first][:2]
        near = sorted(range(len(tiles)), key=lambda each: abs(tiles[each][0] - x) + abs(tiles[each][1] - y))
        self._left = near[::-1]
        self.found: dict[int, int] = {}

    @property
    def done(self) -> bool:
        """Whether every tile has been read."""
        return not self._left

    @property
    def sums(self) -> tuple[int, ...]:
        """All checksums, once ``done``."""
        return tuple(self.found[number] for number in range(len(self._tiles)))

    def hold(self) -> None:
        """Read what is left at once; it is added up later."""
        self._read = {self._tiles[number]: self._read(self._tiles[number]) for number in self._left}.pop

    def advance(self, seconds: float) -> None:
        """Read tiles for about that long, at least one."""
        end = time.perf_counter() + seconds
        while self._left:
            number = self._left.pop()
            self.found[number] = check_sum(self._read(self._tiles[number]))
            if time.perf_counter() >= end:
                return
