"""Whatever the size, tile, shift, lattice: tiles add up to 1, and what is taken apart is put together again."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as some

from deepdream_core.engine import laplacian, tiles, views
from deepdream_core.engine.bands import Bands, even_out
from deepdream_core.image.pixels import blend, from_wire, to_wire
from deepdream_core.image.resizing import resize, resize_around
from deepdream_core.image.rows import everywhere
from deepdream_core.protocol.wire import BYTES_PER_PIXEL, Picture
from deepdream_core.settings.dream_settings import DreamSettings

LENGTHS = some.one_of(some.integers(1, 200), some.integers(1, 5000))


def noise(seed, *shape, scale=255.0):
    return np.random.default_rng(seed).uniform(0, scale, shape).astype(np.float32)


@given(
    LENGTHS,
    LENGTHS,
    some.integers(128, 2048),
    some.tuples(*[some.integers(0, 1024)] * 2),
    some.sampled_from((8, 16, 32)),
)
def test_the_tiles_weights_add_up_to_one(height, width, tile, shift, lattice):
    """Along each axis: a tile's weight is the product of both."""
    plan = tiles.plan(height, width, tile, shift, lattice)
    down = {part.top: part.row_ramp for part in plan}
    across = {part.left: part.column_ramp for part in plan}
    assert len(plan) == len(down) * len(across)
    for ramps, length, offset in ((down, height, shift[0]), (across, width, shift[1])):
        total = np.zeros(length)
        for start, ramp in ramps.items():
            assert ramp.size <= tile and ramp.size % lattice == (start + offset) % lattice == 0
            assert np.isfinite(ramp).all() and ramp.min() >= 0
            first, last = max(0, start), min(length, start + ramp.size)
            total[first:last] += ramp[first - start : last - start]
        assert np.abs(total - 1).max() < 1e-5


@given(some.integers(1, 300), some.integers(1, 300), some.tuples(*[some.integers(0, 1024)] * 2), some.integers(0, 99))
def test_what_is_cut_and_pasted_is_the_picture(height, width, shift, seed):
    picture, pasted = noise(seed, height, width, 3), np.zeros((height, width, 3), np.float32)
    for part in tiles.plan(height, width, 128, shift, 32):
        piece = tiles.cut(picture, part)
        assert piece.shape == (part.height, part.width, 3)
        tiles.paste(pasted, piece, part)
    assert np.abs(pasted - picture).max() < 0.01


@given(
    some.integers(1, 90),
    some.integers(1, 90),
    some.integers(0, 2**31 - 1),
    some.sampled_from((0.0, 90.0, 180.0, -90.0)),
)
def test_a_picture_that_is_rolled_and_turned_by_quarters_comes_back_to_the_bit(height, width, seed, angle):
    settings = DreamSettings(seamless=True, angle=angle, seed=seed)
    picture = noise(seed, height, width, 3)
    view = views.draw(settings, height, width, np.random.default_rng(seed))
    assert (view.back(np.ascontiguousarray(view.there(picture))) == picture).all()


@given(some.integers(1, 70), some.integers(1, 70), some.integers(0, 5), some.integers(0, 99))
def test_bands_merge_into_what_was_split(height, width, levels, seed):
    picture = noise(seed, 1, height, width, 3)
    bands = laplacian.split(tf.constant(picture), levels)
    assert len(bands) == levels + 1
    assert np.abs(laplacian.merge(bands).numpy() - picture).max() < 1e-2


@given(some.integers(1, 150), some.integers(1, 150), some.integers(1, 8), some.integers(0, 99))
def test_bands_at_their_own_strength_are_the_gradient_itself(height, width, levels, seed):
    """A band's factor is what was asked for, divided by its root mean square: undo it, and all is as it was."""
    gradient = noise(seed, height, width, 3, scale=2.0) - 1
    factors = even_out(gradient.copy(), everywhere(height, width), Bands((1.0,) * (levels + 1)))
    own = tuple(1 / factor if factor < 1e9 else 0.0 for factor in factors)
    again = gradient.copy()
    even_out(again, everywhere(height, width), Bands(own))
    assert np.isfinite(again).all()
    assert np.abs(again - gradient).max() < 1e-3


@given(some.integers(1, 60), some.integers(1, 60), some.integers(1, 60), some.integers(1, 60), some.integers(0, 99))
def test_a_picture_of_one_colour_keeps_it_at_any_size(height, width, high, wide, seed):
    colour = noise(seed, 1, 1, 3)
    picture = np.broadcast_to(colour, (height, width, 3))
    for resized in (resize(picture, wide, high), resize_around(picture, wide, high)):
        assert resized.shape == (high, wide, 3)
        assert np.abs(resized - colour).max() < 1e-3
    assert resize(noise(seed, height, width, 3), width, height).shape == (height, width, 3)


@given(
    some.integers(1, 9),
    some.integers(1, 9),
    some.sampled_from(sorted(BYTES_PER_PIXEL)),
    some.randoms(use_true_random=False),
)
def test_a_picture_that_came_by_wire_goes_back_as_it_was(height, width, depth, random):
    """To the bit for whole numbers; floats, where they are colours at all, to a rounding."""
    if depth == "F32":
        samples = np.array([random.uniform(-2, 4) for _ in range(height * width * 4)], "<f4").reshape(-1, 4)
        samples[:, 3] = np.clip(samples[:, 3], 0, 1)
        data = samples.tobytes()
    else:
        data = random.randbytes(height * width * BYTES_PER_PIXEL[depth])
    again = to_wire(from_wire(Picture(width, height, depth, data)), depth)
    assert (again.width, again.height, again.depth) == (width, height, depth)
    if depth == "F32":
        assert np.allclose(np.frombuffer(again.data, "<f4"), np.frombuffer(data, "<f4"), atol=1e-5)
    else:
        assert bytes(again.data) == data


@given(some.integers(0, 99), some.lists(some.sampled_from((0.0, 0.5, 1.0)), min_size=12, max_size=12))
def test_what_has_no_weight_is_copied_to_the_bit_whatever_stands_there(seed, weights):
    """Minus nothing, infinities and not-a-number too."""
    source = noise(seed, 3, 4, 3)
    source[0, 0], source[1, 1], source[2, 2] = -0.0, np.inf, np.nan
    share = np.array(weights, np.float32).reshape(3, 4)
    with np.errstate(invalid="ignore"):
        blended = blend(source, noise(seed + 1, 3, 4, 3), share)
    assert blended[share == 0].tobytes() == source[share == 0].tobytes()
