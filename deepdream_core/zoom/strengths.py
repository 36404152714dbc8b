"""(frame of a zoom, how strong the first one's forms and colours are) → the frame with the same share of strong ones.

Averages alone don't tell: an edge that glows is paid for by a paler sky. So whole distributions are matched, as texture
synthesis does (Heeger and Bergen, "Pyramid-Based Texture Analysis/Synthesis", 1995): in each band of luminance against
halos, in each band of colour against fringes, and in saturation against neon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from ..arrays import Planes, Rgb
from ..engine.tones import END_COLOUR, FINE_PX
from ..image.colour import luminance

# As much as a strength may be raised at once: a faint picture isn't blown up into grain.
MOST_RAISED = 1.15
# Each band ends at a Gaussian of so many pixels.
_BANDS_PX = (FINE_PX, 2 * FINE_PX, 4 * FINE_PX)
# Close together where few pixels are strong: those are what glows.
_SHARES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.96, 0.99, 0.998, 1.0)
_MOST_SAMPLES = 1 << 18

Quantiles = tuple[float, ...]


@dataclass(frozen=True)
class Strengths:
    """Quantiles of what is found at each pixel: ``light`` and ``colour`` for each band from fine to coarse, in 0..255
    units; ``saturation``: distance from grey, as a multiple of what is modest at that luminance."""

    light: list[Quantiles]
    colour: list[Quantiles]
    saturation: Quantiles


def strengths(rgb: Rgb) -> Strengths:
    """Of a frame, float32 (height, width, 3), 0..255."""
    light, colour = _parted(rgb)
    in_light, in_colour = ([_quantiles(_size(band)) for band in _bands(plane)] for plane in (light, colour))
    return Strengths(in_light, in_colour, _quantiles(_saturation(light, colour)))


def matched(rgb: Rgb, first: Strengths) -> Rgb:
    """The frame, float32 (height, width, 3), 0..255, with the strengths of the ``first``."""
    light, colour = _parted(rgb)
    light, colour = _with_bands(light, first.light), _with_bands(colour, first.colour)
    colour *= _gains(_saturation(light, colour), first.saturation)
    whole: Rgb = np.clip(light + colour, 0, 255)
    return whole


def _parted(rgb: Rgb) -> tuple[Planes, Planes]:
    """Luminance, (height, width, 1), and what the colours add to it, (height, width, 3)."""
    light = luminance(rgb)[..., np.newaxis]
    return light, rgb - light


def _bands(plane: Planes) -> Iterator[Planes]:
    for sigma in _BANDS_PX:
        broad = cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT).reshape(plane.shape)
        yield plane - broad
        plane = np.asarray(broad, np.float32)


def _with_bands(plane: Planes, wanted: list[Quantiles]) -> Planes:
    changed: Planes = plane.copy()
    for band, quantiles in zip(_bands(plane), wanted, strict=True):
        changed += band * (_gains(_size(band), quantiles) - np.float32(1))
    return changed


def _size(band: Planes) -> Planes:
    size: Planes = np.linalg.norm(band, axis=2, keepdims=True)
    return size


def _saturation(light: Planes, colour: Planes) -> Planes:
    least, rise = END_COLOUR
    modest = np.float32(least) + np.float32(rise) * np.clip(np.minimum(light, 255 - light), 0, None)
    return np.asarray(_size(colour) / modest, np.float32)


def _quantiles(sizes: Planes) -> Quantiles:
    samples = sizes.ravel()[:: max(1, sizes.size // _MOST_SAMPLES)]
    return tuple(map(float, np.quantile(samples, _SHARES)))


def _gains(sizes: Planes, wanted: Quantiles) -> Planes:
    """What to multiply each pixel with so that ``sizes`` get the ``wanted`` quantiles."""
    now = _quantiles(sizes)
    changed = np.interp(sizes, now, np.minimum(wanted, [MOST_RAISED * each for each in now]))
    return np.asarray(changed / np.maximum(sizes, np.float32(1e-6)), np.float32)
