"""Pictures at an end: all of one tone, beyond black and white, one pixel wide, nothing movable. Arithmetic stays sound.

Each function by itself: what a dream shows of a slip here is a little grain that nobody can tell from a dream's.
"""

from __future__ import annotations

import math
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from deepdream_core.arrays import Change
from deepdream_core.dream import laying, strips
from deepdream_core.engine import ascent, bands, cost, drift, likeness, tones, trial
from deepdream_core.engine.optimiser import Optimiser, _total_variation
from deepdream_core.engine.progress import Pace
from deepdream_core.engine.term_maps import TermMaps
from deepdream_core.engine.tones import Ground, Held, Holder, room_of
from deepdream_core.engine.whole_job import scaled_size
from deepdream_core.errors import DreamError
from deepdream_core.film import flow, scenes
from deepdream_core.image import colour, growth, masks, pixels, protection, region, resizing, rows
from deepdream_core.image.headroom import HIGHEST, LOWEST, opened
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.region import Box
from deepdream_core.image.rows import everywhere
from deepdream_core.protocol.wire import Picture
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import ZoomSettings
from deepdream_core.style import job as style_job
from deepdream_core.style import palette as palettes
from deepdream_core.style.patches import _cuts as patch_cuts
from deepdream_core.zoom import frames, look, strengths

PLAIN = DreamSettings(headroom=False, hold_contrast=False, hold_saturation=False, hold_brightness=False)


@pytest.fixture(autouse=True)
def no_warning():
    """Neither a division by 0 nor a root of less than that, not even in passing."""
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error", RuntimeWarning)
        yield


def flat(value: float, height: int = 8, width: int = 8) -> np.ndarray:
    return np.full((height, width, 3), value, np.float32)


def noise(height: int = 24, width: int = 20, low: float = 0, high: float = 255) -> np.ndarray:
    return np.random.default_rng(4).uniform(low, high, (height, width, 3)).astype(np.float32)


def board(height: int, width: int) -> np.ndarray:
    """Black and white squares of four pixels, at which bicubic filters overshoot."""
    rows_, columns = np.indices((height, width)) // 4
    return np.repeat(((rows_ + columns) % 2 * 255.0)[..., np.newaxis], 3, axis=2).astype(np.float32)


def inside(picture: np.ndarray, low: float = 0.0, high: float = 255.0) -> bool:
    return bool(np.isfinite(picture).all()) and float(picture.min()) >= low and float(picture.max()) <= high


# Pixels


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (0, 4, 3), (4, 0, 3)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(DreamError) as told:
        Pixels(np.zeros(shape, np.float32))
    assert told.value.code == "picture.empty"


def test_what_cant_be_a_colour_on_the_wire_becomes_one():
    samples = np.zeros((1, 6, 4), "<f4")
    samples[0, :, :3] = [[np.nan] * 3, [np.inf] * 3, [-np.inf] * 3, [0.5] * 3, [1] * 3, [0] * 3]
    samples[0, :, 3] = [1, 0.25, np.nan, 7, -3, 0.5]
    picture = Picture(6, 1, "F32", samples.tobytes())
    found = pixels.from_wire(picture)
    assert np.isfinite(found.rgb).all() and (found.rgb[0, 0] == 0).all() and found.rgb[0, 1, 0] > 1e4
    assert found.alpha.tolist() == [[1, 0.25, 0, 1, 0, 0.5]]
    assert pixels.interleaved(picture)[0, :, 3].tolist() == [65535, 16384, 0, 65535, 0, 32768]
    assert found.part((slice(0, 1), slice(1, 3))).alpha.tolist() == [[0.25, 0]]
    opaque = pixels.from_wire(Picture(1, 1, "F32", np.ones(4, "<f4").tobytes()))
    assert opaque.alpha is None and opaque.part((slice(0, 1), slice(0, 1))).alpha is None
    half = np.frombuffer(pixels.to_wire(Pixels(flat(127.5, 1, 1), np.full((1, 1), 0.3, np.float32)), "F32").data, "<f4")
    assert half[3] == np.float32(0.3), "floats aren't rounded"
    beyond = pixels.to_wire(Pixels(np.array([[[300, -20, 128]]], np.float32)), "U8")
    assert bytes(beyond.data) == bytes([128, 0, 255, 255])


