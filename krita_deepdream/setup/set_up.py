"""Makes, mends and rebuilds the worker's virtual environment, step by step, so that it can be watched.

Whatever interrupts it, the next run resumes: the stamp (what is installed) is deleted before the first package
changes and written last; until then an older environment stays in use. Only the data folder is touched.
"""

from __future__ import annotations

import json
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..core import atomic, errors, owned
from . import condition, distribution, install_folder, pip_faults, pip_settings, runtime, setup_lock
from .children import lines_of
from .condition import Condition
from .processor import has_avx
from .pythons import NO_WINDOW, Python, find, probe

VARIANT_NAME = install_folder.VARIANT_NAME
DOWNLOAD_MB = {"cpu": 545, "gpu": 3345}
# Of the room that is asked for, what is in use at the end.
USED_SHARE = 0.75
TRY_TENSORFLOW = "import tensorflow; print('TensorFlow', tensorflow.__version__)"
# The oldest macOS that every package is made for.
LEAST_MACOS = 13


@dataclass(frozen=True)
class Step:
    """Where the set-up is: ``done`` from 0 to 1, ``name`` a key ("wait", "python", "packages", "try", "ready").

    ``detail``: for whom it waits, which Python it is, or what pip or TensorFlow printed.
    """

    name: str
    done: float
    detail: str = ""


def variant(gpu: bool) -> str:
    """ "gpu" if it is requested or there already, else "cpu"; ``DreamError`` where no GPU build exists."""
    if gpu and not sys.platform.startswith("linux"):
        raise errors.DreamError("setup.gpu")
    return "gpu" if gpu or runtime.stamp().get("kind") == "gpu" else "cpu"


def lock(variant: str) -> list[str]:
    """The exact versions of everything in the environment, as pip reads them, without the hashes below each."""
    text = lock_file(variant).read_text(encoding="utf-8")
    return [line.rstrip(" \\") for line in text.splitlines() if line and line[0] not in "# "]


def lock_file(variant: str) -> Path:
    """The file that ``lock`` reads."""
    name = "requirements.txt" if variant == "cpu" else "requirements-gpu.txt"
    return Path(__file__).resolve().parents[1] / name


def changes(variant: str) -> list[str]:
    """The packages that are not there yet in the version of the lock, as the stamp tells; quick."""
    there = set(runtime.stamp().get("packages", "").split("\n")) if is_there(variant) else set()
    return [line for line in lock(variant) if line not in there]


def is_there(variant: str) -> bool:
    """Whether an environment of ``variant`` was set up to its end, for this version or another, and has its Python."""
    return runtime.worker_python() is not None and runtime.stamp().get("kind") == variant


def changed_names(variant: str) -> list[str]:
    """The names of what ``changes`` gives, each once: a package may have a line for each of several Pythons."""
    return list(dict.fromkeys(map(_name, changes(variant))))


def additions(variant: str) -> list[str]:
    """The names of packages that an earlier version didn't need at all, and without which nothing can be dreamed."""
    there = set(map(_name, runtime.stamp().get("packages", "").split("\n")))
    return [name for name in _certain_names(changes(variant)) if name not in there]


def look() -> Condition:
    """What is wrong with the environment that the stamp speaks of, as the disk tells; sound where there is none.

    Measured by what was set up, not by today's lock: what an earlier version didn't need isn't missing.
    """
    stamp = runtime.stamp()
    if not stamp:
        return Condition()
    wanted = dict.fromkeys(_certain_names(stamp.get("packages", "").split("\n")), "")
    rows = (line.partition("==") for line in stamp.get("installed", "").split("\n") if line)
    wanted.update({name: version for name, _, version in rows})
    return condition.examine(runtime.environment_folder(), {"pip": "", **wanted})


def _certain_names(lines: list[str]) -> list[str]:
    """A lock's packages that are installed on every system: those of which no marker speaks of one."""
    return [_name(line) for line in lines if line and not re.search(r"sys_platform|platform_", line)]


def _name(line: str) -> str:
    return condition.plain(re.split(r"[^\w.-]", line, maxsplit=1)[0])


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
        if line := distribution.line_to_type():
            raise errors.DreamError("setup.python_offered", found=others, line=line)
        raise errors.DreamError("setup.python", found=others)
    _refuse(found[0])
    return found[0]


