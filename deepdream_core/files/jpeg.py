"""JPEG files ↔ ``Stored``: pixels by Pillow, and the segments that only JPEG has as the bytes that they were."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import JpegImagePlugin

from ..errors import DreamError
from . import pillow
from .metadata import RECIPE_KEYWORD, Own, Stored, exif_with_recipe
from .tags import EXIF_MARK, ORIENTATION, Directory, exif_bytes

# What fits into one segment.
LONGEST = 65533
_XMP_MARK, _FURTHER_XMP = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
# JFIF, EXIF and XMP, ICC and further pictures, Adobe's colours: read elsewhere.
_READ = ("APP0", "APP1", "APP2", "APP14")
_RECIPE_COMMENT = RECIPE_KEYWORD.encode() + b":"
# Markers that begin a picture; among them those of kinds that hardly any program reads.
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_LOSSLESS = (0xC3, 0xC7, 0xCB, 0xCF)
Segment = tuple[str, bytes]


def read(path: Path) -> Stored:
    """Read a JPEG file; if it holds several pictures, the first. Raises as ``pillow.read``."""
    form = _form(path.read_bytes())
    if form is not None and (form[0] in _LOSSLESS or form[1] != 8):
        mode = f"{form[1]} bits" + (", lossless" if form[0] in _LOSSLESS else "")
        raise DreamError("picture.mode", path=path, mode=mode, advice="Export it again as a standard JPEG, or as PNG.")
    stored = pillow.read(path)
    with pillow.opened(path) as image:
        assert isinstance(image, JpegImagePlugin.JpegImageFile)
        segments: Sequence[Segment] = image.applist
    retained = tuple((name, content) for name, content in segments if _is_retained(name, content))
    left_out = sorted({name for name, _content in segments if name not in (*_READ, "APP13", "COM")})
    notes = (f"its {', '.join(left_out)} can't be kept",) if left_out else ()
    recipe = next((content for name, content in segments if content.startswith(_RECIPE_COMMENT)), b"")
    recipe = recipe.removeprefix(_RECIPE_COMMENT)
    return replace(
        stored,
        own=Own("JPEG", retained, _words(retained)),
        notes=(*stored.notes, *notes),
        recipe=stored.recipe or recipe.decode("ascii", "replace"),
    )


def encoded(stored: Stored) -> bytes:
    """A JPEG file in memory. What is too long for the format is left out; ``left_out`` lists it."""
    exif, comments = _fitting(stored)
    segments = [*(stored.pieces("JPEG") or ()), *(("COM", comment) for comment in comments)]
    if stored.xmp and not left_out(stored, "XMP"):
        segments.insert(0, ("APP1", _XMP_MARK + stored.xmp))
    file = io.BytesIO()
    pillow.image_of(stored.samples).save(
        file,
        "JPEG",
        quality=95,
        subsampling="4:4:4",
        icc_profile=stored.profile,
        exif=exif,
        dpi=stored.dpi or (0, 0),
        extra=b"".join(_segment(*segment) for segment in segments),
    )
    return file.getvalue()


def left_out(stored: Stored, *of: str) -> list[str]:
    """Which of "EXIF" and "XMP" are too long for a JPEG file."""
    lengths = {"EXIF": len(EXIF_MARK + exif_bytes(stored.exif)), "XMP": len(_XMP_MARK + stored.xmp)}
    return [name for name in of or lengths if lengths[name] > LONGEST]


def _form(data: bytes) -> tuple[int, int] | None:
    """The marker that begins the picture, and its bits per sample."""
    offset = 2
    while data[offset : offset + 1] == b"\xff":
        marker, length = struct.unpack(">xBH", data[offset : offset + 4].ljust(4, b"\0"))
        if marker in _FRAMES:
            return marker, data[offset + 4]
        offset += 2 + length if marker != 0xFF else 1
    return None


def _fitting(stored: Stored) -> tuple[bytes, list[bytes]]:
    """EXIF with its mark, and comments: that is where the recipe goes if EXIF has no room for it."""
    if left_out(stored, "EXIF"):
        orientation = {tag: entry for tag, entry in stored.exif.entries.items() if tag == ORIENTATION}
        stored = replace(stored, exif=Directory(stored.exif.byte_order, orientation))
    exif = EXIF_MARK + exif_bytes(exif_with_recipe(stored))
    if len(exif) <= LONGEST:
        return (exif if len(exif) > len(EXIF_MARK) else b""), []
    return EXIF_MARK + exif_bytes(stored.exif), [_RECIPE_COMMENT + stored.recipe.encode("ascii")]


def _is_retained(name: str, content: bytes) -> bool:
    if name == "COM":
        return not content.startswith(_RECIPE_COMMENT)
    return name == "APP13" or content.startswith(_FURTHER_XMP)


def _segment(name: str, content: bytes) -> bytes:
    marker = 0xFE if name == "COM" else 0xE0 + int(name.removeprefix("APP"))
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _words(retained: Sequence[Segment]) -> tuple[str, ...]:
    names = {"COM": "comment", "APP13": "IPTC"}
    return tuple(sorted({names[name] for name, _content in retained if name in names}))
