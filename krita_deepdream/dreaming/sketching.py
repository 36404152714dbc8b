"""Dreams for previews: a small one within a second, then a sharper one; a new request replaces the old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..border import guarded
from ..core import dream_settings, errors, wire, working_size
from ..jobs.document_data import Grabbed
from ..jobs.job import DreamRequest, HostLike, Job, Sketch
from ..qt import QtCore, Signal
from .session import Session

# The longer side of an ordinary picture in pixels; others get the same area. The first gives an idea within a second,
# the second shows the forms.
SIZES = (192, 512)
SMALLEST = int(dream_settings.SPECS["working_size"].low)


def grab(host: HostLike, request: DreamRequest) -> Grabbed:
    """What a request would take now, 8 bits deep. Raises ``DreamError`` when there is nothing to dream."""
    return host.grab(request, "U8")


class Sketching(QtCore.QObject):
    """``shown`` carries ``wire.Picture``s of what is inside the grabbed pixels; ``moved`` when ``at_work`` may have.

    ``sketch``: the one that was begun last. ``index``: which request the pictures belong to, if there are several.
    ``displaced``: a dream took its turn, and no more pictures will come until ``resume``.
    """

    shown = Signal(object)
    moved = Signal()
    displaced = Signal()

    def __init__(self, session: Session, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._host, self._queue = session.host, session.queue
        # For each sketch still to come: the number of its request, and its longer side.
        self._waiting: list[tuple[int, int]] = []
        self._side = 0
        self.index = 0
        self.at_work = False
        self.sketch: Sketch | None = None

    @property
    def is_last(self) -> bool:
        """Whether the next picture is the sharpest."""
        return not self._waiting

    def begin(self, grabbed: Grabbed, request: DreamRequest) -> None:
        """Sketch what ``request`` makes of the grabbed pixels."""
        self.begin_all(grabbed, [request], SIZES)

    def begin_all(self, grabbed: Grabbed, requests: Sequence[DreamRequest], sizes: Sequence[int]) -> None:
        """Sketch all ``requests`` one by one in the first of ``sizes`` (the longer side), then again in the next."""
        self._queue.drop(self._told)
        if grabbed.source_selection:
            grabbed.source_selection.begin_packing()
        self._grabbed, self._requests = grabbed, requests
        self._waiting = [(index, side) for side in sizes for index in range(len(requests))]
        self._next()

    def sharpen(self, index: int, side: int) -> None:
        """Sketch one of the requests next, as soon as the present sketch is done."""
        self._waiting = [(index, side), *(each for each in self._waiting if each != (index, side))]
        if not self.at_work:
            self._next()

    def resume(self) -> None:
        """Continue after a dream."""
        if self._waiting and not self.at_work:
            self._next()

    def stop(self) -> None:
        """Stop; no more pictures are wanted."""
        self._waiting, self.sketch = [], None
        self._queue.drop(self._told)
        self._end()

    def _next(self) -> None:
        self.index, self._side = self._waiting.pop(0)
        side = working_size.longer_side(*self._grabbed.inside[2:], self._side)
        size = {"working_size": max(SMALLEST, side)}
        request = self._requests[self.index]
        sized = replace(request, settings=request.settings.replace(size))
        self.sketch = Sketch(request, self._grabbed, sized.settings)
        self.at_work = True
        message = Job(0, sized.made_for(self._grabbed, self._host), self._grabbed).message()
        assert isinstance(message, wire.ImageJob)
        self._queue.add_side_task(message, self._told)
        self.moved.emit()

    def _end(self) -> None:
        self.at_work = False
        self.moved.emit()

    @guarded
    def _told(self, message: Any) -> None:
        if isinstance(message, wire.Progress):
            # The sharper one's early previews are coarser than the picture already shown.
            if message.preview and not self.is_last:
                self.shown.emit(message.preview)
        elif isinstance(message, wire.Result):
            if self.sketch:
                self.sketch = replace(self.sketch, result=message)
            self.shown.emit(message.picture)
            if self._waiting:
                self._next()
            else:
                self._end()
        else:
            self._end()
            if message.code != errors.Cancelled().code:
                raise errors.DreamError(message.code, **message.values)
            self._waiting.insert(0, (self.index, self._side))
            self.displaced.emit()
