"""Layers under a black transparency mask that a painter can paint on, in every Krita, as one undo step.

Krita 5.1 gives a mask pixels only where its own action makes it or a file has them: so a file has them. That is a
document of one empty group with the mask, of which only what Krita 5 and 6 need to open it is written.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..krita_api import Document, Node
from . import nodes, placing

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE DOC PUBLIC '-//KDE//DTD krita 2.0//EN' 'http://www.calligra.org/DTD/krita-2.0.dtd'>
<DOC xmlns="http://www.calligra.org/DTD/krita" kritaVersion="5.1.5" syntaxVersion="2.0" editor="Krita">
<IMAGE name="mask" mime="application/x-kra" width="1" height="1" colorspacename="RGBA"
 profile="sRGB-elle-V2-srgbtrc.icc" x-res="72" y-res="72" description="">
<layers><layer nodetype="grouplayer" name="holder" filename="layer1" passthrough="0"
 uuid="{0b6a86d0-3a57-4c79-9b3c-0f1f4b6a6b01}" visible="1" locked="0" opacity="255" compositeop="normal"
 channelflags="" collapsed="0" colorlabel="0" x="0" y="0"><masks><mask nodetype="transparencymask" name="mask"
 filename="mask2" uuid="{0b6a86d0-3a57-4c79-9b3c-0f1f4b6a6b02}" visible="1" locked="0" x="0" y="0"/></masks>
<layers/></layer></layers>
</IMAGE>
</DOC>
"""
# No tile of its own, and black everywhere else.
_PIXELS = {"": b"VERSION 2\nTILEWIDTH 64\nTILEHEIGHT 64\nPIXELSIZE 1\nDATA 0\n", ".defaultpixel": b"\0"}


@contextmanager
def mask_file() -> Iterator[str]:
    """The path of a document whose only group has a black mask; the file is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mask.kra"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/x-krita")
            archive.writestr("maindoc.xml", _DOCUMENT)
            for ending, data in _PIXELS.items():
                archive.writestr(f"mask/layers/mask2.pixelselection{ending}", data)
        yield str(path)


def under_black(hidden: Document, layer: Node, name: str) -> Node:
    """A layer made in ``hidden`` (from ``mask_file``) that stands nowhere yet, with a black mask called ``name``.

    What is added to a layer of the painter's own document is an undo step by itself, even before that stands there.
    """
    mask = hidden.topLevelNodes()[0].childNodes()[0].duplicate()
    mask.setName(name)
    placing.add(layer, nodes.root_of(hidden), None)
    placing.add(mask, layer, None)
    hidden.waitForDone()
    return layer.duplicate()
