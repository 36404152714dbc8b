"""(path) → ``Stored``, exactly what a picture file holds, and back; no colour is changed here but to fit a format.

Each format has its row in ``FORMATS``; what it can say, and what becomes of that, stands in docs/files.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..errors import DreamError
from . import exr, jpeg, painting, pillow, png, tiff
from .faults import told_as
from .metadata import Stored, depth_in_words, to_depth
from .profiles import channels_of, for_light, for_screens, linear_profile


@dataclass(frozen=True)
class Format:
    """What files of a format can hold; ``encode``: ``Stored`` → the file's bytes (EXR has ``write`` instead).

    ``longest``: the most pixels on a side; ``deepest``: the most bits of a sample, 0 for any.
    """

    endings: tuple[str, ...]
    encode: Callable[[Stored], bytes] | None
    longest: int = 2**31 - 1
    deepest: int = 8
    grey: bool = True
    alpha: bool = False
    profile: bool = True
    exif: bool = True
    xmp: bool = True
    dpi: bool = True
    recipe: bool = True


FORMATS = {
    "PNG": Format((".png",), png.encoded, deepest=16, alpha=True),
    "JPEG": Format((".jpg", ".jpeg"), jpeg.encoded, longest=65500),
    "WEBP": Format((".webp",), pillow.webp, longest=16383, grey=False, alpha=True),
    "TIFF": Format((".tif", ".tiff"), tiff.encoded, deepest=0, alpha=True),
    "BMP": Format((".bmp",), pillow.bmp, longest=30000, profile=False, exif=False, xmp=False, recipe=False),
    "EXR": Format((".exr",), None, deepest=0, alpha=True, exif=False, xmp=False, dpi=False),
}
ENDINGS = {ending: name for name, form in FORMATS.items() for ending in form.endings}
# Layers can't be made out of one picture.
_PAINTINGS = (".kra", ".ora", ".psd", ".psb", ".xcf")
# What is read though it isn't written.
_READ_ONLY = (".kra", ".ora", ".psd", ".psb", ".gif", ".avif", ".jp2", ".tga", ".ppm", ".pgm", ".pnm", ".ico")


def format_of(path: Path) -> str:
    """The format that a file name asks for (a key of ``FORMATS``); ``DreamError`` if there is none."""
    suffix = path.suffix.lower()
    try:
        return ENDINGS[suffix]
    except KeyError as error:
        advice = f"Choose one of: {', '.join(ENDINGS)}."
        if suffix in _PAINTINGS:
            advice = "Choose a name ending in .png or .tif, and add that picture to the painting as a layer."
        raise DreamError("picture.format", path=path, suffix=path.suffix, advice=advice) from error


def is_picture(path: Path) -> bool:
    """Whether a file is called like a picture that can be read."""
    return path.suffix.lower() in (*ENDINGS, *_READ_ONLY)


def read(path: Path) -> Stored:
    """Read a picture file (of several frames the first).

    Raises ``DreamError``: ``picture.missing``, ``picture.corrupt``, ``memory.short``, ``picture.mode`` for pixels
    that are neither grey nor RGB, ``picture.colours`` for colours that can't be converted.
    """
    with told_as("picture.corrupt", path):
        try:
            with open(path, "rb") as file:
                magic = file.read(8)
        except FileNotFoundError as error:
            raise DreamError("picture.missing", path=path) from error
        return _reader(magic)(path)


def _reader(magic: bytes) -> Callable[[Path], Stored]:
    readers = {
        (png.SIGNATURE,): png.read,
        (exr.MAGIC,): exr.read,
        tiff.MAGIC: tiff.read,
        (b"\xff\xd8\xff",): jpeg.read,
        (painting.ZIP_MAGIC,): painting.read_zip,
        (painting.PSD_MAGIC,): painting.read_psd,
    }
    return next((read for starts, read in readers.items() if magic.startswith(starts)), pillow.read)


def write(path: Path, format_name: str, stored: Stored) -> None:
    """Write ``stored`` as a file of format ``format_name`` (a key of ``FORMATS``), whatever ``path`` ends in.

    Samples are reduced to the depth that the format has. Raises what writers raise.
    """
    stored = fitted(stored, format_name)
    encode = FORMATS[format_name].encode
    if encode is None:
        exr.write(path, stored)
    else:
        # In one piece, so that the system's own reason for a failure is known, and not a codec's.
        path.write_bytes(encode(stored))


def fitted(stored: Stored, format_name: str) -> Stored:
    """In the kind of colours, alpha and depth that the format knows; as it is wherever that is possible."""
    form = FORMATS[format_name]
    stored = _in_colours(stored, format_name)
    samples = stored.samples
    if stored.has_alpha and not form.alpha:
        samples = samples[..., :-1]
    if form.deepest and samples.dtype != np.uint8:
        samples = to_depth(samples, np.dtype(np.uint16 if form.deepest == 16 else np.uint8))
    extra = stored.extra if format_name == "TIFF" else None
    return replace(stored, samples=np.ascontiguousarray(samples), extra=extra)


def _in_colours(stored: Stored, format_name: str) -> Stored:
    if stored.pieces(format_name) is not None:
        return stored
    linear = stored.profile == linear_profile(stored.channels)
    if format_name == "EXR":
        fits = linear and stored.premultiplied == stored.has_alpha and stored.samples.dtype.kind == "f"
        return stored if fits else for_light(stored)
    form = FORMATS[format_name]
    foreign = bool(stored.profile) and (not form.profile or (not form.grey and channels_of(stored.profile) == 1))
    return for_screens(stored) if format_name != "TIFF" and (linear or stored.premultiplied or foreign) else stored


def lost(stored: Stored, format_name: str) -> list[str]:
    """What of ``stored`` a file of format ``format_name`` won't hold, for people: "its comment", "16 bits (it holds
    8)".
    """
    form = FORMATS[format_name]
    words: list[str] = []
    if stored.own and stored.own.format != format_name:
        words += stored.own.words
    if stored.extra is not None and format_name != "TIFF":
        words.append("extra channels")
    if form.deepest and stored.samples.dtype.itemsize * 8 > form.deepest:
        words.append(f"{depth_in_words(stored.samples)} (only {form.deepest})")
    for name, there, keeps in (
        ("colour profile", bool(stored.profile), _keeps_profile(stored, format_name)),
        ("EXIF", bool(stored.exif), form.exif),
        ("XMP", bool(stored.xmp), form.xmp),
        ("resolution", stored.dpi is not None, form.dpi),
        ("recipe", bool(stored.recipe), form.recipe),
    ):
        if there and not keeps:
            words.append(name)
    return words + (jpeg.left_out(stored) if format_name == "JPEG" else [])


def _keeps_profile(stored: Stored, format_name: str) -> bool:
    return _in_colours(stored, format_name).profile == stored.profile
