"""Luminance and chroma (ITU-R BT.601, full range, as JPEG has them), what is kept of the original's; linear light."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyPlanes, AnyRgb, Change, Light, Planes, Rgb

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
# Square root of the covariance of colours in ImageNet (Olah et al., "Feature Visualization", 2017; lucid).
_CORRELATION_ROOT = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)
CORRELATION = _CORRELATION_ROOT @ _CORRELATION_ROOT.T


def luminance(rgb: AnyRgb) -> Light:
    """(…, 3), 0..255 → float32 (…), 0..255."""
    light: Light = rgb @ LUMINANCE
    return light


def channel_sum(planes: Planes) -> Light:
    """(…, 3) → (…): to the bit as ``sum(axis=-1)``, and twelve times as fast, since numpy reduces pixel by pixel."""
    total: Light = planes[..., 0] + planes[..., 1] + planes[..., 2]
    return total


def extremes(rgb: AnyRgb) -> tuple[AnyPlanes, AnyPlanes]:
    """(…, 3) → each pixel's smallest and largest channel, (…); fifty times as fast as ``min`` and ``max``."""
    red, green, blue = (rgb[..., channel] for channel in range(3))
    return np.minimum(np.minimum(red, green), blue), np.maximum(np.maximum(red, green), blue)


def natural(gradient: Change) -> Change:
    """A gradient of RGB → ascent in decorrelated colours: steps go along colours that occur together."""
    rotated: Change = gradient @ CORRELATION
    return rotated


def keep_chroma(source: AnyRgb, dream: Rgb) -> Rgb:
    """``source`` with the luminance of ``dream``; both (height, width, 3), 0..255.

    All three channels move alike, so Cb and Cr stay; where one would leave 0..255, luminance gives way.
    """
    darkest, lightest = extremes(source)
    room_up, room_down = np.maximum(255 - lightest, np.float32(0)), np.maximum(darkest, np.float32(0))
    change = np.clip(luminance(dream) - luminance(source), -room_down, room_up)
    recoloured: Rgb = source + change[..., np.newaxis]
    return recoloured


def from_linear(light: Planes) -> Planes:
    """Linear light → samples as sRGB encodes them (IEC 61966-2-1), float32; white is 1.0 in both.

    The curve goes on above white, and below black it is the same as above, turned about black, as in scRGB.
    """
    size = np.abs(light)
    samples = np.where(size <= 0.0031308, size * np.float32(12.92), 1.055 * size ** np.float32(1 / 2.4) - 0.055)
    encoded: Planes = np.copysign(samples, light, dtype=np.float32)
    return encoded


def to_linear(samples: Planes) -> Planes:
    """``from_linear`` backwards."""
    size = np.abs(samples)
    light = np.where(size <= 0.04045, size / np.float32(12.92), ((size + 0.055) / 1.055) ** np.float32(2.4))
    signed: Planes = np.copysign(light, samples, dtype=np.float32)
    return signed
