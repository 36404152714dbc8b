"""(request, engine, replies) → the last answer: what a worker computes, its progress sent on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..arrays import Rgb
from ..atlas.grid import bare, keep_sheet
from ..atlas.render import render
from ..atlas.sheets import COLUMNS, PIXELS, SHEET_FILES, cached_file
from ..dream import Checkpoint, Job
from ..engine import cost
from ..engine.engine import Engine
from ..engine.progress import Progress, Stopwatch
from ..errors import Cancelled, DreamError, shortened
from ..film.painting import ENDING, check_painting, write_painting
from ..image.pixels import Pixels, to_wire
from ..image.region import find_region
from ..protocol import wire
from ..settings.zoom_settings import ZoomSettings
from ..system.folders import data_folder
from ..zoom.frames import zoom
from ..zoom.writer import check_zoom, write_zoom
from . import animations, requests, sending
from .interrupted import Interrupted
from .replies import Replies, Request
from .stages import Stages

PREVIEW_SECONDS = 0.25
# Called after every tile; raises what ends the work.
Report = Callable[[Progress], None]


def handle(request: Request, engine: Engine, replies: Replies, stages: Stages) -> wire.Message:
    """Do what ``request`` asks for. Raises ``DreamError``: ``Cancelled`` when it isn't wanted any more."""
    report = _ProgressReporter(request, replies)
    if isinstance(request, wire.Atlas):
        return _sheet(request, engine, report)
    if isinstance(request, wire.Zoom):
        return _zoom(request, engine, report)
    if isinstance(request, wire.Keyframe):
        return animations.keyframe(request, engine, report, report.while_wanted)
    if isinstance(request, wire.Animate):
        return animations.animate(request, report.while_wanted, report.send)
    if isinstance(request, wire.Dream) and request.stages:
        try:
            return _staged(request, engine, report, stages)
        except Cancelled:
            _tell_stage(stages, replies)
            raise
    return _picture(request, engine, report)


class _ProgressReporter:
    """Sends the progress of one job, with a preview only as often as an eye wants one."""

    def __init__(self, request: Request, replies: Replies) -> None:
        self._request, self._replies = request, replies
        self._last_preview = float("-inf")

    def __call__(self, progress: Progress) -> None:
        due = progress.preview is not None and time.monotonic() - self._last_preview >= PREVIEW_SECONDS
        if due:
            self._last_preview = time.monotonic()
        self.send(requests.progress(self._request, progress, due))

    def send(self, message: wire.Message) -> None:
        """Send part of an answer. Raises ``Cancelled``."""
        with self.while_wanted():
            self._replies.send(message)

    def while_wanted(self) -> AbstractContextManager[None]:
        """Where what the job makes is published."""
        return self._replies.while_wanted(self._request)


def _staged(request: wire.Dream, engine: Engine, report: _ProgressReporter, stages: Stages) -> wire.Result:
    interrupted = Interrupted()

    def keep(progress: Progress) -> None:
        stages.add(progress)
        interrupted.add(progress)
        report(progress)

    checkpoint = stages.begin(request) or interrupted.found()
    try:
        result = _picture(request, engine, keep, checkpoint)
    except Cancelled:
        interrupted.forget()
        raise
    interrupted.forget()
    with report.while_wanted():
        stages.end(result.picture)
    return result


def _tell_stage(stages: Stages, replies: Replies) -> None:
    """A dream was cancelled: keep what there is of it, and answer who has asked for that meanwhile."""
    question = stages.cut()
    if question is None:
        return
    try:
        answer: wire.Message | None = stages.shown(question)
    except DreamError as error:
        answer = wire.failure(question.id, error)
    if answer is not None:
        replies.send(answer)


def _picture(
    request: requests.PictureRequest, engine: Engine, report: Report, checkpoint: Checkpoint | None = None
) -> wire.Result:
    started, watch = time.monotonic(), Stopwatch()
    whole = not isinstance(request, wire.Renew)
    for progress in requests.start(request, engine, checkpoint):
        # What goes on from a checkpoint begins with a later octave.
        whole = whole and (checkpoint is None or progress.octave == 1)
        watch.see(progress)
        report(progress)
    assert progress.result is not None
    seconds = time.monotonic() - started
    if whole:
        height, width = progress.result.mask.shape
        cost.learn(progress.result.recipe.settings, width, height, watch.seconds)
    return requests.result(request, progress.result, seconds)


