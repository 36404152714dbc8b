"""A part of a dream dreamed again grows into the old one: what didn't change stays, what did is dreamed as ever."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from deepdream_core.catalogue.info import LIGHT_TILE
from deepdream_core.dream import Job, Renewal, dream, renew
from deepdream_core.dream.laying import detail_of, lay_over
from deepdream_core.dream.renewal import _near
from deepdream_core.dream.renewal_plan import planned
from deepdream_core.engine import ascent, tiles
from deepdream_core.engine.bands import Bands, even_out
from deepdream_core.engine.optimiser import Moved, Optimiser
from deepdream_core.engine.tones import Ground, Held
from deepdream_core.errors import DreamError
from deepdream_core.image.colour import natural
from deepdream_core.image.pixels import Pixels, to_wire
from deepdream_core.image.region import Box
from deepdream_core.image.rotation import Rotation
from deepdream_core.image.rows import everywhere
from deepdream_core.objective.syntax import parse
from deepdream_core.objective.terms import check
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import DEFAULT_PRESET, PRESETS
from deepdream_core.settings.renewal import SEAM_PX, Rect
from deepdream_core.settings.renewal import crop as crop_of
from deepdream_core.settings.renewal import window as window_of
from deepdream_core.system.folders import bundled
from deepdream_core.worker import requests
from tests import independent

SMALL = DreamSettings(octaves=2, steps=2, working_size="full")
# As strong as a preset is, at a size that costs little.
STRONG = DreamSettings(octaves=3, steps=10, working_size="full", random_rotation=5)
LATTICE = 32
DABS, RADIUS = [(110, 110), (300, 290), (460, 120)], 45


def painting(width, height):
    """A painting that comes with the project, float32."""
    with Image.open(bundled("style_oil.jpg")) as picture:
        return np.asarray(picture.convert("RGB").resize((width, height), Image.Resampling.BICUBIC))


def dabbed(source, radius, *places):
    """With dabs of another painting, and where they are."""
    with Image.open(bundled("style_collage.jpg")) as picture:
        other = np.asarray(picture.convert("RGB").resize(source.shape[1::-1], Image.Resampling.BICUBIC))
    inside = np.zeros(source.shape[:2], np.uint8)
    for place in places:
        cv2.circle(inside, place, radius, 1, -1)
    return np.where(inside[..., np.newaxis] > 0, other, source), inside


def last(steps):
    *_others, done = steps
    return done.result


def rounded(rgb):
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def renewal_of(job, old, changed, record):
    """As the plugin sends it: no more than ``crop_of`` says."""
    x, y, width, height = cv2.boundingRect(changed)
    area = crop_of(Rect(x, y, width, height), record, job.settings)
    part = slice(area.y, area.y + area.height), slice(area.x, area.x + area.width)
    crop = Job(
        job.pixels.part(part),
        job.settings,
        None if job.mask is None else job.mask[part],
        pictures={name: each.part(part) if name != "guide" else each for name, each in job.pictures.items()},
        strength_map=None if job.strength_map is None else job.strength_map[part],
    )
    return Renewal(crop, Pixels(old[part]), changed[part], record, area.x, area.y)


def laid_in(old, renewal, result):
    whole, weight = old.astype(np.float32), np.zeros(old.shape[:2], np.float32)
    y, x = renewal.y + result.y, renewal.x + result.x
    area = slice(y, y + result.mask.shape[0]), slice(x, x + result.mask.shape[1])
    whole[area], weight[area] = result.rgb, result.mask
    return whole, weight


def renewed_with(engine, source, settings, places, radius):
    """A dream of a painting, dabs on that, the renewal, and the dream of all of it made anew."""
    new, changed = dabbed(source, radius, *places)
    whole = last(dream(Job(Pixels(source), settings), engine))
    old = rounded(whole.rgb)
    renewal = renewal_of(Job(Pixels(new), settings), old, changed, json.loads(json.dumps(whole.record)))
    merged, weight = laid_in(old, renewal, last(renew(renewal, engine)))
    anew = last(dream(Job(Pixels(new), settings), engine)).rgb
    return {
        "source": source, "new": new, "changed": changed, "old": old, "merged": merged, "weight": weight, "anew": anew,
        "renewal": renewal,
    }  # fmt: skip


@pytest.fixture(scope="module")
def renewals(engine):
    """With two seeds."""
    return [renewed_with(engine, painting(576, 416), STRONG.replace({"seed": seed}), DABS, RADIUS) for seed in (1, 2)]


@pytest.fixture(scope="module")
def renewed(renewals):
    """With the first."""
    return renewals[0]


def test_what_did_not_change_stays(renewed):
    source, new, old, merged, weight = (renewed[name] for name in ("source", "new", "old", "merged", "weight"))
    assert np.array_equal(merged[weight == 0], old[weight == 0])
    ring = (weight > 0) & (renewed["changed"] == 0)
    before, after = (old - source.astype(np.float32))[ring], (merged - new)[ring]
    assert 0.8 <= np.corrcoef(before.ravel(), after.ravel())[0, 1] < 1


def test_coarse_things_go_over_more_widely_than_fine_ones(renewed):
    """Beyond the finest seam, what the smaller octaves made new is still there."""
    distance = cv2.distanceTransform((renewed["changed"] == 0).astype(np.uint8), cv2.DIST_L2, 5)
    beyond = (distance > SEAM_PX + 2) & (renewed["weight"] == 1)
    assert beyond.sum() > 500
    assert np.abs(renewed["merged"] - renewed["old"])[beyond].mean() > 0.4


def test_what_changed_is_dreamed_as_much_as_in_a_whole_dream(renewals):
    """By what the layer sees, and by how large the motifs are: dreams are chaotic, so that is all that can be equal."""
    check_as_in_a_whole_dream(renewals, DABS, RADIUS)


def check_as_in_a_whole_dream(renewals, places, radius):
    gains, peaks = ([measure(renewals, name, places, radius) for name in ("merged", "anew")] for measure in MEASURES)
    assert gains[0] == pytest.approx(gains[1], rel=0.2)
    assert peaks[0] == pytest.approx(peaks[1], rel=0.2)


def gain(renewals, name, places, radius):
    """What the layer sees around the dabs, by what it sees of the picture there; on average."""
    pairs = [(each["new"][near], each[name][near]) for each in renewals for near in around(places, radius + 35)]
    return np.mean([independent.gain(plain, dreamt, "b10") for plain, dreamt in pairs])


def peak(renewals, name, places, radius):
    """The frequency, in cycles per pixel, at which most luma was added in the dabs' bounds, by octave of frequencies.

    Each counts with what lies within some third of an octave. Less than four waves in a dab are shading, no motifs.
    """
    frequencies = np.exp(np.linspace(np.log(4 / (2 * radius)), np.log(0.5), 200))
    energy = np.zeros(len(frequencies))
    for added in (each[name] - each["new"].astype(np.float32) for each in renewals):
        for near in around(places, radius):
            power, cycles = spectrum(added[near] @ LUMA)
            energy += power @ np.exp(-4 * np.log2(cycles[:, np.newaxis] / frequencies) ** 2)
    return frequencies[energy.argmax()]


MEASURES = gain, peak
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def around(places, reach):
    return [tuple(slice(max(0, at - reach), at + reach) for at in reversed(place)) for place in places]


def spectrum(light):
    """The power of every frequency but 0, and these in cycles per pixel."""
    window = np.outer(*(np.hanning(side) for side in light.shape))
    power = np.abs(np.fft.fft2((light - light.mean()) * window)) ** 2
    down, across = (np.fft.fftfreq(side) for side in light.shape)
    cycles = np.hypot(down[:, np.newaxis], across)
    return power[cycles > 0], cycles[cycles > 0]


def test_across_the_seam_the_network_sees_as_much_as_across_tiles(engine, renewed):
    new, changed = dabbed(renewed["source"], RADIUS, DABS[1])
    job, record = replace(renewed["renewal"].job, pixels=Pixels(new)), renewed["renewal"].record
    check_seam(engine, renewal_of(job, renewed["old"], changed, record), renewed["merged"], tile=256)


def check_seam(engine, renewal, picture, tile):
    """Of the gradient of what is seen, beside that of the whole ``picture``: at the seam's border, and at tiles'."""
    plan = planned(renewal, engine)
    across = [seam_of_octave(engine, plan, index, resized(picture, size)) for index, size in enumerate(plan.sizes)]
    assert max(across) <= across_tiles(engine, resized(picture, plan.sizes[-1]), tile)


def resized(picture, size):
    return cv2.resize(picture.astype(np.float32), size[::-1], interpolation=cv2.INTER_AREA)


def seam_of_octave(engine, plan, index, picture):
    cutout = plan.at(index)
    weight = np.zeros(picture.shape[:2], np.float32)
    weight[cutout.box.slices] = plan.weight(cutout)
    seen = _near(weight)
    # Both on one lattice, as both are under one shift: another shift is no seam.
    top, left = seen.top % LATTICE, seen.left % LATTICE
    picture, weight = picture[top:, left:], weight[top:, left:]
    inside = Box(seen.top - top, seen.left - left, seen.height, seen.width).slices
    whole = plain_gradient(engine, picture, LIGHT_TILE)
    border = cv2.morphologyEx((weight > 0).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((9, 9), np.uint8)) > 0
    differs = np.abs(plain_gradient(engine, picture[inside], LIGHT_TILE) - whole[inside])
    return differs[border[inside]].mean() / np.abs(whole).mean()


def across_tiles(engine, picture, tile):
    """At the rows and columns where the next tile begins to count most."""
    half = tiles.OVERLAP // 2
    starts = [(each.top, each.left) for each in tiles.plan(*picture.shape[:2], tile, (0, 0))]
    cuts = [sorted({start + half for start in axis} - {half}) for axis in zip(*starts, strict=True)]
    return independent.seam_measure(
        plain_gradient(engine, picture, tile), plain_gradient(engine, picture, LIGHT_TILE), *cuts
    )


def plain_gradient(engine, picture, tile):
    """Of the default layer, without a shift."""
    network = engine.network("efficientnet_lite0")
    compiled = engine.gradient(network, check(parse("b10"), network.info), {}, precision="fp32")
    found = np.zeros_like(picture)
    for part in tiles.plan(*picture.shape[:2], tile, (0, 0)):
        seen = tiles.cut(picture, part)
        tiles.paste(found, compiled(seen, seen[..., :0], seen[..., :0], [np.ones(112, np.float32)], Rotation()), part)
    return found


@pytest.mark.slow
def test_a_stroke_on_a_large_painting_with_the_default_preset_too(engine):
    """2048 px: gain, motifs, seam and likeness."""
    settings, places, radius = PRESETS[DEFAULT_PRESET].settings, [(1000, 700)], 100
    found = [
        renewed_with(engine, painting(2048, 1536), settings.replace({"seed": seed}), places, radius) for seed in (1, 2)
    ]
    check_as_in_a_whole_dream(found, places, radius)
    check_seam(engine, found[0]["renewal"], found[0]["merged"], tile=512)
    test_what_did_not_change_stays(found[0])


def test_the_seam_is_as_smooth_as_the_dream_is_there(renewed):
    """Steepness of what was added within 4 px of the seam's border, by its mean around; as the old dream has it."""
    seam = cv2.morphologyEx((renewed["weight"] > 0).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((9, 9), np.uint8)) > 0
    near = cv2.dilate(seam.astype(np.uint8), np.ones((61, 61), np.uint8)) > 0
    steepness = [
        np.abs(cv2.Laplacian((renewed[dreamt] - renewed[plain].astype(np.float32)).mean(axis=2), cv2.CV_32F))
        for dreamt, plain in (("merged", "new"), ("old", "source"))
    ]
    across, before = (steep[seam].mean() / steep[near].mean() for steep in steepness)
    assert across <= 1.15 * before


