"""(path) → ``Stored``, exactly what a picture file holds, and back; no colour is changed here.

Pillow reads and writes what has 8 bits; files with more go around it, because it would reduce them.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image, UnidentifiedImageError

from . import file_formats_deep as deep
from .errors import DreamError
from .file_colour import for_light, for_screens, linear_profile
from .file_metadata import (
    RECIPE_KEYWORD,
    RECIPE_TAG,
    Samples,
    Stored,
    dpi,
    exif_with_recipe,
    kept_exif,
    recipe_in,
    to_depth,
)

FORMATS = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP",
    ".exr": "EXR",
}
KEEPS_EXIF = ("PNG", "JPEG", "WEBP", "TIFF")
KEEPS_ALPHA = ("PNG", "WEBP", "TIFF", "EXR")
# What the readers raise for damaged files; tifffile's, imagecodecs' and OpenEXR's own errors are among them.
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, RuntimeError,
    struct.error, zlib.error, Image.DecompressionBombError,
)

# libpng's "sub" filter and zlib's run-length strategy.
QUICK_PNG = {"level": 1, "filter": 0x10, "strategy": 3}


def format_of(path: Path) -> str:
    """The format that a file name asks for (a value of ``FORMATS``); ``DreamError`` if there is none."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError as error:
        advice = f"Choose one of: {', '.join(FORMATS)}."
        raise DreamError("picture.format", path=path, suffix=path.suffix, advice=advice) from error


def read(path: Path) -> Stored:
    """Read a picture file (of several frames the first).

    Raises ``DreamError``: ``picture.missing``, ``picture.corrupt``, or ``picture.mode`` for pixels that are
    neither grey nor RGB.
    """
    try:
        with open(path, "rb") as file:
            magic = file.read(4)
        if magic in deep.EXR_MAGIC:
            return deep.read_exr(path)
        stored = deep.read_tiff(path) if magic in deep.TIFF_MAGIC else None
        return stored or _read_with_pillow(path)
    except FileNotFoundError as error:
        raise DreamError("picture.missing", path=path) from error
    except _DAMAGED as error:
        raise DreamError("picture.corrupt", path=path, reason=_reason(error)) from error


def write(path: Path, kind: str, stored: Stored) -> None:
    """Write ``stored`` as a file of format ``kind`` (a value of ``FORMATS``), whatever ``path`` ends in.

    Samples are reduced to the depth that the format has: 8 bits, 16 for PNG, any for TIFF and EXR. Raises
    ``OSError`` when the disk doesn't take it.
    """
    stored = _fitted(stored, kind)
    samples = stored.samples
    if kind == "PNG" and samples.dtype != np.uint8:
        samples = to_depth(samples, np.dtype(np.uint16))
    elif kind not in ("TIFF", "EXR"):
        samples = to_depth(samples, np.dtype(np.uint8))
    if stored.has_alpha and kind not in KEEPS_ALPHA:
        samples = samples[..., :-1]
    stored = replace(stored, samples=np.ascontiguousarray(samples))
    if kind == "EXR":
        deep.write_exr(path, stored)
    else:
        # In one piece, so that the system's own reason for a failure is known, and not a codec's.
        path.write_bytes(_ENCODERS[kind](stored))


def _fitted(stored: Stored, kind: str) -> Stored:
    """In the kind of colours and alpha that the format knows; as it is wherever that is possible."""
    channels = stored.samples.shape[2] - stored.has_alpha
    linear = stored.profile == linear_profile(channels)
    if kind == "EXR":
        fits = linear and stored.premultiplied == stored.has_alpha and stored.samples.dtype.kind == "f"
        return stored if fits else for_light(stored)
    if kind != "TIFF" and (linear or stored.premultiplied):
        return for_screens(stored)
    return stored


