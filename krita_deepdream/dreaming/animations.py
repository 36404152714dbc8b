"""The keyframes of an animated layer: dreamed one after the other, resumed later, and made into a layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..core import errors, owned, wire
from ..jobs.job import Animation, DreamRequest, HostLike, Job
from ..language import tr
from ..log import logger
from ..worker.client import Client
from . import job_folders, outcomes, zooms
from .results import Results

PREFIX = "frames-"


class Animations:
    """``left``: jobs that ended early with some of their frames done, the newest last.

    Their frames stay in folders of ours, or on the worker's computer, until they are resumed, made into a layer or
    discarded, or Krita quits.
    ``begin`` is called with a function that makes a job for a number, and begins that job.
    """

    def __init__(
        self, host: HostLike, client: Client, results: Results, begin: Callable[[Callable[[int], Job]], None]
    ) -> None:
        self._host, self._client, self._results, self._begin = host, client, results, begin
        self.left: list[Job] = []

    def begun(self, number: int, request: DreamRequest) -> Job:
        """The job of the first keyframe. Raises ``DreamError`` if there is none, or Krita refuses such a layer."""
        request = replace(request, animation=self._host.animation_of(request))
        grabbed = self._host.grab_keyframe(request)
        request = request.made_for(grabbed, self._host).of(grabbed)
        # Last of all that can fail: the folder is ours to delete.
        folder = job_folders.made(PREFIX)
        return Job(number, _with(request, folder=str(folder)), grabbed)

    def next(self, job: Job, done: wire.KeyframeDone) -> Job:
        """The job of the next keyframe, or that of the layer after the last. Raises ``DreamError`` if it is gone."""
        before = animation_in(job)
        seconds = before.seconds + done.seconds
        request = _with(job.request, done=before.done + 1, seconds=seconds, line=self._client.line)
        job = replace(job, request=request)
        if animation_in(job).is_whole:
            return job
        try:
            return replace(job, grabbed=self._host.grab_keyframe(request))
        except errors.DreamError:
            self.ended(job)
            raise

    def ended(self, job: Job) -> None:
        """A job ended without a layer: keep the frames that are done, if any."""
        if job.request.animation is None:
            return
        if animation_in(job).done:
            self.left.append(job)
        else:
            self._forget(job)

    def resume(self) -> None:
        """Resume the newest job in ``left``. Raises ``DreamError`` if its layer is gone, there is no worker, or the
        frames are on another computer than the worker (``animation.elsewhere``).
        """
        self._begin(self._resumed)

    def keep(self) -> None:
        """Make a layer of the newest job in ``left`` as it is. Raises ``DreamError`` as ``resume``."""
        self._begin(self._shortened)

    def discard(self) -> None:
        """Delete the frames of the newest job in ``left``."""
        self._forget(self.left.pop())
        self._results.said.emit("")

    def close(self) -> None:
        """Krita quits."""
        while self.left:
            self._forget(self.left.pop())

    def _newest(self, number: int) -> Job:
        job = replace(self.left[-1], number=number)
        if animation_in(job).line != self._client.line:
            raise errors.DreamError("animation.elsewhere")
        return job

    def _resumed(self, number: int) -> Job:
        job = self._newest(number)
        if not animation_in(job).is_whole:
            job = replace(job, grabbed=self._host.grab_keyframe(job.request))
        self.left.pop()
        return job

    def _shortened(self, number: int) -> Job:
        job = self._newest(number)
        self.left.pop()
        return replace(job, request=replace(job.request, animation=animation_in(job).cut()))

    def finish(self, job: Job) -> str:
        """Make a layer of the keyframes and say so. Raises ``DreamError``; the keyframes are kept then."""
        outcome, animation = outcomes.of_frames(job, self._results.strength), animation_in(job)
        try:
            placed = self._host.place_animation(outcome, animation)
        except errors.DreamError:
            self.left.append(job)
            raise
        self._results.noted(outcome, placed)
        self._forget(job)
        values = {"name": placed.name, "frames": len(animation.times), "seconds": round(animation.seconds)}
        return zooms.stands_in_words(outcome, placed, values)

    def _forget(self, job: Job) -> None:
        animation = animation_in(job)
        if self._client.is_welcome and self._client.line and animation.line in ("", self._client.line):
            self._client.send(wire.Discard(animation.name))
        try:
            owned.delete(Path(animation.folder))
        except (OSError, errors.DreamError) as error:
            logger().warning("the frames of an animation can't be deleted: %s", error)


def animation_in(job: Job) -> Animation:
    """The animation of a job that has one."""
    assert job.request.animation is not None
    return job.request.animation


def overall(job: Job, progress: wire.Progress) -> wire.Progress:
    """A keyframe's progress as that of the whole animation; other jobs' unchanged."""
    animation = job.request.animation
    if animation is None:
        return progress
    share = progress.done / progress.total
    rate = animation.seconds / animation.done if animation.done else progress.seconds_left / max(1 - share, 1e-3)
    rest = len(animation.times) - animation.done - 1
    left = progress.seconds_left + rest * rate
    return replace(progress, done=animation.done + share, total=float(len(animation.times)), seconds_left=left)


def left_by(jobs: list[Job]) -> str:
    """A sentence about the finished frames of cancelled jobs; empty if there are none."""
    done = [job.request.animation for job in jobs if job.request.animation and job.request.animation.done]
    if not done:
        return ""
    return tr("Cancelled. {done} of {count} frames are done.", done=done[0].done, count=len(done[0].times))


def _with(request: DreamRequest, **changes: object) -> DreamRequest:
    assert request.animation is not None
    return replace(request, animation=replace(request.animation, **changes))  # type: ignore[arg-type]
