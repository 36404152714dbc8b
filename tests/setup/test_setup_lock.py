"""One set-up at a time, whichever program does it; the next one says for whom it waits, never for a dead one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from krita_deepdream.setup import install_folder, runtime, set_up, setup_lock

from .conftest import ROOT
from .test_folders import install

HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from krita_deepdream.setup import setup_lock
sys.argv[0] = "Somebody"
try:
    next(setup_lock.take())
except StopIteration as end:
    held = end.value
print("held", flush=True)
sys.stdin.readline()
held.release()
"""


def take():
    """One's turn, if nobody else has it."""
    try:
        return next(setup_lock.take())
    except StopIteration as end:
        return end.value


@pytest.fixture
def somebody(home):
    """Another process that has its turn until a line is written to it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(ROOT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_who_has_it_is_said_until_it_is_over(somebody):
    assert take() == f"Somebody (process {somebody.pid})"
    somebody.communicate("\n")
    mine = take()
    assert isinstance(mine, setup_lock.SetupLock)
    mine.release()
    assert not (runtime.data_folder() / setup_lock.NAME).exists()


def test_one_that_was_killed_holds_up_nobody(somebody):
    somebody.send_signal(signal.SIGKILL)
    somebody.wait()
    assert (runtime.data_folder() / setup_lock.NAME).exists()
    mine = take()
    assert isinstance(mine, setup_lock.SetupLock)
    mine.release()


def test_whoever_has_it_gets_it_again(home):
    outer, inner = take(), take()
    inner.release()
    assert (runtime.data_folder() / setup_lock.NAME).exists()
    outer.release()


def test_a_set_up_waits_and_can_be_stopped_while_it_waits(begun, tiny_lock, somebody):
    steps = set_up.make(None, "cpu", tiny_lock)
    assert (next(steps).name, next(steps).detail) == ("wait", f"Somebody (process {somebody.pid})")
    steps.close()
    threading.Timer(1, lambda: somebody.communicate("\n")).start()
    assert [step.name for step in set_up.make(None, "cpu", tiny_lock)][-1] == "ready"


def test_uninstalling_waits_too_and_is_told(home, somebody):
    threading.Timer(2, lambda: somebody.communicate("\n")).start()
    start = time.monotonic()
    answer = install(home, "--uninstall")
    assert answer.returncode == 0, answer.stderr
    assert time.monotonic() - start > 1
    assert f"Waiting for Somebody (process {somebody.pid})" in answer.stdout
    assert not runtime.data_folder().exists()


def test_a_file_that_was_deleted_before_it_was_locked_is_no_turn(home, monkeypatch):
    lock = setup_lock._lock

    def too_late(stream):
        monkeypatch.setattr(setup_lock, "_lock", lock)
        (runtime.data_folder() / setup_lock.NAME).unlink()
        return lock(stream)

    monkeypatch.setattr(setup_lock, "_lock", too_late)
    mine = take()
    assert isinstance(mine, setup_lock.SetupLock)
    assert (runtime.data_folder() / setup_lock.NAME).exists(), "nobody else would see that it is taken"
    mine.release()


def test_whoever_waits_for_an_uninstalling_begins_in_a_new_folder(home):
    """The file that was locked is gone with its folder: whoever waited for it must not take that for its turn."""
    first = take()
    waiting = setup_lock.take()
    seen = []
    thread = threading.Thread(target=lambda: seen.extend(_to_the_end(waiting)))
    thread.start()
    time.sleep(0.2)
    install_folder.remove()
    first.release()
    thread.join(10)
    assert isinstance(seen[-1], setup_lock.SetupLock)
    assert (runtime.data_folder() / setup_lock.NAME).exists()
    seen[-1].release()


def _to_the_end(generator):
    while True:
        try:
            yield next(generator)
        except StopIteration as end:
            yield end.value
            return


def test_the_room_is_looked_at_while_another_one_deletes(begun, monkeypatch):
    """Both look before they wait for each other."""
    lstat = os.lstat
    going = runtime.environment_folder() / set_up.VARIANT_NAME

    def late(path, *args, **options):
        if str(path) == str(going):
            going.unlink()
        return lstat(path, *args, **options)

    monkeypatch.setattr(os, "lstat", late)
    monkeypatch.setattr("pathlib.Path.lstat", late)
    set_up.check_computer("cpu")
    assert not going.exists()


def test_two_set_ups_at_once_both_end_well(begun, tiny_lock):
    """Neither takes the other's folder away."""
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from krita_deepdream.setup import set_up\n"
        "set_up.lock_file = lambda kind: Path(sys.argv[2]).parent / 'requirements.txt'\n"
        "set_up.TRY_TENSORFLOW = 'import tinyflow'\n"
        "python = set_up.choose_python(Path(sys.executable))\n"
        "print([step.name for step in set_up.make(python, 'cpu', Path(sys.argv[2]), rebuild=True)][-1])"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(ROOT), str(tiny_lock)],
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for _ in range(2)
    ]
    assert [process.communicate()[0].strip() for process in both] == ["ready", "ready"]
    assert set_up.look().is_sound and runtime.worker_python()
