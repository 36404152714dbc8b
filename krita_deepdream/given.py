"""Pictures that a painter gives a dream beside the one it dreams, by name: guides, and masks for single terms.

Plain data and Qt images; what stands in a document is read by the host when the dream begins, so that a hint
layer may be painted on until then. A file or the clipboard is read when it is given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass

from .core import objective_text, wire
from .images import FORMAT, from_image, to_image
from .qt import Qt, QtCore, QtGui

# The network looks at guides in little; a mask's borders are soft anyway.
LONGEST_PX = 1024
# To tell the colours of a hint layer apart; more of them than ``MOST_COLOURS`` is no hint layer.
LOOK_PX = 96
MOST_COLOURS = 6
LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Given:
    """One picture. ``name`` as the objective spells it, ``label`` as the painter knows it.

    Either ``node`` (the unique id of a layer, mask or an image's root), ``path`` of a file, or ``picture`` alone.
    """

    name: str
    label: str
    node: str = ""
    path: str = ""
    picture: wire.Picture | None = None


def name_for(label: str, taken: Container[str]) -> str:
    """A name that the objective can spell and that isn't taken: "Paint Layer 1" → "Paint_Layer_1"."""
    plain = re.sub(r"\W+", "_", label).strip("_")
    plain = plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"
    names = (plain if number == 1 else f"{plain}_{number}" for number in range(1, 1000))
    return next(name for name in names if name not in taken)


def guides_in(objective: str) -> set[str]:
    """The names of the guides that an objective speaks of."""
    return {term.picture for term in objective_text.parse(objective) if term.kind.startswith("guide")}


def masks_in(objective: str) -> set[str]:
    """The names of the pictures that say where a term counts."""
    return {term.mask.partition("#")[0] for term in objective_text.parse(objective) if term.mask}


def grey(values: bytes, width: int, height: int) -> wire.Picture:
    """One byte per pixel as an opaque ``U8`` picture."""
    data = bytearray(b"\xff") * (4 * len(values))
    for channel in range(3):
        data[channel::4] = values
    return wire.Picture(width, height, "U8", bytes(data))


def fitted_to(picture: wire.Picture, canvas: tuple[int, int], rect: QtCore.QRect) -> wire.Picture:
    """The part that lies in ``rect`` when ``picture`` is stretched over the whole canvas (width, height)."""
    across, down = picture.width / canvas[0], picture.height / canvas[1]
    part = QtCore.QRectF(rect.x() * across, rect.y() * down, rect.width() * across, rect.height() * down)
    target = QtGui.QImage(rect.size(), FORMAT)
    target.fill(0)
    painter = QtGui.QPainter(target)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QtCore.QRectF(0, 0, rect.width(), rect.height()), to_image(picture), part)
    painter.end()
    return from_image(target)


def flat_colours(picture: wire.Picture) -> list[str]:
    """The colours ("rrggbb") that a hint layer was painted in, the most used first; none for any other picture."""
    small = to_image(picture).scaled(LOOK_PX, LOOK_PX, Qt.AspectRatioMode.KeepAspectRatio)
    pixels = [small.pixelColor(x, y) for y in range(small.height()) for x in range(small.width())]
    counted = Counter(colour.name()[1:] for colour in pixels if colour.alpha() == 255)
    least = LEAST_SHARE * sum(counted.values())
    found = [name for name, count in counted.most_common(MOST_COLOURS + 1) if count > least]
    flat = sum(counted[name] for name in found) > 0.8 * sum(counted.values())
    return found if flat and len(found) <= MOST_COLOURS else []
