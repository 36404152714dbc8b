"""(gradient, mask) → the gradient smoothed, and with every frequency band at the strength that was asked for.

Laplacian-pyramid normalisation of Google's 2015 notebook (Mordvintsev et al.): split into bands (Burt &
Adelson 1983), divide each by its own root mean square, merge. All in place and a few rows at a time: beside the
gradient there are only its reduced copies, a third of it. ``laplacian`` has the same pyramid for TensorFlow.

With G the reduced pictures, E their enlargement and f the factor of each band, the merged picture is
``D[0]``, where ``D[i] = (f[i] - f[i-1]) G[i] + E(D[i+1])``: no band is ever stored.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .resizing import resize
from .rows import Mask, blocks, is_everywhere
from .settings import SPECS, DreamSettings

Array = NDArray[np.float32]
_EPSILON = 1e-10
_KERNEL = (1, 4, 6, 4, 1)


@dataclass(frozen=True)
class Bands:
    """``strengths``: of each band from fine to coarse and of the remainder (empty: no normalisation).

    ``smoothing``: standard deviation of a Gaussian in pixels (0: none).
    """

    strengths: tuple[float, ...] = ()
    smoothing: float = 0.0


def bands_of(settings: DreamSettings) -> Bands:
    """What the settings ask for. Raises ``DreamError`` for strengths that are no numbers."""
    if not settings.laplacian_levels:
        return Bands(smoothing=settings.smoothing)
    try:
        strengths = [float(part) for part in settings.laplacian_strengths.split(",")]
    except ValueError as error:
        raise SPECS["laplacian_strengths"].error(settings.laplacian_strengths, "numbers like 1,1,0.5") from error
    count = settings.laplacian_levels + 1
    return Bands(tuple((strengths + strengths[-1:] * count)[:count]), settings.smoothing)


def even_out(gradient: Array, mask: Mask, bands: Bands) -> None:
    """Apply ``bands`` to float32 (height, width, 3), in place; ``mask``: (height, width), whose pixels count."""
    if bands.smoothing:
        _smooth(gradient, bands.smoothing)
    if not bands.strengths:
        return
    pictures = [gradient]
    for _ in bands.strengths[1:]:
        pictures.append(reduced(pictures[-1]))
    factors = [
        strength / max(_root_mean_square(pictures[index:index + 2], mask), _EPSILON)
        for index, strength in enumerate(bands.strengths)
    ]
    for index in reversed(range(len(pictures))):
        picture = pictures[index]
        picture *= np.float32(factors[index] - (factors[index - 1] if index else 0.0))
        if picture is not pictures[-1]:
            for rows, enlarged in _enlarged(pictures.pop(), *picture.shape[:2]):
                picture[rows] += enlarged


def reduced(picture: Array) -> Array:
    """(height, width, 3) → half as large, after Burt & Adelson's 5 x 5 kernel; 0 beyond the border."""
    height, width = picture.shape[:2]
    small = np.empty(((height + 1) // 2, (width + 1) // 2, 3), np.float32)
    before = 2 if height % 2 else 1
    for rows in blocks(small.shape[0], 2 * width * 3):
        count = rows.stop - rows.start
        seen = _rows(picture, 2 * rows.start - before, 2 * rows.stop - before + 3)
        tall = sum(np.float32(weight / 16) * seen[tap:tap + 2 * count:2] for tap, weight in enumerate(_KERNEL))
        _narrow(tall, small[rows])
    return small


def _narrow(tall: Array, small: Array) -> None:
    """Reduce along the rows, channel by channel: strides are quick, runs of three are not."""
    width, before = tall.shape[1], 2 if tall.shape[1] % 2 else 1
    padded = np.zeros((tall.shape[0], width + 4, 3), np.float32)
    padded[:, before:before + width] = tall
    for channel in range(3):
        plane, out = padded[..., channel], small[..., channel]
        taps = [plane[:, tap:tap + 2 * small.shape[1]:2] for tap in range(5)]
        part = taps[0] + taps[4]
        part += np.float32(4) * (taps[1] + taps[3])
        part += np.float32(6) * taps[2]
        np.multiply(part, np.float32(1 / 16), out=out)


def _enlarged(small: Array, height: int, width: int) -> Iterator[tuple[slice, Array]]:
    """``small`` at twice its size (the transpose of ``reduced``, times 4), as (rows, what stands in them)."""
    for part in blocks(small.shape[0], 2 * width * 3):
        wide = _widened(_rows(small, part.start - 1, part.stop + 1), width)
        three = (wide[:-2] + np.float32(6) * wide[1:-1] + wide[2:]) * np.float32(1 / 8)
        pairs = (wide[:-1] + wide[1:]) * np.float32(0.5)
        first, second = (three, pairs[1:]) if height % 2 else (pairs[:-1], three)
        tall = np.stack([first, second], axis=1).reshape(-1, width, 3)
        rows = slice(2 * part.start, min(height, 2 * part.stop))
        yield rows, tall[:rows.stop - rows.start]


def _widened(small: Array, width: int) -> Array:
    count = small.shape[1]
    padded = np.zeros((small.shape[0], count + 2, 3), np.float32)
    padded[:, 1:-1] = small
    wide = np.empty((small.shape[0], width, 3), np.float32)
    evens, odds = (width + 1) // 2, width // 2
    for channel in range(3):
        plane = padded[..., channel]
        three = (plane[:, :-2] + np.float32(6) * plane[:, 1:-1] + plane[:, 2:]) * np.float32(1 / 8)
        pairs = (plane[:, :-1] + plane[:, 1:]) * np.float32(0.5)
        first, second = (three, pairs[:, 1:]) if width % 2 else (pairs, three)
        wide[:, 0::2, channel], wide[:, 1::2, channel] = first[:, :evens], second[:, :odds]
    return wide


def _rows(picture: Array, start: int, stop: int) -> Array:
    """Rows of a picture; those beyond it are 0."""
    height = picture.shape[0]
    inner = picture[max(0, start):max(0, min(height, stop))]
    above, below = max(0, -start), max(0, stop - max(start, height))
    if not above and not below:
        return inner
    beyond = np.zeros((stop - start, *picture.shape[1:]), np.float32)
    beyond[above:above + len(inner)] = inner
    return beyond


def _root_mean_square(pictures: list[Array], mask: Mask) -> float:
    """Of the band between a picture and the next smaller one (the remainder: of the picture), over the mask."""
    picture, small = pictures[0], pictures[1:]
    height, width = picture.shape[:2]
    weight = None if is_everywhere(mask) else resize(mask, width, height, enlarge_softly=False)
    parts = _enlarged(small[0], height, width) if small else (
        (rows, None) for rows in blocks(height, width * 3)
    )
    total = 0.0
    for rows, enlarged in parts:
        band = picture[rows] if enlarged is None else picture[rows] - enlarged
        if weight is None:
            total += float(np.vdot(band, band))
        else:
            total += float(np.vdot(np.square(band).sum(axis=2), weight[rows]))
    count = float(height * width) if weight is None else float(weight.sum(dtype=np.float64))
    return math.sqrt(total / (3 * max(count, _EPSILON)))


def _smooth(gradient: Array, sigma: float) -> None:
    """A Gaussian, in place; 0 beyond the border."""
    reach = math.ceil(3 * sigma)
    taps = np.exp(-np.square(np.arange(-reach, reach + 1)) / (2 * sigma**2))
    weights = (taps / taps.sum()).astype(np.float32)
    height, width = gradient.shape[:2]
    above = np.zeros((reach, width, 3), np.float32)
    for rows in blocks(height, width * 3):
        count = rows.stop - rows.start
        seen = np.concatenate([above, _rows(gradient, rows.start, rows.stop + reach)])
        above = seen[count:count + reach].copy()
        tall = sum(weight * seen[tap:tap + count] for tap, weight in enumerate(weights))
        padded = np.pad(tall, ((0, 0), (reach, reach), (0, 0)))
        gradient[rows] = sum(weight * padded[:, tap:tap + width] for tap, weight in enumerate(weights))