VARIANTS = {
    "natural colours": ({"natural_colours": 100}, {}),
    "no natural colours": ({"natural_colours": 0}, {}),
    "colours stay": ({"keep_colours": True}, {}),
    "tones as in 0.1.0": ({"headroom": False, "hold_contrast": False, "hold_saturation": False}, {}),
    "no tones held": (
        {"headroom": False, "hold_contrast": False, "hold_saturation": False, "hold_brightness": False},
        {},
    ),
    "momentum": ({"optimiser": "momentum"}, {}),
    "adam": ({"optimiser": "adam", "total_variation": 0.3, "l2_penalty": 0.3, "smoothing": 1.0}, {}),
    "no pyramid": ({"laplacian_levels": 0}, {}),
    "turned": ({"angle": 30.0}, {}),
    "lines and tones": ({"protect_lines": 100, "shadows": 40}, {}),
    "strongest channels": ({"objective": "b10[strongest 3]"}, {}),
    "two masks": ({"objective": "b10@hill + 0.5*class:castle@sky"}, {"hill": "left", "sky": "right"}),
    "guide": ({"objective": "guide:b6=guide"}, {"guide": "guide"}),
    "neuron": ({"objective": "b10 + b14[7](0.6,0.5)"}, {}),
    "likeness": ({"likeness": 60}, {}),
    "spot": ({"objective": "b10 + class:castle@(0.5,0.5)"}, {}),
    "in turn": ({"alternate_networks": "efficientnet_lite1"}, {}),
}


