"""(source, what was added to it) → the dream of it; and back: (dream, source) → what was added."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyRgb, Change, Mask
from ..image.colour import keep_chroma
from ..image.headroom import HIGHEST, LOWEST, opened, pressed
from ..image.rows import blank, blocks, weigh


def lay_over(source: AnyRgb, detail: Change, reach: Mask, room: float | None, keep_colours: bool) -> None:
    """Make ``detail`` the dream of ``source``, in place. What is lighter than white stays so much lighter.

    ``source``: as it is seen. ``reach``: float32 (height, width), how much anything may grow: tones are pressed as far
    as that, beside a hint the picture stays as it is. ``room``: as ``headroom.opened`` has it, ``None``: none.
    """
    height, width = reach.shape
    for rows in blocks(height, 3 * width):
        plain, part = np.asarray(source[rows], np.float32), detail[rows]
        _add(source[rows], part, reach[rows], room)
        if keep_colours:
            part[...] = keep_chroma(plain, part)
        np.clip(part, 0, np.maximum(plain, 255), out=part)


def detail_of(dream: AnyRgb, source: AnyRgb, reach: Mask, room: float | None) -> Change:
    """What ``lay_over`` made ``dream`` of, as far as its tones tell: nothing is known of what was cut off."""
    height, width = reach.shape
    detail = blank((height, width, 3))
    for rows in blocks(height, 3 * width):
        plain = np.asarray(dream[rows], np.float32) - source[rows]
        detail[rows] = plain
        if room is not None:
            lighter = np.maximum(source[rows] - np.float32(255), 0) if source.dtype != np.uint8 else np.float32(0)
            tones = opened(dream[rows] - lighter, 0.0) - opened(source[rows], room)
            detail[rows] += (tones - plain) * reach[rows][..., np.newaxis]
    return detail


def _add(source: AnyRgb, detail: Change, reach: Mask, room: float | None) -> None:
    if room is None:
        detail += source
        return
    dream = pressed(np.clip(opened(source, room) + detail, LOWEST, HIGHEST))
    if source.dtype != np.uint8:
        dream += np.maximum(source - np.float32(255), 0)
    detail += source
    dream -= detail
    weigh(dream, reach)
    detail += dream
