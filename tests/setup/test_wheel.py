"""The wheel as pip installs it, without this repository: the command dreams, and what it needs is declared."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from .conftest import ROOT

NAME = "deepdream-core"
BUILT_OF = ("pyproject.toml", "LICENSE", "deepdream_core")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, since setuptools leaves folders beside what it builds."""
    source = tmp_path_factory.mktemp("source")
    for name in BUILT_OF:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    target = tmp_path_factory.mktemp("wheel")
    pip(
        Path(sys.executable), "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(target), str(source)
    )
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with nothing but the wheel; the test environment lends its packages."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-I", "-m", "venv", folder], check=True)
    made = folder / "bin" / "python"
    pip(made, "install", "--no-deps", "--no-index", str(wheel))
    packages = subprocess.run(
        [made, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    Path(packages.stdout.strip(), "lent.pth").write_text(sysconfig.get_path("purelib"))
    return made


def pip(python: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [python, "-I", "-m", "pip", "--disable-pip-version-check", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or words == ("check",), done.stdout + done.stderr
    return done


def test_it_carries_what_its_name_says(wheel: Path) -> None:
    assert wheel.name.startswith("deepdream_core-")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    folder = ROOT / "deepdream_core"
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert inside == {path.relative_to(ROOT).as_posix() for path in files}


def test_its_page_is_about_the_package_and_leads_nowhere_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        page = archive.read(name).decode().split("\n\n", 1)[1]
    assert page.strip() == (ROOT / "deepdream_core" / "README.md").read_text(encoding="utf-8").strip()
    assert page.startswith("# deepdream-core") and not re.search(r"\]\(|install\.py|://", page)


def test_what_it_needs_is_declared_in_versions_that_are_tested(python: Path) -> None:
    said = pip(python, "check").stdout.splitlines()
    assert [line for line in said if line.startswith(NAME)] == []


def test_installed_alone_it_dreams(python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    where = [python, "-I", "-c", "import deepdream_core; print(deepdream_core.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(python.parents[1])
    with Image.open(ROOT / "docs" / "sample.jpg") as sample:
        sample.resize((96, 64)).save(tmp_path / "in.png")
    command = [python.with_name("deepdream"), "dream", "in.png", "out.png", "--steps", "1", "--octaves", "1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "in.png") as before, Image.open(tmp_path / "out.png") as after:
        assert after.size == before.size and after.tobytes() != before.tobytes()
