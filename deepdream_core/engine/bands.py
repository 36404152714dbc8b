"""(gradient, mask) → the gradient smoothed, and with every frequency band at the strength that was asked for.

Laplacian-pyramid normalisation of TensorFlow's DeepDream notebook (Mordvintsev 2016): split into bands (Burt &
Adelson 1983, by OpenCV), divide each by its own root mean square, merge. All in place and a few rows at a time:
beside the gradient there are only its reduced copies, a third of it.

With G the reduced pictures, E their enlargement and f the factor of each band, the merged picture is
``D[0]``, where ``D[i] = (f[i] - f[i-1]) G[i] + E(D[i+1])``: no band is ever stored.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ..arrays import AnyMask, Change
from ..image.colour import channel_sum
from ..image.resizing import resize
from ..image.rows import blocks, is_everywhere
from ..settings.dream_settings import DreamSettings

# Of the strongest band: what is weaker still is nothing, however small the gradient is as a whole.
_EPSILON = 1e-10


@dataclass(frozen=True)
class Bands:
    """``strengths``: of each band from fine to coarse and of the remainder (empty: no normalisation).

    ``smoothing``: standard deviation of a Gaussian in pixels (0: none).
    """

    strengths: tuple[float, ...] = ()
    smoothing: float = 0.0


def bands_of(settings: DreamSettings) -> Bands:
    """What the settings ask for."""
    return Bands(settings.strengths(), settings.smoothing)


def even_out(
    gradient: Change, mask: AnyMask, bands: Bands, recorded: Sequence[float] | None = None
) -> tuple[float, ...]:
    """Apply ``bands`` to float32 (height, width, 3), in place; ``mask``: (height, width), whose pixels count.

    Returns the factor of each band, of none without normalisation. ``recorded``: these factors, where they are those of
    a larger gradient that this one is a part of.
    """
    if bands.smoothing:
        _smooth(gradient, bands.smoothing)
    if not bands.strengths:
        return ()
    pictures = [gradient]
    for _ in bands.strengths[1:]:
        pictures.append(reduced(pictures[-1]))
    sizes = [] if recorded else [_root_mean_square(pictures[i : i + 2], mask) for i in range(len(pictures))]
    factors = recorded or [
        strength / max(size, max(sizes) * _EPSILON, 1e-30)
        for strength, size in zip(bands.strengths, sizes, strict=True)
    ]
    for index in reversed(range(len(pictures))):
        picture = pictures[index]
        picture *= np.float32(factors[index] - (factors[index - 1] if index else 0.0))
        if picture is not pictures[-1]:
            for rows, enlarged in _enlarged(pictures.pop(), *picture.shape[:2]):
                picture[rows] += enlarged
    return tuple(factors)


def reduced(picture: Change) -> Change:
    """(height, width, 3) → half as large, after Burt & Adelson's 5 x 5 kernel; mirrored at the border."""
    height, width = picture.shape[:2]
    small = np.empty(((height + 1) // 2, (width + 1) // 2, 3), np.float32)
    for rows in blocks(small.shape[0], 2 * width * 3):
        first = max(0, rows.start - 1)
        small[rows] = cv2.pyrDown(picture[2 * first : 2 * rows.stop + 2])[rows.start - first : rows.stop - first]
    return small


def _enlarged(small: Change, height: int, width: int) -> Iterator[tuple[slice, Change]]:
    """``small`` at twice its size, by the same kernel, as (rows, what stands in them)."""
    for part in blocks(small.shape[0], 2 * width * 3):
        first, last = max(0, part.start - 1), min(small.shape[0], part.stop + 1)
        tall = cv2.pyrUp(small[first:last], dstsize=(width, min(2 * last, height) - 2 * first))
        rows = slice(2 * part.start, min(height, 2 * part.stop))
        yield rows, np.asarray(tall[rows.start - 2 * first : rows.stop - 2 * first], np.float32)


def _root_mean_square(pictures: list[Change], mask: AnyMask) -> float:
    """Of the band between a picture and the next smaller one (the remainder: of the picture), over the mask."""
    picture, small = pictures[0], pictures[1:]
    height, width = picture.shape[:2]
    small_mask = None if is_everywhere(mask) else resize(mask, width, height, enlarge_softly=False)
    parts = _enlarged(small[0], height, width) if small else ((rows, None) for rows in blocks(height, width * 3))
    total = 0.0
    for rows, enlarged in parts:
        band = picture[rows] if enlarged is None else picture[rows] - enlarged
        if small_mask is None:
            total += float(np.vdot(band, band))
        else:
            total += float(np.vdot(channel_sum(np.square(band)), small_mask[rows]))
    count = float(height * width) if small_mask is None else float(small_mask.sum(dtype=np.float64))
    return math.sqrt(total / (3 * max(count, _EPSILON)))


def _smooth(gradient: Change, sigma: float) -> None:
    """A Gaussian, in place; 0 beyond the border."""
    reach = math.ceil(3 * sigma)
    size, width = 2 * reach + 1, gradient.shape[1]
    above = np.zeros((0, width, 3), np.float32)
    for rows in blocks(gradient.shape[0], width * 3):
        seen = np.concatenate([above, gradient[rows.start : rows.stop + reach]])
        blurred = cv2.GaussianBlur(seen, (size, size), sigma, borderType=cv2.BORDER_CONSTANT)
        start, stop = len(above), len(above) + rows.stop - rows.start
        gradient[rows], above = blurred[start:stop], seen[max(0, stop - reach) : stop]
