"""What painting programs save, .kra, .ora, .psd and .psb → ``Stored``: the merged picture stored in the file."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import imagecodecs
import numpy as np

from ..arrays import Samples
from ..errors import DreamError
from ..system import memory
from . import png
from .faults import require_room
from .metadata import Stored, carried, dpi, recipe_in
from .profiles import channels_of
from .tags import read_exif

ZIP_MAGIC, PSD_MAGIC = b"PK\3\4", b"8BPS"
_MERGED = "mergedimage.png"
_PROFILE_NAME = re.compile(r"[^/]+/annotations/icc")
_IMAGE = re.compile(rb"<IMAGE\b([^<]*)")
_ACROSS, _DOWN = (re.compile(rb'\s%s-res="([\d.]{1,20})"' % axis) for axis in (b"x", b"y"))
# In bytes; a painting's of ten thousand layers has a tenth.
_MOST_ABOUT = 64 << 20
_GREY, _RGB = 1, 3
_MODES = {0: "a bitmap", 2: "a palette", 4: "CMYK", 7: "several channels", 8: "duotone", 9: "Lab"}
_RESOLUTION_INFO, _ICC, _EXIF, _XMP = 1005, 1039, 1058, 1060
_RAW, _RUNS = 0, 1


def read_zip(path: Path) -> Stored:
    """Krita's .kra and OpenRaster's .ora. Raises ``DreamError`` (``picture.merged``), else as ``png.read``."""
    try:
        with ZipFile(path) as file:
            members = {info.filename: info for info in file.infolist()}
            if _MERGED not in members:
                raise DreamError("picture.merged", path=path)
            memory.require(members[_MERGED].file_size)
            stored = png.decoded(_member(file, members[_MERGED], members[_MERGED].file_size))
            profiles = [info for name, info in members.items() if _PROFILE_NAME.fullmatch(name)]
            profile = _member(file, profiles[0], png.MOST_PROFILE) if profiles else b""
            about = _member(file, members["maindoc.xml"], _MOST_ABOUT) if "maindoc.xml" in members else b""
    except BadZipFile as error:
        raise ValueError("it is truncated or damaged") from error
    # Krita leaves the profile of sRGB out of the merged picture.
    fits = not stored.profile and channels_of(profile) in (stored.channels, 3)
    return replace(
        stored,
        own=None,
        profile=profile if fits else stored.profile,
        dpi=stored.dpi or _stated_dpi(about),
    )


def _member(file: ZipFile, info: ZipInfo, most: int) -> bytes:
    """Raises ``ValueError`` beyond ``most`` bytes, and for what can't be unpacked piece by piece."""
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ValueError("it is packed in an unusual way")
    if info.file_size > most:
        raise ValueError(f"its {info.filename.rpartition('/')[2]} is too long")
    with file.open(info) as stream:
        return stream.read(most)


def _stated_dpi(about: bytes) -> tuple[float, float] | None:
    """What Krita writes of its image."""
    image = _IMAGE.search(about)
    across, down = (pattern.search(image[1]) if image else None for pattern in (_ACROSS, _DOWN))
    return dpi((across[1], down[1])) if across and down else None


@dataclass(frozen=True)
class _Header:
    """``clear``: whether the first channel after the colours says where the merged picture is transparent."""

    big: bool
    channels: int
    height: int
    width: int
    bits: int
    mode: int
    clear: bool = False


def read_psd(path: Path) -> Stored:
    """Photoshop's .psd and .psb, 8, 16 and 32 bits. Raises ``DreamError`` (``picture.mode``), else ``ValueError``."""
    with open(path, "rb") as file:
        header = _header(file, path)
        _section(file)
        resources = dict(_resources(_section(file)))
        layers = _section(file, header.big)
        at = 8 if header.big else 4
        offset = at if layers[:at].strip(b"\0") else 0
        header = replace(header, clear=bool(offset) and struct.unpack(">h", layers[offset : offset + 2])[0] < 0)
        planes = _planes(file, header)
    exif = read_exif(resources.get(_EXIF, b""))
    samples, extra = _parted(planes, header)
    profile = resources.get(_ICC, b"")
    return Stored(
        samples,
        profile if channels_of(profile) in (1, 3) else b"",
        carried(exif),
        resources.get(_XMP, b""),
        _dpi(resources),
        recipe_in(exif),
        extra=extra,
    )


