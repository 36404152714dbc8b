"""The set-up part by part, with Pythons that are only scripts: what is refused, what is spared, what is found."""

from __future__ import annotations

import errno
import json
import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from krita_deepdream.core import cache_settings, errors, folders, owned, precision, wire
from krita_deepdream.setup import (
    children,
    condition,
    distribution,
    doctor,
    install_folder,
    krita_folders,
    needs,
    pip_faults,
    pip_settings,
    plugin_files,
    processor,
    progress_words,
    pythons,
    runtime,
    set_up,
)
from krita_deepdream.setup.background import Background
from krita_deepdream.setup.needs import Need
from krita_deepdream.setup.pythons import Python
from krita_deepdream.setup.set_up import Step


def code(called, *arguments):
    with pytest.raises(errors.DreamError) as told:
        called(*arguments)
    return told.value.code


def python(problem="", version=(3, 12, 1)):
    return Python(Path("/opt/python"), version, "x86_64", "linux", problem)


def script(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def environment(home):
    """One of ours whose Python is a script: it says where packages are, and that there is a pip."""
    install_folder.claim()
    made = runtime.environment_folder()
    owned.make(made)
    packages = made / "lib"
    packages.mkdir()
    script(made / "bin" / "python", f'case "$*" in *purelib*) echo {packages};; *pip*) echo pip 1;; esac')
    package(packages, "pip", "23.2")
    (made / set_up.VARIANT_NAME).write_text("cpu")
    return made


def package(packages, name, version, rows=""):
    info = packages / f"{name}-{version}.dist-info"
    info.mkdir()
    (packages / f"{name}.py").write_text("x")
    (info / "RECORD").write_text(rows or f"{name}.py,,1\n{name}.pyc,,9\n")
    return info


# Which Python


def test_a_python_that_was_chosen_must_answer_and_be_able_to(tmp_path, monkeypatch):
    assert code(set_up.choose_python, tmp_path / "none") == "setup.python_unreadable"
    for name, content in (("silent", ""), ("odd", "echo no JSON"), ("failing", "exit 3")):
        assert code(set_up.choose_python, script(tmp_path / name, content)) == "setup.python_unreadable"
    monkeypatch.setattr(set_up, "probe", lambda _path: python("setup.python_venv"))
    assert code(set_up.choose_python, tmp_path) == "setup.python_venv"
    monkeypatch.setattr(set_up, "probe", lambda _path: python())
    assert set_up.choose_python(tmp_path) == python()


def test_of_the_computers_pythons_the_first_must_be_able_to(monkeypatch):
    for found, line, expected in (
        ([], "", "setup.python"),
        ([python("setup.python_version", (3, 9, 1))], "", "setup.python"),
        ([python("setup.python_version", (3, 9, 1))], "apt install", "setup.python_offered"),
        ([python("setup.python_musl")], "apt install", "setup.python_musl"),
    ):
        monkeypatch.setattr(set_up, "find", lambda _own, found=found: found)
        monkeypatch.setattr(distribution, "line_to_type", lambda line=line: line)
        assert code(set_up.choose_python) == expected
    monkeypatch.setattr(set_up, "find", lambda _own: [python(), python("setup.python_venv")])
    assert set_up.choose_python() == python()


def test_pythons_are_asked_once_each_and_told_apart_by_what_they_are(tmp_path, monkeypatch):
    asked, candidates = [], pythons.candidates
    first, link = script(tmp_path / "python3.12"), tmp_path / "python3"
    link.symlink_to(first)
    monkeypatch.setattr(pythons, "candidates", lambda _own: [first, link, tmp_path / "none", first])
    monkeypatch.setattr(pythons, "probe", lambda path: asked.append(path))
    assert pythons.find() == [] and asked == [first] and pythons.best() is None
    monkeypatch.setattr(pythons, "probe", lambda path: python("setup.python_venv"))
    assert pythons.best() is None and len(pythons.find()) == 1
    monkeypatch.setattr(sys, "executable", "")
    assert Path() not in candidates(own=True)
    assert pythons._rank(python(version=(3, 99, 0)))[1] == len(pythons.VERSIONS)
    assert [pythons._rank(python(version=(*version, 0)))[1] for version in pythons.VERSIONS] == [0, 1, 2, 3]
    assert pythons._below(tmp_path / "none") == [] and link in pythons._below(tmp_path)
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path))
    assert first / "bin" in pythons._usual_folders()
    monkeypatch.delenv("UV_PYTHON_INSTALL_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data" / "uv" / "python" / "x").mkdir(parents=True)
    assert tmp_path / "data" / "uv" / "python" / "x" / "bin" in pythons._usual_folders()