def test_where_all_is_transparent_grey_is_seen_and_around_a_hole_what_is_beside_it():
    nothing = np.zeros((5, 7), np.float32)
    assert (pixels.over(Pixels(noise(5, 7), nothing)) == 127).all()
    holed = np.ones((9, 9), np.float32)
    holed[3:6, 3:6] = 0
    seen = pixels.over(Pixels(flat(200, 9, 9), holed))
    assert np.abs(seen - 200).max() < 1e-3
    faint = pixels.over(Pixels(flat(200, 9, 9), np.full((9, 9), 0.01, np.float32)))
    assert np.abs(faint - 200).max() < 1
    eight = pixels.over(Pixels(flat(200, 9, 9).astype(np.uint8), holed))
    assert eight.dtype == np.uint8 and (eight == 200).all()
    below = Pixels(flat(50, 9, 9), 1 - holed)
    for backdrop in (below, Pixels(flat(50, 9, 9))):
        seen = pixels.over(Pixels(flat(200, 9, 9), holed), backdrop)
        assert (seen[4, 4] == 50).all() and (seen[0, 0] == 200).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (700, 40)])
def test_previews_fit_and_are_never_enlarged(size):
    width, height = size
    picture = board(height, width) * 1.5 - 60
    for made in (pixels.fitted(picture), pixels.preview(picture)):
        assert inside(made) and made.shape[0] >= 1 and made.shape[1] >= 1
        assert max(made.shape[:2]) == min(max(size), pixels.PREVIEW_PX)


# Tones, steps, bands


def test_a_picture_of_one_tone_is_held_without_dividing_by_nothing():
    for tone in np.linspace(0.1, 254.9, 40):
        base = flat(tone)
        ground = Ground(base, everywhere(8, 8))
        for settings in (PLAIN.replace({"hold_brightness": True}), DreamSettings(headroom=False)):
            held = Optimiser(ground, settings)._hold(base + np.float32(3), None)
            assert isinstance(held, Held) and math.isfinite(held.shift + held.light) and held.light <= 1
        assert Optimiser(ground, PLAIN.replace({"hold_brightness": True}))._hold(base.copy(), None).light == 1


def test_where_nothing_may_move_a_step_moves_nothing():
    still = np.zeros((8, 8), np.float32)
    for settings in (DreamSettings(), DreamSettings(optimiser="adam"), PLAIN.replace({"hold_brightness": True})):
        ground, picture = Ground(noise(8, 8), still, room_of(noise(8, 8), settings)), noise(8, 8)
        before = picture.copy()
        moved = Optimiser(ground, settings).move(picture, noise(8, 8) - 100)
        assert moved.mean == 0 and (picture == before).all()
        assert Holder(ground, settings).hold(picture) is not None


@pytest.mark.parametrize(
    "settings",
    [
        PLAIN,
        PLAIN.replace({"hold_brightness": True}),
        PLAIN.replace({"hold_saturation": True}),
        PLAIN.replace({"hold_saturation": True, "hold_brightness": True, "step_size": 20.0}),
        PLAIN.replace({"optimiser": "momentum"}),
        PLAIN.replace({"l2_penalty": 1.5}),
    ],
)
def test_half_a_picture_is_measured_as_if_it_were_all_there_is(settings):
    """What may not move counts in nothing, however it looks."""
    base, gradient = noise(16, 16), noise(16, 32) - 100
    beside = np.concatenate([base, board(16, 16)], axis=1)
    half = np.concatenate([np.ones((16, 16), np.float32), np.zeros((16, 16), np.float32)], axis=1)
    found = []
    for ground in (Ground(base, everywhere(16, 16)), Ground(beside, half)):
        picture = ground.base + 4 * ground.base[::-1] * (ground.movable[..., np.newaxis] > 0) * 0.1
        optimiser = Optimiser(ground, settings)
        moved = [optimiser.move(picture, gradient[:, : picture.shape[1]].copy()) for _step in range(2)]
        found.append((moved, picture[:, :16]))
    (alone, whole), (within, part) = found
    assert np.abs(whole - part).max() < 0.01 and within[1].mean == pytest.approx(alone[1].mean, rel=1e-4)
    assert vars(within[1].held) == pytest.approx(vars(alone[1].held), rel=1e-3, abs=1e-3)


