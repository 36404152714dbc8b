"""Linear light goes to the worker and back as Krita holds it: nothing is cut off, and no loop holds Krita up."""

from __future__ import annotations

import struct
import time

import pytest

from krita_deepdream.core import wire
from krita_deepdream.documents import colours
from krita_deepdream.documents.sources import Raw
from krita_deepdream.jobs.document_data import Space
from krita_deepdream.jobs.images import coarse, from_image, to_image
from krita_deepdream.jobs.rectangles import QRect, is_empty, is_opaque
from krita_deepdream.qt import QtCore
from tests.fakes.host import gradient

LINEAR = Space("RGBA", "F32", "sRGB-elle-V2-g10.icc")
SIDE = 2048
# Promised are 50 ms for four times as many pixels, on a machine that isn't busy.
WORKED = 0.3


def never() -> None:
    raise AssertionError("nothing had to be converted")


def test_a_third_above_white_costs_no_more_than_none() -> None:
    row = struct.pack("<12f", 4, 0.5, 0.2, 1, 0.5, 4, 0.2, 1, 0.5, 0.2, 4, 1) * SIDE
    light = QtCore.QByteArray((row * SIDE)[: 16 * SIDE * SIDE])
    began = time.thread_time()
    sent = colours.picture(never, Raw(light, LINEAR), QRect(0, 0, SIDE, SIDE))  # type: ignore[arg-type]
    assert is_opaque(sent) and not is_empty(sent)
    back = colours.samples(never, sent, LINEAR)  # type: ignore[arg-type]
    assert time.thread_time() - began < WORKED
    assert sent.depth == "F32" and back == light


@pytest.mark.parametrize(
    ("model", "depth", "has"), [("GRAYA", "F16", True), ("RGBA", "U16", False), ("CMYKA", "F32", False)]
)
def test_only_rgb_and_grey_in_float_have_room_above_white(model: str, depth: str, has: bool) -> None:
    assert colours.can_be_above_white(Space(model, depth, "")) is has


def test_a_small_picture_of_it_has_the_curve_of_a_screen() -> None:
    light = wire.Picture(3, 1, "F32", struct.pack("<12f", 0.2142, 1, 0, 0.5, 4, 0.0020, -1, 1, 0, 0, 0, 0))
    assert coarse(light, 3).data == bytes((0, 255, 128, 128, 0, 7, 255, 255, 0, 0, 0, 0))


def test_a_small_picture_is_neither_enlarged_nor_copied_and_a_large_one_is_made_small() -> None:
    small = gradient(9, 6)
    assert coarse(small, 9) is small and from_image(to_image(small), 50) == small
    assert to_image(small, 50).width() == 9 and to_image(small, 3).width() == 3
    for width in (9, 40):
        assert from_image(to_image(gradient(width, 6)), 3).width == 3
    assert (coarse(small, 5).width, coarse(small, 5).height) == (5, 3)
