"""Files and folders that change at one stroke: whoever looks sees the old or the new, never a half."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path``, flushed to the disk and with its permissions, then move it there."""
    new = path.with_name(path.name + ".new")
    with new.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if path.exists():
        shutil.copymode(path, new)
    os.replace(new, path)


def replace_folder(path: Path, new: Path) -> None:
    """Move the folder ``new`` to ``path``; what was there is deleted afterwards."""
    old = path.with_name(path.name + ".old")
    if old.exists():
        shutil.rmtree(old)
    if path.exists():
        path.rename(old)
    new.rename(path)
    if old.exists():
        shutil.rmtree(old)
