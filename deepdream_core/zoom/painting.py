"""(frames) → a small Krita document whose one layer is animated: how a zoom comes into somebody's painting.

Of Krita's format only what Krita 5 and 6 need to open it: the document, the times of the frames, and each frame as
tiles of 64 × 64 uncompressed pixels.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import ImageCms

from ..arrays import Rgb
from ..errors import DreamError
from ..system import atomic
from .writer import Publishing

ENDING = ".kra"
TILE = 64
_NAMESPACE = "http://www.calligra.org/DTD/krita"
_DOCUMENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE DOC PUBLIC '-//KDE//DTD krita 2.0//EN' 'http://www.calligra.org/DTD/krita-2.0.dtd'>
<DOC xmlns="{_NAMESPACE}" kritaVersion="5.1.5" syntaxVersion="2.0" editor="Krita">
<IMAGE name="zoom" mime="application/x-kra" width="{{width}}" height="{{height}}" colorspacename="{{space}}"
 profile="sRGB-elle-V2-srgbtrc.icc" x-res="72" y-res="72" description="">
<layers><layer nodetype="paintlayer" name="zoom" filename="layer1" keyframes="layer1.keyframes.xml"
 uuid="{{{{6d7e1a52-0f3e-4c44-9a5c-5f0f6d1c2b11}}}}" visible="1" locked="0" opacity="255" compositeop="normal"
 colorspacename="{{space}}" channelflags="" channellockflags="" collapsed="0" colorlabel="0" onionskin="0"
 intimeline="1" x="0" y="0"/></layers>
</IMAGE>
</DOC>
"""
_KEY = '<keyframe time="{time}" frame="layer1.f{number}" color-label="0"><offset x="0" y="0"/></keyframe>\n'


def check_painting(path: Path) -> None:
    """Raise ``DreamError`` now if ``write_painting`` is bound to fail later. ``ValueError`` for a name that is none."""
    if not path.resolve().parent.is_dir():
        raise DreamError("picture.write", path=path, reason="its folder doesn't exist")


def write_painting(path: Path, frames: Iterable[Rgb], deep: bool, held: int, publishing: Publishing) -> None:
    """Write ``frames``, float32 (height, width, 3), sRGB in 0..255, all of one size, as opaque pixels.

    ``deep``: 16 bits a channel instead of 8; ``held``: for how many frames of the document each stays. Raises
    ``DreamError`` (``picture.write``) and leaves nothing.
    """
    try:
        with atomic.replacing(path) as part:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                _write(archive, frames, deep, held)
            with publishing():
                pass  # raises where the zoom isn't wanted any more
    except OSError as error:
        raise DreamError("picture.write", path=path, reason=error.strerror or error) from error


def _write(archive: zipfile.ZipFile, frames: Iterable[Rgb], deep: bool, held: int) -> None:
    archive.writestr("mimetype", "application/x-krita", zipfile.ZIP_STORED)
    pixel, keys = 8 if deep else 4, []
    height = width = 0
    for number, frame in enumerate(frames):
        height, width = frame.shape[:2]
        name = f"zoom/layers/layer1.f{number}"
        archive.writestr(name, tiles(frame, deep))
        archive.writestr(f"{name}.defaultpixel", bytes(pixel))
        keys.append(_KEY.format(time=number * held, number=number))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    archive.writestr("zoom/layers/layer1.icc", profile.tobytes())
    archive.writestr(
        "zoom/layers/layer1.keyframes.xml",
        (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<keyframes xmlns="{_NAMESPACE}">\n<channel name="content">\n'
            f"{''.join(keys)}</channel>\n</keyframes>\n"
        ),
    )
    space = "RGBA16" if deep else "RGBA"
    archive.writestr("maindoc.xml", _DOCUMENT.format(width=width, height=height, space=space))


def tiles(frame: Rgb, deep: bool) -> bytes:
    """A frame as Krita's tiles: blue, green, red and full alpha inside the frame, nothing beyond it."""
    height, width = frame.shape[:2]
    full, dtype = (65535, "<u2") if deep else (255, "u1")
    rows, columns = -(-height // TILE), -(-width // TILE)
    padded = np.zeros((rows * TILE, columns * TILE, 4), dtype)
    padded[:height, :width, :3] = np.rint(np.clip(frame[..., ::-1], 0, 255) * np.float32(full / 255))
    padded[:height, :width, 3] = full
    pieces = padded.reshape(rows, TILE, columns, TILE, 4).swapaxes(1, 2)
    size = pieces[0, 0].nbytes + 1
    header = f"VERSION 2\nTILEWIDTH {TILE}\nTILEHEIGHT {TILE}\nPIXELSIZE {padded.itemsize * 4}\nDATA {rows * columns}\n"
    found = [header.encode("ascii")]
    for row in range(rows):
        for column in range(columns):
            # The byte 0 says that the tile isn't compressed; the archive compresses it.
            found += [f"{column * TILE},{row * TILE},LZF,{size}\n\0".encode("ascii"), pieces[row, column].tobytes()]
    return b"".join(found)
