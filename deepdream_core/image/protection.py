"""(what is seen, settings) → how much of the dream each pixel takes, by the picture itself: its tones, its lines."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..arrays import AnyRgb, Light, Mask
from ..settings.dream_settings import DreamSettings
from .colour import luminance

# Luminance at which shadows become midtones and these highlights, and how far to either side they mix; 0..255.
TONE_LIMITS, TONE_SOFTNESS = (85.0, 170.0), 40.0
# Lines are what is steeper than this share of all pixels, and at least so steep (0..255 per pixel).
LINE_SHARE, LINE_STEEPNESS = 0.93, 8.0
# A line begins to count at this share of the steepness at which it counts in full.
LINE_ONSET = 0.7
# One more pixel to either side of a line for as many pixels of the longer side.
LINE_BREADTH = 1000


@dataclass(frozen=True)
class Lines:
    """What counts as a line in a picture: as steep as ``full`` (0..255 per pixel), and how broad it is, in pixels."""

    full: float
    breadth: int


def lines_of(seen: AnyRgb, settings: DreamSettings) -> Lines:
    """As (height, width, 3), 0..255, has them; so far as the settings protect any."""
    breadth = 1 + max(seen.shape[:2]) // LINE_BREADTH
    if not settings.protect_lines:
        return Lines(0.0, breadth)
    steep = _steepness(luminance(np.clip(seen, 0, 255)))
    return Lines(max(float(np.quantile(steep, LINE_SHARE)), LINE_STEEPNESS), breadth)


def tone_strength(seen: AnyRgb, settings: DreamSettings, measure: Lines) -> Mask | float:
    """float32 (height, width), 0..1, or plain 1.0 where the settings ask for everything.

    ``seen``: (height, width, 3), 0..255; ``measure``: of it, or of the picture that it is a part of.
    """
    strength: Mask | float = 1.0
    by_tones = (settings.shadows, settings.midtones, settings.highlights) != (100, 100, 100)
    if not by_tones and not settings.protect_lines:
        return strength
    light = luminance(np.clip(seen, 0, 255))
    if by_tones:
        strength = strength * _tones(light, settings)
    if settings.protect_lines:
        strength = strength * (1 - lines(light, measure) * np.float32(settings.protect_lines / 100))
    return strength


def lines(light: Light, measure: Lines) -> Mask:
    """How much each pixel of (height, width), 0..255, belongs to a line or edge: float32, 0..1.

    Sobel's gradient; what is steep is spread to either side, so that a line keeps its neighbours.
    """
    steep = _steepness(light)
    full, breadth = measure.full, measure.breadth
    around = np.ones((2 * breadth + 1, 2 * breadth + 1), np.uint8)
    broad = cv2.dilate(rise(steep, LINE_ONSET * full, full), around)
    soft = cv2.GaussianBlur(broad, (0, 0), breadth / 2, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft, np.float32)


def _tones(light: Light, settings: DreamSettings) -> Mask:
    above = [rise(light, limit - TONE_SOFTNESS, limit + TONE_SOFTNESS) for limit in TONE_LIMITS]
    shares = 1 - above[0], above[0] - above[1], above[1]
    strengths = settings.shadows, settings.midtones, settings.highlights
    tones: Mask = sum(share * np.float32(strength / 100) for share, strength in zip(shares, strengths, strict=True))
    return np.clip(tones, 0, 1)


def rise(values: Light, low: float, high: float) -> Mask:
    """0 up to ``low``, 1 from ``high`` on, smooth between (smoothstep)."""
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    smooth: Mask = share * share * (3 - 2 * share)
    return smooth


def _steepness(light: Light) -> Light:
    """The length of Sobel's gradient, in units of ``light`` per pixel."""
    # The kernel of 3 x 3 sums up to 8 units for a slope of 1.
    across, down = (
        cv2.Sobel(light, cv2.CV_32F, *axis, scale=1 / 8, borderType=cv2.BORDER_REPLICATE) for axis in ((1, 0), (0, 1))
    )
    # OpenCV's own magnitude differs in its last bit by where in memory the planes happen to lie.
    length: Light = np.sqrt(np.square(across) + np.square(down))
    return length
