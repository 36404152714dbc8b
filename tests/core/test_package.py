"""The package as a library: its public names, and the example in its docstring, run as it stands there."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import deepdream_core
from deepdream_core.files import pictures
from deepdream_core.protocol import wire

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", deepdream_core.__all__)
def test_every_public_name_is_there_and_stays_what_it_is(name):
    """Twice, because a loaded module of the same name would hide it the second time."""
    first = getattr(deepdream_core, name)
    assert getattr(deepdream_core, name) is first
    assert not isinstance(first, type(sys))


def test_what_is_told_is_what_can_be_had():
    assert {"__version__", *deepdream_core._HOMES, *deepdream_core._HEAVY} == set(deepdream_core.__all__)
    assert dir(deepdream_core) == sorted(deepdream_core.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="dreamer"):
        _ = deepdream_core.dreamer


def test_the_page_of_the_package_shows_the_same_example():
    page = (ROOT / "deepdream_core" / "README.md").read_text(encoding="utf-8")
    shown = page.split("```python\nimport deepdream_core as dd\n\n")[1].split("```")[0]
    assert shown in textwrap.dedent(deepdream_core.__doc__.split("::\n", 1)[1])


def test_the_example_in_the_docstring_runs(tmp_path):
    sky = np.kron(np.random.default_rng(2).integers(0, 256, (6, 8, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    Image.fromarray(sky).save(tmp_path / "sky.jpg")
    example = textwrap.dedent(deepdream_core.__doc__.split("::\n", 1)[1])
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nimport numpy\narray = numpy.zeros((40, 50, 3))\n"
    run = subprocess.run(
        [sys.executable, "-c", start + example + "print(array.shape, array.dtype)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "100%" in run.stdout
    assert "EfficientNet-Lite0" in run.stdout and "(40, 50, 3) uint8" in run.stdout
    assert pictures.load(tmp_path / "out.png").recipe.settings.seed == 3


def test_a_copy_inside_the_plugin_is_the_one_that_runs(tmp_path):
    """As installed in Krita: the core lies in the plugin's folder, and no other copy is looked at."""
    plugin = tmp_path / "krita_deepdream"
    shutil.copytree(ROOT / "krita_deepdream", plugin, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "deepdream_core", plugin / "deepdream_core", ignore=shutil.ignore_patterns("__pycache__"))
    (plugin / "deepdream_core" / "version.py").write_text('"""Another version."""\n\nVERSION = "nested"\n')
    launch = [sys.executable, "-I", str(plugin / "launch.py")]
    run = subprocess.run([*launch, "cli", "--version"], capture_output=True, text=True, timeout=30, check=True)
    assert run.stdout == "deepdream nested\n"
    hello = b"".join(bytes(piece) for piece in wire.frames(wire.Hello("other")))
    worker = subprocess.run([*launch, "worker"], input=hello, capture_output=True, timeout=30, check=True)
    answer = wire.read(io.BytesIO(worker.stdout))
    assert (answer.code, answer.values) == ("wire.version", {"plugin": "other", "worker": "nested"})
