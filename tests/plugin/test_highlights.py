"""Samples above white: found whatever their bits, added where they belong, left alone where there are none."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest

from krita_deepdream.documents.highlights import above_white, add_again

KINDS = {"F16": np.float16, "F32": np.float32}


@pytest.mark.parametrize("depth", KINDS)
def test_exactly_the_samples_above_white_are_found(depth):
    kind = KINDS[depth]
    largest = np.finfo(kind).max
    values = np.array(
        [
            0,
            0.5,
            1,
            np.nextafter(kind(1), kind(2)),
            1.5,
            2,
            4,
            1000,
            -1,
            -4,
            np.inf,
            -np.inf,
            np.nan,
            largest / 8,
            np.nextafter(kind(2), kind(0)),
            0.999,
        ],
        kind,
    )
    picture = np.ones((2, 8, 4), kind)
    picture[..., 1] = values.reshape(2, 8)
    found = above_white(picture.tobytes(), 8, "RGBA", depth)
    expected = {
        4 * pixel + 1: float(value) - 1 for pixel, value in enumerate(values) if np.isfinite(value) and value > 1
    }
    assert found.excess == pytest.approx(expected)


def test_alpha_and_other_models_have_no_highlights():
    picture = np.full((2, 2, 4), 0.5, np.float32)
    picture[..., 3] = 2
    assert above_white(picture.tobytes(), 2, "RGBA", "F32") is None
    bright = np.full((2, 2, 5), 80, np.float32).tobytes()
    assert above_white(bright, 2, "CMYKA", "F32") is None
    assert above_white(bytes(16), 2, "RGBA", "U8") is None


def test_the_excess_comes_back_where_it_was():
    source = np.full((5, 6, 4), 0.5, np.float32)
    source[3, 4, :3] = 4, 0.5, 2
    source[0, 0, 0] = 9
    dreamed = np.full((3, 2, 4), 0.25, np.float32)
    result = add_again(above_white(source.tobytes(), 6, "RGBA", "F32"), dreamed.tobytes(), 2, x=3, y=1)
    expected = dreamed.copy()
    expected[2, 1, :3] = 3.25, 0.25, 1.25
    assert np.array_equal(np.frombuffer(result, np.float32).reshape(3, 2, 4), expected)


def test_a_large_picture_without_highlights_costs_next_to_nothing():
    picture = struct.pack("<4f", 1, 1, 1, 1) * 1024 * 1024
    began = time.process_time()
    assert above_white(picture, 1024, "RGBA", "F32") is None
    assert time.process_time() - began < 0.5


def test_where_most_is_above_white_krita_isnt_held_up():
    """25 million samples above white, one by one, would stop Krita for half a minute."""
    picture = struct.pack("<4f", 4, 4, 4, 1) * (2048 * 2048)
    began = time.process_time()
    found = above_white(picture, 2048, "RGBA", "F32")
    assert found.too_many and not found.excess
    assert time.process_time() - began < 2
    few = np.ones((100, 100, 4), np.float32)
    few[:50, :, :3] = 2
    found = above_white(few.tobytes(), 100, "RGBA", "F32")
    assert not found.too_many and len(found.excess) == 15_000
