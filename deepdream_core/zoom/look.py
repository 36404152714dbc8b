"""(frames of a zoom) → the same frames, each with the first one's brightness, contrast, colour and fine detail.

A zoom dreams its own pictures again and again: a small gain in each would burn out after forty. ``engine/tones`` does
something else, though it measures alike: it limits what a step adds to an original, while here there is none, and
what was lost is raised as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from ..arrays import Light, Planes, Rgb
from ..engine.tones import FINE_PX
from ..image.colour import luminance
from .strengths import MOST_RAISED, Strengths, matched, strengths

_ROUNDS = 3
# Within as many pixels a colour must have company.
_FRINGE_PX = 5


@dataclass(frozen=True)
class Averages:
    """In 0..255 units: ``mean`` and ``contrast`` (standard deviation) of luminance, ``colour``: the root mean square
    of what the colours add to it, ``fine``: of what is finer than ``FINE_PX`` in luminance."""

    mean: float
    contrast: float
    colour: float
    fine: float


@dataclass(frozen=True)
class First:
    """What all frames are held to: the first one's averages and strengths."""

    averages: Averages
    strengths: Strengths


def first_of(rgb: Rgb) -> First:
    """Of the first frame, float32 (height, width, 3), 0..255."""
    return First(averages(rgb), strengths(rgb))


def averages(rgb: Rgb) -> Averages:
    """Of a frame, float32 (height, width, 3), 0..255."""
    light = luminance(rgb)
    colour = rgb - light[..., np.newaxis]
    return Averages(float(light.mean()), float(light.std()), _rms(colour), _rms(light - _broad(light)))


def held(rgb: Rgb, first: First) -> Rgb:
    """The frame, float32 (height, width, 3), 0..255, as the ``first`` looked, but for coloured fringes."""
    return _averaged(matched(_without_fringes(rgb), first.strengths), first.averages)


def _without_fringes(rgb: Rgb) -> Rgb:
    """The frame without what many steps leave along edges: specks of colours that are nowhere around them."""
    light = luminance(rgb)[..., np.newaxis]
    colour = np.asarray(cv2.medianBlur(rgb - light, _FRINGE_PX), np.float32)
    whole: Rgb = light + colour - luminance(colour)[..., np.newaxis]
    return whole


def _averaged(rgb: Rgb, first: Averages) -> Rgb:
    """Some rounds, since 0 and 255 cut off."""
    for _ in range(_ROUNDS):
        now = averages(rgb)
        light = luminance(rgb)
        broad = _broad(light)
        finer = (light - broad) * _gain(first.fine, now.fine)
        broader = (broad - broad.mean()) * _remaining(broad, finer, first.contrast)
        restored = (finer - finer.mean() + broader + np.float32(first.mean))[..., np.newaxis]
        colour = (rgb - light[..., np.newaxis]) * _gain(first.colour, now.colour)
        rgb = np.clip(restored + colour, 0, 255)
    return rgb


def _remaining(broad: Light, finer: Light, contrast: float) -> float:
    """By how much the broad forms are multiplied so that with the finer ones the contrast comes out right."""
    forms, rest = broad - broad.mean(), finer - finer.mean()
    own, both, other = float(np.mean(forms**2)), float(np.mean(forms * rest)), float(np.mean(rest**2))
    root = math.sqrt(max(both**2 - own * (other - contrast**2), 0.0))
    return _gain(root - both, own)


def _gain(wanted: float, now: float) -> float:
    return min(max(wanted, 0.0) / max(now, 1e-6), MOST_RAISED)


def _broad(light: Light) -> Light:
    return np.asarray(cv2.GaussianBlur(light, (0, 0), FINE_PX, borderType=cv2.BORDER_REFLECT), np.float32)


def _rms(plane: Planes) -> float:
    return float(np.sqrt(np.mean(np.square(plane))))
