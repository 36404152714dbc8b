"""How large is computed goes by area, so that wide and tall pictures show motifs; recipes of old keep their numbers."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from deepdream_core.dream import Job, dream
from deepdream_core.engine import cost
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import PRESETS
from deepdream_core.settings.recipe import Recipe, settings_of
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.surroundings import SURROUNDINGS_PX, surroundings
from deepdream_core.settings.working_size import extent, longer_side, working_scale
from deepdream_core.style.job import StyleJob, style

ANIMALS = PRESETS["Animals"].settings
ORDINARY = 1024 * 768


@pytest.mark.parametrize("settings", [DreamSettings(), StyleSettings()], ids=lambda settings: settings.kind)
@pytest.mark.parametrize(
    ("width", "height"),
    [
        (7000, 512),
        (2800, 700),
        (20_000, 600),
        (6000, 4000),
        (1920, 1080),
        (4000, 4000),
        (900, 600),
        (3000, 10),
        (1, 1),
        (40_000, 401),
        (1024, 768),
    ],
)
def test_the_area_is_that_of_an_ordinary_picture_and_the_shorter_side_no_strip(settings, width, height):
    scale = working_scale(width, height, settings)
    assert scale == working_scale(height, width, settings)
    computed, shorter = width * height * scale**2, min(width, height) * scale
    most = settings.automatic_size**2 * 3 / 4
    assert 0 < scale <= 1 and shorter >= min(400, min(width, height)) * 0.9999
    if scale < 1:
        assert computed == pytest.approx(most, rel=1e-6) or shorter == pytest.approx(400)
        assert computed >= most * 0.9999
    else:
        assert width * height <= most * 1.0001 or min(width, height) <= 401


def test_a_number_is_the_longer_side_and_full_is_full():
    assert working_scale(7000, 512, DreamSettings(working_size=700)) == 0.1
    assert working_scale(512, 7000, StyleSettings(working_size=700)) == 0.1
    assert working_scale(7000, 512, DreamSettings(working_size="full")) == 1
    assert working_scale(70, 51, DreamSettings(working_size=700)) == 1


@pytest.mark.parametrize(("word", "side"), [("draft", 512), ("fine", 2048)])
def test_draft_and_fine_go_by_area_too(word, side):
    """A draft of a panorama is no smear either; of an ordinary picture, the number is the longer side."""
    settings = DreamSettings(working_size=word)
    assert working_scale(6000, 4500, settings) == pytest.approx(side / 6000, rel=0.01)
    wide = working_scale(7000, 512, settings)
    assert wide * 512 >= 400 * side / 2048 and wide > side / 7000 * 2
    assert working_scale(300, 200, settings) == 1


def test_a_sketch_of_a_wide_canvas_is_no_strip_either():
    assert longer_side(4000, 3000, 192) == 192
    assert longer_side(7000, 512, 512) == longer_side(512, 7000, 512) == round(200 / 512 * 7000)
    assert longer_side(100, 80, 192) == 100


def test_motifs_are_measured_by_what_fits_in():
    assert extent(1500, 1000) == extent(1000, 1500) == 1500
    assert extent(2000, 1000) == 2000
    assert extent(7000, 512) == extent(512, 7000) == 1024


@pytest.mark.parametrize(("width", "height"), [(7000, 512), (512, 7000)])
def test_a_wide_dream_has_octaves_in_which_motifs_fit_and_takes_what_was_said(engine, width, height):
    job = Job(Pixels(np.full((height, width, 3), 100, np.uint8)), ANIMALS.replace({"jitter": 0}))
    first = next(dream(job, engine))
    assert first.total == pytest.approx(cost.work(job.settings, width, height), rel=0.02)
    scale = working_scale(width, height, job.settings)
    motif = engine.network(ANIMALS.network).info.layer("b10").motif_px
    smallest = 400 * motif / (ANIMALS.size / 100 * extent(width * scale, height * scale))
    # The motif, as large as asked for, is smaller than the strip that it grows in.
    assert first.octaves >= 2 and motif < smallest


def test_a_wide_style_begins_where_strokes_fit_in(engine):
    content = Pixels(np.full((64, 900, 3), 90, np.uint8))
    first = next(style(StyleJob(content, StyleSettings(steps=1), {"style": Pixels(content.rgb[:, :99])}), engine))
    # 900 x 64 counts as 128 x 64: one octave, not one of 112 x 8 first.
    assert first.octaves == 1


def test_surroundings_come_down_to_the_same_width_whatever_the_shape():
    for width, height in ((7000, 512), (512, 7000), (6000, 4000), (300, 200)):
        seen = surroundings(width, height) * working_scale(width, height, DreamSettings())
        assert seen == pytest.approx(SURROUNDINGS_PX, abs=0.6)
    assert surroundings(7000, 512, 1024) == surroundings(7000, 512, "full") == 437


def old(settings, width: int, height: int) -> dict:
    """The recipe of a region that was computed as ``width`` x ``height``, as it was written before."""
    recipe = Recipe(settings, "0.1.0", "00", "2", "x", 2, "fp32", 512, width, height, {}).to_dict()
    del recipe["sizes"], recipe["content"]
    return recipe


def test_recipes_of_old_keep_their_numbers():
    wide = settings_of(old(ANIMALS, 1024, 75))
    assert (wide.working_size, wide.size) == (1024, "auto")
    # As octaves.py had it: the ratio of 25 % of the longer side to the motif, in steps of about 1.4.
    ratio = 0.25 * 1024 / cost.network(ANIMALS.network).layer("b10").motif_px
    count = 1 + max(1, round(math.log(ratio) / math.log(1.4)))
    assert (wide.octaves, wide.octave_scale) == (count, pytest.approx(max(1.05, ratio ** (1 / (count - 1)))))
    assert cost.work(wide, 7000, 512) < 0.05 * cost.work(ANIMALS, 7000, 512)
    assert settings_of(old(ANIMALS, 1024, 683)) == ANIMALS.replace({"working_size": 1024})
    assert settings_of(old(ANIMALS, 1000, 1000)) == ANIMALS.replace({"working_size": 1024})
    assert settings_of(old(ANIMALS, 600, 400)) == ANIMALS
    assert settings_of(old(ANIMALS.replace({"working_size": 300}), 300, 200)) == ANIMALS.replace({"working_size": 300})
    painted = settings_of(old(StyleSettings(), 1600, 400))
    assert (painted.working_size, painted.style_scale, painted.octaves) == (1600, 200, 6)


def test_recipes_of_today_say_so_and_are_taken_as_they_are():
    new = Recipe(ANIMALS, "0.1.0", "00", "2", "x", 2, "fp32", 512, 5469, 400, {})
    assert Recipe.from_json(new.to_json()) == new
    assert Recipe.from_dict(old(ANIMALS, 600, 400)).sizes == new.sizes


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Recipe) if field.name != "sizes"])
@pytest.mark.parametrize("value", [5.5, None, [], 10**400], ids=["float", "none", "list", "huge"])
def test_a_recipe_of_other_kinds_of_values_is_none(field, value):
    values = Recipe(ANIMALS, "0.1.0", "00", "2", "x", 2, "fp32", 512, 600, 400, {}).to_dict()
    if field in ("threads", "tile", "width", "height") and value == 10**400:
        return
    with pytest.raises((TypeError, DreamError)):
        Recipe.from_dict({**values, field: value})