def test_what_a_python_says_of_itself_decides():
    good = {"version": [3, 12, 1], "name": "CPython", "free_threaded": False, "machine": "x86_64", "bits": 64}
    good |= {"system": "linux", "musl": False, "base": "/usr/bin/python", "pip": True}
    assert pythons._problem(good) == ""
    for facts, problem in (
        ({"version": [3, 9, 1]}, "version"),
        ({"name": "PyPy"}, "version"),
        ({"free_threaded": True}, "version"),
        ({"system": "darwin"}, "intel_mac"),
        ({"bits": 32}, "machine"),
        ({"machine": "riscv64"}, "machine"),
        ({"musl": True}, "musl"),
        ({"base": r"C:\WindowsApps\python.exe"}, "store"),
        ({"pip": False}, "venv"),
    ):
        assert pythons._problem({**good, **facts}) == f"setup.python_{problem}"


def test_a_line_to_type_is_one_that_the_packages_have(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert distribution.line_to_type() == ""
    script(tmp_path / "dnf")
    assert distribution.line_to_type() == distribution.ELSEWHERE["dnf"]
    script(tmp_path / "apt-cache", "echo python3.13 python3.13-venv python3.12")
    assert "python3.13-venv" in distribution.line_to_type()
    monkeypatch.setattr(distribution.subprocess, "run", lambda *_what, **_more: (_ for _ in ()).throw(OSError()))
    assert distribution.line_to_type() == ""


# The computer and the folder


def test_what_the_computer_lacks_is_told_before_anything_is_done(home, monkeypatch):
    monkeypatch.setattr(set_up, "has_avx", lambda: True)
    monkeypatch.setattr(install_folder, "free_mb", lambda: 10**6)
    for version, refused in (("", False), ("10.16", False), ("12.7", True), ("13.1", False)):
        monkeypatch.setattr(set_up.platform, "mac_ver", lambda version=version: (version, (), ""))
        if refused:
            assert code(set_up.check_computer, "cpu") == "setup.macos"
        else:
            set_up.check_computer("cpu")
    monkeypatch.setattr(install_folder, "free_mb", lambda: 100)
    assert code(set_up.check_computer, "cpu") == "setup.space"
    assert code(lambda: next(set_up.make(None, "cpu"))) == "setup.space"
    monkeypatch.setattr(set_up, "has_avx", lambda: False)
    assert code(set_up.check_computer, "cpu") == "setup.avx"


def test_what_was_downloaded_already_needs_no_room_again(environment, monkeypatch):
    needed = install_folder.NEEDED_MB["cpu"]
    monkeypatch.setattr(install_folder, "free_mb", lambda: needed - 100)
    assert code(install_folder.check, "cpu") == "setup.space"
    monkeypatch.setattr(install_folder, "_megabytes_there", lambda: 100)
    install_folder.check("cpu")
    monkeypatch.setattr(install_folder, "_check_folder", lambda _folder: (_ for _ in ()).throw(KeyError))
    with pytest.raises(KeyError):
        install_folder.check("cpu")


def test_a_processor_says_whether_it_has_avx(tmp_path):
    file = tmp_path / "cpuinfo"
    assert processor.linux_has_avx(file)
    for text, has in (("flags : sse avx2 avx", True), ("flags : sse avx2", False), ("other : x", True)):
        file.write_text(text)
        assert processor.linux_has_avx(file) is has


def test_a_folder_of_others_is_neither_taken_nor_emptied_nor_deleted(home, tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "mine"))
    environment = runtime.environment_folder()
    environment.mkdir(parents=True)
    (environment / "letter").touch()
    for called in (lambda: install_folder.check("cpu"), install_folder.empty_environment):
        assert code(called) == "setup.environment"
    install_folder.remove()
    assert (environment / "letter").exists()
    assert code(owned.empty, environment) == code(owned.delete, environment) == "folder.foreign"
    assert code(owned.make, environment) == "folder.foreign"
    (environment / "letter").unlink()
    install_folder.empty_environment()
    assert owned.is_ours(environment)
    (environment / "folder").mkdir()
    (environment / "file").touch()
    (environment / "link").symlink_to(tmp_path)
    (environment / runtime.STAMP_NAME).touch()
    install_folder.empty_environment()
    assert [each.name for each in environment.iterdir()] == [owned.RECORD] and tmp_path.exists()
    install_folder.remove()
    assert not environment.exists() and (tmp_path / "mine").exists(), "the folder itself was there before"


