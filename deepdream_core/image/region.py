"""(picture, mask, feather) → what is dreamed: the mask's bounds and the crop that the network sees."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from ..arrays import AnyMask, AnyRgb, Mask
from ..errors import DreamError
from ..settings.dream_settings import DreamSettings
from ..settings.style_settings import StyleSettings
from ..settings.surroundings import surroundings
from .pixels import Pixels, over
from .resizing import resize
from .rows import everywhere, is_everywhere


@dataclass(frozen=True)
class Box:
    """A rectangle of whole pixels inside the picture, rows first."""

    top: int
    left: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """The rows and columns, for indexing an array of the picture's size."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    def within(self, outer: Box) -> Box:
        """The same rectangle counted from ``outer``'s corner."""
        return Box(self.top - outer.top, self.left - outer.left, self.height, self.width)

    def scaled(self, vertical: float, horizontal: float) -> Box:
        """The rectangle in a picture resized by these factors, grown to whole pixels, at least one."""
        top, left = int(self.top * vertical), int(self.left * horizontal)
        bottom = max(top + 1, round((self.top + self.height) * vertical))
        right = max(left + 1, round((self.left + self.width) * horizontal))
        return Box(top, left, bottom - top, right - left)


@dataclass(frozen=True)
class Region:
    """``core``: the mask's bounds; ``crop``: core with surroundings; ``mask``: float32 of the core, 0..1."""

    core: Box
    crop: Box
    mask: Mask

    def with_strength(self, strength_map: Mask | float) -> Region:
        """The same region with its mask multiplied by ``strength_map``: float32 (height, width) of the crop, 0..1."""
        if isinstance(strength_map, float):
            return self
        return replace(self, mask=self.mask * strength_map[self.core.within(self.crop).slices])

    def core_in(self, height: int, width: int) -> Box:
        """The core in the crop when that is ``height`` x ``width`` pixels."""
        return self.core.within(self.crop).scaled(height / self.crop.height, width / self.crop.width)

    def movable(self, height: int, width: int, reach: Mask | float = 1.0) -> AnyMask:
        """Which pixels of the crop at that size may move: (height, width), where the mask is above 0.

        ``reach``: 0 where they may not all the same. Raises ``DreamError`` if none may: ``dream.spared`` if that is
        because of the mask, which was not empty before ``with_strength``.
        """
        if self.core == self.crop and is_everywhere(self.mask) and isinstance(reach, float):
            return everywhere(height, width)
        movable = np.zeros((self.crop.height, self.crop.width), np.bool_)
        movable[self.core.within(self.crop).slices] = self.mask > 0
        if not movable.any():
            raise DreamError("dream.spared")
        movable &= np.greater(reach, 0)
        if not movable.any():
            raise DreamError("objective.nowhere")
        return resize(movable, width, height, enlarge_softly=False) > 0


def find_region(
    height: int,
    width: int,
    mask: Mask | None,
    settings: DreamSettings | StyleSettings,
    strength_map: Mask | None = None,
) -> Region:
    """The region of a picture of ``height`` x ``width`` pixels; without a mask the whole picture.

    ``mask``: float32 (height, width), 0..1; its border fades out over the settings' ``feather``; then it is
    multiplied with ``strength_map``, of the same kind. With ``seamless``, which a style has not, core and crop are the
    whole picture. Raises ``DreamError`` for one of another size or a mask that is all zero.
    """
    whole = Box(0, 0, height, width)
    for each in (mask, strength_map):
        if each is not None and each.shape != (height, width):
            raise DreamError(
                "mask.size", mask_width=each.shape[1], mask_height=each.shape[0], width=width, height=height
            )
    if mask is None and strength_map is None:
        return Region(whole, whole, everywhere(height, width))
    box = whole if mask is None else grown(bounds(mask), _feather_reach(settings.feather), whole)
    soft = everywhere(height, width)[box.slices] if mask is None else feathered(mask[box.slices], settings.feather)
    if not soft.any():
        raise DreamError("mask.feather")
    soft = soft if strength_map is None else soft * strength_map[box.slices]
    if not soft.any():
        raise DreamError("mask.weight")
    inner = bounds(soft)
    core = Box(box.top + inner.top, box.left + inner.left, inner.height, inner.width)
    soft = soft[inner.slices]
    if isinstance(settings, DreamSettings) and settings.seamless:
        everything = np.zeros((height, width), np.float32)
        everything[core.slices] = soft
        return Region(whole, whole, everything)
    return Region(core, grown(core, surroundings(core.width, core.height, settings.working_size), whole), soft)


def common(box: Box, other: Box) -> Box | None:
    """What both have in common."""
    top, left = max(box.top, other.top), max(box.left, other.left)
    bottom = min(box.top + box.height, other.top + other.height)
    right = min(box.left + box.width, other.left + other.width)
    return Box(top, left, bottom - top, right - left) if bottom > top and right > left else None


def seen(pixels: Pixels, backdrop: Pixels | None, crop: Box) -> AnyRgb:
    """What the network sees of the crop: (height, width, 3), before any clipping."""
    return over(pixels.part(crop.slices), backdrop.part(crop.slices) if backdrop else None)


def feathered(mask: Mask, feather: float) -> Mask:
    """The mask with its border blurred over about ``feather`` pixels (Gaussian of half that, in 8 bits).

    By Pillow, whose blur takes as long for 500 pixels as for two; OpenCV's takes fifty times that for 500.
    """
    if feather <= 0:
        return mask
    image = Image.fromarray(np.rint(np.clip(mask, 0, 1) * 255).astype(np.uint8))
    blurred = image.filter(ImageFilter.GaussianBlur(feather / 2))
    soft: Mask = np.asarray(blurred, np.float32) / np.float32(255)
    return soft


def _feather_reach(feather: float) -> int:
    """Pixels beyond which a feathered border has no effect: four standard deviations, and a pixel for each pass."""
    return math.ceil(2 * feather) + 3


def bounds(mask: AnyMask) -> Box:
    """Of all that is not 0. Raises ``DreamError`` ("mask.empty") where all is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        raise DreamError("mask.empty")
    top, left = int(rows[0]), int(columns[0])
    return Box(top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1)


def grown(box: Box, by: int, limit: Box) -> Box:
    """``box`` with as many pixels more on each side as there are within ``limit``."""
    top, left = max(0, box.top - by), max(0, box.left - by)
    bottom = min(limit.height, box.top + box.height + by)
    right = min(limit.width, box.left + box.width + by)
    return Box(top, left, bottom - top, right - left)
