"""PNG files ↔ ``Stored``: chunks are read here, since Pillow uses some, drops most and refuses long ones."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np

from ..arrays import Samples
from ..words import plural
from . import pillow
from .cicp import profile_of
from .faults import require_room
from .metadata import RECIPE_KEYWORD, Own, Stored, carried, dpi, recipe_in
from .profiles import SRGB_PRIMARIES, curve_profile, gamma_profile, srgb_curve
from .tags import exif_bytes, read_exif

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# libpng's "sub" filter and zlib's run-length strategy.
QUICK = {"level": 1, "filter": 0x10, "strategy": 3}
# In bytes; the longest profiles, of printers, have four million.
MOST_PROFILE = 16 << 20
Chunk = tuple[bytes, bytes]
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_PIXELS = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_COLOURS = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"mDCV", b"cLLI")
# True only of samples that are stored as they were.
_OF_SAMPLES = (b"sBIT", b"bKGD")
# What others mean by them is in ``Stored`` or follows from the pixels.
_DROPPED = (*_PIXELS, b"tRNS", b"eXIf", b"tIME", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT")
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_METRES_IN_INCH = 0.0254
# The gamma of files that mean sRGB, as the standard advises to write it.
_GAMMA_OF_SRGB = 45455


def read(path: Path) -> Stored:
    """Read a PNG file; of an animated one, the picture that every program shows. Raises as ``formats.read``."""
    return decoded(path.read_bytes())


def decoded(data: bytes) -> Stored:
    """As ``read``, from a file in memory."""
    chunks = _chunks(data)
    named = dict(reversed(chunks))
    width, height, bits, colour = struct.unpack(">IIBB", named[b"IHDR"][:10])
    require_room(width, height, 8 * max(1, bits // 8))
    samples = _samples(chunks, (bits, colour), named.get(b"tRNS"))
    exif = read_exif(named.get(b"eXIf", b""))
    texts = [chunk for chunk in chunks if chunk[0] in _TEXTS]
    plain = colour != _PALETTE and bits >= 8 and b"tRNS" not in named
    retained, notes = _retained(chunks, plain)
    return Stored(
        samples=samples,
        profile=_profile(named, colour),
        exif=carried(exif),
        xmp=_text(texts, _XMP_KEYWORD),
        dpi=_dpi(named.get(b"pHYs")),
        recipe=_text(texts, RECIPE_KEYWORD.encode()).decode("utf-8", "replace") or recipe_in(exif),
        own=Own("PNG", retained, _words(retained)),
        notes=(*_frames(named), *notes),
    )


def encoded(stored: Stored, quickly: bool = False) -> bytes:
    """A PNG file in memory; ``quickly`` takes a tenth of the time and no more room for pictures with grain."""
    samples = stored.samples
    manner: dict[str, Any] = QUICK if quickly else {}
    data = bytes(imagecodecs.png_encode(samples[..., 0] if samples.shape[2] == 1 else samples, **manner))
    header = 8 + 25  # signature and IHDR; what describes the pixels must come between these and the pixels
    chunks = b"".join(_chunk(chunk_type, content) for chunk_type, content in _written(stored))
    return data[:header] + chunks + data[header:]


def _written(stored: Stored) -> list[Chunk]:
    own: Sequence[Chunk] = stored.pieces("PNG") or ()
    chunks = list(own)
    names = {chunk_type for chunk_type, _content in own}
    if stored.profile and not names & set(_COLOURS):
        chunks.append((b"iCCP", b"ICC profile\0\0" + zlib.compress(stored.profile)))
    if stored.dpi and b"pHYs" not in names:
        across, down = (round(number / _METRES_IN_INCH) for number in stored.dpi)
        chunks.append((b"pHYs", struct.pack(">IIB", across, down, 1)))
    if stored.exif:
        chunks.append((b"eXIf", exif_bytes(stored.exif)))
    if stored.xmp:
        chunks.append((b"iTXt", _XMP_KEYWORD + b"\0\0\0\0\0" + stored.xmp))
    if stored.recipe:
        chunks.append((b"iTXt", RECIPE_KEYWORD.encode() + b"\0\0\0\0\0" + stored.recipe.encode("utf-8")))
    return chunks


def _chunk(chunk_type: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + chunk_type + content + struct.pack(">I", zlib.crc32(chunk_type + content))


def _chunks(data: bytes) -> list[Chunk]:
    """All up to the last one. Raises ``ValueError`` for a file that is cut short or holds no header."""
    chunks: list[Chunk] = []
    offset = len(SIGNATURE)
    while not chunks or chunks[-1][0] != b"IEND":
        length, chunk_type = struct.unpack(">I4s", data[offset : offset + 8].ljust(8, b"\0"))
        if offset + 12 + length > len(data) or not chunk_type.isalpha():
            raise ValueError("it is truncated or damaged")
        chunks.append((chunk_type, data[offset + 8 : offset + 8 + length]))
        offset += 12 + length
    if chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise ValueError("it has no header")
    return chunks


def _samples(chunks: Sequence[Chunk], form: tuple[int, int], transparent: bytes | None) -> Samples:
    """``form``: bits and colour type of the header; ``transparent``: the content of tRNS."""
    bits, colour = form
    wanted = (*_PIXELS, b"tRNS") if colour == _PALETTE else _PIXELS
    pixels = SIGNATURE + b"".join(_chunk(chunk_type, content) for chunk_type, content in chunks if chunk_type in wanted)
    if bits == 16:
        samples = np.asarray(imagecodecs.png_decode(pixels))
    else:
        samples = _decoded_by_pillow(pixels, colour, transparent)
    samples = samples.reshape(*samples.shape[:2], -1)
    if transparent is None or colour not in (_GREY, _RGB):
        return samples
    value = np.frombuffer(transparent, ">u2")[: samples.shape[2]]
    if bits < 8:
        value = value * (255 // (2**bits - 1))
    clear = (samples == value).all(axis=2, keepdims=True)
    opaque = samples.dtype.type(np.iinfo(samples.dtype).max)
    return np.concatenate([samples, np.where(clear, samples.dtype.type(0), opaque)], axis=2)


def _decoded_by_pillow(pixels: bytes, colour: int, transparent: bytes | None) -> Samples:
    palette = "RGB" if transparent is None else "RGBA"
    mode = {_GREY: "L", _RGB: "RGB", _PALETTE: palette, _GREY_ALPHA: "LA", _RGB_ALPHA: "RGBA"}[colour]
    with pillow.opened(io.BytesIO(pixels), ("PNG",)) as image:
        return np.asarray(image.convert(mode))


def _profile(named: dict[bytes, bytes], colour: int) -> bytes:
    """Of all that says what the colours are, the first by the standard's order counts."""
    channels = 1 if colour in (_GREY, _GREY_ALPHA) else 3
    if b"cICP" in named:
        return profile_of(named[b"cICP"][0], named[b"cICP"][1], channels)
    if b"iCCP" in named:
        _name, _nought, rest = named[b"iCCP"].partition(b"\0")
        return _unpacked(rest[1:], MOST_PROFILE)
    if b"sRGB" in named:
        return b""
    gamma = struct.unpack(">I", named[b"gAMA"])[0] if b"gAMA" in named else 0
    primaries = _primaries(named.get(b"cHRM")) if channels == 3 else SRGB_PRIMARIES
    if gamma in (0, *range(_GAMMA_OF_SRGB - 1, _GAMMA_OF_SRGB + 2)):
        return b"" if primaries == SRGB_PRIMARIES else curve_profile(channels, srgb_curve(), primaries)
    return gamma_profile(channels, 100_000 / gamma, primaries)


