"""What each format can hold, and readers and writers of one format part by part."""

from __future__ import annotations

import errno
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import UnidentifiedImageError

from deepdream_core.errors import DreamError
from deepdream_core.files import (
    exr,
    faults,
    formats,
    jpeg,
    metadata,
    painting,
    png,
    profiles,
    tiff,
)
from deepdream_core.files.metadata import Own, Stored
from deepdream_core.files.tags import (
    ASCII,
    Directory,
    Entry,
    read_exif,
)
from tests.core import handmade
from tests.core.handmade import GREY, RGB


def test_what_a_format_cant_hold_is_told():
    full = Stored(
        np.concatenate([RGB, RGB[..., :1]], axis=2).astype(np.uint16),
        profiles.linear_profile(3),
        Directory("<", {0x010F: Entry(ASCII, b"Canon\0")}),
        b"<xmp/>",
        (72, 72),
        "{}",
        extra=GREY,
        own=Own("PNG", (), ("text (Title)",)),
    )
    assert formats.lost(full, "PNG") == ["extra channels"]
    assert formats.lost(full, "TIFF") == ["text (Title)"]
    assert formats.lost(full, "JPEG")[:3] == ["text (Title)", "extra channels", "16 bits (only 8)"]
    assert formats.lost(full, "BMP")[3:] == ["colour profile", "EXIF", "XMP", "recipe"]
    assert formats.lost(Stored(RGB), "BMP") == []
    long = replace(Stored(RGB), xmp=bytes(70_000))
    assert formats.lost(long, "JPEG") == ["XMP"] and jpeg.left_out(long, "EXIF") == []
    assert formats.lost(long, "PNG") == []


def test_a_picture_is_brought_into_what_a_format_knows():
    deep = Stored(np.full((2, 2, 4), 0.5, np.float32), premultiplied=True)
    assert formats.fitted(deep, "TIFF").samples.dtype == np.float32 and formats.fitted(deep, "TIFF").premultiplied
    assert formats.fitted(deep, "PNG").samples.dtype == np.uint16
    assert formats.fitted(deep, "WEBP").samples.dtype == np.uint8
    assert formats.fitted(deep, "JPEG").samples.shape == (2, 2, 3)
    assert formats.fitted(deep, "EXR").profile == profiles.linear_profile(3)
    light = profiles.for_light(Stored(RGB))
    assert formats.fitted(light, "EXR") == light or (formats.fitted(light, "EXR").samples == light.samples).all()
    assert light.samples.dtype == np.float16 and profiles.for_light(deep).samples.dtype == np.float32
    assert formats.fitted(light, "PNG").profile == b"" and formats.fitted(light, "TIFF").profile == light.profile
    own = replace(light, own=Own("PNG", ()))
    assert formats.fitted(own, "PNG").profile == light.profile
    grey = Stored(GREY, profiles.gamma_profile(1, 1.8))
    assert formats.fitted(grey, "WEBP").profile == b"" and formats.fitted(grey, "PNG").profile == grey.profile
    assert formats.fitted(replace(grey, extra=GREY), "TIFF").extra is not None
    assert formats.fitted(replace(grey, extra=GREY), "PNG").extra is None


def test_colours_go_between_profiles_and_kinds():
    colours = RGB.astype(np.float32) / 255
    for source in (b"", profiles.linear_profile(3)):
        for channels in (1, 3):
            assert profiles.convert(colours, source, b"", channels).shape == (3, 4, channels)
    grey = GREY.astype(np.float32) / 255
    assert (profiles.convert(grey, b"", b"", 3) == np.repeat(grey, 3, axis=2)).all()
    assert profiles.convert(grey, b"", b"", 1) is grey
    there = profiles.convert(grey, b"", profiles.linear_profile(1), 1)
    assert (
        there.shape == (3, 4, 1)
        and np.abs(profiles.convert(there, profiles.linear_profile(1), b"", 1) - grey).max() < 1e-3
    )
    three = profiles.convert(grey, profiles.linear_profile(3), b"", 3)
    assert three.shape == (3, 4, 3) and np.abs(np.ptp(three, axis=2)).max() < 1e-3
    lamps = Stored(np.array([[[np.nan, np.inf, -np.inf, 2]]], np.float32), premultiplied=True)
    straight, alpha = profiles.straight(lamps)
    assert np.isfinite(straight).all() and straight[0, 0, 0] == 0 and alpha.tolist() == [[1]]
    assert profiles.straight(Stored(RGB))[1] is None


