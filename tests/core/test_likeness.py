"""A dream with likeness keeps the original's forms, and something grows in it all the same."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.dream import Job, dream
from deepdream_core.image.pixels import Pixels
from deepdream_core.objective.syntax import parse
from deepdream_core.objective.terms import check, with_likeness
from deepdream_core.settings.dream_settings import DreamSettings
from docs.make_preset_pictures import source
from tests import independent

SHORT = DreamSettings(octaves=2, steps=8)


@pytest.fixture(scope="module")
def picture():
    return source("portrait", 224)


def dreamed(engine, picture, likeness, objective="b10", **pictures):
    settings = SHORT.replace({"likeness": likeness, "objective": objective})
    for progress in dream(Job(Pixels(picture), settings, pictures=pictures), engine):
        result = progress.result
    return result.rgb


def unlike(before, after):
    """How far the features of b3 are from the original's, as a share of them; by the independent network."""
    old, new = (independent.activation(rgb, "b3") for rgb in (before, after))
    return np.mean((new - old) ** 2) / np.mean(old**2)


def strength(rgb):
    return np.mean(independent.activation(rgb, "b10") ** 2)


def test_the_more_likeness_the_more_stays(engine, picture):
    found = {likeness: dreamed(engine, picture, likeness) for likeness in (0, 30, 100)}
    distances = [unlike(picture, rgb) for rgb in found.values()]
    assert distances[1] < 0.8 * distances[0] and distances[2] < 0.4 * distances[0]
    assert strength(found[0]) > strength(found[30]) > strength(found[100]) > 1.05 * strength(picture)


def test_each_mask_has_its_own(engine, picture):
    """A term under a mask is as strong beside likeness as one without."""
    white = Pixels(np.full(picture.shape, 255, np.float32))
    plain, masked = dreamed(engine, picture, 30), dreamed(engine, picture, 30, "b10@all", all=white)
    assert unlike(picture, masked) == pytest.approx(unlike(picture, plain), rel=0.1)


def test_every_network_has_an_early_layer(engine):
    info = engine.network("efficientnet_lite0").info
    terms = with_likeness(check(parse("b10@left + b8@right"), info), info)
    assert [(term.name, term.mask_name) for term in terms[2:]] == [("b3", "left"), ("b3", "right")]
