"""All caches together stay below one limit, whichever processes fill them; what is in use stays."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deepdream_core import cli
from deepdream_core.errors import DreamError
from deepdream_core.settings import cache_settings
from deepdream_core.settings.cache_settings import CacheSettings
from deepdream_core.system import caches, locks, owned

ROOT = Path(__file__).resolve().parents[2]
# Does what it is told, line by line, and answers each.
OTHER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from deepdream_core.system import caches
for line in sys.stdin:
    what, value = line.split()
    if what == "reserve":
        job = caches.job_folder("test")
        job.reserve(int(value), 1000)
        print(job.room, flush=True)
    elif what == "use":
        using = caches.using(Path(value))
        using.__enter__()
        print("used", flush=True)
    else:
        job.close()
        print("closed", flush=True)
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    return tmp_path


class Other:
    """Another process with caches of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-c", OTHER, str(ROOT)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what: str, value: object = "-") -> str:
        self.process.stdin.write(f"{what} {value}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def other() -> Iterator[Other]:
    made = Other()
    yield made
    made.kill()


def rendered(home: Path, name: str, size: int, age: float) -> Path:
    """A layer's atlas that was used so many seconds ago."""
    folder = home / "atlas" / f"vgg16_{name}_0123456789ab"
    folder.mkdir(parents=True)
    (folder / "0.png").write_bytes(bytes(size))
    for path in (folder / "0.png", folder):
        os.utime(path, (1e9 - age, 1e9 - age))
    return folder


def sheet(home: Path, size: int, age: float) -> list[Path]:
    files = [home / "atlas" / "sheets" / "vgg16" / f"b1.{ending}" for ending in ("json", "jpg")]
    files[0].parent.mkdir(parents=True)
    for file in files:
        file.write_bytes(bytes(size // 2))
        os.utime(file, (1e9 - age, 1e9 - age))
    return files


def test_two_processes_at_once_share_the_limit(home, other):
    assert other.ask("reserve", 700) == "700"
    mine = caches.job_folder("test")
    mine.reserve(700, 1000)
    assert mine.room <= 300, "what the other one needs is never taken"
    assert sum(entry.size for entry in caches.entries()) <= 1400
    assert other.ask("close") == "closed" and len(list((home / "jobs").iterdir())) == 1
    mine.reserve(700, 1000)
    assert mine.room == 700
    mine.close()
    assert not list((home / "jobs").iterdir()), "nothing is left of a job that ended"


def test_nothing_is_left_of_a_process_that_was_killed(home, other):
    assert other.ask("reserve", 700) == "700"
    caches.fit(0)
    assert len(list((home / "jobs").iterdir())) == 1 and caches.entries()[0].in_use
    other.kill()
    assert not caches.entries()[0].in_use
    caches.fit(10**9)
    assert not list((home / "jobs").iterdir())


def test_what_waits_for_another_computer_outlives_its_process(home, monkeypatch):
    path = home / "jobs" / "waits-frames"
    for _ in range(2):
        mine = caches.waiting_folder("frames")
        (path / "000000.png").write_bytes(bytes(500))
        assert caches.entries()[0].in_use
        del mine  # as the end of its process does
        caches.fit(1000)
        assert path.exists() and not caches.entries()[0].in_use
    older = rendered(home, "b1", 500, 10)
    caches.fit(900)
    assert path.exists() and not older.exists(), "what was used longest ago goes first"
    caches.fit(400)
    assert not path.exists(), "there was too much"
    caches.waiting_folder("frames").close()
    assert not path.exists()
    caches.waiting_folder("frames")
    later = time.time() + caches.WAITS_SECONDS + 1
    monkeypatch.setattr(caches.time, "time", lambda: later)
    caches.fit(1000)
    assert not path.exists(), "nobody came back for it"


def test_what_was_used_longest_ago_goes_first_and_what_is_in_use_stays(home, other):
    oldest, old, new = (rendered(home, name, 300, age) for name, age in (("b3", 30), ("b2", 20), ("b1", 10)))
    files = sheet(home, 100, 25)
    assert other.ask("use", oldest) == "used"
    caches.fit(1010)
    assert all(each.exists() for each in (oldest, old, new, *files))
    caches.fit(960)
    assert not any(file.exists() for file in files) and all(each.exists() for each in (oldest, old, new))
    caches.fit(650)
    assert (oldest.exists(), old.exists(), new.exists()) == (True, False, True)
    caches.clear()
    assert [entry.files[0] for entry in caches.entries()] == [oldest]
    other.kill()
    caches.clear()
    assert not caches.entries() and not list((home / "atlas").glob("vgg16*"))


def test_strangers_folders_of_our_names_stay(home):
    """The data folder is one that a person named, and somebody's things lie in it."""
    strangers = [
        home / name / "letter.png"
        for name in ("jobs/offers", "jobs/waits-for-me", "atlas/maps", "atlas/vgg16", "atlas/maps_202611270900")
    ]
    strangers += [home / "atlas" / "sheets" / "of maps" / f"europe.{ending}" for ending in ("json", "jpg")]
    for file in strangers:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"letter")
    ended = caches.job_folder("test")
    del ended
    caches.clear()
    assert all(file.exists() for file in strangers)
    assert caches.by_folder() == {"atlas": 0, "jobs": 0} and not list((home / "jobs").glob("test-*"))


def test_a_folder_is_in_use_until_the_last_of_two_has_ended(home, other):
    folder = rendered(home, "b1", 100, 10)
    assert other.ask("use", folder) == "used"
    with caches.using(folder):
        other.kill()
        caches.clear()
        assert folder.exists()
    caches.clear()
    assert not folder.exists()


def test_nobody_looks_at_marks_while_somebody_takes_a_folder(home, monkeypatch):
    """To look is to lock for a moment, and who then finds the mark locked would be unprotected."""
    seen = []

    def looks(_mark):
        with (home / "caches.lock").open("a+b") as stream:
            seen.append(locks.lock(stream))
        return False

    rendered(home, "b1", 100, 10)
    monkeypatch.setattr(caches, "_in_use", looks)
    assert caches.by_folder()["atlas"] == 100 and seen == [False]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_nobody_else_sees_what_jobs_keep(home):
    (home / "jobs").mkdir(0o755)
    for folder in (caches.waiting_folder("frames").path, caches.job_folder("test").path):
        assert folder.stat().st_mode & 0o777 == 0o700
    path = caches.waiting_folder("frames").path
    path.chmod(0o755)
    assert caches.waiting_folder("frames").path.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(home / "jobs")
    caches.job_folder("test")
    assert (home / "jobs").stat().st_mode & 0o777 == 0o700


def test_what_cant_be_deleted_counts_on_and_keeps_no_dream_from_its_room(home, monkeypatch):
    files = sheet(home, 100, 30)
    old = rendered(home, "b1", 900, 10)

    def refused(path, missing_ok=False):
        raise PermissionError(path)

    monkeypatch.setattr(Path, "unlink", refused)
    caches.fit(50)
    assert all(file.exists() for file in files) and not old.exists()


def test_nothing_gets_into_a_folder_while_it_is_deleted(home, monkeypatch):
    """A thread whose job was cancelled may still be writing there."""
    mine, empty = caches.waiting_folder("frames"), owned.empty

    def emptied(folder):
        empty(folder)
        with suppress(FileNotFoundError):
            (home / "jobs" / "waits-frames" / "late.frame").write_bytes(b"late")

    monkeypatch.setattr(owned, "empty", emptied)
    mine.close()
    assert not list((home / "jobs").iterdir())


def test_a_job_gets_the_room_of_what_is_old(home):
    old = rendered(home, "b1", 900, 10)
    mine = caches.job_folder("test")
    mine.reserve(500, 1000)
    assert mine.room == 500 and not old.exists()
    mine.claim(100)
    assert 100 <= caches.entries()[0].size < 500
    mine.close()


def test_the_limit_is_one_setting_for_all_programs(home):
    assert cache_settings.read().limit_bytes == 2 * 10**9
    cache_settings.write(CacheSettings(cache_limit=0.5))
    assert cache_settings.read() == CacheSettings(cache_limit=0.5)
    with pytest.raises(DreamError, match="Cache limit"):
        CacheSettings(cache_limit=-1)
    for spoilt in ('{"cache_limit": "much"}', "[", '{"other": 1}'):
        (home / "caches.json").write_text(spoilt)
        assert cache_settings.read() == CacheSettings()


def test_the_command_shows_limits_and_clears(home, capsys):
    old, new = rendered(home, "b1", 4_000_000, 20), rendered(home, "b2", 2_000_000, 10)
    assert cli.main(["caches"]) == 0
    assert re.search(r"atlas +6.0 MB\n.*together +6.0 MB\nlimit +2000.0 MB", capsys.readouterr().out, re.DOTALL)
    assert cli.main(["caches", "--cache-limit", "0.003"]) == 0
    assert "atlas         2.0 MB" in capsys.readouterr().out and (old.exists(), new.exists()) == (False, True)
    assert cli.main(["caches", "--clear"]) == 0
    assert "limit         3.0 MB" in capsys.readouterr().out and not new.exists()


def test_where_there_is_nothing_nothing_is_made(home):
    home.rmdir()
    caches.clear()
    assert caches.entries() == [] and not home.exists()