def test_a_folder_of_our_own_is_deleted_with_its_record_last(tmp_path):
    folder, link = tmp_path / "ours", tmp_path / "link"
    owned.make(folder)
    owned.make(folder)
    link.symlink_to(folder)
    (folder / "x").touch()
    owned.delete(link)
    assert not folder.exists() and not os.path.lexists(link)
    owned.delete(folder)
    assert not owned.is_ours(folder)


def test_a_chosen_folder_is_written_down_and_a_foreign_one_gets_a_folder_of_ours(home, tmp_path, monkeypatch):
    default, note = folders.default_data_folder(), folders.default_data_folder() / folders.NOTE
    foreign = tmp_path / "disk"
    foreign.mkdir()
    assert install_folder.choose(foreign) == foreign
    (foreign / ".deepdream-0123abcd.txt").touch()
    assert install_folder.choose(foreign) == foreign
    (foreign / "film.mp4").touch()
    assert install_folder.choose(foreign) == foreign / folders.FOLDER_NAME
    assert runtime.data_folder() == foreign / folders.FOLDER_NAME and note.exists()
    install_folder.claim()
    assert install_folder.choose(foreign / folders.FOLDER_NAME) == foreign / folders.FOLDER_NAME
    install_folder.remove()
    assert not (foreign / folders.FOLDER_NAME).exists() and (foreign / "film.mp4").exists() and not note.exists()
    install_folder.choose(foreign)
    assert install_folder.choose(default) == default and not note.exists()
    locked = tmp_path / "file"
    locked.touch()
    assert code(install_folder.choose, locked / "below") == "setup.folder"
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(locked / "below"))
    assert code(install_folder.claim) == code(install_folder.check, "cpu") == "setup.folder"


def test_faults_of_the_disk_are_told_in_words(home):
    full = install_folder.files_error(OSError(errno.ENOSPC, "No space left"))
    assert full.code == install_folder.files_error(OSError(errno.EDQUOT, "x")).code == "setup.space"
    other = install_folder.files_error(OSError(errno.EACCES, "Permission denied", "/x"))
    assert other.code == "setup.files" and "/x" in str(other)
    assert install_folder.is_full("… No space left on device …") and not install_folder.is_full("all well")


# The environment


def test_an_environment_is_usable_if_it_is_of_that_kind_and_its_pip_answers(environment, monkeypatch):
    assert set_up._usable(environment, "cpu") and not set_up._usable(environment, "gpu")
    python_ = environment / "bin" / "python"
    whole = python_.read_text()
    script(python_, *whole.splitlines()[1:-1], whole.splitlines()[-1].replace("echo pip 1", "exit 1"))
    assert not set_up._usable(environment, "cpu")
    script(python_, *whole.splitlines()[1:-1], whole.splitlines()[-1].replace("echo pip 1", "exec sleep 5"))
    with monkeypatch.context() as patch:
        patch.setattr(condition, "ASK_SECONDS", 0.1)
        assert not set_up._usable(environment, "cpu")
    script(python_, *whole.splitlines()[1:])
    (environment / "lib" / "pip-23.2.dist-info" / "RECORD").unlink()
    assert not set_up._usable(environment, "cpu")
    (environment / set_up.VARIANT_NAME).unlink()
    assert not set_up._usable(environment, "cpu")


def test_packages_are_whole_if_each_of_their_files_is_as_large_as_it_says(environment):
    packages = environment / "lib"
    package(packages, "one", "1.0")
    package(packages, "two", "1.0", "two.py,,2\n")
    package(packages, "three", "1.0", "gone.py,,\n")
    package(packages, "four", "1.0", "four.py,,x\n")
    package(packages, "five", "1.0", "five.py\n")
    package(packages, "six", "1.0")
    package(packages, "six", "2.0") if not (packages / "six-2.0.dist-info").exists() else None
    (package(packages, "seven", "1.0") / "RECORD").write_text("")
    names = dict.fromkeys(("one", "two", "three", "four", "five", "six", "seven", "eight"), "")
    found = condition.examine(environment, {**names, "pip": "23.2"})
    assert found.damaged == ("eight", "five", "four", "seven", "six", "three", "two") and not found.is_sound
    assert condition.examine(environment, {"pip": "9"}).damaged == ("pip",)
    assert condition.installed(environment)["one"] == "1.0"
    condition.forget(environment, ["six", "eight"])
    assert not list(packages.glob("six*.dist-info")) and condition.examine(environment, {"one": ""}).is_sound


