"""Luminance and chroma (ITU-R BT.601, full range, as JPEG has them) and what is kept of the original's."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyRgb, Change, Light, Rgb

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
# Square root of the covariance of colours in ImageNet (Olah et al., "Feature Visualization", 2017; lucid).
_CORRELATION_ROOT = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)
CORRELATION = _CORRELATION_ROOT @ _CORRELATION_ROOT.T


def luminance(rgb: AnyRgb) -> Light:
    """(…, 3), 0..255 → float32 (…), 0..255."""
    light: Light = rgb @ LUMINANCE
    return light


def natural(gradient: Change) -> Change:
    """A gradient of RGB → ascent in decorrelated colours: steps go along colours that occur together."""
    rotated: Change = gradient @ CORRELATION
    return rotated


def keep_chroma(source: AnyRgb, dream: Rgb) -> Rgb:
    """``source`` with the luminance of ``dream``; both (height, width, 3), 0..255.

    All three channels move alike, so Cb and Cr stay; where one would leave 0..255, luminance gives way.
    """
    room_up = np.maximum(255 - source.max(axis=2), np.float32(0))
    room_down = np.maximum(source.min(axis=2), np.float32(0))
    change = np.clip(luminance(dream) - luminance(source), -room_down, room_up)
    recoloured: Rgb = source + change[..., np.newaxis]
    return recoloured
