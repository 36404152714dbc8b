"""Runs every test in an environment of its own: ``python3 install.py --test``.

The environment is made as a user's is, plus pytest and the like; it stays in the user's cache folder for
the next time. Three lanes run side by side: real Krita and the plugin's tests mostly wait, and what computes beside
them gives way. A lane that is through takes what is left of the others.
What a part prints is printed when it ends. What can't run here is left out, and said loudly at the end.
Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from krita_deepdream.core import errors, folders
from krita_deepdream.setup import runtime, set_up

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
# Program → Debian package; then what the wheels of PyQt need on a machine without a desktop.
PROGRAMS = {"krita": "krita", "Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool"}
# The walk needs these too.
WALKERS = {
    "wmctrl": "wmctrl",
    "dbus-daemon": "dbus-daemon",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
}
LIBRARIES = (
    "python3-pyqt5",
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "fonts-dejavu-core",
    "krita-l10n",
    "gettext",
)
SPECIAL = ("plugin", "setup", "krita", "walk")
# More than the worker's own: a worker that shares its time with three tests seems dead to whoever waits in Krita.
YIELDING = ("nice", "-n", "19")
PRINTING = threading.Lock()


@dataclass(frozen=True)
class Part:
    """A command to run; ``absent``: why it can't run here, empty if it can."""

    name: str
    command: list[str]
    variables: dict[str, str]
    absent: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a part ended; ``code`` is ``None`` if it was left out."""

    part: Part
    code: int | None
    seconds: float


def main(long: bool) -> int:
    """Run all parts; 0 if every part that could run was green."""
    start = time.monotonic()
    without_krita = install_programs()
    python = test_python()
    outcomes = [Outcome(Part("set-up", [], {}), 0, time.monotonic() - start)]
    in_krita, core, widgets = lanes(python, long, without_krita)
    orders = [(in_krita, core, widgets), (core, widgets, in_krita), (widgets, core, in_krita)]
    with ThreadPoolExecutor() as pool:
        for lane in pool.map(run_lane, orders):
            outcomes += lane
    print("\n" + "\n".join(map(row, outcomes)), flush=True)
    for outcome in outcomes:
        if outcome.part.absent:
            print(f"\n!!! LEFT OUT: {outcome.part.name}: {outcome.part.absent}", flush=True)
    print(f"\n{time.monotonic() - start:.0f} s in all", flush=True)
    return 1 if any(outcome.code for outcome in outcomes) else 0


def lanes(python: Path, long: bool, without_krita: str) -> tuple[deque[Part], deque[Part], deque[Part]]:
    """What there is to run: in Krita, what computes, and the widgets; the parts of each lane one after the other."""
    extra = ["--long"] if long else []
    pytest = [str(python), "-m", "pytest", "-q", *extra]
    others = [f"--ignore=tests/{name}" for name in SPECIAL]
    five, six = {"DEEPDREAM_TEST_QT": "PyQt5"}, {"DEEPDREAM_TEST_QT": "PyQt6"}
    yielding = YIELDING if shutil.which(YIELDING[0]) else ()
    computing = [*yielding, *pytest]

    def covering(package: str) -> list[str]:
        return [*yielding, str(python), "-m", "tests.covered", package, "-q", *extra]

    in_krita = [
        Part("ruff", [str(python), "-m", "ruff", "check", "."], {}),
        Part("format", [str(python), "-m", "ruff", "format", "--check", "."], {}),
        Part("mypy", [str(python), "-m", "mypy"], {}),
        Part("real Krita", [*pytest, "tests/krita"], {}, without_krita),
        Part("walk", [*pytest, "tests/walk"], {}, without_krita or unwalkable(python)),
    ]
    core = [
        Part("core", [*covering("deepdream_core"), *others, "tests"], {}),
        Part("setup", [*computing, "tests/setup"], {}),
    ]
    widgets = [
        Part("plugin with PyQt5", [*covering("krita_deepdream"), "tests/plugin"], five),
        Part("plugin with PyQt6", [*computing, "tests/plugin"], six),
    ]
    if long:
        widgets.append(Part("mutants", [*yielding, str(python), "-m", "tests.mutants"], five))
    return deque(in_krita), deque(core), deque(widgets)


def run_lane(lanes: Sequence[deque[Part]]) -> list[Outcome]:
    """Run the parts of the first lane one after the other, then what is left of the next ones."""
    return [run(part) for part in taken(lanes)]


def taken(lanes: Sequence[deque[Part]]) -> Iterator[Part]:
    """Each part that no other thread has taken."""
    for lane in lanes:
        with suppress(IndexError):
            while True:
                yield lane.popleft()


def run(part: Part) -> Outcome:
    """Run one part and print what it said."""
    start = time.monotonic()
    if part.absent:
        outcome, said = Outcome(part, None, 0), f"left out: {part.absent}\n"
    else:
        print(f"{part.name} …", flush=True)
        ended = subprocess.run(
            part.command,
            cwd=ROOT,
            env={**os.environ, **part.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        outcome, said = Outcome(part, ended.returncode, time.monotonic() - start), ended.stdout.decode(errors="replace")
    with PRINTING:
        print(f"\n=== {part.name} " + "=" * (90 - len(part.name)) + f"\n{said}", flush=True)
    return outcome


def row(outcome: Outcome) -> str:
    """One line of the closing table."""
    result = {None: "LEFT OUT", 0: "green"}.get(outcome.code, f"RED (exit code {outcome.code})")
    return f"{outcome.part.name:20} {outcome.seconds:6.0f} s  {result}"


def install_programs() -> str:
    """Install Krita and a virtual screen where that is possible; else why real Krita can't be tried."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if not missing and all(map(shutil.which, WALKERS)):
        return ""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        absent = f"{', '.join(missing)} not found, and only root on Debian or Ubuntu installs that by itself"
        return absent if missing else ""
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = [*PROGRAMS.values(), *WALKERS.values(), *LIBRARIES]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        if subprocess.call([apt, "-q", *command], env=variables, stdin=subprocess.DEVNULL):
            return f"apt-get {command[0]} failed (see above)"
    return ""


