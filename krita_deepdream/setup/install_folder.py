"""The folder that holds environment and data: choosing it, checking its free space, claiming it, deleting it again."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from ..core import atomic, errors, folders, owned
from . import runtime

# Which kind of TensorFlow an environment was begun for: the two can't be mixed. Version 0.1.0 knew its own by it.
VARIANT_NAME = "deepdream-kind.txt"
# Megabytes to have free at the start: the environment, its archives, and some margin.
NEEDED_MB = {"cpu": 2970, "gpu": 11370}
# A disk with less than this is full for any purpose.
FULL_MB = 5
SPACE_SIGNS = ("No space left on device", "Errno 28", "not enough space", "Disk quota exceeded")
# Windows takes 260 characters; TensorFlow's longest file has some 150 below the environment.
LONGEST_ON_WINDOWS = 90


def choose(folder: Path) -> Path:
    """Keep everything in ``folder`` from now on; what was set up elsewhere stays there. The folder it becomes.

    In a folder that holds other things a new one is made for us. The choice stands in the default folder,
    where the command line finds it too. Raises ``DreamError`` if the folder can't be used.
    """
    default = folders.default_data_folder()
    foreign = folder.is_dir() and not owned.is_free(folder) and folder != default and not owned.is_ours(folder)
    chosen = folder / folders.FOLDER_NAME if foreign else folder
    _check_folder(chosen)
    note = default / folders.NOTE
    if chosen == default:
        note.unlink(missing_ok=True)
    else:
        _take_if_empty(default)
        atomic.write(note, str(chosen).encode("utf-8"))
    return chosen


def check(variant: str) -> None:
    """Raise ``DreamError`` if the folder or its free space rules out setting up ``variant``."""
    folder = runtime.data_folder()
    _check_folder(folder)
    _check_environment()
    needed = NEEDED_MB[variant] - _megabytes_there()
    if free_mb() < needed:
        raise space_error(f"{needed} MB")


def claim() -> None:
    """Make the data folder; a new or empty one is marked as ours, so that uninstalling may delete it."""
    folder = runtime.data_folder()
    try:
        _take_if_empty(folder)
    except OSError as error:
        raise errors.DreamError("setup.folder", folder=folder, reason=error.strerror or error) from error


def empty_environment() -> None:
    """Make the environment's folder, or delete what is in it. Raises ``DreamError`` if it isn't ours, ``OSError``."""
    _check_environment()
    environment = runtime.environment_folder()
    if environment.is_dir():
        # First of all: if a file can't be deleted, the rest must not look complete.
        (environment / runtime.STAMP_NAME).unlink(missing_ok=True)
        owned.adopt(environment)
        owned.empty(environment)
    else:
        owned.make(environment)


def remove(let_go: Callable[[], None] = lambda: None) -> list[Path]:
    """Delete the environment, and the whole data folder if it is ours, wherever the painter had put it.

    ``let_go`` is called before the data folder goes. Raises ``OSError``; somebody else's folder is left alone, and so
    are rescued dreams, whose folders are returned.
    """
    found = rescued()
    environment = runtime.environment_folder()
    if environment.is_dir() and _is_our_environment(environment):
        (environment / runtime.STAMP_NAME).unlink(missing_ok=True)
        owned.adopt(environment)
        owned.delete(environment)
    let_go()
    data, default = runtime.data_folder(), folders.default_data_folder()
    (default / folders.NOTE).unlink(missing_ok=True)
    for folder in {data, default}:
        if owned.is_ours(folder) and folder / folders.RESCUED in found:
            owned.empty(folder, keeping=folders.RESCUED)
        elif owned.is_ours(folder):
            owned.delete(folder)
    return found


def rescued() -> list[Path]:
    """The folders of dreams that couldn't be written to their own place, as far as there are any. ``OSError``."""
    paths = {folder / folders.RESCUED for folder in (runtime.data_folder(), folders.default_data_folder())}
    return sorted(path for path in paths if path.is_dir() and not all(map(atomic.is_part, path.iterdir())))


def free_mb() -> int:
    """Free megabytes where the data folder is or will be."""
    return shutil.disk_usage(_nearest(runtime.data_folder())).free // 1_000_000


def is_full(said: str) -> bool:
    """Whether a program that said this failed because the disk is full."""
    return any(sign in said for sign in SPACE_SIGNS) or free_mb() < FULL_MB


def space_error(needed: str) -> errors.DreamError:
    """The error for too little disk space."""
    return errors.DreamError("setup.space", folder=runtime.data_folder(), free=f"{free_mb()} MB", needed=needed)


def files_error(error: OSError) -> errors.DreamError:
    """``error`` in words for people, with the file or folder that it is about."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return space_error("more")
    path = error.filename or error.filename2 or runtime.data_folder()
    return errors.DreamError("setup.files", path=path, reason=error.strerror or error)


def _take_if_empty(folder: Path) -> None:
    if not folder.is_dir() or owned.is_free(folder):
        owned.make(folder)


def _check_environment() -> None:
    environment = runtime.environment_folder()
    there = environment.is_dir() and any(environment.iterdir())
    if there and not _is_our_environment(environment):
        raise errors.DreamError("setup.environment", folder=environment)


def _is_our_environment(environment: Path) -> bool:
    return (environment / VARIANT_NAME).is_file() or owned.is_ours(environment) or owned.is_ours(environment.parent)


def _check_folder(folder: Path) -> None:
    if sys.platform == "win32" and len(str(folder)) > LONGEST_ON_WINDOWS:
        raise errors.DreamError("setup.path_long", folder=folder, longest=LONGEST_ON_WINDOWS)
    there = _nearest(folder)
    if not os.access(there, os.W_OK) or not there.is_dir():
        raise errors.DreamError("setup.folder", folder=folder, reason=f"{there} can't be written")


def _nearest(folder: Path) -> Path:
    """The folder that ``folder`` leads to, or the first one above that which is there."""
    real = Path(os.path.realpath(folder))
    return next(parent for parent in (real, *real.parents) if parent.exists())


def _megabytes_there() -> int:
    """What an earlier run already downloaded, so that an interrupted set-up doesn't require its space twice."""
    return sum(stat.st_size for stat in folders.file_stats(runtime.environment_folder())) // 1_000_000
