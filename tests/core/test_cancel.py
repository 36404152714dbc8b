"""A cancel is answered at once, whatever is being computed; what was given up is never heard of again."""

from __future__ import annotations

import dataclasses
import io
import time

import numpy as np
import pytest
from PIL import Image

from deepdream_core.catalogue import network
from deepdream_core.errors import Cancelled, DreamError
from deepdream_core.image.pixels import Pixels, to_wire
from deepdream_core.networks.fetch import add
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.version import VERSION
from deepdream_core.worker import handlers
from deepdream_core.worker.replies import Replies
from deepdream_core.worker.stages import Stages
from tests import independent

from .real_worker import Client

QUICK = DreamSettings(objective="b4", octaves=1, steps=2).to_dict()
LONG = DreamSettings(objective="b10", octaves=4, steps=200, working_size="full").to_dict()
# Tracing it takes about a second where one step of what is traced takes some hundredths.
NEVER_TRACED = ["b13 + 0.1*b3 + 0.2*b5[3] + class:castle + b7@hill", "b12 - 0.1*b3 + b6[2] + class:palace + b8@hill"]


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    """A warm worker; it knows Inception-v3 where that is at hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path_factory.mktemp("home")))
        if independent.INCEPTION_WEIGHTS.exists():
            add(network("inception_v3"), independent.INCEPTION_WEIGHTS, trust=True)
        client = Client()
    client.send(wire.Hello(VERSION))
    client.next(wire.Ready)
    yield client
    assert client.end() == 0


@pytest.fixture(scope="module")
def picture() -> wire.Picture:
    patches = np.random.default_rng(3).uniform(0, 255, (10, 15, 3))
    return to_wire(Pixels(np.kron(patches, np.ones((16, 16, 1))).astype(np.float32)), "U8")


def heard_until(client: Client, last: wire.Message | type) -> list[tuple[float, wire.Message]]:
    """All that comes, and when, up to ``last``, a message or a kind of them."""
    heard = [client.next(object)]
    while not (heard[-1][1] == last or isinstance(last, type) and isinstance(heard[-1][1], last)):
        heard.append(client.next(object))
    return heard


def cancelled_and_next(client: Client, given_up: int, wanted: wire.Dream) -> wire.Result:
    """Cancel a job that is being computed and ask for another; the other's result.

    The call that was under way when the cancel came holds the next dream up. So the answer must come long before
    the first that is heard of the next dream; and after it, nothing of the first.
    """
    sent = client.send(wire.Cancel(given_up))
    answered, answer = heard_until(client, wire.Failed)[-1]
    assert answer == wire.failure(given_up, Cancelled())
    client.send(wanted)
    later = heard_until(client, wire.Result)
    client.send(wire.Ping(given_up))
    later += heard_until(client, wire.Pong(given_up))
    assert {message.id for _, message in later[:-1]} == {wanted.id}
    assert answered - sent < (later[0][0] - sent) / 2, "it waited for what was computed"
    return next(message for _, message in later if isinstance(message, wire.Result))


@pytest.mark.parametrize("objective", NEVER_TRACED)
def test_while_a_gradient_is_traced(worker, picture, objective):
    wanted = wire.Dream(1, QUICK, picture)
    worker.send(wanted)
    calm = worker.next(wire.Result)[1]
    settings = DreamSettings(objective=objective, octaves=1)
    worker.send(wire.Dream(2, settings.to_dict(), picture, pictures={"hill": picture}))
    time.sleep(0.2)
    found = cancelled_and_next(worker, 2, dataclasses.replace(wanted, id=3))
    assert bytes(found.picture.data) == bytes(calm.picture.data)


@pytest.mark.parametrize("moment", ["being built", "at work"])
def test_inception_v3_on_a_photo(worker, picture, clouds, moment):
    if not independent.INCEPTION_WEIGHTS.exists():
        pytest.skip(f"NOT TESTED: {independent.INCEPTION_WEIGHTS} is absent")
    settings = DreamSettings(network="inception_v3", objective="mixed5")
    worker.send(wire.Dream(4, settings.to_dict(), to_wire(Pixels(clouds), "U8")))
    if moment == "being built":
        time.sleep(0.2)
    else:
        worker.next(wire.Progress)
    cancelled_and_next(worker, 4, wire.Dream(5, QUICK, picture))


def test_a_job_that_waits_behind_a_cancelled_one_can_be_cancelled_too(worker, picture):
    worker.send(wire.Dream(6, LONG, picture))
    worker.next(wire.Progress)
    for number in (6, 7, 8):
        worker.send(wire.Cancel(number))
        worker.send(wire.Dream(number + 1, QUICK, picture))
    heard = [message for _, message in heard_until(worker, wire.Result)]
    ends = [message for message in heard if not isinstance(message, wire.Progress)]
    assert [(end.id, end.type) for end in ends] == [(6, "failed"), (7, "failed"), (8, "failed"), (9, "result")]


@pytest.mark.parametrize("name", ["film", "film.gif"])
def test_a_film_stands_still_once_it_is_cancelled(worker, picture, tmp_path, name):
    quick = {**QUICK, "steps": 1}
    worker.send(wire.Zoom(10, quick, picture, zoom={"frames": 500}, target=str(tmp_path / name)))
    while worker.next(wire.Progress)[1].done < 3:
        pass
    worker.send(wire.Cancel(10))
    assert worker.next(wire.Failed)[1].code == "cancelled"
    published = sorted(tmp_path.glob("film/*"))
    worker.send(wire.Dream(11, QUICK, picture))
    worker.next(wire.Result)
    assert sorted(tmp_path.rglob("*.*")) == published
    assert bool(published) == (name == "film")
    for path in published:
        Image.open(path).load()


class Stream(io.BytesIO):
    """Keeps what is said; ``when_said`` hears each message before whoever said it goes on."""

    def __init__(self, when_said) -> None:
        super().__init__()
        self._when_said = when_said

    def flush(self) -> None:
        self.seek(0)
        message = wire.read(self)
        self.seek(0)
        self.truncate()
        self._when_said(message)


def film(engine, asked: wire.Dream, cancel_at: int = -1) -> list[wire.Message]:
    """All that is said while ``asked`` is filmed; it is cancelled as soon as so many messages were said."""
    said: list[wire.Message] = []

    def hear(message: wire.Message) -> None:
        said.append(message)
        if len(said) == cancel_at:
            answers.cancel(asked.id)

    answers = Replies(Stream(hear))
    answers.begin(asked)
    answers.end(asked, handlers.handle(asked, engine, answers, Stages()))
    return said


@pytest.mark.parametrize("name", ["film", "film.gif"])
def test_a_film_cancelled_after_its_last_progress_is_not_published(engine, picture, tmp_path, name):
    asked = wire.Zoom(12, QUICK, picture, zoom={"frames": 2}, target=str(tmp_path / "whole" / name))
    (tmp_path / "whole").mkdir()
    messages = len(film(engine, asked))
    (tmp_path / "broken").mkdir()
    with pytest.raises(Cancelled):
        film(engine, dataclasses.replace(asked, target=str(tmp_path / "broken" / name)), cancel_at=messages - 1)
    whole, broken = (sorted(file.name for file in (tmp_path / part).rglob("*.*")) for part in ("whole", "broken"))
    assert whole == (["00001.png", "00002.png"] if name == "film" else ["film.gif"])
    assert broken == whole[:-1]


def test_each_job_has_one_last_answer_and_the_first_counts(picture):
    said: list[wire.Message] = []
    answers = Replies(Stream(said.append))
    first, second = wire.Dream(1, QUICK, picture), wire.Dream(2, QUICK, picture)
    answers.begin(first)
    with pytest.raises(DreamError, match="dream"):
        answers.begin(second)
    assert not answers.cancel(2) and answers.cancel(1) and not answers.cancel(1)
    answers.begin(second)
    with pytest.raises(Cancelled), answers.while_wanted(first):
        pass
    assert not answers.end(first, wire.Pong(1)) and answers.end(second, wire.Pong(2))
    assert not answers.end(second, wire.Pong(2)) and not answers.cancel(2)
    assert said == [wire.failure(1, Cancelled()), wire.Pong(2)]
