"""Decodes a packed dream's PNG file to pixels of the wire, off Krita's main thread."""

from __future__ import annotations

import threading

from ..core import errors, wire
from ..jobs.history_entry import HistoryEntry
from ..jobs.images import from_png
from ..qt import QtCore, QtGui, Signal

_Format = QtGui.QImage.Format


class Unpacker(QtCore.QObject):
    """``unpacked`` carries, on the main thread, a past dream and its ``wire.Picture`` or a ``DreamError``."""

    unpacked = Signal(object, object)

    def begin(self, entry: HistoryEntry) -> None:
        """Unpack one; large ones take tenths of a second."""
        threading.Thread(target=self._work, args=(entry,), name="unpacker", daemon=True).start()

    def _work(self, entry: HistoryEntry) -> None:
        try:
            found: wire.Picture | errors.DreamError = unpacked(entry.packed)
        except errors.DreamError as error:
            found = error
        except BaseException as error:
            fault = errors.DreamError("worker.internal", reason=f"{type(error).__name__}: {error}")
            self.unpacked.emit(entry, fault)
            raise
        self.unpacked.emit(entry, found)


def unpacked(png: bytes) -> wire.Picture:
    """``U8`` or ``U16``, as deep as the file. Raises ``DreamError`` if the bytes aren't a picture."""
    image = from_png(png)
    if image.isNull():
        raise errors.DreamError("history.broken")
    deep = image.depth() > 32
    image = image.convertToFormat(_Format.Format_RGBA64 if deep else _Format.Format_ARGB32)
    bits = image.constBits()
    assert bits is not None
    bits.setsize(image.sizeInBytes())
    data = bits.asstring()
    return wire.Picture(image.width(), image.height(), "U16" if deep else "U8", _red_last(data) if deep else data)


def _red_last(data: bytes) -> bytes:
    """16-bit R, G, B and alpha as B, G, R and alpha."""
    swapped = bytearray(data)
    for byte in range(2):
        swapped[byte::8], swapped[4 + byte :: 8] = data[4 + byte :: 8], data[byte::8]
    return bytes(swapped)
