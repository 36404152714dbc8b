"""Where the project keeps what belongs to one user: weights, the worker's environment, logs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME_VARIABLE = "KRITA_DEEPDREAM_HOME"
FOLDER_NAME = "krita-deepdream"


def default_data_folder() -> Path:
    """The user's own folder for local data, by the habits of the system."""
    home = Path.home()
    if sys.platform == "win32":
        parent = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        parent = home / "Library" / "Application Support"
    else:
        parent = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return parent / FOLDER_NAME


def data_folder() -> Path:
    """``KRITA_DEEPDREAM_HOME``, the folder that ``folder.txt`` in the default one names, or the default one.

    Nothing is created.
    """
    if os.environ.get(HOME_VARIABLE):
        return Path(os.environ[HOME_VARIABLE]).expanduser()
    default = default_data_folder()
    try:
        chosen = (default / "folder.txt").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return default
    return Path(chosen) if chosen else default


def weights_folder() -> Path:
    """Where fetched and added weights lie, one folder per network."""
    return data_folder() / "weights"
