"""The plugin as it lies in Krita: one table of files, from which it is copied, compared, zipped and removed.

The core lies inside the plugin's folder there, so both are always of one version.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..core import atomic, errors, owned

NAME = "krita_deepdream"
CORE = "deepdream_core"
LEFT_OUT = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
# The importer of Krita knows archives by their directory entries; a fixed date makes equal archives equal.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)

# What a copy that was cut off leaves: the new folder, or the old one that was put away (the last is version 0.1.0's).
LEFTOVERS = (f"{NAME}.new", ".deepdream-*.old", f"{NAME}.old")

_OWN_NAMES = {owned.RECORD, "__init__.py", "launch.py", "core.py", "plugin.py", "setup", CORE}

Table = dict[str, Path]


def table(source: Path) -> Table:
    """Place below Krita's resource folder (with ``/``) → file in the repository ``source``."""
    plugin = source / NAME
    places = {
        f"pykrita/{NAME}.desktop": plugin / f"{NAME}.desktop",
        f"actions/{NAME}.action": plugin / f"{NAME}.action",
    }
    for file in _files(plugin):
        if file in places.values():
            continue  # Krita takes a second .desktop for another plugin, and complains of a second .action
        places[f"pykrita/{NAME}/{file.relative_to(plugin).as_posix()}"] = file
    for file in _files(source / CORE):
        places[f"pykrita/{NAME}/{CORE}/{file.relative_to(source / CORE).as_posix()}"] = file
    places[f"pykrita/{NAME}/LICENSE"] = source / "LICENSE"
    return places


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in LEFT_OUT:
            yield from _files(path)
        elif path.is_file() and path.suffix != ".pyc":
            yield path


def installed(resources: Path) -> Path:
    """The plugin's folder in a resource folder, there or not."""
    return resources / "pykrita" / NAME


def is_current(source: Path, resources: Path) -> bool:
    """Whether the resource folder holds exactly the files of ``source``: none missing, other or too many."""
    places = table(source)
    if not all(_same(file, resources / place) for place, file in places.items()):
        return False
    folder = installed(resources)
    return all((resources / place).relative_to(resources).as_posix() in places for place in _files(folder))


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def copy(source: Path, resources: Path) -> None:
    """Put the plugin into a resource folder, whole or not at all; its old folder is replaced.

    Raises ``DreamError`` ("folder.foreign") where something else has the plugin's name, and ``OSError``.
    """
    folder = installed(resources)
    new = folder.with_name(NAME + ".new")
    for there in (folder, new):
        if there.exists() and not _is_plugin(there):
            raise errors.DreamError("folder.foreign", folder=there)
    for leftover in _leftovers(folder.parent):
        _delete(leftover)
    owned.make(new)
    inside = f"pykrita/{NAME}/"
    for place, file in table(source).items():
        if place.startswith(inside):
            target = new / place[len(inside):]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    (new / owned.RECORD).unlink()
    atomic.replace_folder(folder, new)
    for place, file in table(source).items():
        if not place.startswith(inside):
            (resources / place).parent.mkdir(parents=True, exist_ok=True)
            atomic.write(resources / place, file.read_bytes())


def remove(resources: Path) -> bool:
    """Take the plugin, and what a cut-off copy left, out of a resource folder; whether there was anything."""
    folder = installed(resources)
    files = [folder.with_name(f"{NAME}.desktop"), resources / "actions" / f"{NAME}.action"]
    ours = [folder, *_leftovers(folder.parent)] if _is_plugin(folder) else _leftovers(folder.parent)
    there = [path for path in (*files, *ours) if os.path.lexists(path)]
    for path in there:
        _delete(path)
    return bool(there)


def _leftovers(plugins: Path) -> list[Path]:
    return [path for pattern in LEFTOVERS for path in plugins.glob(pattern) if _is_plugin(path)]


def _is_plugin(folder: Path) -> bool:
    """Whether a folder with a name of ours holds the plugin, or a part of it: a name alone may be anybody's."""
    if not folder.is_dir():
        return folder.is_symlink()
    names = {path.name for path in folder.iterdir()}
    return not names or bool(names & _OWN_NAMES)


def _delete(path: Path) -> None:
    """Delete a file or a folder; of a link only the link, since it leads to the folder of somebody who works on us."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def make_zip(source: Path, target: Path) -> None:
    """Write the archive for Krita's "Import Python Plugin from File"."""
    places = {_in_zip(place): file for place, file in table(source).items()}
    folders = sorted({parent.as_posix() + "/" for place in places for parent in Path(place).parents} - {"./"})
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in folders:
            archive.writestr(zipfile.ZipInfo(folder, ZIP_DATE), b"")
        for place, file in sorted(places.items()):
            entry = zipfile.ZipInfo(place, ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, file.read_bytes())


def _in_zip(place: str) -> str:
    return place.split("/", 1)[1]