def _refuse(python: Python) -> None:
    if python.problem:
        minor = "{}.{}".format(*python.version)
        raise errors.DreamError(
            python.problem, path=python.path, version=python.text, minor=minor, machine=python.machine
        )


def check_computer(variant: str) -> None:
    """Raise ``DreamError`` if processor, folder or free space rule the set-up out, before anything is done."""
    if not has_avx():
        raise errors.DreamError("setup.avx")
    # "10.16" is what programs made for older ones are told on every newer one.
    macos = platform.mac_ver()[0]
    if macos and macos != "10.16" and int(macos.split(".")[0]) < LEAST_MACOS:
        raise errors.DreamError("setup.macos", version=macos, least=LEAST_MACOS)
    install_folder.check(variant)


def make(python: Python | None, variant: str, wheels: Path | None = None, rebuild: bool = False) -> Generator[Step]:
    """Make the environment of ``lock(variant)``, or bring it there; closing the generator stops it at once.

    ``python`` is needed only where there is no usable environment. ``wheels``: a folder to install from
    instead of the network. ``rebuild``: from nothing, whatever is there.
    Raises ``DreamError`` and ``OSError``; afterwards ``runtime.worker_python()`` is there.
    """
    check_computer(variant)
    held = yield from waiting(setup_lock.take())
    try:
        environment = runtime.environment_folder()
        if rebuild or not _usable(environment, variant):
            python = python or choose_python()
            yield Step("python", 0.0, f"Python {python.text}")
            yield from _make_empty(python, environment)
            (environment / VARIANT_NAME).write_text(variant, encoding="ascii")
        yield from _install(environment, variant, wheels)
        yield Step("try", 0.97)
        yield from _try_tensorflow(environment)
        _write_stamp(environment, variant)
    finally:
        held.release()
    yield Step("ready", 1.0)


def waiting(others: Generator[str, None, setup_lock.SetupLock]) -> Generator[Step, None, setup_lock.SetupLock]:
    """Take the turn of ``setup_lock.take``, with a step for each time that one had to wait for somebody."""
    while True:
        try:
            who = next(others)
        except StopIteration as end:
            mine: setup_lock.SetupLock = end.value
            return mine
        yield Step("wait", 0.0, who)


def _usable(environment: Path, variant: str) -> bool:
    """Whether there is an environment of ``variant``, perhaps half filled, whose base Python and pip still work."""
    python, begun = runtime.environment_python(environment), environment / VARIANT_NAME
    if not begun.exists() or begun.read_text(encoding="ascii", errors="replace") != variant:
        return False
    if not condition.examine(environment, {"pip": ""}).is_sound:
        return False
    try:
        answer = subprocess.run(
            [str(python), "-I", "-m", "pip", "--version"],
            env=runtime.worker_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=condition.ASK_SECONDS,
            creationflags=NO_WINDOW,
        )
    except subprocess.TimeoutExpired:
        return False
    return answer.returncode == 0


def _make_empty(python: Python, environment: Path) -> Iterator[Step]:
    install_folder.empty_environment()
    command = [str(python.path), "-I", "-m", "venv", str(environment)]
    said: list[str] = []
    try:
        for line in lines_of(command, runtime.worker_environment()):
            said.append(line)
            yield Step("python", 0.01)
    except subprocess.CalledProcessError as error:
        if install_folder.is_full("\n".join(said)):
            raise install_folder.space_error("more") from error
        raise errors.DreamError("setup.venv", path=python.path, reason=pip_faults.last(said)) from error


