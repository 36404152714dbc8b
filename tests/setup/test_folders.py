"""Folders are taken as they are meant: links, relative paths, ~, no home; and install.py finds its own modules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from krita_deepdream.core import errors, folders, owned
from krita_deepdream.setup import doctor, install_folder, krita_folders, runtime, set_up

from .conftest import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the folders of Linux")


def install(home, *words, cwd=ROOT, options=(), **variables):
    """``install.py`` with an empty home, somewhere, with options of Python's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "KRITA_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, *options, ROOT / "install.py", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**kept, "HOME": str(home), **variables},
    )


def data_of(answer):
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)["data"]


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("dd", "dd"),
        ("art/dd", "art/dd"),
        ("~/dd", "dd"),
        ("~", "."),
        (" ", ".local/share/krita-deepdream"),
    ],
)
def test_our_variable_means_the_same_folder_from_everywhere(home, tmp_path, value, where):
    for cwd in (ROOT, tmp_path):
        found = data_of(install(home, "--where", cwd=cwd, KRITA_DEEPDREAM_HOME=value))
        assert found == str(home / where)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("~/.local/share", ".local/share"),
        ("~/data", "data"),
        ("relative/data", ".local/share"),
        ("", ".local/share"),
    ],
)
def test_a_data_home_that_is_no_whole_path(home, tmp_path, value, where):
    answer = install(home, "--where", cwd=tmp_path, XDG_DATA_HOME=value)
    assert data_of(answer) == str(home / where / "krita-deepdream")
    resources = json.loads(answer.stdout)["krita_resources"]
    assert resources == [str(home / ".local/share/krita")], "where Krita looks, which heeds whole paths only"
    assert not (tmp_path / "~").exists()


def test_a_data_home_that_is_no_whole_path_is_told_by_the_doctor(home, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "~/.local/share")
    assert [finding for finding in doctor.examine() if "XDG_DATA_HOME" in finding.what and finding.mend]


def test_a_relative_configuration_home_is_left_out(home, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "settings")
    assert krita_folders.configuration_file() == home / ".config" / "kritarc"


def test_without_any_home_one_sentence_says_what_to_set(monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.setattr("pwd.getpwuid", lambda number: {}[number])
    for name in ("XDG_DATA_HOME", "KRITA_DEEPDREAM_HOME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(errors.DreamError) as caught:
        folders.data_folder()
    assert caught.value.code == "folder.home"
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", "/somewhere/dd")
    assert str(folders.data_folder()) == "/somewhere/dd"
    assert folders.without_home("/somewhere") == "/somewhere"


@pytest.mark.parametrize("there", [True, False])
def test_a_data_folder_that_is_a_link_to_another_disk(begun, tiny_lock, tmp_path, there):
    data = runtime.data_folder()
    disk = tmp_path / "disk" / "dreams"
    disk.parent.mkdir()
    shutil.move(data, disk)
    data.symlink_to(disk)
    if not there:
        shutil.rmtree(disk)
        install_folder.claim()
        assert owned.is_ours(disk), "it is made where the link leads to"
    else:
        list(set_up.make(None, "cpu", tiny_lock))
        assert runtime.worker_python()
    install_folder.remove()
    assert not disk.exists() and not data.is_symlink()
    assert disk.parent.exists()


def test_uninstalling_through_a_link(home, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    link = home / ".local/share/krita-deepdream"
    link.parent.mkdir(parents=True)
    link.symlink_to(disk)
    install_folder.claim()
    (disk / "logs").mkdir()
    answer = install(home, "--uninstall")
    assert answer.returncode == 0, answer.stderr
    assert f"{link} was deleted." in answer.stdout
    assert not disk.exists()


def test_uninstalling_keeps_rescued_dreams_and_says_where_they_are(home, tmp_path):
    """Also those of a folder that was left for another."""
    install_folder.claim()
    places = [runtime.data_folder() / "rescued"]
    install_folder.choose(tmp_path / "disk")
    install_folder.claim()
    places.append(runtime.data_folder() / "rescued")
    for place in places:
        place.mkdir()
        (place / "out-dream.png").touch()
    (runtime.data_folder() / "logs").mkdir()
    answer = install(home, "--uninstall")
    assert answer.returncode == 0, answer.stderr
    for place in places:
        assert str(place) in answer.stdout.partition("are kept in ")[2].splitlines()[0]
        assert [path.name for path in place.parent.iterdir() if path.name != owned.RECORD] == ["rescued"]
        assert (place / "out-dream.png").exists()
    assert "was kept" not in answer.stdout
    shutil.rmtree(places[0])
    install_folder.remove()
    assert not places[0].parent.exists(), "it is still ours"


def test_what_a_killed_process_had_begun_is_no_rescued_dream(home):
    install_folder.claim()
    place = runtime.data_folder() / "rescued"
    place.mkdir()
    (place / ".deepdream-0123abcd.png").touch()
    assert install_folder.rescued() == [] == install_folder.remove()
    assert not place.parent.exists()


def test_an_empty_folder_is_told_also_where_another_has_rescued_dreams(home, tmp_path):
    install_folder.claim()
    place = runtime.data_folder() / "rescued"
    place.mkdir()
    (place / "out-dream.png").touch()
    install_folder.choose(tmp_path / "disk")
    (tmp_path / "disk" / "rescued").mkdir(parents=True)
    answer = install(home, "--uninstall")
    assert f"are kept in {place}." in answer.stdout
    assert f"{tmp_path / 'disk'} was kept, but is empty." in answer.stdout


def test_a_chosen_folder_whose_disk_is_away_is_told(home, tmp_path):
    install_folder.choose(tmp_path / "disk" / "dreams")
    found = [finding for finding in doctor.examine() if "doesn't exist" in finding.what]
    assert len(found) == 1 and "Connect its disk" in found[0].mend


@pytest.mark.parametrize(
    ("options", "variables"),
    [
        ([], {"PYTHONSAFEPATH": "1"}),
        (["-P"] if sys.version_info >= (3, 11) else ["-s"], {}),
        (["-I"], {}),
    ],
)
def test_install_finds_its_own_modules_wherever_python_looks(home, tmp_path, options, variables):
    answer = install(home, "--where", cwd=tmp_path, options=options, **variables)
    assert data_of(answer) == str(home / ".local/share/krita-deepdream")