def test_a_texture_is_as_smooth_across_its_border_as_within():
    picture = flat(100, 8, 8)
    picture[:, :4] = 0
    for wrap in (True, False):
        across = _total_variation(picture, slice(0, 8), wrap)
        down = _total_variation(np.ascontiguousarray(picture.swapaxes(0, 1)), slice(0, 8), wrap)
        assert (np.abs(across[:, 0]).max() > 0.1) == (np.abs(down[0]).max() > 0.1) == wrap
        assert np.abs(across[:, 3:5]).min() > 0.1 < np.abs(down[3:5]).min()


@pytest.mark.parametrize("share", [0, 30, 100])
@pytest.mark.parametrize("keep", [True, False])
def test_a_step_takes_from_the_whole_what_it_needs_and_what_was_recorded(share, keep):
    settings = DreamSettings(natural_colours=share, keep_colours=keep)
    gradient = noise(8, 8) - 128
    found = ascent._colour(gradient.copy(), settings)
    assert (found == (1.0, 1.0)) == (keep or share != 30)
    recorded = ascent.Whole(0, ((),), (), (3.0, 5.0), None)
    assert ascent._colour(gradient.copy(), settings, recorded) == (3.0, 5.0)


@pytest.mark.parametrize("room", [None, 0.5])
def test_a_step_ends_where_tones_end(room):
    base = noise(8, 8)
    ground, ends = Ground(base, everywhere(8, 8), room), (0, 255) if room is None else (LOWEST, HIGHEST)
    detail = np.where(noise(8, 8) > 128, 9e3, -9e3).astype(np.float32)
    climbing = ascent.Ascent(ground, detail, np.zeros((8, 8, 0), np.float32), 128)
    assert inside(climbing.picture, *ends)
    picture = ground.start(slice(None)).copy()
    Optimiser(ground, PLAIN.replace({"step_size": 20.0})).move(picture, 1e3 * (noise(8, 8) - 128))
    Optimiser(ground, PLAIN.replace({"step_size": 20.0})).move(picture, np.where(noise(8, 8) > 9, 1.0, -200.0))
    assert inside(picture, *ends)


def test_tones_are_pressed_by_no_more_than_there_is():
    settings = DreamSettings()
    rooms = {
        tone: room_of(flat(tone), settings) for tone in (0, 5, 12, 20, 35, 60, 127.5, 200, 220, 235, 243, 250, 255)
    }
    assert all(0 <= room <= tones.MOST_ROOM[1] for room in rooms.values())
    assert rooms[127.5] == pytest.approx(tones.MOST_ROOM[0]), "grey isn't moved by it at all"
    assert rooms[0] == pytest.approx(min(tones.MOST_ROOM[1], tones.MEAN_MOVES[1] / _pressed_by(0)))
    assert rooms[60] == pytest.approx(min(tones.MOST_ROOM[0], tones.MEAN_MOVES[0] / _pressed_by(60)), rel=1e-3)


def _pressed_by(tone: float) -> float:
    from deepdream_core.image.headroom import pressed

    return float(np.abs(pressed(flat(tone)) - flat(tone)).mean())


def test_what_was_too_much_from_the_beginning_is_left_as_nothing_and_not_turned_round():
    assert tones._share(10.0, 20.0, 5.0) == 0
    assert (tones._share(0.0, 20.0, 5.0), tones._share(0.0, 4.0, 5.0)) == (0.25, 1.0)


def test_what_is_added_on_black_and_white_stays_near_grey():
    base = np.concatenate([flat(0, 12, 24), flat(255, 12, 24)])
    ground = Ground(base, everywhere(24, 24), room_of(base, DreamSettings()))
    picture = ground.start(slice(None)) + 200 * (noise(24, 24, -1, 1)[..., :1] * np.array([1, -1, 0], np.float32))
    Holder(ground, DreamSettings()).hold(picture)
    added = picture - ground.start(slice(None))
    assert np.abs(added - colour.luminance(added)[..., np.newaxis]).max() <= tones.END_COLOUR[0] + 0.01


