"""What readers and writers of picture files are made of, part by part: spoilt chunks, odd tags, faults in words."""

from __future__ import annotations

import errno
import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from deepdream_core.errors import DreamError
from deepdream_core.files import (
    cicp,
    exr,
    faults,
    formats,
    jpeg,
    metadata,
    painting,
    pictures,
    pillow,
    png,
    profiles,
    tiff,
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
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.recipe import Recipe
from deepdream_core.system import memory
from tests.core import handmade

GREY = np.arange(12, dtype=np.uint8).reshape(3, 4, 1)
RGB = np.arange(36, dtype=np.uint8).reshape(3, 4, 3) * 7
XYZ = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)


def png_of(*chunks: tuple[bytes, bytes], values: np.ndarray = RGB, bits: int = 8, colour: int = 2) -> Stored:
    return png.decoded(handmade.png(values, bits, colour, chunks))


# PNG


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


# EXIF, tags


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
    assert (metadata.plural(1, "page"), metadata.plural(2, "page"), metadata.plural(2, "of", "many")) == (
        "1 page",
        "2 pages",
        "2 many",
    )
    own = Own("PNG", (1,))
    assert Stored(RGB, own=own).pieces("PNG") == (1,) and Stored(RGB, own=own).pieces("TIFF") is None
    assert Stored(RGB).pieces("PNG") is None


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


# Pillow


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


def test_two_threads_never_leave_pillow_without_its_limit(tmp_path, monkeypatch):
    """The second would take what the first has put there for the usual."""
    import threading

    file, before = tmp_path / "x.png", Image.MAX_IMAGE_PIXELS
    Image.new("L", (3, 3)).save(file)
    inside, go_on, real = threading.Event(), threading.Event(), Image.open

    def slow(*what, **more):
        if not inside.is_set():
            inside.set()
            go_on.wait(0.2)
        return real(*what, **more)

    monkeypatch.setattr(Image, "open", slow)

    def read() -> None:
        with pillow.opened(file):
            pass

    first = threading.Thread(target=read)
    first.start()
    inside.wait(5)
    second = threading.Thread(target=read)
    second.start()
    second.join(0.1)
    go_on.set()
    first.join(), second.join()
    assert before == Image.MAX_IMAGE_PIXELS


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


# What goes into which format


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
    assert formats.lost(full, "PNG") == ["extra channels"] == formats.lost(full, "PNG")
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
        (handmade.psd(planes, 3).replace(b"8BPS", b"8BPS", 1)[:22] + b"\0\1" + handmade.psd(planes, 3)[24:], "1 bits"),
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
    assert found.dpi in ((300, 300), None) and found.own is None
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
    file.write_bytes(handmade.tiff_of(RGB)[:20] + handmade.tiff_of(RGB)[20:])
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


# Pictures


RECIPE = Recipe(DreamSettings(), "1", "ab", "2", "cpu", 2, "fp32", 512, 4, 3, {})


def picture(samples: np.ndarray, path: Path = Path("x.png"), **more: object) -> pictures.PictureFile:
    return pictures.PictureFile(path, Stored(samples, **more))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_dream_alone_lies_where_it_was_seen(orientation):
    exif = Directory("<", {ORIENTATION: Entry(SHORT, struct.pack("<H", orientation))})
    found = picture(RGB, exif=exif)
    seen = found.pixels.rgb.shape
    share = np.zeros(seen[:2], np.float32)
    share[0, 1] = 0.5

    class Dream:
        x = y = 0
        rgb, mask, recipe = np.full(seen, 99, np.float32), share, RECIPE

    alone = found.with_dream_alone(Dream())
    assert alone.stored.samples.shape == (3, 4, 4)
    assert alone.pixels.alpha[0, 1] == pytest.approx(0.5, abs=0.01) and alone.pixels.alpha.sum() < 0.51
    assert np.abs(alone.pixels.rgb[0, 1] - 99).max() < 1
    again = alone.with_dream_alone(Dream())
    assert again.stored.samples.shape == (3, 4, 4)
    light = pictures.PictureFile(Path("x.exr"), profiles.for_light(alone.stored)).with_dream_alone(Dream())
    assert light.stored.samples[..., :3].max() < 1 and light.pixels.alpha[0, 1] == pytest.approx(0.25, abs=0.02)


