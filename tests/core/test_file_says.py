"""What each kind of file can say beside its pixels, and what becomes of it: the table of docs/files.md, cell by cell.

The files are made by hand or by another library than the one that reads them here; only the multi-part EXR is
OpenEXR's own.
"""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import OpenEXR
import pytest
import tifffile
from PIL import Image, ImageCms

from deepdream_core.errors import DreamError
from deepdream_core.files import pictures
from tests.core import handmade
from tests.core.handmade import ASCII, RATIONAL, SHORT, UNDEFINED, numbers

TABLE = Path(__file__).resolve().parents[2] / "docs" / "files.md"
ADOBE = bytes(imagecodecs.cms_profile("adobergb"))
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GREY_PROFILE = bytes(imagecodecs.cms_profile("gray", gamma=1.8))
CELLS: dict[tuple[str, str], set[str]] = {}
TESTS = []


def says(form, column, *outcomes):
    """The test of a cell of the table: what becomes of what files of ``form`` say in this ``column``."""

    def keep(test):
        CELLS.setdefault((form, column), set()).update(outcomes)
        TESTS.append(pytest.param(test, id=f"{form} {column} {test.__name__}"))
        return test

    return keep


@pytest.fixture
def there(tmp_path):
    return tmp_path


def rgb(dtype=np.uint8, channels=3, seed=0):
    top = 1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    return (np.random.default_rng(seed).uniform(0.05, 0.95, (7, 9, channels)) * top).astype(dtype)


def loaded(folder, name, data):
    (folder / name).write_bytes(data)
    return pictures.load(folder / name)


def again(folder, picture, name):
    pictures.check_target(folder / name, picture)
    pictures.save(folder / name, picture)
    return folder / name


def stays(folder, name, data):
    """The file after its picture was loaded and saved in the same format."""
    picture = loaded(folder, name, data)
    assert not pictures.notes(folder / f"out{Path(name).suffix}", picture)
    return again(folder, picture, f"out{Path(name).suffix}")


def told(folder, name, data, target, words):
    picture = loaded(folder, name, data)
    lines = pictures.notes(folder / target, picture)
    assert any(words in line for line in lines), lines
    again(folder, picture, target)


def refused(folder, name, data, code="picture.mode"):
    with pytest.raises(DreamError) as caught:
        loaded(folder, name, data).pixels  # noqa: B018
    assert caught.value.code == code and "\n" not in caught.value.sentence


def linear_to_srgb(light):
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055) * 255


def shown(folder, name, data, expected, tolerance=1.0):
    found = loaded(folder, name, data).pixels.rgb
    assert np.abs(found - expected).max() < tolerance
    return found


# PNG


