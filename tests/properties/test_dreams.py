"""What holds of every dream, whatever the picture and the settings: an engine of numpy makes hundreds of them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from deepdream_core.dream import Job, dream
from deepdream_core.engine.progress import DreamResult
from deepdream_core.errors import DreamError
from deepdream_core.files.metadata import Stored
from deepdream_core.files.pictures import PictureFile
from deepdream_core.image.pixels import Pixels, from_wire
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import AUTO, SPECS, DreamSettings
from deepdream_core.settings.spec import specs_of
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import ZoomSettings
from deepdream_core.style.job import StyleJob, style
from deepdream_core.worker import requests
from deepdream_core.zoom.frames import zoom
from tests.properties.test_texts import made, values_of

HEIGHT, WIDTH = 37, 53
# As few steps as show everything.
QUICK = {"steps": 2, "octaves": 2}
# What a picture takes in time or memory if they are at their highest; and what needs more than the catalogue.
HELD = {"network", "alternate_networks", "objective", "laplacian_strengths", "steps", "threads", "strength"}


def noise(seed=0, height=HEIGHT, width=WIDTH):
    return np.random.default_rng(seed).uniform(0, 255, (height, width, 3)).astype(np.float32)


def dreamed(engine, picture, chosen, **job) -> DreamResult:
    pixels = picture if isinstance(picture, Pixels) else Pixels(picture)
    for progress in dream(Job(pixels, chosen, **job), engine):
        assert math.isfinite(progress.done) and math.isfinite(progress.seconds_left)
    assert progress.result is not None and progress.done == progress.total
    return progress.result


def sound(result, height=HEIGHT, width=WIDTH, highest=255.0):
    """Of the size that was asked for, numbers all of them, and within their ranges."""
    rows, columns = result.mask.shape
    assert result.rgb.shape == (rows, columns, 3) and result.alpha.shape == (rows, columns)
    assert 0 <= result.y <= height - rows and 0 <= result.x <= width - columns
    for plane, most in ((result.rgb, highest), (result.alpha, 1.0), (result.mask, 1.0)):
        assert np.isfinite(plane).all() and plane.min() >= 0 and plane.max() <= most + 1e-3
    return result


@some.composite
def quick_settings(draw):
    """Any settings, of few steps and octaves."""
    values = {name: draw(values_of(spec)) for name, spec in SPECS.items() if name not in HELD}
    values |= {"steps": draw(some.integers(1, 2)), "octaves": draw(some.integers(1, 2)), "size": AUTO}
    values["working_size"] = draw(some.sampled_from((AUTO, "draft", "full", 64, 70)))
    values["tile"] = draw(some.sampled_from((AUTO, 128, 160)))
    chosen = made(DreamSettings, values)
    assume(chosen)
    return chosen


@some.composite
def masks(draw):
    """A mask with a border of nothing on some side, of hard and soft shares."""
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    top, left = draw(some.integers(0, HEIGHT - 1)), draw(some.integers(0, WIDTH - 1))
    bottom, right = draw(some.integers(top + 1, HEIGHT)), draw(some.integers(left + 1, WIDTH))
    mask[top:bottom, left:right] = draw(some.sampled_from((1.0, 0.5, 1 / 255)))
    mask[draw(some.integers(0, HEIGHT - 1))] *= draw(some.sampled_from((0.0, 1.0)))
    assume(mask.any())
    return mask


@given(quick_settings(), some.integers(0, 9))
def test_a_dream_of_any_settings_is_sound_and_the_same_again(engine, chosen, seed):
    """Same seed, same bytes."""
    try:
        first = sound(dreamed(engine, noise(seed), chosen))
    except DreamError as error:
        assert error.code == "dream.spared"
        return
    again = dreamed(engine, noise(seed), chosen)
    for name in ("rgb", "alpha", "mask"):
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes()
    assert first.recipe == again.recipe


def stored(seed, dtype, channels):
    random = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        samples = random.uniform(-0.2, 1.4, (HEIGHT, WIDTH, channels)).astype(dtype)
        if channels in (2, 4):
            samples[..., -1] = np.clip(samples[..., -1], 0, 1)
        samples[0, 0, 0], samples[1, 1, 0], samples[2, 2, 0] = -0.0, np.inf, np.nan
        return Stored(samples)
    return Stored(random.integers(0, np.iinfo(dtype).max + 1, (HEIGHT, WIDTH, channels), dtype))


STORED = some.builds(stored, some.integers(0, 9), some.sampled_from(("u1", "u2", "f4", "f2")), some.integers(1, 4))


@given(STORED, masks(), some.sampled_from((0.0, 3.0)), some.sampled_from((0.0, 40.0, 100.0)))
def test_a_file_keeps_every_sample_outside_the_mask_and_all_alpha(engine, file, mask, feather, strength):
    """To the bit; and every sample at all where the strength is 0."""
    picture = PictureFile(Path("in.png"), file)
    chosen = DreamSettings(steps=1, octaves=1, feather=feather, strength=strength)
    try:
        result = dreamed(engine, picture.pixels, chosen, mask=mask)
    except DreamError as error:
        assert error.code == "mask.feather"
        return
    samples = picture.with_dream(result).stored.samples
    share = np.zeros((HEIGHT, WIDTH), np.float32)
    share[result.y : result.y + result.mask.shape[0], result.x : result.x + result.mask.shape[1]] = result.mask
    kept = share * strength == 0
    assert samples.dtype == file.samples.dtype
    assert samples[kept].tobytes() == file.samples[kept].tobytes()
    if file.has_alpha:
        assert samples[..., -1].tobytes() == file.samples[..., -1].tobytes()
    if not feather:
        assert kept[mask == 0].all()


@given(some.integers(0, 99), masks(), some.sampled_from(("U8", "U16")), some.sampled_from((1.0, 60.0, 100.0)))
def test_what_the_worker_blends_is_the_source_outside_the_mask(engine, seed, mask, depth, strength):
    """``touched`` tells where; alpha is the source's everywhere."""
    data = np.random.default_rng(seed).bytes(HEIGHT * WIDTH * wire.BYTES_PER_PIXEL[depth])
    picture = wire.Picture(WIDTH, HEIGHT, depth, data)
    shares = np.rint(mask * 255).astype(np.uint8)
    values = DreamSettings(steps=1, octaves=1).to_dict()
    request = wire.Dream(1, values, picture, shares.tobytes(), blend=strength)
    answer = requests.result(request, list(requests.start(request, engine))[-1].result, 0.0)
    height, width = answer.blended.height, answer.blended.width
    area = slice(answer.y, answer.y + height), slice(answer.x, answer.x + width)
    touched = np.frombuffer(answer.touched, np.uint8).reshape(height, width)
    assert ((touched > 0) == (shares[area] > 0)).all()
    assert not shares.sum() - shares[area].sum(), "something of the mask is left out"
    before = np.frombuffer(data, "u1" if depth == "U8" else "<u2").reshape(HEIGHT, WIDTH, 4)[area]
    after = np.frombuffer(answer.blended.data, before.dtype).reshape(before.shape)
    assert (after[touched == 0] == before[touched == 0]).all()
    assert (after[..., 3] == before[..., 3]).all()
    found = from_wire(answer.picture)
    alpha = before[..., 3] / np.float32(np.iinfo(before.dtype).max) * mask[area]
    assert found.alpha is None or np.abs(found.alpha - alpha).max() < 0.01