def picture_called(kind, width, height):
    shares = np.zeros((height, width, 3), np.uint8)
    if kind == "guide":
        return Pixels(painting(96, 96))
    shares[:, : width * 2 // 3] = 255
    return Pixels(shares if kind == "left" else shares[:, ::-1])


@pytest.mark.parametrize(("changes", "pictures"), VARIANTS.values(), ids=VARIANTS.keys())
def test_every_kind_of_dream_can_be_renewed(engine, changes, pictures):
    width, height = 200, 160
    settings = SMALL.replace(changes)
    source = painting(width, height)
    new, changed = dabbed(source, 14, (120, 80))
    named = {name: picture_called(kind, width, height) for name, kind in pictures.items()}
    job = Job(Pixels(source), settings, pictures=named)
    whole = last(dream(job, engine))
    old = rounded(whole.rgb)
    renewal = renewal_of(replace(job, pixels=Pixels(new)), old, changed, whole.record)
    merged, weight = laid_in(old, renewal, last(renew(renewal, engine)))
    assert np.array_equal(merged[weight == 0], old[weight == 0]) and (weight == 0).any()
    added = [np.abs(dreamt.astype(np.float32) - plain) for dreamt, plain in ((merged, new), (old, source))]
    here, there = added[0][changed > 0].mean(), added[1][changed > 0].mean()
    assert there / 2.5 < here < there * 2.5
    ring = (weight > 0) & (changed == 0)
    assert np.corrcoef((merged - new)[ring].ravel(), (old - source.astype(np.float32))[ring].ravel())[0, 1] > 0.7


@pytest.mark.parametrize("name", ["natural colours", "tones as in 0.1.0", "adam", "two masks", "turned"])
def test_the_record_of_a_step_is_all_that_it_takes_from_the_whole(engine, name, monkeypatch):
    """With nothing but its record every step of a whole dream is repeated, to the rounding."""
    changes, pictures = VARIANTS[name]
    climbs = []

    class Twice(ascent.Ascent):
        def __init__(self, ground, detail, *others):
            super().__init__(ground, first := detail.copy(), *others)
            self.before = first.copy() if not climbs else None
            self.detail_before, self.others, self.ground = detail.copy(), others, ground

        def climb(self, directions, settings, octave):
            yield from super().climb(directions, settings, octave)
            part = ascent.Part(self.wholes, np.zeros_like(self.picture), everywhere(*self.picture.shape[:2]))
            again = ascent.Ascent(self.ground, self.detail_before, *self.others, part)
            for _ in again.climb(directions, settings, octave):
                pass
            climbs.append(np.abs(again.picture - self.picture).max())

    monkeypatch.setattr("deepdream_core.dream.run.Ascent", Twice)
    named = {name: picture_called(kind, 96, 64) for name, kind in pictures.items()}
    last(dream(Job(Pixels(painting(96, 64)), SMALL.replace(changes), pictures=named), engine))
    assert len(climbs) == 2 and max(climbs) < 0.05


def test_each_number_of_the_record_counts():
    """A step with a record moves by that, not by what its own pixels would say."""
    random = np.random.default_rng(3)
    source = random.uniform(60, 190, (40, 40, 3)).astype(np.float32)
    settings = SMALL.replace({"natural_colours": 50})
    ground = Ground(source, everywhere(40, 40), 0.5)
    plain = Moved(0.5, 1.0, Held(0.0, 1.0, 1.0, 1.0))

    def moved(recorded):
        picture = ground.start(slice(None)).copy()
        Optimiser(ground, settings).move(picture, np.ones_like(source), recorded)
        return (picture - ground.start(slice(None))).mean()

    assert moved(plain) == pytest.approx(2 * settings.step_size, rel=1e-3)
    assert moved(replace(plain, mean=1.0)) == pytest.approx(settings.step_size, rel=1e-3)
    assert moved(replace(plain, held=Held(2.0, 0.5, 1.0, 1.0))) == pytest.approx(settings.step_size + 2, rel=1e-3)

    gradient = random.normal(0, 1, (40, 40, 3)).astype(np.float32)
    whole = ascent.Whole(0, (), (), (4.0, 2.0), plain)
    mixed = gradient.copy()
    assert ascent._colour(mixed, settings, whole) == (4.0, 2.0)
    np.testing.assert_allclose(mixed, 0.5 * gradient + natural(gradient), atol=1e-5)
    evened = gradient.copy()
    assert even_out(evened, everywhere(40, 40), Bands((1.0, 1.0)), (3.0, 3.0)) == (3.0, 3.0)
    np.testing.assert_allclose(evened, 3 * gradient, atol=1e-4)


@pytest.mark.parametrize("room", [None, 0.7])
def test_what_was_added_is_found_again(room):
    random = np.random.default_rng(2)
    source = random.uniform(40, 215, (20, 30, 3)).astype(np.float32)
    detail = random.normal(0, 12, source.shape).astype(np.float32)
    laid = detail.copy()
    lay_over(source, laid, everywhere(20, 30), room, keep_colours=False)
    np.testing.assert_allclose(detail_of(laid, source, everywhere(20, 30), room), detail, atol=0.01)


def test_a_selection_is_renewed_within_its_mask_and_keeps_its_alpha(engine):
    width, height = 260, 200
    source = painting(width, height)
    new, changed = dabbed(source, 20, (60, 100))
    mask = np.zeros((height, width), np.float32)
    mask[40:160, 60:200] = 1
    job = Job(Pixels(source), SMALL.replace({"feather": 8}), mask)
    whole = last(dream(job, engine))
    old, alpha = source.copy(), np.zeros((height, width), np.float32)
    area = slice(whole.y, whole.y + whole.mask.shape[0]), slice(whole.x, whole.x + whole.mask.shape[1])
    old[area], alpha[area] = rounded(whole.rgb), whole.alpha
    renewal = renewal_of(replace(job, pixels=Pixels(new)), old, changed, whole.record)
    part = slice(renewal.y, renewal.y + len(renewal.changed)), slice(renewal.x, renewal.x + renewal.changed.shape[1])
    result = last(renew(replace(renewal, old_dream=Pixels(old[part], alpha[part])), engine))
    bounds = window_of(Rect(*cv2.boundingRect(changed)), whole.record)
    assert (renewal.x + result.x, renewal.y + result.y, *result.mask.shape[::-1]) == tuple(bounds)
    assert bounds.x == whole.x
    there = slice(bounds.y, bounds.y + bounds.height), slice(bounds.x, bounds.x + bounds.width)
    np.testing.assert_allclose(result.alpha, alpha[there], atol=1e-6)


@pytest.mark.parametrize("depth", ["U8", "F32"])
def test_over_the_wire_what_stays_keeps_its_very_bytes(engine, depth):
    source = painting(180, 120)
    new, changed = dabbed(source, 8, (90, 60))
    whole = last(dream(Job(Pixels(source), SMALL), engine))
    sent, old = (to_wire(Pixels(each), depth) for each in (new, whole.rgb))
    request = wire.Renew(3, SMALL.to_dict(), sent, old_dream=old, changed=changed.tobytes(), record=dict(whole.record))
    *progress, done = requests.start(request, engine)
    answer = requests.result(request, done.result, 1.0)
    assert all(
        each.preview is not None for each in progress if each.done in (progress[0].done,) or each is progress[-1]
    )
    bits = np.frombuffer(answer.picture.data, np.uint8).reshape(answer.picture.height, answer.picture.width, -1)
    before = np.frombuffer(old.data, np.uint8).reshape(120, 180, -1)
    before = before[answer.y : answer.y + answer.picture.height, answer.x : answer.x + answer.picture.width]
    stays = done.result.mask == 0
    assert stays.any() and np.array_equal(bits[stays], before[stays])
    assert not np.array_equal(bits[~stays], before[~stays])
    assert answer.record == json.loads(json.dumps(request.record))


def test_what_does_not_fit_is_refused(engine):
    source = painting(120, 90)
    new, changed = dabbed(source, 8, (60, 40))
    whole = last(dream(Job(Pixels(source), SMALL), engine))
    renewal = renewal_of(Job(Pixels(new), SMALL), rounded(whole.rgb), changed, whole.record)

    def code(**changes):
        with pytest.raises(DreamError) as refused:
            next(renew(replace(renewal, **changes), engine))
        return refused.value.code

    assert code(job=replace(renewal.job, settings=SMALL.replace({"seamless": True}))) == "renewal.seamless"
    assert code(job=replace(renewal.job, settings=SMALL.replace({"growth_alpha": True}))) == "renewal.growth"
    assert code(job=replace(renewal.job, settings=SMALL.replace({"likeness": 50}))) == "renewal.record"
    assert code(changed=np.zeros_like(renewal.changed)) == "renewal.nothing"
    for settings in ({"steps": 3}, {"headroom": False}, {"laplacian_levels": 2}, {"objective": "b6@m"}):
        with_mask = {"m": Pixels(np.full_like(renewal.job.pixels.rgb, 255))}
        other = replace(renewal.job, settings=SMALL.replace(settings), pictures=with_mask)
        assert code(job=other) == "renewal.record", settings
    for name, value in {"steps": [], "core": "x", "octaves": [[0, 0]], "room": float("nan"), "lines": [1]}.items():
        assert code(record={**whole.record, name: value}) == "renewal.record", name
    assert code(record={}) == "renewal.record"


def test_the_cost_follows_the_window_not_the_canvas(engine):
    totals = []
    for side in (800, 1600):
        source = painting(side, side)
        new, changed = dabbed(source, 20, (side // 2, side // 2))
        settings = DreamSettings(octaves=2, steps=1, working_size="full")
        record = _recorded(side, 1, settings)
        renewal = renewal_of(Job(Pixels(new), settings), source, changed, record)
        assert max(renewal.changed.shape) < 500
        totals.append(next(renew(renewal, engine)).total)
    assert totals[1] <= 1.05 * totals[0]


def _recorded(side, steps, settings):
    """A record as a dream of that size would leave it."""
    step = [0, [[1.0] * 5], [], [1.0, 1.0], [1e-3, 1.0, 0.0, 1.0, 1.0, 1.0]]
    small = round(side / 1.4)
    return {
        "core": [0, 0, side, side], "crop": [0, 0, side, side], "octaves": [[small, small], [side, side]],
        "room": 0.5, "lines": [0.0, 1], "channels": [[]], "likeness": [], "steps": [[step] * steps] * 2,
    }  # fmt: skip


def test_the_window_is_cut_at_the_dream_and_the_crop_at_what_was_sent():
    record = {"core": [100, 0, 300, 200], "crop": [60, 0, 380, 240], "octaves": [[190, 120], [380, 240]]}
    assert window_of(Rect(200, 90, 10, 10), record) == (160, 50, 90, 90)
    assert window_of(Rect(90, 0, 20, 20), record) == (100, 0, 50, 60)
    assert window_of(Rect(0, 0, 40, 40), record) is None
    assert crop_of(Rect(0, 0, 40, 40), record, DreamSettings()) is None
    assert crop_of(Rect(200, 90, 10, 10), record, DreamSettings()) == (60, 0, 334, 240)
    assert crop_of(Rect(390, 190, 5, 5), record, DreamSettings()) == (206, 6, 234, 234)
    for broken in ({}, {**record, "octaves": []}, {**record, "crop": [0, 0, 0, 0]}, {**record, "core": [1]}):
        with pytest.raises(DreamError, match="renewed"):
            window_of(Rect(0, 0, 1, 1), broken)


def test_a_ground_is_seen_as_it_starts():
    """The renewal's previews are in the tones in which the dream will be."""
    ground = Ground(np.full((4, 4, 3), 128, np.float32), everywhere(4, 4), 0.5)
    np.testing.assert_allclose(ground.seen(ground.start(slice(None))), 128, atol=1.5)
