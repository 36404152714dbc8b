"""Handles on what belongs to Krita: each finds its widget, document or node again whenever it is used.

What a test holds lives longer than in a painter's Krita, where nobody holds it: a dialog that the plugin forgot to
keep would go on working here, and only here. So nothing of Krita's is held between two steps; ``held`` tells what is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from .qt import QtCore

OWN = __name__.partition(".")[0]


class Handle:
    """Reads and calls like the thing itself; ``now`` is the thing, for Qt and Krita as an argument."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    @property
    def now(self) -> Any:
        """What is found at this moment; not to be kept."""
        return self._find()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(), name)

    def __eq__(self, other: object) -> bool:
        return bool(self.now == (other.now if isinstance(other, Handle) else other))

    __hash__ = None  # type: ignore[assignment]


def held(play: Iterator[float] | None) -> list[str]:
    """What a generator that waits, or one that it waits for, holds of Qt's or Krita's: "function: variable"."""
    found = []
    while play is not None:
        frame = getattr(play, "gi_frame", None)
        names = frame.f_locals.items() if frame is not None else ()
        found += [f"{getattr(play, '__qualname__', play)}: {name}" for name, value in names if _holds(value)]
        play = getattr(play, "gi_yieldfrom", None)
    return found


def _holds(value: Any) -> bool:
    """Whether ``value`` is a wrapper, or keeps one alive."""
    if isinstance(value, QtCore.QObject):
        return not type(value).__module__.startswith(OWN)
    if isinstance(value, (list, tuple, set)):
        return any(map(_holds, value))
    if isinstance(value, dict):
        return any(map(_holds, value.values()))
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if _filled(cell)]
        return any(map(_holds, [*cells, *(value.__defaults__ or ())]))
    if isinstance(value, (MethodType, BuiltinMethodType)):
        return _holds(value.__self__)
    return type(value).__name__ == "pyqtBoundSignal"


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False  # its variable has no value yet
