"""(a job) → the same job with its first operation failing, its second, and so on until it passes.

After each: what was there is there whole, or the new is; whoever waits is told in a sentence; nothing of a stranger's
is touched; nothing is left lying about; and the next try works.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deepdream_core.errors import DreamError
from tests.faults import breaking
from tests.faults.breaking import BROKEN, FORBIDDEN, FULL

# Name of a loop → operations, failures, kills.
COVERED: dict[str, tuple[int, int, int]] = {}
# Of processes in trouble: how many, after how many all was well, documents damaged, processes left behind.
TALLY = {"tried": 0, "survived": 0, "damaged": 0, "orphans": 0}
STRANGERS = {"letter.txt": b"not ours", ".hidden": b"neither", "deepdream-film-old/one.png": b"a painter's own"}
# In CI every so many-th operation is where the process dies.
KILL_EVERY = 10


@dataclass
class Job:
    """``prepare`` puts into the given folder what was there before; ``run`` does the job there.

    ``check``: raises unless what is there is whole; it is told whether it has to be the new one. ``quiet``: which
    operations may fail without a word, since nobody needs what they do.
    """

    prepare: Callable[[Path], None]
    run: Callable[[Path], object]
    check: Callable[[Path, bool], None]
    quiet: tuple[str, ...] = ()


class Loop:
    def __init__(self, root: Path, name: str, long: bool) -> None:
        self._root, self._name, self._long = root, name, long
        self._count = 0

    def break_everywhere(self, job: Job) -> None:
        """Each operation fails, as the disk is full from there on, or broken, or forbidden; or the process dies there.

        In CI by one of these, with ``--long`` by all.
        """
        operations = self._operations(job)
        assert operations, "nothing of the job was seen"
        failures = kills = 0
        for number in range(1, len(operations) + 1):
            codes = ((FULL, True), (BROKEN, False), (FORBIDDEN, False))
            for code, onward in codes if self._long else codes[number % 3 : number % 3 + 1]:
                self._fails_at(job, number, code, onward)
                failures += 1
            if self._long or number % KILL_EVERY == 1:
                self._dies_at(job, number)
                kills += 1
        COVERED[self._name] = len(operations), failures, kills

    def _operations(self, job: Job) -> list[str]:
        folder = self._prepared(job)
        with breaking.breaking(folder) as found:
            job.run(folder)
        job.check(folder, True)
        self._strangers_are_whole(folder, "nothing")
        assert not leftovers(folder), leftovers(folder)
        return found.done

    def _fails_at(self, job: Job, number: int, code: int, onward: bool) -> None:
        folder = self._prepared(job)
        told = None
        with breaking.breaking(folder, number, code, onward) as found:
            try:
                job.run(folder)
            except DreamError as error:
                told = error
            except Exception as error:
                raise AssertionError(f"{found.broken} ({os.strerror(code)}): {error!r}") from error
        where = f"{number}: {found.broken} ({os.strerror(code)}{', from then on' * onward}): {told}"
        self._whole(job, folder, where, must_be_new=told is None and not found.broken.startswith(job.quiet or ("\0",)))
        if told is not None:
            # To be deleted a folder is opened too.
            deleting = found.broken.startswith(("unlink", "rmdir", "remove")) or ".old" in found.broken
            assert len(told.sentence) < 500 and (deleting or ".deepdream-" not in str(told)), where
        if not onward and found.broken.split()[0] not in ("unlink", "rmdir", "remove", "open"):
            assert not leftovers(folder), f"{where} leaves {leftovers(folder)}"
        self._again(job, folder, where)

    def _dies_at(self, job: Job, number: int) -> None:
        folder = self._prepared(job)
        code = breaking.killed_at(folder, number, lambda: job.run(folder))
        assert code in (0, breaking.KILLED), f"{number}: the fork ended with {code}"
        self._whole(job, folder, f"killed at {number}", must_be_new=False)
        self._again(job, folder, f"killed at {number}")

    def _again(self, job: Job, folder: Path, where: str) -> None:
        try:
            job.run(folder)
        except Exception as error:
            raise AssertionError(f"the next try fails after {where}: {error!r}") from error
        self._whole(job, folder, f"the next try after {where}", must_be_new=True)

    def _whole(self, job: Job, folder: Path, where: str, must_be_new: bool) -> None:
        try:
            job.check(folder, must_be_new)
        except Exception as error:
            raise AssertionError(f"not whole after {where}: {error!r}") from error
        self._strangers_are_whole(folder, where)

    def _prepared(self, job: Job) -> Path:
        """A new folder, where strangers' things lie beside the job's."""
        shutil.rmtree(self._root / f"try{self._count}", ignore_errors=True)
        self._count += 1
        folder = self._root / f"try{self._count}"
        data = self._root / "data"
        shutil.rmtree(data, ignore_errors=True)
        for name, content in STRANGERS.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        os.environ["KRITA_DEEPDREAM_HOME"] = str(folder / "home")
        job.prepare(folder)
        return folder

    def _strangers_are_whole(self, folder: Path, where: str) -> None:
        for name, content in STRANGERS.items():
            assert (folder / name).read_bytes() == content, f"{name} was touched: {where}"


def leftovers(folder: Path) -> list[str]:
    """What a job that has ended should have taken with it."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.name.startswith(".deepdream-") or path.name.endswith((".new", ".old"))
    )