def test_a_python_that_is_gone_fails_or_is_anothers_is_told(environment, tmp_path):
    python_ = environment / "bin" / "python"
    for lines, fault in (
        (["exit 1"], "its Python doesn't run"),
        ([f"echo {tmp_path}"], "its Python isn't the one it was created with"),
        ([f"echo {environment}/none"], "its Python isn't the one it was created with"),
    ):
        script(python_, *lines)
        assert condition.examine(environment, {}).fault == fault and condition.installed(environment) == {}
        condition.forget(environment, ["pip"])
    python_.unlink()
    assert condition.examine(environment, {}).fault == condition.GONE


def test_what_isnt_there_whole_is_forgotten_and_the_stamp_with_it(environment, monkeypatch):
    monkeypatch.setattr(set_up, "lock", lambda _variant: ["one==1.0", "other==2.0"])
    stamp = environment / runtime.STAMP_NAME
    package(environment / "lib", "one", "1.0")
    stamp.touch()
    set_up._forget_damaged(environment, "cpu")
    assert stamp.exists()
    (environment / "lib" / "one.py").unlink()
    set_up._forget_damaged(environment, "cpu")
    assert not stamp.exists() and not list((environment / "lib").glob("one-*"))


def test_a_venv_that_cant_be_made_is_told(environment, monkeypatch):
    failing = script(environment.parent / "failing", "echo why; exit 1")
    made = (
        python()._replace(path=failing) if hasattr(python(), "_replace") else Python(failing, (3, 12, 1), "x", "linux")
    )
    with pytest.raises(errors.DreamError) as told:
        list(set_up._make_empty(made, environment))
    assert told.value.code == "setup.venv" and "why" in str(told.value)
    monkeypatch.setattr(install_folder, "is_full", lambda said: "why" in said)
    assert code(lambda: list(set_up._make_empty(made, environment))) == "setup.space"


def test_pip_is_run_so_that_only_what_is_wanted_is_installed(environment, monkeypatch, tmp_path):
    monkeypatch.setattr(set_up.pip_settings, "variables", lambda *_what, **_more: dict(os.environ))
    monkeypatch.setattr(set_up, "_forget_damaged", lambda *_what: None)
    said = tmp_path / "said"
    script(
        environment / "bin" / "python", f'echo "$TMPDIR $*" > {said}', "echo Downloading x", "echo Installing collected"
    )
    stamp = environment / runtime.STAMP_NAME
    stamp.touch()
    steps = list(set_up._install(environment, "cpu", None))
    assert [step.detail for step in steps] == ["Downloading x", "Installing collected"] and not stamp.exists()
    assert all(0 < step.done <= 0.95 for step in steps) and "--require-hashes" in said.read_text()
    assert str(environment / "downloading") in said.read_text() and not (environment / "downloading").exists()
    assert "--find-links" not in said.read_text()
    list(set_up._install(environment, "cpu", tmp_path))
    assert f"--no-index --find-links {tmp_path}" in said.read_text()
    frees = iter([10**6, 0, 0, 0, 0])
    with monkeypatch.context() as patch:
        patch.setattr(install_folder, "free_mb", lambda: next(frees))
        assert [step.done for step in set_up._install(environment, "cpu", None)] == [0.95, 0.95]
    monkeypatch.setattr(set_up.pip_settings, "variables", lambda *_what, **_more: dict(os.environ))
    monkeypatch.setattr(set_up, "_forget_damaged", lambda *_what: None)
    script(environment / "bin" / "python", "echo ERROR: odd; exit 1")
    monkeypatch.setattr(set_up.owned, "delete", lambda _path: (_ for _ in ()).throw(OSError()))
    assert code(lambda: list(set_up._install(environment, "cpu", None))) == "setup.pip"


