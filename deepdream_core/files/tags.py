"""(a TIFF file or EXIF) → its directories, every value as its original bytes, and back.

Neither Pillow nor tifffile can carry a value on unread: text is decoded and encoded again, and values of an
unusual type are refused.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

EXIF_MARK = b"Exif\0\0"
ORIENTATION, XMP, PROFILE = 0x0112, 0x02BC, 0x8773
EXIF, GPS, _INTEROPERABILITY = 0x8769, 0x8825, 0xA005
_POINTERS = {0: (EXIF, GPS), EXIF: (_INTEROPERABILITY,)}
ASCII, SHORT, LONG, UNDEFINED = 2, 3, 4, 7
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_NUMBERS = {1: "B", 3: "H", 4: "I", 5: "I", 16: "Q"}


@dataclass(frozen=True)
class Entry:
    """A value of TIFF's type ``field_type``; ``data``: its bytes, in the order of the directory that holds it."""

    field_type: int
    data: bytes


@dataclass(frozen=True)
class Directory:
    """``byte_order``: struct's sign for the order of bytes; ``children``: EXIF's and GPS's directory by their
    pointers.
    """

    byte_order: str = "<"
    entries: Mapping[int, Entry] = field(default_factory=dict)
    children: Mapping[int, Directory] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.entries or self.children)

    def numbers(self, tag: int) -> tuple[int, ...]:
        """The whole numbers of an entry (of a fraction two each); none if it isn't there or holds something else."""
        entry = self.entries.get(tag)
        if entry is None or entry.field_type not in _NUMBERS:
            return ()
        number = struct.Struct(self.byte_order + _NUMBERS[entry.field_type])
        return tuple(value for (value,) in number.iter_unpack(entry.data))

    def data(self, tag: int) -> bytes:
        """An entry's bytes, empty if it isn't there."""
        return self.entries[tag].data if tag in self.entries else b""

    def replace(self, entries: Mapping[int, Entry], without: Container[int] = ()) -> Directory:
        """The same with ``entries`` replaced or added, and those in ``without`` left out."""
        remaining = {tag: entry for tag, entry in self.entries.items() if tag not in without}
        return replace(self, entries={**remaining, **entries})

    def with_child(self, pointer: int, entries: Mapping[int, Entry]) -> Directory:
        """The same with ``entries`` over those of the directory below ``pointer``."""
        child = self.children.get(pointer, Directory(self.byte_order)).replace(entries)
        return replace(self, children={**self.children, pointer: child})


@dataclass(frozen=True)
class _Layout:
    """How a kind of file counts: struct's signs for a count of entries, a count of values, a place."""

    byte_order: str
    big: bool

    @property
    def step(self) -> int:
        """The alignment of values' offsets, in bytes."""
        return 8 if self.big else 2

    @property
    def entries(self) -> struct.Struct:
        return struct.Struct(self.byte_order + ("Q" if self.big else "H"))

    @property
    def offset(self) -> struct.Struct:
        return struct.Struct(self.byte_order + ("Q" if self.big else "I"))

    @property
    def entry(self) -> struct.Struct:
        return struct.Struct(self.byte_order + ("HHQ8s" if self.big else "HHI4s"))


def read(file: BinaryIO, without: Container[int] = ()) -> Directory:
    """The first directory of a TIFF file and those below it; entries that lie outside the file are left out.

    Raises ``ValueError`` or ``struct.error`` where there is none.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    layout, span = _header(file)
    return _directory(file, layout, (span, size), without, 0)


def read_exif(exif: bytes) -> Directory:
    """What EXIF says, with or without its mark in front; an empty directory if it can't be read."""
    if not exif:
        return Directory()
    try:
        return read(io.BytesIO(exif.removeprefix(EXIF_MARK)))
    except (ValueError, struct.error):
        return Directory()


def exif_bytes(directory: Directory) -> bytes:
    """``directory`` as EXIF, without the mark; empty if it is."""
    if not directory:
        return b""
    start = {"<": b"II", ">": b"MM"}[directory.byte_order] + struct.pack(directory.byte_order + "HI", 42, 8)
    return start + _written(directory, _Layout(directory.byte_order, big=False), 8)