def _zoom(request: wire.Zoom, engine: Engine, report: _ProgressReporter) -> wire.ZoomWritten:
    """Write the endless zoom to the request's ``target``, or send what would be there."""
    settings, started = ZoomSettings.from_dict(request.zoom), time.monotonic()
    with sending.target_for(request.target) if request.elsewhere else nullcontext(_absolute(request)) as target:
        _check_target(target, request.target)
        job = requests.job_of(request)
        frames = _frames(job, engine, settings, report)
        if request.elsewhere:
            sender = sending.Sender(request.id, report.send)
            _write_zoom(request, settings, sender.pictures(frames, target), target, report)
            if target.is_file():
                sender.file(target)
        else:
            _write_zoom(request, settings, frames, target, report)
    seconds = time.monotonic() - started
    core = find_region(job.pixels.height, job.pixels.width, job.mask, job.settings, job.strength_map).core
    cost.learn(job.settings, core.width, core.height, seconds, settings.frames)
    return wire.ZoomWritten(request.id, request.target, settings.frames, seconds)


def _write_zoom(
    request: wire.Zoom, settings: ZoomSettings, frames: Iterator[Rgb], target: Path, report: _ProgressReporter
) -> None:
    if target.suffix == ENDING:
        depth = "U8" if request.picture.depth == "U8" else "U16"
        keyframes = ((number * request.held, to_wire(Pixels(rgb), depth)) for number, rgb in enumerate(frames))
        write_painting(target, keyframes, report.while_wanted)
    else:
        check_zoom(target, (request.picture.width, request.picture.height), settings.frames)
        write_zoom(target, frames, settings.frames_per_second, report.while_wanted)


def _absolute(request: wire.Zoom) -> Path:
    """Where the zoom is written. Raises ``DreamError`` for a place that depends on where the worker stands."""
    target = Path(request.target)
    if not target.is_absolute():
        raise DreamError("picture.write", path=shortened(request.target), reason="it is not an absolute path")
    return target


def _check_target(target: Path, shown: str) -> None:
    """Raise ``DreamError`` for a place that can't be written to."""
    try:
        (check_painting if target.suffix == ENDING else check_zoom)(target)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DreamError("picture.write", path=shortened(shown), reason=reason) from error


def _sheet(request: wire.Atlas, engine: Engine, report: _ProgressReporter) -> wire.Sheet:
    """Render the atlas of a layer, as far as it isn't there yet, keep its sheet, and send it if that is wanted."""
    for progress in render(engine, request.network, request.layer, data_folder() / "atlas"):
        tiles = [progress.tiles[channel] for channel in sorted(progress.tiles)]
        picture = bare(tiles, COLUMNS, PIXELS)
        done, total = len(tiles), progress.total
        report(
            Progress(
                done=done,
                total=total,
                octave=1,
                octaves=1,
                step=done,
                steps=total,
                seconds_left=progress.seconds_left,
                preview=picture.astype(np.float32),
            )
        )
    keep_sheet(request.network, request.layer, tiles)
    if request.elsewhere:
        sender = sending.Sender(request.id, report.send)
        for ending in SHEET_FILES:
            sender.file(cached_file(request.network, request.layer).with_suffix(ending), ending)
    return wire.Sheet(request.id, request.network, request.layer)


def _frames(job: Job, engine: Engine, settings: ZoomSettings, report: Report) -> Iterator[Rgb]:
    """The frames, while the progress of each becomes the progress of the whole zoom."""
    started = time.monotonic()
    for frame in zoom(job, engine, settings):
        own = frame.progress
        done = frame.number - 1 + own.done / own.total
        left = (time.monotonic() - started) / max(done, 1e-3) * (settings.frames - done)
        report(
            replace(
                own,
                done=done,
                total=float(settings.frames),
                octave=frame.number,
                octaves=settings.frames,
                seconds_left=left,
            )
        )
        if frame.rgb is not None:
            yield frame.rgb