def test_a_gradient_of_nothing_stays_nothing():
    for share in (0, 30, 100):
        gradient = flat(0)
        ascent._colour(gradient, DreamSettings(natural_colours=share))
        assert (gradient == 0).all()
    for mask in (everywhere(8, 8), np.zeros((8, 8), np.float32)):
        gradient = flat(0)
        factors = bands.even_out(gradient, mask, bands.Bands((1.0, 1.0, 1.0)))
        assert (gradient == 0).all() and np.isfinite(factors).all()
    random = np.random.default_rng(0).standard_normal((16, 16, 3)).astype(np.float32)
    tiny = random * np.float32(1e-12)
    for gradient in (random, tiny):
        bands.even_out(gradient, everywhere(16, 16), bands.Bands((1.0, 1.0, 1.0)))
    np.testing.assert_allclose(tiny, random, rtol=1e-3, atol=1e-4)
    seen = ascent._Seen(flat(0), everywhere(8, 8), np.ones((8, 8, 1), np.float32), flat(0))
    gradient = SimpleNamespace(groups=(("a", 1.0), ("", 2.0)), maps=("a",))
    direction = ascent.Direction(gradient, [], bands.Bands())
    found, _factors, balance = ascent._balanced(np.zeros((8, 8, 6), np.float32), seen, direction)
    assert (found == 0).all() and np.isfinite(balance).all()


def test_each_group_weighs_as_much_as_it_should_under_its_own_mask_only():
    left = np.zeros((8, 8, 1), np.float32)
    left[:, :4] = 1
    seen = ascent._Seen(flat(0), everywhere(8, 8), left, flat(0))
    direction = ascent.Direction(SimpleNamespace(groups=(("a", 3.0), ("", 1.0)), maps=("a",)), [], bands.Bands())
    raw = np.concatenate([flat(5.0), flat(0.5)], axis=2)
    found, _factors, balance = ascent._balanced(raw.copy(), seen, direction)
    assert found[0, 0, 0] == pytest.approx(4) and found[0, 7, 0] == pytest.approx(1)
    recorded = ascent.Whole(0, ((), ()), (0.1, 0.1), (1.0, 1.0), None)
    assert ascent._balanced(raw.copy(), seen, direction, recorded)[0][0, 7, 0] == pytest.approx(0.05)
    assert balance == pytest.approx((0.6, 2.0))


def test_smoothing_sees_across_the_rows_that_are_worked_on_at_once(monkeypatch):
    whole, parts = noise(60, 12) - 128, noise(60, 12) - 128
    bands._smooth(whole, 3.0)
    for at_once in (12 * 3 * 4, 12 * 3 * 25):
        again = parts.copy()
        monkeypatch.setattr(rows, "SAMPLES_AT_ONCE", at_once)
        bands._smooth(again, 3.0)
        assert np.abs(again - whole).max() < 1e-4
    bands._smooth(flat(1.0, 1, 1), 9.0)


def test_rows_are_worked_on_one_at_a_time_at_least():
    assert list(rows.blocks(3, 10**9)) == [slice(0, 1), slice(1, 2), slice(2, 3)]
    assert list(rows.blocks(3, 0)) == [slice(0, 3)]
    assert list(rows.blocks(0, 5)) == []


def test_where_everything_counts_nothing_is_even_touched():
    picture = noise(4, 4)
    picture.flags.writeable = False
    rows.weigh(picture, everywhere(4, 4))
    assert protection.tone_strength(None, DreamSettings(), protection.Lines(0.0, 1)) == 1.0


def test_weights_drift_until_they_are_as_far_apart_as_they_get():
    spreads = [
        np.log(drift.channel_weights(DreamSettings(variation=40), [4000], frame)[0]).std() for frame in (0, 8, 80)
    ]
    assert spreads[1] == pytest.approx(3 * spreads[0], rel=0.1) and spreads[2] == pytest.approx(spreads[1], rel=0.1)


def test_likeness_that_pulls_at_nothing_doesnt_pull_without_end():
    def gradient(_picture, _maps, _original, weights, _rotation):
        return np.ones((8, 8, 3), np.float32)

    fake = type("Gradient", (), {"__call__": staticmethod(gradient), "original_channels": 1, "groups": [1], "maps": ()})
    with np.errstate(over="ignore"):
        found = likeness.balanced(fake(), [np.ones(2, np.float32), np.ones(1, np.float32)], flat(9), 0.5)
    assert len(found) == 2 and not np.isnan(found[1]).any()
    fake.original_channels = 0
    assert likeness.balanced(fake(), found, flat(9), 0.5) is found


