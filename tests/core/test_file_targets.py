"""No dream is lost after it was made: targets are tried before, and what can't be written all the same lies beside."""

from __future__ import annotations

import io
import os
import struct
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from deepdream_core.errors import DreamError
from deepdream_core.files import formats, jpeg, pictures, tags
from deepdream_core.files.metadata import Stored, from_unit
from deepdream_core.film import animation
from deepdream_core.image.pixels import from_wire
from deepdream_core.protocol.wire import Picture
from deepdream_core.system import atomic, memory
from deepdream_core.zoom import writer as films
from tests.core import handmade
from tests.core.test_files import RECIPE, code_of, write_tiff, write_with_pillow

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions and names of POSIX")


def rgb(height=20, width=30):
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)


def picture(folder, **stored):
    return pictures.PictureFile(folder / "in.png", Stored(rgb(), **stored))


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ((2, 17000), "out.webp"),
        ((17000, 2), "out.webp"),
        ((2, 66000), "out.jpg"),
    ],
)
def test_a_picture_larger_than_its_format_is_told_before(tmp_path, shape, name):
    large = pictures.PictureFile(tmp_path / "in.png", Stored(np.zeros((*shape, 3), np.uint8)))
    assert code_of(pictures.check_target, tmp_path / name, large) == "picture.longest"


@pytest.mark.parametrize("length", [240, 250, 255])
def test_every_name_that_the_disk_takes_is_taken(tmp_path, length):
    target = tmp_path / ("n" * (length - 4) + ".png")
    pictures.check_target(target, picture(tmp_path))
    pictures.save(target, picture(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_name_that_no_file_can_have_is_told_before(tmp_path):
    for name in ("n" * 300 + ".png", "a\0b.png"):
        assert code_of(pictures.check_target, tmp_path / name, picture(tmp_path)) == "picture.write"
        assert code_of(films.check_zoom, tmp_path / name.replace(".png", ".gif")) == "picture.write"


@pytest.mark.parametrize("name", ["out.png", "out.jpg", "out.tif"])
def test_a_profile_with_no_way_back_is_told_before(tmp_path, name):
    """Trial F12: a scanner's can only be read."""
    write_with_pillow(tmp_path / "in.png", rgb(), icc_profile=handmade.scanner_profile())
    scanned = pictures.load(tmp_path / "in.png")
    assert scanned.pixels.rgb.std() > 10, "it is read"
    assert code_of(pictures.check_target, tmp_path / name, scanned) == "picture.profile"
    assert not (tmp_path / name).exists()


def test_trying_leaves_nothing_and_the_old_file_as_it_was(tmp_path):
    (tmp_path / "out.tif").write_bytes(b"old")
    pictures.check_target(tmp_path / "out.tif", picture(tmp_path))
    assert (tmp_path / "out.tif").read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "fault",
    [
        ValueError("bad"),
        RuntimeError("bad"),
        struct.error("bad"),
        MemoryError(),
        ZeroDivisionError("bad"),
        UnicodeEncodeError("ascii", "é", 0, 1, "x"),
        OSError(28, "No space left on device"),
    ],
)
def test_any_fault_of_a_writer_leaves_the_dream_beside_the_target(tmp_path, monkeypatch, fault):
    def fails(*_arguments):
        raise fault

    (tmp_path / "out.jpg").write_bytes(b"old")
    monkeypatch.setattr(formats, "write", fails)
    dreamed = picture(tmp_path).with_recipe(RECIPE)
    with pytest.raises(DreamError) as caught:
        pictures.save(tmp_path / "out.jpg", dreamed)
    rescued = tmp_path / "out-dream.png"
    assert caught.value.code == "picture.rescued" and str(rescued) in caught.value.sentence
    assert "\n" not in caught.value.sentence and ".deepdream-" not in caught.value.sentence
    assert np.array_equal(np.asarray(Image.open(rescued)), rgb())
    assert (tmp_path / "out.jpg").read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 2
    monkeypatch.undo()
    assert pictures.load(rescued).recipe == RECIPE


def test_a_dream_whose_folder_is_gone_lies_in_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "data"))
    with pytest.raises(DreamError) as caught:
        pictures.save(tmp_path / "gone" / "out.jpg", picture(tmp_path))
    assert caught.value.values["rescued"] == str(tmp_path / "data" / "rescued" / "out-dream.png")
    with pytest.raises(DreamError):
        pictures.save(tmp_path / "gone" / "out.jpg", picture(tmp_path))
    assert sorted(os.listdir(tmp_path / "data" / "rescued")) == ["out-dream.png", "out-dream1.png"]


