"""The examples of docs/python.md run as they stand, one after the other, and show every public name."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import deepdream_core

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "python.md").read_text(encoding="utf-8")


def examples() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_they_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(2).integers(0, 256, (64, 80, 4), np.uint8)
    Image.fromarray(noise).save("sky.png")
    names: dict[str, object] = {}
    for example in examples():
        exec(compile(example, "docs/python.md", "exec"), names)
    with Image.open("out.png") as dreamed:
        assert dreamed.size == (80, 64) and (np.asarray(dreamed)[..., 3] == noise[..., 3]).all()


def test_they_show_every_public_name():
    shown = "\n".join(examples())
    assert [name for name in deepdream_core.__all__ if name != "__version__" and f"dd.{name}" not in shown] == []


def test_the_site_builds_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=DOCS.parent, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "dream_array" in (tmp_path / "python.html").read_text(encoding="utf-8")
