"""How long Krita's main thread is held up, and how much of that are Krita's own pixel functions."""

from __future__ import annotations

import importlib
import time
from typing import Any

from .qt import QtCore

BEAT_MS = 5
# Functions of the plugin's ``documents`` that do nothing but call Krita's: their time is Krita's own.
KRITAS_OWN = (
    "sources.read", "sources.visible", "nodes.selection_of", "colours.convert",
    "placing.add_layer", "host._selected_then", "nodes.find",
)


class Gaps(QtCore.QObject):
    """From ``begin`` to ``end`` a timer notes when the event loop comes round."""

    def __init__(self) -> None:
        super().__init__()
        self._beats: list[float] = []
        self._own: list[tuple[float, float, str]] = []
        self._depth = 0
        self._timer = QtCore.QTimer(self)
        self._timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._wrapped: list[tuple[Any, str, Any]] = []

    def begin(self) -> None:
        """Start the clock and wrap Krita's own functions."""
        for own in KRITAS_OWN:
            module, name = own.split(".")
            place = importlib.import_module(f"krita_deepdream.documents.{module}")
            self._wrapped.append((place, name, getattr(place, name)))
            setattr(place, name, self._timed(own, getattr(place, name)))
        self._beats = [time.monotonic()]
        self._timer.start(BEAT_MS)

    def end(self) -> dict[str, Any]:
        """Milliseconds: the longest gap, the longest without Krita's own calls, and those of the latter over 50."""
        self._timer.stop()
        for place, name, function in self._wrapped:
            setattr(place, name, function)
        spans = list(zip(self._beats, self._beats[1:], strict=False))
        whole = [1000 * (end - begin) for begin, end in spans]
        ours = [1000 * (end - begin - self._krita_in(begin, end)) for begin, end in spans]
        own = sorted((round(1000 * (end - begin)), name) for begin, end, name in self._own)
        return {
            "longest": max(whole), "longest_without_kritas_own": max(ours),
            "over_50": sorted(round(each) for each in ours if each > 50), "kritas_own": own[-8:],
        }

    def _beat(self) -> None:
        self._beats.append(time.monotonic())

    def _krita_in(self, begin: float, end: float) -> float:
        return sum(min(end, stop) - max(begin, start) for start, stop, _name in self._own if start < end > begin < stop)

    def _timed(self, name: str, function: Any) -> Any:
        def timed(*arguments: Any, **more: Any) -> Any:
            self._depth += 1
            began = time.monotonic()
            try:
                return function(*arguments, **more)
            finally:
                self._depth -= 1
                if not self._depth:
                    self._own.append((began, time.monotonic(), name))

        return timed
