"""(dream, source) → their difference as a layer has it that Krita merges with Grain Merge: grey where nothing is new.

Krita's own Grain Extract makes it, so that its Grain Merge gives the dream back in every colour space and depth.
"""

from __future__ import annotations

from ..jobs.rectangles import OPAQUE
from ..krita_api import Data, Document, Node, view
from . import nodes, placing

EXTRACT, MERGE = "grain_extract", "grain_merge"


def difference(hidden: Document, dream: Data, source: Data) -> Data:
    """Samples with the dream's alpha; all are samples of ``hidden``, an empty document of their size.

    A difference of more than half the range is cut off: no layer can say more in Grain Merge.
    """
    lower, upper = hidden.topLevelNodes()[0], hidden.createNode("source", "paintlayer")
    upper.setBlendingMode(EXTRACT)
    area = hidden.bounds().getRect()
    for layer, data in ((lower, dream), (upper, source)):
        layer.setPixelData(_with_alpha(lower, data, None), *area)
    placing.add(upper, nodes.root_of(hidden), None)
    hidden.refreshProjection()
    hidden.waitForDone()
    return _with_alpha(lower, hidden.pixelData(*area), dream)


def _with_alpha(node: Node, data: Data, alphas: Data | None) -> bytearray:
    """``data`` with the alpha of other samples like it, or opaque; whole planes at once, a loop would halt Krita."""
    size, opaque = nodes.bytes_per_pixel(node), OPAQUE[node.colorDepth()]
    made, others = bytearray(view(data)), bytes(view(alphas)) if alphas is not None else b""
    for index, value in enumerate(opaque, size - len(opaque)):
        made[index::size] = others[index::size] if others else bytes([value]) * (len(made) // size)
    return made