def test_names_say_the_format_and_what_isnt_one_is_told(tmp_path):
    assert formats.format_of(Path("a.JPEG")) == "JPEG"
    for name, words in (("a.xyz", "Choose one of"), ("a.kra", "as a layer")):
        with pytest.raises(DreamError) as told:
            formats.format_of(Path(name))
        assert told.value.code == "picture.format" and words in told.value.advice
    with pytest.raises(DreamError) as told:
        formats.read(tmp_path / "none.png")
    assert told.value.code == "picture.missing"
    assert formats.is_picture(Path("a.PSD")) and not formats.is_picture(Path("a.txt"))


def test_segments_of_a_jpeg_are_found_and_its_recipe_finds_room():
    assert jpeg._form(b"\xff\xd8\xff\xe0\0\4ab\xff\xff\xc0\0\x0b\x08") == (0xC0, 8)
    assert jpeg._form(b"\xff\xd8nonsense") is None
    long = Stored(RGB, exif=Directory("<", {0x010F: Entry(ASCII, bytes(66_000))}), recipe='{"settings": {}}')
    exif, comments = jpeg._fitting(long)
    assert len(exif) < 1000 and not comments and metadata.recipe_in(read_exif(exif)) == long.recipe
    exif, comments = jpeg._fitting(replace(long, exif=Directory("<", {0x010F: Entry(ASCII, bytes(65_470))})))
    assert len(exif) > 65_000 and comments == [b"deepdream-recipe:" + long.recipe.encode()]
    assert jpeg._fitting(Stored(RGB)) == (b"", [])
    assert jpeg._segment("COM", b"x")[1] == 0xFE and jpeg._segment("APP13", b"x")[1] == 0xED


# Paintings, TIFF, EXR


def test_a_photoshop_file_of_too_few_channels_or_of_an_odd_kind_is_refused(tmp_path):
    file = tmp_path / "x.psd"
    planes = np.arange(48, dtype=np.uint8).reshape(4, 3, 4)
    for data, match in (
        (handmade.psd(planes[:2], 3), "too few channels"),
        (handmade.psd(planes, 4), "CMYK"),
        (handmade.psd(planes, 3)[:22] + b"\0\1" + handmade.psd(planes, 3)[24:], "1 bits"),
    ):
        file.write_bytes(data)
        with pytest.raises((DreamError, ValueError), match=match):
            painting.read_psd(file)
    for transparent, extra in ((True, None), (False, 1)):
        file.write_bytes(handmade.psd(planes, 3, transparent=transparent))
        found = painting.read_psd(file)
        assert found.has_alpha == transparent and (found.extra is None) == (extra is None) and found.dpi is None
    file.write_bytes(handmade.psd(planes[:1], 1, runs=True))
    assert (painting.read_psd(file).samples[..., 0] == planes[0]).all()


def test_the_white_below_a_photoshop_picture_is_taken_away_where_it_is_there():
    half = np.array([[[191, 191, 191, 128], [255, 255, 255, 0], [10, 20, 30, 255]]], np.uint8)
    assert painting._without_white(half)[0].tolist() == [[128, 128, 128, 128], [255, 255, 255, 0], [10, 20, 30, 255]]
    dark = np.array([[[10, 10, 10, 128]]], np.uint8)
    assert painting._without_white(dark) is dark
    light = np.array([[[2.0, 0.5, 0.5, 0.5]]], np.float32)
    assert painting._without_white(light)[0, 0, :2].tolist() == [3.0, 0.0]


def test_a_painting_without_a_merged_picture_and_one_that_is_cut_short_are_told(tmp_path, monkeypatch):
    file = tmp_path / "x.kra"
    handmade.zipped(file, mimetype=b"application/x-krita")
    with pytest.raises(DreamError) as told:
        painting.read_zip(file)
    assert told.value.code == "picture.merged"
    handmade.zipped(file, mergedimage_png=png.encoded(Stored(RGB)))
    assert (painting.read_zip(file).samples == RGB).all() and painting.read_zip(file).dpi is None
    handmade.zipped(
        file,
        mergedimage_png=png.encoded(Stored(RGB)),
        maindoc_xml=b'<IMAGE name="x" x-res="300" y-res="300"/>',
        x__annotations__icc=profiles.linear_profile(3),
    )
    found = painting.read_zip(file)
    assert found.dpi == (300, 300) and found.own is None
    whole = file.read_bytes()
    file.write_bytes(whole[:-40])
    with pytest.raises(ValueError, match="truncated"):
        painting.read_zip(file)
    file.write_bytes(whole)
    monkeypatch.setattr(painting.memory, "require", lambda _size: (_ for _ in ()).throw(DreamError("memory.gone")))
    with pytest.raises(DreamError, match="memory"):
        painting.read_zip(file)


