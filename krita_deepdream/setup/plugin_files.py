"""The plugin as it is installed in Krita: where it is, how it is recognised and how it is removed.

``tools/packing.py`` puts it there. The core is inside the plugin's folder, so both always have the same version.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ..core import atomic, owned

NAME = "krita_deepdream"
CORE = "deepdream_core"

# What a copy that was cut off leaves: the new folder, or the old one that was put away (the last is version 0.1.0's).
LEFTOVERS = (f"{NAME}.new", ".deepdream-*.old", f"{NAME}.old")

_OWN_NAMES = {owned.RECORD, "__init__.py", "launch.py", "core.py", "plugin.py", "setup", CORE}


def installed(resources: Path) -> Path:
    """The plugin's folder in a resource folder, there or not."""
    return resources / "pykrita" / NAME


def remove(resources: Path) -> bool:
    """Remove the plugin and the remains of an interrupted copy from a resource folder; whether there was anything."""
    folder = installed(resources)
    files = [folder.with_name(f"{NAME}.desktop"), resources / "actions" / f"{NAME}.action"]
    ours = [folder, *leftovers(folder.parent)] if is_plugin(folder) else leftovers(folder.parent)
    there = [path for path in (*files, *ours) if os.path.lexists(path)]
    for path in there:
        delete(path)
    return bool(there)


def leftovers(plugins: Path) -> list[Path]:
    """What an interrupted copy left in Krita's plugin folder."""
    return [path for pattern in LEFTOVERS for path in plugins.glob(pattern) if is_plugin(path) and _is_left(path)]


def _is_left(path: Path) -> bool:
    """Whether nobody but us can have called it so, or it holds what only ours does."""
    surely = atomic.is_part(path) or path.is_symlink() or owned.is_free(path)
    return surely or owned.is_ours(path) or (path / CORE).is_dir()


def is_plugin(folder: Path) -> bool:
    """Whether a folder with a name of ours holds the plugin, or a part of it: the name alone proves nothing."""
    if not folder.is_dir():
        return folder.is_symlink()
    return owned.is_free(folder) or bool({path.name for path in folder.iterdir()} & _OWN_NAMES)


def delete(path: Path) -> None:
    """Delete a file or a folder; of a link only the link, since it leads to the folder of somebody who works on us."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