def _reason(error: BaseException) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "it is no picture"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _read_with_pillow(path: Path) -> Stored:
    with Image.open(path) as image:
        image.load()
        return Stored(
            samples=_samples(path, image),
            profile=image.info.get("icc_profile") or b"",
            exif=kept_exif(image.getexif()),
            dpi=dpi(image.info.get("dpi")),
            recipe=recipe_in(image),
        )


def _samples(path: Path, image: Image.Image) -> Samples:
    if image.format == "PNG" and _png_bits(path) == 16:
        samples = np.asarray(imagecodecs.png_decode(path.read_bytes()))
        return samples.reshape(*samples.shape[:2], -1)
    mode = image.mode
    if mode in ("P", "PA", "RGB", "L") and image.has_transparency_data:
        mode = "RGBA"
    mode = {"1": "L", "P": "RGB"}.get(mode, mode)
    if mode not in ("L", "LA", "RGB", "RGBA"):
        raise DreamError("picture.mode", path=path, mode=mode, advice=deep.CONVERT)
    samples = np.asarray(image.convert(mode))
    return samples.reshape(*samples.shape[:2], -1)


def _png_bits(path: Path) -> int:
    with open(path, "rb") as file:
        return file.read(25)[24]


def _image(samples: Samples) -> Image.Image:
    return Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples)


def png_bytes(stored: Stored, quickly: bool = False) -> bytes:
    """A PNG file in memory; ``quickly`` takes a tenth of the time and no more room for pictures with grain."""
    samples = stored.samples
    manner = QUICK_PNG if quickly else {}
    data = imagecodecs.png_encode(samples[..., 0] if samples.shape[2] == 1 else samples, **manner)
    header = 8 + 25  # signature and IHDR; what describes the pixels must come between these and the pixels
    return bytes(data[:header] + b"".join(_png_chunks(stored)) + data[header:])


def _png_chunks(stored: Stored) -> list[bytes]:
    chunks = []
    if stored.profile:
        chunks.append(_png_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(stored.profile)))
    if stored.dpi:
        across, down = (round(number / 0.0254) for number in stored.dpi)
        chunks.append(_png_chunk(b"pHYs", struct.pack(">IIB", across, down, 1)))
    if len(stored.exif):
        chunks.append(_png_chunk(b"eXIf", stored.exif.tobytes().removeprefix(b"Exif\0\0")))
    if stored.recipe:
        text = RECIPE_KEYWORD.encode() + b"\0\0\0\0\0" + stored.recipe.encode("utf-8")
        chunks.append(_png_chunk(b"iTXt", text))
    return chunks


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _jpeg(stored: Stored) -> bytes:
    file = io.BytesIO()
    _image(stored.samples).save(
        file, "JPEG", quality=95, subsampling="4:4:4", icc_profile=stored.profile, exif=exif_with_recipe(stored),
        dpi=stored.dpi or (0, 0),
    )
    return file.getvalue()


def _webp(stored: Stored) -> bytes:
    file = io.BytesIO()
    _image(stored.samples).save(
        file, "WEBP", lossless=True, exact=True, icc_profile=stored.profile, exif=exif_with_recipe(stored),
    )
    return file.getvalue()


def _bmp(stored: Stored) -> bytes:
    file = io.BytesIO()
    _image(stored.samples).save(file, "BMP", dpi=stored.dpi or (96, 96))
    return file.getvalue()


def _tiff(stored: Stored) -> bytes:
    if stored.samples.dtype != np.uint8:
        return deep.tiff_bytes(stored)
    file = io.BytesIO()
    exif = kept_exif(stored.exif)
    if stored.recipe:
        exif[RECIPE_TAG] = stored.recipe
    _image(stored.samples).save(
        file, "TIFF", compression="tiff_adobe_deflate", icc_profile=stored.profile, exif=exif, dpi=stored.dpi)
    return file.getvalue()


_ENCODERS: dict[str, Callable[[Stored], bytes]] = {
    "PNG": png_bytes, "JPEG": _jpeg, "WEBP": _webp, "BMP": _bmp, "TIFF": _tiff,
}
