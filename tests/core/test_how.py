"""How it grows: seamlessly around the borders, and upright to wherever one likes."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.dream import Job, dream
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.settings.dream_settings import DreamSettings
from tests import independent

SHORT = DreamSettings(octaves=3, steps=6)


def dreamed(engine, picture, settings):
    for progress in dream(Job(Pixels(np.ascontiguousarray(picture)), settings), engine):
        result = progress.result
    return result.rgb


def steps_across(texture, axis):
    """The mean difference between neighbours at each place of a tiling; the border is the last."""
    return np.abs(np.roll(texture, -1, axis) - texture).mean(axis=(1 - axis, 2))


def border_rank(engine, settings):
    """At which share of all places the tiling's step is smaller than at the border: rows and columns, three seeds."""
    grey = np.full((190, 250, 3), 127, np.float32)
    ranks = []
    for seed in (1, 2, 3):
        texture = dreamed(engine, grey, settings.replace({"seed": seed}))
        steps = (steps_across(texture, axis) for axis in (0, 1))
        ranks += [(places[:-1] < places[-1]).mean() for places in steps]
    return np.median(ranks)


@pytest.mark.parametrize(
    "settings",
    [
        SHORT.replace({"seamless": True}),
        SHORT.replace({"seamless": True, "tile": 128, "jitter": 0, "total_variation": 0.5}),
        SHORT.replace({"seamless": True, "working_size": 150, "angle": 30}),
    ],
    ids=["plain", "tiled", "enlarged and turned"],
)
def test_a_seamless_texture_shows_no_border(engine, settings):
    assert border_rank(engine, settings) <= 0.95
    assert border_rank(engine, settings.replace({"seamless": False})) > 0.95


def test_at_90_degrees_it_grows_as_in_the_turned_picture(engine, clouds):
    upright = np.clip(resize(clouds, 384, 256), 0, 255)
    turned = np.rot90(upright)
    gains = {"turned picture": [], "angle": [], "upright": []}
    for seed in (1, 2, 3):
        settings = SHORT.replace({"objective": "b12", "seed": seed})
        results = {
            "turned picture": dreamed(engine, turned, settings),
            "angle": np.rot90(dreamed(engine, upright, settings.replace({"angle": 90}))),
            "upright": np.rot90(dreamed(engine, upright, settings)),
        }
        for name, result in results.items():
            gains[name].append(independent.gain(turned, result, "b12"))
    mean = {name: np.mean(values) for name, values in gains.items()}
    assert mean["angle"] == pytest.approx(mean["turned picture"], rel=0.1)
    assert mean["angle"] > 1.1 * mean["upright"]


def test_at_any_angle_the_network_stands_upright(engine, clouds):
    from PIL import Image

    def middle(picture):
        image = Image.fromarray(np.rint(np.clip(picture, 0, 255)).astype(np.uint8))
        return np.asarray(image.rotate(50, Image.Resampling.BICUBIC).crop((96, 32, 288, 224)), np.float32)

    picture = np.clip(resize(clouds, 384, 256), 0, 255)
    settings = SHORT.replace({"objective": "b12"})
    gains = [
        independent.gain(middle(picture), middle(dreamed(engine, picture, settings.replace({"angle": angle}))), "b12")
        for angle in (0, 50)
    ]
    assert gains[1] > 1.1 * gains[0]