def test_a_trial_of_a_gradient_of_nothing_ends():
    picture = trial._picture(64)
    assert inside(picture)

    class Nothing:
        maps, emphasised = (), ()

        def __call__(self, picture, *_more):
            return np.zeros_like(picture)

        def value(self, *_more):
            return 0.0

    assert trial._gain(Nothing(), Nothing()) == 0
    assert trial._agrees(Nothing(), Nothing(), picture) is False

    class Strong(Nothing):
        def __call__(self, picture, *_more):
            return np.where(picture > 200, 1.0, -1.0).astype(np.float32)

        def value(self, picture, *_more):
            assert inside(picture)
            return 1.0

    assert trial._gain(Strong(), Strong()) == 1


def test_sizes_are_one_pixel_at_least():
    assert scaled_size((1, 4000, 3), 0.1) == (1, 400) and scaled_size((4000, 1, 3), 0.1) == (400, 1)


def test_a_term_for_a_place_reaches_a_pixel_and_ends():
    for side in (1, 40):
        box = Box(0, 0, side, side)
        maps = TermMaps(["(0.5,0.5)"], {}, (side, side), box, box)
        reach = maps.reach()
        assert reach.min() >= 0 and reach.max() <= 1 and reach.max() > 0.5
    assert reach[0, 0] == 0
    assert TermMaps(["", "(0.5,0.5)"], {}, (4, 4), Box(0, 0, 4, 4), Box(0, 0, 4, 4)).reach() == 1.0


# What is laid over a source, and what it is made of


def test_luminance_gives_way_where_a_channel_would_leave_its_range():
    source, dream = noise(8, 8), np.where(noise(8, 8) > 128, 255, 0).astype(np.float32)
    recoloured = colour.keep_chroma(source, dream)
    assert inside(recoloured, -1e-3, 255.001)
    assert np.abs((recoloured - source) - (recoloured - source)[..., :1]).max() < 1e-3
    lamp = np.array([[[400, 300, 280]], [[-30, 90, 90]]], np.float32)
    kept = colour.keep_chroma(lamp, np.array([[[255] * 3], [[0] * 3]], np.float32))
    assert (kept[0] <= lamp[0]).all() and (kept[1] == lamp[1]).all()


@pytest.mark.parametrize("room", [None, 0.5])
def test_a_dream_lies_between_black_and_white_and_lamps_shine_on(room):
    source = np.concatenate([noise(8, 8), flat(400, 4, 8)])
    for keep in (False, True):
        detail = 300 * noise(12, 8, -1, 1)
        laying.lay_over(source, detail, everywhere(12, 8), room, keep)
        assert inside(detail[:8]) and detail[8:].max() <= 400
    still = np.zeros((12, 8, 3), np.float32)
    laying.lay_over(source, still, np.zeros((12, 8), np.float32), room, False)
    assert np.abs(still - source).max() < 1e-3
    if room is not None:
        still[...] = 0
        laying.lay_over(source, still, everywhere(12, 8), room, False)
        assert still[8:].min() > 255


def test_what_was_added_is_told_again_also_on_lamps_and_beyond_white():
    source = np.concatenate([noise(8, 8, 30, 220), flat(400, 4, 8)])
    dream = 10 * noise(12, 8, -1, 1)
    added = dream.copy()
    laying.lay_over(source, dream, everywhere(12, 8), 0.5, False)
    assert np.abs(laying.detail_of(dream, source, everywhere(12, 8), 0.5)[:8] - added[:8]).max() < 0.1
    with np.errstate(all="ignore"):
        wild = laying.detail_of(np.where(dream > 128, 600, -80).astype(np.float32), source, everywhere(12, 8), 0.5)
    assert np.isfinite(wild).all() and np.abs(wild).max() < 1000


def test_where_nothing_grew_nothing_is_shown():
    share = np.ones((9, 300), np.float32)
    assert (growth.growth(np.zeros((9, 300), np.float32), share) == 0).all()
    assert (growth.growth(np.ones((9, 300), np.float32), np.zeros((9, 300), np.float32)) == 0).all()
    some = np.zeros((9, 900), np.float32)
    some[:, 400:500] = 30
    grown = growth.growth(some, np.ones((9, 900), np.float32))
    assert inside(grown, 0, 1) and grown[4, 450] == 1 and grown[4, 20] == 0
    assert growth.growth(np.ones((1, 3000), np.float32), np.ones((1, 3000), np.float32)).shape == (1, 3000)


