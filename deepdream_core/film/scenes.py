"""(frames) → the scenes of a film, each of which can be dreamed without the others.

A cut is where the film itself would begin anew (``flow.same_scene``), so that scenes dreamed apart are the film
dreamed in one go. Optical flow is slow: it is asked only where small copies of both frames differ.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from ..arrays import Rgb
from ..image.colour import luminance
from ..image.resizing import resize
from ..settings.film_settings import OFF
from .clip import Clip, Scene
from .flow import same_scene, seen_of

# Frames dreamed alone are dealt out so many at a time.
SPAN = 48
# Copies of so many pixels on the longer side; frames whose mean luminance there differs by less, 0..255, are one scene.
_SMALL, _DIFFERENCE = 64, 6.0


def scenes(clip: Clip, flow: float | str) -> Iterator[Scene]:
    """The scenes of ``clip``, in their sequence, as soon as each is known. Raises ``DreamError`` as its pictures do.

    ``flow``: as in ``FilmSettings``; where it is off frames need nothing of each other, and a scene is any few.
    """
    count = len(clip.seconds)
    starts = iter(range(SPAN, count, SPAN)) if flow == OFF else _cuts(clip)
    first = 0
    for start in starts:
        yield Scene(first, start - first)
        first = start
    yield Scene(first, count - first)


def _cuts(clip: Clip) -> Iterator[int]:
    """The frames with which another scene begins."""
    before: Rgb | None = None
    for number, picture in enumerate(clip.pictures(0)):
        seen = seen_of(picture.pixels)
        if before is not None and _differ(before, seen) and same_scene(before, seen) is None:
            yield number
        before = seen


def _differ(before: Rgb, after: Rgb) -> bool:
    if before.shape != after.shape:
        return True
    height, width = before.shape[:2]
    share = min(1.0, _SMALL / max(height, width))
    size = max(1, round(width * share)), max(1, round(height * share))
    first, second = (luminance(np.asarray(resize(each, *size))) for each in (before, after))
    return float(cv2.absdiff(first, second).mean()) >= _DIFFERENCE
