"""The unit of work for one computer: (picture file, settings) → the dreamed file and its outcome.

Plain data that can be sent anywhere; apart from settings it needs only files, which all computers share.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ..engine.progress import DreamResult, Progress, hashes
from ..errors import DreamError, advice
from ..files.faults import told_as
from ..files.picture_of import PictureOf
from ..files.pictures import PictureFile, check_target, load, save
from ..image.pixels import Pixels
from ..settings.dream_settings import DreamSettings
from ..settings.style_settings import StyleSettings

if TYPE_CHECKING:
    from ..engine.engine import Engine

Made = TypeVar("Made")
_Made = TypeVar("_Made", covariant=True)
# Is told how much of a task is done (0..1), and the seconds that it will still take.
Tell = Callable[[float, float], None]
DONE, FAILED, SKIPPED = "done", "failed", "skipped"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a task. ``state``: "done", "failed" or "skipped"; ``seconds``: how long it took.

    ``gain``: the objective in the dream, divided by that in the picture (not for styles, nor where that isn't above 0);
    ``error``: what happened and what to do, empty unless it failed; ``worker``: in a cluster, its address.
    """

    source: str
    target: str
    state: str
    seconds: float = 0.0
    gain: float | None = None
    error: str = ""
    worker: str = ""

    def by(self, worker: str) -> Outcome:
        """The same, computed by that worker of a cluster."""
        return replace(self, worker=worker)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


class Task(Protocol[_Made]):
    """Something that can be computed independently."""

    @property
    def name(self) -> str:
        """Its name for people."""

    @property
    def otherwise(self) -> str:
        """What to do, as a sentence, if workers end while computing it."""

    @property
    def settings(self) -> DreamSettings | StyleSettings: ...

    @property
    def threads(self) -> int | str:
        """How many threads compute it, on any computer."""

    def run(self, engine: Engine, tell: Tell) -> _Made:
        """Compute it. Errors of its files are returned, not raised."""

    def failed(self, error: DreamError) -> _Made:
        """The answer if it can't be run at all; raises ``error`` if there can be none."""


@dataclass(frozen=True)
class Told:
    """How far a task is: the ``share`` that is done, 0..1, and the seconds that are left.

    ``worker``: in a cluster, its address; empty until one has started.
    """

    task: Task[Any]
    share: float
    seconds_left: float
    worker: str = ""


@dataclass(frozen=True)
class Answer(Generic[Made]):
    """What a task made; ``worker``: in a cluster, the address of the one that ran it."""

    task: Task[Made]
    made: Made
    worker: str = ""


class Computers(Protocol):
    """Where tasks are computed; callers know nothing else about it."""

    def answers(self, tasks: Sequence[Task[Made]], tell: Callable[[Told], None]) -> Iterator[Answer[Made]]:
        """Run all ``tasks`` and yield each answer as soon as it is known, in any order; ``tell`` hears the progress."""


@dataclass(frozen=True)
class PictureTask:
    """Dream the picture in ``source``, or paint it in a style, and write ``target``.

    ``pictures``: by name, those that the objective names, or the styles. ``circumstances``: settings that don't say
    what is dreamed, as whoever starts several computers chose them for all: "threads", "precision", networks.
    """

    source: Path
    target: Path
    settings: DreamSettings | StyleSettings
    pictures: Mapping[str, PictureOf] = field(default_factory=dict)
    circumstances: Mapping[str, Any] = field(default_factory=dict)

    @property
    def threads(self) -> int | str:
        """How many threads compute it."""
        return threads_of(self.settings, self.circumstances)

    @property
    def otherwise(self) -> str:
        """As ``Task`` has it."""
        return advice("batch.picture")

    @property
    def name(self) -> str:
        """The picture's file name."""
        return self.source.name

    def run(self, engine: Engine, tell: Tell) -> Outcome:
        """Compute it and write the target; a fault is reported in the outcome."""
        started = time.monotonic()
        try:
            with told_as("batch.picture", self.source):
                grown = self._made(engine, tell)
        except DreamError as error:
            return self.failed(error)
        return self._outcome(DONE, seconds=round(time.monotonic() - started, 3), gain=grown)

    def failed(self, error: DreamError) -> Outcome:
        """The outcome of a failure."""
        return self._outcome(FAILED, error=str(error))

    def skipped(self) -> Outcome:
        """The outcome if there was nothing to do."""
        return self._outcome(SKIPPED)

    def is_done(self, inputs: Mapping[str, str]) -> bool:
        """Whether the target is newer than the source and was made with these settings from pictures of the same
        hashes (``inputs``, as ``hashes`` gives them).
        """
        try:
            if self.target.stat().st_mtime < self.source.stat().st_mtime:
                return False
            recipe = load(self.target).recipe
        except (OSError, DreamError):
            return False
        return recipe.settings == self.settings and dict(recipe.pictures) == dict(inputs)

    def inputs(self) -> dict[str, str]:
        """The hashes of the further pictures, as a recipe has them. Raises ``DreamError`` if one can't be read."""
        return hashes(self._pictures(), None, None)

    def _outcome(self, state: str, **more: Any) -> Outcome:
        return Outcome(str(self.source), str(self.target), state, **more)

    def _pictures(self) -> dict[str, Pixels]:
        return {name: picture.pixels() for name, picture in self.pictures.items()}

    def _made(self, engine: Engine, tell: Tell) -> float | None:
        """Dream and save; the gain."""
        with told_as("picture.write", self.target):
            self.target.parent.mkdir(parents=True, exist_ok=True)
        picture, pictures = load(self.source), self._pictures()
        check_target(self.target, picture)
        for progress in self._progress(picture, pictures, engine):
            tell(progress.done / progress.total, progress.seconds_left)
        assert progress.result is not None
        result = progress.result
        # The recipe has the settings as requested, and separately those it was computed with.
        finished = picture.with_dream(replace(result, recipe=replace(result.recipe, settings=self.settings)))
        grown = self._gain(engine, pictures, picture, result)
        save(self.target, finished)
        return grown

    def _progress(self, picture: PictureFile, pictures: Mapping[str, Pixels], engine: Engine) -> Iterator[Progress]:
        # TensorFlow is loaded only where something is computed.
        from ..dream import Job, dream
        from ..style.job import StyleJob, style

        settings = self.settings.replace(self.circumstances)
        if isinstance(settings, StyleSettings):
            return style(StyleJob(picture.pixels, settings, pictures), engine)
        return dream(Job(picture.pixels, settings, pictures=pictures), engine)

    def _gain(
        self, engine: Engine, pictures: Mapping[str, Pixels], picture: PictureFile, result: DreamResult
    ) -> float | None:
        from ..engine.gain import gain

        if isinstance(self.settings, StyleSettings):
            return None
        found = gain(engine, self.settings, pictures, picture.pixels.rgb, result.rgb)
        return None if found is None else round(found, 4)


def threads_of(settings: DreamSettings | StyleSettings, circumstances: Mapping[str, Any]) -> int | str:
    """How many threads compute it, with what was chosen for all computers."""
    threads: int | str = circumstances.get("threads", settings.threads)
    return threads
