"""One watched dream layer: what its source and the layer hold now, compared with when it was dreamed."""

from __future__ import annotations

from dataclasses import replace

from ..documents import details, dream_records, nodes, recipes, surfaces
from ..documents.surfaces import Surface
from ..jobs.document_data import SourceSelection, StoredRecipe
from ..jobs.dream_layer import Box, DreamRecord, bounds, bounds_of, changed_pixels, check_sum, nearest, tiles
from ..krita_api import Data, Document, view
from .past import Past
from .scan import Read, Scan

# Larger sources aren't kept in memory; a change then counts for the whole tile.
MOST_HELD_BYTES = 256 << 20


class Watched:
    """``stale``: the numbers of the tiles whose source changed. ``edited``: painted on by hand since it was dreamed.

    ``source``: the checksums found last, empty before that. ``stands``: whether layer and source still exist.
    ``coarse``: what it holds is no dream yet. ``between``: an undo of a renewal is half done, and the layer has another
    depth for one step.
    """

    def __init__(self, document: Document, node_id: str, stored: StoredRecipe, record: DreamRecord) -> None:
        self.document, self.node_id, self.stored, self.record = document, node_id, stored, record
        self.tiles = tiles(record.box)
        self.stale: frozenset[int] = frozenset()
        self.edited = self.between = self.coarse = False
        self.stands = True
        self.source: tuple[int, ...] = ()
        self.past = Past((record.source, record.own))
        self._versions: dict[tuple[int, ...], tuple[DreamRecord, Data]] = {}
        self._held: dict[int, Data] = {}
        self._recipe = recipes.annotation(document, node_id)
        self._scans: list[Scan] = []
        self._first = 0

    @property
    def in_parts(self) -> bool:
        """Whether parts of it can be renewed: not of styles, details, seamless dreams or former versions' dreams."""
        return bool(self.record.record) and not self.stored.recipe["settings"].get("seamless")

    @property
    def is_detail(self) -> bool:
        """Whether it holds only what its dream adds; there is no record of the dream's own pixels then."""
        layer = nodes.find(self.document, self.node_id)
        return layer is not None and layer.blendingMode() == details.MERGE and not self.record.record

    @property
    def can_renew(self) -> bool:
        """Whether the layer is shown and not locked."""
        layer = nodes.find(self.document, self.node_id)
        return layer is not None and nodes.is_seen(layer) and not layer.locked()

    @property
    def selection(self) -> SourceSelection:
        """What it was dreamed of."""
        assert self.stored.source_selection is not None
        return self.stored.source_selection

    @property
    def name(self) -> str:
        """What the layer is called now."""
        layer = nodes.find(self.document, self.node_id)
        return layer.name() if layer is not None else self.stored.name

    def advance(self, seconds: float) -> bool:
        """Continue the check for about that long; whether that completed it."""
        if not self._scans and not self._begin():
            return True
        scan = next((each for each in self._scans if not each.done), None)
        if scan is not None:
            scan.advance(seconds)
        if not all(each.done for each in self._scans):
            return False
        (source, own), self._scans = (each.sums for each in self._scans), []
        self._judge(source, own)
        return True

    def differs(self) -> bool:
        """Whether an unfinished check has found something new already."""
        before = (self.source or self.record.source, self.record.own)
        return any(
            before[index] and before[index][number] != found
            for index, scan in enumerate(self._scans)
            for number, found in scan.found.items()
        )

    def look_again(self, near: tuple[int, int] | None = None) -> None:
        """Begin a new check, whatever was read so far; ``near`` that pixel, else where something changed last."""
        self._scans = []
        if near is not None:
            self._first = nearest(self.tiles, *near)

    def take(self, record: DreamRecord) -> None:
        """The layer was dreamed or renewed: this record replaces the old one and is saved with the document."""
        self._remember()
        before = self.record.source
        self._held = {n: data for n, data in self._held.items() if record.source[n : n + 1] == before[n : n + 1]}
        self.record, self._recipe = record, recipes.annotation(self.document, self.node_id)
        self.stored = recipes.read_of(self.document, self.node_id) or self.stored
        dream_records.write(self.document, self.node_id, record)
        self.stale = self._stale(self.source)
        self.edited = False

    def accept(self) -> None:
        """Accept what was painted on the layer by hand as a part of it."""
        self.take(replace(self.record, own=self.own_sums(self.record.box)))

    def keep_up(self, on: bool) -> None:
        """Switch it on or off; saved with the document."""
        self.record = replace(self.record, keeps_up=on)
        dream_records.write(self.document, self.node_id, self.record)
        self._held.clear()
        self.look_again()

    def changes(self, numbers: frozenset[int]) -> tuple[dict[int, tuple[Box, bytes]], dict[int, int]]:
        """What changed in these tiles, as boxes with a byte per pixel (255: changed); and their current checksums."""
        surface = surfaces.of_source(self.document, self.selection)
        found: dict[int, tuple[Box, bytes]] = {}
        sums: dict[int, int] = {}
        for number in numbers if surface else ():
            assert surface is not None
            box, now = self.tiles[number], surface.read(self.tiles[number])
            sums[number] = check_sum(now)
            before = self._held.get(number)
            whole = b"\xff" * (box[2] * box[3])
            exact = before is not None and surface.pixel_bytes and len(view(before)) == len(view(now))
            flags = changed_pixels(before, now, surface.pixel_bytes) if before is not None and exact else whole
            if bounds_of(flags, box):
                found[number] = box, flags
        return found, sums

    def hold(self, numbers: frozenset[int]) -> None:
        """Remember these tiles of the source as what was dreamed, unless they were painted on meanwhile."""
        surface = surfaces.of_source(self.document, self.selection)
        if surface is not None and self.record.keeps_up:
            for number in numbers:
                self._hold(number, surface.read(self.tiles[number]))

    def own_sums(self, box: Box) -> tuple[int, ...]:
        """The layer's checksums after something was written in ``box``."""
        surface = surfaces.of_layer(self.document, self.node_id)
        assert surface is not None, "it was written into just now"
        return tuple(
            check_sum(surface.read(tile)) if _meet(tile, box) else self.record.own[number]
            for number, tile in enumerate(self.tiles)
        )

    def _begin(self) -> bool:
        source = surfaces.of_source(self.document, self.selection)
        own = surfaces.of_layer(self.document, self.node_id)
        self.stands = source is not None and own is not None
        if source is None or own is None:
            return False
        self._scans = [Scan(self._reading(source), self.tiles, self._first), Scan(own.read, self.tiles, self._first)]
        return True

    def _reading(self, surface: Surface) -> Read:
        if not self.record.keeps_up:
            return surface.read
        numbers = {box: number for number, box in enumerate(self.tiles)}

        def read(box: Box) -> Data:
            data, number = surface.read(box), numbers[box]
            if number not in self._held:
                self._hold(number, data)
            return data

        return read

    def _hold(self, number: int, data: Data) -> None:
        held = sum(len(view(each)) for each in self._held.values())
        if held < MOST_HELD_BYTES and check_sum(data) == self.record.source[number]:
            self._held[number] = data

    def _judge(self, source: tuple[int, ...], own: tuple[int, ...]) -> None:
        self.between = False
        if self.record.own and own != self.record.own and not self.coarse:
            self._recognise(own)
        elif not self.record.own:
            self.record = replace(self.record, own=own)
            dream_records.write(self.document, self.node_id, self.record)
            self.past = Past((self.record.source, own))
        else:
            self.edited = False
        self.stale = self._stale(source)
        if self.stale and source != self.source:
            self._first = min(self.stale)
        self.source = source

    def _remember(self) -> None:
        """Keep the present state, since an undo may bring it back."""
        if self.record.own:
            self._versions[self.record.own] = self.record, self._recipe

    def _stale(self, source: tuple[int, ...]) -> frozenset[int]:
        return frozenset(number for number, found in enumerate(source) if found != self.record.source[number])

    def _recognise(self, own: tuple[int, ...]) -> None:
        """The layer changed: by an undo or redo, which leads to a known state, or because somebody painted on it."""
        if own not in self._versions:
            # Halfway through the undo of a renewal, the layer has another depth for one step.
            layer = nodes.find(self.document, self.node_id)
            self.between = layer is not None and layer.colorDepth() != self.document.colorDepth()
            self.edited = not self.between
            return
        self._remember()
        record, self._recipe = self._versions[own]
        self.record, self.edited = replace(record, keeps_up=self.record.keeps_up), False
        recipes.put_back(self.document, self.node_id, self._recipe)
        self.stored = recipes.read_of(self.document, self.node_id) or self.stored
        dream_records.write(self.document, self.node_id, self.record)
        self.past = Past((self.record.source, own))
        self._held.clear()


def area(changes: dict[int, tuple[Box, bytes]]) -> Box:
    """The rectangle around all changes, of which there is at least one."""
    found = [bounds_of(flags, box) for box, flags in changes.values()]
    return bounds([box for box in found if box])


def _meet(box: Box, other: Box) -> bool:
    return (
        box[0] < other[0] + other[2]
        and other[0] < box[0] + box[2]
        and box[1] < other[1] + other[3]
        and other[1] < box[1] + box[3]
    )
