"""A picture takes on a style and stays itself: an independent network's numbers, exact patches, mask, colours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core import cli
from deepdream_core.commands import looks
from deepdream_core.errors import DreamError
from deepdream_core.files import pictures
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.settings.recipe import Recipe
from deepdream_core.settings.style_settings import LAYERS, StyleSettings
from deepdream_core.style import patches
from deepdream_core.style.areas import Area
from deepdream_core.style.gram_gradient import Goal, Manner, StyleGradient, View
from deepdream_core.style.job import StyleJob, style
from deepdream_core.style.octave import Octave, OctaveStart
from deepdream_core.style.palette import palette
from deepdream_core.style.styles import NAMES, style_file
from docs.make_styles import STYLES
from tests import independent
from tests.fakes.engine import FakeStyleGradient

ROOT = Path(__file__).resolve().parents[2]
STYLE_LAYERS, CONTENT_LAYER = ("b0", "b1", "b2", "b3", "b4", "b6"), "b6"
QUICK = StyleSettings(steps=3, octaves=2)
# Paintings and a photo; strokes of a pen and of a brush.
PAIRS = [("sample", "hatching"), ("clouds", "swirls"), ("sample", "swirls")]


def painted(engine, job):
    for progress in style(job, engine):
        result = progress.result
    return result


def of_width(picture, width):
    return np.clip(resize(picture, width, round(picture.shape[0] * width / picture.shape[1])), 0, 255)


def drawn(name):
    """One of the styles that come along, float32 (480, 640, 3)."""
    return np.asarray(Image.open(style_file(name)), np.float32)


@pytest.fixture(scope="module")
def sample():
    return np.asarray(Image.open(ROOT / "docs" / "sample.jpg"), np.float32)


@pytest.fixture(scope="module")
def gradient(engine):
    return StyleGradient(engine.network("efficientnet_lite0"), *LAYERS["efficientnet_lite0"])


def gram_matrices(rgb):
    features = [independent.activation(rgb, layer).astype(np.float64) for layer in STYLE_LAYERS]
    flat = [array.reshape(-1, array.shape[-1]) for array in features]
    return [array.T @ array / len(array) for array in flat]


def distance(rgb, wanted):
    """The sum over layers of squared distances of Gram matrices, each relative to the wanted one's norm."""
    found = gram_matrices(rgb)
    return sum(np.sum((own - want) ** 2) / np.sum(want**2) for own, want in zip(found, wanted, strict=True))


def assert_good(content, manner, result):
    wanted = gram_matrices(manner)
    assert distance(result, wanted) <= 0.1 * distance(content, wanted)
    # Nor only where the network happened to look: not at the positions between those that it reads.
    assert distance(result[1:, 1:], wanted) <= 0.15 * distance(content, wanted)
    features = [independent.activation(rgb, CONTENT_LAYER) for rgb in (content, result)]
    assert independent.cosine(*features) >= 0.5
    assert independent.high_frequency_ratio(manner, result) <= 2


@pytest.mark.parametrize(("content", "manner"), [*PAIRS, ("sample", "glass"), ("clouds", "watercolour")])
def test_it_takes_on_the_style_and_keeps_the_content(engine, request, content, manner):
    picture, strokes = of_width(request.getfixturevalue(content), 400), of_width(drawn(manner), 400)
    result = painted(engine, StyleJob(Pixels(picture), StyleSettings(), {"style": Pixels(strokes)}))
    assert_good(picture, strokes, result.rgb)


@pytest.mark.slow
@pytest.mark.parametrize(("content", "manner"), PAIRS)
def test_it_does_so_at_1600_pixels_with_the_same_settings(engine, request, content, manner):
    picture = of_width(request.getfixturevalue(content), 1600)
    strokes = np.asarray(STYLES[manner](1600), np.float32)
    result = painted(engine, StyleJob(Pixels(picture), StyleSettings(), {"style": Pixels(strokes)}))
    assert_good(picture, strokes, result.rgb)


