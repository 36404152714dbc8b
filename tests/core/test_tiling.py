"""Tiles cover everything and are not seen: gradients, seams and gains against the whole picture at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from deepdream_core.catalogue import network
from deepdream_core.catalogue.info import LIGHT_TILE
from deepdream_core.dream import Job, dream
from deepdream_core.engine import tiles
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.rotation import Rotation
from deepdream_core.objective.syntax import parse
from deepdream_core.objective.terms import check
from deepdream_core.settings.dream_settings import AUTO, DreamSettings
from tests import independent

SIZES = [(1, 1), (1, 700), (2000, 3), (31, 33), (32, 32), (97, 640), (575, 1024), (1500, 1501), (8192, 8192)]


@pytest.fixture(scope="module")
def gradient(engine):
    network = engine.network("efficientnet_lite0")
    compiled = engine.gradient(network, check(parse("b10"), network.info), {}, precision="fp32")
    evenly = [np.ones(112, np.float32)]
    return lambda tile: compiled(tile, tile[..., :0], tile[..., :0], evenly, Rotation())


def tiled_ascent(picture, gradient, tile):
    """(gradient of the whole picture without a shift, the plan it was made with)."""
    plan = tiles.plan(*picture.shape[:2], tile, (0, 0))
    whole = np.zeros_like(picture)
    for part in plan:
        tiles.paste(whole, gradient(tiles.cut(picture, part)), part)
    return whole, plan


def along(axis, plan):
    """The distinct (start, weights) of a plan along rows (0) or columns (1), in order."""
    parts = [(part.top, part.row_ramp) if axis == 0 else (part.left, part.column_ramp) for part in plan]
    return sorted({start: (start, weights) for start, weights in parts}.values(), key=lambda part: part[0])


def shares(parts, length):
    """How much each part counts at each pixel along an axis: (parts, length)."""
    share = np.zeros((len(parts), length))
    for line, (start, weights) in zip(share, parts, strict=True):
        line[max(0, start) : start + len(weights)] = weights[max(0, -start) : length - start]
    return share


def cuts(plan, picture):
    """Rows and columns at which another tile begins to count most."""
    strongest = [shares(along(axis, plan), picture.shape[axis]).argmax(axis=0) for axis in (0, 1)]
    rows, columns = ([int(place) + 1 for place in np.flatnonzero(np.diff(line))] for line in strongest)
    return rows, columns


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tile", [128, 130, 512, 600, LIGHT_TILE, 2047])
@pytest.mark.parametrize("shift", [(0, 0), (17, 511), (1000, 3)])
@pytest.mark.parametrize("lattice", [8, 32])
def test_every_pixel_is_covered_and_weights_add_up_to_one(size, tile, shift, lattice):
    plan = tiles.plan(*size, tile, shift, lattice)
    for axis in (0, 1):
        parts = along(axis, plan)
        assert shares(parts, size[axis]).sum(axis=0) == pytest.approx(1, abs=1e-5)
        for start, weights in parts:
            assert len(weights) <= tile and len(weights) % lattice == 0
            assert (start + shift[axis]) % lattice == 0


def test_whatever_is_asked_for_all_tiles_lie_on_the_lattice(engine):
    info = engine.network("efficientnet_lite0").info
    for tile in range(128, 2049):
        side = tiles.largest_side(tile, info)
        assert side <= tile < side + tiles.LATTICE and side % tiles.LATTICE == 0
        for part in tiles.plan(1500, 2101, tile, (5, 40)):
            assert part.height % 32 == part.width % 32 == 0 and max(part.height, part.width) <= tile
            assert (part.top + 5) % 32 == (part.left + 40) % 32 == 0


def test_a_shift_by_the_lattice_changes_nothing_far_from_the_border(clouds, gradient):
    shifted, here = gradient(clouds[16:528, 16:528]), gradient(clouds[:512, :512])
    middle, moved = slice(192, 320), slice(176, 304)
    assert independent.cosine(shifted[moved, moved], here[middle, middle]) > 0.999
    off = slice(184, 312)
    assert independent.cosine(gradient(clouds[8:520, 8:520])[off, off], here[middle, middle]) < 0.9


def test_untiled_ascent_is_that_of_the_independent_network(clouds, gradient):
    untiled, plan = tiled_ascent(clouds, gradient, 1216)
    assert len(plan) == 1
    assert independent.cosine(untiled, independent.ascent(clouds, "b10")) > 0.9999


@pytest.mark.parametrize(("height", "most"), [(512, 1.5), (575, 1.8)])
def test_tiles_see_what_the_whole_picture_shows(clouds, gradient, height, most):
    picture = clouds[:height]
    tiled, plan = tiled_ascent(picture, gradient, 512)
    assert independent.cosine(tiled, independent.ascent(picture, "b10")) >= 0.98
    assert sum(tile.height * tile.width for tile in plan) <= most * height * picture.shape[1]


def test_one_trace_serves_every_octave_and_tile(clouds, engine):
    settings = DreamSettings(octaves=3, steps=1, tile=256, precision="fp32", objective="b3")
    for _progress in dream(Job(Pixels(clouds[:400, :700]), settings), engine):
        pass
    network = engine.network(settings.network)
    terms = check(parse("b3"), network.info)
    compiled = engine.gradient(network, terms, {}, precision="fp32")
    assert compiled._compiled.experimental_get_tracing_count() == 1


def test_overlap_hides_the_seams_and_without_it_they_show(clouds, gradient):
    picture = clouds[:512]
    untiled, _ = tiled_ascent(picture, gradient, LIGHT_TILE)
    tiled, plan = tiled_ascent(picture, gradient, 512)
    assert len(plan) > 1
    assert independent.seam_measure(tiled, untiled, *cuts(plan, picture)) <= 0.7
    halves = [tiled_ascent(half, gradient, 512)[0] for half in (picture[:, :512], picture[:, 512:])]
    assert independent.seam_measure(np.concatenate(halves, axis=1), untiled, [], [512]) > 0.7


def mean_gain(engine, picture, settings, seeds=5):
    gains = []
    for seed in range(1, seeds + 1):
        for progress in dream(Job(Pixels(picture), settings.replace({"seed": seed})), engine):
            result = progress.result
        gains.append(independent.gain(picture, result.rgb, "b10"))
    return np.mean(gains)


def test_small_tiles_dream_as_strongly_as_none(clouds, engine):
    settings = DreamSettings(octaves=2, steps=3)
    picture = clouds[:320, :640]
    untiled = mean_gain(engine, picture, settings)
    assert mean_gain(engine, picture, settings.replace({"tile": 512})) == pytest.approx(untiled, rel=0.05)
    assert mean_gain(engine, picture, settings.replace({"tile": 256})) == pytest.approx(untiled, rel=0.10)


@pytest.mark.slow
def test_small_tiles_dream_as_strongly_as_none_in_a_whole_dream(clouds, engine):
    untiled = mean_gain(engine, clouds, DreamSettings())
    assert mean_gain(engine, clouds, DreamSettings(tile=512)) == pytest.approx(untiled, rel=0.05)
    assert mean_gain(engine, clouds, DreamSettings(tile=256)) == pytest.approx(untiled, rel=0.10)


def test_a_computer_of_little_memory_has_small_tiles(monkeypatch):
    large, small = (replace(network("efficientnet_lite0"), tile_px=side) for side in (1024, 256))
    for is_small, sides in ((False, (1024, 256)), (True, (tiles.SMALL_TILE, 256))):
        monkeypatch.setattr(tiles.memory, "is_small", lambda is_small=is_small: is_small)
        assert tuple(tiles.largest_side(AUTO, each) for each in (large, small)) == sides
