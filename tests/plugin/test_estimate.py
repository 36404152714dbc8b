"""How long a job will take: asked once for each question, and anew when the answer may be another."""

from __future__ import annotations

import pytest

from krita_deepdream.core import dream_settings, wire
from krita_deepdream.dreaming import estimate
from krita_deepdream.dreaming.estimate import Estimate
from krita_deepdream.jobs.job import DreamRequest

ORDER = DreamRequest("Animals", dream_settings.DreamSettings())
SIZE = (640, 480)


@pytest.fixture
def asked() -> list[wire.Estimate]:
    return []


@pytest.fixture
def times(asked: list[wire.Estimate]) -> Estimate:
    return Estimate(lambda question: asked.append(question) or True)


def test_a_question_is_asked_once_and_its_answer_kept(times: Estimate, asked: list[wire.Estimate]) -> None:
    assert times.seconds(ORDER, SIZE) is None and times.seconds(ORDER, SIZE) is None
    assert [(each.id, each.width, each.height, each.frames) for each in asked] == [(-1, 640, 480, 1)]
    times.heard(wire.Cost(-1, 12.0, 1))
    assert times.seconds(ORDER, SIZE) == 12 and times.bytes(ORDER, SIZE) == 1 and len(asked) == 1
    assert times.seconds(ORDER, (64, 48)) is None and len(asked) == 2


def test_a_part_of_a_picture_is_another_question(times: Estimate, asked: list[wire.Estimate]) -> None:
    times.seconds(ORDER, SIZE)
    times.bytes(ORDER, SIZE, is_part=True)
    assert [each.is_part for each in asked] == [False, True]
    times.heard(wire.Cost(-2, 1.0, 5))
    assert times.bytes(ORDER, SIZE, is_part=True) == 5 and times.bytes(ORDER, SIZE) is None


def test_what_is_not_known_yet_is_no_time(times: Estimate, asked: list[wire.Estimate]) -> None:
    times.seconds(ORDER, SIZE)
    times.heard(wire.Cost(-1, 0.0, 1))
    times.heard(wire.Cost(-7, 5.0, 1))
    assert times.seconds(ORDER, SIZE) is None and len(asked) == 1
    assert times.bytes(ORDER, SIZE) == 1


def test_memory_is_said_in_gigabytes() -> None:
    said = [estimate.memory_in_words(size) for size in (1, 640_000_000, 12_340_000_000)]
    assert said == ["0.1 GB", "0.6 GB", "12.3 GB"]


def test_after_a_job_or_with_another_worker_it_is_asked_anew(times: Estimate, asked: list[wire.Estimate]) -> None:
    times.seconds(ORDER, SIZE)
    times.heard(wire.Cost(-1, 12.0, 1))
    times.seconds(ORDER, (64, 48))
    times.forget()
    times.heard(wire.Cost(-2, 99.0, 1))
    assert times.seconds(ORDER, SIZE) is times.seconds(ORDER, (64, 48)) is None and len(asked) == 4


def test_without_a_worker_the_question_stays_open() -> None:
    there = [False]
    times = Estimate(lambda question: there[0])
    assert times.seconds(ORDER, SIZE) is None
    there[0] = True
    assert times.seconds(ORDER, SIZE) is None
    times.heard(wire.Cost(-2, 3.0, 1))
    assert times.seconds(ORDER, SIZE) == 3


def test_a_slider_that_is_moved_for_long_fills_no_memory(times: Estimate, asked: list[wire.Estimate]) -> None:
    for width in range(1, estimate.MOST + 50):
        times.seconds(ORDER, (width, 10))
        times.heard(wire.Cost(-width, 1.0, 1))
    assert times.seconds(ORDER, (1, 10)) is None and times.seconds(ORDER, (estimate.MOST + 49, 10)) == 1
