"""Picture files made byte by byte, so that no library that reads them has written them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from deepdream_core.files import png as core_png
from deepdream_core.files.metadata import Stored

# A picture of 4 × 3 pixels, no two of them alike.
RGB = np.arange(36, dtype=np.uint8).reshape(3, 4, 3) * 7
GREY = np.arange(12, dtype=np.uint8).reshape(3, 4, 1)
# White and the primaries of sRGB, as cHRM holds them.
XYZ = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF rating="5"/></x:xmpmeta>'
ARTIST = "José Müller 夢".encode()
ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7


def exif(entries: Sequence[tuple[int, int, bytes]], order: str = "<") -> bytes:
    """EXIF of (tag, type, data) in one directory."""
    sizes = {1: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1}
    at = 8 + 2 + 12 * len(entries) + 4
    rows, values = b"", b""
    for tag, kind, data in sorted(entries):
        place = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(order + "I", at + len(values))
        values += data + b"\0" * (len(data) % 2) if len(data) > 4 else b""
        rows += struct.pack(order + "HHI", tag, kind, len(data) // sizes[kind]) + place
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "IH", 8, len(entries)) + rows + b"\0\0\0\0" + values


ARTISTS = exif([(0x013B, ASCII, ARTIST + b"\0"), (0x010F, ASCII, b"Canon\0")])


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(values: np.ndarray, bits: int, colour: int, chunks: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
    """(height, width[, channels]) of whole numbers of ``bits`` as a PNG file; ``chunks`` stand before the pixels."""
    rows = values.reshape(len(values), -1)
    if bits == 16:
        packed = [row.astype(">u2").tobytes() for row in rows]
    else:
        spread = [np.unpackbits(row.astype(np.uint8)[:, np.newaxis], axis=1)[:, 8 - bits :] for row in rows]
        packed = [np.packbits(row.reshape(-1)).tobytes() for row in spread]
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], bits, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in packed))
    body = b"".join(chunk(*one) for one in [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + body


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """What stands in a PNG file."""
    found, place = [], 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        found.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    return found


def with_segments(jpeg: bytes, segments: Sequence[tuple[int, bytes]]) -> bytes:
    """A JPEG file with further segments (marker, content) at its start."""
    added = b"".join(struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data for kind, data in segments)
    return jpeg[:2] + added + jpeg[2:]


def segments_of(jpeg: bytes) -> list[tuple[int, bytes]]:
    """The segments before the picture."""
    found, place = [], 2
    while jpeg[place + 1] != 0xDA:
        kind, length = struct.unpack(">xBH", jpeg[place : place + 4])
        found.append((kind, jpeg[place + 4 : place + 2 + length]))
        place += 2 + length
    return found


def riff(pixels: bytes, size: tuple[int, int], chunks: Sequence[tuple[bytes, bytes]], flags: int) -> bytes:
    """A WebP file; ``pixels``: one without anything else; ``chunks``: what stands before ("ICCP", "ANIM") or behind."""

    def one(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    width, height = (struct.pack("<I", side - 1)[:3] for side in size)
    body = one(b"VP8X", bytes([flags, 0, 0, 0]) + width + height)
    body += b"".join(one(*item) for item in chunks if item[0] in (b"ICCP", b"ANIM"))
    body += pixels[12:] if not flags & 2 else b""
    body += b"".join(one(*item) for item in chunks if item[0] not in (b"ICCP", b"ANIM"))
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def webp_chunks(data: bytes) -> dict[bytes, bytes]:
    found, place = {}, 12
    while place < len(data):
        kind, length = struct.unpack("<4sI", data[place : place + 8])
        found[kind] = data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2
    return found


def tiff(entries: Sequence[tuple[int, int, bytes]], data: bytes, pages: int = 1) -> bytes:
    """A TIFF file of one strip; ``entries`` beside those of the strip's place; further pages are the same."""
    sizes = {1: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1}
    file = b"II*\0\0\0\0\0" + data + b"\0" * (len(data) % 2)
    link = 4
    for _page in range(pages):
        values, rows, at = b"", b"", len(file)
        whole = sorted([*entries, (273, LONG, struct.pack("<I", 8)), (279, LONG, struct.pack("<I", len(data)))])
        end = at + 2 + 12 * len(whole) + 4
        for tag, kind, value in whole:
            place = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack("<I", end + len(values))
            values += value + b"\0" * (len(value) % 2) if len(value) > 4 else b""
            rows += struct.pack("<HHI", tag, kind, len(value) // sizes[kind]) + place
        file = file[:link] + struct.pack("<I", at) + file[link + 4 :]
        file += struct.pack("<H", len(whole)) + rows + b"\0\0\0\0" + values
        link = end - 4
    return file


def numbers(*values: int) -> bytes:
    """TIFF's SHORTs."""
    return struct.pack(f"<{len(values)}H", *values)


def tiff_of(values: np.ndarray, *entries: tuple[int, int, bytes], pages: int = 1) -> bytes:
    """(height, width, channels) as a TIFF file, grey or RGB."""
    height, width, channels = values.shape
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    basic = {
        256: (LONG, struct.pack("<I", width)),
        257: (LONG, struct.pack("<I", height)),
        258: (SHORT, numbers(*[values.dtype.itemsize * 8] * channels)),
        259: (SHORT, numbers(1)),
        262: (SHORT, numbers(2 if channels > 2 else 1)),
        277: (SHORT, numbers(channels)),
        278: (LONG, struct.pack("<I", height)),
        339: (SHORT, numbers(*[kind] * channels)),
    }
    basic.update({tag: (kind, data) for tag, kind, data in entries})
    strip = values.astype(values.dtype.newbyteorder("<")).tobytes()
    return tiff([(tag, *rest) for tag, rest in basic.items()], strip, pages)


def exr(
    channels: dict[str, np.ndarray], attributes: Sequence[tuple[str, str, bytes]] = (), corner: tuple[int, int] = (0, 0)
) -> bytes:
    """An EXR file, not packed, of planes (height, width): float16, float32 or uint32; ``corner`` of the data window."""
    height, width = next(iter(channels.values())).shape
    names = sorted(channels)
    kinds = {"uint32": 0, "float16": 1, "float32": 2}
    listed = b"".join(
        name.encode() + b"\0" + struct.pack("<iB3xii", kinds[channels[name].dtype.name], 0, 1, 1) for name in names
    )
    listed += b"\0"
    window = struct.pack("<4i", *corner, corner[0] + width - 1, corner[1] + height - 1)
    given = {name: (kind, data) for name, kind, data in attributes}
    header = {
        "channels": ("chlist", listed),
        "compression": ("compression", b"\0"),
        "dataWindow": ("box2i", window),
        "displayWindow": ("box2i", window),
        "lineOrder": ("lineOrder", b"\0"),
        "pixelAspectRatio": ("float", struct.pack("<f", 1)),
        "screenWindowCenter": ("v2f", struct.pack("<2f", 0, 0)),
        "screenWindowWidth": ("float", struct.pack("<f", 1)),
        **given,
    }
    start = b"v/1\x01" + struct.pack("<I", 2)
    for name, (kind, data) in header.items():
        start += name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<I", len(data)) + data
    start += b"\0"
    lines = []
    for row in range(height):
        line = b"".join(channels[name][row].tobytes() for name in names)
        lines.append(struct.pack("<iI", corner[1] + row, len(line)) + line)
    place, offsets = len(start) + 8 * height, b""
    for line in lines:
        offsets += struct.pack("<Q", place)
        place += len(line)
    return start + offsets + b"".join(lines)


def psd(
    planes: np.ndarray,
    mode: int,
    resources: Sequence[tuple[int, bytes]] = (),
    transparent: bool = False,
    runs: bool = False,
) -> bytes:
    """(channels, height, width) of uint8, uint16 or float32 as the merged picture of a Photoshop file."""
    count, height, width = planes.shape
    bits = planes.dtype.itemsize * 8
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, count, height, width, bits, mode) + struct.pack(">I", 0)
    about = b"".join(
        b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
        for number, data in resources
    )
    layers = struct.pack(">Ih", 4, -1) + b"\0\0" if transparent else b""
    data = planes.astype(planes.dtype.newbyteorder(">"))
    if runs:
        rows = [row.tobytes() for row in data.reshape(count * height, -1)]
        packed = [b"".join(bytes([0]) + row[place : place + 1] for place in range(len(row))) for row in rows]
        pixels = struct.pack(f">H{len(packed)}H", 1, *map(len, packed)) + b"".join(packed)
    else:
        pixels = b"\0\0" + data.tobytes()
    return head + struct.pack(">I", len(about)) + about + struct.pack(">I", len(layers)) + layers + pixels


