"""The right Python is found, and what is wrong with the others is said."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from krita_deepdream.core import errors
from krita_deepdream.setup import pythons, set_up
from tools import installer

from .conftest import ROOT

GOOD = {
    "path": "",
    "base": "",
    "version": [3, 12, 1],
    "bits": 64,
    "pip": True,
    "machine": "x86_64",
    "system": "linux",
    "libc": "2.36",
    "musl": False,
    "name": "CPython",
    "free_threaded": False,
}


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """A computer whose only Pythons are those that ``add(program, **facts)`` puts on its PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(pythons, "_usual_folders", list)
    monkeypatch.setattr(sys, "executable", "")

    def add(program, **facts):
        path = folder / program
        answer = json.dumps({**GOOD, "path": str(path), "base": str(path), **facts})
        path.write_text(f"#!/bin/sh\necho '{answer}'\n")
        path.chmod(0o755)
        return path

    return add


def test_the_best_version_is_taken_and_not_the_newest(computer):
    computer("python3", version=[3, 14, 0])
    computer("python3.10", version=[3, 10, 4])
    wanted = computer("python3.12")
    computer("python3.13", version=[3, 13, 0])
    assert pythons.best().path == wanted
    assert [python.version[1] for python in pythons.find()] == [12, 13, 10, 14]


def test_one_without_venv_gives_way_to_an_older_one(computer):
    computer("python3.12", pip=False)
    wanted = computer("python3.10", version=[3, 10, 4])
    assert pythons.best().path == wanted


def test_a_name_that_does_not_answer_is_no_python(computer):
    computer("python3.12").write_text("#!/bin/sh\necho 'pyenv: python3.12: command not found' >&2\nexit 127\n")
    assert pythons.find() == []


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("setup.python", {"version": [3, 9, 1]}),
        ("setup.python", {"version": [3, 14, 0]}),
        ("setup.python", {"name": "PyPy"}),
        ("setup.python", {"version": [3, 13, 0], "free_threaded": True}),
        ("setup.python_venv", {"pip": False}),
        ("setup.python_intel_mac", {"system": "darwin"}),
        ("setup.python_machine", {"bits": 32}),
        ("setup.python_machine", {"machine": "riscv64"}),
        ("setup.python_musl", {"musl": True}),
        ("setup.python_store", {"base": "C:/Program Files/WindowsApps/python.exe"}),
    ],
)
def test_what_is_wrong_is_said(computer, code, facts):
    computer("python3", **facts)
    with pytest.raises(errors.DreamError) as caught:
        set_up.choose_python()
    assert caught.value.code == code
    assert "{" not in str(caught.value)


def test_without_any_python_it_says_what_to_install(computer):
    with pytest.raises(errors.DreamError, match=r"none at all.*Install Python 3\.12"):
        set_up.choose_python()


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ("python3.13\npython3.13-venv\npython3.14\npython3.14-venv\npython3.10-doc", "python3.13 python3.13-venv"),
        ("python3.12\npython3.12-venv\npython3.13\npython3.13-venv", "python3.12 python3.12-venv"),
        ("python3.12\npython3.11\npython3.11-venv", "python3.11 python3.11-venv"),
    ],
)
def test_where_only_newer_pythons_are_the_line_to_type_is_one_that_the_distribution_knows(computer, known, line):
    path = computer("apt-cache")
    path.write_text(f"#!/bin/sh\n[ \"$1 $2\" = 'pkgnames python3.1' ] && printf '{known}\\n'\n")
    computer("python3", version=[3, 14, 0])
    with pytest.raises(errors.DreamError) as caught:
        set_up.choose_python()
    assert caught.value.code == "setup.python_offered"
    assert f"“sudo apt install {line}”" in caught.value.advice


def test_where_the_distribution_has_none_of_them_no_line_is_made_up(computer):
    computer("apt-cache").write_text("#!/bin/sh\necho python3.14\n")
    computer("python3", version=[3, 14, 0])
    with pytest.raises(errors.DreamError) as caught:
        set_up.choose_python()
    assert caught.value.code == "setup.python"


def test_the_refusal_comes_before_a_word_about_the_download(computer, home, capsys):
    computer("python3", version=[3, 14, 0])
    with pytest.raises(errors.DreamError):
        installer.make_environment(installer.parse([]))
    assert "MB" not in capsys.readouterr().out


def test_a_chosen_program_that_is_no_python_is_refused(tmp_path):
    with pytest.raises(errors.DreamError) as caught:
        set_up.choose_python(tmp_path / "nothing")
    assert caught.value.code == "setup.python_unreadable"


def test_of_a_virtual_environment_the_base_is_taken():
    found = pythons.probe(sys.executable)
    assert found.version == sys.version_info[:3]
    assert sys.prefix != sys.base_prefix, "this test must run in a virtual environment"
    assert not str(found.path).startswith(sys.prefix)


@pytest.mark.parametrize(
    "name",
    [
        "install.py",
        *(
            f"krita_deepdream/{name}.py"
            for name in ("__init__", "setup/__init__", "setup/pythons", "setup/distribution")
        ),
    ],
)
def test_what_an_old_python_reads_is_in_its_language(name):
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 7))


def test_an_old_python_hands_over_to_a_better_one():
    old = [python for python in pythons.find() if (3, 7) <= python.version < (3, 10)]
    if not old or not pythons.best():
        pytest.skip("no Python 3.7 to 3.9 on this computer")
    answer = subprocess.run([old[0].path, ROOT / "install.py", "--where"], capture_output=True, text=True)
    assert json.loads(answer.stdout)["environment"], answer.stderr