def test_a_rescued_dream_is_its_painters_alone(tmp_path, monkeypatch):
    for name in ("home", "temp"):
        (tmp_path / name).mkdir()
    (tmp_path / "home" / "rescued").touch()
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(pictures.tempfile, "gettempdir", lambda: str(tmp_path / "temp"))
    with pytest.raises(DreamError) as caught:
        pictures.save(tmp_path / "gone" / "out.jpg", picture(tmp_path))
    assert caught.value.values["rescued"] == str(tmp_path / "temp" / "out-dream.png")
    assert (tmp_path / "temp" / "out-dream.png").stat().st_mode & 0o777 == 0o600


def test_a_dream_is_read_by_nobody_who_may_not_read_its_picture(tmp_path):
    write_with_pillow(tmp_path / "in.png", rgb())
    (tmp_path / "in.png").chmod(0o600)
    private = pictures.load(tmp_path / "in.png")
    pictures.save(tmp_path / "new.png", private)
    assert (tmp_path / "new.png").stat().st_mode & 0o777 == 0o600
    (tmp_path / "old.png").write_bytes(b"")
    (tmp_path / "old.png").chmod(0o640)
    pictures.save(tmp_path / "old.png", private)
    assert (tmp_path / "old.png").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_exif_of_wrong_types_and_of_any_language_goes_everywhere(tmp_path, suffix):
    exif = handmade.exif(
        [
            (0x013B, 2, handmade.ARTIST + b"\0"),
            (0x0110, 3, b"\1\0\2\0"),
            (0x0112, 2, b"6\0"),
            (0x0132, 4, b"\7\0\0\0"),
        ]
    )
    (tmp_path / "in.png").write_bytes(handmade.png(rgb(), 8, 2, [(b"eXIf", exif)]))
    given = pictures.load(tmp_path / "in.png").with_recipe(RECIPE)
    pictures.check_target(tmp_path / f"out{suffix}", given)
    pictures.save(tmp_path / f"out{suffix}", given)
    found = pictures.load(tmp_path / f"out{suffix}")
    assert found.stored.exif.data(0x013B) == handmade.ARTIST + b"\0" and found.stored.exif.data(0x0110) == b"\1\0\2\0"
    assert found.stored.orientation == 1 and found.recipe == RECIPE


@pytest.mark.parametrize(("size", "kept"), [(64_900, True), (70_000, False)])
def test_the_recipe_finds_room_in_a_jpeg_whose_exif_is_full(tmp_path, size, kept):
    exif = handmade.exif([(0x010F, 2, b"Canon\0"), (0x927C, 7, bytes(size))])
    (tmp_path / "in.png").write_bytes(handmade.png(rgb(), 8, 2, [(b"eXIf", exif)]))
    given = pictures.load(tmp_path / "in.png").with_recipe(RECIPE)
    pictures.save(tmp_path / "out.jpg", given)
    found = pictures.load(tmp_path / "out.jpg")
    assert found.recipe == RECIPE and bool(found.stored.exif.data(0x010F)) == kept
    assert jpeg.left_out(given.stored) == ([] if kept else ["EXIF"])
    pictures.save(tmp_path / "again.jpg", found.with_recipe(replace(RECIPE, width=99)))
    assert pictures.load(tmp_path / "again.jpg").recipe.width == 99


