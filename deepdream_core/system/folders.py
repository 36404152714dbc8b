"""Where the project keeps what belongs to one user: weights, the worker's environment, logs. Always whole paths."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from ..errors import DreamError

HOME_VARIABLE = "KRITA_DEEPDREAM_HOME"
FOLDER_NAME = "krita-deepdream"
# Names another folder, when a painter chose one in the docker.
NOTE = "folder.txt"
# What lies there is the painter's own and outlives us.
RESCUED = "rescued"


def home() -> Path:
    """The user's home folder. Raises ``DreamError`` ("folder.home") where the system knows of none."""
    found = Path(os.path.expanduser("~"))
    if sys.platform != "win32" and not found.is_absolute():
        found = Path(_account_home())
    if not found.is_absolute():
        raise DreamError("folder.home")
    return found


def _account_home() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def meant(text: str) -> Path:
    """The folder that somebody means by ``text``: ~ is expanded, and a path that isn't whole counts from the home.

    So it is the same one from wherever a program is started. Raises ``DreamError`` as ``home`` does.
    """
    if text == "~" or text.startswith(("~/", "~" + os.sep)):
        return home() / text[2:]
    path = Path(os.path.expanduser(text))
    return path if path.is_absolute() else home() / path


def by_habit(variable: str, *otherwise: str) -> Path:
    """The folder that ``variable`` names, or ``otherwise`` below the home where it names no whole path.

    That is what the XDG specification asks for. Raises ``DreamError`` as ``home`` does.
    """
    value = os.environ.get(variable, "")
    return Path(value) if os.path.isabs(value) else home().joinpath(*otherwise)


def file_stats(folder: Path) -> list[os.stat_result]:
    """Of each file below ``folder``, links not followed; what can't be looked at, or vanishes, is left out."""
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                found.append(os.lstat(os.path.join(parent, name)))
    return found


def default_data_folder() -> Path:
    """The user's own folder for local data, by the habits of the system. Raises ``DreamError`` as ``home`` does."""
    if sys.platform == "win32":
        return by_habit("LOCALAPPDATA", "AppData", "Local") / FOLDER_NAME
    if sys.platform == "darwin":
        return home() / "Library" / "Application Support" / FOLDER_NAME
    value = os.environ.get("XDG_DATA_HOME", "")
    parent = meant(value) if value.startswith("~") else by_habit("XDG_DATA_HOME", ".local", "share")
    return parent / FOLDER_NAME


def data_folder() -> Path:
    """``KRITA_DEEPDREAM_HOME``, the folder that ``folder.txt`` in the default one names, or the default one.

    Nothing is created. Raises ``DreamError`` as ``home`` does.
    """
    if (value := os.environ.get(HOME_VARIABLE, "")).strip():
        return meant(value)
    default = default_data_folder()
    try:
        chosen = (default / NOTE).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return default
    return meant(chosen) if chosen else default


def without_home(text: str) -> str:
    """``text`` with ~ in place of the home folder, as people write it and without their name."""
    try:
        known = str(home())
    except DreamError:
        return text
    return text.replace(known, "~") if len(known) > 1 else text


def weights_folder() -> Path:
    """Where fetched and added weights lie, one folder per network."""
    return data_folder() / "weights"


def rescued_folder() -> Path:
    """Where dreams lie that couldn't be written to their own place."""
    return data_folder() / RESCUED


def bundled(name: str) -> Path:
    """A file that is shipped with the core: classes' names, atlas sheets, style pictures."""
    return Path(__file__).parents[1] / "data" / name
