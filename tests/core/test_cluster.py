"""Several computers: real Dask workers on the loopback interface, some of which end in the middle of a picture."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from deepdream_core import cli
from deepdream_core.batch.cluster import Cluster, started
from deepdream_core.batch.here import Here
from deepdream_core.batch.strip_tasks import Strips
from deepdream_core.batch.tasks import PictureTask
from deepdream_core.dream import Job, dream_spread, strips
from deepdream_core.engine.engine import shared
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.settings.dream_settings import DreamSettings
from tests.core.test_batch import files, patches

pytest.importorskip("distributed")
ROOT = Path(__file__).resolve().parents[2]
WORDS = ["--layer", "b4", "--octaves", "1", "--steps", "2"]


class Poison(PictureTask):
    """Ends every worker that computes it."""

    def run(self, engine, tell):
        os.kill(os.getpid(), signal.SIGKILL)


class Slow(PictureTask):
    """Takes long enough for a worker to be ended meanwhile."""

    def run(self, engine, tell):
        time.sleep(0.15)
        return super().run(engine, tell)


class Dask:
    """A scheduler and workers in processes of their own."""

    def __init__(self, folder: Path) -> None:
        self._file, self._folder = folder / "scheduler.json", folder
        self.processes: list[subprocess.Popen] = []
        self.scheduler = self._start(
            "scheduler", "--no-dashboard", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", self._file
        )

    def _start(self, *words: object, **more: str) -> subprocess.Popen:
        variables = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "7",
            **more,
        }
        code = "import sys; from dask.__main__ import main; sys.argv[0] = 'dask'; main()"
        command = [sys.executable, "-c", code, *map(str, words)]
        with (self._folder / "log.txt").open("a") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=variables, cwd=self._folder))
        return self.processes[-1]

    def worker(self, nanny: bool = False, home: Path | None = None, preload: Path | None = None) -> subprocess.Popen:
        more: list[object] = ["--nanny"] if nanny else ["--no-nanny"]
        more += ["--preload", preload] if preload else []
        words = ("--scheduler-file", self._file, "--nthreads", 1, "--no-dashboard", "--host", "127.0.0.1", *more)
        return self._start("worker", *words, **({"KRITA_DEEPDREAM_HOME": str(home)} if home else {}))

    @property
    def address(self) -> str:
        import json

        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                return str(json.loads(self._file.read_text())["address"])
            except (OSError, ValueError):
                time.sleep(0.1)
        raise AssertionError((self._folder / "log.txt").read_text())

    def wait_for(self, cluster: Cluster, count: int) -> None:
        deadline = time.monotonic() + 60
        while len(cluster.workers) < count:
            assert time.monotonic() < deadline, (self._folder / "log.txt").read_text()
            time.sleep(0.1)


@pytest.fixture
def dask(tmp_path):
    made = Dask(tmp_path)
    yield made
    for process in made.processes:
        process.terminate()
    for process in made.processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def tasks(folder: Path, count: int, what: type[PictureTask] = PictureTask) -> list[PictureTask]:
    threads = shared().threads
    (folder / "in").mkdir(exist_ok=True)
    for number in range(count):
        patches(number).save(folder / "in" / f"{number:02}.png")
    settings = DreamSettings(objective="b4", octaves=1, steps=2, threads=threads, precision="fp32")
    names = [f"{number:02}.png" for number in range(count)]
    return [what(folder / "in" / name, folder / "out" / name, settings) for name in names]


def ignored(*_anything: object) -> None:
    """Progress that nobody watches."""


def test_a_worker_is_killed_and_every_picture_is_made_once_and_to_the_byte(dask, tmp_path):
    made = tasks(tmp_path, 24, Slow)
    first, _second = dask.worker(), dask.worker()
    with Cluster(dask.address) as cluster:
        dask.wait_for(cluster, 2)
        outcomes, killed = [], False
        for answer in cluster.answers(made, ignored):
            outcomes.append(answer.made.by(answer.worker))
            held = cluster._client.processing().values()
            # Once one has ended, the other one gets its task too.
            assert killed or max(map(len, held)) <= 1, "a worker that dies would be blamed for two"
            # On a busy computer one of them may do many before the other has done its first.
            if not killed and len({outcome.worker for outcome in outcomes}) == 2:
                first.kill()
                killed = True
        until_one = time.monotonic() + 60
        while len(cluster.workers) > 1 and time.monotonic() < until_one:
            time.sleep(0.1)
        assert len(cluster.workers) == 1
    assert Counter(outcome.state for outcome in outcomes) == {"done": 24}
    assert len({outcome.source for outcome in outcomes}) == 24 and len({outcome.worker for outcome in outcomes}) == 2
    there = files(tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    assert all(each.made.state == "done" for each in Here(shared(made[0].settings.threads)).answers(made, ignored))
    assert files(tmp_path / "out") == there and len(there) == 24


@pytest.mark.slow
def test_what_ends_three_workers_is_given_up_and_the_others_are_made(dask, tmp_path):
    good = tasks(tmp_path, 4)
    poison = Poison(tmp_path / "in" / "00.png", tmp_path / "out" / "poison.png", good[0].settings)
    for _ in range(2):
        dask.worker(nanny=True)
    with Cluster(dask.address) as cluster:
        dask.wait_for(cluster, 2)
        outcomes = [each.made for each in cluster.answers([good[0], poison, *good[1:]], ignored)]
    failed = [outcome for outcome in outcomes if outcome.state != "done"]
    assert [outcome.target for outcome in failed] == [str(poison.target)]
    assert "3 workers ended while computing it. Try it alone" in failed[0].error and len(files(tmp_path / "out")) == 4


def test_without_its_scheduler_it_stops_and_the_same_command_makes_the_rest(dask, tmp_path, capsys):
    made = tasks(tmp_path, 10, Slow)
    dask.worker()
    with Cluster(dask.address) as cluster:
        dask.wait_for(cluster, 1)
        with pytest.raises(DreamError, match="stopped responding"):
            for number, _answer in enumerate(cluster.answers(made, ignored)):
                if number == 2:
                    dask.scheduler.kill()
    left = len(files(tmp_path / "out"))
    assert 3 <= left < 10
    words = [
        "batch",
        str(tmp_path / "in"),
        str(tmp_path / "out"),
        *WORDS,
        "--threads",
        str(shared().threads),
        "--precision",
        "fp32",
    ]
    assert cli.main(words) == 0
    assert len([name for name in files(tmp_path / "out") if not name.startswith(".")]) == 10
    assert f"{left} pictures of 10 done already" in capsys.readouterr().err


@pytest.mark.slow
def test_a_worker_is_killed_in_a_strip_and_the_picture_is_that_of_an_unbroken_run(dask, engine, clouds):
    picture = np.clip(resize(clouds[200:320], strips.LEAST_PX, 120), 0, 255)
    settings = DreamSettings(
        objective="b4", octaves=1, steps=4, working_size="full", precision="fp32", threads=engine.threads
    )
    answered = []

    def dreamed(computers, tell):
        climb = Strips(computers, {}, tell, answered.append)
        *_, last = dream_spread(Job(Pixels(picture), settings), engine, climb)
        return last.result.rgb

    unbroken, count = dreamed(Here(engine), ignored), len(answered)
    dask.worker()
    dask.worker()
    with Cluster(dask.address) as cluster:
        dask.wait_for(cluster, 2)
        processes = cluster._client.run(os.getpid)
        killed = []

        def kill(told):
            if not killed and told.worker:
                killed.append(cluster._client.processing()[told.worker])
                os.kill(processes[told.worker], signal.SIGKILL)

        broken = dreamed(cluster, kill)
        assert len(cluster.workers) == 1
    assert [len(each) for each in killed] == [1], "it had nothing to do when it was killed"
    assert len(answered) == 2 * count and np.array_equal(broken, unbroken)


@pytest.mark.slow
def test_workers_of_this_computer_are_started_and_ended(tmp_path):
    tasks(tmp_path, 2)
    words = ["batch", str(tmp_path / "in"), str(tmp_path / "out"), *WORDS, "--cluster", "local"]
    done = subprocess.run(
        [sys.executable, "-m", "deepdream_core", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "as far as cores and memory allow" in done.stderr and len(files(tmp_path / "out")) == 2


def test_a_scheduler_that_is_not_there_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("deepdream_core.batch.cluster._ANSWER", 1)
    tasks(tmp_path, 1)
    words = ["batch", str(tmp_path / "in"), str(tmp_path / "out"), *WORDS, "--cluster", "tcp://127.0.0.1:9"]
    assert cli.main(words) == 1
    assert "can't be reached" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert cli.main(words) == 1
    assert "need the package Dask" in capsys.readouterr().err


def test_without_its_keys_nobody_reaches_the_workers_of_this_computer(monkeypatch):
    """Whoever reaches one can run code there, and everybody at this computer can reach its port."""
    import distributed

    with started(0) as local:
        address = local.scheduler_address
        with Cluster(address, local.security) as cluster:
            assert address.startswith("tls://127.0.0.1:") and not cluster.workers
        monkeypatch.setattr("deepdream_core.batch.cluster._ANSWER", 0.2)
        for tried, security in [
            (address, None),
            (address, distributed.Security.temporary()),
            (address.replace("tls", "tcp"), None),
        ]:
            with pytest.raises(DreamError, match="can't be reached"):
                Cluster(tried, security)
            # Dask's client that failed: let go of by chance while the next one starts, it would stop that.
            gc.collect()
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(DreamError, match="needs the package cryptography"):
        started(1)
