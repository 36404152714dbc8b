"""Starts a real Krita on a virtual screen with a profile of its own, plays scenarios in it and reports.

The Krita to try is the command in the environment variable ``KRITA`` (default ``krita``), for example
``chroot /somewhere krita``; the worker runs on this Python.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from krita_deepdream.core import presets
from krita_deepdream.setup import krita_folders, runtime, set_up
from tests.chosen import choose_fp32
from tools import packing

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KRITA = os.environ.get("KRITA", "krita")
PROFILES = ROOT / ".cache" / "krita-profiles"
SHARED = Path(os.environ.get("DEEPDREAM_SHARED", ROOT.parent / "shared"))
PHOTOS = [SHARED / "photos" / "clouds_1024x575.jpg", ROOT / "docs" / "sample.jpg"]
LONGEST = 600  # seconds for one run of Krita
FIRST_START = 180
# pytest's own patience ends later, or nobody would hear what Krita was at: a file may begin with several Kritas.
PATIENCE = 3 * LONGEST
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# No scenario means to provoke any of these: Krita shows the painter "Script error", and ends only when that is closed.
COMPLAINT = re.compile(r"Traceback \(most recent call|has been deleted|Script error")
LINES_TOLD = 30
TOOLS = ("Xvfb", "openbox", "xdotool")


def as_on_a_desktop() -> dict[str, str]:
    """This process' environment without what a Python leaves in it.

    Krita's own Python takes its packages from beside the first ``python3`` in PATH: that must be the system's.
    """
    left = ("PYTHON", "PYENV_", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left)}
    return {**kept, "PATH": SYSTEM_PATH}


def missing() -> list[str]:
    """What this machine lacks for the real Krita tests; empty if they can run."""
    return [name for name in (*shlex.split(KRITA), *TOOLS) if not name.startswith("-") and not _found(name)]


@contextmanager
def screen(width: int = 1600, height: int = 1000) -> Iterator[str]:
    """A virtual X screen with a window manager; gives the display's name."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-noreset", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        display = f":{answer.readline().strip()}"
    windows = subprocess.Popen(
        ["openbox"], env={**os.environ, "DISPLAY": display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield display
    finally:
        for process in (windows, server):
            process.terminate()
            process.wait(10)


@dataclass(frozen=True)
class Played:
    """What came out of one run of Krita. ``exit_code`` is ``None`` if it had to be killed."""

    folder: Path
    report: dict[str, Any]
    exit_code: int | None
    seconds: float
    left_behind: list[str]
    complaints: list[str]  # what the logs of Krita and of the plugin tell of tracebacks and of deleted widgets

    def __getitem__(self, scenario: str) -> Seen:
        """What ``scenario`` saw; ``AssertionError`` with its story if it failed or never ended."""
        happened = self.report.get("scenarios", {}).get(scenario)
        assert happened is not None, f"Krita did not get to it: {self._end()}"
        assert happened["error"] is None, happened["error"]
        assert happened["seconds"] is not None, self._end()
        return Seen(self.folder, happened["values"])

    def ended_well(self) -> None:
        """``AssertionError`` unless all was played, nothing was raised in between, and Krita ended by itself."""
        assert self.report["between"] == ""
        assert self.report["finished"], self._end()
        assert self.exit_code == 0, self._end()

    def _end(self) -> str:
        """How Krita ended, what was being played then, and its last words."""
        how = f"was killed after {self.seconds:.0f} s" if self.exit_code is None else f"ended with {self.exit_code}"
        scenarios = self.report.get("scenarios", {})
        playing = [name for name, each in scenarios.items() if each["seconds"] is None]
        at = f"in {playing[0]}" if playing else f"after {', '.join(scenarios) or 'nothing'}"
        words = (self.folder / "krita.log").read_text(errors="replace")[-3000:]
        return f"Krita {how} {at}:\n{words}"


@dataclass(frozen=True)
class Seen:
    """The values that a scenario noted."""

    folder: Path
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        """The noted value; kept bytes come as an array."""
        value = self.values[name]
        if isinstance(value, dict) and set(value) == {"file", "shape"}:
            data = (self.folder / value["file"]).read_bytes()
            kind = {1: "u1", 2: "<u2", 4: "<f4"}[len(data) // int(np.prod(value["shape"]))]
            return np.frombuffer(data, kind).reshape(value["shape"])
        return value


@dataclass(frozen=True)
class Profile:
    """A private home for one Krita: its settings, plugins and data; and the picture that its scenarios open."""

    folder: Path
    photo: Path

    @property
    def environment(self) -> dict[str, str]:
        """Variables that keep Krita, the plugin and the worker inside this profile."""
        return {
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.data),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "TMPDIR": str(self.folder / "tmp"),
            "KRITA_DEEPDREAM_HOME": str(self.folder / "deepdream"),
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        }

    @property
    def data(self) -> Path:
        """What Krita calls the user's data folder."""
        return self.folder / "data"

    def install_plugin(self) -> None:
        """Install the plugin as ``install.py`` does, over an environment that is this Python's own."""
        packing.copy(ROOT, self.data / "krita")
        settings = self.folder / "config" / "kritarc"
        settings.write_bytes(krita_folders.switched(settings.read_bytes(), on=True))
        self._link_environment(self.folder / "deepdream" / "env")
        choose_fp32(self.folder / "deepdream")

    def choose_steps(self, steps: int) -> None:
        """Let the docker begin with the default preset at that many steps: most of a play's time goes into dreams."""
        chosen = presets.preset(presets.DEFAULT_PRESET).settings.replace({"steps": steps})
        kept = {"preset": presets.DEFAULT_PRESET, "settings": chosen.to_dict(), "strength": 100.0}
        (self.folder / "deepdream" / "docker.json").write_text(json.dumps(kept), encoding="utf-8")

    def _link_environment(self, folder: Path) -> None:
        """This Python's environment as one of the profile's own: set-up looks whether its packages lie in its folders.

        The folders down to the packages are made, what is in them is linked.
        """
        prefix, packages = Path(sys.prefix), Path(sysconfig.get_path("purelib"))
        made = [prefix / "bin", *reversed([packages, *packages.parents][: len(packages.relative_to(prefix).parts)])]
        for each in made:
            inside = folder / each.relative_to(prefix)
            inside.mkdir(parents=True, exist_ok=True)
            for child in each.iterdir():
                if child not in made:
                    (inside / child.name).symlink_to(child)
        shutil.copy(prefix / "pyvenv.cfg", folder)
        if (prefix / "share").exists():  # some packages have their manuals there
            (folder / "share").symlink_to(prefix / "share")
        stamp = {"kind": "cpu", "packages": "\n".join(set_up.lock("cpu")), "base": sys.executable}
        (folder / runtime.STAMP_NAME).write_text(json.dumps(stamp))

    @classmethod
    def bare(cls, folder: Path, photo: Path | None = None) -> Profile:
        """A new profile from the cached one (if there is one), with nothing in it but Krita's own."""
        found = photo or next(path for path in PHOTOS if path.exists())
        # Beside the picture Krita leaves an autosave when it is killed, and the next one asks about that.
        profile = cls(folder, folder / found.name)
        if _cached().exists():
            shutil.copytree(_cached(), profile.data / "krita")
        for name in ("config", "data/krita/pykrita", "data/krita/actions", "cache", "run", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(found, profile.photo)
        (folder / "config" / "kritarc").touch()
        (folder / "config" / "kritadisplayrc").write_text("[General]\nOpenGLRenderer=none\n")
        return profile

    @classmethod
    def make(cls, folder: Path, photo: Path | None = None) -> Profile:
        """A bare profile with the driver switched on."""
        profile = cls.bare(folder, photo)
        (folder / "config" / "kritarc").write_text("[python]\nenable_deepdream_driver=true\n")
        shutil.copytree(HERE / "driver", profile.data / "krita" / "pykrita", dirs_exist_ok=True)
        return profile


def ensure_cached_profile(display: str, scratch: Path) -> None:
    """Let Krita fill an empty profile once and keep the result: it takes 10 to 20 seconds."""
    if _cached().exists():
        return
    profile = Profile.make(scratch / "first")
    played = play(profile, display, scratch / "first-report", "nothing", [], FIRST_START)
    assert played.report.get("finished"), f"Krita's first start failed: {played}"
    shutil.rmtree(profile.data / "krita" / "pykrita")
    _cached().parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(profile.data / "krita", _cached())


def play(
    profile: Profile, display: str, folder: Path, scenarios: str, names: list[str], longest: float = LONGEST
) -> Played:
    """Start Krita, play the named scenarios of ``scenarios/….py`` in it and wait until it has quit by itself.

    After ``longest`` seconds it is killed.
    """
    script = HERE / "scenarios" / f"{scenarios}.py"
    # Without it the driver isn't loaded, and nobody ends that Krita.
    assert script.exists(), f"there is no {script}"
    folder.mkdir(parents=True)
    mark = uuid.uuid4().hex
    environment = {
        **as_on_a_desktop(),
        **profile.environment,
        "DISPLAY": display,
        "LANG": "C.UTF-8",
        "DEEPDREAM_TEST_MARK": mark,
        "DEEPDREAM_SCENARIOS": str(script),
        "DEEPDREAM_SCENARIO_NAMES": " ".join(names),
        "DEEPDREAM_REPORT": str(folder),
        "DEEPDREAM_PHOTO": str(profile.photo),
    }
    began = time.monotonic()
    with open(folder / "krita.log", "wb") as log:
        krita = subprocess.Popen(
            [*shlex.split(KRITA), "--nosplash"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            exit_code = _wait(krita, longest)
            took = time.monotonic() - began
        finally:
            left_behind = end_marked(mark)  # whoever interrupts us: the next Krita has the screen for itself
    report = folder / "report.json"
    seen = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    logs = [folder / "krita.log", *(profile.folder / "deepdream" / "logs").glob("*.log*")]
    return Played(folder, seen, exit_code, took, left_behind, [found for log in logs for found in _complaints(log)])


def _complaints(log: Path) -> list[str]:
    """Each with the lines that follow it."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [number for number, line in enumerate(lines) if COMPLAINT.search(line)]
    return ["\n".join([log.name, *lines[number : number + LINES_TOLD]]) for number in found]


def _wait(krita: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return krita.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(krita.pid, signal.SIGKILL)
        krita.wait()
        return None


def end_marked(mark: str, patience: float = 3.0) -> list[str]:
    """Command lines of the processes of this run that outlive Krita by ``patience`` seconds; they are ended."""
    end = time.monotonic() + patience
    while (found := _marked(mark)) and time.monotonic() < end:
        time.sleep(0.1)
    for process in found:
        os.kill(process, signal.SIGKILL)
    return list(found.values())


def _marked(mark: str) -> dict[int, str]:
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if mark.encode() in (entry / "environ").read_bytes():
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found[int(entry.name)] = command
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended while we looked, or is somebody else's
    return found


def _cached() -> Path:
    return PROFILES / re.sub(r"\W+", "_", KRITA)


def _found(name: str) -> bool:
    return shutil.which(name) is not None or Path(name).exists()
