"""A film that is read: its frames one by one, as picture files have them, and how long each is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ..files.pictures import PictureFile

_STATE = ".deepdream-film"


def seconds_each(per_second: float) -> Fraction:
    """How long a frame is shown where there are so many a second, 23.976 being 24000 in 1001."""
    return 1 / Fraction(per_second).limit_denominator(1001)


def states_in(folder: Path) -> list[Path]:
    """The files in ``folder`` that say how far the scenes of a film are."""
    return sorted(folder.glob(f"{_STATE}*.json"))


@dataclass(frozen=True)
class Colours:
    """A video's colour tags: numbers of ITU-T H.273, 2 for unspecified; ``full``: range 0..255."""

    matrix: int = 2
    primaries: int = 2
    transfer: int = 2
    full: bool = False

    @property
    def hdr(self) -> str:
        """ "PQ" or "HLG"; empty if it isn't HDR."""
        return {16: "PQ", 18: "HLG"}.get(self.transfer, "")


@dataclass(frozen=True)
class Clip:
    """A film in ``path``. ``seconds``: how long each frame is shown; ``pictures``: gives all frames but the first so
    many, one after the other. ``sound``: whether ``path`` has any; ``colours``: of a video.
    """

    path: Path
    seconds: Sequence[Fraction]
    pictures: Callable[[int], Iterator[PictureFile]]
    sound: bool = False
    colours: Colours | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Lines that people should read before it is dreamed."""
        hdr = self.colours.hdr if self.colours else ""
        if not hdr:
            return ()
        return (f"“{self.path.name}” is HDR ({hdr}): its values are dreamed as they are stored, and marked as before.",)


@dataclass(frozen=True)
class Scene:
    """``count`` frames of a film, from number ``first`` on, counted from 0."""

    first: int
    count: int

    def state_in(self, folder: Path) -> Path:
        """The file that says how far this scene is, beside its frames."""
        return folder / (f"{_STATE}-{self.first:06}.json" if self.first else f"{_STATE}.json")