ENDS = [
    pytest.param(name, value, id=f"{name}={value}")
    for name, spec in SPECS.items()
    if name not in HELD
    for value in (spec.choices or ((False, True) if spec.value_type is bool else (spec.low, spec.high, *spec.words)))
]
# What has to be there for a setting to be seen at work.
BESIDE = {
    "octave_scale": {"octaves": 2},
    "feather": {},
    "random_scaling": {"jitter": 0},
    "nearest": {"objective": "class:castle"},
    "gathered": {"objective": "class:castle"},
    "hold_contrast": {"steps": 8, "step_size": 20},
}
# What a whole small picture shows nothing of, or the engine of numpy, or the other end is the default.
UNSEEN = {"tile", "precision", "nearest", "feather", "gathered"}


@pytest.mark.parametrize(("name", "value"), ENDS)
def test_a_setting_at_either_end_dreams_and_is_heeded(engine, name, value):
    """No crash, no number that is none; and somewhere between its values something changes."""
    base = {"steps": 2, "working_size": 64, **({} if name in ("octaves", "octave_scale", "size") else {"octaves": 2})}
    chosen = DreamSettings().replace({**base, **BESIDE.get(name, {}), name: value})
    area = (
        {"mask": np.pad(np.ones((9, 9), np.float32), ((5, HEIGHT - 14), (9, WIDTH - 18)))} if name == "feather" else {}
    )
    size = (90, 200) if name == "working_size" else (HEIGHT, WIDTH)
    picture = noise(3, *size)
    try:
        result = sound(dreamed(engine, picture, chosen, **area), *size)
    except DreamError as error:
        # A small spot that is feathered over 500 pixels is gone.
        assert (name, value, error.code) == ("feather", 500, "mask.feather")
        return
    grown = np.abs(
        result.rgb - picture[result.y : result.y + result.mask.shape[0], result.x : result.x + result.mask.shape[1]]
    )
    assert (grown * result.mask[..., np.newaxis]).max() > 0.01, "nothing happened"
    if name in UNSEEN:
        return
    values = [SPECS[name].default, *(each.values[1] for each in ENDS if each.values[0] == name)]
    others = (dreamed(engine, picture, chosen.replace({name: other}), **area) for other in values if other != value)
    assert any(
        not np.array_equal(other.rgb * other.mask[..., np.newaxis], result.rgb * result.mask[..., np.newaxis])
        for other in others
    )


STYLE_ENDS = [
    pytest.param(name, value, id=f"{name}={value}")
    for name, spec in specs_of(StyleSettings).items()
    if name not in HELD | {"shares", "masks", "passes"}
    for value in ((False, True) if spec.value_type is bool else (spec.low, spec.high, *spec.words))
]


