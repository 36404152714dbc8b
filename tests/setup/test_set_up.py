"""The environment is made from the lock; whatever stops it, it says what happened and the next run goes on."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from krita_deepdream.core import errors
from krita_deepdream.setup import install_folder, processor, runtime, set_up
from tools import installer

from .conftest import ROOT, write_lock, write_wheel


def make(wheels, python=None):
    return list(set_up.make(python, "cpu", wheels))


def names(steps):
    """The steps' names, each once, without the packages."""
    return [name for name in dict.fromkeys(step.name for step in steps) if name != "packages"]


def test_made_from_nothing(home, tiny_lock, python):
    assert runtime.worker_command() is None
    steps = make(tiny_lock, python)
    assert names(steps) == ["python", "try", "ready"]
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[0].done, steps[-1].done) == (0.0, 1.0)
    assert "TensorFlow 1.0" in [step.detail for step in steps if step.name == "try"]
    assert runtime.worker_python() == home / ".local/share/krita-deepdream/env/bin/python"
    assert runtime.stamp()["base"] == str(python.path)
    assert set_up.changes("cpu") == []
    assert not (runtime.data_folder() / "downloading").exists()


def test_what_was_begun_is_finished_and_later_mended(begun, tiny_lock):
    assert runtime.worker_python() is None
    assert set_up.changes("cpu") == ["tinyflow==1.0", "tinypy==1.0"]
    assert names(make(tiny_lock)) == ["try", "ready"], "it began from nothing again"
    write_lock(set_up.lock_file("cpu"), tiny_lock, "tinyflow==2.0", "tinypy==1.0")
    assert set_up.changes("cpu") == ["tinyflow==2.0"]
    assert runtime.worker_python(), "the old environment serves until it is mended"
    assert "TensorFlow 2.0" in [step.detail for step in make(tiny_lock)]


def test_what_an_earlier_version_did_not_need_is_not_damaged_but_needed(begun, tiny_lock, capsys):
    """0.1.0 had no psutil: its update called that damaged, and Dream ended with a worker that can't start."""
    make(tiny_lock)
    write_wheel(tiny_lock, "tinyextra", "1.0")
    write_lock(set_up.lock_file("cpu"), tiny_lock, "tinyflow==2.0", "tinypy==1.0", "tinyextra==1.0")
    assert set_up.look().is_sound
    assert set_up.additions("cpu") == ["tinyextra"]
    assert installer.make_environment(installer.parse(["--wheels", str(tiny_lock)]))
    said = capsys.readouterr().out
    assert "this version needs, to be downloaded: tinyflow, tinyextra\n" in said
    assert "amaged" not in said and "MB" not in said
    assert set_up.additions("cpu") == [] and set_up.look().is_sound


def test_what_only_some_systems_need_and_newer_versions_stop_no_dream(begun, tiny_lock):
    make(tiny_lock)
    write_lock(set_up.lock_file("cpu"), tiny_lock, "tinyflow==2.0", "tinypy==1.0")
    with set_up.lock_file("cpu").open("a") as lock:
        lock.write("tinyvideo==1.0; sys_platform != 'darwin' \\\n    --hash=sha256:0\n")
    assert set_up.changed_names("cpu") == ["tinyflow", "tinyvideo"] and set_up.additions("cpu") == []


def test_a_mending_that_fails_keeps_the_old_until_the_first_package_changes(begun, tiny_lock):
    make(tiny_lock)
    write_lock(set_up.lock_file("cpu"), tiny_lock, "tinyflow==3.0")
    with pytest.raises(errors.DreamError, match="tinyflow"):
        make(tiny_lock)
    assert runtime.worker_python(), "no such wheel: nothing was changed"

    write_wheel(tiny_lock, "tinyextra", "1.0")
    write_lock(set_up.lock_file("cpu"), tiny_lock, "tinyflow==2.0", "tinyextra==1.0")
    packages = next(runtime.environment_folder().glob("lib/python*/site-packages"))
    (packages / "tinyextra.py").mkdir()
    with pytest.raises(errors.DreamError):
        make(tiny_lock)
    assert runtime.worker_python() is None, "half of the packages are new"
    (packages / "tinyextra.py").rmdir()
    make(tiny_lock)
    assert runtime.worker_python()


