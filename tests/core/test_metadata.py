"""Tags, EXIF and samples part by part: odd ones, spoilt ones, and what is put beside them."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from deepdream_core.files import (
    metadata,
)
from deepdream_core.files.metadata import Own, Stored
from deepdream_core.files.tags import (
    ASCII,
    EXIF,
    EXIF_MARK,
    ORIENTATION,
    SHORT,
    Directory,
    Entry,
    exif_bytes,
    read,
    read_exif,
    with_entries,
)
from deepdream_core.words import plural
from tests.core import handmade
from tests.core.handmade import RGB


def test_tags_are_read_in_both_orders_and_what_lies_outside_is_left_out():
    for order in "<>":
        exif = handmade.exif([(0x010F, ASCII, b"Canon\0"), (ORIENTATION, SHORT, struct.pack(order + "H", 6))], order)
        found = read_exif(EXIF_MARK + exif)
        assert found.byte_order == order and found.numbers(ORIENTATION) == (6,) and found.data(0x010F) == b"Canon\0"
        assert read_exif(exif_bytes(found)) == found
        assert found.numbers(0x010F) == () == found.numbers(1) and found.data(1) == b""
    assert (
        exif_bytes(Directory()) == b"" and not read_exif(b"") and not read_exif(b"nonsense") and not read_exif(b"II*")
    )
    outside = exif.replace(b"Canon\0", b"")
    assert 0x010F not in read_exif(outside).entries
    unknown = exif[:10] + struct.pack(">HH", 0x010F, 99) + exif[14:]
    assert list(read_exif(unknown).entries) == [ORIENTATION]
    assert list(read(io.BytesIO(exif), without={ORIENTATION}).entries) == [0x010F]


def test_directories_below_are_read_and_written_and_a_spoilt_one_is_empty():
    child = {0x9286: Entry(7, b"ASCII\0\0\0hello"), 0x0001: Entry(SHORT, b"\1\0")}
    whole = Directory("<", {0x010F: Entry(ASCII, b"Canon\0")}, {EXIF: Directory("<", child)})
    data = exif_bytes(whole)
    assert read_exif(data) == whole
    at = data.index(struct.pack("<H", EXIF)) + 8
    for place in (len(data) - 1, 0, len(data) + 100):
        found = read_exif(data[:at] + struct.pack("<I", place) + data[at + 4 :])
        assert found.entries == whole.entries and not found.children.get(EXIF)
    assert whole.with_child(EXIF, {1: Entry(SHORT, b"\2\0")}).children[EXIF].data(1) == b"\2\0"


@pytest.mark.parametrize("big", [True, False])
def test_entries_are_put_beside_those_of_a_tiff_small_or_big(big):
    import tifffile

    file = io.BytesIO()
    tifffile.imwrite(file, RGB, bigtiff=big, byteorder="<", metadata=None)
    more = Directory(
        "<", {0x010F: Entry(ASCII, b"Canon of somewhere\0")}, {EXIF: Directory("<", {1: Entry(2, b"abc\0")})}
    )
    found = read(io.BytesIO(with_entries(file.getvalue(), more)))
    assert found.data(0x010F) == b"Canon of somewhere\0" and found.numbers(256) == (4,)
    assert found.children[EXIF].data(1) == b"abc\0"
    with Image.open(io.BytesIO(with_entries(file.getvalue(), more))) as image:
        assert (np.asarray(image) == RGB).all()


def test_a_recipe_in_exif_leaves_a_painters_own_comment_where_it_is():
    recipe = '{"settings": {}}'
    stored = Stored(RGB, recipe=recipe)
    ours = metadata.exif_with_recipe(stored)
    assert metadata.recipe_in(ours) == recipe and ours.children[EXIF].data(0x9286).startswith(b"ASCII")
    again = metadata.exif_with_recipe(replace(stored, exif=ours, recipe='{"settings": {"n": 1}}'))
    assert metadata.recipe_in(again) == '{"settings": {"n": 1}}' and metadata.RECIPE_TAG not in again.entries
    blank = Directory().with_child(EXIF, {0x9286: Entry(7, b"ASCII\0\0\0" + b" \0")})
    assert metadata.RECIPE_TAG not in metadata.exif_with_recipe(replace(stored, exif=blank)).entries
    theirs = Directory().with_child(EXIF, {0x9286: Entry(7, b"ASCII\0\0\0my words")})
    found = metadata.exif_with_recipe(replace(stored, exif=theirs))
    assert metadata.recipe_in(found) == recipe and found.children[EXIF].data(0x9286).endswith(b"my words")
    assert metadata.exif_with_recipe(Stored(RGB, exif=theirs)) is theirs and metadata.recipe_in(theirs) == ""
    assert metadata.carried(ours).children[EXIF].entries == {} and metadata.carried(theirs) == theirs
    assert metadata.recipe_in(Directory().with_child(EXIF, {0x9286: Entry(7, recipe.encode())})) == ""


def test_orientations_and_resolutions_that_are_none_count_as_none():
    for value, orientation in ((6, 6), (0, 1), (9, 1)):
        exif = Directory("<", {ORIENTATION: Entry(SHORT, struct.pack("<H", value))})
        assert Stored(RGB, exif=exif).orientation == orientation
        assert (ORIENTATION in metadata.carried(exif).entries) == (value == 6)
    assert Stored(RGB).orientation == 1 and ORIENTATION not in metadata.carried(Directory()).entries
    assert metadata.dpi(None) is None and metadata.dpi((1, 1)) is None and metadata.dpi((72, 1e6)) is None
    assert metadata.dpi((72, 144)) == (72, 144)

    def of(across: bytes, down: bytes, unit: int | None) -> Directory:
        entries = {0x011A: Entry(5, across), 0x011B: Entry(5, down)}
        return Directory("<", {**entries, **({0x0128: Entry(SHORT, struct.pack("<H", unit))} if unit else {})})

    inch, none = struct.pack("<II", 300, 1), struct.pack("<II", 300, 0)
    assert metadata.dpi_in(of(inch, inch, 2)) == metadata.dpi_in(of(inch, inch, None)) == (300, 300)
    assert metadata.dpi_in(of(inch, inch, 3)) == (762, 762)
    assert metadata.dpi_in(of(inch, inch, 1)) is None and metadata.dpi_in(of(inch, none, 2)) is None
    assert metadata.dpi_in(of(b"", inch, 2)) is None and metadata.dpi_in(Directory()) is None
    known = of(inch, inch, 2)
    assert metadata.exif_with_dpi(known, (72, 72)) is known and not metadata.exif_with_dpi(Directory(), None)
    assert metadata.dpi_in(metadata.exif_with_dpi(Directory(), (72, 144))) == (72, 144)


def test_samples_change_their_kind_without_leaving_their_range():
    wild = np.array([[[np.nan, -1, 2, 0.5]]], np.float32)
    assert metadata.from_unit(wild, np.dtype(np.uint8)).tolist() == [[[0, 0, 255, 128]]]
    assert metadata.from_unit(wild, np.dtype(np.float16)).dtype == np.float16
    assert metadata.to_depth(RGB, np.dtype(np.uint8)) is RGB
    assert metadata.to_depth(RGB, np.dtype(np.uint16)).max() == int(RGB.max()) * 257
    assert metadata.depth_in_words(RGB) == "8 bits" and metadata.depth_in_words(wild) == "32-bit floats"
    assert (plural(1, "page"), plural(2, "page"), plural(2, "of", "many")) == (
        "1 page",
        "2 pages",
        "2 many",
    )
    own = Own("PNG", (1,))
    assert Stored(RGB, own=own).pieces("PNG") == (1,) and Stored(RGB, own=own).pieces("TIFF") is None
    assert Stored(RGB).pieces("PNG") is None
