"""Finds this computer's Pythons and says which of them can run the worker, and if not, why.

Kept to the syntax and library of Python 3.7: ``install.py`` looks for a better Python with it, whichever
one started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator  # noqa: UP035 - subscripting collections.abc needs 3.9

# Best first: TensorFlow has wheels for these, and 3.12 has been with it longest among the fast ones.
VERSIONS = ((3, 12), (3, 13), (3, 11), (3, 10))
PROBE_SECONDS = 20
# Inside Krita, Windows would open a black window for each console program.
NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
# Printed as JSON by the Python in question. ``libc`` is empty where it is not glibc.
PROBE = """
import json, platform, struct, sys, sysconfig
try:
    import ensurepip, venv
    pip = True
except ImportError:
    pip = False
print(json.dumps({
    "path": sys.executable, "base": getattr(sys, "_base_executable", sys.executable),
    "version": list(sys.version_info[:3]), "bits": struct.calcsize("P") * 8, "pip": pip,
    "machine": platform.machine(), "system": sys.platform, "libc": platform.libc_ver()[1],
    "musl": "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""), "name": platform.python_implementation(),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}))
"""


@dataclass(frozen=True)
class Python:
    """An interpreter: ``machine`` and ``system`` as ``platform`` and ``sys`` call them.

    ``problem`` is a code out of ``setup.python_…`` of the error table, empty if it can run the worker.
    """

    path: Path
    version: tuple[int, int, int]
    machine: str
    system: str
    problem: str = ""

    @property
    def text(self) -> str:
        """The version as people write it."""
        return ".".join(str(number) for number in self.version)


def probe(path: Path) -> Python | None:
    """Ask the interpreter at ``path`` what it is; ``None`` if there is none that answers.

    For a virtual environment, its base is used, so that ours outlives it.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        answer = subprocess.run(
            [str(path), "-I", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_SECONDS,
            env=variables,
            check=True,
            creationflags=NO_WINDOW,
        )
        facts = json.loads(answer.stdout.decode("utf-8"))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    major, minor, micro = facts["version"]
    return Python(
        Path(facts["base"] or facts["path"]),
        (major, minor, micro),
        facts["machine"],
        facts["system"],
        _problem(facts),
    )


def _problem(facts: dict[str, object]) -> str:
    machine, system = str(facts["machine"]), facts["system"]
    if tuple(facts["version"][:2]) not in VERSIONS or facts["name"] != "CPython":  # type: ignore[index]
        return "setup.python_version"
    if facts["free_threaded"]:
        return "setup.python_version"
    if system == "darwin" and machine == "x86_64":
        return "setup.python_intel_mac"
    if facts["bits"] != 64 or machine not in ("x86_64", "AMD64", "aarch64", "arm64"):
        return "setup.python_machine"
    if facts["musl"]:
        return "setup.python_musl"
    if "WindowsApps" in str(facts["base"]):
        return "setup.python_store"
    return "" if facts["pip"] else "setup.python_venv"


def find(own: bool = True) -> list[Python]:
    """Every Python of this computer, best first; unsuitable ones, with their problem, come last.

    ``own``: the running one counts too. Inside Krita it must not (it goes away with Krita).
    """
    found: dict[Path, Python] = {}
    seen: set[Path] = set()
    for path in candidates(own):
        real = Path(os.path.realpath(str(path)))
        if real in seen or not path.exists():
            continue
        seen.add(real)
        python = probe(path)
        if python is not None:
            found.setdefault(Path(os.path.realpath(str(python.path))), python)
    return sorted(found.values(), key=_rank)


def best(own: bool = True) -> Python | None:
    """The Python that suits the worker best, or ``None``."""
    suitable = [python for python in find(own) if not python.problem]
    return suitable[0] if suitable else None


def _rank(python: Python) -> tuple[bool, int]:
    version = python.version[:2]
    return bool(python.problem), VERSIONS.index(version) if version in VERSIONS else len(VERSIONS)


def candidates(own: bool) -> Iterator[Path]:
    """Where a Python may lie, most likely first; not all of them exist."""
    if own and sys.executable:
        yield Path(sys.executable)
    names = ["python{}.{}".format(*version) for version in VERSIONS]
    names += ["python3", "python"]
    if sys.platform == "win32":
        names = ["python.exe"]
        yield from _windows_launcher()
    folders = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    bundle = _bundle(own)
    for folder in folders + _usual_folders():
        if str(folder) == "/usr/bin" and sys.platform == "darwin":
            continue  # a stub that opens a window and asks to install Xcode
        if not (bundle and str(folder).startswith(bundle)):
            yield from (folder / name for name in names)


def _usual_folders() -> list[Path]:
    home = Path(os.path.expanduser("~"))
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    uv = os.environ.get("UV_PYTHON_INSTALL_DIR")
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        roaming = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
        folders = [*_below(local / "Programs" / "Python"), *_below(Path(uv) if uv else roaming / "uv" / "python")]
        return folders + _below(home / ".pyenv" / "pyenv-win" / "versions")
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    roots = _below(pyenv) + _below(Path(uv) if uv else data / "uv" / "python")
    roots += [Path("/usr"), Path("/usr/local"), Path("/opt/homebrew"), home / "miniconda3", home / "miniforge3"]
    roots += _below(Path("/Library/Frameworks/Python.framework/Versions"))
    return [root / "bin" for root in roots]


def _below(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []


def _windows_launcher() -> Iterator[Path]:
    try:
        answer = subprocess.run(
            ["py", "-0p"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_SECONDS,
            creationflags=NO_WINDOW,
        )
    except (OSError, subprocess.SubprocessError):
        return
    for line in answer.stdout.decode("utf-8", "replace").splitlines():
        start = line.find(":\\")
        if start > 0:
            yield Path(line[start - 1 :].strip())


def _bundle(own: bool) -> str:
    """The folder of Krita's own bundle, if it includes a Python: that one disappears or changes with Krita."""
    if os.environ.get("APPDIR"):
        return os.environ["APPDIR"]
    return "" if own or sys.platform.startswith("linux") else sys.prefix
