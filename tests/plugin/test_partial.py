"""Cancel in the middle of a dream, and keep what is there: with the real worker on the numpy engine."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from krita_deepdream.core import wire
from krita_deepdream.jobs.document_data import Destination
from tests.fakes import host as fakes

from .conftest import FAKES, ROOT, Painter, until

# Large enough for two octaves.
SIZE = (96, 64)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its worker limits itself as POSIX does")


def halting() -> Callable[[], list[str]]:
    """A worker that rests for half a second in the second octave of each first dream."""
    worker = str(FAKES / "troubled_worker.py")
    return lambda: [sys.executable, "-I", worker, str(ROOT), "slow", "octave 2", "dream"]


@pytest.fixture
def painter(paint: Callable[..., Painter]) -> Painter:
    made = paint(halting())
    made.panel.resize(300, 1200)
    made.host.picture, made.host.mask = fakes.gradient(*SIZE), b"\xff" * (SIZE[0] * SIZE[1])
    made.choice.nudge({"objective": "b4", "octaves": 2, "steps": 200})
    return made


def cancel_in_the_middle(painter: Painter) -> None:
    painter.click("dream")
    until(lambda: painter.session.progress is not None and painter.session.progress.octave == 2, 60)
    painter.session.cancel()
    assert painter.session.sentence == "Cancelled. Nothing was changed." and not painter.host.placed


def test_what_is_there_becomes_a_layer_that_says_how_far_it_came(painter: Painter) -> None:
    cancel_in_the_middle(painter)
    until(painter.widget("keep").isVisible)
    assert painter.widget("keep").text() == "Keep What Is There"
    painter.click("keep")
    until(lambda: painter.host.placed)
    outcome = painter.host.placed[0]
    assert (outcome.picture.width, outcome.picture.height, outcome.x, outcome.y) == (*SIZE, *fakes.CORNER)
    assert 0.5 < outcome.recipe["share"] < 1 and outcome.recipe["settings"]["steps"] == 200
    assert outcome.record == {}, "no renewal can go on from half a dream"
    assert f"{100 * outcome.recipe['share']:.0f} % of its steps were done." in painter.session.sentence
    assert not painter.widget("keep").isVisible() and painter.session.results.history.entries
    assert len(set(bytes(outcome.picture.data))) > 20


def test_a_dream_that_goes_further_is_measured_by_all_its_steps(painter: Painter) -> None:
    painter.choice.nudge({"further": 2, "octaves": 1})
    cancel_in_the_middle(painter)
    painter.click("keep")
    until(lambda: painter.host.placed)
    assert painter.host.placed[0].recipe["share"] > 1
    share = 100 * painter.host.placed[0].recipe["share"] / (1 + 2 * wire.FURTHER_STAGES / wire.STAGES)
    assert f"{share:.0f} % of its steps were done." in painter.session.sentence


def test_it_goes_when_the_next_of_several_begins(painter: Painter) -> None:
    painter.click("dream")
    until(lambda: painter.session.progress is not None and painter.session.progress.octave == 2, 60)
    first = painter.session.queue.jobs[0]
    painter.session.dream(first.request)
    painter.session.cancel_one(first.number)
    assert painter.session.partial.job is first
    until(lambda: painter.host.placed or painter.session.progress is not None, 60)
    assert painter.session.partial.job is None


def test_it_replaces_nothing_and_goes_with_the_next_dream_or_when_it_is_discarded(painter: Painter) -> None:
    painter.choice.destination = Destination.REPLACE
    cancel_in_the_middle(painter)
    painter.click("keep")
    until(lambda: painter.host.placed)
    assert painter.host.placed[0].destination is Destination.ABOVE
    painter.client.stop(wait=True)
    cancel_again = len(painter.host.placed)
    painter.click("dream")
    until(lambda: painter.session.progress is not None and painter.session.progress.octave == 2, 60)
    painter.session.cancel()
    until(painter.widget("keep").isVisible)
    painter.click("drop")
    assert not painter.widget("keep").isVisible() and len(painter.host.placed) == cancel_again


def test_a_worker_that_has_lost_it_says_so(painter: Painter) -> None:
    cancel_in_the_middle(painter)
    job = painter.session.partial.job
    assert job is not None
    painter.client.stop(wait=True)
    assert painter.session.partial.job is None and not painter.widget("keep").isVisible()
    painter.session.partial.job = job
    painter.session.partial.hear(wire.Failed(job.number, "dream.stages", "", ""))
    assert painter.session.failed and painter.session.partial.job is None


def test_before_its_first_step_nothing_is_offered(painter: Painter) -> None:
    painter.session.wake()
    painter.click("dream")
    painter.session.cancel()
    assert painter.session.partial.job is None and not painter.widget("keep").isVisible()
