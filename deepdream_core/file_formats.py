"""(path) → samples and metadata exactly as a picture file stores them, and back; no colour is changed here.

Pillow reads and writes what has 8 bits. 16-bit PNG (imagecodecs) and 16-bit or floating-point TIFF (tifffile)
go around it, because Pillow would reduce them to 8 bits.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
import tifffile
from PIL import Image

from .errors import DreamError

Array = npt.NDArray[Any]

FORMATS = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP",
}
KEEPS_EXIF = ("PNG", "JPEG", "WEBP", "TIFF")
KEEPS_ALPHA = ("PNG", "WEBP", "TIFF")
ORIENTATION = 0x0112
RECIPE_KEYWORD = "deepdream-recipe"

_EXIF_IFD, _GPS_IFD, _USER_COMMENT = 0x8769, 0x8825, 0x9286
_RECIPE_TAG = 65000
# Description, make, model, orientation, software, date, artist, copyright. All else in the first directory
# describes how the old file was stored; the second one holds a thumbnail of the old picture.
_KEPT_TAGS = (0x010E, 0x010F, 0x0110, ORIENTATION, 0x0131, 0x0132, 0x013B, 0x8298)
_COMMENT_IS_ASCII = b"ASCII\0\0\0"
_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_DEEP_TYPES = ("uint16", "float16", "float32")
_CONVERT = "Convert it to RGB in Krita (Image ▸ Convert Image Color Space) and export it again."
# What the readers raise for damaged files; tifffile's and imagecodecs' own errors are among them.
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, RuntimeError,
    struct.error, zlib.error, Image.DecompressionBombError,
)


@dataclass(frozen=True)
class Stored:
    """What a picture file holds.

    ``samples``: (height, width, channels) in the file's order of rows and columns, before its EXIF orientation;
    uint8 and uint16 (full range), float16 or float32 (1.0 is white). Channels: 1 grey, 2 grey and alpha, 3 RGB,
    4 RGBA, straight alpha. ``profile``: the ICC profile or ``b""``. ``dpi``: (across, down) or ``None``.
    ``recipe``: JSON or ``""``.
    """

    samples: Array
    profile: bytes = b""
    exif: Image.Exif = field(default_factory=Image.Exif)
    dpi: tuple[float, float] | None = None
    recipe: str = ""

    @property
    def alpha(self) -> bool:
        """Whether the last channel is alpha."""
        return self.samples.shape[2] in (2, 4)

    @property
    def orientation(self) -> int:
        """EXIF's number, 1 to 8; 1 if the file has none or a senseless one."""
        value = self.exif.get(ORIENTATION, 1)
        return value if value in range(1, 9) else 1


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
        return _read_tiff(path) if magic in _TIFF_MAGIC else _read_with_pillow(path)
    except FileNotFoundError as error:
        raise DreamError("picture.missing", path=path) from error
    except _DAMAGED as error:
        raise DreamError("picture.corrupt", path=path, reason=_reason(error)) from error


def write(path: Path, kind: str, stored: Stored) -> None:
    """Write ``stored`` as a file of format ``kind`` (a value of ``FORMATS``), whatever ``path`` ends in.

    Samples are reduced to the depth that the format has: 8 bits, 16 for PNG, any for TIFF.
    Raises ``OSError`` when the disk doesn't take it.
    """
    samples = stored.samples
    if kind == "PNG" and samples.dtype != np.uint8:
        samples = to_depth(samples, np.dtype(np.uint16))
    elif kind != "TIFF":
        samples = to_depth(samples, np.dtype(np.uint8))
    if stored.alpha and kind not in KEEPS_ALPHA:
        samples = samples[..., :-1]
    _WRITERS[kind](path, replace(stored, samples=np.ascontiguousarray(samples)))


def to_depth(samples: Array, dtype: np.dtype[Any]) -> Array:
    """The same picture with samples of another type; integers rounded, and clipped to what they can hold."""
    if samples.dtype == dtype:
        return samples
    return from_unit(to_unit(samples), dtype)


def to_unit(samples: Array) -> Array:
    """Samples of any type as float32 with 1.0 for white."""
    if samples.dtype.kind == "f":
        return samples.astype(np.float32)
    unit: Array = samples.astype(np.float32)
    unit /= np.float32(np.iinfo(samples.dtype).max)
    return unit


def from_unit(values: Array, dtype: np.dtype[Any]) -> Array:
    """float32 with 1.0 for white as samples of ``dtype``; integers rounded and clipped."""
    if dtype.kind == "f":
        return values.astype(dtype)
    highest = np.float32(np.iinfo(dtype).max)
    samples: Array = np.clip(np.rint(values * highest), 0, highest).astype(dtype)
    return samples


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _read_with_pillow(path: Path) -> Stored:
    with Image.open(path) as image:
        image.load()
        info = image.info
        return Stored(
            samples=_samples(path, image),
            profile=info.get("icc_profile") or b"",
            exif=_kept_exif(image.getexif()),
            dpi=_dpi(info.get("dpi")),
            recipe=_recipe_in(image),
        )


def _samples(path: Path, image: Image.Image) -> Array:
    if image.format == "PNG" and _png_bits(path) == 16:
        samples = np.asarray(imagecodecs.png_decode(path.read_bytes()))
        return samples.reshape(*samples.shape[:2], -1)
    mode = image.mode
    if mode in ("P", "PA", "RGB", "L") and image.has_transparency_data:
        mode = "RGBA"
    mode = {"1": "L", "P": "RGB"}.get(mode, mode)
    if mode not in ("L", "LA", "RGB", "RGBA"):
        raise DreamError("picture.mode", path=path, mode=mode, advice=_CONVERT)
    samples = np.asarray(image.convert(mode))
    return samples.reshape(*samples.shape[:2], -1)


