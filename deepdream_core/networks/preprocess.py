"""(RGB pixels, 0..255) → the numbers that a network was trained on."""

from __future__ import annotations

import tensorflow as tf

from ..catalogue.info import Preprocessing


def preprocessed(pixels: tf.Tensor, preprocessing: Preprocessing) -> tf.Tensor:
    """(n, height, width, 3) as ``preprocessing`` says, in the precision of ``pixels``."""
    values = (pixels - tf.constant(preprocessing.mean, pixels.dtype)) / tf.constant(preprocessing.divisor, pixels.dtype)
    return values[..., ::-1] if preprocessing.bgr else values
