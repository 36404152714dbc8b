"""(tasks) → their outcomes, computed in this process, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from .tasks import Outcome, Task

if TYPE_CHECKING:
    from ..engine.engine import Engine


class Here:
    """This computer, with an engine that stays warm from task to task."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def outcomes(self, tasks: Sequence[Task], tell: Callable[[Task, float, float], None]) -> Iterator[Outcome]:
        """As ``Computers`` says, in the tasks' own sequence."""
        for task in tasks:
            yield task.run(self._engine, partial(tell, task))