def test_a_comment_in_exif_is_not_overwritten_by_the_recipe(tmp_path):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0seen in Rome"
    write_with_pillow(tmp_path / "in.jpg", rgb(), exif=exif)
    pictures.save(tmp_path / "out.jpg", pictures.load(tmp_path / "in.jpg").with_recipe(RECIPE))
    assert Image.open(tmp_path / "out.jpg").getexif().get_ifd(0x8769)[0x9286] == b"ASCII\0\0\0seen in Rome"
    assert pictures.load(tmp_path / "out.jpg").recipe == RECIPE


def test_what_is_written_can_be_read_again(tmp_path):
    """Grey by a profile for grey has to become something else where there is no grey."""
    import imagecodecs

    grey = rgb()[..., :1]
    write_with_pillow(tmp_path / "in.png", grey, icc_profile=bytes(imagecodecs.cms_profile("gray", gamma=1.8)))
    given = pictures.load(tmp_path / "in.png")
    assert "colour profile" in pictures.notes(tmp_path / "out.webp", given)[0]
    pictures.save(tmp_path / "out.webp", given)
    assert np.abs(pictures.load(tmp_path / "out.webp").pixels.rgb - given.pixels.rgb).max() <= 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.5, 3.0])
def test_no_sample_spoils_its_neighbours(tmp_path, value):
    """In colours and in alpha, in files and on the wire; and it stays where nothing is dreamed."""
    samples = np.full((20, 30, 4), 0.5, np.float32)
    samples[4, 4, 3] = samples[5, 5, 0] = value
    write_tiff(tmp_path / "in.tif", samples)
    found = pictures.load(tmp_path / "in.tif")
    wired = from_wire(Picture(30, 20, "F32", samples.tobytes()))
    for pixels in (found.pixels, wired):
        assert np.isfinite(pixels.rgb).all() and np.isfinite(pixels.alpha).all()
        assert pixels.alpha.min() >= 0 and pixels.alpha.max() <= 1
        assert pixels.alpha[4, 4] == (1 if value > 1 else 0) and pixels.alpha[4, 5] == 0.5
    weight = np.zeros((20, 30), np.float32)
    weight[:, 15:] = 1
    pictures.save(tmp_path / "out.tif", found.with_dream_pixels(0, 0, np.full((20, 30, 3), 200, np.float32), weight))
    after = pictures.load(tmp_path / "out.tif").stored.samples
    assert np.array_equal(after[:, :15].view(np.uint32), samples[:, :15].view(np.uint32))
    assert np.isfinite(after[:, 15:]).all()


def test_what_is_no_number_takes_the_dreams_colour(tmp_path):
    """Endless light stays endless; neither shows where the dream is faint or not at all."""
    samples = np.full((4, 6, 3), 0.5, np.float32)
    samples[1, 1, 0], samples[2, 2, 1] = np.nan, np.inf
    write_tiff(tmp_path / "in.tif", samples)
    dream, everywhere = np.full((4, 6, 3), 200, np.float32), np.ones((4, 6), np.float32)
    after = pictures.load(tmp_path / "in.tif").with_dream_pixels(0, 0, dream, everywhere).stored.samples
    assert after[1, 1, 0] == pytest.approx(after[0, 0, 0]) == pytest.approx(200 / 255)
    assert after[2, 2, 1] == np.inf


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_numbers_that_no_integer_can_hold_are_written_as_the_nearest(dtype):
    """Also on processors that make something else of them than this one: none may reach the cast."""
    highest = np.iinfo(dtype).max
    values = np.float32([np.nan, np.inf, -np.inf, -0.5, -0.0, 3.0, 1.0, 100 / highest])
    with np.errstate(all="raise"):
        assert from_unit(values, np.dtype(dtype)).tolist() == [0, highest, 0, 0, 0, highest, highest, 100]