def _install(environment: Path, variant: str, wheels: Path | None) -> Iterator[Step]:
    """Let pip install the lock; ``done`` follows the disk's free space, since pip tells no bytes."""
    python, stamp = runtime.environment_python(environment), environment / runtime.STAMP_NAME
    variables = pip_settings.variables(python, offline=wheels is not None)
    _forget_damaged(environment, variant)
    free_before, done = install_folder.free_mb(), 0.02
    said: list[str] = []
    temporary = environment / "downloading"
    owned.make(temporary)
    try:
        for line in lines_of(
            [*_pip(python, wheels), "-r", str(lock_file(variant))],
            {**variables, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))},
        ):
            said.append(line)
            if line.startswith("Installing collected"):
                # From here on the environment is neither the old one nor the new one.
                stamp.unlink(missing_ok=True)
            used = free_before - install_folder.free_mb()
            done = min(0.95, max(done, used / (USED_SHARE * install_folder.NEEDED_MB[variant])))
            yield Step("packages", done, line.strip())
    except subprocess.CalledProcessError as error:
        raise pip_faults.error_of(said, wheels) from error
    finally:
        # What failed before counts; what is left is taken again next time.
        with suppress(OSError):
            owned.delete(temporary)


def _pip(python: Path, wheels: Path | None) -> list[str]:
    source = ["--no-index", "--find-links", str(wheels)] if wheels else []
    return [
        str(python),
        "-I",
        "-m",
        "pip",
        "install",
        "--no-input",
        "--progress-bar=off",
        "--disable-pip-version-check",
        "--only-binary=:all:",
        "--require-hashes",
        *source,
    ]


def _forget_damaged(environment: Path, variant: str) -> None:
    """Let pip install again what isn't there whole, also where an earlier set-up was interrupted in its middle."""
    there = condition.installed(environment)
    wanted = {name: there[name] for name in map(_name, lock(variant)) if name in there}
    damaged = condition.examine(environment, wanted).damaged
    if damaged:
        (environment / runtime.STAMP_NAME).unlink(missing_ok=True)
        condition.forget(environment, damaged)


def _try_tensorflow(environment: Path) -> Iterator[Step]:
    command = [str(runtime.environment_python(environment)), "-I", "-c", TRY_TENSORFLOW]
    said: list[str] = []
    try:
        for line in lines_of(command, {**runtime.worker_environment(), "TF_CPP_MIN_LOG_LEVEL": "3"}):
            said.append(line)
            yield Step("try", 0.98, line)
    except subprocess.CalledProcessError as error:
        raise errors.DreamError("setup.tensorflow", reason=pip_faults.last(said)) from error


def _write_stamp(environment: Path, variant: str) -> None:
    there = sorted(condition.installed(environment).items())
    values = {
        "kind": variant,
        "packages": "\n".join(lock(variant)),
        "base": _base(environment),
        "installed": "\n".join(f"{name}=={version}" for name, version in there),
    }
    atomic.write(environment / runtime.STAMP_NAME, json.dumps(values, indent=1).encode())


def _base(environment: Path) -> str:
    python = probe(runtime.environment_python(environment))
    return str(python.path) if python else ""


def command_path() -> Path:
    """Where the ``deepdream`` command lies, or will lie."""
    scripts = runtime.environment_python(runtime.environment_folder()).parent
    return scripts / ("deepdream.cmd" if sys.platform == "win32" else "deepdream")


def command_text(plugin: Path) -> bytes:
    """The ``deepdream`` command, which runs the core of the installed ``plugin``, or says that its Python is gone."""
    python, launcher = runtime.environment_python(runtime.environment_folder()), plugin / "launch.py"
    gone = errors.DreamError("setup.broken", reason=condition.GONE)
    if sys.platform == "win32":
        lines = [
            "@echo off",
            f'if not exist "{python}" (echo {gone.sentence} {gone.advice}>&2& exit /b 1)',
            f'"{python}" -I "{launcher}" cli %*',
            "",
        ]
        return "\r\n".join(lines).encode("utf-8")
    quoted = shlex.quote(str(python))
    complaint = f"printf '%s\\n' {shlex.quote(gone.sentence)} {shlex.quote(gone.advice)} >&2"
    return (
        f"#!/bin/sh\n[ -x {quoted} ] || {{ {complaint}; exit 1; }}\n"
        f'exec {quoted} -I {shlex.quote(str(launcher))} cli "$@"\n'
    ).encode()


def write_command(plugin: Path) -> bool:
    """Write the command; whether it changed."""
    path, text = command_path(), command_text(plugin)
    if path.exists() and path.read_bytes() == text:
        return False
    atomic.write(path, text)
    path.chmod(0o755)
    return True
