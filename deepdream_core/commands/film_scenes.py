"""``deepdream film --cluster``: its scenes are dreamed by the workers of a cluster, and put together here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import DreamError
from ..words import plural
from .clusters import Work, joined
from .interruption import leaving
from .progress_bar import ProgressBar
from .worker_table import WorkerTable

if TYPE_CHECKING:
    from ..batch.tasks import Outcome
    from ..files.picture_of import PictureOf
    from ..film.clip import Clip, Scene
    from ..film.making import Making, SceneFrames
    from ..settings.dream_settings import DreamSettings
    from ..settings.film_settings import FilmSettings
    from ..settings.style_settings import StyleSettings


@dataclass(frozen=True)
class FilmJob:
    """Dream all frames of ``clip``; ``pictures``: those that the objective names, or the styles."""

    clip: Clip
    making: Making
    settings: DreamSettings | StyleSettings
    film_settings: FilmSettings
    pictures: Mapping[str, PictureOf]

    @property
    def size(self) -> tuple[int, int]:
        """Of its frames: (height, width)."""
        first = next(self.clip.pictures(0)).pixels
        return first.height, first.width


def dream_scenes(job: FilmJob, address: str) -> None:
    """Dream what isn't there yet on the cluster at ``address``, then write the film.

    Raises ``DreamError``: ``film.scenes`` where some scenes failed; the others are there for the next time.
    """
    found = _scenes(job)
    job.making.prepare()
    with leaving(lambda: _left(job, found)):
        failed = _over_workers(job, [job.making.scene(scene) for scene in found], address)
    if failed:
        raise DreamError("film.scenes", count=len(failed), reason=failed[0].error)
    job.making.finish()


def _over_workers(job: FilmJob, parts: Sequence[SceneFrames], address: str) -> list[Outcome]:
    """Dream all ``parts`` that aren't done; those that failed."""
    waiting = [part for part in parts if part.done() < part.scene.count]
    if not waiting:
        return []
    from ..batch.scene_tasks import SceneTask

    height, width = job.size
    with ExitStack() as ended:
        cluster, circumstances = joined(address, Work(job.settings, len(waiting), width, height), ended)
        whole = SceneTask(job.clip.path, waiting[0], job.settings, job.film_settings, job.pictures, circumstances)
        tasks = [replace(whole, frames=part) for part in waiting]
        progress = ended.enter_context(WorkerTable(len(tasks), lambda: cluster.workers))
        outcomes = []
        for answer in cluster.answers(tasks, progress.tell):
            progress.finished(answer, answer.made.state)
            outcomes.append(answer.made)
    return [outcome for outcome in outcomes if outcome.error]


def _scenes(job: FilmJob) -> list[Scene]:
    from ..film.scenes import scenes

    found: list[Scene] = []
    count = len(job.clip.seconds)
    with ProgressBar("scenes") as bar:
        for scene in scenes(job.clip, job.film_settings.flow):
            found.append(scene)
            bar.show((scene.first + scene.count) / count, plural(len(found), "scene"), 0.0)
    return found


def _left(job: FilmJob, found: list[Scene]) -> str:
    done = sum(job.making.scene(scene).done() for scene in found)
    return (
        f"{plural(done, 'frame is', 'frames are')} in “{job.making.frames.parent}”; the same command resumes."
        if done
        else ""
    )
