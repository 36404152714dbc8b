"""How the gradient is shaped shows in numbers: bands, smoothness, colours, tones, optimisers, seeds."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import tensorflow as tf

from deepdream_core.dream import Job, dream
from deepdream_core.engine import laplacian
from deepdream_core.engine.bands import Bands, even_out
from deepdream_core.image.colour import LUMINANCE, keep_chroma
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.image.rows import everywhere
from deepdream_core.settings.dream_settings import FORMER, DreamSettings
from tests import independent

# Without what ``test_colour`` looks at: it would hide what becomes of the gradient.
BASE = DreamSettings(octaves=2, steps=6, variation=0, **FORMER)


def dreamed(engine, source, **settings):
    for progress in dream(Job(Pixels(source), BASE.replace(settings)), engine):
        result = progress.result
    return result.rgb


@pytest.fixture(scope="module")
def small(clouds):
    return resize(clouds, 320, 192)


@pytest.fixture(scope="module")
def plain(engine, small):
    return dreamed(engine, small)


def noise(*shape):
    return np.random.default_rng(5).standard_normal(shape, np.float32)


@pytest.mark.parametrize("size", [(64, 96), (37, 53), (1, 5)])
def test_splitting_and_merging_is_the_identity(size):
    picture = tf.constant(noise(1, *size, 3))
    np.testing.assert_allclose(laplacian.merge(laplacian.split(picture, 4)), picture, atol=1e-5)


def plainly_evened(gradient, mask, strengths):
    """The definition: split into bands, each divided by its root mean square over the mask, times its strength."""
    pictures = [gradient]
    for _ in strengths[1:]:
        pictures.append(cv2.pyrDown(pictures[-1]))
    merged = 0
    for index, strength in reversed(list(enumerate(strengths))):
        picture = pictures[index]
        height, width = picture.shape[:2]
        band = picture - cv2.pyrUp(pictures[index + 1], dstsize=(width, height)) if pictures[index + 1 :] else picture
        weight = resize(mask, width, height, enlarge_softly=False)[..., np.newaxis]
        even = band * strength / np.sqrt((np.square(band) * weight).sum() / (3 * weight.sum()))
        merged = even + (cv2.pyrUp(merged, dstsize=(width, height)) if pictures[index + 1 :] else 0)
    return merged


@pytest.mark.parametrize("size", [(64, 96), (37, 53), (300, 515), (701, 400), (3, 9)])
@pytest.mark.parametrize("masked", [False, True])
def test_bands_are_evened_out_row_by_row_as_at_once(size, masked):
    gradient, strengths = noise(*size, 3) + 3, (1.0, 0.5, 2.0, 1.0)
    mask = (
        np.linspace(0, 1, size[1], dtype=np.float32)[np.newaxis].repeat(size[0], axis=0)
        if masked
        else (everywhere(*size))
    )
    expected = plainly_evened(gradient, np.ascontiguousarray(mask), strengths)
    even_out(gradient, mask, Bands(strengths))
    np.testing.assert_allclose(gradient, expected, atol=2e-3 * np.abs(expected).max())


@pytest.mark.parametrize("row", [20, 123, 124, 125, 299])
def test_smoothing_row_by_row_is_a_gaussian(row):
    dot = np.zeros((300, 700, 3), np.float32)
    dot[row, 350] = 1
    across, down = np.meshgrid(np.arange(700) - 350, np.arange(300) - row)
    bell = np.exp(-(across**2 + down**2) / (2 * 2.0**2)) / (2 * np.pi * 2.0**2)
    even_out(dot, everywhere(300, 700), Bands(smoothing=2.0))
    np.testing.assert_allclose(dot, np.repeat(bell[..., np.newaxis], 3, axis=2), atol=3e-4)


def test_every_band_gets_its_strength():
    wave = np.ones((128, 128, 3), np.float32) * np.sin(np.arange(128, dtype=np.float32) / 15)[:, np.newaxis, np.newaxis]
    gradient = noise(128, 128, 3) + 30 * wave
    mask = np.ones((128, 128), np.float32)

    def wave_and_grain(*strengths):
        found = gradient.copy()
        even_out(found, mask, Bands(strengths))
        height = float((found * wave).sum() / np.square(wave).sum())
        return height, float(np.std(found - height * wave))

    height, grain = wave_and_grain(1, 1, 1)
    assert height / grain < 3
    assert 0.4 * height < wave_and_grain(1, 1, 0.5)[0] < 0.8 * height


def spectrum_share(change, above):
    """Share of the energy of a change at frequencies above ``above`` cycles per pixel."""
    power = np.abs(np.fft.fft2(change.mean(axis=2))) ** 2
    frequency = np.hypot(*np.meshgrid(*(np.fft.fftfreq(n) for n in change.shape[1::-1])))
    return float(power[frequency > above].sum() / power.sum())


def test_laplacian_normalisation_makes_the_dream_less_grainy(engine, small, plain):
    without = dreamed(engine, small, laplacian_levels=0)
    assert spectrum_share(plain - small, 0.15) < 0.6 * spectrum_share(without - small, 0.15)


def test_a_strength_of_zero_silences_a_band(engine, small, plain):
    quiet = dreamed(engine, small, laplacian_strengths="0,1")
    assert spectrum_share(quiet - small, 0.25) < 0.5 * spectrum_share(plain - small, 0.25)


def test_smoothing_takes_away_grain(engine, small):
    rough, calm = (dreamed(engine, small, laplacian_levels=0, smoothing=sigma) for sigma in (0, 1.5))
    assert spectrum_share(calm - small, 0.2) < 0.75 * spectrum_share(rough - small, 0.2)


def test_total_variation_is_less_where_it_costs(engine, small, plain):
    def variation(picture):
        return sum(float(np.abs(np.diff(picture, axis=axis)).mean()) for axis in (0, 1))

    assert variation(dreamed(engine, small, total_variation=2)) < 0.7 * variation(plain)


def test_pull_back_stays_nearer_to_the_original(engine, small, plain):
    held = dreamed(engine, small, l2_penalty=1.0)
    assert np.abs(held - small).mean() < 0.85 * np.abs(plain - small).mean()


def rotated_gain(source, picture):
    """Gain of b10 as seen by a network that looks at both pictures turned by 12 degrees."""
    from PIL import Image

    turned = [
        np.asarray(Image.fromarray(np.uint8(np.rint(one))).rotate(12, Image.Resampling.BICUBIC), np.float32)
        for one in (source, picture)
    ]
    return independent.gain(*turned, "b10")


def test_random_turning_makes_forms_that_survive_turning(engine, small, plain):
    firm = dreamed(engine, small, random_rotation=15, random_scaling=10, steps=12)
    loose = dreamed(engine, small, steps=12)
    kept_firm = rotated_gain(small, firm) / independent.gain(small, firm, "b10")
    kept_loose = rotated_gain(small, loose) / independent.gain(small, loose, "b10")
    assert kept_firm > 1.05 * kept_loose


@pytest.mark.parametrize("optimiser", ["momentum", "adam"])
def test_other_optimisers_climb_too_and_go_elsewhere(engine, small, plain, optimiser):
    other = dreamed(engine, small, optimiser=optimiser)
    assert independent.gain(small, other, "b10") >= 2
    assert np.abs(other - plain).mean() > 2


def chroma(rgb):
    red, green, blue = np.moveaxis(rgb, 2, 0)
    return np.stack(
        [
            128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
            128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
        ]
    )


def test_kept_colours_stay_and_luminance_gives_way(engine, clouds):
    source = resize(clouds, 512, 288)
    kept = np.rint(dreamed(engine, source, keep_colours=True, steps=10))
    change = np.abs(chroma(kept) - chroma(source)).max(axis=0)
    inside = ((kept > 0) & (kept < 255)).all(axis=2)
    assert change[inside].max() <= 2
    assert np.median(change) <= 2
    assert independent.gain(source, kept, "b10") >= 2
    assert np.median(np.abs(chroma(dreamed(engine, source)) - chroma(source)).max(axis=0)) > 2


def test_where_a_channel_would_clip_luminance_gives_way_not_chroma():
    source = np.array([[[250, 10, 100]]], np.float32)
    brighter = keep_chroma(source, source + 100)
    np.testing.assert_allclose(brighter, source + 5)
    np.testing.assert_allclose(brighter @ LUMINANCE - source @ LUMINANCE, 5, atol=1e-3)


def test_natural_colours_are_less_of_a_rainbow(engine, small, plain):
    natural = dreamed(engine, small, natural_colours=100)
    share = [
        np.std(chroma(one - small), axis=(1, 2)).sum() / np.std((one - small) @ LUMINANCE) for one in (natural, plain)
    ]
    assert share[0] < 0.5 * share[1]


def test_a_long_run_keeps_brightness_and_contrast(engine, small):
    away = {"objective": "b2", "octaves": 1, "steps": 60, "step_size": 3}
    held, drifting = (dreamed(engine, small, hold_brightness=hold, **away) for hold in (True, False))
    before, after, loose = ((one @ LUMINANCE) for one in (small, held, drifting))
    assert abs(after.mean() / before.mean() - 1) < 0.02
    assert after.std() <= 1.3 * before.std() + 14
    assert abs(loose.mean() / before.mean() - 1) > 0.02 or loose.std() > after.std() * 1.2


def test_two_seeds_differ_visibly_at_like_gains(engine, clouds):
    source = resize(clouds, 512, 288)
    settings = {"octaves": 4, "steps": 10, "variation": DreamSettings().variation}
    first, second = (dreamed(engine, source, seed=seed, **settings) for seed in (1, 2))
    assert np.abs(first - second).mean() >= 8
    gains = [independent.gain(source, one, "b10") for one in (first, second)]
    assert max(gains) / min(gains) < 1.2


def test_variety_is_what_the_seed_moves_without_jitter(engine, small):
    still = {"jitter": 0}
    one, two = (dreamed(engine, small, seed=seed, **still) for seed in (1, 2))
    np.testing.assert_array_equal(one, two)
    varied = dreamed(engine, small, seed=2, variation=25, **still)
    assert np.abs(varied - one).mean() > 1
