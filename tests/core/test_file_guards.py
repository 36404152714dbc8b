"""What every reader and writer of picture files looks at before it does anything, each guard by itself."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import OpenEXR
import pytest
from PIL import Image

from deepdream_core.errors import DreamError
from deepdream_core.files import cicp, exr, faults, jpeg, painting, pictures, pillow, png, profiles, tiff
from deepdream_core.files.metadata import Stored
from deepdream_core.files.tags import read_exif
from deepdream_core.system import memory
from tests.core import handmade
from tests.core.handmade import RGB


def by_pillow(kind: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(RGB).save(file, kind)
    return file.getvalue()


PLANES = {name: np.full((2, 3), 0.5, np.float32) for name in "RGB"}
FILES = {
    "8.png": handmade.png(RGB, 8, 2),
    "16.png": handmade.png(RGB.astype(np.uint16), 16, 2),
    "x.tif": handmade.tiff_of(RGB),
    "x.exr": handmade.exr(PLANES),
    "x.psd": handmade.psd(np.moveaxis(RGB, -1, 0), 3),
    **{f"x.{kind.lower()}": by_pillow(kind) for kind in ("JPEG", "WEBP", "BMP", "GIF")},
}
UNPACKERS = {
    png.imagecodecs: "png_decode",
    np: "frombuffer",
    tiff.tifffile.TiffPage: "asarray",
    Image.Image: "convert",
}


@pytest.mark.parametrize("name", FILES)
def test_every_reader_asks_for_room_before_it_unpacks(tmp_path, monkeypatch, name):
    (tmp_path / name).write_bytes(FILES[name])
    assert pictures.load(tmp_path / name).pixels.width in (3, 4)
    monkeypatch.setattr(memory, "available", lambda: 1)
    with monkeypatch.context() as patched:
        for owner, reader in UNPACKERS.items():
            patched.setattr(owner, reader, lambda *_what, **_more: pytest.fail("it was unpacked"))
        with pytest.raises(DreamError) as told:
            pictures.load(tmp_path / name)
    assert told.value.code == "memory.short"


def test_a_gigapixel_is_more_than_any_painting_has(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 1 << 60)
    faults.require_room(1 << 15, 1 << 15, 4)
    with pytest.raises(ValueError, match="more than any painting"):
        faults.require_room(1 << 15, (1 << 15) + 1, 4)


def test_channels_of_a_lower_resolution_and_deep_ones_are_no_picture():
    def refused(kind: object, *sampling: int) -> str:
        channel = SimpleNamespace(name="RY", xSampling=sampling[0], ySampling=sampling[1])
        with pytest.raises(DreamError) as told:
            exr._refuse(Path("x.exr"), {"channels": [channel], "type": kind})
        return told.value.sentence

    for sampling in ((2, 1), (1, 2)):
        assert "lower resolution (RY)" in refused(OpenEXR.scanlineimage, *sampling)
    for kind in (OpenEXR.deepscanline, OpenEXR.deeptile):
        assert "deep data" in refused(kind, 1, 1)


@pytest.mark.parametrize(("marker", "bits", "refused"), [(0xC0, 8, False), (0xC1, 12, True), (0xC3, 8, True)])
def test_a_jpeg_of_an_unusual_kind_is_told(tmp_path, marker, bits, refused):
    data = bytearray(by_pillow("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 1], data[at + 4] = marker, bits
    (tmp_path / "x.jpg").write_bytes(data)
    if refused:
        with pytest.raises(DreamError) as told:
            jpeg.read(tmp_path / "x.jpg")
        assert told.value.code == "picture.mode"
        assert ("lossless" in told.value.sentence) == (marker == 0xC3)
    else:
        assert jpeg.read(tmp_path / "x.jpg").samples.shape == RGB.shape


def test_a_folder_that_may_not_be_written_to_is_told(tmp_path, monkeypatch):
    """Whoever may write everywhere is asked no less."""
    monkeypatch.setattr(pictures.os, "access", lambda _path, _mode: False)
    with pytest.raises(DreamError, match="write-protected"):
        pictures.check_target(tmp_path / "x.png", pictures.PictureFile(tmp_path / "x.png", Stored(RGB)))


def test_a_picture_of_no_pixels_is_none(tmp_path, monkeypatch):
    (tmp_path / "x.png").write_bytes(FILES["8.png"])
    monkeypatch.setattr(pictures.formats, "read", lambda _path: Stored(np.zeros((0, 4, 3), np.uint8)))
    with pytest.raises(DreamError) as told:
        pictures.load(tmp_path / "x.png")
    assert told.value.code == "picture.empty"


def test_what_photoshop_rounded_below_nothing_is_nothing():
    """Laid over white and rounded, a colour may come out a little darker than black."""
    rounded = np.array([[[126, 127, 200, 128]]], np.uint8)
    found = painting._without_white(rounded)[0, 0].tolist()
    assert found[0] == 0 and found[3] == 128 and found[2] > 100


@pytest.mark.parametrize("first", ["cICP", "iCCP"])
def test_of_two_words_about_colours_the_standards_first_counts(first):
    wide, other = cicp.profile_of(12, 13, 3), profiles.gamma_profile(3, 1.8)
    chunks = [(b"iCCP", b"x\0\0" + zlib.compress(other)), (b"sRGB", b"\0")]
    if first == "cICP":
        chunks.insert(0, (b"cICP", bytes([12, 13, 0, 1])))
    assert handmade.png_of(*chunks).profile == (wide if first == "cICP" else other)


def test_entries_of_a_tag_that_lie_outside_are_left_out():
    rows = struct.pack("<HHII", 0x010F, 2, 9, 1000) + struct.pack("<HHII", 0x0110, 2, 4, 0)
    exif = struct.pack("<2sHIH", b"II", 42, 8, 2) + rows
    assert list(read_exif(exif).entries) == [0x0110]


def test_pillow_is_asked_for_no_format_but_the_wanted_one():
    with pytest.raises(Exception, match="cannot identify"), pillow.opened(io.BytesIO(FILES["x.gif"]), ("PNG",)):
        pass


def test_a_refuge_is_a_name_that_nothing_has(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    (tmp_path / "a-dream.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a-dream1.png").touch()
    assert next(pictures._refuges(tmp_path / "a.tif")).name == "a-dream2.png"
    assert len(next(pictures._refuges(Path(tmp_path, "x" * 250 + ".tif"))).name.encode()) < 160