def _png_bits(path: Path) -> int:
    with open(path, "rb") as file:
        return file.read(25)[24]


def _read_tiff(path: Path) -> Stored:
    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        if page.dtype == np.uint8 or page.bitspersample == 1:
            return _read_with_pillow(path)
        samples = _tiff_samples(path, page)
        exif = Image.Exif()
        for tag in _KEPT_TAGS:
            if tag in page.tags:
                exif[tag] = page.tags[tag].value
        recipe = str(page.tags[_RECIPE_TAG].value) if _RECIPE_TAG in page.tags else ""
        return Stored(samples, page.iccprofile or b"", exif, _dpi(page.get_resolution("inch")), recipe)


def _tiff_samples(path: Path, page: Any) -> Array:
    photometric = tifffile.PHOTOMETRIC(page.photometric)
    plain = photometric in (tifffile.PHOTOMETRIC.MINISBLACK, tifffile.PHOTOMETRIC.RGB)
    premultiplied = tifffile.EXTRASAMPLE.ASSOCALPHA in page.extrasamples
    if not plain or premultiplied or str(page.dtype) not in _DEEP_TYPES or page.samplesperpixel > 4:
        mode = f"{photometric.name}, {page.dtype}" + (", premultiplied alpha" if premultiplied else "")
        raise DreamError("picture.mode", path=path, mode=mode, advice=_CONVERT)
    samples = np.asarray(page.asarray())
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and samples.ndim == 3:
        samples = np.moveaxis(samples, 0, -1)
    return samples.reshape(*samples.shape[:2], -1)


def _kept_exif(exif: Image.Exif) -> Image.Exif:
    kept = Image.Exif()
    for tag in _KEPT_TAGS:
        if tag in exif:
            kept[tag] = exif[tag]
    for directory in (_EXIF_IFD, _GPS_IFD):
        if content := exif.get_ifd(directory):
            kept.get_ifd(directory).update(content)
    return kept


def _dpi(value: Any) -> tuple[float, float] | None:
    """Files may state any two numbers; 1 by 1 is what TIFF says for "unknown"."""
    if value is None or not all(1 < float(number) < 1e5 for number in value):
        return None
    return float(value[0]), float(value[1])


def _recipe_in(image: Image.Image) -> str:
    exif = image.getexif()
    text = image.info.get(RECIPE_KEYWORD) or exif.get(_RECIPE_TAG)
    if text:
        return str(text)
    comment = exif.get_ifd(_EXIF_IFD).get(_USER_COMMENT, b"")
    if isinstance(comment, bytes) and comment.startswith(_COMMENT_IS_ASCII + b"{"):
        return comment.removeprefix(_COMMENT_IS_ASCII).decode("ascii", "replace")
    return ""


def _exif_with_recipe(stored: Stored) -> Image.Exif:
    exif = _kept_exif(stored.exif)
    if stored.recipe:
        exif.get_ifd(_EXIF_IFD)[_USER_COMMENT] = _COMMENT_IS_ASCII + stored.recipe.encode("ascii")
    return exif


def _image(samples: Array) -> Image.Image:
    return Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples)


def _write_png(path: Path, stored: Stored) -> None:
    samples = stored.samples
    data = imagecodecs.png_encode(samples[..., 0] if samples.shape[2] == 1 else samples)
    header = 8 + 25  # signature and IHDR; what describes the pixels must come between these and the pixels
    path.write_bytes(data[:header] + b"".join(_png_chunks(stored)) + data[header:])


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


def _write_jpeg(path: Path, stored: Stored) -> None:
    _image(stored.samples).save(
        path, "JPEG", quality=95, subsampling="4:4:4", icc_profile=stored.profile, exif=_exif_with_recipe(stored),
        dpi=stored.dpi or (0, 0),
    )


def _write_webp(path: Path, stored: Stored) -> None:
    _image(stored.samples).save(
        path, "WEBP", lossless=True, exact=True, icc_profile=stored.profile, exif=_exif_with_recipe(stored),
    )


def _write_bmp(path: Path, stored: Stored) -> None:
    _image(stored.samples).save(path, "BMP", dpi=stored.dpi or (96, 96))


def _write_tiff(path: Path, stored: Stored) -> None:
    if stored.samples.dtype == np.uint8:
        exif = _kept_exif(stored.exif)
        if stored.recipe:
            exif[_RECIPE_TAG] = stored.recipe
        _image(stored.samples).save(
            path, "TIFF", compression="tiff_adobe_deflate", icc_profile=stored.profile, exif=exif, dpi=stored.dpi)
        return
    samples = stored.samples
    texts = {tag: value for tag, value in stored.exif.items() if isinstance(value, str)}
    if stored.recipe:
        texts[_RECIPE_TAG] = stored.recipe
    tags: list[tuple[int, str, int, str | int, bool]] = [(tag, "s", 0, text, True) for tag, text in texts.items()]
    tags.append((ORIENTATION, "H", 1, stored.orientation, True))
    tifffile.imwrite(
        path, samples[..., 0] if samples.shape[2] == 1 else samples,
        photometric="rgb" if samples.shape[2] > 2 else "minisblack", planarconfig="contig",
        extrasamples=["unassalpha"] if stored.alpha else None, compression="zlib", iccprofile=stored.profile or None,
        resolution=stored.dpi, resolutionunit="inch" if stored.dpi else None, metadata=None, extratags=tags,
    )


_WRITERS: dict[str, Callable[[Path, Stored], None]] = {
    "PNG": _write_png, "JPEG": _write_jpeg, "WEBP": _write_webp, "BMP": _write_bmp, "TIFF": _write_tiff,
}
