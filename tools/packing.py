"""The plugin as it goes into Krita, by copy and by archive: one table of files, translations compiled.

``krita_deepdream/setup/plugin_files.py`` knows the plugin that is installed. Standard library only.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from krita_deepdream.core import atomic, errors, owned
from krita_deepdream.setup.plugin_files import CORE, NAME, delete, installed, is_plugin, leftovers

from . import po

LEFT_OUT = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
# The importer of Krita knows archives by their directory entries; a fixed date makes equal archives equal.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def table(source: Path) -> dict[str, bytes]:
    """Place below Krita's resource folder (with ``/``) → what the repository ``source`` has for it."""
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
    return dict(_packed(place, file.read_bytes()) for place, file in places.items())


def _packed(place: str, data: bytes) -> tuple[str, bytes]:
    """A translation is installed as gettext reads it, everything else as it is."""
    if not place.endswith(".po"):
        return place, data
    return place.removesuffix(".po") + ".mo", po.compiled(po.read(data.decode("utf-8")))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in LEFT_OUT:
            yield from _files(path)
        elif path.is_file() and path.suffix != ".pyc":
            yield path


def is_current(source: Path, resources: Path) -> bool:
    """Whether the resource folder holds exactly the files of ``source``: none missing, other or too many."""
    places = table(source)
    if not all(_holds(resources / place, data) for place, data in places.items()):
        return False
    return all(path.relative_to(resources).as_posix() in places for path in _files(installed(resources)))


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def copy(source: Path, resources: Path) -> None:
    """Put the plugin into a resource folder, whole or not at all; its old folder is replaced.

    Raises ``DreamError`` ("folder.foreign") where something else has the plugin's name, and ``OSError``.
    """
    folder = installed(resources)
    new = folder.with_name(NAME + ".new")
    for there in (folder, new):
        if there.exists() and not is_plugin(there):
            raise errors.DreamError("folder.foreign", folder=there)
    for leftover in leftovers(folder.parent):
        delete(leftover)
    inside = f"pykrita/{NAME}/"
    places = table(source)
    try:
        owned.make(new)
        for place in [place for place in places if place.startswith(inside)]:
            target = new / place[len(inside) :]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(places.pop(place))
        (new / owned.RECORD).unlink()
        atomic.replace_folder(folder, new)
    finally:
        # What failed before counts; what is left all the same goes with the next copy.
        with suppress(OSError):
            if new.exists():
                delete(new)
    for place, data in places.items():
        (resources / place).parent.mkdir(parents=True, exist_ok=True)
        atomic.write(resources / place, data)


def make_zip(source: Path, target: Path) -> None:
    """Write the archive for Krita's "Import Python Plugin from File"."""
    places = {_in_zip(place): data for place, data in table(source).items()}
    folders = sorted({parent.as_posix() + "/" for place in places for parent in Path(place).parents} - {"./"})
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in folders:
            archive.writestr(zipfile.ZipInfo(folder, ZIP_DATE), b"")
        for place, data in sorted(places.items()):
            entry = zipfile.ZipInfo(place, ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)


def _in_zip(place: str) -> str:
    return place.split("/", 1)[1]
