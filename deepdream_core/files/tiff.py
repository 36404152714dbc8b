"""TIFF files ↔ ``Stored``: pixels by tifffile at their full depth, every other tag as its original bytes."""

from __future__ import annotations

import io
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from ..arrays import Samples
from ..errors import DreamError
from ..words import plural
from . import pillow
from .faults import require_room
from .metadata import RECIPE_TAG, Own, Stored, carried, dpi_in, from_unit, recipe_in, to_unit
from .tags import ASCII, ORIENTATION, PROFILE, XMP, Directory, Entry, with_entries
from .tags import read as read_directory

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_BYTE, _UNDEFINED = 1, 7
# A damaged chain of pages may loop.
_MOST_PAGES = 10_000
# Zstandard's longest run: 128 KiB in four bytes.
_MOST_PACKED = 1 << 15
_DEPTHS = ("bool", "uint8", "uint16", "float16", "float32")
_GREYS = (tifffile.PHOTOMETRIC.MINISBLACK, tifffile.PHOTOMETRIC.MINISWHITE)
_ALPHAS = (tifffile.EXTRASAMPLE.ASSOCALPHA, tifffile.EXTRASAMPLE.UNASSALPHA)
# Of the tags that aren't EXIF's those that EXIF may hold all the same: copyright, Windows' names.
_EXIF_ABOVE, _EXIF_TOO = 0x8000, (0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F, 0xC4A5)
_OF_COLOURS = (301, 318, 319)
_NAMES = {33723: "IPTC", 34377: "Photoshop's data"}


def read(path: Path) -> Stored:
    """Read the first page that isn't a thumbnail. Raises ``DreamError`` (``picture.mode``), else what tifffile does."""
    with open(path, "rb") as file:
        tags = read_directory(file, without=(37724,))
    with tifffile.TiffFile(path) as file:
        found = list(islice(file.pages, _MOST_PAGES))
        pages = [page for page in found if not page.is_reduced] or found
        page: Any = pages[0]
        premultiplied = tifffile.EXTRASAMPLE.ASSOCALPHA in page.extrasamples
        plain = page.photometric in (*_GREYS, tifffile.PHOTOMETRIC.RGB)
        if plain:
            samples, extra = _planes(path, page)
        else:
            samples, extra, premultiplied = _by_pillow(path, page), None, False
            tags = tags.replace({}, {ORIENTATION})
        notes = (f"{plural(len(pages), 'page')}; only the first is dreamed",) if len(pages) > 1 else ()
        profile = bytes(page.iccprofile or b"")
    exif, own = _parted(carried(tags))
    return Stored(
        samples,
        profile,
        exif,
        tags.data(XMP),
        dpi_in(tags),
        recipe_in(tags),
        premultiplied,
        extra,
        Own("TIFF", own, tuple(_NAMES.get(tag, f"tag {tag}") for tag in own)),
        notes,
    )


def encoded(stored: Stored) -> bytes:
    """A TIFF file in memory: deflated, with ``stored``'s sample type and kind of alpha."""
    samples, alpha_types = stored.samples, []
    if stored.has_alpha:
        alpha_types.append("assocalpha" if stored.premultiplied else "unassalpha")
    if stored.extra is not None:
        samples = np.concatenate([samples, stored.extra.astype(samples.dtype)], axis=2)
        alpha_types += ["unspecified"] * stored.extra.shape[2]
    single = samples.shape[2] == 1
    file = io.BytesIO()
    tifffile.imwrite(
        file,
        samples[..., 0] if single else samples,
        photometric="rgb" if stored.channels == 3 else "minisblack",
        planarconfig=None if single else "contig",
        extrasamples=alpha_types or None,
        compression="zlib",
        resolution=stored.dpi,
        resolutionunit="inch" if stored.dpi else None,
        metadata=None,
        software=False,
        byteorder=stored.exif.byte_order,
    )
    return with_entries(file.getvalue(), _tags(stored))


def _tags(stored: Stored) -> Directory:
    entries = dict(stored.pieces("TIFF") or {})
    if stored.profile:
        entries[PROFILE] = Entry(_UNDEFINED, stored.profile)
    if stored.xmp:
        entries[XMP] = Entry(_BYTE, stored.xmp)
    if stored.recipe:
        entries[RECIPE_TAG] = Entry(ASCII, stored.recipe.encode("ascii") + b"\0")
    return stored.exif.replace(entries)


def _parted(tags: Directory) -> tuple[Directory, dict[int, Entry]]:
    """What EXIF may hold, and what only TIFF does."""
    own = {
        tag: entry
        for tag, entry in tags.entries.items()
        if tag in _OF_COLOURS or (tag > _EXIF_ABOVE and tag not in _EXIF_TOO)
    }
    return tags.replace({}, own), own


def _planes(path: Path, page: Any) -> tuple[Samples, Samples | None]:
    """The colours with alpha, and further channels."""
    depth = str(page.dtype)
    if depth not in _DEPTHS:
        raise DreamError("picture.mode", path=path, mode=f"samples of {depth}", advice=pillow.CONVERT)
    _refuse_short(page, path.stat().st_size)
    require_room(page.imagewidth, page.imagelength, page.samplesperpixel * page.dtype.itemsize * 2)
    samples = np.asarray(page.asarray())
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and samples.ndim == 3:
        samples = np.moveaxis(samples, 0, -1)
    samples = _at_full_range(samples.reshape(*samples.shape[:2], -1), page.bitspersample)
    count = 3 if page.photometric == tifffile.PHOTOMETRIC.RGB else 1
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        samples = np.concatenate([_inverted(samples[..., :1]), samples[..., 1:]], axis=2)
    alphas = [count + index for index, alpha_type in enumerate(page.extrasamples) if alpha_type in _ALPHAS][:1]
    further = [index for index in range(count, samples.shape[2]) if index not in alphas]
    return samples[..., [*range(count), *alphas]], samples[..., further] if further else None


def _refuse_short(page: Any, size: int) -> None:
    """Raise ``ValueError`` for a file that holds much less than it declares, which would only fill memory."""
    stated = page.imagewidth * page.imagelength * page.samplesperpixel * page.bitspersample // 8
    plain = page.compression == tifffile.COMPRESSION.NONE
    if min(sum(page.databytecounts), size) < stated // (2 if plain else _MOST_PACKED):
        raise ValueError("it is truncated")


def _at_full_range(samples: Samples, bits: int) -> Samples:
    """Integers of few bits as 8 bits, those of up to 16 as 16."""
    if samples.dtype.kind == "f" or bits == samples.dtype.itemsize * 8 and samples.dtype.kind == "u":
        return samples
    wide = np.dtype(np.uint8 if bits <= 8 else np.uint16)
    return from_unit(samples.astype(np.float32) / np.float32(2**bits - 1), wide)


def _inverted(samples: Samples) -> Samples:
    return from_unit(1 - to_unit(samples), samples.dtype)


def _by_pillow(path: Path, page: Any) -> Samples:
    """Palettes and JPEG's colours, turned as people see them: that is how Pillow reads TIFF."""
    if page.bitspersample > 8:
        mode = f"{tifffile.PHOTOMETRIC(page.photometric).name}, {page.dtype}"
        raise DreamError("picture.mode", path=path, mode=mode, advice=pillow.CONVERT)
    with pillow.opened(path) as image:
        return pillow.samples_of(path, image)
