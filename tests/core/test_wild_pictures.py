"""Whole dreams, styles and renewals beyond black and white, and what they refuse, with an engine of numpy."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from deepdream_core.dream import Job, dream, renew, run
from deepdream_core.dream.finish import Finish
from deepdream_core.dream.plan import planned
from deepdream_core.dream.renewal_plan import _cut_out
from deepdream_core.dream.renewal_plan import planned as renewal_planned
from deepdream_core.engine import views
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.region import Box, find_region
from deepdream_core.image.rows import everywhere
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.style import job as styles
from deepdream_core.style.job import StyleJob
from deepdream_core.system import memory
from tests.core.test_ends import board, flat, inside, noise
from tests.core.test_renewal import renewal_of
from tests.fakes.engine import FakeEngine

QUICK = DreamSettings(octaves=2, steps=2, working_size="full", laplacian_levels=2)
PAINT = StyleSettings(octaves=2, steps=2, working_size=80)
# Edges at which bicubic filters overshoot, from far below black to far above white; and lamps.
WILD = np.concatenate([board(96, 128) * 1.8 - 90, flat(900, 16, 128), noise(32, 128)])
LARGER = DreamSettings(octaves=2, steps=1, working_size=80, laplacian_levels=1)


def code(call, *what: object) -> str:
    with pytest.raises(DreamError) as told:
        call(*what)
    return told.value.code


def last(steps):
    *others, done = steps
    assert all(inside(each.preview) for each in others if each.preview is not None)
    return done.result


@pytest.mark.parametrize("headroom", [True, False])
def test_a_dream_begins_and_ends_within_what_there_is(headroom):
    settings = LARGER.replace({"headroom": headroom})
    assert inside(planned(Job(Pixels(WILD), settings), FakeEngine()).base)
    result = last(dream(Job(Pixels(WILD), settings), FakeEngine()))
    assert inside(result.rgb, 0, 900) and (result.rgb <= np.maximum(WILD, 255)).all()
    started = last(dream(Job(Pixels(WILD), settings, start=noise(144, 128, -9e3, 9e3)), FakeEngine()))
    assert inside(started.rgb, 0, 900)


@pytest.mark.parametrize("keep_colours", [True, False])
def test_a_style_begins_and_ends_within_what_there_is(keep_colours):
    settings = PAINT.replace({"keep_colours": keep_colours})
    job = StyleJob(Pixels(WILD), settings, {"style000": Pixels(board(30, 30) * 1.6 - 80)})
    plan = styles._planned(job, FakeEngine())
    assert inside(plan.content) and all(map(inside, plan.styles))
    painting = styles._Painting(plan)
    start = painting._octave_start(51, 45)
    assert inside(start.content) and inside(start.ground) and all(map(inside, start.areas[0].styles))
    result = last(styles.style(job, FakeEngine())).rgb
    assert np.isfinite(result).all() and (result <= np.maximum(WILD, 255) + 0.01).all()
    assert result[98:110].min() > 600, "what is lighter than white stays so much lighter"
    painting._picture = board(*plan.content.shape[:2]) * 1.5 - 60
    plain = replace(plan, seen=np.clip(plan.seen, 0, 255))
    painting._plan = plain
    assert inside(painting._result().rgb, -1e-3, 255.001)


def test_what_grew_is_measured_within_tones():
    source = noise(8, 8)
    region = find_region(8, 8, None, QUICK)
    finish = Finish(source, None, region, everywhere(8, 8), 0.5, views.origin(QUICK, 8, 8), QUICK)
    for sign in (-1, 1):
        strong, stronger = (finish._light_added(source, flat(sign * size)) for size in (400, 9e3))
        assert np.isfinite(stronger).all() and np.abs(strong - stronger).max() < 1e-3


# What is asked for beforehand


def test_a_job_asks_for_its_memory_before_it_begins(monkeypatch, part):
    monkeypatch.setattr(memory, "available", lambda: 1)
    for steps in (
        dream(Job(Pixels(WILD), QUICK), FakeEngine()),
        styles.style(StyleJob(Pixels(WILD), PAINT, {"style000": Pixels(WILD)}), FakeEngine()),
        renew(part(), FakeEngine()),
    ):
        assert code(next, steps) == "memory.short"


def test_pictures_that_are_missing_are_told(part):
    for objective in ("guide:b4", "b4@hill"):
        settings = QUICK.replace({"objective": objective})
        assert code(next, dream(Job(Pixels(WILD), settings), FakeEngine())) == "objective.picture"
        renewal = part()
        assert code(renewal_planned, replace(renewal, job=replace(renewal.job, settings=settings)), FakeEngine()) == (
            "objective.picture"
        )


# Renewals


@pytest.fixture(scope="module")
def whole():
    """A dream of two networks' steps, of which the record knows everything."""
    return last(dream(Job(Pixels(noise(64, 72)), QUICK), FakeEngine()))


