"""What the core asks of the system: a quiet start of TensorFlow, cores, locks, sizes; and what if that isn't there."""

from __future__ import annotations

import errno
import os
import sys
from types import ModuleType, SimpleNamespace

import pytest

from deepdream_core.errors import DreamError
from deepdream_core.system import environment, folders, locks, log_text, memory, priority, records

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="handles and permissions of POSIX")


def handles() -> list[str]:
    return os.listdir("/dev/fd")


def test_a_greeting_is_held_back_and_let_out_if_it_fails(capfd):
    before = handles()
    with environment.quiet_standard_error():
        os.write(2, b"Hello from native code.\n")
    assert capfd.readouterr().err == ""
    with pytest.raises(KeyError), environment.quiet_standard_error():
        os.write(2, b"why it failed\n")
        raise KeyError
    assert capfd.readouterr().err == "why it failed\n"
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n" and handles() == before


def test_it_is_held_back_only_where_that_is_wanted_and_can_be(capfd, monkeypatch):
    for quiet, said in ((True, ""), (False, "Hello\n")):
        with environment.loading_tensorflow(quiet=quiet):
            os.write(2, b"Hello\n")
        assert capfd.readouterr().err == said
    monkeypatch.setattr(sys, "stderr", None)
    with environment.loading_tensorflow():
        pass


def test_a_tensorflow_that_cant_be_loaded_is_told():
    with pytest.raises(DreamError, match="no such library") as told, environment.loading_tensorflow(quiet=False):
        raise ImportError("no such library")
    assert told.value.code == "worker.tensorflow"


def test_keras_is_hidden_for_a_while_unless_it_is_loaded_already(monkeypatch):
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.setattr(environment, "find_spec", lambda name: SimpleNamespace(name=name))
    with environment.without_keras():
        assert sys.modules["keras"].__spec__.name == "keras"
    assert "keras" not in sys.modules
    loaded = ModuleType("keras")
    monkeypatch.setitem(sys.modules, "keras", loaded)
    with environment.without_keras():
        assert sys.modules["keras"] is loaded
    assert sys.modules["keras"] is loaded


def test_a_core_is_left_free_where_there_is_more_than_one(monkeypatch):
    """By number on a Mac, which binds nothing to its cores."""
    for count, left in ((None, 1), (1, 1), (8, 7)):
        monkeypatch.setattr(priority.psutil, "Process", SimpleNamespace)
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        assert priority.free_a_core() == left
    for cores in ([3], [2, 5, 7]):
        bound = []

        def affinity(left=None, cores=cores, bound=bound):
            return cores if left is None else bound.append(left)

        monkeypatch.setattr(
            priority.psutil, "Process", lambda affinity=affinity: SimpleNamespace(cpu_affinity=affinity)
        )
        assert priority.free_a_core() == len(cores[1:] or cores) and bound == [cores[1:] or cores]


def test_a_lock_is_taken_or_somebody_elses_or_the_disk_has_none(tmp_path, monkeypatch):
    import fcntl

    with (tmp_path / "x").open("a+b") as mine, (tmp_path / "x").open("a+b") as other:
        assert locks.lock(mine) is True and locks.lock(other) is False

    def none(*_what):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    with (tmp_path / "x").open("a+b") as stream:
        assert locks.lock(stream) is None
    with locks.held(tmp_path / "y"):
        pass


def test_more_than_a_container_has_in_files_is_not_free(tmp_path, monkeypatch):
    """Its figures are of different moments."""
    monkeypatch.setattr(memory, "CONTROL_GROUP", tmp_path)
    for name, text in (("max", "5000"), ("current", "100"), ("stat", "active_file 300\n")):
        (tmp_path / f"memory.{name}").write_text(text)
    assert memory._free_in_control_group() == 5000


def test_what_vanishes_while_files_are_counted_is_left_out(tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"12")
    lstat = os.lstat

    def vanished(path, *more, **options):
        if str(path).endswith("/a"):
            raise FileNotFoundError(path)
        return lstat(path, *more, **options)

    monkeypatch.setattr(os, "lstat", vanished)
    assert [stat.st_size for stat in folders.file_stats(tmp_path)] == [2]


def test_a_home_that_isnt_known_or_is_everything_is_not_written_with_a_tilde(monkeypatch):
    monkeypatch.setenv("HOME", "/")
    assert folders.without_home("/x/y") == "/x/y"
    monkeypatch.setenv("HOME", "/x")
    assert folders.without_home("/x/y") == "~/y"
    monkeypatch.setenv("HOME", "nowhere")
    monkeypatch.setattr("pwd.getpwuid", lambda number: {}[number])
    assert folders.without_home("/x/y") == "/x/y"


def test_measurements_that_cant_be_read_count_as_none(tmp_path):
    for text in ("[1]", "{", "\udcff"):
        (tmp_path / "spoilt.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        assert records.read(tmp_path / "spoilt.json") == {}
    assert records.read(tmp_path / "none.json") == {}
    (tmp_path / "spoilt.json").write_text('{"a": 1}')
    assert records.read(tmp_path / "spoilt.json") == {"a": 1}


def test_errors_that_cause_each_other_come_once():
    first, second = KeyError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert log_text.chain_of(first) == [first, second] and log_text.chain_of(None) == []
