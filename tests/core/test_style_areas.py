"""Several styles, each where its mask is: near to its own, without a seam, in any order of tiles, and as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core import cli
from deepdream_core.errors import DreamError
from deepdream_core.files import pictures
from deepdream_core.film.coherence import Film, Look
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.objective.syntax import mask_named
from deepdream_core.settings.recipe import Recipe
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.style.job import StyleJob, style
from deepdream_core.style.styles import named, style_file
from tests import independent
from tests.core.test_flow import Camera

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("b0", "b2", "b4")
HEIGHT, WIDTH = 160, 240
HALF = WIDTH // 2
QUICK = StyleSettings(steps=3, octaves=2)


def painted(engine, settings, picture, **pictures):
    for progress in style(StyleJob(Pixels(picture), settings, pictures), engine):
        result = progress.result
    return result


def of_size(picture, height=HEIGHT, width=WIDTH):
    return np.clip(resize(picture, width, height), 0, 255)


def drawn(name):
    return Pixels(np.asarray(Image.open(style_file(name)), np.float32))


def mask(*areas):
    """White in some (rows, columns)."""
    plane = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for area in areas:
        plane[area] = 255
    return Pixels(plane)


LEFT = mask(np.s_[:, :HALF])
RIGHT = mask(np.s_[:, HALF:])
STYLES = {"0": drawn("hatching"), "1": drawn("glass")}


@pytest.fixture(scope="module")
def sample():
    return of_size(np.asarray(Image.open(ROOT / "docs" / "sample.jpg"), np.float32))


def grams(rgb):
    """As the independent network sees it."""
    features = [independent.activation(rgb, layer).astype(np.float64) for layer in LAYERS]
    flat = [array.reshape(-1, array.shape[-1]) for array in features]
    return [array.T @ array / len(array) for array in flat]


def distance(found, wanted):
    """The sum over layers of squared distances of Gram matrices, each relative to the wanted one's norm."""
    return sum(np.sum((own - want) ** 2) / np.sum(want**2) for own, want in zip(found, wanted, strict=True))


def test_each_half_takes_on_its_own_style_and_they_meet_without_a_seam(engine, sample):
    settings = StyleSettings(steps=8, octaves=2, masks="left,right")
    rgb = painted(engine, settings, sample, left=LEFT, right=RIGHT, **STYLES).rgb
    manners = [grams(of_size(each.rgb)) for each in STYLES.values()]
    for half, own, other in ((np.s_[:, :HALF], *manners), (np.s_[:, HALF:], *manners[::-1])):
        before, after = grams(sample[half]), grams(rgb[half])
        # Under three seeds and with another pair of styles at most 0.11 and 0.16.
        assert distance(after, own) <= 0.25 * distance(after, other)
        assert distance(after, own) <= 0.3 * distance(before, own)
    border = slice(HALF - 6, HALF + 6)
    change = np.abs(rgb - sample).mean(axis=(0, 2))
    assert change[border].min() >= 0.35 * np.median(change)
    edges = np.abs(np.diff(rgb, axis=1)).mean(axis=(0, 2))
    assert edges[border].max() <= 1.1 * np.delete(edges, border).max()


def test_a_mask_all_over_paints_the_very_bytes_that_no_mask_does(engine, sample):
    plain = painted(engine, QUICK, sample, glass=STYLES["1"])
    masked = painted(engine, QUICK.replace({"masks": "all"}), sample, glass=STYLES["1"], all=mask(np.s_[:]))
    both = painted(engine, QUICK.replace({"masks": "all,all"}), sample, **STYLES, all=mask(np.s_[:]))
    mixed = painted(engine, QUICK, sample, **STYLES)
    assert plain.rgb.tobytes() == masked.rgb.tobytes() and both.rgb.tobytes() == mixed.rgb.tobytes()


def test_without_a_mask_a_style_has_what_the_masks_leave(engine, sample):
    rest = painted(engine, QUICK.replace({"masks": "left"}), sample, left=LEFT, **STYLES)
    halves = painted(engine, QUICK.replace({"masks": "left,right"}), sample, left=LEFT, right=RIGHT, **STYLES)
    # Not to the bit: what one mask leaves of 1 isn't quite the other one.
    assert np.abs(rest.rgb - halves.rgb).mean() < 0.5 and rest.mask.min() == 1


