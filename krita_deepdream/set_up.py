"""Makes, mends and removes the worker's virtual environment, step by step, so that it can be watched.

Whatever interrupts it, the next run goes on: the stamp (what is installed) is taken away first and
written last. Nothing but the data folder is touched.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import runtime
from .children import lines_of
from .core import errors, folders
from .processor import has_avx
from .pythons import Python, find, probe

MARKER = "this-folder-belongs-to-krita-deepdream.txt"
MARKER_TEXT = "Everything in this folder belongs to Krita DeepDream. Uninstalling it deletes the folder.\n"
# Megabytes: to download, and to have free at the start (the environment, its archives, some air).
DOWNLOAD_MB = {"cpu": 400, "gpu": 3200}
NEEDED_MB = {"cpu": 2600, "gpu": 11000}
# A disk with less than this is full for any purpose.
FULL_MB = 5
# Of NEEDED_MB, what is in use at the end.
USED_SHARE = 0.75
# Windows takes 260 characters; TensorFlow's longest file has some 150 below the environment.
LONGEST_FOLDER_ON_WINDOWS = 90
TRY_TENSORFLOW = "import tensorflow; print(tensorflow.__version__)"
NETWORK_SIGNS = (
    "NewConnectionError", "Failed to establish", "Name or service not known", "Temporary failure in name resolution",
    "getaddrinfo failed", "Network is unreachable", "Connection refused", "ConnectTimeout", "Read timed out",
    "ReadTimeoutError", "ProxyError", "SSLError", "Connection broken", "ConnectionResetError", "Max retries exceeded",
)
SPACE_SIGNS = ("No space left on device", "Errno 28", "not enough space", "Disk quota exceeded")


@dataclass(frozen=True)
class Step:
    """Where the set-up is: ``done`` from 0 to 1, ``name`` a key ("python", "packages", "try", "ready")."""

    name: str
    done: float
    detail: str = ""


def kind(gpu: bool) -> str:
    """"gpu" if it is wished for or there already, else "cpu"; ``DreamError`` where no GPU build exists."""
    if gpu and not sys.platform.startswith("linux"):
        raise errors.DreamError("setup.gpu")
    return "gpu" if gpu or runtime.stamp().get("kind") == "gpu" else "cpu"


def lock(kind: str) -> list[str]:
    """The exact versions of everything in the environment, as pip reads them."""
    text = lock_file(kind).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def lock_file(kind: str) -> Path:
    """The file that ``lock`` reads."""
    name = "requirements.txt" if kind == "cpu" else "requirements-gpu.txt"
    return Path(__file__).resolve().with_name(name)


def changes(kind: str) -> list[str]:
    """The packages that are not there yet in the version of the lock; empty when all is in place."""
    stamp = runtime.stamp()
    if runtime.worker_python() is None or stamp.get("kind") != kind:
        return lock(kind)
    there = set(stamp.get("packages", "").split("\n"))
    return [line for line in lock(kind) if line not in there]


def choose_python(path: Path | None = None, own: bool = True) -> Python:
    """The Python at ``path``, or the best one of the computer; ``DreamError`` if it can't carry the worker."""
    if path is not None:
        python = probe(path)
        if python is None:
            raise errors.DreamError("setup.python_unreadable", path=path)
        _refuse(python)
        return python
    found = find(own)
    if not found or found[0].problem == "setup.python_version":
        others = ", ".join(sorted({python.text for python in found})) or "none at all"
        raise errors.DreamError("setup.python", found=others)
    _refuse(found[0])
    return found[0]


def _refuse(python: Python) -> None:
    if python.problem:
        minor = "{}.{}".format(*python.version)
        raise errors.DreamError(
            python.problem, path=python.path, version=python.text, minor=minor, machine=python.machine)


