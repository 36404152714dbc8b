"""A file or folder changes at one stroke, whatever fails and whoever looks meanwhile."""

from __future__ import annotations

import errno
import os
import stat
import struct
from pathlib import Path

import pytest

from deepdream_core.system import atomic

LONGEST_NAME = 255


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "old.png"
    path.write_bytes(b"old")
    return path


def test_while_the_new_one_is_written_the_old_one_is_whole(file):
    with atomic.replacing(file) as part:
        part.write_bytes(b"half of the new")
        assert file.read_bytes() == b"old"
        assert part.suffix == ".png"
    assert file.read_bytes() == b"half of the new"
    assert [path.name for path in file.parent.iterdir()] == ["old.png"]


def test_a_reader_that_opened_the_old_one_reads_it_to_its_end(file):
    with file.open("rb") as reader:
        atomic.write(file, b"n")
        assert reader.read() == b"old"


@pytest.mark.parametrize("call", ["fsync", "replace", "write"])
def test_whatever_fails_the_old_one_stays_and_nothing_lies_beside_it(file, monkeypatch, call):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    if call == "write":
        monkeypatch.setattr(Path, "write_bytes", full)
    else:
        monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space"):
        atomic.write(file, b"new")
    monkeypatch.undo()
    assert file.read_bytes() == b"old"
    assert [path.name for path in file.parent.iterdir()] == ["old.png"]


def test_it_is_on_the_disk_before_it_has_the_name(file, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda number: (order.append("fsync"), fsync(number)))
    monkeypatch.setattr(os, "replace", lambda *paths: (order.append("replace"), replace(*paths)))
    atomic.write(file, b"new")
    assert order == ["fsync", "replace"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o444, 0o755])
def test_permissions_stay_and_the_part_is_never_open_to_more(file, mode):
    file.chmod(mode)
    with atomic.replacing(file) as part:
        assert stat.S_IMODE(part.stat().st_mode) & 0o077 == 0
        part.write_bytes(b"new")
    assert stat.S_IMODE(file.stat().st_mode) == mode


OTHER_GROUP = 4711


@pytest.fixture
def shared(file):
    """A file for the person and another group."""
    try:
        os.chown(file, -1, OTHER_GROUP)
    except PermissionError:
        pytest.skip("NOT TESTED: only the administrator can give files to another group")
    file.chmod(0o664)
    return file


def test_permissions_are_for_the_same_group(shared, monkeypatch):
    atomic.write(shared, b"new")
    assert (shared.stat().st_gid, stat.S_IMODE(shared.stat().st_mode)) == (OTHER_GROUP, 0o664)

    def forbidden(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chown", forbidden)
    atomic.write(shared, b"newer")
    assert shared.stat().st_gid != OTHER_GROUP
    assert stat.S_IMODE(shared.stat().st_mode) == 0o604, "not for another group than before"


def access(named, others):
    """A list as Linux keeps it: user 4712 has ``named``, the owner's group nothing."""
    rows = [(1, 6, 2**32 - 1), (2, named, 4712), (4, 0, 2**32 - 1), (16, 6, 2**32 - 1), (32, others, 2**32 - 1)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in rows)


def give(path, name, value):
    try:
        os.setxattr(path, name, value)
    except (AttributeError, OSError):
        pytest.skip("NOT TESTED: this disk has no lists of access")


ACCESS, FOR_NEW_FILES = "system.posix_acl_access", "system.posix_acl_default"


def test_permissions_by_a_list_stay(file, monkeypatch):
    give(file, ACCESS, access(6, 0))
    atomic.write(file, b"new")
    assert os.getxattr(file, ACCESS) == access(6, 0)

    def refused(*_):
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", refused)
    atomic.write(file, b"newer")
    assert ACCESS not in os.listxattr(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600, "what looks like the group's was the list's"


def test_a_file_gets_no_list_from_its_folder(file):
    file.chmod(0o640)
    give(file.parent, FOR_NEW_FILES, access(6, 0))
    atomic.write(file, b"new")
    assert ACCESS not in os.listxattr(file) and stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_that_the_person_gives_new_files(tmp_path):
    old = os.umask(0o027)
    try:
        atomic.write(tmp_path / "new", b"new")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path, there):
    target = tmp_path / "disk" / "file"
    target.parent.mkdir()
    if there:
        target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    atomic.write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("ending", [".png", "." + "x" * 100, ""])
def test_a_name_as_long_as_names_may_be(tmp_path, ending):
    path = tmp_path / ("n" * (LONGEST_NAME - len(ending)) + ending)
    atomic.write(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.fixture
def folders(tmp_path):
    old, new = tmp_path / "plugin", tmp_path / "made"
    for folder in (old, new):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    return old, new


def test_a_folder_is_replaced_whole(folders):
    old, new = folders
    atomic.replace_folder(old, new)
    assert (old / "name").read_text() == "made"
    assert [path.name for path in old.parent.iterdir()] == ["plugin"]


def test_the_old_folder_is_there_until_the_new_one_has_its_name(folders, monkeypatch):
    """Put away, not deleted: at every moment one of the two lies whole on the disk."""
    old, new = folders
    rename = Path.rename

    def fails(path, target):
        if path == new:
            raise OSError(errno.EACCES, "Permission denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="Permission denied"):
        atomic.replace_folder(old, new)
    assert (old / "name").read_text() == "plugin"
    assert sorted(path.name for path in old.parent.iterdir()) == ["made", "plugin"]


def test_a_link_to_a_folder_is_replaced_and_not_what_it_leads_to(folders):
    target, new = folders
    link = target.with_name("link")
    link.symlink_to(target)
    atomic.replace_folder(link, new)
    assert (link / "name").read_text() == "made"
    assert not link.is_symlink()
    assert (target / "name").read_text() == "plugin"
