"""(frames) → a small Krita document whose one layer is animated: how zooms and films come into a painting.

Of Krita's format only what Krita 5 and 6 need to open it: the document, the times of the frames, and each frame as
tiles of 64 × 64 uncompressed pixels.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import ImageCms

from ..errors import DreamError
from ..protocol.messages import BYTES_PER_PIXEL, Picture
from ..system import atomic
from ..system.atomic import Publishing

ENDING = ".kra"
TILE = 64
_SPACES = {"U8": "RGBA", "U16": "RGBA16", "F32": "RGBAF32"}
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


def write_painting(path: Path, keyframes: Iterable[tuple[int, Picture]], publishing: Publishing) -> None:
    """Write each picture, all of one size and of one depth, with the time from which it is shown.

    The profile is sRGB's even of linear floats: whoever opens the document gives it the right one.
    Raises ``DreamError`` (``picture.write``) and leaves nothing.
    """
    try:
        with atomic.replacing(path) as part:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                _write(archive, keyframes)
            with publishing():
                pass  # raises where it isn't wanted any more
    except OSError as error:
        raise DreamError("picture.write", path=path, reason=error.strerror or error) from error


def _write(archive: zipfile.ZipFile, keyframes: Iterable[tuple[int, Picture]]) -> None:
    archive.writestr("mimetype", "application/x-krita", zipfile.ZIP_STORED)
    keys, (width, height), space = [], (0, 0), ""
    for number, (time, frame) in enumerate(keyframes):
        (width, height), space = (frame.width, frame.height), _SPACES[frame.depth]
        name = f"zoom/layers/layer1.f{number}"
        archive.writestr(name, tiles(frame))
        archive.writestr(f"{name}.defaultpixel", bytes(BYTES_PER_PIXEL[frame.depth]))
        keys.append(_KEY.format(time=time, number=number))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    archive.writestr("zoom/layers/layer1.icc", profile.tobytes())
    archive.writestr(
        "zoom/layers/layer1.keyframes.xml",
        (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<keyframes xmlns="{_NAMESPACE}">\n<channel name="content">\n'
            f"{''.join(keys)}</channel>\n</keyframes>\n"
        ),
    )
    archive.writestr("maindoc.xml", _DOCUMENT.format(width=width, height=height, space=space))


def tiles(frame: Picture) -> bytes:
    """A frame as Krita's tiles, which have its samples in the same order; where nothing is painted there is no tile."""
    height, width, pixel = frame.height, frame.width, BYTES_PER_PIXEL[frame.depth]
    rows, columns = -(-height // TILE), -(-width // TILE)
    padded = np.zeros((rows * TILE, columns * TILE, pixel), np.uint8)
    padded[:height, :width] = np.frombuffer(frame.data, np.uint8).reshape(height, width, pixel)
    pieces = padded.reshape(rows, TILE, columns, TILE, pixel).swapaxes(1, 2)
    painted = np.argwhere(pieces.any(axis=(2, 3, 4)))
    size = pieces[0, 0].nbytes + 1
    header = f"VERSION 2\nTILEWIDTH {TILE}\nTILEHEIGHT {TILE}\nPIXELSIZE {pixel}\nDATA {len(painted)}\n"
    found = [header.encode("ascii")]
    for row, column in painted:
        # The byte 0 says that the tile isn't compressed; the archive compresses it.
        found += [f"{column * TILE},{row * TILE},LZF,{size}\n\0".encode("ascii"), pieces[row, column].tobytes()]
    return b"".join(found)
