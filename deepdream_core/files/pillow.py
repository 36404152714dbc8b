"""Files that Pillow reads ↔ ``Stored``: WebP, GIF, BMP and whatever else it knows, with 8 bits per sample."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import numpy as np
from PIL import Image

from ..arrays import Samples
from ..errors import DreamError
from ..words import plural
from .cicp import profile_of
from .faults import require_data, require_room
from .metadata import Own, Stored, carried, dpi, dpi_in, exif_with_dpi, exif_with_recipe, recipe_in
from .tags import exif_bytes, read_exif

CONVERT = "Convert it to RGB in Krita (Image ▸ Convert Image Color Space) and export it again."
# Pixels that a byte holds at best: of one bit, in GIF's longest code, in BMP's longest run, in deflate's longest copy.
_MOST_IN_BYTE = {"PPM": 8, "GIF": 4096, "BMP": 128, "PNG": 8 * 1032}
_SIZE_LOCK = Lock()
_FRAMES = {"MPO": "picture", "TIFF": "page", "ICO": "picture", "ICNS": "picture"}


@contextmanager
def opened(file: Path | io.BytesIO, formats: tuple[str, ...] | None = None) -> Iterator[Image.Image]:
    """A picture of any size, as far as there is memory for it: Pillow's own limit refuses large scans."""
    with _SIZE_LOCK:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            image = Image.open(file, formats=formats)
        finally:
            Image.MAX_IMAGE_PIXELS = limit
    with image:
        if most := _MOST_IN_BYTE.get(image.format or ""):
            size = file.stat().st_size if isinstance(file, Path) else len(file.getbuffer())
            require_data(image.width, image.height, size, most)
        require_room(image.width, image.height, 8)
        yield image


def read(path: Path) -> Stored:
    """Read a file of any format that Pillow knows. Raises ``DreamError`` (``picture.mode``), else what Pillow does."""
    with opened(path) as image:
        notes = (*frames_note(image), *_depth_note(path, image))
        image.load()
        exif, xmp = read_exif(image.info.get("exif") or b""), image.info.get("xmp") or b""
        words = ("comment",) if image.info.get("comment") else ()
        return Stored(
            samples=samples_of(path, image),
            profile=image.info.get("icc_profile") or _profile(path, image),
            exif=carried(exif),
            xmp=xmp if isinstance(xmp, bytes) else str(xmp).encode(),
            dpi=dpi(image.info.get("dpi")) or dpi_in(exif),
            recipe=recipe_in(exif),
            own=Own(image.format or "", None, words),
            notes=notes,
        )


def webp(stored: Stored) -> bytes:
    """A lossless WebP file in memory."""
    file, exif = io.BytesIO(), exif_with_dpi(exif_with_recipe(stored), stored.dpi)
    image_of(stored.samples).save(
        file, "WEBP", lossless=True, exact=True, icc_profile=stored.profile, exif=exif_bytes(exif), xmp=stored.xmp
    )
    return file.getvalue()


def bmp(stored: Stored) -> bytes:
    """A BMP file in memory."""
    file = io.BytesIO()
    image_of(stored.samples).save(file, "BMP", dpi=stored.dpi or (96, 96))
    return file.getvalue()


def image_of(samples: Samples) -> Image.Image:
    """8-bit samples as a Pillow image."""
    return Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples)


def samples_of(path: Path, image: Image.Image) -> Samples:
    """What Pillow has read, palettes as colours. Raises ``DreamError`` (``picture.mode``)."""
    mode = image.mode
    if mode.startswith("I;16") or (mode == "I" and image.format == "PPM"):
        return np.asarray(image).astype(np.uint16)[..., np.newaxis]
    if mode in ("P", "PA", "RGB", "L") and image.has_transparency_data:
        mode = "RGBA"
    mode = {"1": "L", "P": "RGB"}.get(mode, mode)
    if mode not in ("L", "LA", "RGB", "RGBA"):
        raise DreamError("picture.mode", path=path, mode=mode, advice=CONVERT)
    samples = np.asarray(image.convert(mode))
    return samples.reshape(*samples.shape[:2], -1)


def frames_note(image: Image.Image) -> tuple[str, ...]:
    """The note about a file with several pictures."""
    count = getattr(image, "n_frames", 1)
    name = _FRAMES.get(image.format or "", "frame")
    all_of_them = " (“deepdream film” dreams them all)" if name == "frame" else ""
    return (f"{plural(count, name)}; only the first is dreamed{all_of_them}",) if count > 1 else ()


def _depth_note(path: Path, image: Image.Image) -> tuple[str, ...]:
    bits = 16 if any(";16" in str(tile) or "65535" in str(tile) for tile in getattr(image, "tile", ())) else 8
    if image.format in ("AVIF", "JPEG2000"):
        box = re.search(rb"pixi.{5}(.)|ihdr.{10}(.)", _start(path), re.DOTALL)
        if box:
            bits = box[1][0] if box[1] else (box[2][0] & 0x7F) + 1
    return (f"{bits} bits a sample are read as 8",) if bits > 8 and not image.mode.startswith("I") else ()


def _profile(path: Path, image: Image.Image) -> bytes:
    """The colours that a file states in a way that Pillow leaves to others."""
    if image.format == "BMP":
        return _profile_in_bmp(path)
    if image.format == "AVIF" and (box := re.search(rb"colrnclx(.{4})", _start(path), re.DOTALL)):
        primaries, transfer = struct.unpack(">HH", box[1])
        return profile_of(primaries, transfer, 3)
    return b""


def _profile_in_bmp(path: Path) -> bytes:
    """Of a header of version 5, behind which a profile may lie."""
    data = path.read_bytes()
    if len(data) < 138 or struct.unpack("<I", data[14:18])[0] < 124 or data[70:74] != b"DEBM":
        return b""
    offset, size = struct.unpack("<II", data[126:134])
    return data[14 + offset : 14 + offset + size]


def _start(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 16)
