"""(tasks) → their answers, computed in this process, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from .tasks import Answer, Made, Task, Told

if TYPE_CHECKING:
    from ..engine.engine import Engine


class Here:
    """This computer, with an engine that stays warm from task to task."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answers(self, tasks: Sequence[Task[Made]], tell: Callable[[Told], None]) -> Iterator[Answer[Made]]:
        """As ``Computers.answers``, in the tasks' own order."""
        for task in tasks:
            yield Answer(task, self._run(task, tell))

    def _run(self, task: Task[Made], tell: Callable[[Told], None]) -> Made:
        return task.run(self._engine, lambda share, seconds_left: tell(Told(task, share, seconds_left)))
