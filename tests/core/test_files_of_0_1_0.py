"""Recipes that version 0.1.0 wrote into pictures go on meaning what they meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core.dream import dream_array
from deepdream_core.files import pictures
from deepdream_core.settings.dream_settings import FORMER, SPECS, DreamSettings
from deepdream_core.settings.recipe import RECENTRED, settings_of
from deepdream_core.settings.style_settings import CONTENT_UNIT, StyleSettings

OLD = Path(__file__).resolve().parents[1] / "files_of_0_1_0"
SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "sample.jpg"
TODAY = {name: SPECS[name].default for name in FORMER}
ANIMALS = DreamSettings(
    objective="b10", size=25, step_size=1, random_rotation=5, random_scaling=5, steps=2, strength=80, seed=7, **FORMER
)
# 100 % as it was counted then.
STYLED = StyleSettings(content_weight=100 / 0.35)
EVERYTHING = DreamSettings(
    objective="b8[3,5-7]",
    octaves=2,
    octave_scale=1.5,
    working_size=96,
    steps=2,
    step_size=2,
    jitter=64,
    laplacian_levels=2,
    laplacian_strengths="1,0.5",
    smoothing=1,
    total_variation=0.1,
    l2_penalty=0.2,
    seamless=True,
    angle=30,
    random_rotation=5,
    random_scaling=5,
    optimiser="adam",
    keep_colours=True,
    hold_brightness=False,
    variation=40,
    feather=3,
    shadows=90,
    midtones=80,
    highlights=70,
    protect_lines=20,
    tile=256,
    **{**FORMER, "natural_colours": 100.0},
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("animals.png", ANIMALS), ("everything.png", EVERYTHING), ("styled.png", STYLED)],
)
def test_a_recipe_means_what_it_meant(name: str, expected: DreamSettings | StyleSettings):
    recipe = pictures.load(OLD / name).recipe
    assert recipe.settings == expected
    assert (recipe.version, recipe.width, recipe.height) == ("0.1.0", 96, 64)


def test_content_pulls_as_it_did():
    """0.1.0's Octave took ``content_weight / 100`` as it was."""
    settings = pictures.load(OLD / "styled.png").recipe.settings
    assert isinstance(settings, StyleSettings)
    assert settings.content_weight / 100 * CONTENT_UNIT == pytest.approx(1)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (35, 100), (1000, 1000 / 0.35)])
def test_a_content_weight_is_converted_once(old: float, new: float):
    settings = StyleSettings(content_weight=old)
    values = {"kind": "style", "settings": settings.to_dict()}
    read = settings_of(values)
    assert isinstance(read, StyleSettings) and read.content_weight == pytest.approx(new)
    assert settings_of({**values, "content": RECENTRED}) == settings


def test_a_thing_by_its_name_means_what_it_meant():
    recipe = pictures.load(OLD / "owl.jpg").recipe
    assert isinstance(recipe.settings, DreamSettings)
    assert recipe.settings.objective.startswith("class:owl")


@pytest.mark.parametrize("name", ["animals.png", "everything.png"])
def test_what_was_dreamed_then_can_be_dreamed_again(name: str):
    with Image.open(SAMPLE) as sample:
        pixels = np.asarray(sample.convert("RGB").resize((96, 64), Image.Resampling.BICUBIC))
    with Image.open(OLD / name) as kept:
        then = np.asarray(kept.convert("RGB"), np.float32)
    settings = pictures.load(OLD / name).recipe.settings
    source = pixels.astype(np.float32)
    again, today = (dream_array(pixels, each) for each in (settings, settings.replace(TODAY)))
    # Dreamed in bf16 on an Intel Xeon; another precision or processor rounds otherwise, and steps add that up.
    assert correlation(again - source, then - source) > 0.8
    assert correlation(today - source, then - source) < 0.5


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """From -1 to 1."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
