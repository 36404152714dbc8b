"""Only what we made and wrote down is deleted, whatever it is called and however it is reached."""

from __future__ import annotations

import shutil

import pytest

from deepdream_core.errors import DreamError
from deepdream_core.system import owned


def filled(folder):
    folder.mkdir(parents=True)
    (folder / "a letter.txt").write_text("mine")
    return folder


def test_what_we_made_is_deleted_with_all_in_it(tmp_path):
    folder = tmp_path / "deep" / "ours"
    owned.make(folder)
    assert owned.is_ours(folder)
    filled(folder / "sub")
    owned.make(folder)
    owned.delete(folder)
    assert not folder.exists() and folder.parent.exists()
    owned.delete(folder)


@pytest.mark.parametrize("name", ["deepdream-film-x", "krita-deepdream", "env"])
def test_a_folder_of_others_is_neither_taken_nor_deleted_whatever_its_name(tmp_path, name):
    folder = filled(tmp_path / name)
    for act in (owned.make, owned.delete):
        with pytest.raises(DreamError) as caught:
            act(folder)
        assert caught.value.code == "folder.foreign"
    assert not owned.is_ours(folder)
    assert [path.name for path in folder.iterdir()] == ["a letter.txt"]


def test_a_record_of_another_text_is_none(tmp_path):
    (filled(tmp_path / "x") / owned.RECORD).write_text("I call my files so.")
    assert not owned.is_ours(tmp_path / "x")


def test_reached_by_a_link_the_folder_and_the_link_go_and_nothing_beside_it(tmp_path):
    other = filled(tmp_path / "disk" / "other")
    folder, link = tmp_path / "disk" / "ours", tmp_path / "link"
    link.symlink_to(folder)
    owned.make(link)
    assert owned.is_ours(folder)
    (folder / "to others").symlink_to(other)
    owned.delete(link)
    assert not link.is_symlink() and not folder.exists()
    assert (other / "a letter.txt").exists()


def test_a_deletion_that_was_interrupted_can_be_repeated(tmp_path, monkeypatch):
    folder = tmp_path / "ours"
    owned.make(folder)
    filled(folder / "sub")

    def stuck(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(shutil, "rmtree", stuck)
    with pytest.raises(PermissionError):
        owned.delete(folder)
    monkeypatch.undo()
    assert owned.is_ours(folder)
    owned.delete(folder)
    assert not folder.exists()


def test_a_disk_that_is_our_folder_is_emptied_and_stays(tmp_path, monkeypatch):
    folder = tmp_path / "disk"
    owned.make(folder)
    filled(folder / "sub")
    monkeypatch.setattr("os.path.ismount", lambda path: str(path) == str(folder))
    owned.delete(folder)
    assert list(folder.iterdir()) == []
