"""TIFF and EXR files with 16-bit or floating-point samples ↔ ``Stored``: what Pillow would reduce to 8 bits."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import tifffile
from PIL import Image

from .errors import DreamError
from .file_colour import linear_profile
from .file_metadata import KEPT_TAGS, ORIENTATION, RECIPE_KEYWORD, RECIPE_TAG, SOFTWARE, Samples, Stored, dpi

CONVERT = "Convert it to RGB in Krita (Image ▸ Convert Image Color Space) and export it again."
TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
EXR_MAGIC = (b"v/1\x01",)
_TIFF_TYPES = ("uint16", "float16", "float32")
_EXR_CHANNELS = (("Y",), ("Y", "A"), ("R", "G", "B"), ("R", "G", "B", "A"))


def read_tiff(path: Path) -> Stored | None:
    """Read a TIFF file; ``None`` if it has no more than 8 bits. Raises ``DreamError`` (``picture.mode``)."""
    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        if page.bitspersample <= 8:
            return None
        exif = Image.Exif()
        for tag in KEPT_TAGS:
            if tag in page.tags:
                exif[tag] = page.tags[tag].value
        return Stored(
            samples=_tiff_samples(path, page),
            profile=page.iccprofile or b"",
            exif=exif,
            dpi=dpi(page.get_resolution("inch")),
            recipe=str(page.tags[RECIPE_TAG].value) if RECIPE_TAG in page.tags else "",
            premultiplied=tifffile.EXTRASAMPLE.ASSOCALPHA in page.extrasamples,
        )


def tiff_bytes(stored: Stored) -> bytes:
    """``stored`` as a TIFF file with deflate compression, its own sample type and its own kind of alpha."""
    texts = {tag: value for tag, value in stored.exif.items() if isinstance(value, str)}
    # tifffile has a word of its own for this one, and takes it in no other way.
    software = texts.pop(SOFTWARE, False)
    if stored.recipe:
        texts[RECIPE_TAG] = stored.recipe
    tags: list[tuple[int, str, int, str | int, bool]] = [(tag, "s", 0, text, True) for tag, text in texts.items()]
    tags.append((ORIENTATION, "H", 1, stored.orientation, True))
    channels = stored.samples.shape[2]
    alpha = "assocalpha" if stored.premultiplied else "unassalpha"
    file = io.BytesIO()
    tifffile.imwrite(
        file, stored.samples[..., 0] if channels == 1 else stored.samples,
        photometric="rgb" if channels > 2 else "minisblack", planarconfig="contig" if channels > 1 else None,
        extrasamples=[alpha] if stored.has_alpha else None, compression="zlib", iccprofile=stored.profile or None,
        resolution=stored.dpi, resolutionunit="inch" if stored.dpi else None, metadata=None, extratags=tags,
        software=software,
    )
    return file.getvalue()


def read_exr(path: Path) -> Stored:
    """Read the first part of an EXR file: linear light, colours multiplied by alpha."""
    with OpenEXR.File(str(path), separate_channels=True) as file:
        channels = {name: channel.pixels for name, channel in file.channels().items()}
        recipe = str(file.header().get(RECIPE_KEYWORD, ""))
    for names in _EXR_CHANNELS:
        if set(names) == channels.keys():
            samples = np.stack([channels[name] for name in names], axis=-1)
            profile = linear_profile(1 if names[0] == "Y" else 3)
            return Stored(samples, profile, recipe=recipe, premultiplied="A" in names)
    raise DreamError("picture.mode", path=path, mode=f"the channels {', '.join(channels)}", advice=CONVERT)


def write_exr(path: Path, stored: Stored) -> None:
    """Write linear, premultiplied ``stored`` (as ``read_exr`` makes it) as float16 or float32."""
    names = _EXR_CHANNELS[stored.samples.shape[2] - 1]
    channels = {name: np.ascontiguousarray(stored.samples[..., index]) for index, name in enumerate(names)}
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    if stored.recipe:
        header[RECIPE_KEYWORD] = stored.recipe
    try:
        OpenEXR.File(header, channels).write(str(path))
    except RuntimeError as error:
        raise OSError(str(error)) from error


def _tiff_samples(path: Path, page: Any) -> Samples:
    photometric = tifffile.PHOTOMETRIC(page.photometric)
    plain = photometric in (tifffile.PHOTOMETRIC.MINISBLACK, tifffile.PHOTOMETRIC.RGB)
    if not plain or str(page.dtype) not in _TIFF_TYPES or page.samplesperpixel > 4:
        raise DreamError("picture.mode", path=path, mode=f"{photometric.name}, {page.dtype}", advice=CONVERT)
    samples = np.asarray(page.asarray())
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and samples.ndim == 3:
        samples = np.moveaxis(samples, 0, -1)
    return samples.reshape(*samples.shape[:2], -1)