def with_entries(tiff: bytes, directory: Directory) -> bytes:
    """A TIFF file with ``directory`` beside its own entries, which count; both in the same order of bytes."""
    file = io.BytesIO(tiff)
    layout, _offset = _header(file)
    whole = replace(directory, entries={**directory.entries, **read(file).entries})
    tiff += b"\0" * (-len(tiff) % 8)
    at = 8 if layout.big else 4
    header = tiff[:at] + layout.offset.pack(len(tiff))
    return header + tiff[len(header) :] + _written(whole, layout, len(tiff))


def _header(file: BinaryIO) -> tuple[_Layout, int]:
    file.seek(0)
    byte_order = {b"II": "<", b"MM": ">"}.get(file.read(2))
    if byte_order is None:
        raise ValueError("there is no TIFF header")
    big = struct.unpack(byte_order + "H", file.read(2))[0] == 43
    layout = _Layout(byte_order, big)
    if big:
        file.seek(8)
    return layout, layout.offset.unpack(file.read(layout.offset.size))[0]


def _directory(
    file: BinaryIO, layout: _Layout, span: tuple[int, int], without: Container[int], pointer: int
) -> Directory:
    """``span``: where it lies, and the size of the file."""
    at, size = span
    file.seek(at)
    count = layout.entries.unpack(file.read(layout.entries.size))[0]
    rows = file.read(min(count, size) * layout.entry.size)
    entries, children, held = {}, {}, 0
    for tag, field_type, number, inline in layout.entry.iter_unpack(rows[: len(rows) - len(rows) % layout.entry.size]):
        if tag in without or field_type not in _SIZES:
            continue
        length = number * _SIZES[field_type]
        where = layout.offset.unpack(inline)[0]
        if tag in _POINTERS.get(pointer, ()):
            below = (
                int.from_bytes(inline[:4], "little" if layout.byte_order == "<" else "big")
                if field_type != 18
                else where
            )
            # Only the first of a kind: no file has two, and many would be many times the same.
            if 0 < below < size and tag not in children:
                children[tag] = _below(file, layout, (below, size), without, tag)
        elif length <= len(inline):
            entries[tag] = Entry(field_type, inline[:length])
        elif where + length <= size:
            held += length
            if held > size:
                raise ValueError("its tags lie one over another")
            file.seek(where)
            entries[tag] = Entry(field_type, file.read(length))
    return Directory(layout.byte_order, entries, children)


def _below(file: BinaryIO, layout: _Layout, span: tuple[int, int], without: Container[int], pointer: int) -> Directory:
    try:
        return _directory(file, layout, span, without, pointer)
    except struct.error:
        return Directory(layout.byte_order)


def _written(directory: Directory, layout: _Layout, at: int) -> bytes:
    """The directory as it lies at the place ``at`` of a file, and all that belongs to it behind it."""
    count = len(directory.entries) + len(directory.children)
    end = at + layout.entries.size + count * layout.entry.size + layout.offset.size
    rows, values = {}, b""
    for tag, entry in directory.entries.items():
        number = len(entry.data) // _SIZES[entry.field_type]
        inline = entry.data
        if len(inline) > layout.offset.size:
            inline = layout.offset.pack(end + len(values))
            values += entry.data + b"\0" * (-len(entry.data) % layout.step)
        rows[tag] = layout.entry.pack(tag, entry.field_type, number, inline)
    for tag, child in directory.children.items():
        pointer = layout.offset.pack(end + len(values))
        rows[tag] = layout.entry.pack(tag, 18 if layout.big else LONG, 1, pointer)
        child_bytes = _written(child, layout, end + len(values))
        values += child_bytes + b"\0" * (-len(child_bytes) % layout.step)
    content = b"".join(rows[tag] for tag in sorted(rows))
    return layout.entries.pack(count) + content + layout.offset.pack(0) + values
