"""Rectangles, masks and alpha of what is grabbed, against the slow and plain way to compute them."""

from __future__ import annotations

import struct

import pytest

from krita_deepdream.core import surroundings, wire
from krita_deepdream.jobs.rectangles import QRect, box_mask, crop, is_empty, is_opaque, with_surroundings

SAMPLES = {"U8": (4, "<4B", 255), "U16": (8, "<4H", 65535), "F32": (16, "<4f", 1.0)}


def picture(depth: str, alphas: list[float], width: int) -> wire.Picture:
    _size, layout, full = SAMPLES[depth]
    kind = type(full)
    data = b"".join(struct.pack(layout, full, 0, full, kind(full * alpha)) for alpha in alphas)
    return wire.Picture(width, len(alphas) // width, depth, data)


@pytest.mark.parametrize("depth", SAMPLES)
def test_alpha_is_judged_by_every_pixel(depth: str) -> None:
    assert is_opaque(picture(depth, [1] * 6, 3)) and not is_empty(picture(depth, [1] * 6, 3))
    assert is_empty(picture(depth, [0] * 6, 3)) and not is_opaque(picture(depth, [0] * 6, 3))
    for index in range(6):
        nearly = [1.0] * 6
        nearly[index] = 254 / 255
        assert not is_opaque(picture(depth, nearly, 3))
        faint = [0.0] * 6
        faint[index] = 1 / 255
        assert not is_empty(picture(depth, faint, 3))


@pytest.mark.parametrize("depth", SAMPLES)
@pytest.mark.parametrize("width", [3, 301])
def test_only_what_the_mask_chooses_counts(depth: str, width: int) -> None:
    """Also beyond the first block of bytes, and where paint lies beside the selection."""
    count = width * 60
    for at in (0, count // 2, count - 1):
        alphas = [0.0] * count
        alphas[at] = 1 / 255
        one = picture(depth, alphas, width)
        mask = bytearray(count)
        mask[at] = 1
        assert not is_empty(one, bytes(mask))
        assert is_empty(one, bytes(0 if value else 255 for value in mask))
        assert is_empty(one, bytes(count))


@pytest.mark.parametrize("depth", SAMPLES)
def test_crop_takes_the_right_pixels(depth: str) -> None:
    whole = picture(depth, [value / 20 for value in range(20)], 5)
    part = crop(whole, QRect(1, 2, 3, 2))
    size = wire.BYTES_PER_PIXEL[depth]
    expected = b"".join(whole.data[(y * 5 + 1) * size : (y * 5 + 4) * size] for y in (2, 3))
    assert (part.width, part.height, part.data) == (3, 2, expected)
    part.check()
    assert crop(whole, QRect(0, 0, 5, 4)) is whole, "nothing is copied"


def test_box_mask_is_full_inside_and_empty_outside() -> None:
    region, rect = QRect(12, 7, 3, 2), QRect(10, 5, 8, 6)
    mask = box_mask(region, rect)
    for y in range(6):
        for x in range(8):
            assert mask[y * 8 + x] == (255 if region.contains(x + 10, y + 5) else 0)
    assert box_mask(rect, rect) == b""


def test_surroundings_stop_at_the_canvas() -> None:
    canvas = QRect(0, 0, 1000, 800)
    margin = surroundings.surroundings(100, 50)
    assert with_surroundings(QRect(400, 300, 100, 50), canvas) == QRect(
        400 - margin, 300 - margin, 100 + 2 * margin, 50 + 2 * margin
    )
    assert with_surroundings(QRect(0, 0, 100, 50), canvas) == QRect(0, 0, 100 + margin, 50 + margin)
    assert with_surroundings(canvas, canvas) == canvas