def check_computer(kind: str) -> None:
    """Raise ``DreamError`` if processor, folder or free space rule the set-up out, before anything is done."""
    if not has_avx():
        raise errors.DreamError("setup.avx")
    folder = runtime.data_folder()
    if sys.platform == "win32" and len(str(folder)) > LONGEST_FOLDER_ON_WINDOWS:
        raise errors.DreamError("setup.path_long", folder=folder, longest=LONGEST_FOLDER_ON_WINDOWS)
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(there, os.W_OK) or not there.is_dir():
        raise errors.DreamError("setup.folder", folder=folder, reason=f"{there} can't be written")
    needed = NEEDED_MB[kind] - _megabytes_there()
    if _free_mb() < needed:
        raise _space_error(f"{needed} MB")


def _free_mb() -> int:
    folder = runtime.data_folder()
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return shutil.disk_usage(there).free // 1_000_000


def _is_full(said: str) -> bool:
    """Whether a program that said this, or said nothing of use, failed because the disk is full."""
    return any(sign in said for sign in SPACE_SIGNS) or _free_mb() < FULL_MB


def _space_error(needed: str) -> errors.DreamError:
    return errors.DreamError("setup.space", folder=runtime.data_folder(), free=f"{_free_mb()} MB", needed=needed)


def _megabytes_there() -> int:
    """What an earlier run brought already, so that an interrupted set-up doesn't ask for its space twice."""
    environment = runtime.environment_folder()
    return sum(path.lstat().st_size for path in environment.rglob("*") if path.is_file()) // 1_000_000


def make(python: Python | None, kind: str, wheels: Path | None = None) -> Iterator[Step]:
    """Make the environment of ``lock(kind)``, or bring it there; closing the generator stops it at once.

    ``python`` is needed only where there is no usable environment. ``wheels``: a folder to install from
    instead of the network. Raises ``DreamError``; afterwards ``runtime.worker_python()`` is there.
    """
    check_computer(kind)
    before = runtime.stamp()
    claim_data_folder()
    environment = runtime.environment_folder()
    (environment / runtime.STAMP_NAME).unlink(missing_ok=True)
    if before.get("kind", kind) != kind or not _usable(environment):
        python = python or choose_python()
        yield Step("python", 0.0, f"Python {python.text}")
        _make_empty(python, environment)
    yield from _install(environment, kind, wheels)
    yield Step("try", 0.97)
    version = _try_tensorflow(environment)
    _write_stamp(environment, kind)
    yield Step("ready", 1.0, f"TensorFlow {version}")


def claim_data_folder() -> None:
    """Make the data folder; a new or empty one is marked as ours, so that uninstalling may delete it."""
    folder = runtime.data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            (folder / MARKER).write_text(MARKER_TEXT, encoding="utf-8")
    except OSError as error:
        raise errors.DreamError("setup.folder", folder=folder, reason=error.strerror or error) from error


def remove() -> None:
    """Delete the environment, and the whole data folder if it is ours, wherever the painter had put it."""
    chosen, default = runtime.data_folder(), folders.default_data_folder()
    if runtime.environment_folder().exists():
        shutil.rmtree(runtime.environment_folder())
    for folder in {chosen, default}:
        if folder.exists() and (folder == default or (folder / MARKER).exists()):
            shutil.rmtree(folder)


def _usable(environment: Path) -> bool:
    """Whether there is an environment, perhaps half filled, whose base Python and pip still work."""
    python = runtime.environment_python(environment)
    if not python.exists():
        return False
    answer = subprocess.run(
        [str(python), "-I", "-m", "pip", "--version"], env=runtime.worker_environment(), stdin=subprocess.DEVNULL,
        capture_output=True)
    return answer.returncode == 0


