"""(picture, angle, scale) → the picture turned about its middle, bilinear: OpenCV's fast warp, put plainly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from ..arrays import AnyPlanes, Planes

Beyond = Literal["empty", "edge", "wrap"]
_BORDERS = {"empty": cv2.BORDER_CONSTANT, "edge": cv2.BORDER_REPLICATE, "wrap": cv2.BORDER_WRAP}


@dataclass(frozen=True)
class Rotation:
    """``angle``: radians, counter-clockwise; ``scale``: how much larger everything gets."""

    angle: float = 0.0
    scale: float = 1.0

    def __bool__(self) -> bool:
        return (self.angle, self.scale) != (0.0, 1.0)

    def back(self) -> Rotation:
        """What undoes it, but for what was lost at the border."""
        return Rotation(-self.angle, 1 / self.scale)


def rotated(
    picture: AnyPlanes, rotation: Rotation, size: tuple[int, int] | None = None, beyond: Beyond = "empty"
) -> Planes:
    """The middle of (height, width[, channels]) turned, as float32 of ``size`` (rows, columns; default: as it is).

    ``beyond``: what lies around the picture: 0, its outermost pixels, or its opposite side.
    """
    height, width = size or picture.shape[:2]
    if not picture.size:
        return np.zeros((height, width, *picture.shape[2:]), np.float32)
    cosine, sine = math.cos(rotation.angle) / rotation.scale, math.sin(rotation.angle) / rotation.scale
    middle, old = ((width - 1) / 2, (height - 1) / 2), ((picture.shape[1] - 1) / 2, (picture.shape[0] - 1) / 2)
    across = old[0] - cosine * middle[0] + sine * middle[1]
    down = old[1] - sine * middle[0] - cosine * middle[1]
    there_to_here = np.array([[cosine, -sine, across], [sine, cosine, down]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(
        np.asarray(picture, np.float32), there_to_here, (width, height), flags=flags, borderMode=_BORDERS[beyond]
    )
    return np.asarray(seen, np.float32).reshape(height, width, *picture.shape[2:])