def test_masks_are_shares_whatever_the_picture_holds():
    wild = Pixels(noise(6, 6, -80, 400))
    for wanted in ("", "ff0000", "00ff7f"):
        assert inside(masks.painted(wild, wanted), 0, 1)
    near = Pixels(np.array([[[250, 5, 5], [0, 0, 255]]], np.float32))
    assert masks.painted(near, "ff0000").tolist() == [[1, 0]]


def test_what_protects_tones_and_lines_takes_any_picture():
    settings = DreamSettings(shadows=100, midtones=30, highlights=0, protect_lines=100)
    for picture in (noise(20, 20, -80, 400), flat(128, 20, 20), flat(-50, 20, 20), flat(400, 20, 20), noise(1, 1)):
        measure = protection.lines_of(picture, settings)
        assert protection.LINE_STEEPNESS <= measure.full < 255
        assert inside(np.asarray(protection.tone_strength(picture, settings, measure)), 0, 1)
    assert protection.tone_strength(flat(400), DreamSettings(shadows=0), protection.Lines(0.0, 1)).min() == 1
    assert protection.rise(np.float32([-9, 0, 1, 9]), 0.0, 1.0).tolist() == [0, 0, 1, 1]


def test_regions_end_at_the_border_and_soft_masks_at_one():
    whole = Box(0, 0, 10, 10)
    assert region.grown(Box(1, 2, 3, 3), 4, whole) == Box(0, 0, 8, 9)
    hard = np.zeros((40, 40), np.float32)
    hard[10:30, 10:30] = 5
    assert inside(region.feathered(hard, 4), 0, 1)
    hard[...] = -3
    assert (region.feathered(hard, 4) == 0).all()