def _make_empty(python: Python, environment: Path) -> None:
    answer = subprocess.run(
        [str(python.path), "-I", "-m", "venv", "--clear", str(environment)], env=runtime.worker_environment(),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if answer.returncode:
        said = answer.stdout + answer.stderr
        if _is_full(said):
            raise _space_error("more")
        reason = said.strip().splitlines()[-1:] or ["it gave no reason"]
        raise errors.DreamError("setup.venv", path=python.path, reason=reason[0])


def _install(environment: Path, kind: str, wheels: Path | None) -> Iterator[Step]:
    """Let pip install the lock; ``done`` follows the disk's free space, since pip tells no bytes."""
    folder = runtime.data_folder()
    temporary = folder / "downloading"
    temporary.mkdir(exist_ok=True)
    source = ["--no-index", "--find-links", str(wheels)] if wheels else ["--retries", "3"]
    command = [
        str(runtime.environment_python(environment)), "-I", "-m", "pip", "install", "--no-input", "--progress-bar=off",
        "--disable-pip-version-check", "--only-binary=:all:", *source, "-r", str(lock_file(kind)),
    ]
    variables = {**runtime.worker_environment(), **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))}
    free_before, done, said = shutil.disk_usage(folder).free, 0.02, []
    try:
        for line in lines_of(command, variables):
            said.append(line)
            used_mb = (free_before - shutil.disk_usage(folder).free) / 1e6
            done = min(0.95, max(done, used_mb / (USED_SHARE * NEEDED_MB[kind])))
            yield Step("packages", done, line.strip())
    except subprocess.CalledProcessError as error:
        raise _pip_error("\n".join(said), wheels) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _pip_error(said: str, wheels: Path | None) -> errors.DreamError:
    reasons = [line for line in said.splitlines() if line.startswith("ERROR")] or said.strip().splitlines()[-1:]
    reason = reasons[-1].removeprefix("ERROR: ") if reasons else "pip gave no reason"
    if _is_full(said):
        return _space_error("more")
    if wheels:
        return errors.DreamError("setup.wheels", folder=wheels, reason=reason)
    if any(sign in said for sign in NETWORK_SIGNS):
        return errors.DreamError("setup.network", reason=reason)
    return errors.DreamError("setup.pip", reason=reason)


def _try_tensorflow(environment: Path) -> str:
    answer = subprocess.run(
        [str(runtime.environment_python(environment)), "-I", "-c", TRY_TENSORFLOW], env=runtime.worker_environment(),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if answer.returncode:
        reason = answer.stderr.strip().splitlines()[-1:] or [f"exit code {answer.returncode}"]
        raise errors.DreamError("setup.tensorflow", reason=reason[0])
    return answer.stdout.strip()


def _write_stamp(environment: Path, kind: str) -> None:
    values = {"kind": kind, "packages": "\n".join(lock(kind)), "base": _base(environment)}
    new = environment / (runtime.STAMP_NAME + ".new")
    new.write_text(json.dumps(values, indent=1), encoding="utf-8")
    os.replace(new, environment / runtime.STAMP_NAME)


def _base(environment: Path) -> str:
    python = probe(runtime.environment_python(environment))
    return str(python.path) if python else ""


def command_path() -> Path:
    """Where the ``deepdream`` command lies, or will lie."""
    scripts = runtime.environment_python(runtime.environment_folder()).parent
    return scripts / ("deepdream.cmd" if sys.platform == "win32" else "deepdream")


def write_command(plugin: Path) -> bool:
    """Write the ``deepdream`` command, which runs the core of the installed ``plugin``; whether it changed."""
    python, launcher = runtime.environment_python(runtime.environment_folder()), plugin / "launch.py"
    if sys.platform == "win32":
        text = f'@"{python}" -I "{launcher}" cli %*\r\n'
    else:
        text = f'#!/bin/sh\nexec {shlex.quote(str(python))} -I {shlex.quote(str(launcher))} cli "$@"\n'
    path = command_path()
    if path.exists() and path.read_bytes() == text.encode("utf-8"):
        return False
    path.write_bytes(text.encode("utf-8"))
    path.chmod(0o755)
    return True
