"""A Krita of its own for the walk: a screen as small laptops have it, a bus for screen readers, the plugin, a picture.

Nothing of ours runs inside Krita but the plugin as ``install.py`` puts it there.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.krita import harness

from .accessible import reading
from .hands import Hands, until

SCREEN = (1366, 768)
TOOLS = (*harness.TOOLS, "dbus-daemon", "wmctrl")
BUS_LAUNCHERS = [
    Path(folder) / "at-spi-bus-launcher"
    for folder in ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib/at-spi2", "/usr/libexec/at-spi2")
]
SHOTS = Path(os.environ.get("DEEPDREAM_WALK_SHOTS", harness.ROOT / ".cache" / "walk"))
START_S = 120.0
QUIT_S = 60.0


def missing() -> list[str]:
    """What this machine lacks for the walk; empty if it can be walked."""
    tools = [name for name in TOOLS if not shutil.which(name)]
    launcher = [] if any(path.exists() for path in BUS_LAUNCHERS) else ["at-spi2-core"]
    return list(dict.fromkeys([*harness.missing(), *tools, *launcher]))


@dataclass
class Session:
    """One running Krita, the painter's hands on it, and the folder that its paintings lie in."""

    hands: Hands
    profile: harness.Profile
    process: subprocess.Popen[bytes]
    log: Path
    mark: str

    @property
    def running(self) -> bool:
        """Whether Krita hasn't ended."""
        return self.process.poll() is None

    def ended(self) -> int:
        """Wait until Krita has quit by itself; its exit code."""
        until(lambda: not self.running, "the end of Krita", QUIT_S)
        return int(self.process.returncode)

    def left_behind(self) -> list[str]:
        """The programs of this Krita that outlive it by some seconds; they are ended."""
        return harness.end_marked(self.mark)


@contextmanager
def krita(
    display: str, folder: Path, painting: Path, steps: int = 0, profile: harness.Profile | None = None
) -> Iterator[Session]:
    """Krita, maximised, with ``painting`` open.

    ``steps``: how far dreams go at first, 0 for the default's own. ``profile``: another one than a new one with the
    plugin installed.
    """
    if profile is None:
        profile = harness.Profile.bare(folder / "profile")
        profile.install_plugin()
        if steps:
            profile.choose_steps(steps)
    mark = uuid.uuid4().hex
    environment = {
        **harness.as_on_a_desktop(),
        **profile.environment,
        "DISPLAY": display,
        "LANG": "C.UTF-8",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    }
    log = folder / "krita.log"
    with _bus(environment) as address, open(log, "wb") as out:
        # Only Krita and what it starts are marked, not the programs of the bus.
        environment = {**environment, "DBUS_SESSION_BUS_ADDRESS": address, "DEEPDREAM_TEST_MARK": mark}
        process = subprocess.Popen(
            [*shlex.split(harness.KRITA), "--nosplash", str(painting)],
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            with reading(address, "krita") as reader:
                hands = Hands(display, reader, SHOTS)
                hands.start(START_S)
                yield Session(hands, profile, process, log, mark)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            harness.end_marked(mark)


@contextmanager
def _bus(environment: dict[str, str]) -> Iterator[str]:
    """A message bus of the session's own; gives its address."""
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert bus.stdout
    try:
        yield bus.stdout.readline().strip()
    finally:
        bus.terminate()
        bus.wait(10)
        bus.stdout.close()


def as_kra(picture: Path, folder: Path, display: str) -> Path:
    """The picture as Krita itself makes a painting of it, without a window."""
    target = folder / f"{picture.stem}.kra"
    profile = harness.Profile.bare(folder / "converting")
    environment = {**harness.as_on_a_desktop(), **profile.environment, "DISPLAY": display, "LANG": "C.UTF-8"}
    command = [*shlex.split(harness.KRITA), str(picture), "--export", "--export-filename", str(target)]
    subprocess.run(
        command,
        env=environment,
        check=False,
        timeout=START_S,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert target.exists(), f"Krita made no painting of {picture}"
    return target
