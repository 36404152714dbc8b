"""Only what grew: alpha lies where the dream is, and blended with it the picture is the dream there."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core import cli
from deepdream_core.dream import Job, dream
from deepdream_core.files import pictures
from deepdream_core.image.growth import growth
from deepdream_core.image.pixels import Pixels, blend
from deepdream_core.image.rows import everywhere
from deepdream_core.settings.dream_settings import DreamSettings
from docs.make_preset_pictures import KINDS, source

HEIGHT, WIDTH = 144, 216
SHORT = DreamSettings(objective="b10@third", octaves=2, steps=6)
THIRD = np.zeros((HEIGHT, WIDTH, 3), np.float32)
THIRD[:, : WIDTH // 3] = 255


def dreamed(engine, picture, **changed):
    job = Job(Pixels(picture), SHORT.replace(changed), pictures={"third": Pixels(THIRD)})
    for progress in dream(job, engine):
        result = progress.result
    return result


@pytest.fixture(scope="module")
def picture():
    return source("photo", 256)[:HEIGHT, :WIDTH]


@pytest.fixture(scope="module")
def grown(engine, picture):
    return dreamed(engine, picture, growth_alpha=True)


def test_alpha_lies_where_the_objective_counts(grown):
    inside = grown.alpha[:, : WIDTH // 3]
    assert inside.sum() >= 0.9 * grown.alpha.sum()
    assert 0.2 < inside.mean() < 0.9 and not grown.alpha[:, WIDTH // 3 :].any()


def test_over_the_source_it_is_the_plain_dream_where_alpha_is_full(engine, picture, grown):
    plain, full = dreamed(engine, picture), grown.alpha == 1
    assert np.array_equal(plain.rgb, grown.rgb) and full.mean() > 0.02
    laid_over = blend(picture, grown.rgb, grown.alpha)
    assert np.abs(laid_over - plain.rgb)[full].max() <= 2
    assert np.array_equal(laid_over[grown.alpha == 0], picture[grown.alpha == 0])


def test_a_recipe_brings_it_back(grown):
    assert grown.recipe.settings.growth_alpha
    assert not DreamSettings.from_dict({}).growth_alpha


@pytest.mark.parametrize("shift", [0, 9])
def test_flat_skies_stay_and_things_stand_alone(shift):
    random = np.random.default_rng(1)
    added = random.normal(0, 1, (120, 160)).astype(np.float32)
    added[40:80, 60 + shift : 110] *= 12
    alpha = growth(added, everywhere(120, 160))
    assert alpha[50:70, 75:95].min() == 1
    assert alpha[:, :30].max() == alpha[:15].max() == 0


def test_nothing_that_grew_is_nothing():
    assert growth(np.zeros((9, 14), np.float32), everywhere(9, 14)).max() == 0


@pytest.mark.parametrize("name", ["alone.png", "alone.webp", "alone.tif", "alone.exr", "over.jpg"])
def test_a_file_carries_it_as_alpha(tmp_path, picture, grown, name):
    """Where the format has transparency; the others hold the picture with what grew."""
    file = pictures.load(KINDS["photo"])
    target, words = tmp_path / name, ["--layer", "b6", "--octaves", "1", "--steps", "1", "--working-size", "96"]
    assert cli.main(["dream", str(file.path), str(target), *words, "--growth-alpha"]) == 0
    after = pictures.load(target)
    assert after.recipe.settings.growth_alpha
    if name == "over.jpg":
        assert after.pixels.alpha is None
    else:
        assert after.pixels.alpha.min() == 0 and after.pixels.alpha.max() == 1
