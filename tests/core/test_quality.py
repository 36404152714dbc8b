"""A quality is size and steps together, and there and back again nothing has changed."""

from __future__ import annotations

import pytest

from deepdream_core.settings import quality
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import PRESETS
from deepdream_core.settings.working_size import AUTO, DRAFT, FINE, FULL

ANIMALS = PRESETS["Animals"].settings


def test_fine_takes_more_steps_and_pulls_back():
    fine = ANIMALS.replace(quality.at(ANIMALS, FINE))
    assert (fine.working_size, fine.steps, fine.l2_penalty) == (FINE, 28, 0.8)
    assert quality.at(ANIMALS, 300) == {"working_size": 300, "steps": 14, "l2_penalty": 0.0}


@pytest.mark.parametrize("there", quality.QUALITIES)
@pytest.mark.parametrize("then", quality.QUALITIES)
def test_there_and_back_again_is_where_it_was(there, then):
    settings = ANIMALS
    for size in (there, then, AUTO):
        settings = settings.replace(quality.at(settings, size))
    assert settings == ANIMALS


def test_what_was_pulled_back_otherwise_stays_so():
    own = ANIMALS.replace({"l2_penalty": 0.3})
    assert quality.at(own, FINE) == {"working_size": FINE, "steps": 14}
    assert quality.at(ANIMALS.replace({"steps": 500}), FULL)["steps"] == 500


def test_each_takes_longer_than_the_one_before():
    efforts = [
        quality.effort(ANIMALS.replace(quality.at(ANIMALS, size)), 4000, 3000) for size in (DRAFT, AUTO, FINE, FULL)
    ]
    assert efforts[0] * 3.9 < efforts[1] and efforts[1] * 7.9 < efforts[2] and efforts[2] * 3.5 < efforts[3]
    assert quality.effort(DreamSettings(), 1000, 1000) > 0
