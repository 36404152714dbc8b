"""Folders that we made, known by a record in them: only these are ever deleted, whatever others are called."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ..errors import DreamError
from . import atomic

RECORD = "this-folder-belongs-to-krita-deepdream.txt"
_TEXT = "Everything in this folder belongs to Krita DeepDream. Uninstalling deletes the folder.\n"


def make(folder: Path) -> None:
    """Make ``folder`` with what it lies in, or take an empty one, and write down that it is ours; again is harmless.

    Raises ``DreamError`` ("folder.foreign") where there is anything else, and ``OSError``.
    """
    if is_ours(folder):
        return
    real = Path(os.path.realpath(folder))
    real.mkdir(parents=True, exist_ok=True)
    if not is_free(real):
        raise DreamError("folder.foreign", folder=folder)
    adopt(real)


def is_free(folder: Path) -> bool:
    """Whether nothing is in ``folder``, but for parts of a record whose writer was killed. Raises ``OSError``."""
    return all(map(atomic.is_part, folder.iterdir()))


def is_ours(folder: Path) -> bool:
    """Whether ``folder`` is one that ``make`` made, however it came to where it is. Changes nothing."""
    try:
        return (folder / RECORD).read_bytes().startswith(_TEXT.encode("ascii")[:40])
    except OSError:
        return False


def adopt(folder: Path) -> None:
    """Write down that ``folder`` is ours, with all in it: an earlier version made it. Raises ``OSError``."""
    atomic.write(folder / RECORD, _TEXT.encode("ascii"))


def empty(folder: Path, keeping: str = RECORD) -> None:
    """Delete all in ``folder`` but its record and what is called ``keeping``.

    Raises ``DreamError`` ("folder.foreign"), and ``OSError``.
    """
    if not is_ours(folder):
        raise DreamError("folder.foreign", folder=folder)
    for path in Path(os.path.realpath(folder)).iterdir():
        if path.name in (RECORD, keeping):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def delete(folder: Path) -> None:
    """Delete ``folder`` with its contents, and a link that leads to it; nothing happens if it doesn't exist.

    The record goes last, so that an interrupted deletion can be repeated. An emptied folder stays where it carries a
    disk. Raises ``DreamError`` ("folder.foreign") for a folder that isn't ours, and ``OSError``.
    """
    if not os.path.lexists(folder):
        return
    empty(folder)
    real = Path(os.path.realpath(folder))
    (real / RECORD).unlink()
    if not os.path.ismount(real):
        real.rmdir()
    if folder.is_symlink():
        folder.unlink()
