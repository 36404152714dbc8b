"""(frames) → the scenes of a film, each of which can be dreamed without the others.

A cut is where the film itself would start over (``flow.same_scene``), so scenes dreamed separately give the same film.
Optical flow is slow, so it is computed only where small copies of both frames differ.
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

# How many frames that are dreamed by themselves make a scene.
SPAN = 48
# Copies of so many pixels on the longer side; frames whose mean luminance there differs by less, 0..255, are one scene.
_SMALL, _DIFFERENCE = 64, 6.0


def scenes(clip: Clip, flow: float | str) -> Iterator[Scene]:
    """The scenes of ``clip`` in order, each as soon as it is known. Raises ``DreamError`` as its pictures do.

    ``flow``: as in ``FilmSettings``; if it is off, frames are independent, and a scene is any few of them.
    """
    count = len(clip.seconds)
    starts = iter(range(SPAN, count, SPAN)) if flow == OFF else _cuts(clip)
    first = 0
    for start in starts:
        yield Scene(first, start - first)
        first = start
    yield Scene(first, count - first)


def _cuts(clip: Clip) -> Iterator[int]:
    """The frames that start a new scene."""
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
