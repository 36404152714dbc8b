"""Where it grows: each term under its own mask, given as a picture or as a colour of a painted hint layer."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.dream import Job, dream
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.objective.classes import class_index
from deepdream_core.settings.dream_settings import DreamSettings
from tests import independent

SHORT = DreamSettings(octaves=3, steps=6)
HEIGHT, HALF = 288, 288
CASTLE = class_index("castle")[0]


@pytest.fixture(scope="module")
def picture(clouds):
    return np.clip(resize(clouds, 2 * HALF, HEIGHT), 0, 255)


def side(left):
    mask = np.zeros((HEIGHT, 2 * HALF, 3), np.float32)
    mask[:, slice(HALF) if left else slice(HALF, None)] = 255
    return Pixels(mask)


HILL, SKY = side(left=True), side(left=False)


def dreamed(engine, picture, objective, seed=SHORT.seed, **pictures):
    settings = SHORT.replace({"objective": objective, "seed": seed})
    for progress in dream(Job(Pixels(picture), settings, pictures=pictures), engine):
        result = progress.result
    return result.rgb


def rises(before, after):
    """How much castle and b8 rose in the left and in the right half, seen by the independent network."""

    def of(rgb, place):
        half = rgb[:, :HALF] if place == "hill" else rgb[:, HALF:]
        castle = independent.activation(half, "logits")[CASTLE]
        return np.array([castle, np.mean(independent.activation(half, "b8") ** 2)])

    return {place: of(after, place) - of(before, place) for place in ("hill", "sky")}


def risen(engine, picture, objective, **pictures):
    """What ``rises`` tells of two dreams together: of so few steps one seed's castle may come out small."""
    found = [rises(picture, dreamed(engine, picture, objective, seed, **pictures)) for seed in (1, 2)]
    return {place: sum(each[place] for each in found) for place in found[0]}


def test_each_term_grows_under_its_mask(engine, picture):
    both = risen(engine, picture, "class:castle@hill + b8@sky", hill=HILL, sky=SKY)
    alone = [risen(engine, picture, objective) for objective in ("class:castle", "b8")]
    castle_in_hill, b8_in_hill = both["hill"]
    castle_in_sky, b8_in_sky = both["sky"]
    assert castle_in_hill >= 2 * castle_in_sky
    assert b8_in_sky >= 2 * b8_in_hill
    # In its own measure, the rise where the term has the picture for itself:
    own_castle, own_b8 = alone[0]["hill"][0], alone[1]["sky"][1]
    assert castle_in_hill / own_castle >= 2 * max(b8_in_hill / alone[1]["hill"][1], 0)
    assert b8_in_sky / own_b8 >= 2 * max(castle_in_sky / alone[0]["sky"][0], 0)
    assert castle_in_hill >= 0.5 * own_castle and b8_in_sky >= 0.5 * own_b8


def test_neither_of_two_masks_takes_all_the_strength(engine, picture):
    """However small a term's own numbers are: without Laplacian normalisation nothing else evens them out."""
    pictures = {"hill": HILL, "sky": SKY}
    settings = DreamSettings(objective="b8[3*0.01]@hill + b8@sky", octaves=1, steps=3, laplacian_levels=0)
    for progress in dream(Job(Pixels(picture), settings, pictures=pictures), engine):
        result = progress.result
    change = np.abs(result.rgb - picture).mean(axis=(0, 2))
    assert 0.5 < change[:HALF].mean() / change[HALF:].mean() < 2


def test_a_weight_tells_between_masks(engine, picture):
    added = [
        np.abs(dreamed(engine, picture, objective, hill=HILL, sky=SKY) - picture).mean(axis=(0, 2))
        for objective in ("b8@hill + b8@sky", "3*b8@hill + b8@sky")
    ]
    share = [row[:HALF].mean() / row[HALF:].mean() for row in added]
    assert share[1] >= 1.5 * share[0]


def test_colours_of_a_hint_layer_are_masks(engine, picture):
    hint = np.zeros((HEIGHT, 2 * HALF, 3), np.float32)
    hint[:, :HALF], hint[:, HALF:] = (255, 0, 0), (0, 0, 255)
    by_colour = dreamed(engine, picture, "b8@hint#ff0000 + b4@hint#0000ff", hint=Pixels(hint))
    by_mask = dreamed(engine, picture, "b8@hill + b4@sky", hill=HILL, sky=SKY)
    assert np.array_equal(by_colour, by_mask)


def test_outside_of_all_masks_nothing_moves(engine, picture):
    white = np.full((HEIGHT, 2 * HALF, 3), 255, np.float32)
    left = np.zeros((HEIGHT, 2 * HALF), np.float32)
    left[:, :HALF] = 1
    moved = dreamed(engine, picture, "b8@hill", hill=Pixels(white, left)) != picture
    assert moved[:, :HALF].mean() > 0.9
    assert not moved[:, HALF:].any()


