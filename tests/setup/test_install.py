"""``python3 install.py`` as a newcomer types it: an empty home, the real packages, a dream at the end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from tests import independent

from .conftest import ROOT

SECOND_RUN_SECONDS = 30
LEAST_GAIN = 3
DEFAULT_PRESETS_LAYER = "b10"


def at_a_terminal():
    """Ctrl-C works, even if these tests run in a background that ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Newcomer:
    """A person with an empty home folder, nothing set, and a checkout that nobody else works in."""

    def __init__(self, folder):
        self.home = folder / "home"
        self.home.mkdir()
        self.checkout = folder / "krita-deepdream"
        shutil.copytree(ROOT, self.checkout, ignore=shutil.ignore_patterns(".*", "__pycache__", "dist", "build"))
        self.data = self.home / ".local/share/krita-deepdream"

    def start(self, *words):
        foreign = ("XDG_", "KRITA_", "DEEPDREAM_", "PYTHON", "QT_", "VIRTUAL_ENV", "KERAS_")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return subprocess.Popen(
            [sys.executable, "install.py", *words],
            cwd=self.checkout,
            env={**variables, "HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            preexec_fn=at_a_terminal if sys.platform != "win32" else None,
        )

    def types(self, *words):
        """Exit code, stdout and stderr of ``install.py`` with these words."""
        process = self.start(*words)
        said, complained = process.communicate()
        return process.returncode, said, complained

    def files(self):
        """Path → (size, time of change) of every file in the home folder that isn't pip's or rustup's own."""
        # pip asks a Rust compiler, where there is one, for its version.
        others = {".cache", ".rustup"}
        paths = [path for path in self.home.rglob("*") if path.is_file() and not others & set(path.parts)]
        facts = {path: path.lstat() for path in paths if "__pycache__" not in path.parts}
        return {str(path.relative_to(self.home)): (fact.st_size, fact.st_mtime_ns) for path, fact in facts.items()}


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    """Somebody whose first try was interrupted while packages were coming, and who then typed the same again."""
    somebody = Newcomer(tmp_path_factory.mktemp("newcomer"))
    process = somebody.start()
    for line in process.stdout:
        if "Downloading" in line or "Collecting" in line:
            process.send_signal(signal.SIGINT)
            break
    assert process.wait(60) == 130
    assert "to resume" in process.stderr.read()
    code, said, complained = somebody.types()
    assert code == 0, said + complained
    somebody.said = said
    return somebody


def test_the_size_is_said_first(newcomer):
    lines = newcomer.said.splitlines()
    assert "MB to download" in lines[0]


def test_the_first_dream_is_plainly_a_dream(newcomer):
    both = np.asarray(Image.open(newcomer.data / "first-dream.png"))
    width = (both.shape[1] - 12) // 2
    before, after = both[:, :width], both[:, -width:]
    sample = np.asarray(Image.open(ROOT / "docs/sample.jpg"))
    assert np.array_equal(before, sample)
    assert independent.gain(before, after, DEFAULT_PRESETS_LAYER) >= LEAST_GAIN


def test_a_second_run_changes_nothing_and_is_quick(newcomer):
    before, start = newcomer.files(), time.monotonic()
    code, said, _ = newcomer.types()
    assert code == 0
    assert time.monotonic() - start < SECOND_RUN_SECONDS
    assert newcomer.files() == before
    assert "already installed" in said


def test_the_doctor_is_content(newcomer):
    code, said, complained = newcomer.types("--doctor")
    assert code == 0, said + complained
    assert "The worker responds" in said


def test_the_paths_are_told_and_the_command_works(newcomer):
    paths = json.loads(newcomer.types("--where")[1])
    assert paths["plugins"] == [str(newcomer.home / ".local/share/krita/pykrita/krita_deepdream")]
    version = subprocess.run([paths["command"], "--version"], capture_output=True, text=True, check=True)
    assert paths["version"] in version.stdout
    installed = subprocess.run([paths["python"], "-I", "-c", "import deepdream_core"], capture_output=True)
    assert installed.returncode, "the environment must not hold a copy of our code"


def test_what_is_broken_is_found_and_mended(newcomer):
    plugin = newcomer.home / ".local/share/krita/pykrita/krita_deepdream"
    (plugin / "deepdream_core" / "protocol" / "wire.py").write_text("spoiled")
    code, said, _ = newcomer.types("--doctor")
    assert code == 1
    assert "differs from the version" in said
    assert newcomer.types()[0] == 0
    assert newcomer.types("--doctor")[0] == 0


def test_a_deleted_package_is_found_and_mended(newcomer):
    shutil.rmtree(next(newcomer.data.glob("env/lib/python*/site-packages/numpy")))
    command = subprocess.run([newcomer.data / "env/bin/deepdream", "--help"], capture_output=True, text=True)
    assert command.returncode == 1
    assert "numpy" in command.stderr and "Traceback" not in command.stderr
    code, said, _ = newcomer.types("--doctor")
    assert code == 1
    assert "damaged or missing: numpy" in said and "--doctor" not in said
    code, said, complained = newcomer.types()
    assert code == 0, said + complained
    assert "to be downloaded again: numpy" in said
    assert newcomer.types("--doctor")[0] == 0


def test_afterwards_nothing_is_left(newcomer):
    """The last one: it takes everything away."""
    code, said, complained = newcomer.types("--uninstall")
    assert code == 0, said + complained
    assert set(newcomer.files()) == {".config/kritarc"}
    assert (newcomer.home / ".config/kritarc").read_text() == "[python]\n"
