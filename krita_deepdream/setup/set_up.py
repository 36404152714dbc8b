"""Makes, mends and removes the worker's virtual environment, step by step, so that it can be watched.

Whatever interrupts it, the next run goes on: the stamp (what is installed) is taken away before the first
package changes and written last; until then an older environment serves. Only the data folder is touched.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..core import atomic, errors
from . import place, runtime
from .children import lines_of
from .processor import has_avx
from .pythons import NO_WINDOW, Python, find, probe

DOWNLOAD_MB = {"cpu": 460, "gpu": 3260}
# Of the room that is asked for, what is in use at the end.
USED_SHARE = 0.75
# Which kind of TensorFlow an environment was begun for: the two can't be mixed.
KIND_NAME = "deepdream-kind.txt"
TRY_TENSORFLOW = "import tensorflow; print('TensorFlow', tensorflow.__version__)"
NETWORK_SIGNS = (
    "NewConnectionError", "Failed to establish", "Name or service not known", "Temporary failure in name resolution",
    "getaddrinfo failed", "Network is unreachable", "Connection refused", "ConnectTimeout", "Read timed out",
    "ReadTimeoutError", "ProxyError", "SSLError", "Connection broken", "ConnectionResetError", "Max retries exceeded",
)


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
    return Path(__file__).resolve().parents[1] / name


def changes(kind: str) -> list[str]:
    """The packages that are not there yet in the version of the lock; empty when all is in place."""
    stamp = runtime.stamp()
    if runtime.worker_python() is None or stamp.get("kind") != kind:
        return lock(kind)
    there = set(stamp.get("packages", "").split("\n"))
    return [line for line in lock(kind) if line not in there]


def choose_python(path: Path | None = None) -> Python:
    """The Python at ``path``, or the best one of the computer; ``DreamError`` if it can't carry the worker."""
    if path is not None:
        python = probe(path)
        if python is None:
            raise errors.DreamError("setup.python_unreadable", path=path)
        _refuse(python)
        return python
    found = find(runtime.own_python_stays())
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
    place.check(kind)


def make(python: Python | None, kind: str, wheels: Path | None = None) -> Generator[Step]:
    """Make the environment of ``lock(kind)``, or bring it there; closing the generator stops it at once.

    ``python`` is needed only where there is no usable environment. ``wheels``: a folder to install from
    instead of the network. Raises ``DreamError``; afterwards ``runtime.worker_python()`` is there.
    """
    check_computer(kind)
    place.claim()
    environment = runtime.environment_folder()
    if not _usable(environment, kind):
        python = python or choose_python()
        (environment / runtime.STAMP_NAME).unlink(missing_ok=True)
        yield Step("python", 0.0, f"Python {python.text}")
        yield from _make_empty(python, environment)
        (environment / KIND_NAME).write_text(kind, encoding="ascii")
    yield from _install(environment, kind, wheels)
    yield Step("try", 0.97)
    yield from _try_tensorflow(environment)
    _write_stamp(environment, kind)
    yield Step("ready", 1.0)


def _usable(environment: Path, kind: str) -> bool:
    """Whether there is an environment of ``kind``, perhaps half filled, whose base Python and pip still work."""
    python, begun = runtime.environment_python(environment), environment / KIND_NAME
    if not python.exists() or not begun.exists() or begun.read_text(encoding="ascii") != kind:
        return False
    answer = subprocess.run(
        [str(python), "-I", "-m", "pip", "--version"], env=runtime.worker_environment(), stdin=subprocess.DEVNULL,
        capture_output=True, creationflags=NO_WINDOW)
    return answer.returncode == 0


def _make_empty(python: Python, environment: Path) -> Iterator[Step]:
    command = [str(python.path), "-I", "-m", "venv", "--clear", str(environment)]
    said: list[str] = []
    try:
        for line in lines_of(command, runtime.worker_environment()):
            said.append(line)
            yield Step("python", 0.01)
    except subprocess.CalledProcessError as error:
        if place.is_full("\n".join(said)):
            raise place.space_error("more") from error
        raise errors.DreamError("setup.venv", path=python.path, reason=_last(said)) from error


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
    free_before, done = place.free_mb(), 0.02
    said: list[str] = []
    try:
        for line in lines_of(command, variables):
            said.append(line)
            if line.startswith("Installing collected"):
                # From here on the environment is neither the old one nor the new one.
                (environment / runtime.STAMP_NAME).unlink(missing_ok=True)
            used = free_before - place.free_mb()
            done = min(0.95, max(done, used / (USED_SHARE * place.NEEDED_MB[kind])))
            yield Step("packages", done, line.strip())
    except subprocess.CalledProcessError as error:
        raise _pip_error(said, wheels) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _pip_error(said: list[str], wheels: Path | None) -> errors.DreamError:
    whole = "\n".join(said)
    reason = _last([line for line in said if line.startswith("ERROR")] or said).removeprefix("ERROR: ")
    if place.is_full(whole):
        return place.space_error("more")
    if wheels:
        return errors.DreamError("setup.wheels", folder=wheels, reason=reason)
    signs = [sign for sign in NETWORK_SIGNS if sign in whole]
    if signs:
        # pip's last word is that it found no package; why not, it said before.
        cause = re.search(r"\[(?:Errno|WinError) [^\]]*\] ([\w ]+)", whole)
        return errors.DreamError("setup.network", reason=(cause.group(1) if cause else signs[0]) + ".")
    return errors.DreamError("setup.pip", reason=reason)


def _try_tensorflow(environment: Path) -> Iterator[Step]:
    command = [str(runtime.environment_python(environment)), "-I", "-c", TRY_TENSORFLOW]
    said: list[str] = []
    try:
        for line in lines_of(command, {**runtime.worker_environment(), "TF_CPP_MIN_LOG_LEVEL": "3"}):
            said.append(line)
            yield Step("try", 0.98, line)
    except subprocess.CalledProcessError as error:
        raise errors.DreamError("setup.tensorflow", reason=_last(said)) from error


def _last(said: list[str]) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(said) if line.strip()), "it gave no reason")


def _write_stamp(environment: Path, kind: str) -> None:
    values = {"kind": kind, "packages": "\n".join(lock(kind)), "base": _base(environment)}
    atomic.write(environment / runtime.STAMP_NAME, json.dumps(values, indent=1).encode())


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
    atomic.write(path, text.encode("utf-8"))
    path.chmod(0o755)
    return True
