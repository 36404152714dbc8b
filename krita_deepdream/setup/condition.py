"""What an environment lacks, judged by its own files: each package's RECORD lists its files and their sizes.

Nothing is imported, so half of it may be missing. Takes a few tenths of a second for TensorFlow and its dependencies.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import runtime
from .pythons import NO_WINDOW

ASK_SECONDS = 20
GONE = "its Python is gone"
WHERE = "import sysconfig; print(sysconfig.get_path('purelib'))"


@dataclass(frozen=True)
class Condition:
    """``fault``: why its Python can't be used any more; ``damaged``: the names of incomplete packages."""

    fault: str = ""
    damaged: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.fault or self.damaged)


def examine(environment: Path, wanted: Mapping[str, str]) -> Condition:
    """Look at the Python of ``environment`` and at the packages ``wanted``: name → version, "" for any."""
    fault, folder = _packages_folder(environment)
    if folder is None:
        return Condition(fault)
    found = _found(folder)
    return Condition(
        "",
        tuple(sorted(name for name, version in wanted.items() if not _is_whole(folder, found.get(name, []), version))),
    )


def installed(environment: Path) -> dict[str, str]:
    """Name → version of the packages that are there, complete or not."""
    _, folder = _packages_folder(environment)
    return {name: _version(infos[0]) for name, infos in _found(folder).items()} if folder else {}


def forget(environment: Path, names: Iterable[str]) -> None:
    """Make pip think that these packages are absent, so that it installs them again over what is left of them."""
    _, folder = _packages_folder(environment)
    found = _found(folder) if folder else {}
    for name in names:
        for info in found.get(name, []):
            shutil.rmtree(info)


def plain(name: str) -> str:
    """A package's normalised name: numpy, opt-einsum."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _packages_folder(environment: Path) -> tuple[str, Path | None]:
    """What is wrong with its Python, or the folder where that looks for packages."""
    python = runtime.environment_python(environment)
    if not python.exists():
        return GONE, None
    try:
        answer = subprocess.run(
            [str(python), "-I", "-c", WHERE],
            env=runtime.worker_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=ASK_SECONDS,
            creationflags=NO_WINDOW,
        )
    except (OSError, subprocess.SubprocessError):
        return "its Python doesn't run", None
    folder = Path(answer.stdout.strip())
    if not folder.is_dir() or not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(environment)):
        return "its Python isn't the one it was created with", None
    return "", folder


def _found(folder: Path) -> dict[str, list[Path]]:
    """Plain name → where its files are listed; more than one list is one too many."""
    found: dict[str, list[Path]] = {}
    for info in sorted(folder.glob("*.dist-info")):
        found.setdefault(plain(info.name.split("-")[0]), []).append(info)
    return found


def _version(info: Path) -> str:
    return info.name.removesuffix(".dist-info").partition("-")[2]


def _is_whole(folder: Path, infos: list[Path], version: str) -> bool:
    if len(infos) != 1 or version not in ("", _version(infos[0])):
        return False
    try:
        with (infos[0] / "RECORD").open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.reader(stream) if row]
        # Compiled files come and go, and nothing depends on them.
        return bool(rows) and all(
            _is_there(os.path.join(folder, name), size) for name, _, size in rows if not name.endswith(".pyc")
        )
    except (OSError, ValueError, csv.Error):
        return False


def _is_there(path: str, size: str) -> bool:
    """Whether the file is there, as large as its package says where it says so. Raises ``OSError``, ``ValueError``."""
    there = os.stat(path).st_size
    return not size or there == int(size)