@pytest.mark.parametrize(
    ("pictures", "code"),
    [
        ({}, "objective.picture"),
        ({"hill": Pixels(np.ones((2, 2, 3), np.float32))}, "mask.size"),
        ({"hill": Pixels(np.zeros((HEIGHT, 2 * HALF, 3), np.float32))}, "objective.nowhere"),
    ],
)
def test_what_is_no_mask_is_told(engine, picture, pictures, code):
    with pytest.raises(DreamError) as caught:
        dreamed(engine, picture, "b8@hill", **pictures)
    assert caught.value.code == code


def plain(engine, picture, **settings):
    for progress in dream(Job(Pixels(picture), SHORT.replace(settings)), engine):
        result = progress.result
    return picture + (result.rgb - picture) * result.mask[..., np.newaxis]


def edges(rgb):
    """The steepness of luminance at each pixel, by central differences."""
    return np.hypot(*np.gradient(rgb @ np.array([0.299, 0.587, 0.114])))


@pytest.mark.parametrize("photo", ["clouds", "flowers"])
def test_lines_are_kept_as_far_as_one_likes(engine, request, photo):
    original = request.getfixturevalue(photo)[:240, :320]
    before = edges(original)
    strongest = before > np.quantile(before, 0.95)
    kept = {}
    for protect_lines in (0, 50, 100):
        after = edges(plain(engine, original, protect_lines=protect_lines, step_size=5))
        kept[protect_lines] = np.corrcoef(before[strongest], after[strongest])[0, 1]
    assert kept[100] >= 0.9, kept
    assert kept[0] < 0.8 and kept[0] < kept[50] < kept[100]


def test_each_tone_takes_its_share_of_the_dream(engine):
    ramp = np.repeat(np.tile(np.linspace(0, 255, 384, dtype=np.float32), (192, 1))[..., np.newaxis], 3, axis=2)
    whole = np.abs(plain(engine, ramp) - ramp).mean(axis=(0, 2))
    tones = {"shadows": slice(0, 64), "midtones": slice(190, 194), "highlights": slice(320, 384)}
    for name, own in tones.items():
        others = {other: 0 for other in tones if other != name}
        share = np.abs(plain(engine, ramp, **others) - ramp).mean(axis=(0, 2))
        assert share[own].mean() >= 0.5 * whole[own].mean()
        assert all(share[tones[other]].max() == 0 for other in others)
        # Soft limits: between two tones the change fades instead of stopping.
        assert np.abs(np.diff(share)).max() <= 0.5 * share.max()


def test_masks_and_hints_travel_over_the_wire(engine, picture):
    """As the docker sends them: a hint layer, transparent where it isn't painted, in the layer's own depth."""
    from deepdream_core.image.pixels import to_wire
    from deepdream_core.protocol import wire
    from deepdream_core.worker.requests import start

    hint = np.zeros((HEIGHT, 2 * HALF, 3), np.float32)
    hint[..., 2] = 255
    painted = np.zeros((HEIGHT, 2 * HALF), np.float32)
    painted[:, HALF:] = 1
    settings = SHORT.replace({"objective": "b8@hint#0000ff"})
    request = wire.Dream(
        1, settings.to_dict(), to_wire(Pixels(picture), "U8"), pictures={"hint": to_wire(Pixels(hint, painted), "U16")}
    )
    for progress in start(request, engine):
        result = progress.result
    moved = np.abs(result.rgb - picture) > 1
    assert moved[:, HALF:].mean() > 0.5 and not moved[:, :HALF].any()


@pytest.mark.parametrize(
    "settings",
    [
        {"shadows": 0, "midtones": 0, "highlights": 0},
        {"midtones": 0, "highlights": 0},
        {"shadows": 0, "midtones": 0},
    ],
    ids=["all at 0", "no dark part", "no light part"],
)
def test_a_picture_of_which_nothing_takes_the_dream_is_told_for_what_it_is(engine, settings):
    grey = np.full((40, 60, 3), 127, np.float32)
    with pytest.raises(DreamError, match="Shadows, Midtones, Highlights and Protect lines exclude") as caught:
        next(dream(Job(Pixels(grey), DreamSettings(objective="b1", **settings)), engine))
    assert caught.value.code == "dream.spared"


def test_where_a_layer_is_painted_is_a_mask_whatever_its_colour(engine, picture):
    left = np.zeros((HEIGHT, 2 * HALF), np.float32)
    left[:, :HALF] = 1
    black = np.zeros((HEIGHT, 2 * HALF, 3), np.float32)
    by_alpha = dreamed(engine, picture, "b8@spot#alpha + b4@rest#alpha", spot=Pixels(black, left), rest=Pixels(black))
    by_mask = dreamed(engine, picture, "b8@hill + b4@all", hill=HILL, all=Pixels(black + 255))
    assert np.array_equal(by_alpha, by_mask)


def test_a_thing_grows_at_its_place(engine, picture):
    """Seen as the rise of castle in the half that it was placed in."""
    placed = rises(picture, dreamed(engine, picture, "class:castle@(0.25,0.5)"))
    assert placed["hill"][0] >= 2 * placed["sky"][0]
