"""(picture, size) → the picture at that size, with antialiasing and a few rows at a time: no copy of it beside."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PIL import Image

from ..arrays import AnyPlanes, Planes
from .rows import blank, blocks


def resize(picture: AnyPlanes, width: int, height: int, enlarge_softly: bool = True) -> Planes:
    """(height, width[, channels]) → float32; bicubic, or bilinear if not so wished; float32 of that size as it is."""
    if picture.shape[:2] == (height, width):
        return np.asarray(picture, np.float32)
    method = Image.Resampling.BICUBIC if enlarge_softly else Image.Resampling.BILINEAR
    if picture.ndim == 2:
        return _whole(picture[..., np.newaxis], width, height, method)[..., 0]
    return _whole(picture, width, height, method)


def resize_around(picture: AnyPlanes, width: int, height: int) -> Planes:
    """(height, width, channels) → float32, bicubic, as a texture: beyond each border lies the opposite one."""
    if picture.shape[:2] == (height, width):
        return np.asarray(picture, np.float32)
    return _whole(picture, width, height, Image.Resampling.BICUBIC, around=True)


def resized_rows(
    picture: AnyPlanes, width: int, height: int, method: Image.Resampling, around: bool = False
) -> Iterator[tuple[slice, Planes]]:
    """``picture`` (height, width, channels) at its new size, as (rows, what stands in them)."""
    high, wide, channels = picture.shape
    # A bicubic filter reaches two pixels of the smaller of both sizes.
    down, across = 3 + 2 * high // height, (3 + 2 * wide // width) * around
    # Where it is shrunk, the rows that are read are the larger part.
    for rows in blocks(height, max(width, wide * high // height)):
        first, last = rows.start * high / height, rows.stop * high / height
        top, bottom = math.floor(first) - down, math.ceil(last) + down
        if around:
            part = np.pad(picture.take(range(top, bottom), 0, mode="wrap"), ((0, 0), (across, across), (0, 0)), "wrap")
        else:
            top = max(0, top)
            part = picture[top:bottom]
        size, box = (width, rows.stop - rows.start), (across, first - top, across + wide, last - top)
        resized = np.empty((size[1], width, channels), np.float32)
        for channel in range(channels):
            plane = Image.fromarray(np.ascontiguousarray(part[..., channel], np.float32))
            resized[..., channel] = np.asarray(plane.resize(size, method, box))
        yield rows, resized


def resize_part(
    picture: AnyPlanes, area: tuple[float, float, float, float], size: tuple[int, int], method: Image.Resampling
) -> Planes:
    """What lies in ``area`` (left, top, right, bottom, not whole pixels) at ``size`` (height, width): float32."""
    planes = picture[..., np.newaxis] if picture.ndim == 2 else picture
    across, x = _part(area[0], area[2], size[1], planes.shape[1])
    down, y = _part(area[1], area[3], size[0], planes.shape[0])
    planes, box = planes[down, across], (x[0], y[0], x[1], y[1])
    found = blank((*size, planes.shape[2]))
    for channel in range(planes.shape[2]):
        plane = Image.fromarray(np.ascontiguousarray(planes[..., channel], np.float32))
        found[..., channel] = np.asarray(plane.resize(size[::-1], method, box))
    return found[..., 0] if picture.ndim == 2 else found


def _part(start: float, end: float, size: int, most: int) -> tuple[slice, tuple[float, float]]:
    """What a bicubic filter reads along one axis, and where ``start`` and ``end`` lie in that."""
    reach = 3 + 2 * math.ceil(max(1.0, (end - start) / size))
    first, last = max(0, math.floor(start) - reach), min(most, math.ceil(end) + reach)
    return slice(first, last), (max(start - first, 0.0), min(end - first, float(last - first)))


def _whole(picture: AnyPlanes, width: int, height: int, method: Image.Resampling, around: bool = False) -> Planes:
    whole = blank((height, width, picture.shape[2]))
    for rows, part in resized_rows(picture, width, height, method, around):
        whole[rows] = part
    return whole
