"""What Krita set for its own Python and libraries reaches no other Python."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from krita_deepdream.setup import runtime


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "PYTHONEXECUTABLE",
        "__PYVENV_LAUNCHER__",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "DYLD_LIBRARY_PATH",
        "QT_PLUGIN_PATH",
    ],
)
def test_a_variable_of_kritas_is_taken_out(home, monkeypatch, name):
    monkeypatch.setitem(os.environ, name, "/opt/krita.appimage/usr/lib")
    assert name not in runtime.worker_environment()


def test_everything_else_stays(home, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    monkeypatch.setenv("KERAS_HOME", "/keras")
    found = runtime.worker_environment()
    assert (found["HTTPS_PROXY"], found["KERAS_HOME"], found["PYTHONUTF8"]) == ("http://proxy:1", "/keras", "1")


def test_another_python_starts_where_kritas_own_would_be_in_its_way(home, monkeypatch):
    monkeypatch.setitem(os.environ, "PYTHONHOME", "/opt/krita.appimage/usr")
    subprocess.run([sys.executable, "-c", "import json"], env=runtime.worker_environment(), check=True)