def test_a_file_that_says_more_than_it_holds_is_refused(tmp_path):
    size = struct.pack("<I", 100_000)
    claims = handmade.tiff_of(rgb().astype(np.uint16), (256, 4, size), (257, 4, size))
    no_rows = handmade.tiff_of(rgb().astype(np.uint16), (278, 4, bytes(4)))
    wide = handmade.tiff_of(rgb().astype(np.uint16), (256, 4, struct.pack("<I", 2**31 - 1)))
    for number, data in enumerate((claims, no_rows, wide)):
        (tmp_path / f"{number}.tif").write_bytes(data)
        try:
            pictures.load(tmp_path / f"{number}.tif")
        except DreamError as error:
            assert error.code in ("picture.corrupt", "memory.short")
        else:
            assert number == 1


WIDE = 48_000
CLAIMS = {
    "gif": b"GIF89a"
    + struct.pack("<HH", WIDE, WIDE)
    + b"\0\0\0,"
    + struct.pack("<4HB", 0, 0, WIDE, WIDE, 0)
    + b"\2\0;",
    "bmp": b"BM" + struct.pack("<I4xIIiiHH24x", 54, 54, 40, WIDE, WIDE, 1, 24),
    "ppm": b"P6 %d %d 255\n" % (WIDE, WIDE),
    "tga": struct.pack("<3B9x2H2B", 0, 0, 10, WIDE, WIDE, 24, 0),
    "psd": b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, WIDE, WIDE, 8, 3) + bytes(14),
}


@pytest.mark.parametrize("ending", CLAIMS)
def test_a_header_that_claims_too_much_is_refused_before_room_is_made(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(memory, "available", lambda: 10**15)
    (tmp_path / f"huge.{ending}").write_bytes(CLAIMS[ending])
    told = "more than any painting" if ending in ("tga", "psd") else "don't fit in"
    with pytest.raises(DreamError, match=told) as caught:
        pictures.load(tmp_path / f"huge.{ending}")
    assert caught.value.code == "picture.corrupt"


def test_a_page_that_follows_itself_is_one_of_many(tmp_path):
    file = io.BytesIO()
    Image.new("L", (3, 2)).save(file, "TIFF")
    data = bytearray(file.getvalue())
    (start,) = struct.unpack("<I", data[4:8])
    (count,) = struct.unpack("<H", data[start : start + 2])
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    (tmp_path / "loop.tif").write_bytes(data)
    assert pictures.load(tmp_path / "loop.tif").pixels.width == 3


def test_a_picture_of_180_megapixels_is_read(tmp_path):
    Image.MAX_IMAGE_PIXELS, limit = None, Image.MAX_IMAGE_PIXELS
    try:
        Image.new("1", (13500, 13500), 1).save(tmp_path / "in.png")
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    assert pictures.load(tmp_path / "in.png").stored.samples.shape == (13500, 13500, 1)
    assert limit == Image.MAX_IMAGE_PIXELS


# Films


def frames(count=3):
    for number in range(count):
        yield np.full((20, 30, 3), 80 * number, np.float32)


@pytest.mark.parametrize("name", ["film.gif", "film.webp"])
def test_a_film_that_can_not_be_made_leaves_its_frames(tmp_path, monkeypatch, name):
    def fails(*_arguments):
        raise MemoryError

    (tmp_path / name).write_bytes(b"old")
    monkeypatch.setattr(animation, "write", fails)
    with pytest.raises(DreamError) as caught:
        films.write_zoom(tmp_path / name, frames(), 10)
    kept = tmp_path / "film-frames"
    assert caught.value.code == "zoom.rescued" and str(kept) in caught.value.sentence
    assert sorted(os.listdir(kept)) == ["00001.png", "00002.png", "00003.png"]
    assert np.asarray(Image.open(kept / "00003.png"))[0, 0].tolist() == [160, 160, 160]
    assert sorted(os.listdir(tmp_path)) == ["film-frames", name] and (tmp_path / name).read_bytes() == b"old"


def test_a_folder_that_fills_the_disk_keeps_its_frames_and_names_itself(tmp_path, monkeypatch):
    def full(_source, target):
        if str(target).endswith("00003.png"):
            raise OSError(28, "No space left on device")
        real(_source, target)

    real = os.replace
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DreamError) as caught:
        films.write_zoom(tmp_path / "film", frames(), 10)
    assert caught.value.code == "zoom.rescued" and caught.value.values["path"] == str(tmp_path / "film")
    assert sorted(os.listdir(tmp_path / "film")) == ["00001.png", "00002.png"] and len(os.listdir(tmp_path)) == 1