def test_where_no_mask_is_the_picture_stays(engine, sample):
    result = painted(engine, QUICK.replace({"masks": "left"}), sample, left=LEFT, glass=STYLES["1"])
    assert (result.mask[:, HALF:] == 0).all() and (result.mask[:, :HALF] == 1).all()
    assert np.abs(result.rgb - sample)[:, : HALF - 2].mean() > 10
    soft = painted(engine, QUICK.replace({"masks": "left", "feather": 20}), sample, left=LEFT, glass=STYLES["1"])
    assert 0 < soft.mask[0, HALF] < 1 and np.abs(np.diff(soft.mask[0])).max() < 0.1


def test_a_colour_of_a_hint_and_a_spot_are_masks_too(engine, sample):
    hint = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    hint[:, :HALF], hint[:, HALF:] = (0x33, 0x66, 0xFF), (0xFF, 0, 0)
    settings = QUICK.replace({"masks": "hint#3366ff,hint#ff0000"})
    coloured = painted(engine, settings, sample, hint=Pixels(hint), **STYLES)
    halves = painted(engine, QUICK.replace({"masks": "left,right"}), sample, left=LEFT, right=RIGHT, **STYLES)
    assert coloured.rgb.tobytes() == halves.rgb.tobytes()
    spot = painted(engine, QUICK.replace({"masks": "(0.25,0.5)"}), sample, glass=STYLES["1"])
    assert spot.mask[HEIGHT // 2, WIDTH // 4] > 0.9 and spot.mask[0, -1] == 0


def test_the_masks_go_along_with_the_tiles(engine):
    height, width = 96, 320
    picture = of_size(np.asarray(Image.open(ROOT / "docs" / "sample.jpg"), np.float32), height, width)
    left = np.zeros_like(picture)
    left[:, : width // 2] = 255
    settings = QUICK.replace({"masks": "left", "octaves": 1})
    # Every tile sees something of both.
    whole, tiled, again = (
        painted(engine, settings.replace({"tile": tile}), picture, left=Pixels(left), **STYLES)
        for tile in ("auto", 192, 192)
    )
    assert tiled.rgb.tobytes() == again.rgb.tobytes()
    # Patches are exact but for the last bits, which Adam makes larger where next to nothing pulls.
    assert np.abs(tiled.rgb - whole.rgb).mean() < 0.1


def test_a_recipe_has_the_masks_and_an_older_one_none(engine, sample):
    result = painted(engine, QUICK.replace({"masks": "left,"}), sample, left=LEFT, **STYLES)
    recipe = Recipe.from_json(result.recipe.to_json())
    assert recipe == result.recipe and recipe.settings.masks == "left,"
    assert set(recipe.pictures) == {"0", "1", "left"}
    again = painted(engine, recipe.settings, sample, left=LEFT, **STYLES)
    assert again.rgb.tobytes() == result.rgb.tobytes()
    older = json.loads(result.recipe.to_json())
    del older["settings"]["masks"]
    assert Recipe.from_dict(older).settings.masks == ""


@pytest.mark.parametrize(
    ("values", "more", "code"),
    [
        ({"masks": "left,2x"}, {}, "settings.type"),
        ({"masks": "(3,0.5)"}, {}, "settings.type"),
        ({"masks": "left,,right"}, {"left": LEFT, "right": RIGHT}, "settings.type"),
        ({"masks": "left,right", "shares": "1,0"}, {"left": LEFT, "right": RIGHT}, "settings.type"),
        ({"masks": "left,right"}, {"left": LEFT}, "style.mask"),
        ({"masks": "left,right"}, {"left": LEFT, "right": Pixels(np.zeros((9, 9, 3), np.float32))}, "mask.size"),
        ({"masks": "left,right"}, {"left": LEFT, "right": mask()}, "style.nowhere"),
    ],
)
def test_bad_masks_are_refused_before_anything_is_painted(engine, sample, values, more, code):
    with pytest.raises(DreamError) as refused:
        next(style(StyleJob(Pixels(sample), QUICK.replace(values), {**STYLES, **more}), engine))
    assert refused.value.code == code and refused.value.sentence and refused.value.advice


@pytest.mark.parametrize(
    ("text", "file", "name"),
    [
        ("glass@sky", style_file("glass"), "sky"),
        ("a b/c@d.png@hint#3366ff", Path("a b/c@d.png"), "hint#3366ff"),
        ("x.png@( 0.5, .25 )", Path("x.png"), "(0.5,0.25)"),
        ("photo@2x.png", Path("photo@2x.png"), ""),
        ("glass", style_file("glass"), ""),
    ],
)
def test_a_mask_stands_behind_a_style_as_behind_a_term(text, file, name):
    assert named(text) == (file, name)
    assert not name or mask_named(name) == name


def test_a_file_called_like_a_style_with_a_mask_is_that_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("me@home").write_bytes(b"")
    assert named("me@home") == (Path("me@home"), "")


def test_the_command_line_paints_by_masks_and_refuses_others(tmp_path, sample, capsys):
    files = {name: str(tmp_path / f"{name}.png") for name in ("in", "out", "left", "again")}
    for name, rgb in (("in", sample[::2, ::2]), ("left", LEFT.rgb[::2, ::2])):
        Image.fromarray(rgb.astype(np.uint8)).save(files[name])
    quick, by = ["--steps", "2", "--octaves", "1"], ["--term-mask", f"left={files['left']}"]
    command = ["style", files["in"], "hatching@left", "+", "glass", files["out"], *quick]
    assert cli.main([*command, *by]) == 0
    written = pictures.load(files["out"])
    assert written.recipe.settings == StyleSettings(steps=2, octaves=1, masks="left,")
    assert set(written.recipe.pictures) == {"style000", "style001", "left"}
    repeated = ["style", files["in"], "hatching", "glass", files["again"], "--recipe", files["out"], *by]
    assert cli.main(repeated) == 0
    assert np.array_equal(pictures.load(files["again"]).pixels.rgb, written.pixels.rgb)
    capsys.readouterr()
    for more, said in (
        ([], "wasn't supplied"),
        ([*by, "--term-mask", f"hill={files['left']}"], "no style uses it"),
        ([*by, "--masks", "left"], "--masks"),
        ([*by, "--term-mask", f"style000={files['left']}"], "a style of that name"),
    ):
        assert cli.main([*command, *more]) == 1
        assert said in capsys.readouterr().err


def test_a_film_goes_on_where_what_comes_into_view_has_one_of_the_styles_or_none(engine):
    frames = Camera(across=10, down=0).frames(3, 96, 128)
    areas = {name: Pixels(each.rgb[:96, HALF - 64 : HALF + 64]) for name, each in (("left", LEFT), ("right", RIGHT))}
    for masks in (["left", "right"], ["left", "left"], ["right", "right"]):
        look = Look(QUICK.replace({"masks": ",".join(masks)}), {**STYLES, **{name: areas[name] for name in masks}})
        film = Film(engine, look, 80)
        for frame in frames:
            *_, last = film.frame(Pixels(np.asarray(frame, np.float32)))
            assert last.result is not None


def test_where_only_one_of_the_areas_is_selected_it_alone_is_painted(engine, sample):
    selected = np.zeros((HEIGHT, WIDTH), np.float32)
    selected[:, : HALF // 2] = 1
    job = StyleJob(Pixels(sample), QUICK.replace({"masks": "left,right"}), {"left": LEFT, "right": RIGHT, **STYLES})
    *_, last = style(replace(job, mask=selected), engine)
    assert last.result.mask.max() == 1
    with pytest.raises(DreamError, match="painted nowhere"):
        nowhere = {"settings": QUICK.replace({"masks": "right,right"}), "pictures": {"right": RIGHT, **STYLES}}
        list(style(replace(job, mask=selected, **nowhere), engine))


def test_a_spot_is_spelled_as_it_is_named_everywhere():
    assert StyleSettings(masks="(.5, .50), sky").mask_names == ["(0.5,0.5)", "sky"]


def test_a_share_of_nothing_says_which_style_has_it():
    with pytest.raises(DreamError, match="a style on the mask sky"):
        StyleSettings(masks="sky,", shares="0,1").shares_of(2)
    with pytest.raises(DreamError, match="a style without a mask"):
        StyleSettings(masks="sky,", shares="1,0").shares_of(2)
