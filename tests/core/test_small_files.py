"""Small files that would become large: nothing is unpacked, or read many times, beyond what it can be."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

from deepdream_core.errors import DreamError
from deepdream_core.files import painting, pictures, png, tags
from tests.core import handmade

PLAIN = np.zeros((2, 3, 3), np.uint8)
MERGED = handmade.png(PLAIN, 8, 2)
MANY = 32 << 20


def peak(path):
    """Bytes that reading the file takes at most."""
    tracemalloc.start()
    try:
        pictures.load(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["maindoc.xml", "painting/annotations/icc"])
def test_members_of_a_painting_have_a_largest_size(tmp_path, monkeypatch, name):
    monkeypatch.setattr(png, "MOST_PROFILE", 1000)
    monkeypatch.setattr(painting, "_MOST_ABOUT", 1000)
    for size in (1000, 1001):
        with zipfile.ZipFile(tmp_path / f"{size}.kra", "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("mergedimage.png", MERGED)
            file.writestr(name, bytes(size))
    assert pictures.load(tmp_path / "1000.kra").pixels.width == 3
    with pytest.raises(DreamError, match=r"(icc|maindoc.xml) is too long"):
        pictures.load(tmp_path / "1001.kra")


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("name", ["mergedimage.png", "maindoc.xml", "painting/annotations/icc"])
def test_members_that_unpack_in_one_piece_are_refused(tmp_path, kind, name):
    with zipfile.ZipFile(tmp_path / "p.kra", "w") as file:
        for each in {"mergedimage.png", name}:
            file.writestr(each, MERGED, kind if each == name else zipfile.ZIP_STORED)
    with pytest.raises(DreamError, match="unusual way"):
        pictures.load(tmp_path / "p.kra")


def test_a_png_with_a_profile_without_end_is_refused(tmp_path):
    profile = b"x\0\0" + zlib.compress(bytes(png.MOST_PROFILE + 1))
    (tmp_path / "p.png").write_bytes(handmade.png(PLAIN, 8, 2, [(b"iCCP", profile)]))
    with pytest.raises(DreamError, match="too long"):
        pictures.load(tmp_path / "p.png")


def test_a_png_with_half_a_profile_is_refused(tmp_path):
    profile = b"x\0\0" + zlib.compress(bytes(range(256)) * 9)[:-9]
    (tmp_path / "p.png").write_bytes(handmade.png(PLAIN, 8, 2, [(b"iCCP", profile)]))
    with pytest.raises(DreamError, match="cut off"):
        pictures.load(tmp_path / "p.png")


def test_planes_of_a_psd_unpack_to_their_own_size(tmp_path):
    planes = np.arange(18, dtype=np.uint8).reshape(3, 2, 3)
    data = handmade.psd(planes, 3)
    pixels = planes.tobytes() + bytes(MANY)
    (tmp_path / "p.psd").write_bytes(data[: -len(planes.tobytes()) - 2] + b"\0\2" + zlib.compress(pixels, 1))
    assert peak(tmp_path / "p.psd") < MANY / 4
    assert np.array_equal(pictures.load(tmp_path / "p.psd").stored.samples, np.moveaxis(planes, 0, -1))


def test_rows_of_a_psd_unpack_to_their_own_width(tmp_path):
    planes = np.zeros((1, 1, 3), np.uint8)
    row = b"\x81\0" * 30_000
    data = handmade.psd(planes, 1)[:-5] + struct.pack(">HH", 1, len(row)) + row
    (tmp_path / "p.psd").write_bytes(data)
    with pytest.raises(DreamError) as caught:
        pictures.load(tmp_path / "p.psd")
    assert caught.value.code == "picture.corrupt"


def test_a_resolution_is_found_soon_or_not_at_all(tmp_path):
    about = b"<IMAGE " * 400 + b' x-res="1"' * 400
    handmade.zipped(tmp_path / "p.kra", mergedimage_png=MERGED, maindoc_xml=about)
    began = time.process_time()
    assert pictures.load(tmp_path / "p.kra").stored.dpi is None
    assert time.process_time() - began < 1


def exif_of(rows, data):
    return struct.pack("<2sHIH", b"II", 42, 8, len(rows)) + b"".join(struct.pack("<HHII", *row) for row in rows) + data


def test_tags_that_lie_one_over_another_are_refused():
    data = bytes(50_000)
    over = exif_of([(tag, 7, len(data), 100) for tag in range(1, 100)], data)
    with pytest.raises(ValueError, match="one over another"):
        tags.read(io.BytesIO(over))
    assert not tags.read_exif(over)
    assert len(tags.read_exif(exif_of([(1, 7, 20_000, 100), (2, 7, 20_000, 100)], data)).entries) == 2


def test_many_pointers_to_one_directory_are_one():
    """Else few bytes would be read again and again."""
    below = struct.pack("<H", 1) + struct.pack("<HHII", 1, 4, 1, 7)
    rows = [(tags.EXIF, 4, 1, 8 + 2 + 12 * 3), (tags.EXIF, 4, 1, 0x70), (tags.EXIF, 4, 1, 8 + 2 + 12 * 3)]
    read = []

    class File(io.BytesIO):
        def seek(self, at, whence=0):
            read.append(at)
            return super().seek(at, whence)

    found = tags.read(File(exif_of(rows, below)))
    assert found.children[tags.EXIF].numbers(1) == (7,)
    assert read.count(8 + 2 + 12 * 3) == 1