def test_frames_of_a_folder_follow_no_link_that_was_planted(tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.write_bytes(b"letter")
    written = []

    def plants(stored):
        """What somebody else does who saw the names of the first frame's files."""
        written.append(stored)
        for path in [*tmp_path.glob(".*"), tmp_path / f".{os.getpid()}.film.png"]:
            if not path.exists():
                path.symlink_to(mine)
        return b"frame"

    monkeypatch.setattr(films, "encoded", plants)
    films.write_zoom(tmp_path / "film", frames(), 10)
    assert mine.read_bytes() == b"letter" and len(written) == 3
    assert (tmp_path / "film" / "00003.png").read_bytes() == b"frame"
    assert not (tmp_path / "film" / "00003.png").is_symlink()


def test_a_film_is_tried_in_its_true_size(tmp_path):
    assert code_of(films.check_zoom, tmp_path / "film.webp", (17000, 20), 2) == "picture.longest"
    assert code_of(films.check_zoom, tmp_path / "film.gif", (4000, 4000), 100_000) == "memory.short"
    films.check_zoom(tmp_path / ("n" * 248 + ".gif"), (30, 20), 2)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", [".json", ".jpg"])
def test_a_failed_sheet_of_the_atlas_leaves_both_of_its_old_files(tmp_path, monkeypatch, ending):
    from deepdream_core.atlas import grid as atlas_grid
    from deepdream_core.atlas.render import Tile

    file = tmp_path / "b4.jpg"
    monkeypatch.setattr(atlas_grid, "cached_file", lambda *_names: file)
    tiles = [Tile(0, np.zeros((64, 64, 3), np.uint8), (1, 2, 3))]
    atlas_grid.keep_sheet("inception5h", "b4", tiles)
    old = file.read_bytes(), file.with_suffix(".json").read_bytes()

    def full(path):
        if path.suffix == ending:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "flush", full)
    with pytest.raises(DreamError, match="space"):
        atlas_grid.keep_sheet("inception5h", "b4", [Tile(0, np.full((64, 64, 3), 200, np.uint8), (7, 8, 9))])
    assert (file.read_bytes(), file.with_suffix(".json").read_bytes()) == old
    assert len(os.listdir(tmp_path)) == 2


def test_a_part_of_a_sheet_that_a_killed_process_left_is_no_sheet(tmp_path, monkeypatch):
    from deepdream_core.atlas import grid as atlas_grid
    from deepdream_core.atlas import sheets
    from deepdream_core.atlas.render import Tile

    monkeypatch.setattr(sheets, "data_folder", lambda: tmp_path)
    flushed = []
    monkeypatch.setattr(atomic, "flush", lambda path: flushed.append(path.suffix))
    atlas_grid.keep_sheet("vgg16", "b1", [Tile(0, np.zeros((64, 64, 3), np.uint8), (1, 2, 3))])
    # Both before either takes its name, lest the one stand beside another's other.
    assert flushed[:2] == [".json", ".jpg"]
    (sheets.cached_file("vgg16", "b1").parent / ".deepdream-0123abcd.json").touch()
    assert set(sheets.sheets("vgg16")) == {"b1"}


def test_what_isnt_needed_of_a_tiff_isnt_even_read():
    """Photoshop's layers may be larger than all the rest."""
    file = io.BytesIO()
    Image.new("L", (3, 2)).save(file, "TIFF", tiffinfo={271: "a maker of cameras", 272: "a camera with a name"})
    assert tags.read(file).data(271) and tags.read(file).data(272)
    found = tags.read(file, without=(271,))
    assert not found.data(271) and found.data(272)
