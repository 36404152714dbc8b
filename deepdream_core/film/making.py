"""(clip, look) → the dreamed film: frame by frame into files, so that it can be stopped and resumed, then as one.

Frames wait in a folder beside the film, or are the film itself. What they were made with is written down there as well:
if that is another film or other settings, it begins from the start. Memory holds one frame at a time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DreamError
from ..files.faults import told_as
from ..files.pictures import PictureFile, check_target, load, save
from ..settings.dream_settings import DreamSettings
from ..settings.film_settings import FilmSettings
from ..settings.style_settings import StyleSettings
from ..system import atomic
from . import animation, sequence, video
from .clip import Clip

if TYPE_CHECKING:
    from .coherence import Film

_STATE = ".deepdream-film.json"


@dataclass(frozen=True)
class Made:
    """How far a film is: frame ``number``, from 1, and the share of it that is done, 0..1."""

    number: int
    share: float
    seconds_left: float


def opened(path: Path, per_second: float) -> Clip:
    """The film in ``path``: a video, an animated picture, or numbered pictures. Raises ``DreamError``."""
    if sequence.is_sequence(path):
        return sequence.read(path, per_second)
    if not path.exists():
        raise DreamError("picture.missing", path=path)
    if path.suffix.lower() in video.ENDINGS:
        return video.read(path)
    if animation.count(path) > 1:
        return animation.read(path)
    raise DreamError("film.still", path=path)


def check_film(path: Path, clip: Clip) -> None:
    """Raise ``DreamError`` now if a film made of ``clip`` can't be written to ``path``: before it is dreamed."""
    ending = path.suffix.lower()
    if sequence.is_sequence(path):
        check_target(sequence.name_of(path, 1), next(clip.pictures(0)))
        return
    if ending not in (*video.WRITTEN, *animation.ENDINGS):
        known = ", ".join((*video.WRITTEN, *animation.ENDINGS))
        raise DreamError("film.format", path=path, suffix=path.suffix, known=known)
    if ending in video.WRITTEN:
        video.check(path, clip)
    with told_as("picture.write", path):
        if not path.absolute().parent.is_dir():
            raise ValueError(f"the folder “{path.absolute().parent}” doesn't exist")


class Making:
    """One film on its way: ``clip`` becomes ``target``, whose frames are dreamed with ``settings``."""

    def __init__(
        self, clip: Clip, target: Path, settings: DreamSettings | StyleSettings, film_settings: FilmSettings
    ) -> None:
        self._clip, self._target = clip, target
        self._whole = sequence.is_sequence(target)
        # What waits is kept as deep as it came.
        self.frames = target if self._whole else target.with_name(f"{target.name}-frames") / "%06d.png"
        self._state = self.frames.parent / _STATE
        self._says = _says(clip, target, settings, film_settings)
        self.done = self._done()

    def make(self, film: Film) -> Iterator[Made]:
        """Dream the frames that aren't there yet; closing this, or a fault, leaves those that are."""
        with told_as("picture.write", self._target):
            self.frames.parent.mkdir(exist_ok=True)
            if not self._whole and not self._state.exists() and any(self.frames.parent.iterdir()):
                raise ValueError(f"“{self.frames.parent}”, where its frames wait, is another folder")
            self._write_state()
        if self.done:
            before = next(self._clip.pictures(self.done - 1))
            film.resume(before.pixels, load(self._file(self.done)).pixels)
        for number, picture in enumerate(self._clip.pictures(self.done), start=self.done + 1):
            for progress in film.frame(picture.pixels):
                if progress.result is None:
                    yield Made(number, progress.done / progress.total, progress.seconds_left)
            assert progress.result is not None
            save(self._file(number), picture.with_dream(progress.result))
            self.done = number
            self._write_state()
            yield Made(number, 1.0, 0.0)
        if not self._whole:
            self._assemble()
        self._state.unlink()
        if not self._whole:
            shutil.rmtree(self.frames.parent)

    def _file(self, number: int) -> Path:
        if self._whole and sequence.is_sequence(self._clip.path):
            number = sequence.numbers(self._clip.path)[number - 1]
        return sequence.name_of(self.frames, number)

    def _assemble(self) -> None:
        pictures: Iterator[PictureFile] = (load(self._file(number)) for number in range(1, self.done + 1))
        with told_as("picture.write", self._target), atomic.replacing(self._target) as part:
            if self._target.suffix.lower() in video.WRITTEN:
                video.write(part, pictures, self._clip)
            else:
                animation.write(part, pictures, self._clip.seconds)

    def _done(self) -> int:
        """How many frames are there from the last time, if that was the same film."""
        try:
            state = json.loads(self._state.read_text("utf-8"))
        except (OSError, ValueError):
            return 0
        if not isinstance(state, dict) or state.get("film") != self._says:
            return 0
        done = int(state.get("done", 0))
        return next((number - 1 for number in range(1, done + 1) if not self._file(number).exists()), done)

    def _write_state(self) -> None:
        with told_as("picture.write", self._target):
            atomic.write(self._state, json.dumps({"film": self._says, "done": self.done}).encode())


def _says(
    clip: Clip, target: Path, settings: DreamSettings | StyleSettings, film_settings: FilmSettings
) -> dict[str, Any]:
    """What makes a film the same as another, as plain values."""
    parent = clip.path if clip.path.exists() else clip.path.parent
    return {
        "source": [str(clip.path), len(clip.seconds), parent.stat().st_mtime if clip.path.exists() else 0],
        "target": target.name,
        "settings": settings.to_dict(),
        "flow": film_settings.flow,
    }