@pytest.mark.parametrize(
    ("size", "tile"),
    [((32, 32), 128), ((64, 1600), 128), ((704, 1024), 256), ((1600, 1088), 512), ((4096, 3072), 1216)],
)
def test_every_cell_is_owned_once_and_seen_from_all_around(size, tile):
    everywhere, owned = np.ones(size, np.float32), np.zeros(size)
    for patch in patches.cut_up(everywhere, tile):
        assert max(part.stop - part.start for part in patch.seen) <= max(tile, 192)
        owned[patch.seen] += patch.mask(everywhere)
        for seen, own, length in zip(patch.seen, patch.owned, size, strict=True):
            assert own.start >= 64 or seen.start == 0
            assert seen.stop - (seen.start + own.stop) >= 64 or seen.stop == length
            assert (seen.start % 32, own.start % 32, own.stop % 32) == (0, 0, 0)
    assert (owned == 1).all()


def test_gram_matrices_are_the_independent_networks(gradient, sample):
    picture = sample[:384, :512]
    (sums,) = gradient.sums(picture, [np.ones(picture.shape[:2], np.float32)])
    for own, independent_one in zip(gradient.mean([sums.grams], 384 * 512), gram_matrices(picture), strict=True):
        assert independent.cosine(own, independent_one) > 0.99999
        assert np.linalg.norm(own) == pytest.approx(np.linalg.norm(independent_one), rel=1e-3)


def whole_gradient(gradient, picture, goal, tile):
    """The gradient of the whole picture, added up from patches of ``tile`` pixels, and how many they were.

    It has two areas that go over into each other from left to right.
    """
    whole, right = np.ones(picture.shape[:2], np.float32), np.linspace(0, 1, picture.shape[1], dtype=np.float32)
    areas = [whole * (1 - right), whole * right]
    cut = [(patch, [patch.mask(area) for area in areas]) for patch in patches.cut_up(whole, tile)]
    sums = [[area.grams for area in gradient.sums(picture[patch.seen], masks)] for patch, masks in cut]
    totals = [[np.sum(grams, axis=0) for grams in zip(*area, strict=True)] for area in zip(*sums, strict=True)]
    added = np.zeros_like(picture)
    for (patch, masks), part in zip(cut, sums, strict=True):
        content = gradient.content(picture[patch.seen] * 0.5)
        view = View(picture[patch.seen], masks, picture[patch.seen] * 0.9, content)
        others = [
            [everything - own for everything, own in zip(total, grams, strict=True)]
            for total, grams in zip(totals, part, strict=True)
        ]
        added[patch.seen] += gradient(view, others, goal)
    return added, len(cut)


def test_patches_give_the_gradient_of_the_whole_picture(gradient, sample):
    picture = of_width(sample, 576)
    everywhere = np.ones((480, 640), np.float32)
    wanted = [
        gradient.mean([gradient.sums(drawn(name), [everywhere])[0].grams], 640 * 480) for name in ("swirls", "dots")
    ]
    half = picture.shape[0] * picture.shape[1] / 2
    goal = Goal([Manner(wanted[0], half, 1.0, 1e-6, 0.5), Manner(wanted[1], half, 0.5, 2e-6, 1.5)], 1e-7)
    untiled, one = whole_gradient(gradient, picture, goal, 576)
    tiled, many = whole_gradient(gradient, picture, goal, 256)
    assert (one, many) == (1, 15)
    assert np.abs(tiled - untiled).max() <= 1e-3 * np.abs(untiled).max()


def test_the_contents_features_are_computed_once_where_the_picture_is_not_shifted(sample):
    class Counted(FakeStyleGradient):
        contents = 0

        def content(self, pixels):
            self.contents += 1
            return super().content(pixels)

    picture, gradient = of_width(sample, 96), Counted()
    everywhere = np.ones(picture.shape[:2], np.float32)
    start = OctaveStart(picture, picture, everywhere, [Area(everywhere, [drawn("dots")], [1.0])], 512)
    list(Octave(start, gradient, StyleSettings(steps=6)).descend())
    assert gradient.contents == 1 + 3


