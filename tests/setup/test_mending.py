"""What is broken in an environment is seen on the disk, whatever its stamp says; it is mended, or made again."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from krita_deepdream.core import errors, owned
from krita_deepdream.setup import doctor, install_folder, plugin_files, runtime, set_up
from tools import packing

from .conftest import ROOT


@pytest.fixture
def ready(begun, tiny_lock):
    """An environment that was set up to its end; gives the folder of its packages."""
    list(set_up.make(None, "cpu", tiny_lock))
    assert set_up.look().is_sound
    return next(runtime.environment_folder().glob("lib/python*/site-packages"))


def mend(wheels):
    return [step.name for step in set_up.make(None, "cpu", wheels)]


def remove_module(packages):
    (packages / "tinyflow.py").unlink()


def cut_module(packages):
    (packages / "tinyflow.py").write_text("")


def remove_all(packages):
    remove_module(packages)
    shutil.rmtree(packages / "tinyflow-1.0.dist-info")


def remove_record(packages):
    (packages / "tinyflow-1.0.dist-info" / "RECORD").unlink()


def spoil_record(packages):
    (packages / "tinyflow-1.0.dist-info" / "RECORD").write_bytes(b"\xff\xfe\x00")


def empty_list(packages):
    for path in (packages / "tinyflow-1.0.dist-info").iterdir():
        path.unlink()


def list_twice(packages):
    shutil.copytree(packages / "tinyflow-1.0.dist-info", packages / "tinyflow-0.9.dist-info")


def other_version(packages):
    (packages / "tinyflow-1.0.dist-info").rename(packages / "tinyflow-0.9.dist-info")


BREAKS = [remove_module, cut_module, remove_all, remove_record, spoil_record, empty_list, list_twice, other_version]


@pytest.mark.parametrize("spoil", BREAKS)
def test_a_package_that_is_not_there_whole_is_named_and_installed_again(ready, tiny_lock, spoil):
    spoil(ready)
    assert set_up.changes("cpu") == [], "by its stamp all is well"
    assert set_up.look().damaged == ("tinyflow",)
    found = [finding for finding in doctor.examine() if "tinyflow" in finding.what]
    assert len(found) == 1 and "Rebuild" in found[0].mend and "--doctor" not in found[0].mend
    assert "python" not in mend(tiny_lock), "the rest stays as it is"
    assert set_up.look().is_sound
    assert "1.0" in (ready / "tinyflow.py").read_text()


def test_by_a_stamp_of_version_0_1_0_a_missing_package_is_seen_too(ready):
    path = runtime.environment_folder() / runtime.STAMP_NAME
    stamp = json.loads(path.read_text())
    del stamp["installed"]
    path.write_text(json.dumps(stamp))
    assert set_up.look().is_sound
    remove_all(ready)
    assert set_up.look().damaged == ("tinyflow",)


def test_compiled_files_may_come_and_go(ready):
    for path in ready.rglob("*.pyc"):
        path.unlink()
    assert set_up.look().is_sound


def lose_python():
    link = runtime.environment_python(runtime.environment_folder())
    link.unlink()
    link.symlink_to("/nowhere/python3")


def break_python():
    python = runtime.environment_python(runtime.environment_folder())
    python.unlink()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)


def change_python():
    folder = next(runtime.environment_folder().glob("lib/python*"))
    folder.rename(folder.with_name("python3.2"))


def lose_configuration():
    (runtime.environment_folder() / "pyvenv.cfg").unlink()


def lose_pip():
    packages = next(runtime.environment_folder().glob("lib/python*/site-packages"))
    shutil.rmtree(packages / "pip" / "_internal")


@pytest.mark.parametrize("spoil", [lose_python, break_python, change_python, lose_configuration, lose_pip])
def test_where_its_python_or_pip_is_of_no_use_it_is_made_again(ready, tiny_lock, python, spoil):
    spoil()
    assert set_up.changes("cpu") or not set_up.look().is_sound
    assert [finding for finding in doctor.examine() if finding.mend in (doctor.REPAIR, doctor.RUN_INSTALLER)]
    assert next(iter(names := [step.name for step in set_up.make(python, "cpu", tiny_lock)])) == "python", names
    assert set_up.look().is_sound
    assert runtime.worker_python()


def test_half_a_package_of_an_interrupted_set_up_is_installed_again(ready, tiny_lock):
    (runtime.environment_folder() / runtime.STAMP_NAME).unlink()
    cut_module(ready)
    mend(tiny_lock)
    assert "1.0" in (ready / "tinyflow.py").read_text()


def test_rebuilding_begins_from_nothing(ready, tiny_lock, python):
    (ready / "left over.py").touch()
    steps = [step.name for step in set_up.make(python, "cpu", tiny_lock, rebuild=True)]
    assert steps[0] == "python"
    assert not (ready / "left over.py").exists()
    assert set_up.look().is_sound


def test_an_environment_of_others_is_neither_emptied_nor_deleted(home, tiny_lock, python, tmp_path, monkeypatch):
    """A painter who points us to a project's folder, which has an ``env`` of its own."""
    project = tmp_path / "project"
    letter = project / "env" / "bin" / "letter"
    letter.parent.mkdir(parents=True)
    letter.touch()
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(project))
    for rebuild in (False, True):
        with pytest.raises(errors.DreamError) as caught:
            list(set_up.make(python, "cpu", tiny_lock, rebuild))
        assert caught.value.code == "setup.environment"
    install_folder.remove()
    assert letter.exists()
    assert sorted(path.name for path in project.rglob("*")) == ["bin", "env", "letter"]


