"""(clip, look) → the dreamed film: first its frames as files, so that it can be stopped and resumed, then the film.

Frames are kept in a folder beside the film, or are the film itself, together with what they were made from: with
another film or other settings everything starts over. One frame is in memory at a time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files.faults import told_as
from ..files.pictures import PictureFile, load, save
from ..settings.dream_settings import DreamSettings
from ..settings.film_settings import FilmSettings
from ..settings.style_settings import StyleSettings
from ..system import atomic, owned
from . import formats, sequence
from .clip import Clip, Scene, states_in

if TYPE_CHECKING:
    from .coherence import Film


@dataclass(frozen=True)
class Made:
    """How far a film is: frame ``number``, from 1, and the share of it that is done, 0..1."""

    number: int
    share: float
    seconds_left: float


@dataclass(frozen=True)
class SceneFrames:
    """The frames of one scene. ``pattern``: of their files; ``numbers``: their numbers in the whole film.

    ``says``: which film they belong to, as plain values; those of another film don't count.
    """

    scene: Scene
    pattern: Path
    numbers: Sequence[int]
    says: Mapping[str, Any]

    def file(self, number: int) -> Path:
        """The file of frame ``number`` of the film, from 1."""
        return sequence.name_of(self.pattern, self.numbers[number - 1])

    def done(self) -> int:
        """How many frames exist from the last time, if that was the same film."""
        done = min(_done_in(self._state, self.says) or 0, self.scene.count)
        there = (self.file(self.scene.first + number).exists() for number in range(1, done + 1))
        return next((number for number, exists in enumerate(there) if not exists), done)

    def write_state(self, done: int) -> None:
        """Record that ``done`` frames exist. Raises ``DreamError``."""
        with told_as("picture.write", self.pattern):
            atomic.write(self._state, json.dumps({"film": self.says, "done": done}).encode())

    def make(self, clip: Clip, film: Film) -> Iterator[Made]:
        """Dream the frames that aren't there yet; closing this, or a fault, leaves those that are."""
        done, first, last = self.done(), self.scene.first, self.scene.first + self.scene.count
        self.write_state(done)
        if done == self.scene.count:
            return
        if done:
            before = next(clip.pictures(first + done - 1))
            film.resume(before.pixels, load(self.file(first + done)).pixels)
        for number, picture in enumerate(islice(clip.pictures(first + done), last - first - done), first + done + 1):
            for progress in film.frame(picture.pixels):
                if progress.result is None:
                    yield Made(number, progress.done / progress.total, progress.seconds_left)
            assert progress.result is not None
            finished = picture.with_dream(progress.result)
            save(self.file(number), finished)
            # Rounded as its file has it: so a film that was stopped and resumed is the same one.
            film.resume(picture.pixels, finished.pixels)
            self.write_state(number - first)
            yield Made(number, 1.0, 0.0)

    @property
    def _state(self) -> Path:
        return self.scene.state_in(self.pattern.parent)


class Making:
    """One film in the making: ``clip`` becomes ``target``, its frames dreamed with ``settings``."""

    def __init__(
        self, clip: Clip, target: Path, settings: DreamSettings | StyleSettings, film_settings: FilmSettings
    ) -> None:
        self._clip, self._target = clip, target
        self._whole = sequence.is_sequence(target)
        # Frames are kept at their original depth.
        self.frames = target if self._whole else target.with_name(f"{target.name}-frames") / "%06d.png"
        self._says = _says(clip, target, settings, film_settings)
        numbered = self._whole and sequence.is_sequence(clip.path)
        self._numbers = sequence.numbers(clip.path) if numbered else range(1, len(clip.seconds) + 1)

    @property
    def done(self) -> int:
        """How many of its first frames exist."""
        return self._all.done()

    def make(self, film: Film) -> Iterator[Made]:
        """Dream the missing frames, then make the film."""
        self.prepare()
        yield from self._all.make(self._clip, film)
        self.finish()

    def scene(self, scene: Scene) -> SceneFrames:
        """The frames of a part of it."""
        return SceneFrames(scene, self.frames, self._numbers, self._says)

    def prepare(self) -> None:
        """Make the folder of its frames. Raises ``DreamError``."""
        with told_as("picture.write", self._target):
            self.frames.parent.mkdir(exist_ok=True)
            ours = self._all.scene.state_in(self.frames.parent).exists()
            if not self._whole and not ours and not owned.is_free(self.frames.parent):
                raise ValueError(f"“{self.frames.parent}”, where its frames wait, is another folder")
            # Of another film's scenes, whose frames this one replaces.
            for state in states_in(self.frames.parent):
                if _done_in(state, self._says) is None:
                    state.unlink()
        self._all.write_state(self.done)

    def finish(self) -> None:
        """Make the film of all frames, which exist by now. Raises ``DreamError``."""
        if not self._whole:
            self._assemble()
        for state in states_in(self.frames.parent):
            state.unlink()
        if not self._whole:
            shutil.rmtree(self.frames.parent)

    @property
    def _all(self) -> SceneFrames:
        return self.scene(Scene(0, len(self._clip.seconds)))

    def _assemble(self) -> None:
        files = map(self._all.file, range(1, len(self._clip.seconds) + 1))
        pictures: Iterator[PictureFile] = (load(file) for file in files)
        with told_as("picture.write", self._target), atomic.replacing(self._target) as part:
            formats.write(part, pictures, self._clip)


def _says(
    clip: Clip, target: Path, settings: DreamSettings | StyleSettings, film_settings: FilmSettings
) -> dict[str, Any]:
    """What identifies a film, as plain values."""
    changed = clip.path.stat().st_mtime if clip.path.exists() else 0
    return {
        "source": [str(clip.path), len(clip.seconds), changed],
        "target": target.name,
        "settings": settings.to_dict(),
        "flow": film_settings.flow,
    }


def _done_in(state: Path, says: Mapping[str, Any]) -> int | None:
    """How many frames a state file says are done; ``None`` if it isn't this film's."""
    try:
        read = json.loads(state.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return int(read.get("done", 0)) if isinstance(read, dict) and read.get("film") == says else None