def test_tiff_of_odd_depths_is_read_at_full_range_or_refused(tmp_path):
    assert tiff._at_full_range(np.array([[[1], [0]]], np.uint8), 1).tolist() == [[[255], [0]]]
    assert tiff._at_full_range(np.array([[[4095]]], np.uint16), 12).tolist() == [[[65535]]]
    for plain in (RGB, np.zeros((1, 1, 1), np.float32)):
        assert tiff._at_full_range(plain, 8) is plain
    file = tmp_path / "x.tif"
    file.write_bytes(handmade.tiff_of(RGB.astype(np.int32)))
    with pytest.raises(DreamError):
        tiff.read(file)
    file.write_bytes(handmade.tiff_of(RGB))
    assert (tiff.read(file).samples == RGB).all() and not tiff.read(file).notes
    file.write_bytes(handmade.tiff_of(RGB, pages=3))
    assert "3 pages" in tiff.read(file).notes[0]
    file.write_bytes(
        handmade.tiff_of(RGB, (256, handmade.LONG, struct.pack("<I", 4000)), (257, 4, struct.pack("<I", 4000)))
    )
    with pytest.raises(ValueError, match="truncated"):
        tiff.read(file)


def test_an_exr_says_what_it_is(tmp_path):
    file = tmp_path / "x.exr"
    planes = {name: np.full((2, 3), 0.5, np.float32) for name in "RGB"}
    file.write_bytes(handmade.exr(planes))
    found = exr.read(file)
    assert found.samples.shape == (2, 3, 3) and not found.premultiplied and found.own.words == () and not found.notes
    file.write_bytes(handmade.exr({**planes, "A": planes["R"], "Z": planes["R"]}, corner=(5, 6)))
    found = exr.read(file)
    assert found.premultiplied and found.has_alpha and found.own.words[0] == "channels Z"
    exr.write(tmp_path / "y.exr", found)
    assert exr.read(tmp_path / "y.exr").own.pieces[0]["dataWindow"][0].tolist() == [5, 6]
    for channels in ({name: np.ones((2, 3), np.uint32) for name in "RGB"}, {"Q": planes["R"]}):
        file.write_bytes(handmade.exr(channels))
        with pytest.raises(DreamError) as told:
            exr.read(file)
        assert told.value.code == "picture.mode"
    file.write_bytes(handmade.exr({"Y": planes["R"]}))
    assert exr.read(file).profile == profiles.linear_profile(1)


# Faults in words


class Odd(Exception):
    """Says nothing of itself."""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UnidentifiedImageError("x"), "it is not a supported picture format"),
        (MemoryError("x"), "there is not enough memory"),
        (OSError(errno.EISDIR, "Is a directory"), "it is a folder"),
        (OSError(errno.ENOSPC, "No space left"), "No space left"),
        (OSError("broken data stream"), "broken data stream"),
        (OSError(4711, None), "OSError"),
        (ValueError("one\ntwo"), "one"),
        (Odd(), "Odd"),
    ],
)
def test_a_fault_is_told_in_a_few_words(error, words):
    assert faults.reason_of(error) == words
    with pytest.raises(DreamError) as told, faults.told_as("picture.write", Path("sky.png")):
        raise error
    assert told.value.code == "picture.write" and told.value.values["reason"] == words


def test_a_fault_about_a_part_is_told_of_its_target():
    part = Path("/x/.deepdream-12ab/row.png")
    with pytest.raises(DreamError) as told, faults.told_as("picture.write", Path("/x/sky.png")):
        raise DreamError("picture.corrupt", path=part, reason=f"{part} is odd")
    assert told.value.code == "picture.write" and ".deepdream" not in str(told.value)
    mine = DreamError("picture.corrupt", path="/x/other.png", reason="odd")
    with pytest.raises(DreamError) as told, faults.told_as("picture.write", Path("/x/sky.png")):
        raise mine
    assert told.value is mine


def test_what_is_there_is_known_and_what_cant_be_is_told(tmp_path):
    assert faults.is_there(tmp_path) and not faults.is_there(tmp_path / "x")
    with pytest.raises(OSError, match="too long"):
        faults.is_there(tmp_path / ("x" * 300))
    with pytest.raises(DreamError):
        faults.require_room(1000, 1000, 10**9)
    with pytest.raises(ValueError, match="truncated"):
        faults.require_data(10, 10, 9, 10)
    faults.require_data(10, 10, 10, 10)
