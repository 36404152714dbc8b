"""A cluster's answers, one by one: what each of them becomes, and what is done once it can't be had."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from deepdream_core.batch import cluster as clusters
from deepdream_core.batch import sent_weights
from deepdream_core.batch.cluster import Cluster
from deepdream_core.batch.sent_weights import SentWeights
from deepdream_core.batch.tasks import PictureTask, Told
from deepdream_core.errors import DreamError
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.weights import store

distributed = pytest.importorskip("distributed")
WORKERS = ("tcp://one:1", "tcp://two:2")


class Future(SimpleNamespace):
    """Of a task that was submitted; ``key`` tells it apart."""

    def __hash__(self) -> int:
        return hash(self.key)

    def result(self):
        return self.found

    exception = result


class Client:
    """As Dask's: ``status`` of the connection; every task is finished at once unless it is in ``outcomes``."""

    def __init__(self, *outcomes: Future) -> None:
        self.status, self.outcomes = "running", list(outcomes)
        self.submitted, self.cancelled, self.closed = [], [], False
        self.dashboard_link, self.received = "http://here:8787", {}

    def scheduler_info(self, n_workers):
        return {"workers": dict.fromkeys(WORKERS)}

    def submit(self, _run, task, *_more, pure):
        future = self.outcomes.pop(0) if self.outcomes else finished("made")
        future.key = f"{len(self.submitted)}"
        self.submitted.append(task)
        return future

    def run(self, _receive, _weights, workers, on_error):
        return dict.fromkeys(workers, self.received.get(workers[0]))

    def cancel(self, futures):
        self.cancelled += futures

    def close(self, timeout):
        self.closed = True


def future(status: str, found: object = None) -> Future:
    return Future(status=status, found=found, key="")


def finished(made: object) -> Future:
    return future("finished", SimpleNamespace(made=made, worker=WORKERS[0]))


def lacking() -> Future:
    return future("finished", clusters._Lacking(("vgg16",), WORKERS[0]))


def task(name: str = "owl.png") -> PictureTask:
    return PictureTask(Path(name), Path("out.png"), DreamSettings())


@pytest.fixture
def joined(monkeypatch):
    """A cluster behind a client of ours."""
    monkeypatch.setattr(clusters, "_LOOK", 0)
    monkeypatch.setattr(sent_weights, "checksums", lambda _settings: {})
    monkeypatch.setattr(SentWeights, "of", classmethod(lambda _cls, name: SentWeights(name, b"", "", False)))

    def join(*outcomes: Future) -> Cluster:
        cluster = Cluster.__new__(Cluster)
        vars(cluster).update(_address="tcp://x:1", _topic="t", _told=SimpleQueue(), _checksums={}, _shows=True)
        cluster._client = Client(*outcomes)
        return cluster

    return join


def test_every_task_is_answered_and_no_worker_has_two(joined):
    futures = [future("pending") for _ in range(5)]
    cluster, tasks = joined(*futures), [task(f"{number}.png") for number in range(5)]
    at_once = []

    def pass_on(running, _tell):
        at_once.append(len(running))
        for each in running:
            each.status, each.found = "finished", SimpleNamespace(made="made", worker=WORKERS[1])

    cluster._pass_on = pass_on
    answers = list(cluster.answers(tasks, print))
    assert {answer.task.name for answer in answers} == {each.name for each in tasks} and at_once == [2, 2, 1]
    assert cluster._client.cancelled == []


def test_a_connection_that_is_lost_ends_the_waiting(joined):
    cluster = joined()
    cluster._client.status = "closed"
    with pytest.raises(DreamError) as told:
        next(cluster.answers([task()], print))
    assert told.value.code == "cluster.lost" and cluster._client.cancelled == []


def test_whoever_waits_no_longer_leaves_no_work_to_the_workers(joined):
    pending = future("pending")
    cluster = joined(finished("made"), pending)
    answers = cluster.answers([task("a.png"), task("b.png")], print)
    next(answers)
    answers.close()
    assert cluster._client.cancelled == [pending]


def test_a_worker_that_lacks_weights_gets_them_and_the_task_again(joined):
    cluster = joined(lacking())
    (answer,) = cluster.answers([task()], print)
    assert answer.made == "made" and len(cluster._client.submitted) == 2
    cluster = joined(lacking())
    cluster._client.received[WORKERS[0]] = DreamError("cluster.weights", label="VGG16", reason="odd")
    (answer,) = cluster.answers([task()], print)
    assert answer.made.state == "failed" and "odd" in answer.made.error and answer.worker == WORKERS[0]


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (finished(DreamError("cluster.dask")), "Dask"),
        (future("error", distributed.scheduler.KilledWorker("key", None, 2)), "owl.png"),
        (future("error", ValueError("something odd")), "something odd"),
    ],
)
def test_what_went_wrong_with_a_task_is_its_answer(joined, ended, said):
    cluster = joined(ended)
    (answer,) = cluster.answers([task()], print)
    assert answer.made.state == "failed" and said in answer.made.error
    killed = DreamError("cluster.killed", name="owl.png", count=3, advice="x").sentence
    assert (killed in answer.made.error) == (said == "owl.png")