@pytest.mark.parametrize(("name", "value"), STYLE_ENDS)
def test_a_setting_of_a_style_at_either_end_paints(engine, name, value):
    # The largest style would be seen at 16,384 pixels.
    base = {"steps": 2, "octaves": 2, "working_size": 64}
    chosen = StyleSettings().replace({**base, name: value})
    job = StyleJob(Pixels(noise(3)), chosen, {"a": Pixels(noise(4, 20, 30) / 2)})
    sound(list(style(job, engine))[-1].result)


FLAT = {
    "black": np.zeros((HEIGHT, WIDTH, 3), np.float32),
    "white": np.full((HEIGHT, WIDTH, 3), 255, np.float32),
    "grey": np.full((HEIGHT, WIDTH, 3), 127, np.float32),
    "red": np.broadcast_to(np.array([200, 10, 30], np.float32), (HEIGHT, WIDTH, 3)).copy(),
    "white in 8 bits": np.full((HEIGHT, WIDTH, 3), 255, np.uint8),
    "a point": noise(0, 1, 1),
    "a line": noise(0, 1, 300),
    "a column": noise(0, 300, 1),
    "lighter than white": noise(0) * 4,
    "darker than black": noise(0) - 300,
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"seamless": True, "angle": 30},
        {"growth_alpha": True},
        {"keep_colours": True},
        {"protect_lines": 100, "random_rotation": 20, "optimiser": "adam", "smoothing": 8},
        {"headroom": False, "hold_contrast": False, "laplacian_levels": 8, "jitter": 1024, "total_variation": 2},
    ],
)
@pytest.mark.parametrize("name", FLAT)
def test_every_kind_of_picture_can_be_dreamed(engine, name, changes):
    picture = FLAT[name]
    chosen = DreamSettings(steps=2, octaves=2).replace(changes)
    try:
        result = dreamed(engine, picture, chosen)
    except DreamError as error:
        assert error.code == "dream.spared"
        return
    sound(result, *picture.shape[:2], highest=max(255.0, float(picture.max())))
    assert changes or picture.shape[:2] == (1, 1) or np.abs(result.rgb - np.clip(picture, 0, None)).max() > 0.1


@pytest.mark.parametrize("shape", [(1, 20000), (20000, 1)])
def test_a_strip_of_20000_pixels_can_be_dreamed(engine, shape):
    sound(dreamed(engine, noise(0, *shape), DreamSettings(steps=1, octaves=2)), *shape)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_sample_that_is_no_number_spoils_only_itself(engine, value, channels):
    samples = np.random.default_rng(1).uniform(0, 1, (HEIGHT, WIDTH, channels)).astype(np.float32)
    samples[7, 8] = value
    picture = PictureFile(Path("in.exr"), Stored(samples))
    result = sound(dreamed(engine, picture.pixels, DreamSettings(steps=1, octaves=1)))
    after = picture.with_dream(result).stored.samples
    spoilt = ~np.isfinite(after)
    spoilt[7, 8] = False
    assert not spoilt.any()
    request = wire.Dream(1, DreamSettings(steps=1, octaves=1).to_dict(), picture_of(samples), blend=100.0)
    answer = requests.result(request, list(requests.start(request, engine))[-1].result, 0.0)
    assert np.isfinite(np.frombuffer(answer.picture.data, "<f4")).all()
    assert np.isfinite(np.frombuffer(answer.blended.data, "<f4")).all()


def picture_of(samples):
    whole = np.ones((*samples.shape[:2], 4), "<f4")
    whole[..., : samples.shape[2]] = samples
    return wire.Picture(samples.shape[1], samples.shape[0], "F32", whole.tobytes())


@settings(max_examples=30)
@given(
    some.builds(
        ZoomSettings,
        frames=some.just(2),
        zoom=some.floats(-30, 100),
        rotate=some.floats(-180, 180),
        move_right=some.floats(-20, 20),
        move_down=some.floats(-20, 20),
    )
)
def test_a_zoom_of_any_camera_has_whole_frames(engine, camera):
    job = Job(Pixels(noise(2)), DreamSettings(steps=1, octaves=1))
    frames = [frame.rgb for frame in zoom(job, engine, camera) if frame.rgb is not None]
    assert len(frames) == 2
    for frame in frames:
        assert frame.shape == (HEIGHT, WIDTH, 3) and np.isfinite(frame).all()
        assert frame.min() >= 0 and frame.max() <= 255


@given(masks(), masks(), some.integers(0, 9))
def test_terms_grow_only_under_their_masks(engine, mask, other, seed):
    """Two masked terms: beside both nothing of the unblended dream is new either."""
    chosen = DreamSettings(objective="b10@one + b4@two", steps=1, octaves=1, headroom=False, hold_brightness=False)
    pictures = {
        name: Pixels(np.repeat(each[..., np.newaxis] * 255, 3, axis=2))
        for name, each in (("one", mask), ("two", other))
    }
    picture = noise(seed)
    result = sound(dreamed(engine, picture, replace(chosen, variation=0.0), pictures=pictures))
    beside = (mask + other) == 0
    assert np.abs(result.rgb - picture)[beside].max(initial=0) < 1e-2