def test_not_a_number_where_a_dream_is_becomes_the_dream():
    found = picture(np.full((2, 2, 3), np.nan, np.float32))
    over = found.with_dream_pixels(0, 0, np.full((2, 2, 3), 128, np.float32), np.ones((2, 2), np.float32))
    assert np.abs(over.stored.samples - 128 / 255).max() < 0.01
    beyond = found.with_dream_pixels(0, 0, np.full((2, 2, 3), 900, np.float32), np.ones((2, 2), np.float32))
    assert beyond.stored.samples.max() <= 1.0001
    bright = picture(np.full((1, 1, 3), 3.0, np.float32)).pixels.rgb
    assert bright.max() == 255
    faint = picture(np.array([[[0.25, 0.25, 0.25, 0.5]]], np.float32), premultiplied=True)
    dreamed = faint.with_dream_pixels(0, 0, np.full((1, 1, 3), 255, np.float32), np.ones((1, 1), np.float32))
    assert dreamed.stored.samples[0, 0].tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5], abs=0.01)


def test_targets_that_cant_take_a_picture_are_told(tmp_path):
    clear = np.concatenate([RGB, RGB[..., :1] * 0], axis=2)
    opaque = np.concatenate([RGB, RGB[..., :1] * 0 + 255], axis=2)
    cases = [
        (tmp_path / "a.jpg", clear, "picture.alpha"),
        (tmp_path / "a.webp", np.zeros((1, 17_000, 3), np.uint8), "picture.longest"),
        (tmp_path / "none" / "a.png", RGB, "picture.write"),
        (tmp_path / "folder.png", RGB, "picture.write"),
    ]
    (tmp_path / "folder.png").mkdir()
    for target, samples, code in cases:
        with pytest.raises(DreamError) as told:
            pictures._checked(target, picture(samples))
        assert told.value.code == code
    assert pictures._checked(tmp_path / "a.jpg", picture(opaque)) == "JPEG"
    (tmp_path / "there.png").write_bytes(b"")
    assert pictures._checked(tmp_path / "there.png", picture(clear)) == "PNG"


def test_what_a_recipe_and_a_profile_cant_be_is_told():
    for text in ("", "5", "{}", "[" * 100_000, '{"settings": 3}'):
        with pytest.raises(DreamError) as told:
            picture(RGB, recipe=text).recipe  # noqa: B018
        assert told.value.code == "picture.recipe"
    broken = picture(RGB, profile=b"\0" * 200)
    with pytest.raises(DreamError, match="damaged"):
        broken.pixels  # noqa: B018
    with pytest.raises(DreamError, match="target profile"):
        broken._from_srgb(np.zeros((1, 1, 3), np.float32))


def test_a_dream_is_put_beside_a_target_that_fails_and_people_are_told_where(tmp_path, monkeypatch):
    def fails(part, *_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(formats, "write", fails)
    target = tmp_path / "a.tif"
    with pytest.raises(DreamError) as told:
        pictures.save(target, picture(RGB))
    assert told.value.code == "picture.rescued" and "No space left" in str(told.value)
    assert (png.read(tmp_path / "a-dream.png").samples == RGB).all() and not target.exists()
    monkeypatch.setattr(pictures.atomic, "write", fails)
    with pytest.raises(DreamError) as told:
        pictures.save(target, picture(RGB))
    assert told.value.code == "picture.write"


def test_nobody_may_read_a_dream_who_may_not_read_its_picture(tmp_path):
    target = tmp_path / "a.png"
    pictures.save(target, pictures.PictureFile(target, Stored(RGB), mode=0o640))
    assert target.stat().st_mode & 0o777 & ~0o640 == 0 and target.stat().st_mode & 0o600 == 0o600
    target.chmod(0o604)
    pictures.save(target, pictures.PictureFile(target, Stored(RGB), mode=0o600))
    assert target.stat().st_mode & 0o777 == 0o604, "a file that is there keeps its own"
    pictures.save_pixels(tmp_path / "b.png", picture(RGB).pixels)
    assert (png.read(tmp_path / "b.png").samples == RGB).all()


def test_a_row_is_tried_with_all_that_the_file_will_hold(tmp_path, monkeypatch):
    tried = []
    real = formats.write
    monkeypatch.setattr(formats, "write", lambda part, name, stored: tried.append(stored) or real(part, name, stored))
    pictures.check_target(tmp_path / "a.tif", picture(RGB, extra=GREY))
    pictures.check_target(tmp_path / "a.png", picture(RGB))
    assert [each.samples.shape[0] for each in tried] == [1, 1]
    assert tried[0].extra.shape == (1, 4, 1) and tried[1].extra is None and len(tried[0].recipe) > 4000
    assert not list(tmp_path.iterdir())
    turned = Directory("<", {ORIENTATION: Entry(SHORT, b"\6\0")})
    stored = Stored(RGB, exif=turned, extra=GREY)
    assert pictures._as_written(stored, "TIFF") is stored and pictures._as_written(Stored(RGB), "BMP").extra is None
    for found in (pictures._as_written(stored, "BMP"), pictures._as_written(stored, "EXR")):
        assert found.samples.shape == (4, 3, 3) and found.extra.shape == (4, 3, 1)
