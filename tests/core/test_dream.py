"""A dream is a dream, the same one every time, in its place and nowhere else, at any size of picture."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from deepdream_core.dream import Job, dream, dream_array
from deepdream_core.image.pixels import Pixels, blend
from deepdream_core.image.resizing import resize
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import DEFAULT_PRESET, PRESETS, preset
from tests import independent

QUICK = DreamSettings(octaves=2, steps=2)
ROOT = Path(__file__).parents[2]


def dreamed(engine, job):
    for progress in dream(job, engine):
        result = progress.result
    return result


def noise(height, width, channels=3):
    return np.random.default_rng(1).integers(0, 256, (height, width, channels)).astype(np.float32)


def test_the_default_preset_is_plainly_seen_by_the_independent_network(engine, clouds):
    result = dreamed(engine, Job(Pixels(clouds), PRESETS[DEFAULT_PRESET].settings))
    assert independent.gain(clouds, result.rgb, "b10") >= 3


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (500, 2), (31, 33), (32, 32), (575, 97), (20, 1500)])
def test_any_size_is_dreamed_up_to_its_border(engine, size):
    source = np.full((*size, 3), 127, np.float32)
    result = dreamed(engine, Job(Pixels(source), QUICK))
    assert result.rgb.shape == (*size, 3)
    assert np.isfinite(result.rgb).all() and result.rgb.min() >= 0 and result.rgb.max() <= 255
    moved = np.abs(result.rgb - source).max(axis=2) > 0
    assert moved.mean() > 0.95
    assert moved[[0, -1]].any() and moved[:, [0, -1]].any()


def test_tiles_of_a_large_picture_reach_all_of_it(engine):
    source = np.full((1400, 2100, 3), 127, np.float32)
    result = dreamed(engine, Job(Pixels(source), DreamSettings(octaves=1, steps=1, working_size="full")))
    moved = np.abs(result.rgb - source).max(axis=2) > 0
    assert moved.mean() > 0.99
    by_block = moved.reshape(14, 100, 21, 100).mean(axis=(1, 3))
    assert by_block.min() > 0.9


def test_the_same_seed_gives_the_same_bytes_in_two_processes():
    program = (
        "import hashlib, numpy as np; from deepdream_core.dream import dream_array;"
        "from deepdream_core.settings.dream_settings import DreamSettings;"
        "picture = np.random.default_rng(1).integers(0, 256, (150, 700, 3));"
        "dream = dream_array(picture, DreamSettings(octaves=2, steps=2, tile=256, seed={seed}));"
        "print(hashlib.sha256(dream.tobytes()).hexdigest())"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program.format(seed=seed)], cwd=ROOT, stdout=subprocess.PIPE)
        for seed in (3, 3, 4)
    ]
    first, second, other = (process.communicate()[0].split()[-1] for process in running)
    assert first == second != other
    here = dream_array(noise(150, 700), DreamSettings(octaves=2, steps=2, tile=256, seed=3))
    assert hashlib.sha256(here.tobytes()).hexdigest().encode() == first


def test_strength_0_gives_the_picture_back_bit_for_bit():
    picture = noise(60, 90).astype(np.uint8)
    assert np.array_equal(dream_array(picture, QUICK.replace({"strength": 0})), picture)
    assert not np.array_equal(dream_array(picture, QUICK), picture)


@pytest.mark.parametrize("odd", [-0.0, np.nan, np.inf, -np.inf, 1e-42, 300.0])
def test_where_the_weight_is_nought_a_blend_keeps_the_very_bits(odd):
    source = np.full((2, 2, 3), odd, np.float32)
    for other in (np.nan, np.inf, 5.0):
        weight = np.array([[0, 0], [0, 1]], np.float32)
        blended = blend(source, np.full((2, 2, 3), other, np.float32), weight)
        assert blended[0].tobytes() + blended[1, 0].tobytes() == source[0].tobytes() + source[1, 0].tobytes()
    assert np.array_equal(blend(np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 8, np.float32), 0.5), [[[4, 4, 4]]])


def test_only_the_mask_moves_and_it_is_applied_once(engine):
    picture = noise(300, 400)
    across, down = np.meshgrid(np.arange(400), np.arange(300))
    mask = np.clip(2 - np.hypot((across - 250) / 60, (down - 90) / 45), 0, 1).astype(np.float32)
    blended = dream_array(picture, QUICK, mask)
    assert np.array_equal(blended[mask == 0], picture[mask == 0])
    result = dreamed(engine, Job(Pixels(picture), QUICK, mask))
    bounds = mask[result.y : result.y + result.mask.shape[0], result.x : result.x + result.mask.shape[1]]
    assert np.count_nonzero(bounds) == np.count_nonzero(mask)
    assert np.array_equal(bounds, result.mask)
    inner = picture[result.y :, result.x :][: bounds.shape[0], : bounds.shape[1]]
    expected = inner + (result.rgb - inner) * bounds[..., np.newaxis]
    place = blended[result.y :, result.x :][: bounds.shape[0], : bounds.shape[1]]
    assert np.abs(place - expected).max() <= 0.51


def test_alpha_is_the_source_times_the_mask(engine):
    alpha = noise(80, 90, 1)[..., 0] / 255
    mask = noise(80, 90, 1)[..., 0] / 255
    result = dreamed(engine, Job(Pixels(noise(80, 90), alpha), QUICK, mask))
    assert np.array_equal(result.alpha, alpha * mask)
    unmasked = dreamed(engine, Job(Pixels(noise(80, 90), alpha), QUICK))
    assert np.array_equal(unmasked.alpha, alpha)


def test_progress_rises_step_by_step_and_ends_with_the_result(engine):
    seen = list(dream(Job(Pixels(noise(200, 300)), QUICK.replace({"tile": 128})), engine))
    shares = [progress.done / progress.total for progress in seen]
    assert shares == sorted(shares) and shares[-1] == 1
    previews = [(progress.octave, progress.step) for progress in seen if progress.preview is not None]
    assert previews == [(octave, step) for octave in (1, 2) for step in (1, 2)]
    assert [progress.result is not None for progress in seen] == [False] * (len(seen) - 1) + [True]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's own word for it has to do")
def test_the_recipe_names_the_processor_and_not_just_its_kind(engine):
    model = dreamed(engine, Job(Pixels(noise(32, 32)), QUICK)).recipe.processor
    assert model and model in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    assert model != platform.machine() or "model name" not in Path("/proc/cpuinfo").read_text(encoding="utf-8")


def motif_size(difference):
    """(wavelength at the peak of the smoothed spectrum, mean wavelength), as shares of the longer side."""
    grey = difference.mean(axis=2)
    window = np.hanning(grey.shape[0])[:, np.newaxis] * np.hanning(grey.shape[1])
    energy = np.abs(np.fft.fft2((grey - grey.mean()) * window)) ** 2
    longer = max(grey.shape)
    rows, columns = np.fft.fftfreq(grey.shape[0]) * longer, np.fft.fftfreq(grey.shape[1]) * longer
    waves = np.hypot(rows[:, np.newaxis], columns)
    edges = np.geomspace(3, 250, 60)
    rings, _ = np.histogram(waves, edges, weights=energy)
    middles = np.sqrt(edges[1:] * edges[:-1])
    peak = middles[np.convolve(rings, np.hanning(15), mode="same").argmax()]
    return np.array([1 / peak, np.exp(-(rings * np.log(middles)).sum() / rings.sum())])


def test_a_recipe_gives_the_same_motif_size_at_four_times_the_width(engine, clouds):
    settings = preset("Veins (0.1)").settings.replace({"steps": 3})
    sizes = []
    for width in (1000, 4000):
        picture = np.clip(resize(clouds, width, width * 575 // 1024), 0, 255)
        result = dreamed(engine, Job(Pixels(picture), settings))
        sizes.append(motif_size(resize(result.rgb - picture, 1000, 561)))
    assert sizes[1] == pytest.approx(sizes[0], rel=0.15)