def test_a_package_of_another_hash_is_refused(begun, tiny_lock):
    """Whoever altered it: nothing of it may be installed, also not from a folder of packages."""
    with open(tiny_lock / "tinypy-1.0-py3-none-any.whl", "ab") as wheel:
        wheel.write(b"more")
    with pytest.raises(errors.DreamError, match="tinypy==1.0") as caught:
        make(tiny_lock)
    assert caught.value.code == "setup.altered"
    assert not list(runtime.environment_folder().glob("lib/python*/site-packages/tiny*"))


def test_what_has_no_hash_is_refused(begun, tiny_lock):
    set_up.lock_file("cpu").write_text("tinyflow==1.0\ntinypy==1.0\n")
    with pytest.raises(errors.DreamError, match="hash"):
        make(tiny_lock)


@pytest.mark.parametrize("variant", ["cpu", "gpu"])
def test_every_package_of_the_lock_has_hashes(variant):
    text = set_up.lock_file(variant).read_text(encoding="utf-8")
    packages = text.replace(" \\\n", "").splitlines()[1:]
    assert [line.split(" ")[0].rstrip(";") for line in packages] == [
        line.split(";")[0] for line in set_up.lock(variant)
    ]
    for line in packages:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}$", line), line


def test_the_other_kind_is_made_anew(begun, tiny_lock, python):
    """TensorFlow with and without CUDA install the same files: one over the other is neither."""
    (runtime.environment_folder() / "left over").touch()
    assert names(set_up.make(python, "gpu", tiny_lock))[0] == "python"
    assert not (runtime.environment_folder() / "left over").exists()
    assert set_up.variant(gpu=False) == "gpu", "typing the command again must not change the kind"


def test_when_its_python_has_vanished_it_is_made_anew(begun, tiny_lock, python):
    make(tiny_lock)
    link = runtime.environment_python(runtime.environment_folder())
    link.unlink()
    link.symlink_to(begun / "gone")
    assert runtime.worker_python() is None
    assert set_up.changes("cpu")
    assert names(make(tiny_lock, python))[0] == "python"