def test_a_part_is_resized_as_the_whole_is_at_every_border():
    picture = noise(50, 40)
    whole = resizing.resize(picture, 20, 25)
    for left, top, right, bottom in ((0, 0, 40, 50), (0, 0, 8, 10), (32, 40, 40, 50), (12, 20, 28, 30)):
        area, size = (left, top, right, bottom), ((bottom - top) // 2, (right - left) // 2)
        part = resizing.resize_part(picture, area, size, Image.Resampling.BICUBIC)
        assert np.abs(part - whole[top // 2 : bottom // 2, left // 2 : right // 2]).max() < 0.01
    large = resizing.resize_part(picture, (0, 0, 4, 4), (40, 40), Image.Resampling.BICUBIC)
    assert np.abs(large - resizing.resize(picture, 400, 500)[:40, :40]).max() < 0.01


# Films, zooms, styles


@pytest.mark.parametrize("size", [(1, 1), (1, 1500), (40, 2000), (13, 13)])
def test_motion_is_found_in_frames_of_any_shape(size):
    frame = np.clip(board(*size) * 0.5 + 60, 0, 255)
    found = flow.motion(frame, frame)
    assert found.holds.shape == size and inside(found.holds, 0, 1) and found.back.shape == (*size, 2)
    assert inside(flow.seen_of(Pixels(board(*size) * 2 - 100)))
    assert not scenes._differ(frame, frame) and scenes._differ(frame, 255 - frame + 60)
    assert scenes._differ(frame, np.zeros((2, 2, 3), np.float32))


@pytest.mark.parametrize(
    "camera", [{"zoom": 3.0}, {"zoom": -5.0}, {"rotate": 4.0}, {"move_right": 9.0}, {"zoom": 0.0, "move_down": -9.0}]
)
def test_frames_of_a_zoom_stay_pictures(camera):
    for picture in (board(24, 40), flat(255, 24, 40), board(1, 1), board(1, 40)):
        assert inside(frames.moved(picture, ZoomSettings(**camera)))
    still = frames.moved(board(24, 40), ZoomSettings(zoom=0.0))
    assert np.abs(still - board(24, 40)).max() < 1e-3


def test_frames_are_held_to_any_first_one():
    pictures = [flat(0, 24, 24), flat(128, 24, 24), flat(255, 24, 24), board(24, 24), noise(24, 24)]
    for first in pictures:
        for frame in pictures:
            assert inside(look.held(frame, look.first_of(first)))
    assert look._gain(5.0, 0.0) == look.MOST_RAISED and look._gain(-1.0, 2.0) == 0 and look._gain(1.0, 2.0) == 0.5
    wide = np.linspace(0, 255, strengths._MOST_SAMPLES * 2 + 5, dtype=np.float32)
    assert strengths._quantiles(wide[np.newaxis, :, np.newaxis])[4] == pytest.approx(0.9 * 255, abs=0.1)
    beyond = strengths._saturation(np.full((1, 1, 1), 300, np.float32), np.full((1, 1, 3), 8, np.float32))
    assert beyond[0, 0, 0] == pytest.approx(8 * 3**0.5 / strengths.END_COLOUR[0])


def test_palettes_of_one_colour_and_of_shares_that_are_next_to_nothing():
    for picture in (flat(0), flat(255), noise(), board(8, 8)):
        found = palettes.palette([picture, flat(40)], [1.0, 1e-9])
        assert inside(found.moved(noise())) and inside(found.held(noise(low=-99, high=400)))
        assert np.abs(found.held(noise(low=-99, high=400)) - found.mean).max() <= np.abs((found.high, found.low)).sum()
    not_quite = np.diag([1.0, 1.0, -1e-12])
    assert np.isfinite(palettes._root(not_quite)).all()


def test_styles_are_prepared_from_any_picture():
    for like in (flat(0), flat(255), board(8, 8)):
        for picture in (flat(9), board(8, 8) * 1.4 - 50):
            assert inside(style_job._toned(picture, like))
    settings = StyleSettings(working_size="full")
    for content in (board(40, 60), board(4, 4)):
        assert inside(style_job._prepared(board(30, 30) * 1.4 - 50, content, settings))
        sizes = style_job._octave_sizes(content, Box(0, 0, *content.shape[:2]), settings)
        assert sizes and sizes[-1] == content.shape[:2]
    change: Change = 400 * noise(20, 30, -1, 1)
    assert inside(style_job._start(change, board(40, 60), settings))


@pytest.mark.parametrize("length", [32, 64, 4096])
def test_patches_cover_everything_and_begin_at_the_border(length):
    cuts = patch_cuts(length, 512)
    owned = [index for seen, own in cuts for index in range(seen.start + own.start, seen.start + own.stop)]
    assert owned == list(range(length)) and cuts[0][0].start == 0 and all(seen.start >= 0 for seen, _own in cuts)


@pytest.mark.parametrize("length", [1536, 1600, 9000])
def test_strips_cover_everything_and_see_what_is_beside_them(length):
    cuts = strips._cuts(length)
    assert len(cuts) >= strips.FEWEST and cuts[0].start == 0 and cuts[-1].stop == length
    assert all(one.stop == other.start for one, other in zip(cuts, cuts[1:], strict=False))
    assert strips._grown(cuts[0], 40, length) == slice(0, cuts[0].stop + 40)
    assert strips._grown(cuts[-1], 40, length).stop == length
    assert len(strips._some(range(3), 1)) == 3 and len(strips._some(range(40), 1)) == strips.SAMPLES
    whole = strips.Strip(DreamSettings(), (), {}, 0, 512, board(length, 8), None, None, 1.0, board(length, 8) * 0)
    for core in cuts:
        strip = strips._strip(whole, core, 0, whole.detail)
        assert inside(strip.fade, 0, 1) and strip.fade.shape[1] == 1
        assert (strip.fade.max(), strip.fade.min()) == (1, 0)
        assert strips._strip(whole, core, 0, None).fade is None


def test_words_and_guesses_have_no_nothing_in_them():
    assert "0" not in cost.in_words(0.2).split()
    pace = Pace.__new__(Pace)
    vars(pace).update(_first=None, _started=0.0, _spent=0.0, _effort=10.0)
    assert math.isfinite(pace.seconds_left)


def test_opened_tones_are_finite_at_every_end():
    for room in (0.0, 1.0, 1.3):
        found = opened(np.array([-500, -1, 0, 1, 254, 255, 256, 900], np.float32), room)
        assert np.isfinite(found).all() and (np.diff(found) >= 0).all()
        assert (found[0], found[-1]) == (found[1], found[-2])