def test_only_the_mask_moves(engine, sample):
    picture = of_width(sample, 240)
    mask = np.zeros(picture.shape[:2], np.float32)
    mask[40:110, 80:190], mask[60:70, 100:120] = 1, 0.4
    alpha = np.full(mask.shape, 0.5, np.float32)
    job = StyleJob(Pixels(picture, alpha), QUICK, {"style": Pixels(drawn("glass"))}, mask)
    result = painted(engine, job)
    assert (result.x, result.y, *result.mask.shape) == (80, 40, 70, 110)
    assert np.array_equal(result.mask, mask[40:110, 80:190])
    assert np.allclose(result.alpha, result.mask / 2)
    assert np.abs(result.rgb - picture[40:110, 80:190]).mean() > 10


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (33, 31), (40, 300)])
def test_any_size_is_painted_up_to_its_border(engine, size):
    picture = np.full((*size, 3), 127, np.float32)
    result = painted(engine, StyleJob(Pixels(picture), QUICK, {"style": Pixels(drawn("dots"))}))
    assert result.rgb.shape == picture.shape
    assert np.isfinite(result.rgb).all() and result.rgb.min() >= 0 and result.rgb.max() <= 255
    assert (np.abs(result.rgb - picture).max(axis=2) > 0).mean() > 0.95


def chroma(rgb):
    """Cb and Cr without their offset."""
    red, green, blue = (rgb[..., channel] for channel in range(3))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return np.stack([(blue - light) * 0.564, (red - light) * 0.713])


def test_colours_can_be_kept(engine, sample):
    picture = of_width(sample, 200)
    job = StyleJob(Pixels(picture), QUICK, {"style": Pixels(drawn("glass"))})
    free = painted(engine, job).rgb
    kept = painted(engine, StyleJob(Pixels(picture), QUICK.replace({"keep_colours": True}), job.pictures)).rgb
    assert np.abs(chroma(kept) - chroma(picture)).max() < 0.5
    assert np.abs(chroma(free) - chroma(picture)).mean() > 5
    assert np.abs(kept - picture).mean() > 5


def test_several_styles_count_by_their_shares(engine, sample):
    picture, manners = Pixels(of_width(sample, 160)), {name: Pixels(drawn(name)) for name in ("glass", "swirls")}

    def result(shares, *names):
        styles = {name: manners[name] for name in names}
        return painted(engine, StyleJob(picture, QUICK.replace({"shares": shares}), styles)).rgb

    glass, swirls, both = result("1", "glass"), result("1", "swirls"), result("1", "glass", "swirls")
    assert np.abs(result("2,0", "glass", "swirls") - glass).max() < 0.5
    assert np.abs(result("0,1", "glass", "swirls") - swirls).max() < 0.5
    apart = np.linalg.norm(glass - swirls)
    assert max(np.linalg.norm(both - glass), np.linalg.norm(both - swirls)) < apart


def test_a_larger_style_scale_makes_larger_strokes(engine, clouds):
    picture = of_width(clouds, 256)
    small, large = (
        painted(
            engine,
            StyleJob(Pixels(picture), StyleSettings(steps=12, style_scale=scale), {"style": Pixels(drawn("glass"))}),
        ).rgb
        for scale in (60, 200)
    )
    assert independent.high_frequency_ratio(large, small) > 1.5


def test_passes_begin_where_the_last_one_ended(engine, sample):
    picture, manner = of_width(sample, 160), of_width(drawn("glass"), 160)
    wanted, styles = gram_matrices(manner), {"style": Pixels(manner)}
    seen = list(style(StyleJob(Pixels(picture), QUICK.replace({"passes": 2}), styles), engine))
    shares = [progress.done / progress.total for progress in seen]
    assert shares == sorted(shares) and shares[-1] == 1
    assert seen[-1].octaves == seen[-1].octave == 4
    once = painted(engine, StyleJob(Pixels(picture), QUICK, styles)).rgb
    assert distance(seen[-1].result.rgb, wanted) < 0.8 * distance(once, wanted)


