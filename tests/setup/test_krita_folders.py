"""Krita's folders are found wherever they are, and its configuration keeps every byte that isn't ours."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest

from krita_deepdream.setup import krita_folders

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the folders of Linux")


def kinds(home):
    return [(folder.packaging, str(folder.path.relative_to(home))) for folder in krita_folders.resource_folders()]


def test_without_krita_the_folder_where_it_will_look(home):
    assert kinds(home) == [("native", ".local/share/krita")]


def test_every_krita_is_found(home):
    (home / ".local/share/krita").mkdir(parents=True)
    (home / ".var/app/org.kde.krita/data").mkdir(parents=True)
    write_configuration(home, f"Language=de\nResourceDirectory={home}/art/my krita\n[python]\nother=true\n")
    assert kinds(home) == [
        ("moved", "art/my krita"),
        ("native", ".local/share/krita"),
        ("flatpak", ".var/app/org.kde.krita/data/krita"),
    ]


def test_inside_the_sandbox_its_folder_counts_once(home, monkeypatch):
    data = home / ".var/app/org.kde.krita/data"
    data.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    assert kinds(home) == [("native", ".var/app/org.kde.krita/data/krita")]


def test_only_the_key_outside_all_groups_moves_the_folder(home):
    write_configuration(home, "[advanced]\nResourceDirectory=/elsewhere\n")
    assert kinds(home) == [("native", ".local/share/krita")]


def test_an_expanded_key_is_understood(home):
    write_configuration(home, "ResourceDirectory[$e]=$HOME/art\n")
    assert kinds(home) == [("moved", "art")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"[python]\nenable_krita_deepdream=true\n"),
        (b"a=1\n[python]\nx=true\n\n[z]\nb=2\n", b"a=1\n[python]\nenable_krita_deepdream=true\nx=true\n\n[z]\nb=2\n"),
        (b"[python]\nenable_krita_deepdream=false\nx=1\n", b"[python]\nenable_krita_deepdream=true\nx=1\n"),
        (b"[python]\r\nx=1\r\n", b"[python]\r\nenable_krita_deepdream=true\r\nx=1\r\n"),
        (b"[python][sub]\nx=1\n", b"[python][sub]\nx=1\n\n[python]\nenable_krita_deepdream=true\n"),
        (b"[z]\nno=end", b"[z]\nno=end\n\n[python]\nenable_krita_deepdream=true\n"),
        (b"[z]\nbytes=\xff\xfe\x00\n[python]\n", b"[z]\nbytes=\xff\xfe\x00\n[python]\nenable_krita_deepdream=true\n"),
    ],
)
def test_one_line_changes_and_nothing_else(before, after):
    assert krita_folders.switched(before, on=True) == after
    assert krita_folders.switched(after, on=True) == after
    off = krita_folders.switched(after, on=False)
    assert b"enable_krita_deepdream=true" not in off
    assert set(before.split(b"\n")) - set(off.split(b"\n")) <= {b"enable_krita_deepdream=false"}


def test_switching_writes_once_and_keeps_the_permissions(home):
    path = write_configuration(home, "[a]\nb=c\n")
    path.chmod(0o600)
    assert krita_folders.switch(on=True)
    written = path.stat()
    assert krita_folders.is_switched_on()
    assert not krita_folders.switch(on=True)
    assert path.stat().st_mtime_ns == written.st_mtime_ns
    assert written.st_mode & 0o777 == 0o600
    assert krita_folders.switch(on=False)
    assert path.read_text() == "[a]\nb=c\n\n[python]\n"


@pytest.mark.parametrize("ours", [True, False])
def test_a_krita_counts_only_if_it_will_write_this_configuration(home, tmp_path, ours):
    program = shutil.copy(shutil.which("sleep"), tmp_path / "krita")
    assert not krita_folders.krita_runs()
    variables = {"HOME": str(home if ours else tmp_path / "somebody else")}
    with subprocess.Popen([program, "30"], env=variables) as process:
        time.sleep(0.2)
        assert krita_folders.krita_runs() == ours
        process.kill()
    assert not krita_folders.krita_runs()


def write_configuration(home, text):
    path = home / ".config" / "kritarc"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path