def test_an_environment_of_version_0_1_0_is_known_as_ours(begun, tiny_lock, python, monkeypatch, tmp_path):
    shared = tmp_path / "shared"
    shutil.copytree(runtime.environment_folder(), shared / "env", symlinks=True)
    (shared / "a letter.txt").touch()
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(shared))
    assert not owned.is_ours(shared / "env")
    list(set_up.make(python, "cpu", tiny_lock, rebuild=True))
    assert owned.is_ours(shared / "env")
    install_folder.remove()
    assert [path.name for path in shared.iterdir()] == ["a letter.txt"]


def run(command, *words):
    return subprocess.run([command, *words], capture_output=True, text=True)


@pytest.fixture
def command(ready, tmp_path):
    """The command ``deepdream`` of an installed plugin, in an environment that lacks nearly everything."""
    packing.copy(ROOT, tmp_path)
    set_up.write_command(plugin_files.installed(tmp_path))
    return set_up.command_path()


def test_the_command_says_in_two_lines_that_a_package_is_missing(command):
    answer = run(command, "--help")
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr and len(answer.stderr.splitlines()) == 2
    assert "numpy" in answer.stderr and "Rebuild" in answer.stderr and "python3 install.py" in answer.stderr


def test_the_command_says_in_two_lines_that_a_package_is_only_half_there(command, ready):
    (ready / "numpy").mkdir()
    (ready / "numpy" / "__init__.py").write_text("def broken(:\n")
    answer = run(command, "--help")
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr and len(answer.stderr.splitlines()) == 2


def test_the_command_says_in_two_lines_that_its_python_is_gone(command):
    lose_python()
    answer = run(command, "--help")
    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 2
    assert "its Python is gone" in answer.stderr


def test_after_a_move_the_environment_serves_and_the_command_is_written_again(command, tmp_path, monkeypatch):
    moved = tmp_path / "other disk" / "dreams"
    moved.parent.mkdir()
    shutil.move(runtime.data_folder(), moved)
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(moved))
    assert set_up.changes("cpu") == [] and set_up.look().is_sound
    assert run(set_up.command_path(), "--help").returncode == 1
    assert set_up.write_command(plugin_files.installed(tmp_path))
    assert "numpy" in run(set_up.command_path(), "--help").stderr, "it runs, as far as it can here"