@says("PNG", "depth", "kept")
def png_bits(there):
    for bits in (1, 2, 4, 8, 16):
        values = np.random.default_rng(bits).integers(0, 2**bits, (7, 9, 1)).astype(np.uint32)
        out = stays(there, f"{bits}.png", handmade.png(values, bits, 0))
        read = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
        assert np.array_equal(read, values[..., 0] * ((65535 if bits == 16 else 255) // (2**bits - 1)))
        assert read.dtype == (np.uint16 if bits == 16 else np.uint8)


@says("PNG", "alpha", "kept")
def png_transparency(there):
    for bits in (1, 2, 4, 8, 16):
        values = np.tile(np.arange(9, dtype=np.uint32) % 2**bits, (7, 1))[..., np.newaxis]
        clear = handmade.png(values, bits, 0, [(b"tRNS", struct.pack(">H", 1))])
        alpha = loaded(there, f"{bits}.png", clear).pixels.alpha
        assert np.array_equal(alpha, (values[..., 0] != 1).astype(np.float32))
    for bits, dtype in ((8, np.uint8), (16, np.uint16)):
        colours = rgb(dtype)
        pixel = struct.pack(">3H", *colours[2, 3].tolist())
        alpha = loaded(there, "c.png", handmade.png(colours, bits, 2, [(b"tRNS", pixel)])).pixels.alpha
        assert alpha[2, 3] == 0 and alpha.sum() == alpha.size - 1
    palette = handmade.png(
        np.tile([0, 1, 2], (7, 3)).astype(np.uint8), 8, 3, [(b"PLTE", bytes(range(9))), (b"tRNS", b"\xff\x80\x00")]
    )
    assert np.allclose(loaded(there, "p.png", palette).pixels.alpha[0, :3], [1, 128 / 255, 0])
    cv2.imwrite(str(there / "four.png"), rgb(channels=4))
    out = stays(there, "four.png", (there / "four.png").read_bytes())
    assert np.array_equal(cv2.imread(str(out), -1), rgb(channels=4))


@says("PNG", "colour", "read", "kept")
def png_colours(there):
    values = rgb()
    unit = values / 255.0
    gamma = handmade.png(values, 8, 2, [(b"gAMA", struct.pack(">I", 100000))])
    shown(there, "gamma.png", gamma, linear_to_srgb(unit))
    half = handmade.png(values, 8, 2, [(b"gAMA", struct.pack(">I", 55556))])
    shown(there, "half.png", half, linear_to_srgb(unit**1.8))
    shown(there, "usual.png", handmade.png(values, 8, 2, [(b"gAMA", struct.pack(">I", 45455))]), values, 1e-3)
    shown(
        there,
        "both.png",
        handmade.png(values, 8, 2, [(b"sRGB", b"\0"), (b"gAMA", struct.pack(">I", 100000))]),
        values,
        1e-3,
    )
    grey = handmade.png(values[..., :1], 8, 0, [(b"gAMA", struct.pack(">I", 100000))])
    shown(there, "grey.png", grey, linear_to_srgb(unit[..., :1]))
    wide = struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    like_adobe = [(b"cHRM", wide), (b"gAMA", struct.pack(">I", 45470))]
    cicp = handmade.png(values, 8, 2, [(b"cICP", bytes([12, 13, 0, 1]))])
    for chunks, data in (
        ([(b"gAMA", struct.pack(">I", 100000))], gamma),
        ([(b"cICP", bytes([12, 13, 0, 1]))], cicp),
        (like_adobe, handmade.png(values, 8, 2, like_adobe)),
        (
            [(b"iCCP", b"My profile\0\0" + zlib.compress(ADOBE, 1))],
            handmade.png(values, 8, 2, [(b"iCCP", b"My profile\0\0" + zlib.compress(ADOBE, 1))]),
        ),
    ):
        out = stays(there, "k.png", data).read_bytes()
        kept = [one for one in handmade.chunks_of(out) if one[0] in (b"gAMA", b"cHRM", b"cICP", b"iCCP", b"sRGB")]
        assert kept == chunks
        assert np.array_equal(cv2.imdecode(np.frombuffer(out, np.uint8), -1)[..., ::-1], values)
    seen = loaded(there, "p3.png", cicp).pixels.rgb
    assert np.ptp(seen[..., 0] - values[..., 0]) > 3  # Display P3 is wider than sRGB
    named = loaded(there, "adobe.png", handmade.png(values, 8, 2, like_adobe)).pixels.rgb
    icc = loaded(there, "i.png", handmade.png(values, 8, 2, [(b"iCCP", b"x\0\0" + zlib.compress(ADOBE))])).pixels.rgb
    assert np.abs(named - icc).max() < 2


@says("PNG", "colour", "refused")
def png_hdr(there):
    refused(there, "pq.png", handmade.png(rgb(np.uint16), 16, 2, [(b"cICP", bytes([9, 16, 0, 1]))]), "picture.colours")


@says("PNG", "place", "kept", "told")
def png_offset(there):
    data = handmade.png(rgb(), 8, 2, [(b"oFFs", struct.pack(">iiB", 12, -7, 0))])
    assert (b"oFFs", struct.pack(">iiB", 12, -7, 0)) in handmade.chunks_of(stays(there, "o.png", data).read_bytes())
    told(there, "o.png", data, "out.tif", "oFFs")


@says("PNG", "pages", "told")
def png_frames(there):
    data = handmade.png(rgb(), 8, 2, [(b"acTL", struct.pack(">II", 12, 0))])
    told(there, "a.png", data, "out.png", "12 frames; only the first is dreamed")
    assert b"acTL" not in (there / "out.png").read_bytes()


@says("PNG", "EXIF", "kept")
def png_exif(there):
    out = stays(there, "e.png", handmade.png(rgb(), 8, 2, [(b"eXIf", handmade.ARTISTS)])).read_bytes()
    assert (b"eXIf", handmade.ARTISTS) in handmade.chunks_of(out)


@says("PNG", "XMP", "kept")
def png_xmp(there):
    for data in (b"\0\0\0\0" + handmade.XMP, b"\1\0\0\0" + zlib.compress(handmade.XMP)):
        chunk = b"iTXt", b"XML:com.adobe.xmp\0" + data
        out = stays(there, "x.png", handmade.png(rgb(), 8, 2, [chunk]))
        assert Image.open(out).info["xmp"] == handmade.XMP


@says("PNG", "text", "kept", "told")
def png_text(there):
    chunks = [
        (b"tEXt", b"Author\0Jos\xe9"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(b"long")),
        (b"iTXt", "Title\0\0\0de\0Titel\0夢".encode()),
        (b"tEXt", b"parameters\0" + b"x" * 1_500_000),
    ]
    data = handmade.png(rgb(), 8, 2, chunks)
    assert [
        one for one in handmade.chunks_of(stays(there, "t.png", data).read_bytes()) if one[0][1:] in (b"EXt", b"TXt")
    ] == chunks
    told(there, "t.png", data, "out.jpg", "text (Author, Comment, Title, parameters)")


@says("PNG", "resolution", "kept")
def png_resolution(there):
    for pixels in (struct.pack(">IIB", 11811, 5906, 1), struct.pack(">IIB", 3, 2, 0)):
        out = stays(there, "r.png", handmade.png(rgb(), 8, 2, [(b"pHYs", pixels)]))
        assert (b"pHYs", pixels) in handmade.chunks_of(out.read_bytes())


# JPEG


def jpeg(segments=(), values=None):
    data = imagecodecs.jpeg8_encode(rgb() if values is None else values, level=95)
    return handmade.with_segments(bytes(data), segments)


ICC_SEGMENT = 0xE2, b"ICC_PROFILE\0\1\1" + SRGB


@says("JPEG", "depth", "kept", "refused")
def jpeg_depth(there):
    assert Image.open(stays(there, "d.jpg", jpeg())).mode == "RGB"
    assert Image.open(stays(there, "g.jpg", jpeg(values=rgb(channels=1)[..., 0]))).mode == "L"
    refused(there, "12.jpg", bytes(imagecodecs.jpeg8_encode(rgb(np.uint16) >> 4, bitspersample=12)))
    refused(there, "l.jpg", bytes(imagecodecs.ljpeg_encode(rgb(np.uint16)[..., 0])))


@says("JPEG", "colour", "kept", "read", "refused")
def jpeg_colours(there):
    out = stays(there, "c.jpg", jpeg([ICC_SEGMENT]))
    assert Image.open(out).info["icc_profile"] == SRGB
    grey = jpeg([ICC_SEGMENT], rgb(channels=1)[..., 0])
    plain = loaded(there, "plain.jpg", jpeg(values=rgb(channels=1)[..., 0])).pixels.rgb
    shown(there, "g.jpg", grey, plain, 1)
    Image.new("CMYK", (5, 5)).save(there / "cmyk.jpg")
    refused(there, "cmyk.jpg", (there / "cmyk.jpg").read_bytes())


@says("JPEG", "pages", "told")
def jpeg_pictures(there):
    one = jpeg()
    entries = [(0xB000, UNDEFINED, b"0100"), (0xB001, handmade.LONG, struct.pack("<I", 2))]
    whole = b"MPF\0" + handmade.exif([*entries, (0xB002, UNDEFINED, bytes(32))])
    first = handmade.with_segments(one, [(0xE2, whole)])
    places = struct.pack("<IIIHH", 0x030000, len(first), 0, 0, 0)
    places += struct.pack("<IIIHH", 0, len(one), len(first) - 10, 0, 0)
    whole = b"MPF\0" + handmade.exif([*entries, (0xB002, UNDEFINED, places)])
    data = handmade.with_segments(one, [(0xE2, whole)]) + one
    told(there, "m.jpg", data, "out.jpg", "2 pictures; only the first is dreamed")


@says("JPEG", "EXIF", "kept", "told")
def jpeg_exif(there):
    for order in "<>":
        artist = 0x013B, ASCII, handmade.ARTIST + b"\0"
        exif = handmade.exif([artist, (0x8298, 1, b"abc"), (0x0110, UNDEFINED, b"odd")], order)
        out = stays(there, "e.jpg", jpeg([(0xE1, b"Exif\0\0" + exif)]))
        assert (0xE1, b"Exif\0\0" + exif) in handmade.segments_of(out.read_bytes())
    large = handmade.png(rgb(), 8, 2, [(b"eXIf", handmade.exif([(0x927C, UNDEFINED, bytes(70_000))]))])
    told(there, "large.png", large, "out.jpg", "EXIF")


@says("JPEG", "XMP", "kept")
def jpeg_xmp(there):
    further = 0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 40 + b"more"
    out = stays(there, "x.jpg", jpeg([(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + handmade.XMP), further]))
    assert Image.open(out).info["xmp"] == handmade.XMP and further in handmade.segments_of(out.read_bytes())


@says("JPEG", "text", "kept", "told")
def jpeg_text(there):
    words = [(0xFE, "by José".encode()), (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\4\x1c\2\x50\0")]
    out = stays(there, "t.jpg", jpeg(words))
    assert [one for one in handmade.segments_of(out.read_bytes()) if one[0] in (0xFE, 0xED)] == words
    told(there, "t.jpg", jpeg(words), "out.png", "IPTC, comment")
    told(there, "j.jpg", jpeg([(0xEB, b"JP\0\1jumb")]), "out.jpg", "APP11")


@says("JPEG", "resolution", "kept")
def jpeg_resolution(there):
    jfif = b"JFIF\0\1\1\1" + struct.pack(">HH", 300, 150) + b"\0\0"
    data = jpeg()
    out = stays(there, "r.jpg", handmade.with_segments(data[:2] + data[20:], [(0xE0, jfif)]))
    assert Image.open(out).info["dpi"] == (300, 150)


# WebP


def webp(chunks=(), flags=0, channels=3):
    pixels = bytes(imagecodecs.webp_encode(rgb(channels=channels), lossless=True))
    return handmade.riff(pixels[:12] + pixels[pixels.index(b"VP8L") :], (9, 7), chunks, flags)


@says("WebP", "depth", "kept")
def webp_depth(there):
    assert np.array_equal(imagecodecs.webp_decode(stays(there, "d.webp", webp()).read_bytes()), rgb())


@says("WebP", "alpha", "kept")
def webp_alpha(there):
    out = stays(there, "a.webp", bytes(imagecodecs.webp_encode(rgb(channels=4), lossless=True)))
    assert np.array_equal(imagecodecs.webp_decode(out.read_bytes())[..., 3], rgb(channels=4)[..., 3])


@says("WebP", "colour", "kept")
def webp_colours(there):
    assert handmade.webp_chunks(stays(there, "c.webp", webp([(b"ICCP", ADOBE)], 32)).read_bytes())[b"ICCP"] == ADOBE


@says("WebP", "pages", "told")
def webp_frames(there):
    pixels = bytes(imagecodecs.webp_encode(rgb(), lossless=True))
    frame = bytes(6) + struct.pack("<I", 8)[:3] + struct.pack("<I", 6)[:3] + b"\x64\0\0\0"
    frame += pixels[pixels.index(b"VP8L") :]
    data = handmade.riff(pixels, (9, 7), [(b"ANIM", bytes(6)), (b"ANMF", frame), (b"ANMF", frame)], 2)
    told(there, "f.webp", data, "out.webp", "2 frames; only the first is dreamed")


@says("WebP", "EXIF", "kept")
def webp_exif(there):
    out = stays(there, "e.webp", webp([(b"EXIF", handmade.ARTISTS)], 8))
    assert handmade.webp_chunks(out.read_bytes())[b"EXIF"] == handmade.ARTISTS


@says("WebP", "XMP", "kept")
def webp_xmp(there):
    out = stays(there, "x.webp", webp([(b"XMP ", handmade.XMP)], 4))
    assert handmade.webp_chunks(out.read_bytes())[b"XMP "] == handmade.XMP


@says("WebP", "resolution", "kept")
def webp_resolution(there):
    picture = loaded(there, "r.png", handmade.png(rgb(), 8, 2, [(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))]))
    out = again(there, picture, "out.webp")
    assert Image.open(out).getexif()[0x011A] == pytest.approx(300, abs=0.01)
    assert pictures.load(out).stored.dpi == pytest.approx((300, 300), abs=0.01)


# TIFF


@says("TIFF", "depth", "kept")
def tiff_depth(there):
    for dtype in (np.uint8, np.uint16, np.float16, np.float32):
        out = stays(there, f"{np.dtype(dtype)}.tif", handmade.tiff_of(rgb(dtype)))
        with tifffile.TiffFile(out) as file:
            assert np.array_equal(file.pages.first.asarray(), rgb(dtype))
    values = rgb(np.uint16) >> 4
    pairs = values.astype(np.uint32).reshape(7, -1)
    pairs = np.hstack([pairs, np.zeros((7, 1), np.uint32)]).reshape(7, -1, 2)
    packed = np.stack(
        [pairs[..., 0] >> 4, (pairs[..., 0] & 15) << 4 | pairs[..., 1] >> 8, pairs[..., 1] & 255], -1
    ).astype(np.uint8)
    rows = packed.reshape(7, -1)[:, : -(-27 * 12 // 8) or None][:, :41]
    data = handmade.tiff(
        [
            (256, SHORT, numbers(9)),
            (257, SHORT, numbers(7)),
            (258, SHORT, numbers(12, 12, 12)),
            (259, SHORT, numbers(1)),
            (262, SHORT, numbers(2)),
            (277, SHORT, numbers(3)),
            (278, SHORT, numbers(7)),
        ],
        rows.tobytes(),
    )
    twelve = tifffile.imread(stays(there, "12.tif", data))
    assert np.array_equal(twelve, np.rint(values * (65535 / 4095)))


@says("TIFF", "depth", "refused")
def tiff_numbers(there):
    for dtype in (np.uint32, np.int16, np.float64):
        values = (rgb(np.float32) * 1000).astype(dtype)
        refused(there, "n.tif", handmade.tiff_of(values))


@says("TIFF", "alpha", "kept")
def tiff_alpha(there):
    for kind in (1, 2):
        for dtype in (np.uint8, np.uint16):
            values = rgb(dtype, 4)
            values[..., :3] = np.minimum(values[..., :3], values[..., 3:])
            out = stays(there, "a.tif", handmade.tiff_of(values, (338, SHORT, numbers(kind))))
            with tifffile.TiffFile(out) as file:
                assert [int(one) for one in file.pages.first.extrasamples] == [kind]
                assert np.array_equal(file.pages.first.asarray(), values)
    straight = pictures.load(there / "a.tif").pixels
    assert straight.alpha is not None and straight.alpha.max() < 1


@says("TIFF", "channels", "kept", "told")
def tiff_selections(there):
    for kinds in ((0,), (0, 0), (2, 0), (0, 2), ()):
        values = rgb(np.uint16, 3 + max(1, len(kinds)))
        entry = [(338, SHORT, numbers(*kinds))] if kinds else []
        data = handmade.tiff_of(values, *entry)
        picture = loaded(there, "s.tif", data)
        assert np.abs(picture.pixels.rgb - values[..., :3] / 257).max() < 0.01
        assert (picture.pixels.alpha is None) == (2 not in kinds)
        whole = tifffile.imread(stays(there, "s.tif", data))
        assert np.array_equal(whole[..., :3], values[..., :3])
        assert np.array_equal(np.sort(whole, axis=2), np.sort(values, axis=2))
        told(there, "s.tif", data, "out.png", "extra channels")


@says("TIFF", "colour", "kept", "read", "refused")
def tiff_colours(there):
    white = 318, RATIONAL, struct.pack("<4I", 1, 3, 1, 3)
    out = stays(there, "c.tif", handmade.tiff_of(rgb(), (34675, UNDEFINED, ADOBE), white))
    with tifffile.TiffFile(out) as file:
        assert file.pages.first.iccprofile == ADOBE and file.pages.first.tags[318].value == (1, 3, 1, 3)
    white_is_0 = handmade.tiff_of(rgb(channels=1), (262, SHORT, numbers(0)))
    shown(there, "w.tif", white_is_0, 255 - rgb(channels=1), 1e-3)
    for photometric, channels in ((5, 4), (8, 3)):
        refused(there, "r.tif", handmade.tiff_of(rgb(channels=channels), (262, SHORT, numbers(photometric))))


@says("TIFF", "place", "kept")
def tiff_place(there):
    out = stays(there, "p.tif", handmade.tiff_of(rgb(), (286, RATIONAL, struct.pack("<II", 7, 2))))
    with tifffile.TiffFile(out) as file:
        assert file.pages.first.tags[286].value == (7, 2)


@says("TIFF", "pages", "told")
def tiff_pages(there):
    told(there, "p.tif", handmade.tiff_of(rgb(), pages=3), "out.tif", "3 pages; only the first is dreamed")


@says("TIFF", "EXIF", "kept")
def tiff_exif(there):
    """Through a JPEG, whose directories of EXIF and GPS Pillow writes: both are there again, below the TIFF's own."""
    exif = Image.Exif()
    exif[0x013B] = "Jane"
    exif.get_ifd(0x8769)[0x829A] = 0.25
    exif.get_ifd(0x8825)[1] = "N"
    data = jpeg([(0xE1, exif.tobytes())])
    for dtype in (np.uint8, np.uint16):
        first = again(there, loaded(there, "e.jpg", data), f"{np.dtype(dtype)}.tif")
        out = stays(there, first.name, first.read_bytes())
        with tifffile.TiffFile(out) as file:
            tags = file.pages.first.tags
            assert tags[0x8769].value["ExposureTime"] in (0.25, (1, 4)) and tags[0x8825].value["GPSLatitudeRef"] == "N"
            assert tags[0x013B].value == "Jane"


@says("TIFF", "XMP", "kept")
def tiff_xmp(there):
    with tifffile.TiffFile(stays(there, "x.tif", handmade.tiff_of(rgb(), (700, 1, handmade.XMP)))) as file:
        assert file.pages.first.tags[700].value == handmade.XMP


@says("TIFF", "text", "kept", "told")
def tiff_text(there):
    artist, iptc = (0x013B, ASCII, handmade.ARTIST + b"\0"), (33723, UNDEFINED, b"\x1c\2\x50\0\4Jane")
    for dtype in (np.uint8, np.uint16):
        out = stays(there, "t.tif", handmade.tiff_of(rgb(dtype), artist, iptc)).read_bytes()
        assert handmade.ARTIST in out and iptc[2] in out
    told(there, "t.tif", handmade.tiff_of(rgb(), artist, iptc), "out.jpg", "IPTC")
    assert handmade.ARTIST in (there / "out.jpg").read_bytes()


@says("TIFF", "resolution", "kept")
def tiff_resolution(there):
    for unit, expected in ((2, 300), (3, 762)):
        fraction = struct.pack("<II", 300, 1)
        both = (282, RATIONAL, fraction), (283, RATIONAL, fraction)
        data = handmade.tiff_of(rgb(), *both, (296, SHORT, numbers(unit)))
        assert Image.open(stays(there, "r.tif", data)).info["dpi"] == pytest.approx((expected, expected))
    for fraction in ((0, 0), (300, 0)):
        odd = struct.pack("<II", *fraction)
        data = handmade.tiff_of(rgb(), (282, RATIONAL, odd), (283, RATIONAL, odd))
        assert loaded(there, "o.tif", data).stored.dpi is None


# BMP and GIF


def bmp(bits, pixels, header=b"", masks=b""):
    size = 40 + len(header)
    start = struct.pack("<IiiHHIIiiII", size, 8, 4, 1, bits, 3 if masks else 0, len(pixels), 11811, 11811, 0, 0)
    body = start + header + (masks if not header else b"")
    return b"BM" + struct.pack("<IHHI", 14 + len(body) + len(pixels), 0, 0, 14 + len(body)) + body + pixels


@says("BMP", "depth", "kept", "read")
def bmp_depth(there):
    pixels = rgb()[:4, :8]
    out = stays(there, "d.bmp", bmp(24, np.ascontiguousarray(pixels[::-1, :, ::-1]).tobytes()))
    assert np.array_equal(cv2.imread(str(out))[..., ::-1], pixels)
    five = np.full((4, 8), 0b11111_00000_10000, "<u2").tobytes()
    assert loaded(there, "5.bmp", bmp(16, five)).pixels.rgb[0, 0].tolist() in ([255, 0, 131], [255, 0, 132])


@says("BMP", "alpha", "read", "refused")
def bmp_alpha(there):
    pixels = np.zeros((4, 8, 4), np.uint8)
    pixels[..., 3] = 128
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    picture = loaded(there, "a.bmp", bmp(32, pixels.tobytes(), masks + bytes(68), masks))
    assert picture.pixels.alpha[0, 0] == pytest.approx(128 / 255)
    with pytest.raises(DreamError, match="transparency"):
        pictures.check_target(there / "out.bmp", picture)


@says("BMP", "colour", "read", "told")
def bmp_colours(there):
    pixels = np.ascontiguousarray(rgb()[:4, :8])
    rows = np.ascontiguousarray(pixels[::-1, :, ::-1]).tobytes()
    rest = bytes(16) + struct.pack("<I", 0x4D424544) + bytes(48)
    rest += struct.pack("<IIII", 4, 124 + len(rows), len(ADOBE), 0)
    picture = loaded(there, "c.bmp", bmp(24, rows, rest) + ADOBE)
    assert picture.stored.profile == ADOBE
    assert "colour profile" in pictures.notes(there / "out.bmp", picture)[0]
    out = cv2.imread(str(again(there, picture, "out.bmp")))[..., ::-1]
    assert np.abs(out - picture.pixels.rgb).max() <= 0.5  # converted, since the file can't say what it is


@says("BMP", "resolution", "kept")
def bmp_resolution(there):
    data = bmp(24, bytes(96))
    out = stays(there, "r.bmp", data).read_bytes()
    assert out[38:46] == data[38:46]


@says("GIF", "depth", "read")
def gif_depth(there):
    data = bytes(imagecodecs.gif_encode(rgb()[..., 0]))
    assert np.array_equal(loaded(there, "d.gif", data).pixels.rgb[..., 1], rgb()[..., 0])


def gif(frames=1, transparent=False, comment=b""):
    """Four colours, two by two pixels."""
    control = b"\x21\xf9\x04" + bytes([1 if transparent else 0, 10, 0, 1]) + b"\0"
    frame = control + b"\x2c" + struct.pack("<4HB", 0, 0, 2, 2, 0) + b"\x02\x03\x44\x34\x05\0"
    words = b"\x21\xfe" + bytes([len(comment)]) + comment + b"\0" if comment else b""
    start = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x91, 0, 0) + bytes(range(0, 120, 10))
    return start + words + frame * frames + b";"


@says("GIF", "alpha", "read")
def gif_alpha(there):
    pixels = loaded(there, "a.gif", gif(transparent=True)).pixels
    assert pixels.alpha is not None and 0 < pixels.alpha.mean() < 1


@says("GIF", "pages", "told")
def gif_frames(there):
    told(there, "f.gif", gif(frames=3), "out.png", "3 frames; only the first is dreamed")


@says("GIF", "text", "told")
def gif_text(there):
    told(there, "t.gif", gif(comment=b"by Jane"), "out.png", "comment")


# EXR


def planes(names="RGB", dtype=np.float16):
    return {name: rgb(dtype, 1, seed)[..., 0] for seed, name in enumerate(names)}


def channels_of(path):
    with OpenEXR.File(str(path), separate_channels=True) as file:
        return {name: channel.pixels for name, channel in file.channels().items()}, dict(file.header())


@says("EXR", "depth", "kept", "refused")
def exr_depth(there):
    for dtype in (np.float16, np.float32):
        found, _header = channels_of(stays(there, "d.exr", handmade.exr(planes(dtype=dtype))))
        assert all(
            found[name].dtype == dtype and np.array_equal(found[name], plane)
            for name, plane in planes(dtype=dtype).items()
        )
    refused(there, "u.exr", handmade.exr(planes(dtype=np.uint32)))
    refused(there, "m.exr", handmade.exr({**planes(), "G": planes(dtype=np.uint32)["G"]}))


@says("EXR", "alpha", "kept")
def exr_alpha(there):
    found, _header = channels_of(stays(there, "a.exr", handmade.exr(planes("RGBA"))))
    assert np.array_equal(found["A"], planes("RGBA")["A"])


@says("EXR", "channels", "kept", "told")
def exr_channels(there):
    whole = {**planes(), "Z": rgb(np.float32, 1)[..., 0], "id": rgb(np.uint32, 1)[..., 0]}
    found, _header = channels_of(stays(there, "c.exr", handmade.exr(whole)))
    assert all(np.array_equal(found[name], plane) and found[name].dtype == plane.dtype for name, plane in whole.items())
    told(there, "c.exr", handmade.exr(whole), "out.png", "channels Z, id")


@says("EXR", "colour", "read", "kept")
def exr_colours(there):
    wide = 0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329
    light = {name: np.full((4, 5), value, np.float32) for name, value in zip("RGB", (0.3, 0.4, 0.2), strict=True)}
    data = handmade.exr(light, [("chromaticities", "chromaticities", struct.pack("<8f", *wide))])
    to_srgb = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
    shown(there, "c.exr", data, linear_to_srgb(to_srgb @ [0.3, 0.4, 0.2]), 0.5)
    found, header = channels_of(stays(there, "c.exr", data))
    assert header["chromaticities"] == pytest.approx(wide) and np.array_equal(found["R"], light["R"])
    picture = pictures.load(there / "c.exr")
    assert np.abs(pictures.load(again(there, picture, "out.png")).pixels.rgb - picture.pixels.rgb).max() < 0.5


@says("EXR", "place", "kept", "told")
def exr_windows(there):
    data = handmade.exr(planes(), [("displayWindow", "box2i", struct.pack("<4i", 0, 0, 99, 49))], (10, -5))
    _found, header = channels_of(stays(there, "w.exr", data))
    assert np.array_equal(header["dataWindow"], ((10, -5), (18, 1)))
    assert np.array_equal(header["displayWindow"], ((0, 0), (99, 49)))
    told(there, "w.exr", data, "out.png", "position on the canvas")


@says("EXR", "pages", "told")
def exr_parts(there):
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    parts = [OpenEXR.Part({**header, "name": name}, planes()) for name in ("left", "right")]
    OpenEXR.File(parts).write(str(there / "p.exr"))
    picture = pictures.load(there / "p.exr")
    assert "2 parts; only the first is dreamed" in pictures.notes(there / "out.exr", picture)[0]
    again(there, picture, "out.exr")


@says("EXR", "text", "kept", "told")
def exr_header(there):
    data = handmade.exr(planes(), [("owner", "string", handmade.ARTIST)])
    _found, header = channels_of(stays(there, "t.exr", data))
    assert header["owner"].encode() == handmade.ARTIST
    told(there, "t.exr", data, "out.png", "header (owner)")


@says("EXR", "resolution", "kept")
def exr_resolution(there):
    data = handmade.exr(planes(), [("xDensity", "float", struct.pack("<f", 300))])
    _found, header = channels_of(stays(there, "r.exr", data))
    assert header["xDensity"] == 300


# Paintings


@says(".kra, .ora", "depth", "read")
def painting_depth(there):
    for name in ("p.kra", "p.ora"):
        handmade.zipped(there / name, mimetype=b"x", mergedimage_png=handmade.png(rgb(np.uint16), 16, 2))
        assert np.array_equal(pictures.load(there / name).stored.samples, rgb(np.uint16))


@says(".kra, .ora", "alpha", "read")
def painting_alpha(there):
    handmade.zipped(there / "p.kra", mergedimage_png=handmade.png(rgb(channels=4), 8, 6))
    assert np.allclose(pictures.load(there / "p.kra").pixels.alpha, rgb(channels=4)[..., 3] / 255)


@says(".kra, .ora", "colour", "read")
def painting_colours(there):
    handmade.zipped(there / "p.kra", mergedimage_png=handmade.png(rgb(), 8, 2), painting__annotations__icc=ADOBE)
    assert pictures.load(there / "p.kra").stored.profile == ADOBE
    own = handmade.png(rgb(), 8, 2, [(b"iCCP", b"x\0\0" + zlib.compress(ADOBE))])
    handmade.zipped(there / "o.ora", mergedimage_png=own)
    picture = pictures.load(there / "o.ora")
    assert Image.open(again(there, picture, "out.png")).info["icc_profile"] == ADOBE


@says(".kra, .ora", "resolution", "read")
def painting_resolution(there):
    about = b'<DOC><IMAGE width="9" x-res="150" height="7" y-res="150" name="a"/></DOC>'
    handmade.zipped(there / "p.kra", mergedimage_png=handmade.png(rgb(), 8, 2), maindoc_xml=about)
    assert pictures.load(there / "p.kra").stored.dpi == (150, 150)


@says(".kra, .ora", "pages", "refused")
def painting_without_a_merged_picture(there):
    handmade.zipped(there / "p.kra", maindoc_xml=b"<DOC/>")
    refused(there, "p.kra", (there / "p.kra").read_bytes(), "picture.merged")
    for name in ("out.kra", "out.ora", "out.psd"):
        with pytest.raises(DreamError, match="as a layer"):
            pictures.check_target(there / name, loaded(there, "in.png", handmade.png(rgb(), 8, 2)))


@says(".psd, .psb", "depth", "read")
def psd_depth(there):
    for dtype in (np.uint8, np.uint16, np.float32):
        for runs in (False, True):
            data = handmade.psd(np.moveaxis(rgb(dtype), -1, 0), 3, runs=runs)
            assert np.array_equal(loaded(there, "d.psd", data).stored.samples, rgb(dtype))
    assert loaded(there, "g.psd", handmade.psd(np.moveaxis(rgb(channels=1), -1, 0), 1)).stored.channels == 1


@says(".psd, .psb", "alpha", "read")
def psd_alpha(there):
    """Photoshop's merged picture lies over white; Krita's doesn't."""
    colours, alpha = rgb(np.float32), np.full((7, 9, 1), 0.25, np.float32)
    over_white = np.rint(255 * (colours * alpha + 1 - alpha)).astype(np.uint8)
    whole = np.dstack([over_white, np.rint(255 * alpha).astype(np.uint8)])
    pixels = loaded(there, "a.psd", handmade.psd(np.moveaxis(whole, -1, 0), 3, transparent=True)).pixels
    assert np.abs(pixels.rgb - 255 * colours).max() < 5 and pixels.alpha[0, 0] == pytest.approx(64 / 255)
    plain = np.dstack([rgb(), np.full((7, 9), 64, np.uint8)])
    pixels = loaded(there, "k.psd", handmade.psd(np.moveaxis(plain, -1, 0), 3, transparent=True)).pixels
    assert np.array_equal(pixels.rgb, rgb())


@says(".psd, .psb", "channels", "kept", "told")
def psd_channels(there):
    data = handmade.psd(np.moveaxis(rgb(channels=4), -1, 0), 3)
    picture = loaded(there, "c.psd", data)
    assert picture.pixels.alpha is None
    assert np.array_equal(tifffile.imread(again(there, picture, "out.tif")), rgb(channels=4))
    told(there, "c.psd", data, "out.png", "extra channels")


@says(".psd, .psb", "colour", "read", "refused")
def psd_colours(there):
    picture = loaded(there, "c.psd", handmade.psd(np.moveaxis(rgb(), -1, 0), 3, [(1039, ADOBE)]))
    assert picture.stored.profile == ADOBE
    for mode in (4, 9, 2):
        refused(there, "r.psd", handmade.psd(np.moveaxis(rgb(channels=4), -1, 0), mode))


@says(".psd, .psb", "EXIF", "kept")
def psd_exif(there):
    picture = loaded(there, "e.psd", handmade.psd(np.moveaxis(rgb(), -1, 0), 3, [(1058, handmade.ARTISTS)]))
    assert handmade.ARTISTS in again(there, picture, "out.png").read_bytes()


@says(".psd, .psb", "XMP", "kept")
def psd_xmp(there):
    picture = loaded(there, "x.psd", handmade.psd(np.moveaxis(rgb(), -1, 0), 3, [(1060, handmade.XMP)]))
    assert Image.open(again(there, picture, "out.png")).info["xmp"] == handmade.XMP


@says(".psd, .psb", "resolution", "kept")
def psd_resolution(there):
    info = struct.pack(">IHHIHH", 300 << 16, 1, 1, 150 << 16, 1, 1)
    picture = loaded(there, "r.psd", handmade.psd(np.moveaxis(rgb(), -1, 0), 3, [(1005, info)]))
    assert picture.stored.dpi == (300, 150)


# Others, by Pillow


@says("AVIF, JPEG 2000, …", "depth", "told")
def other_depths(there):
    ten = bytes(imagecodecs.avif_encode(rgb(np.uint16) >> 6, bitspersample=10, level=100))
    told(there, "ten.avif", ten, "out.png", "10 bits a sample are read as 8")
    deep = bytes(imagecodecs.jpeg2k_encode(rgb(np.uint16), codecformat="jp2"))
    told(there, "deep.jp2", deep, "out.png", "16 bits a sample are read as 8")
    assert not pictures.load(there / "ten.avif").stored.profile
    grey = b"P5 9 7 65535\n" + rgb(np.uint16, 1).astype(">u2").tobytes()
    assert np.array_equal(loaded(there, "g.pgm", grey).stored.samples, rgb(np.uint16, 1))


@says("AVIF, JPEG 2000, …", "colour", "read", "refused")
def other_colours(there):
    wide = bytes(imagecodecs.avif_encode(rgb(), primaries=12, transfer=13, level=100))
    assert loaded(there, "p3.avif", wide).stored.profile
    refused(there, "pq.avif", bytes(imagecodecs.avif_encode(rgb(), primaries=9, transfer=16)), "picture.colours")


# What the cells are compared with


@pytest.mark.parametrize("test", TESTS)
def test_what_a_file_says_is_heeded(test, there):
    test(there)


def test_the_table_says_what_the_tests_show():
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| ")]
    names, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "---" not in line]
    written = {
        (row[0], name): set(re.findall(r"(?:^|; )(kept|read|told|refused)", cell))
        for row in rows
        for name, cell in zip(names[1:], row[1:], strict=True)
        if cell != "—"
    }
    assert written == CELLS
