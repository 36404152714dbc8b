"""(RGB pixels, 0..255) → the numbers that a network was trained on."""

from __future__ import annotations

import tensorflow as tf

from ..catalogue.info import Scaling


def scaled(pixels: tf.Tensor, scaling: Scaling) -> tf.Tensor:
    """(n, height, width, 3) as ``scaling`` says, in the precision of ``pixels``."""
    values = (pixels - tf.constant(scaling.mean, pixels.dtype)) / tf.constant(scaling.divisor, pixels.dtype)
    return values[..., ::-1] if scaling.bgr else values
