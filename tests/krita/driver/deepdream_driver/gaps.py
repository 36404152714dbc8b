"""How long the plugin holds Krita's main thread up, apart from what Krita's own functions take of it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from .qt import QtCore

BEAT_MS = 5
MOST_TOLD = 6


class Gaps(QtCore.QObject):
    """From ``begin`` to ``end``: each call that Qt or Krita makes into the plugin, and when the event loop comes round.

    Of a call counts what is left without the functions of Krita's that it calls: in seconds of the clock, and in
    seconds of the processor, which other programs on a busy machine make hardly longer.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last = self._longest = 0.0
        self._calls: list[tuple[float, float, float, str]] = []
        self._outer: FrameType | None = None
        self._began = self._krita_began = (0.0, 0.0)
        self._krita = [0.0, 0.0]
        self._in_krita: Any = None
        self._timer = QtCore.QTimer(self)
        self._timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        """Start the clocks."""
        self._last = time.monotonic()
        self._timer.start(BEAT_MS)
        sys.setprofile(self._look)

    def end(self) -> dict[str, Any]:
        """Milliseconds: the longest gap whosoever it was, and the longest calls of the plugin without Krita's part."""
        sys.setprofile(None)
        self._timer.stop()
        self._calls.sort(reverse=True)
        told = [
            f"{name}: {1000 * ours:.0f}, {1000 * worked:.0f} of the processor, beside Krita's {1000 * kritas:.0f}"
            for worked, ours, kritas, name in self._calls[:MOST_TOLD]
        ]
        worked, ours = (max((call[index] for call in self._calls), default=0.0) for index in (0, 1))
        return {"longest": 1000 * self._longest, "ours": 1000 * ours, "ours_worked": 1000 * worked, "calls": told}

    def _beat(self) -> None:
        now = time.monotonic()
        self._longest, self._last = max(self._longest, now - self._last), now

    def _look(self, frame: FrameType, event: str, function: Any) -> None:
        if self._outer is None:
            if event == "call" and frame.f_back is None and "krita_deepdream" in Path(frame.f_code.co_filename).parts:
                self._outer, self._krita, self._began = frame, [0.0, 0.0], _clocks()
        elif event == "return" and frame is self._outer:
            self._note(frame)
        elif event == "c_call" and self._in_krita is None and _is_kritas(function):
            self._in_krita, self._krita_began = frame, _clocks()
        elif event in ("c_return", "c_exception") and frame is self._in_krita:
            self._in_krita = None
            self._krita = [
                sofar + now - then for sofar, now, then in zip(self._krita, _clocks(), self._krita_began, strict=True)
            ]

    def _note(self, frame: FrameType) -> None:
        ours, worked = (
            now - then - kritas for now, then, kritas in zip(_clocks(), self._began, self._krita, strict=True)
        )
        code = frame.f_code
        # The border wraps slots: what is wrapped tells more.
        inner = frame.f_locals.get("function")
        name = getattr(inner, "__qualname__", code.co_name)
        self._calls.append((worked, ours, self._krita[0], f"{Path(code.co_filename).stem}.{name}"))
        self._outer = None


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.thread_time()


def _is_kritas(function: Any) -> bool:
    return type(getattr(function, "__self__", None)).__module__.endswith("krita")
