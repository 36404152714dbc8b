"""``deepdream batch IN… OUT``: many pictures with the same settings, here or on several computers.

Nothing is remembered but the files: what is there already needn't be made again, so that the same command resumes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DreamError
from ..system import atomic
from ..version import VERSION
from ..words import plural
from .batch_progress import BatchProgress
from .clusters import Work, add_cluster, joined
from .interruption import leaving
from .looks import add_look, chosen_look
from .options import add_command, whole_number
from .worker_table import WorkerTable

if TYPE_CHECKING:
    from ..batch.tasks import Computers, Outcome, PictureTask
    from .options import Commands

# The exit code where some pictures failed and others didn't stop for it.
SOME_FAILED = 3


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "batch", "Dream many pictures, or folders of them.", _run)
    parser.add_argument("inputs", metavar="IN", type=Path, nargs="+", help="Pictures, or folders with pictures")
    parser.add_argument("output", metavar="OUT", type=Path, help="The folder to write to; folders keep their tree")
    add_selection(parser)
    parser.add_argument("--skip-existing", action="store_true", help="Leave existing files alone")
    parser.add_argument(
        "--report", metavar="FILE", type=Path, help="Write seconds, gain and error of each picture to this file (JSON)"
    )
    add_cluster(parser)
    parser.add_argument("--openjd", action="store_true", help="Report progress in Open Job Description's format")
    add_look(parser)


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Which of the pictures: frame numbers, and one of several parts."""
    parser.add_argument(
        "--frames",
        metavar="LIST",
        type=_frames,
        default=frozenset(),
        help="Only frames with these numbers at the end of their names: 1-100,120",
    )
    parser.add_argument(
        "--shard", metavar="N/COUNT", type=_shard, default=(1, 1), help="Only one of several equal parts: 3/10"
    )
    parser.add_argument(
        "--chunk",
        metavar="N",
        type=whole_number(1),
        default=1,
        help="Keep N neighbouring pictures in one part (default 1)",
    )


def _run(arguments: argparse.Namespace) -> int:
    from ..batch.listing import chosen, pairs

    settings, pictures = chosen_look(arguments)
    if arguments.output.exists() and not arguments.output.is_dir():
        raise DreamError("batch.output", path=arguments.output)
    selection = arguments.frames, arguments.shard, arguments.chunk
    wanted = chosen(pairs(arguments.inputs, arguments.output), *selection)
    from ..batch.tasks import PictureTask

    tasks = [PictureTask(source, target, settings, pictures) for source, target in wanted]
    done, waiting = _sorted_out(tasks, arguments.skip_existing)
    outcomes = [task.skipped() for task in done]
    if done:
        print(f"{plural(len(done), 'picture')} of {len(tasks)} done already.", file=sys.stderr)
    try:
        with leaving(lambda: _left(outcomes, arguments.output)):
            _compute(waiting, outcomes, arguments)
    finally:
        if arguments.report:
            _report(arguments.report, outcomes, tasks)
    return _summed_up(outcomes)


def _compute(tasks: Sequence[PictureTask], outcomes: list[Outcome], arguments: argparse.Namespace) -> None:
    """Run ``tasks``; each outcome comes into ``outcomes`` as soon as it is known."""
    if not tasks:
        return
    with ExitStack() as ended:
        progress: BatchProgress
        computers: Computers
        if arguments.cluster:
            cluster, circumstances = joined(arguments.cluster, _work(tasks), ended)
            tasks, computers = [replace(task, circumstances=circumstances) for task in tasks], cluster
            progress = ended.enter_context(WorkerTable(len(tasks), lambda: cluster.workers))
        else:
            computers, progress = _here(tasks), ended.enter_context(BatchProgress(len(tasks)))
        for answer in computers.answers(tasks, progress.tell):
            outcome = answer.made.by(answer.worker)
            outcomes.append(outcome)
            progress.finished(answer, f"{outcome.seconds:.1f} s" if outcome.state == "done" else outcome.state)
            if arguments.openjd:
                print(f"openjd_progress: {100 * progress.share:.1f}", flush=True)


def _work(tasks: Sequence[PictureTask]) -> Work:
    """As large as the first picture that can be read; those that can't are told one by one, later."""
    from ..files.pictures import load

    for task in tasks:
        with suppress(DreamError):
            first = load(task.source).pixels
            return Work(task.settings, len(tasks), first.width, first.height)
    return Work(tasks[0].settings, len(tasks), 1, 1)


def _here(tasks: Sequence[PictureTask]) -> Computers:
    from .file_jobs import loaded_engine

    engine = loaded_engine(tasks[0].settings.threads)
    from ..batch.here import Here

    return Here(engine)


def _sorted_out(tasks: Sequence[PictureTask], skip_existing: bool) -> tuple[list[PictureTask], list[PictureTask]]:
    """Those that are done already, and the others."""
    inputs = tasks[0].inputs() if tasks else {}
    done = [task for task in tasks if (task.target.exists() if skip_existing else task.is_done(inputs))]
    finished = set(map(id, done))
    return done, [task for task in tasks if id(task) not in finished]


def _report(path: Path, outcomes: Sequence[Outcome], tasks: Sequence[PictureTask]) -> None:
    content = {
        "version": VERSION,
        "settings": tasks[0].settings.to_dict() if tasks else {},
        "pictures": [outcome.to_dict() for outcome in sorted(outcomes, key=lambda outcome: outcome.source)],
    }
    from ..files.faults import told_as

    with told_as("picture.write", path):
        atomic.write(path, json.dumps(content, indent=1, ensure_ascii=False).encode())


def _left(outcomes: Sequence[Outcome], output: Path) -> str:
    count = sum(outcome.state == "done" for outcome in outcomes)
    return f"{plural(count, 'picture')} written to “{output}”; the same command resumes." if count else ""


def _summed_up(outcomes: Sequence[Outcome]) -> int:
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    if not failed:
        return 0
    print(f"{len(failed)} of {plural(len(outcomes), 'picture')} failed:", file=sys.stderr)
    for outcome in failed:
        print(f"  {outcome.source}: {outcome.error}", file=sys.stderr)
    return SOME_FAILED


def _frames(text: str) -> frozenset[int]:
    """The numbers of "1-100,120"."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or not (last.isdecimal() if dash else True) or int(last or first) < int(first):
            raise argparse.ArgumentTypeError(f"“{text}” must look like 1-100,120")
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)


def _shard(text: str) -> tuple[int, int]:
    number, _slash, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"“{text}” must look like 3/10")
    return int(number), int(count)
