"""``deepdream dream --cluster``: one large picture, whose octaves several workers dream in strips."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..image.region import Box
from ..settings.dream_settings import SPECS, DreamSettings
from ..settings.working_size import working_scale
from .clusters import Work, joined
from .progress_bar import ProgressBar
from .worker_table import WorkerTable

if TYPE_CHECKING:
    from ..batch.tasks import Answer
    from ..dream import Job
    from ..engine.engine import Engine
    from ..engine.progress import Progress


class _Shown(WorkerTable):
    """The table, headed by how far the dream is; elsewhere than on a terminal a line for each octave."""

    def __init__(self, workers: Callable[[], Sequence[str]]) -> None:
        super().__init__(1, workers)
        self._bar, self._far = ProgressBar("dream"), ""

    def show(self, progress: Progress) -> None:
        """The dream is so far."""
        part, share = f"octave {progress.octave} of {progress.octaves}", progress.done / progress.total
        self._far = f"{part}  {share:.0%}"
        if self._live is None:
            self._bar.show(share, part, progress.seconds_left)

    def finished(self, answer: Answer[Any], words: str = "") -> None:
        """A strip is done."""
        self._said.pop(answer.worker, None)
        self._count_in(answer)

    def _heading(self) -> str:
        return self._far


def shared(job: Job, engine: Engine, address: str) -> Iterator[Progress]:
    """The progress of a dream whose large octaves the cluster at ``address`` dreams. Raises ``DreamError``.

    Its recipe says the settings of ``job``.
    """
    from ..batch.strip_tasks import Strips
    from ..dream import dream_spread
    from ..dream.strips import STRIP_PX
    from ..engine.tiles import OVERLAP

    pixels = job.pixels
    # No strip needs the memory of the whole, and there are enough of them for every core.
    work = Work(job.settings, sys.maxsize, STRIP_PX + 2 * OVERLAP, min(pixels.height, pixels.width))
    with ExitStack() as ended:
        cluster, circumstances = joined(address, work, ended)
        table = _Shown(lambda: cluster.workers)
        ended.enter_context(table)
        alike = replace(job, settings=job.settings.replace({**circumstances, "threads": job.settings.threads}))
        strips = Strips(cluster, circumstances, table.tell, table.finished)
        for progress in dream_spread(alike, engine, strips):
            table.show(progress)
            if progress.result is not None:
                recipe = replace(progress.result.recipe, settings=job.settings)
                progress = replace(progress, result=replace(progress.result, recipe=recipe))
            yield progress


def is_large(core: Box, settings: DreamSettings) -> bool:
    """Whether a dream of ``core`` has anything to share; otherwise why not is said."""
    from ..dream.strips import is_shared

    scale = working_scale(core.width, core.height, settings)
    width, height = round(core.width * scale), round(core.height * scale)
    if is_shared(height, width):
        return True
    flag = SPECS["working_size"].flag
    print(f"Computed at {width} x {height} pixels, which is too small to share; {flag} full shares it", file=sys.stderr)
    return False