def test_the_command_is_written_so_that_it_can_be_run_and_only_when_it_changes(environment, tmp_path):
    assert set_up.write_command(tmp_path)
    path = set_up.command_path()
    assert path.read_bytes() == set_up.command_text(tmp_path) and stat.S_IMODE(path.stat().st_mode) == 0o755
    assert not set_up.write_command(tmp_path)
    path.write_text("old")
    assert set_up.write_command(tmp_path) and set_up.write_command(tmp_path / "other")


def test_a_stamp_is_what_was_written_or_nothing(environment):
    assert runtime.stamp() == {} and runtime.worker_python() is None and runtime.worker_command() is None
    stamp = environment / runtime.STAMP_NAME
    for text in ("", "[]", "{", "5"):
        stamp.write_text(text)
        assert runtime.stamp() == {} and runtime.worker_python() is None
    set_up._write_stamp(environment, "cpu")
    assert runtime.stamp()["kind"] == "cpu" and "pip==23.2" in runtime.stamp()["installed"]
    assert runtime.stamp()["base"] == "" and runtime.worker_command() is not None
    assert set_up.is_there("cpu") and not set_up.is_there("gpu") and set_up.changes("cpu") == []
    assert set_up.variant(gpu=False) == "cpu" and set_up.variant(gpu=True) == "gpu"
    values = {**runtime.stamp(), "kind": "gpu"}
    stamp.write_text(json.dumps(values))
    assert set_up.variant(gpu=False) == "gpu" and set_up.changes("cpu") == set_up.lock("cpu")
    (environment / "bin" / "python").unlink()
    assert runtime.worker_python() is None and needs.need(needs.fingerprint()) is Need.REPAIR


def test_a_lock_has_no_comments_and_hashes_belong_to_the_line_above(tmp_path, monkeypatch):
    file = tmp_path / "requirements.txt"
    file.write_text("# words\n\none==1 \\\n    --hash=sha256:ab\ntwo==2; sys_platform == 'darwin' \\\n    --hash=x\n")
    monkeypatch.setattr(set_up, "lock_file", lambda _variant: file)
    assert set_up.lock("cpu") == ["one==1", "two==2; sys_platform == 'darwin'"]
    assert set_up._certain_names(set_up.lock("cpu")) == ["one"]
    monkeypatch.undo()
    assert set_up.lock_file("cpu").name == "requirements.txt" != set_up.lock_file("gpu").name


# Processes


def test_a_childs_lines_come_one_by_one_and_silence_too(monkeypatch):
    monkeypatch.setattr(children, "WAIT_SECONDS", 0.05)
    lines = list(children.lines_of(["sh", "-c", "echo one; sleep 0.2; echo two"], os.environ))
    assert [line for line in lines if line] == ["one", "two"] and "" in lines
    with pytest.raises(subprocess.CalledProcessError):
        list(children.lines_of(["sh", "-c", "exit 3"], os.environ))
    going = children.lines_of(["sh", "-c", "echo $$; exec sleep 60"], os.environ)
    number = int(next(going))
    going.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_what_happens_in_the_background_is_told_when_it_is_asked_for(caplog):
    closed = []

    def steps(error=None):
        try:
            yield Step("python", 0.0)
            if error:
                raise error
            return "found"
        finally:
            closed.append(True)

    def ended(error=None):
        made = Background(steps(error))
        made.stop(wait=True)
        made._stop.clear()
        made.start()
        made._thread.join(5)
        assert [step.name for step in made.news()] == ["python"] and made.news() == [] and closed.pop()
        return made

    assert (ended().finished, ended().result, ended().error) == (True, "found", None)
    assert ended(errors.DreamError("setup.avx")).error.code == "setup.avx"
    assert ended(OSError(errno.EACCES, "denied", "/x")).error.code == "setup.files"
    stopped = Background(steps())
    stopped.stop()
    stopped.start()
    stopped._thread.join(5)
    assert not stopped.finished and stopped.error is None and stopped.news() == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_any_other_fault_in_the_background_is_told_and_goes_on_to_whoever_watches_threads(monkeypatch):
    import threading

    seen = []
    monkeypatch.setattr(threading, "excepthook", lambda what: seen.append(what.exc_type))

    def steps():
        raise KeyError("odd")
        yield

    made = Background(steps())
    logging.disable(logging.CRITICAL)
    made.start()
    made._thread.join(5)
    logging.disable(logging.NOTSET)
    assert made.error.code == "worker.internal" and seen == [KeyError]