@pytest.fixture
def part(whole):
    """Makes its renewal, by a changed record."""

    def make(**changes: object):
        changed = np.zeros((64, 72), np.uint8)
        changed[20:30, 20:34] = 1
        record = {**json.loads(json.dumps(whole.record)), **changes}
        made = renewal_of(Job(Pixels(noise(64, 72)), QUICK), np.rint(whole.rgb).astype(np.uint8), changed, whole.record)
        return replace(made, record=record)

    return make


def _step(**changes: object) -> list:
    values = {
        "direction": 0,
        "bands": [[1.0] * 3],
        "balance": [],
        "natural": [1.0, 1.0],
        "numbers": [1e-3, 1.0, 0.0, 1.0, 1.0, 1.0],
    }
    return list({**values, **changes}.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"direction": 1},
        {"direction": -1},
        {"direction": "x"},
        {"bands": [[1.0] * 3] * 2},
        {"bands": [[1.0] * 2]},
        {"balance": [1.0]},
        {"natural": [1.0]},
        {"natural": [True, 1.0]},
        {"natural": ["1", 1.0]},
        {"natural": [float("nan"), 1.0]},
        {"numbers": [1.0]},
        {"numbers": [1.0] * 7},
        {"numbers": [float("inf"), 1.0, 0.0, 1.0, 1.0, 1.0]},
    ],
)
def test_a_step_that_no_dream_took_is_no_record(part, wrong):
    assert len(list(renew(part(steps=[[_step()] * 2] * 2), FakeEngine()))) > 1
    assert code(next, renew(part(steps=[[_step(**wrong)] * 2] * 2), FakeEngine())) == "renewal.record"


@pytest.mark.parametrize(
    "wrong",
    [
        {"core": [0, 0, 0, 64]},
        {"crop": [0, 0, 72, 0]},
        {"core": [0, 0]},
        {"octaves": [[50, 45]]},
        {"octaves": [[50, 45], [72, 0]]},
        {"octaves": [[0, 45], [72, 64]]},
        {"octaves": []},
        {"octaves": 7},
        {"room": None},
        {"room": "half"},
        {"room": True},
        {"lines": [1.0]},
        {"lines": [1.0, float("inf")]},
        {"channels": []},
        {"channels": [[], []]},
        {"likeness": [[1.0]]},
        {"steps": []},
        {"steps": [[], []]},
        {"steps": None},
    ],
)
def test_a_record_that_no_dream_left_is_none(part, wrong):
    assert code(next, renew(part(**wrong), FakeEngine())) == "renewal.record"


def test_where_nothing_of_the_dream_changed_there_is_nothing_to_renew(part):
    """Nothing at all, nothing within the dream, nothing within what was sent of it."""
    renewal = part()
    still = np.zeros_like(renewal.changed)
    for none in (
        replace(renewal, changed=still),
        replace(renewal, x=500, y=500),
    ):
        assert code(next, renew(none, FakeEngine())) == "renewal.nothing"
    corner = np.zeros(renewal.changed.shape, np.float32)
    corner[:2, :2] = 1
    assert code(_cut_out, replace(renewal.job, mask=corner), Box(30, 30, 9, 9), None) == "renewal.nothing"


def test_a_renewal_of_what_is_lighter_than_white_shines_on(part):
    renewal = part()
    bright = renewal.job.pixels.rgb * np.float32(3) - 100
    job = replace(renewal.job, pixels=Pixels(bright))
    plan = renewal_planned(replace(renewal, job=job, old_dream=Pixels(bright * np.float32(1.5))), FakeEngine())
    assert inside(plan.base)
    assert np.abs(plan.old_detail()).max() < 1000
    result = last(renew(replace(renewal, job=job), FakeEngine()))
    assert np.isfinite(result.rgb).all() and inside(result.mask, 0, 1)
    for cutout in (plan.at(0), plan.at(1)):
        assert inside(plan.weight(cutout), 0, 1)


def test_only_noise_that_is_wanted_has_colours():
    random = np.random.default_rng
    grey = run.start_noise(8, 8, DreamSettings(hold_saturation=True), random(1))
    coloured = run.start_noise(8, 8, DreamSettings(hold_saturation=False), random(1))
    assert np.ptp(grey, axis=2).max() == 0 and np.ptp(coloured, axis=2).max() > 0