def test_a_task_that_is_lost_without_a_word_is_told(joined):
    for status in ("cancelled", "lost"):
        with pytest.raises(DreamError) as told:
            next(joined(future(status)).answers([task()], print))
        assert told.value.code == "cluster.lost"


def test_reports_of_tasks_that_are_over_are_passed_over(joined):
    cluster, told = joined(), []
    pending = future("pending")
    pending.key = "mine"
    for key in ("mine", "other"):
        cluster._told.put((key, 0.5, 3.0, WORKERS[0]))
    cluster._pass_on({pending: "task"}, told.append)
    assert told == [Told("task", 0.5, 3.0, WORKERS[0])]


def test_a_cluster_says_its_dashboard_if_it_has_one_and_is_left_at_the_end(joined):
    with joined() as cluster:
        assert cluster.dashboard == "http://here:8787" and cluster.workers == WORKERS
        cluster._shows = False
        assert cluster.dashboard == ""
    assert cluster._client.closed


@pytest.mark.parametrize("error", [OSError("nobody answers"), ValueError(), TypeError("x"), RuntimeError("x")])
def test_a_cluster_that_cant_be_reached_is_told(monkeypatch, error):
    def client(*_what, **_more):
        raise error

    monkeypatch.setattr(clusters, "distributed", lambda: SimpleNamespace(Client=client))
    with pytest.raises(DreamError) as told:
        Cluster("tcp://nowhere:1")
    assert told.value.code == "cluster.reach" and (str(error) or "ValueError") in told.value.sentence


def test_without_dask_or_keys_there_is_no_cluster(monkeypatch):
    def none():
        raise ImportError("cryptography")

    made = []
    package = SimpleNamespace(
        LocalCluster=lambda **more: made.append(more), Security=SimpleNamespace(temporary=lambda: "keys")
    )
    with monkeypatch.context() as here:
        here.setattr(clusters, "distributed", lambda: package)
        for shows in (True, False):
            here.setattr(clusters, "_can_show", lambda shows=shows: shows)
            clusters.started(2)
        assert [each["dashboard_address"] for each in made] == ["127.0.0.1:0", None]
        assert all(each["security"] == "keys" and each["host"] == "127.0.0.1" for each in made)
        package.Security.temporary = none
        with pytest.raises(DreamError) as told:
            clusters.started(2)
        assert told.value.code == "cluster.secret"
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DreamError) as told:
        clusters.distributed()
    assert told.value.code == "cluster.dask"


def test_a_worker_says_what_it_lacks_and_computes_with_no_other_weights(monkeypatch):
    worker = SimpleNamespace(address=WORKERS[0], get_current_task=lambda: "key")
    monkeypatch.setattr(clusters, "distributed", lambda: SimpleNamespace(get_worker=lambda: worker))
    here = SimpleNamespace(network=lambda _name: SimpleNamespace(weights=store.Weights(None, "ab")))
    monkeypatch.setattr(clusters, "_engine", lambda _task: here)
    job = SimpleNamespace(run=lambda _engine, _tell: "made")
    monkeypatch.setattr(sent_weights, "present", lambda _info: False)
    assert clusters.run(job, {"vgg16": "ab"}, "t") == clusters._Lacking(("vgg16",), WORKERS[0])
    monkeypatch.setattr(sent_weights, "present", lambda _info: True)
    assert clusters.run(job, {"vgg16": "ab"}, "t").made == "made"
    assert clusters.run(job, {"vgg16": "cd"}, "t").made.code == "cluster.weights"


def test_weights_that_cant_be_saved_are_told_to_whoever_sent_them(monkeypatch):
    raised: list[Exception | None] = [DreamError("cluster.dask"), OSError("full"), None]
    sent = SentWeights("vgg16", b"", "", False)

    def receive(_self):
        if error := raised[0]:
            raise error

    monkeypatch.setattr(SentWeights, "receive", receive)
    codes = []
    while raised:
        with suppress(DreamError):
            codes.append(getattr(clusters._receive(sent), "code", None))
        raised.pop(0)
    assert codes == ["cluster.dask", "cluster.weights", None]
