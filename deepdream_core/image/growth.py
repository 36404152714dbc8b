"""(what a dream added, where it may grow) → alpha: 1 where something grew, 0 where next to nothing did."""

from __future__ import annotations

import cv2
import numpy as np

from ..arrays import Light, Mask
from .protection import rise
from .resizing import resize

# Growth is measured on at most so many pixels of the longer side, over a Gaussian of this share of it: it is soft.
_MEASURED_PX, _SPREAD = 256, 1 / 32
# How much grew, as a multiple of the mean: nothing of the first, all of the second is shown.
LEAST, ENOUGH = 0.8, 1.2


def growth(added: Light, share: Mask) -> Mask:
    """How visible each pixel of (height, width) is where only what grew is shown: float32, 0..1, 0 where ``share`` is.

    ``added``: luminance that all steps together have added. A sum of their sizes instead, whatever their signs
    (Hamblin et al. 2024, arXiv 2402.10039), is largest in flat skies, where the dream only trembles.
    """
    height, width = added.shape
    scale = min(1.0, _MEASURED_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    energy = resize(np.square(added) * share, *size, enlarge_softly=False)
    counted = resize(share, *size, enlarge_softly=False)
    mean = float(energy.sum(dtype=np.float64) / max(counted.sum(dtype=np.float64), 1e-6))
    sigma = max(size) * _SPREAD
    around = cv2.GaussianBlur(energy, (0, 0), sigma) / np.maximum(cv2.GaussianBlur(counted, (0, 0), sigma), 1e-6)
    level = np.sqrt(around / max(mean, 1e-12), dtype=np.float32)
    alpha: Mask = np.clip(resize(rise(level, LEAST, ENOUGH), width, height), 0, 1) * share
    return alpha
