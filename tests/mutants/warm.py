"""Runs pytest in forks of a process that has loaded what is slow to load, and nothing of ours."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from deepdream_core.system import environment

from .source import ROOT

OURS = ("deepdream_core", "krita_deepdream", "tests", "tools")
SLOW = ("tensorflow", "keras", "h5py", "cv2", "PIL.Image", "imagecodecs", "tifffile", "av", "hypothesis", "requests")
LOOK_SECONDS = 0.05


def load() -> None:
    """Load what is slow."""
    environment.prepare()
    with environment.quiet_standard_error():
        for name in SLOW:
            with suppress(ImportError):
                importlib.import_module(name)


def run(arguments: list[str], folder: Path, most_seconds: float) -> tuple[int | None, str]:
    """pytest's exit code in ``folder`` and what it printed; no code if it took too long."""
    with tempfile.TemporaryFile() as printed:
        child = os.fork()
        if not child:
            _become_pytest(arguments, folder, printed.fileno())
        code = _waited_for(child, most_seconds)
        # Also what it started.
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        printed.seek(0)
        return code, printed.read().decode("utf-8", "replace")


def _become_pytest(arguments: list[str], folder: Path, output: int) -> None:
    code = 70
    try:
        os.setsid()
        for number in (1, 2):
            os.dup2(output, number)
        os.chdir(folder)
        for name in [name for name in sys.modules if name.split(".")[0] in OURS]:
            del sys.modules[name]
        sys.path[:] = [str(folder), *(path for path in sys.path if path not in ("", str(ROOT)))]
        code = int(pytest.main(arguments))
        sys.stdout.flush()
    finally:
        os._exit(code)


def _waited_for(child: int, most_seconds: float) -> int | None:
    end = time.monotonic() + most_seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(LOOK_SECONDS)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
