"""The dreams that can be placed again: those of this Krita session, and those saved in a document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..documents import archive, nodes
from ..jobs.document_data import Outcome
from ..jobs.history_entry import HistoryEntry
from ..jobs.job import HostLike
from ..krita_api import Document
from ..language import ngettext
from ..qt import QtCore, Signal

MOST_BYTES = 400 << 20
# Krita's own formats, which save annotations.
HOLDING = (".kra", ".krz")


class History(QtCore.QObject):
    """``changed`` fires after each change; ``told`` carries a sentence for the painter.

    ``entries``: newest first, of all documents.
    Pixels beyond ``MOST_BYTES`` are dropped, oldest first; packed pictures stay.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(self, host: HostLike, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._known: list[Document] = []
        self._document: Document | None = None
        self.entries: list[HistoryEntry] = []

    @property
    def held_bytes(self) -> int:
        """How many bytes the kept pixels take."""
        return sum(len(entry.outcome.picture.data) for entry in self.entries)

    @property
    def shown(self) -> list[HistoryEntry]:
        """The dreams of the active document, and those whose document is gone."""
        return [entry for entry in self.entries if self._is_of(entry, self._document) or self._is_homeless(entry)]

    @property
    def document(self) -> Document | None:
        """The active document when it was last looked at, ``None`` without any."""
        return self._document

    def look(self) -> None:
        """Notice which document is active; read the dreams saved in one that is new."""
        document = self._host.document()
        if document == self._document:
            return
        self._document = document
        self._known = [each for each in self._known if self._host.is_open(each)]
        if document is not None and document not in self._known:
            self._known.append(document)
            self._read(document)
        self.changed.emit()

    def add(self, outcome: Outcome, job: int = 0) -> HistoryEntry:
        """Remember a dream."""
        self.look()
        seen = outcome.picture if outcome.picture.data else outcome.preview
        entry = HistoryEntry(outcome, job, small=archive.thumbnail(seen))
        self.entries.insert(0, entry)
        self._make_room()
        self.changed.emit()
        return entry

    def pack(self, job: int, png: bytes) -> None:
        """A job's packed picture has arrived: from now on it can be saved in the document."""
        for entry in self.entries:
            if job and entry.job == job:
                entry.packed = png
                self._save(entry)
                self.changed.emit()

    def remove(self, entry: HistoryEntry) -> None:
        """Forget one."""
        self.entries.remove(entry)
        document = entry.outcome.location.document
        if self._host.is_open(document):
            archive.remove(document, entry)
        self.changed.emit()

    def clear(self) -> None:
        """Forget all dreams that are shown."""
        for entry in self.shown:
            self.remove(entry)

    @property
    def keeps(self) -> bool:
        """Whether the active document's file format can hold dreams, or it has no file yet."""
        name = self._document.fileName() if self._document is not None else ""
        return not name or Path(name).suffix.lower() in HOLDING

    def saves(self) -> bool:
        """Whether dreams are saved with the active document."""
        return self._document is None or archive.is_on(self._document)

    def save_in_document(self, wanted: bool) -> None:
        """Save dreams with the active document, or remove those that it holds."""
        if self._document is None:
            return
        archive.switch(self._document, wanted)
        for entry in reversed(self.entries):
            if self._is_of(entry, self._document):
                entry.saved = False
                self._save(entry)
        self.changed.emit()

    def saved_bytes(self) -> int:
        """By how much the active document's file grows."""
        return sum(len(entry.packed) for entry in self.shown if entry.saved)

    def _save(self, entry: HistoryEntry) -> None:
        document = entry.outcome.location.document
        if not entry.packed or not self._host.is_open(document) or not archive.is_on(document):
            return
        others = [each for each in self.entries if each.saved and self._is_of(each, document)]
        archive.write(document, entry, others)

    def _read(self, document: Document) -> None:
        """The dreams saved in it; they replace those of an earlier time when it was open."""
        found, spoilt = archive.read(document)
        if spoilt:
            self.told.emit(
                ngettext(
                    "A past dream in “{document}” can't be read. It was left untouched.",
                    "{count} past dreams in “{document}” can't be read. They were left untouched.",
                    spoilt,
                    document=nodes.document_name(document),
                )
            )
        keys = {entry.key for entry in found}
        left = [each for each in self.entries if not (each.key in keys and self._is_homeless(each))]
        self.entries = left + found

    def _make_room(self) -> None:
        for entry in reversed(self.entries[1:]):
            if self.held_bytes > MOST_BYTES and entry.packed:
                entry.outcome = replace(entry.outcome, picture=replace(entry.outcome.picture, data=b""))
            elif self.held_bytes > MOST_BYTES and entry.outcome.picture.data:
                self.entries.remove(entry)

    def _is_of(self, entry: HistoryEntry, document: Document | None) -> bool:
        return document is not None and entry.outcome.location.document == document

    def _is_homeless(self, entry: HistoryEntry) -> bool:
        return not self._host.is_open(entry.outcome.location.document)
