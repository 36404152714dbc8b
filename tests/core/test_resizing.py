"""Pictures resized a few rows at a time are as they are resized in one go, and 8 bits are as good as floats."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from deepdream_core.dream import Job, dream
from deepdream_core.image.pixels import Pixels, from_wire
from deepdream_core.image.resizing import resize, resize_around
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings


def at_once(picture, width, height, method, box=None):
    planes = [Image.fromarray(np.ascontiguousarray(picture[..., channel])) for channel in range(3)]
    return np.stack([np.asarray(plane.resize((width, height), method, box)) for plane in planes], axis=2)


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).uniform(0, 255, (700, 500, 3)).astype(np.float32)


@pytest.mark.parametrize("size", [(1100, 1003), (490, 640), (300, 2100), (1, 1)])
def test_rows_are_resized_as_the_whole_is(noise, size):
    for softly, method in ((True, Image.Resampling.BICUBIC), (False, Image.Resampling.BILINEAR)):
        assert np.abs(resize(noise, *size, softly) - at_once(noise, *size, method)).max() < 0.02


def test_textures_are_resized_as_the_middle_of_nine_is(noise):
    nine, box = np.tile(noise, (3, 3, 1)), (500, 700, 1000, 1400)
    wanted = at_once(nine, 900, 1000, Image.Resampling.BICUBIC, box)
    assert np.abs(resize_around(noise, 900, 1000) - wanted).max() < 0.02


def test_what_has_that_size_is_not_copied(noise):
    assert resize(noise, 500, 700) is noise


def test_8_bits_are_not_copied_and_are_dreamed_as_the_same_floats(engine):
    samples = np.random.default_rng(0).integers(0, 256, (90, 70, 4), np.uint8)
    samples[..., 3] = 255
    pixels = from_wire(wire.Picture(70, 90, "U8", samples.data.cast("B")))
    assert np.shares_memory(pixels.rgb, samples)
    settings = DreamSettings(octaves=2, steps=2)
    dreams = [
        list(dream(Job(Pixels(rgb), settings), engine))[-1].result.rgb
        for rgb in (pixels.rgb, pixels.rgb.astype(np.float32))
    ]
    assert np.array_equal(*dreams)