def test_a_recipe_repeats_it_and_a_seed_changes_it(engine, sample):
    job = StyleJob(Pixels(of_width(sample, 120)), QUICK.replace({"seed": 3}), {"style": Pixels(drawn("dots"))})
    first = painted(engine, job)
    recipe = Recipe.from_json(first.recipe.to_json())
    assert recipe == first.recipe and recipe.settings == job.settings
    again = painted(engine, StyleJob(job.pixels, recipe.settings, job.pictures))
    other = painted(engine, StyleJob(job.pixels, QUICK.replace({"seed": 4}), job.pictures))
    assert first.rgb.tobytes() == again.rgb.tobytes() != other.rgb.tobytes()


def test_a_palette_moves_a_picture_into_its_colours(sample):
    colours = palette([drawn("swirls")], [1.0])
    moved = colours.moved(of_width(sample, 200))
    wanted = drawn("swirls").reshape(-1, 3)
    assert np.abs(moved.reshape(-1, 3).mean(axis=0) - wanted.mean(axis=0)).max() < 6
    assert np.abs(np.cov(moved.reshape(-1, 3).T) - np.cov(wanted.T)).max() < 0.25 * np.cov(wanted.T).max()
    grey = palette([np.repeat(drawn("hatching").mean(axis=2, keepdims=True), 3, axis=2)], [1.0])
    assert np.ptp(grey.held(of_width(sample, 200)), axis=2).max() < 8


def test_every_style_that_comes_along_is_there_and_none_else():
    assert {file.name for file in style_file("any").parent.glob("style_*")} == {style_file(name).name for name in NAMES}
    assert set(NAMES) == set(STYLES)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"style_weight": 0, "content_weight": 0}, "style.nothing"),
        ({"shares": "0,0"}, "settings.type"),
        ({"shares": "much"}, "settings.type"),
        ({"shares": "-1,2"}, "settings.type"),
        ({"network": "inception_v3"}, "settings.choice"),
        ({"stile_scale": 50}, "settings.unknown"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_computed(values, code):
    with pytest.raises(DreamError) as refused:
        StyleSettings.from_dict(values)
    assert refused.value.code == code


def test_without_a_style_there_is_nothing_to_do(engine):
    with pytest.raises(DreamError) as refused:
        next(style(StyleJob(Pixels(np.zeros((9, 9, 3), np.float32)), QUICK, {}), engine))
    assert refused.value.code == "style.missing"


def test_the_command_line_paints_a_file_and_repeats_its_recipe(tmp_path, sample):
    Image.fromarray(of_width(sample, 96).astype(np.uint8)).save(tmp_path / "in.png")
    manners = [str(style_file("dots")), "glass"]
    flags = ["--steps", "2", "--octaves", "1", "--shares", "1,0.5", "--style-scale", "50", "--keep-colours"]
    command = [sys.executable, "-m", "deepdream_core", "style", "in.png", *manners, "out.png", *flags]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, timeout=120)
    written = pictures.load(tmp_path / "out.png")
    assert written.recipe.settings == StyleSettings(
        steps=2, octaves=1, shares="1,0.5", style_scale=50, keep_colours=True
    )
    assert not np.array_equal(written.pixels.rgb, pictures.load(tmp_path / "in.png").pixels.rgb)
    again = str(tmp_path / "out.png")
    assert cli.main(["again", again, again, str(tmp_path / "third.png")]) == 1


def test_a_recipe_of_a_style_needs_its_pictures_once_more(tmp_path, monkeypatch, capsys):
    """A recipe has only their checksums."""
    monkeypatch.setattr(looks, "_recipe_settings", lambda _path: StyleSettings())
    assert cli.main(["batch", str(tmp_path), str(tmp_path / "out"), "--recipe", "painted.png"]) == 1
    assert "--recipe of a style needs --style" in capsys.readouterr().err
