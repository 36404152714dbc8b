"""What can be made again, or goes with its job: what there is of it in the data folder, and how it is kept small.

A running job keeps what it needs in a folder of its own below ``jobs``, with a mark in it that is locked as long as its
process runs; a folder whose mark is free belongs to a job that ended, and whoever comes next deletes it. What waits for
another computer outlives its process there, for ``WAITS_SECONDS``. That and everything else (the atlas) stays until
there is too much: what was used longest ago goes first.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..catalogue import NETWORKS
from ..errors import DreamError
from . import locks, owned
from .folders import data_folder, file_stats

ATLAS, JOBS = "atlas", "jobs"
# In a folder that is in use; holds how many bytes its job has in files without a name.
MARK = "in-use.lock"
# How long what waits for another computer outlives its process: nobody may come back for it.
WAITS_SECONDS = 7 * 24 * 3600
_WAITS = "waits-"
# Pictures wait there that nobody else may see.
_MODE = 0o700
_LOCK = "caches.lock"
# What a rendered layer's folder is called: its network, the layer, and the beginning of a checksum.
_RENDERED = re.compile(rf"({'|'.join(NETWORKS)})_.+_[0-9a-f]{{12}}")


@dataclass(frozen=True)
class Entry:
    """What is kept or goes as one. ``folder``: ``ATLAS`` or ``JOBS``; ``files`` are deleted in their order; ``size`` in
    bytes; ``used``: when, in seconds as ``time.time``; ``in_use``: by a process that runs.
    """

    folder: str
    files: tuple[Path, ...]
    size: int
    used: float
    in_use: bool


class JobFolder:
    """What one job of this process needs, in use until it is closed or the process ends. ``room``: what it may keep."""

    def __init__(self, path: Path, mark: IO[bytes]) -> None:
        self.path, self.room, self._mark = path, 0, mark

    def reserve(self, wanted: int, limit: int) -> None:
        """Have ``room`` for ``wanted`` bytes; what wasn't used for long goes for them.

        It is less where running jobs leave less of the ``limit``, which holds for all processes together.
        """
        with _alone():
            self.claim(0)
            self.room = _make_room(wanted, limit)
            self.claim(self.room)

    def claim(self, size: int) -> None:
        """Let others know that the job has, or is going to have, so many bytes in files without a name."""
        self._mark.seek(0)
        self._mark.truncate()
        self._mark.write(b"%d" % size)
        self._mark.flush()

    def close(self) -> None:
        """The job has ended: nothing of it stays. Raises ``OSError``, and ``DreamError`` as ``owned.delete``."""
        with _alone():
            self._mark.close()
            folder = self.path
            if owned.is_ours(folder):
                # A thread that still writes there can't put anything into what is being deleted.
                folder = folder.rename(folder.with_name(f"gone-{secrets.token_hex(4)}"))
            owned.delete(folder)


def job_folder(prefix: str) -> JobFolder:
    """A new folder for a job; ``prefix`` is for whoever looks at its name.

    Raises ``OSError``, and ``DreamError`` as ``data_folder`` and ``owned.make``.
    """
    home = _jobs()
    with _alone():
        return _marked(Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=home)))


def waiting_folder(name: str) -> JobFolder:
    """The folder called that, new or as an earlier process left it.

    Raises ``OSError``, and ``DreamError`` as ``data_folder`` and ``owned.make``: "folder.foreign" for a stranger's.
    """
    home = _jobs()
    with _alone():
        return _marked(home / f"{_WAITS}{name}")


@contextmanager
def using(folder: Path) -> Iterator[None]:
    """Nobody deletes ``folder``, which is made, while the body runs. Raises ``OSError``."""
    data_folder().mkdir(parents=True, exist_ok=True)
    with _alone():
        folder.mkdir(parents=True, exist_ok=True)
        mark = _locked(folder / MARK)
        os.utime(folder)
    with mark:
        yield


def fit(limit: int) -> None:
    """Delete what is left of jobs that ended, and what was used longest ago, until no more than ``limit`` bytes are
    there. What is in use stays. Raises ``OSError``.
    """
    if data_folder().is_dir():
        with _alone():
            _make_room(0, limit)


def clear() -> None:
    """Delete all that isn't in use. Raises ``OSError``."""
    fit(0)


