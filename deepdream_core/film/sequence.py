"""Numbered pictures, "frame_%04d.png" ↔ the frames of a film, with everything that their files contain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import DreamError
from ..files.pictures import PictureFile, load
from .clip import Clip, seconds_each

_NUMBER = re.compile(r"%0?(\d*)d")


def is_sequence(path: Path) -> bool:
    """Whether a name is a pattern for numbered pictures."""
    return _NUMBER.search(path.name) is not None


def name_of(pattern: Path, number: int) -> Path:
    """The file of frame ``number``."""
    return pattern.with_name(_NUMBER.sub(lambda found: f"{number:0{found[1] or 1}d}", pattern.name, count=1))


def numbers(pattern: Path) -> list[int]:
    """The numbers of the existing frames, in order."""
    before, _digits, after = _NUMBER.split(pattern.name, maxsplit=1)
    name = re.compile(re.escape(before) + r"(\d+)" + re.escape(after))
    found = (name.fullmatch(path.name) for path in pattern.parent.iterdir()) if pattern.parent.is_dir() else ()
    return sorted(int(each[1]) for each in found if each and name_of(pattern, int(each[1])).name == each[0])


def read(pattern: Path, per_second: float) -> Clip:
    """The pictures that match ``pattern``. Raises ``DreamError`` if there are none."""
    there = numbers(pattern)
    if not there:
        raise DreamError("film.frames", path=pattern)

    def pictures(first: int) -> Iterator[PictureFile]:
        for number in there[first:]:
            yield load(name_of(pattern, number))

    return Clip(pattern, [seconds_each(per_second)] * len(there), pictures)