# pip's settings and faults


def test_of_a_persons_pip_settings_only_the_ways_to_packages_stay(tmp_path, monkeypatch):
    listed = "\n".join(
        [
            "global.index-url='https://a'",
            "install.index-url='https://b'",
            ":env:.proxy='http://p'",
            "global.target='/elsewhere'",
            "other.cert='/x'",
            "global.timeout=''",
            "global.cert=unquoted",
            "nonsense='x'",
        ]
    )
    fake = script(tmp_path / "python", f"cat <<'X'\n{listed}\nX")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("UNRELATED", "x")
    found = pip_settings.variables(fake, offline=False)
    own = {name: value for name, value in found.items() if name.startswith("PIP_")}
    assert own == {
        "PIP_RETRIES": "3",
        "PIP_INDEX_URL": "https://b",
        "PIP_PROXY": "http://p",
        "PIP_CONFIG_FILE": os.devnull,
    }
    assert found["UNRELATED"] == "x"
    assert "PIP_INDEX_URL" not in pip_settings.variables(fake, offline=True)
    failing = script(tmp_path / "failing", "echo bad file >&2; exit 1")
    assert code(pip_settings.variables, failing, False) == "setup.pip_settings"


def test_what_pip_says_last_is_the_reason(home):
    assert pip_faults.last(["a", "", " b ", " "]) == "b" and pip_faults.last([]) == "no reason was given"
    for said, expected in (
        (["ERROR: No space left on device"], "setup.space"),
        (["THESE PACKAGES DO NOT MATCH THE HASHES", "    numpy==1"], "setup.altered"),
        (["ERROR: No matching distribution found for numpy==1"], "setup.index"),
        (["ERROR: odd"], "setup.pip"),
    ):
        assert pip_faults.error_of(said, None).code == expected
    assert pip_faults.error_of(["ERROR: odd"], Path("/wheels")).code == "setup.wheels"
    for line, host in (
        ("host='index.example', x", "index.example"),
        ("see https://a.example/x", "a.example"),
        ("nothing", "the package index"),
    ):
        assert pip_faults._host(line) == host
    refused = pip_faults.error_of(["Connection refused')"], None)
    assert refused.code == "setup.network" and "Connection refused." in str(refused)
    assert "numpy==1" in str(pip_faults.error_of(["No matching distribution found for numpy==1"], None))


# Krita's folders, the plugin's files


def test_the_plugin_is_switched_on_and_off_in_one_line():
    on = b"enable_krita_deepdream=true"
    for before, after in (
        (b"", b"[python]\n" + on + b"\n"),
        (b"[a]\nx=1", b"[a]\nx=1\n\n[python]\n" + on + b"\n"),
        (b"[a]\nx=1\n", b"[a]\nx=1\n\n[python]\n" + on + b"\n"),
        (b"[python]\nx=1\n[b]\n", b"[python]\n" + on + b"\nx=1\n[b]\n"),
        (b"[python]\r\nx=1\r\n", b"[python]\r\n" + on + b"\r\nx=1\r\n"),
        (b"[python]\nenable_krita_deepdream=false\nx=1", b"[python]\n" + on + b"\nx=1"),
        (b"[python]\n" + on, b"[python]\n" + on),
        (b"[b]\n" + on + b"\n[python]\n", b"[b]\n" + on + b"\n[python]\n" + on + b"\n"),
    ):
        assert krita_folders.switched(before, on=True) == after
        assert krita_folders.switched(after, on=True) == after
    for text in (b"", b"[python]\nx=1\n", b"[a]\n"):
        assert krita_folders.switched(text, on=False) == text
        assert krita_folders.switched(krita_folders.switched(text, on=True), on=False).startswith(text)


def test_kritas_configuration_is_written_only_where_it_changes(home):
    file = krita_folders.configuration_file()
    assert not krita_folders.is_switched_on() and not krita_folders.switch(False) and not file.exists()
    assert krita_folders.switch(True) and krita_folders.is_switched_on() and not krita_folders.switch(True)
    assert krita_folders.switch(False) and not krita_folders.is_switched_on()


