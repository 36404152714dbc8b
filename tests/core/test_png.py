"""PNG chunk by chunk: spoilt ones, odd ones, what may be copied and what is told."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest

from deepdream_core.files import (
    png,
    profiles,
)
from deepdream_core.files.metadata import Stored
from tests.core import handmade
from tests.core.handmade import GREY, RGB, XYZ, png_of


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda data: data[:-3],
        lambda data: data[:8] + handmade.chunk(b"IHD1", data[16:29]) + data[33:],
        lambda data: data[:8] + handmade.chunk(b"IDAT", b"") + data[8:],
        lambda data: data[:8] + handmade.chunk(b"IHDR", data[16:28]) + data[33:],
        lambda data: data[:8],
        lambda data: data.replace(b"IDAT", b"I\0AT"),
    ],
)
def test_a_png_without_its_header_or_its_end_is_refused_in_words(spoilt):
    with pytest.raises(ValueError, match="truncated or damaged|no header"):
        png.decoded(spoilt(handmade.png(RGB, 8, 2)))


def test_a_png_of_a_gigapixel_is_refused_before_room_is_made():
    data = bytearray(handmade.png(RGB, 8, 2))
    data[16:24] = struct.pack(">II", 1 << 16, 1 << 16)
    with pytest.raises(ValueError, match="more than any painting"):
        png.decoded(bytes(data))


def test_grey_of_few_bits_is_given_its_room(monkeypatch):
    asked = []
    monkeypatch.setattr(png, "require_room", lambda *what: asked.append(what))
    png.decoded(handmade.png(GREY % 2, 1, 0))
    png.decoded(handmade.png(GREY.astype(np.uint16), 16, 0))
    assert asked == [(4, 3, 8), (4, 3, 16)]


@pytest.mark.parametrize(
    ("content", "dpi"),
    [
        (struct.pack(">IIB", 3937, 7874, 1), (100, 200)),
        (struct.pack(">IIB", 3937, 3937, 0), None),
        (struct.pack(">II", 3937, 3937), None),
        (struct.pack(">IIB", 0, 0, 1), None),
    ],
)
def test_a_resolution_counts_if_it_has_a_unit(content, dpi):
    assert png_of((b"pHYs", content)).dpi == (pytest.approx(dpi, rel=1e-3) if dpi else None)
    assert png_of().dpi is None


def test_colours_are_what_the_first_of_the_standards_order_says():
    assert png_of().profile == png_of((b"gAMA", struct.pack(">I", 45455))).profile == b""
    other = png_of((b"gAMA", struct.pack(">I", 45455)), (b"cHRM", XYZ)).profile
    assert profiles.channels_of(other) == 3
    assert (
        png_of((b"cHRM", XYZ)).profile == other != png_of((b"gAMA", struct.pack(">I", 100000)), (b"cHRM", XYZ)).profile
    )
    assert png_of((b"cHRM", XYZ[:16])).profile == b"", "half of them says nothing"
    assert png_of((b"sRGB", b"\0"), (b"cHRM", XYZ)).profile == b""
    assert png_of((b"cHRM", XYZ), values=GREY, colour=0).profile == b"", "grey has no primaries"
    grey = png_of((b"gAMA", struct.pack(">I", 100000)), values=GREY, colour=0).profile
    assert profiles.channels_of(grey) == 1
    near = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
    assert png_of((b"cHRM", near)).profile == b""
    assert png_of((b"iCCP", b"x\0\0" + zlib.compress(grey)), (b"gAMA", struct.pack(">I", 1))).profile == grey


def test_texts_are_read_in_each_of_their_forms_and_never_without_end():
    keyword = png.RECIPE_KEYWORD.encode()
    for chunk in (
        (b"tEXt", keyword + b"\0{1}"),
        (b"zTXt", keyword + b"\0\0" + zlib.compress(b"{1}")),
        (b"iTXt", keyword + b"\0\0\0en\0\0{1}"),
        (b"iTXt", keyword + b"\0\1\0en\0\0" + zlib.compress(b"{1}")),
    ):
        found = png_of((b"tEXt", b"Title\0Owls"), chunk)
        assert found.recipe == "{1}" and found.own.words == ("text (Title)",)
        assert [kind for kind, _content in found.own.pieces] == [b"tEXt"]
    assert png_of((b"tEXt", b"Title\0Owls")).recipe == ""
    with pytest.raises(ValueError, match="too long"):
        png._unpacked(zlib.compress(bytes(1000)), most=100)
    assert png._unpacked(zlib.compress(bytes(100)), most=100) == bytes(100)


def test_what_may_be_copied_is_and_of_the_rest_people_are_told():
    stored = png_of((b"abCD", b"x"), (b"abcd", b"y"), (b"oFFs", b"z"), (b"sBIT", b"\5\5\5"), (b"bKGD", bytes(6)))
    assert [kind for kind, _content in stored.own.pieces] == [b"abcd", b"oFFs", b"sBIT", b"bKGD"]
    assert stored.notes == ("its abCD can't be kept",) and stored.own.words == ("abcd", "oFFs")
    few = png.decoded(handmade.png(GREY % 2, 1, 0, [(b"sBIT", b"\1")]))
    assert few.own.pieces == () and few.notes == () and few.own.words == ()
    again = handmade.chunks_of(png.encoded(stored))
    assert [kind for kind, _content in again] == [b"IHDR", b"abcd", b"oFFs", b"sBIT", b"bKGD", b"IDAT", b"IEND"]


def test_a_profile_is_written_unless_the_file_says_its_colours_itself():
    wide = png_of((b"cHRM", XYZ), (b"pHYs", struct.pack(">IIB", 3937, 3937, 1)))
    kinds = [kind for kind, _content in handmade.chunks_of(png.encoded(wide))]
    assert kinds.count(b"pHYs") == 1 and b"iCCP" not in kinds and b"cHRM" in kinds
    foreign = replace(wide, own=None)
    kinds = [kind for kind, _content in handmade.chunks_of(png.encoded(foreign))]
    assert kinds.count(b"pHYs") == 1 and b"iCCP" in kinds and b"cHRM" not in kinds
    plain = [kind for kind, _content in handmade.chunks_of(png.encoded(Stored(GREY)))]
    assert plain == [b"IHDR", b"IDAT", b"IEND"]
    quick, slow = (png.encoded(Stored(RGB), quickly) for quickly in (True, False))
    assert quick != slow and (png.decoded(quick).samples == RGB).all()


def test_frames_are_counted_where_the_count_is_whole():
    assert "3 frames" in png_of((b"acTL", struct.pack(">II", 3, 0))).notes[0]
    for content in (struct.pack(">II", 1, 0), b"\0\0"):
        assert png_of((b"acTL", content)).notes == ()
