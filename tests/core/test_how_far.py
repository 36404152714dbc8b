"""At "auto" an octave ends as soon as the objective is as strong as in photographs, and a part of it ends there too."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deepdream_core.catalogue import network
from deepdream_core.dream import Job, dream, renew
from deepdream_core.dream.record import Record
from deepdream_core.engine.photographs import strength_in_photographs
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.objective.syntax import parse
from deepdream_core.objective.terms import check
from deepdream_core.settings.dream_settings import DreamSettings
from tests import independent
from tools import photographs

from .test_renewal import renewal_of

LONG = DreamSettings(objective="b10", octaves=2, steps=40, how_far="auto", headroom=False)


def dreamed(engine, source, settings):
    progress = list(dream(Job(Pixels(source), settings), engine))
    return progress, progress[-1].result


@pytest.fixture(scope="module")
def small(clouds):
    return resize(clouds, 288, 160)


@pytest.fixture(scope="module")
def ended(engine, small):
    return dreamed(engine, small, LONG)


def test_a_dream_ends_where_its_layer_is_as_strong_as_in_photographs(small, ended):
    _progress, result = ended
    steps = [len(octave) for octave in result.record["steps"]]
    assert all(1 < count < LONG.steps for count in steps)
    usual = strength_in_photographs(parse("b10")[0], network("efficientnet_lite0"))
    before, after = (np.mean(independent.activation(each, "b10") ** 2) for each in (small, result.rgb))
    # The seed weighs channels, and other positions are seen after the last step.
    assert before < 0.7 * usual
    assert after == pytest.approx(usual, rel=0.3)


def test_each_octave_has_a_last_step_with_its_picture(ended):
    progress, _result = ended
    last = [(each.octave, each.step) for each in progress if each.octave_picture is not None]
    assert last == [(octave, LONG.steps) for octave in (1, 2)]
    assert [each.done for each in progress if each.octave_picture is not None][-1] == progress[-1].total


def test_it_stops_sooner_and_not_elsewhere(engine, small, ended):
    """With as many steps as were taken, and without "auto", the first octave's steps are the same to the last bit."""
    first = len(ended[1].record["steps"][0])
    plain = LONG.replace({"how_far": "steps", "steps": first})
    assert dreamed(engine, small, plain)[1].record["steps"][0] == ended[1].record["steps"][0]


def test_what_may_not_move_does_not_keep_a_small_mask_from_ending(engine, small):
    mask = np.zeros(small.shape[:2], np.float32)
    mask[48:112, 100:164] = 1
    settings = LONG.replace({"octaves": 1})
    *_, last = dream(Job(Pixels(small), settings, mask), engine)
    (steps,) = last.result.record["steps"]
    assert 1 < len(steps) < settings.steps


def test_who_goes_further_gets_all_the_steps(engine, small):
    further = LONG.replace({"octaves": 1, "steps": 25, "further": 1})
    first, second = dreamed(engine, small, further)[1].record["steps"]
    assert len(first) < len(second) == further.steps


def test_a_part_takes_the_steps_of_its_whole(engine, small, ended):
    new = small.copy()
    new[60:100, 120:160] = 200
    changed = np.zeros(small.shape[:2], np.uint8)
    changed[60:100, 120:160] = 1
    *steps, done = renew(renewal_of(Job(Pixels(new), LONG), ended[1].rgb, changed, ended[1].record), engine)
    taken = [sum(each.preview is not None for each in steps if each.octave == octave + 1) for octave in range(2)]
    assert taken == [len(octave) for octave in ended[1].record["steps"]]
    assert done.result.record == ended[1].record


def test_a_record_may_have_fewer_steps_only_where_an_octave_may_end_earlier(ended):
    record = ended[1].record
    assert Record.from_dict(record, LONG).to_dict() == record
    with pytest.raises(DreamError):
        Record.from_dict(record, LONG.replace({"how_far": "steps"}))
    with pytest.raises(DreamError):
        Record.from_dict({**record, "steps": [[], []]}, LONG)


@pytest.mark.parametrize(
    ("objective", "usual"),
    [
        ("b10", lambda b10: b10["layer"]),
        ("b10[3,4]", lambda b10: b10["channel"]),
        ("b10[3*2,4*-4]", lambda b10: 3 * b10["channel"]),
        ("b10[3]:square", lambda b10: b10["channel"] ** 2),
        ("b10:mean", lambda _b10: math.inf),
        ("guide:b10", lambda _b10: math.inf),
    ],
)
def test_each_kind_of_term_has_its_own_measure(objective, usual):
    info = network("efficientnet_lite0")
    (term,) = check(parse(objective), info)
    assert strength_in_photographs(term, info) == usual(photographs.table()[info.name]["b10"])


def test_a_network_that_is_not_in_the_table_takes_all_its_steps():
    info = network("inception5h")
    assert strength_in_photographs(parse(info.default_layer)[0], info) == math.inf


def test_the_table_is_what_its_command_makes(engine, clouds):
    """Of photographs from elsewhere: here only its form, and that it is of the same order as one of our own."""
    name = "efficientnet_lite0"
    made, kept = photographs.measured(name, [resize(clouds, 512, 288)]), photographs.table()[name]
    assert {layer: set(each) for layer, each in made.items()} == {layer: set(each) for layer, each in kept.items()}
    ratios = [made[layer][kind] / kept[layer][kind] for layer in kept for kind in kept[layer]]
    assert all(0.2 < ratio < 2 for ratio in ratios)
