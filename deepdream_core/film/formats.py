"""A film's file or files ↔ its frames, by what the name says: a video, an animated picture, or numbered pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import DreamError
from ..files.faults import told_as
from ..files.pictures import PictureFile, check_target
from . import animation, sequence, video
from .clip import Clip


def opened(path: Path, per_second: float) -> Clip:
    """The film in ``path``; ``per_second``: of numbered pictures. Raises ``DreamError``."""
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


def write(path: Path, pictures: Iterator[PictureFile], clip: Clip) -> None:
    """Make one file of ``pictures``, each seen as long as ``clip``'s, with its colours and its sound.

    Raises whatever PyAV and Pillow raise.
    """
    if path.suffix.lower() in video.WRITTEN:
        video.write(path, pictures, clip)
    else:
        animation.write(path, pictures, clip.seconds)
