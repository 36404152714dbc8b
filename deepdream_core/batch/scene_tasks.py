"""A scene of a film as a task for one computer: its frames become files in a shared folder."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DreamError, advice
from ..files.faults import told_as
from ..files.picture_of import PictureOf
from ..film.formats import opened
from ..film.making import SceneFrames
from ..settings.dream_settings import DreamSettings
from ..settings.film_settings import FilmSettings
from ..settings.style_settings import StyleSettings
from .tasks import DONE, FAILED, Outcome, Tell, threads_of

if TYPE_CHECKING:
    from ..engine.engine import Engine


@dataclass(frozen=True)
class SceneTask:
    """Dream those ``frames`` of a scene of the film in ``source`` that don't exist yet.

    ``pictures``, ``circumstances``: as ``PictureTask`` has them.
    """

    source: Path
    frames: SceneFrames
    settings: DreamSettings | StyleSettings
    film_settings: FilmSettings
    pictures: Mapping[str, PictureOf] = field(default_factory=dict)
    circumstances: Mapping[str, Any] = field(default_factory=dict)

    @property
    def threads(self) -> int | str:
        """How many threads compute it."""
        return threads_of(self.settings, self.circumstances)

    @property
    def otherwise(self) -> str:
        """As ``Task`` has it."""
        return advice("batch.scene")

    @property
    def name(self) -> str:
        """The numbers of its frames, from 1."""
        scene = self.frames.scene
        return f"frames {scene.first + 1} to {scene.first + scene.count}"

    def run(self, engine: Engine, tell: Tell) -> Outcome:
        """Dream its frames into their files; a fault is reported in the outcome."""
        started = time.monotonic()
        try:
            with told_as("batch.scene", self.source):
                self._make(engine, tell)
        except DreamError as error:
            return self.failed(error)
        return self._outcome(DONE, seconds=round(time.monotonic() - started, 3))

    def failed(self, error: DreamError) -> Outcome:
        """The outcome of a failure."""
        return self._outcome(FAILED, error=str(error))

    def _outcome(self, state: str, **more: Any) -> Outcome:
        return Outcome(f"{self.source}: {self.name}", str(self.frames.pattern), state, **more)

    def _make(self, engine: Engine, tell: Tell) -> None:
        from ..film.coherence import Film, Look

        loaded = {name: picture.pixels() for name, picture in self.pictures.items()}
        look = Look(self.settings.replace(self.circumstances), loaded, recipe_settings=self.settings)
        clip = opened(self.source, self.film_settings.frames_per_second)
        scene, started, before = self.frames.scene, time.monotonic(), self.frames.done()
        for made in self.frames.make(clip, Film(engine, look, self.film_settings.flow)):
            done = made.number - scene.first - 1 + made.share
            left = (time.monotonic() - started) * (scene.count - done) / max(done - before, 1e-3)
            tell(done / scene.count, left)