def _header(file: BinaryIO, path: Path) -> _Header:
    _magic, version, channels, height, width, bits, mode = struct.unpack(">4sH6xHIIHH", file.read(26))
    if mode not in (_GREY, _RGB) or bits not in (8, 16, 32):
        advice = "Convert it to RGB in the program that made it, and save it again."
        raise DreamError("picture.mode", path=path, mode=_MODES.get(mode, f"{bits} bits"), advice=advice)
    require_room(width, height, channels * bits // 4)
    return _Header(version == 2, channels, height, width, bits, mode)


def _section(file: BinaryIO, big: bool = False) -> bytes:
    (length,) = struct.unpack(">Q" if big else ">I", file.read(8 if big else 4))
    return file.read(length)


def _resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while data[offset : offset + 4] == b"8BIM":
        number, name = struct.unpack(">HB", data[offset + 4 : offset + 7])
        offset += 6 + (name + 2) // 2 * 2
        (length,) = struct.unpack(">I", data[offset : offset + 4])
        yield number, data[offset + 4 : offset + 4 + length]
        offset += 4 + (length + 1) // 2 * 2


def _planes(file: BinaryIO, header: _Header) -> Samples:
    """(channels, height, width) of the merged picture."""
    (compression,) = struct.unpack(">H", file.read(2))
    data = file.read()
    dtype = {8: ">u1", 16: ">u2", 32: ">f4"}[header.bits]
    shape = header.channels, header.height, header.width
    row = header.width * header.bits // 8
    if compression == _RUNS:
        count = header.channels * header.height
        lengths = np.frombuffer(data, ">u4" if header.big else ">u2", count)
        data = _unpacked(data[lengths.nbytes :], lengths, row)
    elif compression != _RAW:
        data = zlib.decompressobj().decompress(data, header.channels * header.height * row)
    return np.frombuffer(data, dtype, int(np.prod(shape))).reshape(shape).astype(np.dtype(dtype).newbyteorder("="))


def _unpacked(data: bytes, lengths: Samples, row: int) -> bytes:
    """``row``: the most bytes in each."""
    ends = np.cumsum(lengths, dtype=np.int64)
    rows = zip(ends - lengths, ends, strict=True)
    return b"".join(bytes(imagecodecs.packbits_decode(data[start:end], out=row)) for start, end in rows)


def _parted(planes: Samples, header: _Header) -> tuple[Samples, Samples | None]:
    """Colours with alpha, and further channels: saved selections."""
    count = 3 if header.mode == _RGB else 1
    if len(planes) < count:
        raise ValueError("it has too few channels")
    own = count + (header.clear and len(planes) > count)
    samples = np.moveaxis(planes[:own], 0, -1)
    if own > count:
        samples = _without_white(samples)
    further = np.moveaxis(planes[own:], 0, -1)
    return np.ascontiguousarray(samples), further if further.size else None


def _without_white(samples: Samples) -> Samples:
    """Photoshop lays the merged picture over white; where a colour is darker than that allows, nobody did."""
    full = 1.0 if samples.dtype.kind == "f" else float(np.iinfo(samples.dtype).max)
    colours, alpha = samples[..., :-1].astype(np.float32) / full, samples[..., -1:].astype(np.float32) / full
    lifted = colours - (1 - alpha)
    if float(lifted.min()) < -2 / 255:
        return samples
    straight = np.divide(lifted, alpha, out=np.ones_like(colours), where=alpha > 0)
    straight = np.clip(straight, 0, None if samples.dtype.kind == "f" else 1) * full
    colours = straight if samples.dtype.kind == "f" else np.rint(straight)
    return np.concatenate([colours.astype(samples.dtype), samples[..., -1:]], axis=2)


def _dpi(resources: dict[int, bytes]) -> tuple[float, float] | None:
    data = resources.get(_RESOLUTION_INFO, b"")
    if len(data) < 16:
        return None
    across, down = struct.unpack(">I4xI", data[:12])
    return dpi((across / 65536, down / 65536))
