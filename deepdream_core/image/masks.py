"""(a picture, perhaps a colour) → the mask that it paints: where it is light, has that colour, or is opaque."""

from __future__ import annotations

import numpy as np

from ..arrays import AnyRgb, Mask
from ..objective.syntax import ALPHA
from .colour import luminance
from .pixels import Pixels

# Euclidean distance in 0..255 RGB up to which a colour is the one that was asked for; at twice that it no more is.
COLOUR_REACH = 32.0


def painted(picture: Pixels, colour: str = "") -> Mask:
    """float32 (height, width), 0..1: how light each pixel is; what is transparent is black.

    ``colour``: "rrggbb" (hexadecimal): how near each pixel is to it instead, soft at the edges of strokes; ``ALPHA``:
    how opaque each pixel is, whatever its colour.
    """
    if colour == ALPHA:
        opaque: Mask = np.ones(picture.rgb.shape[:2], np.float32) if picture.alpha is None else picture.alpha
        return opaque.astype(np.float32)
    mask = _likeness(picture.rgb, colour) if colour else np.clip(luminance(picture.rgb) / 255, 0, 1)
    return (mask if picture.alpha is None else mask * picture.alpha).astype(np.float32)


def _likeness(rgb: AnyRgb, colour: str) -> Mask:
    wanted = np.frombuffer(bytes.fromhex(colour), np.uint8).astype(np.float32)
    likeness: Mask = np.clip(2 - np.linalg.norm(rgb - wanted, axis=2) / COLOUR_REACH, 0, 1)
    return likeness
