"""(gradient with likeness terms, picture, share) → how much these count beside the objective.

Feature Accentuation (Hamblin et al. 2024, arXiv 2402.10039): the distance of an early layer's features to the
original's, weighed by the ratio of both gradients at the first step. As nothing is unlike the original then, its
gradient is measured against a blurred picture, in which the forms are lost.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..arrays import Maps, PerChannel, Planes, Rgb
from ..image.rotation import Rotation
from .gradient import Gradient

# At 100 % likeness pulls so many times as hard as the objective where forms are lost altogether.
STRONGEST = 4.0
# As a share of the longer side: a Gaussian in which the forms are lost.
_LOST = 1 / 24


def balanced(gradient: Gradient, emphasis: list[PerChannel], picture: Rgb, share: float) -> list[PerChannel]:
    """``emphasis`` with a weight for likeness under each mask, where ``gradient`` has any: ``share`` (0..1) of all.

    ``picture``: float32 (height, width, 3), 0..255.
    """
    if not gradient.original_channels:
        return emphasis
    count = len(gradient.groups)
    others, likeness = emphasis[:-count], emphasis[-count:]
    maps: Maps = np.ones((*picture.shape[:2], len(gradient.maps)), np.float32)
    lost: Rgb = np.asarray(cv2.GaussianBlur(picture, (0, 0), max(picture.shape) * _LOST), np.float32)

    def strength(weight: float) -> Planes:
        weighed = [*others, *(np.full_like(each, weight) for each in likeness)]
        return gradient(lost, maps, picture, weighed, Rotation())

    own = strength(0.0)
    likeness_means = _means(strength(1.0) - own, count)
    ratios = _means(own, count) / np.maximum(likeness_means, 1e-30) * np.float32(STRONGEST * share)
    return [*others, *(np.full_like(each, ratio) for each, ratio in zip(likeness, ratios, strict=True))]


def _means(gradients: Planes, count: int) -> Planes:
    """Mean |gradient| of each of ``count`` groups."""
    means: Planes = np.abs(gradients).reshape(-1, count, 3).mean(axis=(0, 2))
    return means