def _primaries(content: bytes | None) -> Sequence[float]:
    if content is None or len(content) != 32:
        return SRGB_PRIMARIES
    white, rest = np.split(np.frombuffer(content, ">u4") / 100_000, [2])
    primaries = tuple(float(number) for number in (*rest, *white))
    near = max(abs(one - other) for one, other in zip(primaries, SRGB_PRIMARIES, strict=True)) < 0.001
    return SRGB_PRIMARIES if near else primaries


def _retained(chunks: Sequence[Chunk], plain: bool) -> tuple[tuple[Chunk, ...], tuple[str, ...]]:
    """Chunks that may be copied whatever happens to the pixels, those that describe colours, and who must be told.

    By the standard a chunk's fourth letter says whether a program that doesn't know it may copy it.
    """
    retained, left_out = [], []
    for chunk_type, content in chunks:
        if chunk_type in _DROPPED or _keyword(chunk_type, content) in (_XMP_KEYWORD, RECIPE_KEYWORD.encode()):
            continue
        if chunk_type in _COLOURS or chunk_type[3:].islower() or (plain and chunk_type in _OF_SAMPLES):
            retained.append((chunk_type, content))
        elif chunk_type not in _OF_SAMPLES:
            left_out.append(chunk_type.decode())
    notes = (f"its {', '.join(sorted(set(left_out)))} can't be kept",) if left_out else ()
    return tuple(retained), notes


def _words(retained: Sequence[Chunk]) -> tuple[str, ...]:
    texts = [_keyword(*chunk).decode("latin-1") for chunk in retained if chunk[0] in _TEXTS]
    told = (*_TEXTS, *_COLOURS, *_OF_SAMPLES, b"pHYs")
    others = sorted({chunk_type.decode() for chunk_type, _content in retained if chunk_type not in told})
    return (*([f"text ({', '.join(texts)})"] if texts else []), *others)


def _keyword(chunk_type: bytes, content: bytes) -> bytes:
    return content.partition(b"\0")[0] if chunk_type in _TEXTS else b""


def _text(texts: Sequence[Chunk], keyword: bytes) -> bytes:
    """The text under ``keyword``, unpacked; empty if there is none."""
    for chunk_type, content in texts:
        name, _nought, rest = content.partition(b"\0")
        if name != keyword:
            continue
        if chunk_type == b"tEXt":
            return rest
        if chunk_type == b"zTXt":
            return _unpacked(rest[1:])
        packed, (_language, _translated, text) = rest[:1] == b"\1", rest[2:].split(b"\0", 2)
        return _unpacked(text) if packed else text
    return b""


def _unpacked(data: bytes, most: int = 1 << 26) -> bytes:
    """Raises ``ValueError`` beyond ``most`` bytes: nothing real is that long."""
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(data, most)
    if unpacker.unconsumed_tail:
        raise ValueError("a text or profile in it is too long")
    if not unpacker.eof:
        raise ValueError("a text or profile in it is cut off")
    return text


def _dpi(content: bytes | None) -> tuple[float, float] | None:
    if content is None or len(content) != 9 or content[8] != 1:
        return None
    return dpi([number * _METRES_IN_INCH for number in struct.unpack(">II", content[:8])])


def _frames(named: dict[bytes, bytes]) -> tuple[str, ...]:
    count = struct.unpack(">I", named[b"acTL"][:4])[0] if len(named.get(b"acTL", b"")) >= 4 else 1
    return (
        (f"{plural(count, 'frame')}; only the first is dreamed (“deepdream film” dreams them all)",)
        if count > 1
        else ()
    )
