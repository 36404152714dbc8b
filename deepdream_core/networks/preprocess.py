"""(RGB pixels, 0..255) → the numbers that a network was trained on."""

from __future__ import annotations

import tensorflow as tf

from ..catalogue.info import Preprocessing


def preprocessed(pixels: tf.Tensor, preprocessing: Preprocessing, dtype: tf.DType = tf.float32) -> tf.Tensor:
    """float32 (n, height, width, 3) as ``preprocessing`` says, in ``dtype``.

    The mean is subtracted in float32: around 0, where most tones then are, bf16 tells far finer ones apart.
    """
    values = (pixels - tf.constant(preprocessing.mean)) / tf.constant(preprocessing.divisor)
    return tf.cast(values[..., ::-1] if preprocessing.bgr else values, dtype)
