"""What Pillow reads, and colours that are given by number: its limits, its notes, what it leaves to others."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core.errors import DreamError
from deepdream_core.files import (
    cicp,
    pillow,
    profiles,
)
from deepdream_core.system import memory


def image(mode: str, **info: object) -> Image.Image:
    made = Image.new(mode, (3, 2))
    made.info.update(info)
    return made


def test_what_pillow_has_read_becomes_grey_or_colours():
    shapes = {"1": 1, "L": 1, "LA": 2, "P": 3, "RGB": 3, "RGBA": 4, "I;16": 1}
    for mode, channels in shapes.items():
        assert pillow.samples_of(Path("x"), image(mode)).shape == (2, 3, channels)
    for mode in ("RGB", "L"):
        assert pillow.samples_of(Path("x"), image(mode, transparency=0 if mode == "L" else (0, 0, 0))).shape[2] == 4
    for mode in ("CMYK", "F", "I", "LAB"):
        with pytest.raises(DreamError) as told:
            pillow.samples_of(Path("x"), image(mode))
        assert told.value.code == "picture.mode"
    ppm = image("I")
    ppm.format = "PPM"
    assert pillow.samples_of(Path("x"), ppm).dtype == np.uint16


def test_a_limit_of_pillows_own_is_as_it_was(tmp_path):
    file = tmp_path / "x.gif"
    Image.new("L", (300, 300)).save(file)
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = 10
    try:
        with pillow.opened(file):
            assert Image.MAX_IMAGE_PIXELS == 10
        with pytest.raises(OSError), pillow.opened(io.BytesIO(b"nonsense")):  # noqa: PT011
            pass
        assert Image.MAX_IMAGE_PIXELS == 10
    finally:
        Image.MAX_IMAGE_PIXELS = before


def test_pillows_limit_is_changed_by_one_thread_at_a_time(tmp_path, monkeypatch):
    """A second would take what the first has put there for the usual."""
    file, real, held = tmp_path / "x.png", Image.open, []
    Image.new("L", (3, 3)).save(file)

    def opening(*what, **more):
        held.append(pillow._SIZE_LOCK.locked())
        return real(*what, **more)

    monkeypatch.setattr(Image, "open", opening)
    with pillow.opened(file):
        assert held == [True] and not pillow._SIZE_LOCK.locked(), "whoever reads doesn't wait for another picture"


def test_short_files_and_large_ones_are_refused_before_they_are_unpacked(tmp_path, monkeypatch):
    file = tmp_path / "x.bmp"
    Image.new("RGB", (64, 64)).save(file)
    data = bytearray(file.read_bytes())
    data[18:26] = struct.pack("<ii", 3000, 3000)
    file.write_bytes(data)
    with pytest.raises(ValueError, match="truncated"), pillow.opened(file):
        pass
    with pytest.raises(ValueError, match="truncated"), pillow.opened(io.BytesIO(bytes(data))):
        pass
    monkeypatch.setattr(memory, "available", lambda: 1)
    webp = tmp_path / "x.webp"
    Image.new("RGB", (64, 64)).save(webp)
    monkeypatch.setattr(pillow, "require_room", lambda *_what: (_ for _ in ()).throw(DreamError("memory.gone")))
    with pytest.raises(DreamError), pillow.opened(webp):
        pass


def test_profiles_lie_behind_a_bitmaps_header_of_version_5_only(tmp_path):
    file = tmp_path / "x.bmp"

    def of(size: int, mark: bytes) -> bytes:
        head = bytearray(b"BM" + bytes(12) + struct.pack("<I", size) + bytes(120))
        head[70:74], head[126:134] = mark, struct.pack("<II", 124, 3)
        file.write_bytes(bytes(head) + b"ICC")
        return pillow._profile_in_bmp(file)

    assert of(124, b"DEBM") == b"ICC" and of(124, b" niW") == of(108, b"DEBM") == b""
    file.write_bytes(b"BM")
    assert pillow._profile_in_bmp(file) == b""


def test_notes_about_depth_and_further_pictures(tmp_path):
    file = tmp_path / "x"
    found = image("RGB")
    for form, content, bits in (
        ("AVIF", b"pixi\0\0\0\0\3\12", 10),
        ("JPEG2000", b"ihdr" + bytes(10) + b"\x0b", 12),
        ("JPEG2000", b"ihdr" + bytes(10) + b"\x07", 8),
        ("PNG", b"pixi\0\0\0\0\3\12", 8),
    ):
        found.format = form
        file.write_bytes(content)
        assert pillow._depth_note(file, found) == ((f"{bits} bits a sample are read as 8",) if bits > 8 else ())
    found.tile = [("raw", (0, 0), 0, "RGB;16B")]
    found.format = "PPM"
    assert pillow._depth_note(file, found) and not pillow._depth_note(file, image("I;16"))
    for form, words in (("GIF", "dreams them all"), ("MPO", "2 pictures")):
        found.format, found.n_frames = form, 2
        assert words in pillow.frames_note(found)[0]
        assert ("film" in pillow.frames_note(found)[0]) == (form == "GIF")
    found.n_frames = 1
    assert pillow.frames_note(found) == ()
    found.format = "AVIF"
    file.write_bytes(b"colrnclx" + struct.pack(">HH", 12, 13))
    assert pillow._profile(file, found) == cicp.profile_of(12, 13, 3)
    file.write_bytes(b"nothing")
    assert pillow._profile(file, found) == b""
    found.format = "WEBP"
    file.write_bytes(b"colrnclx" + struct.pack(">HH", 12, 13))
    assert pillow._profile(file, found) == b""


# Colours by number


def test_colours_by_number():
    assert cicp.profile_of(1, 13, 3) == cicp.profile_of(2, 2, 3) == cicp.profile_of(12, 13, 1) == b""
    found = {cicp.profile_of(*each, 3) for each in ((12, 13), (9, 13), (1, 8), (9, 8), (1, 4), (1, 5), (1, 1), (9, 2))}
    assert len(found) == 7, "(9, 13) and (9, 2) are the same"
    assert all(profiles.channels_of(each) == 3 for each in found)
    assert profiles.channels_of(cicp.profile_of(1, 8, 1)) == 1
    assert cicp.profile_of(1, 8, 3) == profiles.linear_profile(3)
    for primaries, transfer, words in ((9, 16, "PQ"), (1, 18, "HLG"), (77, 13, "77/13")):
        with pytest.raises(DreamError, match=words):
            cicp.profile_of(primaries, transfer, 3)
