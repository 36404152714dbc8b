"""A strip of a large picture as a task for one computer: everything it needs is sent, and the result sent back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import DreamError, advice
from .tasks import Answer, Computers, Tell, Told, threads_of

if TYPE_CHECKING:
    from ..dream.strips import Climbed, Strip
    from ..engine.engine import Engine
    from ..settings.dream_settings import DreamSettings


@dataclass(frozen=True)
class StripTask:
    """Take all steps of ``strip``, number ``number`` of its octave, with so many ``threads``."""

    strip: Strip
    number: int
    threads: int | str

    @property
    def otherwise(self) -> str:
        """As ``Task`` has it."""
        return advice("batch.scene")

    @property
    def name(self) -> str:
        """Octave and number, from 1."""
        return f"octave {self.strip.octave + 1}, strip {self.number + 1}"

    @property
    def settings(self) -> DreamSettings:
        """The dream's settings."""
        return self.strip.settings

    def run(self, engine: Engine, tell: Tell) -> Climbed:
        """Take the steps. Raises ``DreamError``, since a picture needs all its strips."""
        started = time.monotonic()
        return self.strip.climb(engine, lambda share: tell(share, (time.monotonic() - started) * (1 - share) / share))

    def failed(self, error: DreamError) -> NoReturn:
        """Raises ``error``."""
        raise error


@dataclass(frozen=True)
class Strips:
    """Dreams strips on ``computers``, in these ``circumstances``; calls ``tell`` and ``finished`` with the progress."""

    computers: Computers
    circumstances: Mapping[str, Any]
    tell: Callable[[Told], None]
    finished: Callable[[Answer[Climbed]], None]

    def __call__(self, strips: Sequence[Strip]) -> Iterator[tuple[int, Climbed]]:
        """As ``dream.strips.Climb``. Raises ``DreamError`` if a strip fails."""
        threads = [threads_of(strip.settings, self.circumstances) for strip in strips]
        tasks = [StripTask(*each) for each in zip(strips, range(len(strips)), threads, strict=True)]
        numbers = {id(task): task.number for task in tasks}
        for answer in self.computers.answers(tasks, self.tell):
            self.finished(answer)
            yield numbers[id(answer.task)], answer.made
