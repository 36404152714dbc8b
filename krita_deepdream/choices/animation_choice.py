"""What the painter has chosen for an animated layer: this frame, all or some, and how much each builds on the last."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from ..core import film_settings
from ..jobs.document_data import Destination
from ..jobs.job import Animation, DreamRequest
from ..qt import QtCore
from .settings_choice import SettingsChoice


class Scope(Enum):
    """Which frames are dreamed."""

    THIS = "this"
    ALL = "all"
    RANGE = "range"


class AnimationChoice(SettingsChoice):
    """``first``, ``last`` and ``every`` as in ``Animation``; used if the scope says so.

    ``keyframes``: the times of the active layer's keyframes.
    """

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.settings: film_settings.FilmSettings = film_settings.FilmSettings()
        self.scope = Scope.THIS
        self.first, self.last, self.every = 0, 0, 1
        self.keyframes: tuple[int, ...] = ()

    def take(self, scope: Scope, first: int, last: int, every: int) -> None:
        """Choose what is dreamed."""
        self.scope, self.first, self.last, self.every = scope, first, last, every
        self.changed.emit()

    def look(self, keyframes: tuple[int, ...]) -> None:
        """Notice the active layer's keyframes; a range that covered all of them still does."""
        if keyframes == self.keyframes:
            return
        was_all = not self.keyframes or (self.first, self.last) == (self.keyframes[0], self.keyframes[-1])
        if keyframes and was_all:
            self.first, self.last = keyframes[0], keyframes[-1]
        self.keyframes = keyframes
        self.changed.emit()

    def of(self, request: DreamRequest) -> DreamRequest:
        """The request for the chosen keyframes; unchanged for this frame only, or if there are none."""
        if self.scope is Scope.THIS or not self.keyframes or not request.is_still:
            return request
        first, last = (self.first, self.last) if self.scope is Scope.RANGE else (None, None)
        animation = Animation(self.settings.flow, first, last, self.every).of(self.keyframes)
        return replace(request, animation=animation, destination=Destination.ABOVE)
