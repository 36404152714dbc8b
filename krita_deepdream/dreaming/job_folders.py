"""Folders for what jobs make on their way (frames of zooms and animations), in use as long as Krita runs.

They lie in the data folder, all of this process in one that the system marks as in use: what a Krita that was killed
leaves behind is deleted by whoever comes next.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from ..core import caches, folders, owned


def made(prefix: str) -> Path:
    """A new folder of ours; whoever has it made deletes it. ``prefix`` is for whoever looks. Raises ``OSError``."""
    home = folders.data_folder()
    if not _of_this_process(home).path.is_dir():
        # Somebody deleted it with the rest: the folder was chosen anew, or DeepDream uninstalled and set up again.
        _of_this_process.cache_clear()
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_of_this_process(home).path))
    owned.make(folder)
    return folder


@cache
def _of_this_process(_home: Path) -> caches.JobFolder:
    return caches.job_folder("krita")
