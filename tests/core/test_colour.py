"""Colours stay what they were, and a dream grows on paper and in the night without anything being cut off."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.commands.options import Parser, add_settings, explicit_settings
from deepdream_core.dream import Job, dream
from deepdream_core.engine import ascent
from deepdream_core.engine.tones import Ground, Holder, room_of
from deepdream_core.errors import DreamError
from deepdream_core.image.colour import channel_sum, extremes, from_linear, luminance, natural, to_linear
from deepdream_core.image.headroom import HIGHEST, LOWEST, opened, pressed
from deepdream_core.image.pixels import Pixels, from_wire
from deepdream_core.image.resizing import resize
from deepdream_core.image.rows import everywhere
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import FORMER, DreamSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.worker import requests

BASE = DreamSettings(octaves=2, steps=6)


def dreamed(engine, source, **settings):
    for progress in dream(Job(Pixels(source), BASE.replace(settings)), engine):
        result = progress.result
    return result.rgb


def noise(*shape):
    return np.random.default_rng(3).standard_normal(shape, np.float32)


def colour(picture):
    return float(np.sqrt(np.mean(np.square(picture - luminance(picture)[..., np.newaxis]))))


@pytest.fixture(scope="module")
def small(clouds):
    return resize(clouds, 128, 80)


def test_tones_are_pressed_between_black_and_white_and_back():
    tones = np.linspace(LOWEST, HIGHEST, 400, dtype=np.float32)
    seen = pressed(tones.copy())
    assert seen.min() > 0 and seen.max() < 255 and (np.diff(seen) > 0).all()
    assert np.abs(seen - tones)[(tones > 100) & (tones < 155)].max() < 0.2
    given = np.arange(4, 252, dtype=np.float32)
    np.testing.assert_allclose(pressed(opened(given, 0.0)), given, atol=0.02)
    np.testing.assert_array_equal(opened(given, 1.0), given)
    for share in (0.0, 0.4, 1.3):
        eight = np.arange(256, dtype=np.uint8)
        np.testing.assert_array_equal(opened(eight, share), opened(eight.astype(np.float32), share))


def test_tones_move_as_far_as_the_mean_may():
    paper, photo = np.full((8, 8, 3), 250, np.uint8), np.full((8, 8, 3), 60, np.uint8)
    for picture, low, high in ((paper, 8, 20), (255 - paper, 8, 20), (photo, 0, 2)):
        moved = np.abs(pressed(opened(picture, room_of(picture, DreamSettings()))) - picture).mean()
        assert low <= moved <= high
    assert room_of(paper, DreamSettings(headroom=False)) is None


@pytest.mark.parametrize("share", [0, 30, 100])
def test_natural_colours_are_a_share_of_equal_strength(share):
    gradient = noise(24, 16, 3)
    turned = natural(gradient)
    expected = share / 100 * turned * np.abs(gradient).mean() / np.abs(turned).mean() + (1 - share / 100) * gradient
    mixed = gradient.copy()
    ascent._colour(mixed, DreamSettings(natural_colours=share))
    scale = np.abs(mixed).mean() / np.abs(expected).mean()
    assert share == 100 or scale == pytest.approx(1, rel=1e-4)
    np.testing.assert_allclose(mixed, expected * scale, atol=2e-5)


@pytest.mark.parametrize("turned", [False, True])
def test_channels_are_reduced_faster_and_to_the_bit(turned):
    """In another order the sums would round otherwise, and every dream would have other bytes."""
    picture = np.random.default_rng(0).normal(90, 60, (50, 70, 3)).astype(np.float32)
    picture = picture[:, ::-1, ::-1] if turned else picture
    assert np.array_equal(channel_sum(picture), picture.sum(axis=2))
    assert np.array_equal(channel_sum(picture) / np.float32(3), picture.mean(axis=2))
    smallest, largest = extremes(picture)
    assert np.array_equal(smallest, picture.min(axis=2)) and np.array_equal(largest, picture.max(axis=2))


def test_a_step_tells_what_it_took_from_the_whole(engine, small, monkeypatch):
    climbs = []

    class Watched(ascent.Ascent):
        def climb(self, *arguments):
            climbs.append(self)
            yield from super().climb(*arguments)

    monkeypatch.setattr("deepdream_core.dream.run.Ascent", Watched)
    dreamed(engine, small, steps=2)
    wholes = [whole for climb in climbs for whole in climb.wholes]
    assert len(wholes) == 4
    for whole in wholes:
        assert len(whole.bands) == 1 and len(whole.bands[0]) == 5 and whole.moved.mean > 0
        assert whole.natural[0] > whole.natural[1] > 0


def held_tones(source, added, **settings):
    ground = Ground(source, everywhere(*source.shape[:2]))
    picture = source + added
    Holder(ground, DreamSettings(**settings)).hold(picture)
    return picture


def test_saturation_contrast_and_detail_are_held():
    grey = np.clip(128 + 40 * np.repeat(noise(60, 60, 1), 3, axis=2), 60, 196)
    added = 50 * noise(60, 60, 3)
    held, free = held_tones(grey, added), held_tones(grey, added, hold_saturation=False, hold_contrast=False)
    assert colour(grey + added) > 30 and colour(free) > 30
    assert colour(held) <= 4
    assert (held.max(axis=2) - held.min(axis=2)).mean() <= 2.6
    light = luminance(grey)
    assert luminance(held).mean() == pytest.approx(light.mean(), abs=0.3)
    assert luminance(held).std() <= 1.12 * light.std() + 8.1
    assert luminance(free).std() > 1.12 * light.std() + 8.1 or colour(free) > 30


def test_nothing_glows_where_the_picture_is_black_or_white(engine):
    for tone in (0, 255):
        plain = np.full((96, 96, 3), tone, np.uint8)
        rgb = dreamed(engine, plain, steps=10, step_size=2, natural_colours=0)
        loose = dreamed(engine, plain, steps=10, step_size=2, natural_colours=0, hold_saturation=False)
        glow, unheld = (np.quantile(one.max(axis=2) - one.min(axis=2), 0.99) for one in (rgb, loose))
        assert glow <= 24 < unheld


def test_a_dream_grows_on_paper_and_on_an_empty_canvas(engine):
    for tone in (0, 255):
        plain = np.full((96, 96, 3), tone, np.uint8)
        rgb, before = dreamed(engine, plain, steps=10), dreamed(engine, plain, steps=10, **FORMER)
        assert np.abs(rgb - tone).mean() >= 8 and np.abs(rgb.mean() - tone) <= 20
        assert luminance(rgb).std() > 1.3 * luminance(before).std()
        assert rgb.min() >= 0.5 and rgb.max() <= 254.5


def test_a_dream_keeps_colours_and_clips_nothing(engine, small):
    source = np.repeat(np.clip(np.rint(luminance(small)), 0, 255)[..., np.newaxis], 3, axis=2).astype(np.uint8)
    rgb, before = dreamed(engine, source, steps=12), dreamed(engine, source, steps=12, **FORMER)
    assert colour(rgb) <= 1.1 * colour(source) + 4.3 < colour(before)
    assert abs(luminance(rgb).mean() - luminance(source).mean()) <= 2
    cut = [((np.rint(one) <= 0) | (np.rint(one) >= 255)).any(axis=2).mean() for one in (rgb, before)]
    assert cut[0] == 0 < cut[1]


def test_what_is_lighter_than_white_stays_so_much_lighter(engine):
    bright = np.full((64, 64, 3), 128, np.float32)
    bright[20:40, 20:40] = 400
    rgb = dreamed(engine, bright)
    assert rgb[24:36, 24:36].min() > 300 and rgb[:16].max() < 256


def test_what_was_a_switch_is_a_share():
    assert DreamSettings.from_dict({"decorrelate_colours": True}).natural_colours == 100
    assert DreamSettings.from_dict({"decorrelate_colours": False}).natural_colours == 0
    assert DreamSettings.from_dict({"steps": 3}) == DreamSettings(steps=3, **FORMER)
    assert DreamSettings.from_dict(DreamSettings().to_dict()) == DreamSettings()
    with pytest.raises(DreamError) as raised:
        DreamSettings.from_dict({"decorrelate_colours": 3})
    assert raised.value.code == "settings.type"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--decorrelate-colours"], {"natural_colours": 100.0}),
        (["--no-decorrelate-colours"], {"natural_colours": 0.0}),
        (["--natural-colours", "30"], {"natural_colours": 30.0}),
        (["--no-headroom"], {"headroom": False}),
        ([], {}),
    ],
)
def test_flags_of_today_and_of_then(flags, expected):
    parser = Parser()
    add_settings(parser)
    assert explicit_settings(parser.parse_args(flags)) == expected


def test_linear_light_has_the_curve_of_srgb_and_comes_back():
    """Values of the standard; above white the curve goes on, below black it is mirrored."""
    light = np.array([0, 0.002, 0.21404114, 1, 4, -0.21404114], np.float32)
    assert from_linear(light) == pytest.approx([0, 0.02584, 0.5, 1, 1.8248, -0.5], abs=1e-5)
    assert from_linear(light).dtype == to_linear(light).dtype == np.float32
    many = np.linspace(-3, 60, 10_000, dtype=np.float32)
    assert np.allclose(to_linear(from_linear(many)), many, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", [wire.Dream, wire.Style])
def test_a_lamp_of_a_picture_in_linear_light_shines_on_in_its_dream(kind, engine):
    """And infinite light or what is no number doesn't spread."""
    light = np.full((64, 64, 4), 0.2, "<f4")
    light[..., 3] = 1
    light[20:28, 20:28, :3] = 4
    light[50, 50, 0], light[50, 52, 0] = np.inf, np.nan
    lamps = wire.Picture(64, 64, "F32", light.tobytes())
    settings = (StyleSettings if kind is wire.Style else DreamSettings)(steps=2, octaves=1)
    request = kind(1, settings.to_dict(), lamps, blend=50.0, pictures={"style": lamps} if kind is wire.Style else {})
    *_, done = requests.start(request, engine)
    answer = requests.result(request, done.result, 0.0)
    for picture in (answer.picture, answer.blended):
        after = np.frombuffer(picture.data, "<f4").reshape(64, 64, 4)
        assert np.isfinite(after).all()
        assert after[20:28, 20:28, :3].min() > 2 and after[20:28, 20:28, :3].max() <= 4.001
        dark = np.delete(after[..., :3].reshape(-1, 3), 50 * 64 + 50, axis=0)
        assert np.median(dark) < 0.5
    assert np.abs(from_wire(answer.picture).rgb - from_wire(lamps).rgb)[:20].mean() > 1