def entries() -> list[Entry]:
    """All that there is, but nothing of strangers'; changes none of it. What comes or goes meanwhile may be missing."""
    with ExitStack() as alone:
        # To look whether a mark is locked is to lock it: who takes a folder waits for that. Where there is no data
        # folder, or one that is write-protected, nobody does.
        with suppress(OSError):
            alone.enter_context(_alone())
        return _entries()


def by_folder() -> dict[str, int]:
    """Bytes in ``ATLAS`` and in ``JOBS``."""
    found = entries()
    return {name: sum(entry.size for entry in found if entry.folder == name) for name in (ATLAS, JOBS)}


def _entries() -> list[Entry]:
    atlas, jobs = data_folder() / ATLAS, data_folder() / JOBS
    folders = [(JOBS, each) for each in _folders(jobs) if owned.is_ours(each)]
    folders += [(ATLAS, each) for each in _folders(atlas) if _RENDERED.fullmatch(each.name)]
    files = [each for each in sorted(atlas.glob("sheets/*/*.json")) if each.parent.name in NETWORKS]
    # A sheet isn't whole without its classes.
    sheets = [(each, each.with_suffix(".jpg")) for each in files]
    return [_of_folder(*each) for each in folders] + [_of_files(each) for each in sheets]


def _make_room(wanted: int, limit: int) -> int:
    """How much of what is ``wanted`` there is room for."""
    found = sorted(_entries(), key=lambda entry: (not _has_ended(entry), entry.used))
    total = sum(entry.size for entry in found)
    for entry in found:
        if not entry.in_use and (_has_ended(entry) or total + wanted > limit):
            total -= entry.size if _delete(entry) else 0
    return max(0, min(wanted, limit - total))


def _has_ended(entry: Entry) -> bool:
    """Whether it goes in any case, unless it is in use."""
    waits = entry.files[0].name.startswith(_WAITS) and time.time() - entry.used < WAITS_SECONDS
    return entry.folder == JOBS and not waits


def _delete(entry: Entry) -> bool:
    """Whether all of it is gone; what can't be deleted is looked at again the next time."""
    for path in entry.files:
        if entry.folder == JOBS:
            with suppress(OSError, DreamError):
                owned.delete(path)
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return not any(map(os.path.lexists, entry.files))


def _of_folder(home: str, folder: Path) -> Entry:
    stats = file_stats(folder)
    own = _stat(folder)
    used = max((stat.st_mtime for stat in (*stats, own) if stat), default=0.0)
    size = sum(stat.st_size for stat in stats) + _claimed(folder / MARK)
    return Entry(home, (folder,), size, used, _in_use(folder / MARK))


def _of_files(files: tuple[Path, ...]) -> Entry:
    stats = [stat for path in files if (stat := _stat(path))]
    return Entry(
        ATLAS, files, sum(stat.st_size for stat in stats), max((s.st_mtime for s in stats), default=0.0), False
    )


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _folders(home: Path) -> list[Path]:
    return sorted(each for each in home.glob("*") if each.is_dir() and not each.is_symlink())


def _alone() -> AbstractContextManager[None]:
    """No other process makes room meanwhile."""
    return locks.held(data_folder() / _LOCK)


def _jobs() -> Path:
    home = data_folder() / JOBS
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(_MODE, exist_ok=True)
    return home


def _marked(folder: Path) -> JobFolder:
    folder.mkdir(_MODE, exist_ok=True)
    owned.make(folder)
    # Those of earlier versions were open to others.
    folder.chmod(_MODE)
    return JobFolder(folder, _locked(folder / MARK))


def _locked(mark: Path) -> IO[bytes]:
    stream = mark.open("a+b")
    # Shared: a folder that two processes take stays in use until both have ended.
    locks.lock(stream, shared=True)
    return stream


def _in_use(mark: Path) -> bool:
    try:
        with mark.open("rb") as stream:
            return locks.lock(stream) is not True
    except OSError:
        return False


def _claimed(mark: Path) -> int:
    try:
        return int(mark.read_bytes() or b"0")
    except (OSError, ValueError):
        return 0