def test_where_krita_keeps_its_resources(home, monkeypatch):
    native = home / ".local" / "share" / "krita"
    assert krita_folders.resource_folders() == [krita_folders.ResourceFolder(native, "native")]
    flatpak = home / ".var" / "app" / "org.kde.krita" / "data"
    flatpak.mkdir(parents=True)
    assert [each.packaging for each in krita_folders.resource_folders()] == ["flatpak"]
    native.mkdir(parents=True)
    assert [each.packaging for each in krita_folders.resource_folders()] == ["native", "flatpak"]
    file = krita_folders.configuration_file()
    file.parent.mkdir(parents=True)
    monkeypatch.setenv("PAINT", "/paint")
    for text, moved in (
        ("ResourceDirectory=/x/y\n[a]\n", "/x/y"),
        ("ResourceDirectory[$e]=$PAINT/y\n", "/paint/y"),
        ("ResourceDirectory=$PAINT/y\n", None),
        (f"ResourceDirectory={native}\n", None),
        ("ResourceDirectory=\n", None),
        ("[a]\nResourceDirectory=/x\n", None),
        ("other=1\n", None),
    ):
        file.write_text(text)
        assert krita_folders.moved_folder() == (Path(moved) if moved else None)
        names = [each.packaging for each in krita_folders.resource_folders()]
        assert names == (["moved"] if moved else []) + ["native", "flatpak"]


def test_a_krita_with_another_configuration_is_no_hindrance(home, tmp_path):
    process = tmp_path / "1234"
    assert krita_folders._uses_this_configuration(process), "it isn't known"
    process.mkdir()
    for rows, uses in (
        (f"HOME={home}", True),
        (f"HOME=/nowhere\0XDG_CONFIG_HOME={home}/.config", True),
        ("HOME=/nowhere\0nonsense", False),
    ):
        (process / "environ").write_bytes(rows.encode())
        assert krita_folders._uses_this_configuration(process) is uses
    assert all(each.parent == Path("/proc") for each in krita_folders._linux_processes())


def test_only_what_is_the_plugins_is_removed(tmp_path):
    resources = tmp_path / "krita"
    plugin = plugin_files.installed(resources)
    assert not plugin_files.remove(resources)
    (plugin / "painting").mkdir(parents=True)
    assert not plugin_files.remove(resources) and plugin.exists()
    (plugin / "plugin.py").touch()
    (plugin.parent / "krita_deepdream.desktop").touch()
    (plugin.parent / ".deepdream-1.old").mkdir()
    (tmp_path / "working on it").mkdir()
    (tmp_path / "working on it" / "plugin.py").touch()
    (plugin.parent / "krita_deepdream.new").symlink_to(tmp_path / "working on it")
    (plugin.parent / "krita_deepdream.old").symlink_to(tmp_path / "nowhere")
    assert plugin_files.remove(resources) and not list(plugin.parent.iterdir())
    assert (tmp_path / "working on it" / "plugin.py").exists()
    begun = plugin.parent / "krita_deepdream.new"
    begun.mkdir()
    (begun / ".deepdream-0123abcd.txt").touch()
    assert plugin_files.leftovers(plugin.parent) == [begun]
    (begun / "letter").touch()
    assert not plugin_files.leftovers(plugin.parent)


# Words, and what the doctor says


def test_what_a_set_up_costs_is_said_before(home):
    assert progress_words.offer(Need.NOTHING, None, None) == ""
    damaged = progress_words.offer(Need.REPAIR, None, None, tuple("abcde"))
    assert "a, b, c, d …" in damaged and "downloaded again" in damaged
    assert "without downloading" in progress_words.offer(Need.REPAIR, None, Path("/w"), ("a",))
    assert "is gone" in progress_words.offer(Need.REPAIR, None, None)
    assert "…" not in progress_words._few(tuple("abcd"))
    assert "/opt/p" in progress_words.offer(Need.MAKE, Path("/opt/p"), None)
    assert "/opt/p" not in progress_words.offer(Need.UPDATE, Path("/opt/p"), None)
    assert "GB" not in progress_words.offer(Need.RESTART, None, None)


def test_the_doctor_tells_paths_that_arent_whole_and_folders_that_are_gone(home, tmp_path, monkeypatch):
    def said():
        return [finding.what for finding in doctor._folders()]

    assert said() == []
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert "not an absolute path" in said()[0]
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert said() == []
    install_folder.choose(tmp_path / "disk")
    assert "doesn't exist" in said()[0]
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "other"))
    assert said() == []
    monkeypatch.delenv("KRITA_DEEPDREAM_HOME")
    (tmp_path / "disk").mkdir()
    assert said() == []