def scanner_profile() -> bytes:
    """An ICC profile of class ``scnr`` as scanners' calibration makes them: from RGB to Lab (lut8), and no way back."""
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 2)] * 3, indexing="ij"), axis=-1)
    lab = np.stack([grid.mean(axis=-1) * 255, *(128 + 60 * (grid[..., one] - grid[..., 1]) for one in (0, 2))], axis=-1)
    curves = bytes(range(256)) * 3
    table = b"mft1\0\0\0\0" + bytes([3, 3, 2, 0]) + struct.pack(">9i", *(np.eye(3, dtype=int).ravel() << 16)) + curves
    table += lab.round().astype(np.uint8).tobytes() + curves
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    name = b"desc\0\0\0\0" + struct.pack(">I", 8) + b"Scanner\0" + bytes(78)
    tags = {b"desc": name, b"cprt": b"text\0\0\0\0none\0", b"wtpt": white, b"A2B0": table}
    rows, body = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        rows += struct.pack(">4sII", tag, 128 + 4 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", 128 + len(rows) + len(body), b"none", 0x02400000, b"scnr", b"RGB ", b"Lab ")
    header += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + white[8:]
    return header.ljust(128, b"\0") + rows + body


def zipped(path: Path, **contents: bytes) -> None:
    """A .kra or .ora; ``contents`` by name, "__" for a slash and "_png" and "_xml" for their endings."""
    with zipfile.ZipFile(path, "w") as file:
        for name, content in contents.items():
            file.writestr(name.replace("__", "/").replace("_png", ".png").replace("_xml", ".xml"), content)


def png_of(*chunks: tuple[bytes, bytes], values: np.ndarray = RGB, bits: int = 8, colour: int = 2) -> Stored:
    """A PNG file with these further chunks, as the program reads it."""
    return core_png.decoded(png(values, bits, colour, chunks))
