"""(two frames) → where each pixel of the second was in the first, and where that is reliable.

Dense Inverse Search (Kroeger et al. 2016) in both directions; motion is reliable where forward and backward flow agree
(Sundaram et al. 2010), the colours match, and nothing comes from outside the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..arrays import Mask, Planes, Rgb, Where
from ..image.colour import luminance
from ..image.pixels import Pixels, over, rounded
from ..image.resizing import resize

# In a larger picture, motion is estimated on a copy with so many pixels on its longer side.
LONGEST = 960
# Forward and backward flow may differ by so many pixels squared, plus a share of the squared distance.
_MISS, _MISS_SHARE = 0.5, 0.01
# Colours, blurred by one pixel, may differ by so many units of 0..255.
_DIFFERENCE = 24.0
# Standard deviation of the soft border of what is reliable, in pixels of the copy.
_FADE = 1.5
# If less of the picture than this is left, a frame belongs to another scene.
SCENE = 0.5
# Smaller pictures have no room for patches, and count as not moving.
_SMALLEST = 12


@dataclass(frozen=True)
class Motion:
    """How one frame becomes the next. ``back``: float32 (height, width, 2), for each pixel of the next frame how far
    to the right and down it was before; ``holds``: float32 (height, width), 0..1, how reliable that is.
    """

    back: Planes
    holds: Mask

    def carried(self, picture: Planes) -> Planes:
        """Planes of the frame before, float32 (height, width, n), moved to the next one; bicubic."""
        height, width = self.holds.shape
        across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        where = across + self.back[..., 0], down + self.back[..., 1]
        return np.asarray(cv2.remap(picture, *where, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.float32)


def motion(before: Rgb, after: Rgb) -> Motion:
    """How frame ``before`` became ``after``: float32 (height, width, 3), 0..255, of one size."""
    height, width = after.shape[:2]
    share = min(1.0, LONGEST / max(height, width))
    size = max(1, round(width * share)), max(1, round(height * share))
    first, second = (resize(frame, *size) for frame in (before, after))
    back, forth = _flow(second, first), _flow(first, second)
    found = Motion(back, np.ones(back.shape[:2], np.float32))
    holds = _leads_home(found, forth) & _looks_alike(found, first, second) & _from_inside(back)
    # What isn't reliable is widened first and then softened: softening alone would let ghosts through.
    whole = cv2.erode(holds.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(whole, (0, 0), _FADE) * whole, np.float32)
    scaled = resize(back, width, height) * np.asarray([width / size[0], height / size[1]], np.float32)
    return Motion(scaled, np.clip(resize(soft, width, height, enlarge_softly=False), 0, 1))


def seen_of(pixels: Pixels) -> Rgb:
    """A frame in the form in which motion is estimated: float32 (height, width, 3), 0..255."""
    return np.clip(np.asarray(over(pixels), np.float32), 0, 255)


def same_scene(before: Rgb, after: Rgb) -> Motion | None:
    """How one frame became the next; ``None`` if that is another scene."""
    if before.shape != after.shape:
        return None
    found = motion(before, after)
    return found if found.holds.mean() >= SCENE else None


def _flow(first: Rgb, second: Rgb) -> Planes:
    """Where each pixel of ``first`` is in ``second``: float32 (height, width, 2), pixels right and down."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    greys = [np.ascontiguousarray(rounded(luminance(frame))) for frame in (first, second)]
    if min(greys[0].shape) < _SMALLEST:
        return np.zeros((*greys[0].shape, 2), np.float32)
    return np.asarray(search.calc(greys[0], greys[1], np.zeros((*greys[0].shape, 2), np.float32)), np.float32)


def _leads_home(found: Motion, forth: Planes) -> Where:
    there = found.carried(forth)
    far = np.square(found.back).sum(axis=2) + np.square(there).sum(axis=2)
    near: Where = np.less(np.square(found.back + there).sum(axis=2), _MISS_SHARE * far + _MISS)
    return near


def _looks_alike(found: Motion, first: Rgb, second: Rgb) -> Where:
    difference = cv2.GaussianBlur(found.carried(first) - second, (0, 0), 1.0)
    alike: Where = np.less(np.abs(difference).max(axis=2), _DIFFERENCE)
    return alike


def _from_inside(back: Planes) -> Where:
    height, width = back.shape[:2]
    across, down = back[..., 0] + np.arange(width), back[..., 1] + np.arange(height)[:, np.newaxis]
    inside: Where = (across > -0.5) & (across < width - 0.5) & (down > -0.5) & (down < height - 0.5)
    return inside
