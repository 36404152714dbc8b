"""(what changed in a picture, the record of its dream) → the window that a renewal changes, and the crop that it needs.

Plugin and core both need these: the one grabs no more than the other uses.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import DreamError
from .dream_settings import DreamSettings

# In pixels of an octave: over how many the old dream goes over into the new one, and what the network sees around it.
SEAM_PX, SEEN_PX = 20, 72


class Rect(NamedTuple):
    """Whole pixels of the picture that was sent for the dream; ``x``, ``y``: its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    def grown(self, by: int) -> Rect:
        """The same with so many pixels more on each side."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def cut(self, other: Rect) -> Rect | None:
        """What both have in common; ``None``: nothing."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Rect(x, y, right - x, bottom - y) if right > x and bottom > y else None


def window(changed: Rect, record: Mapping[str, Any]) -> Rect | None:
    """What a renewal may change: ``changed`` and the seam around it, as far as the dream reaches. ``None``: nothing.

    ``changed``: bounds of the pixels that are not what they were. ``record``: of ``wire.Result``. Its previews and its
    result show exactly this area. Raises ``DreamError`` ("renewal.record") for a record that is none.
    """
    core, _crop, smallest = _layout(record)
    return changed.grown(math.ceil(SEAM_PX / smallest)).cut(core)


def crop(changed: Rect, record: Mapping[str, Any], settings: DreamSettings) -> Rect | None:
    """What ``wire.Renew`` has to be sent for it: the window and what the network sees around it. ``None``: nothing.

    Wider than that does no harm, it is cut; narrower spoils the seam. ``settings``: of the dream. Errors as ``window``.
    """
    _core, whole, smallest = _layout(record)
    inner = window(changed, record)
    if inner is None:
        return None
    # A feathered mask has to be there as far as its border spreads.
    return inner.grown(max(math.ceil(SEEN_PX / smallest), math.ceil(2 * settings.feather) + 3)).cut(whole)


def _layout(record: Mapping[str, Any]) -> tuple[Rect, Rect, float]:
    """The dream's core and crop, and how much smaller its smallest octave is."""
    try:
        core, whole = Rect(*map(int, record["core"])), Rect(*map(int, record["crop"]))
        smallest = min(width / whole.width for width, _height in record["octaves"])
        if min(core.width, core.height, whole.width, whole.height) > 0 and smallest > 0:
            return core, whole, smallest
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise DreamError("renewal.record") from error
    raise DreamError("renewal.record")