@pytest.fixture
def silent_index(monkeypatch):
    """A package index that takes every connection and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        use_index(monkeypatch, server.getsockname()[1])
        yield


def use_index(monkeypatch, port):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "")


def begin(steps):
    """Go on until pip runs; its process number."""
    for step in itertools.islice(steps, 200):
        running = children("pip")
        if step.name == "packages" and running:
            return running[0]
    raise AssertionError("pip never ran")


def test_a_killed_pip_is_reported_and_the_next_run_finishes(begun, tiny_lock, silent_index):
    steps = set_up.make(None, "cpu")
    os.kill(begin(steps), signal.SIGKILL)
    with pytest.raises(errors.DreamError) as caught:
        list(steps)
    assert caught.value.code == "setup.pip"
    assert runtime.worker_python() is None
    make(tiny_lock)
    assert runtime.worker_python()


def test_interrupted_it_leaves_no_process_and_no_whole_environment(begun, silent_index):
    steps = set_up.make(None, "cpu")
    begin(steps)
    steps.close()
    assert children("pip") == []
    assert runtime.worker_python() is None


def test_no_network(begun, monkeypatch):
    use_index(monkeypatch, 9)
    with pytest.raises(errors.DreamError) as caught:
        make(None)
    assert caught.value.code == "setup.network"
    assert "Connection refused" in caught.value.sentence
    assert "resumes where it stopped" in caught.value.advice


def test_a_wheel_is_missing(begun, tiny_lock):
    (tiny_lock / "tinypy-1.0-py3-none-any.whl").unlink()
    with pytest.raises(errors.DreamError) as caught:
        make(tiny_lock)
    assert caught.value.code == "setup.wheels"
    assert "tinypy" in caught.value.sentence


def test_tensorflow_does_not_start(begun, tiny_lock, monkeypatch):
    monkeypatch.setattr(set_up, "TRY_TENSORFLOW", "raise ImportError('DLL load failed')")
    with pytest.raises(errors.DreamError) as caught:
        make(tiny_lock)
    assert caught.value.code == "setup.tensorflow"
    assert "DLL load failed" in caught.value.sentence
    assert runtime.worker_python() is None


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 8 MB, mounted for the test."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root mounts a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no file system could be mounted: {mounted.stderr!r}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_too_little_room_is_said_before_anything_is_done(home, small_disk, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(small_disk / "ours"))
    with pytest.raises(errors.DreamError, match=f"{install_folder.NEEDED_MB['cpu']} MB required") as caught:
        next(set_up.make(None, "cpu"))
    assert caught.value.code == "setup.space"
    assert list(small_disk.iterdir()) == []


def test_the_disk_fills_up_meanwhile(home, small_disk, tiny_lock, python, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(small_disk / "ours"))
    monkeypatch.setattr(install_folder, "NEEDED_MB", {"cpu": 1})
    with pytest.raises(errors.DreamError) as caught:
        make(tiny_lock, python)
    assert caught.value.code == "setup.space"


def test_a_read_only_folder(home, small_disk, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(small_disk / "ours"))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(errors.DreamError) as caught:
        next(set_up.make(None, "cpu"))
    assert caught.value.code == "setup.folder"


def test_a_processor_without_avx(home, tmp_path, monkeypatch):
    old = tmp_path / "cpuinfo"
    old.write_text("processor : 0\nflags\t\t: fpu sse sse2 ssse3 sse4_1 sse4_2\n")
    new = tmp_path / "cpuinfo of today"
    new.write_text("processor : 0\nflags\t\t: fpu sse avx avx2\n")
    assert processor.linux_has_avx(new)
    monkeypatch.setattr(set_up, "has_avx", lambda: processor.linux_has_avx(old))
    with pytest.raises(errors.DreamError) as caught:
        next(set_up.make(None, "cpu"))
    assert caught.value.code == "setup.avx"
    assert not runtime.data_folder().exists()


@pytest.mark.parametrize(
    ("version", "refused"),
    [
        ("12.7.6", True),
        ("11.0", True),
        ("13.0", False),
        ("14.5", False),
        ("26.0", False),
        ("10.16", False),
    ],
)
def test_a_macos_that_is_too_old_is_refused_before_the_download(home, monkeypatch, version, refused):
    monkeypatch.setattr("platform.mac_ver", lambda: (version, ("", "", ""), "arm64"))
    if not refused:
        set_up.check_computer("cpu")
        return
    with pytest.raises(errors.DreamError, match=f"macOS {version}.*macOS 13 or later"):
        next(set_up.make(None, "cpu"))
    assert not runtime.data_folder().exists()


def test_a_chosen_folder_serves_plugin_and_command_alike(home, tmp_path):
    empty = tmp_path / "dreams"
    assert install_folder.choose(empty) == empty == runtime.data_folder()
    (empty / "sub").mkdir(parents=True)
    assert install_folder.choose(empty) == empty / "krita-deepdream", (
        "a folder with other things in it is not taken over"
    )
    install_folder.claim()
    assert install_folder.choose(empty / "krita-deepdream") == empty / "krita-deepdream" == runtime.data_folder()
    install_folder.remove()
    assert [path.name for path in empty.iterdir()] == ["sub"]
    assert runtime.data_folder() == home / ".local/share/krita-deepdream"


def test_a_folder_that_cannot_be_written_is_not_chosen(home, small_disk):
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(errors.DreamError) as caught:
        install_folder.choose(small_disk / "dreams")
    assert caught.value.code == "setup.folder"
    assert runtime.data_folder() == home / ".local/share/krita-deepdream"


def test_removing_spares_a_folder_of_others(home, tmp_path, plain_environment, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "a letter.txt").touch()
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(shared))
    install_folder.claim()
    shutil.copytree(plain_environment, runtime.environment_folder(), symlinks=True)
    (runtime.environment_folder() / set_up.VARIANT_NAME).write_text("cpu")
    install_folder.remove()
    assert [path.name for path in shared.iterdir()] == ["a letter.txt"]


def test_removing_takes_the_whole_of_our_own_folder(begun):
    (runtime.data_folder() / "logs").mkdir()
    install_folder.remove()
    assert not runtime.data_folder().exists()


def test_the_lock_holds_everything_that_the_project_asks_for():
    requirements = pytest.importorskip("packaging.requirements")
    tomllib = pytest.importorskip("tomllib", reason="the standard library reads TOML from 3.11")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = [requirements.Requirement(line) for line in set_up.lock("cpu")]
    for wanted in map(requirements.Requirement, project["dependencies"]):
        found = [line for line in locked if line.name.lower() == wanted.name.lower()]
        assert found, f"{wanted.name} is not locked: run tools.lock"
        for line in found:
            version = str(line.specifier).removeprefix("==")
            assert wanted.specifier.contains(version), f"{line} is not {wanted}: run tools.lock"


def children(word):
    """The numbers of this process's children whose command has ``word`` in it."""
    command = ["ps", "-ww", "--ppid", str(os.getpid()), "-o", "pid=,args="]
    table = subprocess.run(command, capture_output=True, text=True, check=True)
    return [int(line.split()[0]) for line in table.stdout.splitlines() if word in line.split()]
