"""Where the worker's Python and its data are, and how the worker is started; reads the disk, changes nothing.

Standard library only and without Qt: the plugin, ``install.py`` and the set-up inside Krita share it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from ..core import folders

STAMP_NAME = "deepdream-stamp.json"
# Krita points these at its own Python and libraries; another Python would stumble over them.
FOREIGN_VARIABLES = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONEXECUTABLE",
    "__PYVENV_LAUNCHER__",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "QT_PLUGIN_PATH",
)


def data_folder() -> Path:
    """Where environment, weights and logs are: the core decides, so that both programs agree."""
    return folders.data_folder()


def environment_folder() -> Path:
    """Where the virtual environment is, or will be. It holds only the dependencies, never our code."""
    return data_folder() / "env"


def environment_python(environment: Path) -> Path:
    """The interpreter of a virtual environment, there or not."""
    if sys.platform == "win32":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def stamp() -> dict[str, str]:
    """What set-up wrote last of all (``kind``, ``packages``, ``base``, ``installed``); empty if it never finished."""
    try:
        text = (environment_folder() / STAMP_NAME).read_text(encoding="utf-8")
    except OSError:
        return {}
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in values.items()} if isinstance(values, dict) else {}


def worker_python() -> Path | None:
    """The environment's Python, or ``None`` until set-up has finished (or when its base has vanished)."""
    python = environment_python(environment_folder())
    return python if stamp() and python.exists() else None


def launcher() -> Path:
    """The script that opens a door of the core: ``python -I launcher() worker``."""
    return Path(__file__).resolve().parents[1] / "launch.py"


def worker_command() -> list[str] | None:
    """The worker's program and arguments, or ``None`` until set-up has finished.

    Start it with ``worker_environment()``. It serves ``deepdream_core.protocol.wire`` on stdin and stdout.
    """
    python = worker_python()
    return [str(python), "-I", str(launcher()), "worker"] if python else None


def own_python_stays() -> bool:
    """Whether the Python that runs this may run the worker too: Krita's own disappears with Krita.

    Inside Flatpak Krita's Python belongs to the sandbox, and there is no other.
    """
    return "krita" not in sys.modules or Path("/.flatpak-info").exists()


def worker_environment() -> dict[str, str]:
    """The environment variables for another Python: ours without what Krita set for its own.

    Keras makes its folder as soon as TensorFlow is loaded: in ours, where uninstalling finds it.
    """
    variables = {name: value for name, value in os.environ.items() if name not in FOREIGN_VARIABLES}
    variables["PYTHONUTF8"] = "1"
    variables.setdefault("KERAS_HOME", str(data_folder() / "keras"))
    return variables
