"""Dreams that are only looked at: a small one within a second, then a sharper one; a new request replaces the old."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..border import guarded
from ..core import dream_settings, errors, wire, working_size
from ..jobs.document_data import Grabbed
from ..jobs.job import DreamRequest
from ..qt import QtCore, Signal
from .session import Session

# The longer side of an ordinary picture in pixels; others have its area. The first gives an idea within a second, the
# second shows the forms.
SIZES = (192, 512)
SMALLEST = int(dream_settings.SPECS["working_size"].low)


class Sketching(QtCore.QObject):
    """``shown`` carries ``wire.Picture``s of what is inside the grabbed pixels; ``moved`` when ``at_work`` may have.

    ``displaced``: a dream came between, and no more pictures will come.
    """

    shown = Signal(object)
    moved = Signal()
    displaced = Signal()

    def __init__(self, session: Session, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: list[int] = []
        self.at_work = False

    @property
    def is_last(self) -> bool:
        """Whether the sharpest picture is the one to come."""
        return not self._waiting

    def begin(self, grabbed: Grabbed, request: DreamRequest) -> None:
        """Sketch what ``request`` makes of the grabbed pixels."""
        self._session.drop(self._told)
        self._grabbed, self._request = grabbed, request
        self._waiting = list(SIZES)
        self._next()

    def stop(self) -> None:
        """No more pictures are wanted."""
        self._session.drop(self._told)
        self._end()

    def _next(self) -> None:
        side = working_size.longer_side(*self._grabbed.inside[2:], self._waiting.pop(0))
        size = {"working_size": max(SMALLEST, side)}
        sized = replace(self._request, settings=self._request.settings.replace(size))
        self.at_work = True
        self._session.sketch(self._grabbed, sized, self._told)
        self.moved.emit()

    def _end(self) -> None:
        self.at_work = False
        self.moved.emit()

    @guarded
    def _told(self, message: Any) -> None:
        if isinstance(message, wire.Progress):
            # While the sharper one begins it is coarser than the one that is there already.
            if message.preview and not self.is_last:
                self.shown.emit(message.preview)
        elif isinstance(message, wire.Result):
            self.shown.emit(message.picture)
            if self._waiting:
                self._next()
            else:
                self._end()
        else:
            self._end()
            if message.code != errors.Cancelled().code:
                raise errors.DreamError(message.code, **message.values)
            self.displaced.emit()