def test_the_doctor_looks_at_python_environment_plugin_and_command(environment, monkeypatch):
    monkeypatch.setattr(doctor, "find", lambda _own: [python()])
    assert "3.12.1" in next(doctor._pythons()).what
    monkeypatch.setattr(doctor, "find", lambda _own: [])
    monkeypatch.setattr(set_up, "choose_python", lambda: (_ for _ in ()).throw(errors.DreamError("setup.avx")))
    assert next(doctor._pythons()).mend
    assert "setup wasn't completed" in next(doctor._environment()).what
    assert list(doctor._command()) == []
    set_up._write_stamp(environment, "cpu")
    monkeypatch.setattr(set_up, "look", lambda: condition.Condition())
    assert "is complete" in next(doctor._environment()).what
    monkeypatch.setattr(set_up, "changes", lambda _variant: ["x"])
    assert "out of date" in next(doctor._environment()).what
    assert list(doctor._command()) == [], "without a plugin no command is missed"
    plugin = plugin_files.installed(krita_folders.native_folder())
    found = [finding.what for finding in doctor._krita(lambda _path: True)]
    assert any("is not in" in what for what in found) and any("not enabled" in what for what in found)
    plugin.mkdir(parents=True)
    krita_folders.switch(True)
    found = [finding.what for finding in doctor._krita(lambda _path: True)]
    assert any("The plugin is in" in what for what in found) and any("is enabled" in what for what in found)
    assert any("differs" in finding.what for finding in doctor._krita(lambda _path: False))
    assert "is missing" in next(doctor._command()).what
    set_up.write_command(plugin)
    assert list(doctor._command()) == []
    set_up.command_path().write_text("old")
    assert "is missing" in next(doctor._command()).what
    where = doctor.where([krita_folders.native_folder()])
    assert where["python"] == str(environment / "bin" / "python") and where["command"] == str(set_up.command_path())
    set_up.command_path().unlink()
    (environment / "bin" / "python").unlink()
    where = doctor.where([])
    assert where["python"] is None and where["command"] is None and where["plugins"] == []
    assert "is gone" in next(doctor._environment()).what


def test_the_doctor_hears_the_worker_or_why_not(environment, monkeypatch):
    def answers(*lines):
        script(environment / "bin" / "python", *lines)
        monkeypatch.setattr(doctor.runtime, "worker_command", lambda: [str(environment / "bin" / "python")])
        return doctor._worker()

    said = environment / "said"
    ready = b"".join(map(bytes, wire.frames(wire.Ready("2.19", 3.0))))
    (environment / "ready").write_bytes(ready)
    failed = b"".join(map(bytes, wire.frames(wire.failure(0, errors.DreamError("memory.gone")))))
    (environment / "failed").write_bytes(failed)
    found = answers(f"head -c 20 > {said}; cat {environment}/ready; exec sleep 60")
    assert "TensorFlow 2.19" in found.what and not found.mend and b"hello" in said.read_bytes()
    assert answers(f"head -c 5 > {said}; cat {environment}/failed").mend == doctor.REBUILD
    assert "no module" in answers(f"head -c 5 > {said}; echo no module >&2").what
    assert "doesn't respond" in answers(f"head -c 5 > {said}; echo nonsense").what
    (environment / "bin" / "python").unlink()
    assert "doesn't respond" in doctor._worker().what


def test_a_report_marks_what_is_wrong_and_tells_precisions_and_caches(home):
    rows = doctor.report([doctor.Finding("well"), doctor.Finding("ill", "mend it")]).splitlines()
    assert rows[0].startswith("✓") and rows[1].startswith("✗")
    precision.keep("efficientnet_lite0", "auto", precision.Trial("bf16", {"fp32": 0.2, "bf16": 0.1}, {"fp16": "odd"}))
    precision.keep("vgg16", "auto", precision.Trial("fp32"))
    found = " ".join(finding.what for finding in doctor._precisions())
    assert (
        "bf16 0.10 s, fp32 0.20 s" in found and "fp16 doesn't work here (odd)" in found and found.count("pixels") == 1
    )
    assert f"at most {cache_settings.read().cache_limit:g} GB" in doctor._caches().what