def unwalkable(python: Path) -> str:
    """Why nobody can walk through Krita from outside here; empty if somebody can."""
    code = "from tests.walk import session; print(', '.join(session.missing()))"
    asked = subprocess.run([str(python), "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    absent = asked.stdout.strip() or asked.stderr.strip()
    return f"{absent} not found" if absent else ""


def test_python() -> Path:
    """The Python of the tests' environment, which is made or brought up to date first."""
    kept = cache_folder() / hashlib.sha256(set_up.lock_file("cpu").read_bytes()).hexdigest()[:12]
    os.environ[folders.HOME_VARIABLE] = str(kept)
    try:
        if set_up.changes("cpu"):
            for step in set_up.make(None, "cpu"):
                if step.detail.startswith(("Downloading", "  Downloading", "Python", "TensorFlow")):
                    print(step.detail, flush=True)
        python = runtime.worker_python()
    finally:
        del os.environ[folders.HOME_VARIABLE]
    if python is None:
        raise errors.DreamError("worker.missing")
    add_test_packages(python, kept / "tests-ready")
    return python


def add_test_packages(python: Path, stamp: Path) -> None:
    """Install ``tests/requirements.txt`` unless that was done."""
    if stamp.exists() and stamp.read_bytes() == REQUIREMENTS.read_bytes():
        return
    command = [str(python), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*command, "-r", str(REQUIREMENTS)], check=True, stdin=subprocess.DEVNULL)
    shutil.copyfile(REQUIREMENTS, stamp)


def cache_folder() -> Path:
    """Where the tests' environments are kept."""
    home = Path.home()
    if sys.platform == "win32":
        parent = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        parent = home / "Library" / "Caches"
    else:
        parent = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return parent / "krita-deepdream-tests"
