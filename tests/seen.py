"""What a person sees of a dream, in numbers: brightness, saturation, what is cut off, fine detail, what was added."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]
REC_709 = np.array([0.2126, 0.7152, 0.0722], np.float32)
FINE_PX, FORM_PX = 1.5, 2.0


@dataclass(frozen=True)
class Seen:
    """In 0..255 units but for ``cut``, the share of pixels with a channel at 0 or 255; ``fine``: root mean square."""

    mean: float
    saturation: float
    cut: float
    fine: float


def light(picture: Picture) -> Plane:
    """Luminance (ITU-R BT.709), (height, width)."""
    plane: Plane = picture.astype(np.float32) @ REC_709
    return plane


def seen(picture: Picture) -> Seen:
    """The numbers of (height, width, 3)."""
    plane = light(picture)
    apart = picture.max(axis=2).astype(np.float32) - picture.min(axis=2)
    cut = ((picture == 0) | (picture == 255)).any(axis=2)
    fine = np.sqrt(np.mean(np.square(plane - cv2.GaussianBlur(plane, (0, 0), FINE_PX))))
    return Seen(float(plane.mean()), float(apart.mean()), float(cut.mean()), float(fine))


def added(source: Picture, dream: Picture) -> Plane:
    """What of luminance a dream added, without grain."""
    forms: Plane = cv2.GaussianBlur(light(dream) - light(source), (0, 0), FORM_PX)
    return forms


def correlation(one: Plane, other: Plane) -> float:
    """From -1 to 1, of two planes of one size."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def faults(source: Picture, dream: Picture) -> list[str]:
    """Everything in which ``dream`` isn't as a preset's dream should be."""
    before, after = seen(source), seen(dream)
    plain = min(before.mean, 255 - before.mean) < 35
    found = []
    if abs(after.saturation - before.saturation) > max(0.12 * before.saturation, 4):
        found.append(f"saturation {before.saturation:.1f} to {after.saturation:.1f}")
    if after.cut - before.cut > 0.03:
        found.append(f"cut off {before.cut:.1%} to {after.cut:.1%}")
    moved = after.mean - before.mean
    to_middle = moved if before.mean < 128 else -moved
    if not (-2 <= to_middle <= 20 if plain else abs(moved) <= 2):
        found.append(f"mean {before.mean:.1f} to {after.mean:.1f}")
    if plain and np.abs(dream.astype(np.float32) - source).mean() < 8:
        found.append("hardly anything grew")
    if after.fine**2 > 1.3 * before.fine**2 and after.fine > 3:
        found.append(f"fine detail {before.fine:.1f} to {after.fine:.1f}")
    return found
