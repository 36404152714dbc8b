"""Runs these tests once more with the other Qt binding: one process can hold only one."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import BINDING, BINDINGS, WANTED


def test_all_of_it_with_the_other_binding() -> None:
    if WANTED:
        pytest.skip(f"this is the run for {WANTED}")
    other = next(name for name in BINDINGS if name != BINDING)
    if importlib.util.find_spec(other) is None:
        pytest.skip(f"{other} is not installed: the plugin was tried with {BINDING} only")
    played = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(Path(__file__).parent)],
        env={**os.environ, "DEEPDREAM_TEST_QT": other},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert played.returncode == 0, played.stdout[-5000:]
