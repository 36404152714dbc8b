"""A Laplacian pyramid (Burt & Adelson 1983) of TensorFlow's operations; ``bands`` has the same for the steps."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..arrays import Constants


def split(picture: tf.Tensor, levels: int) -> list[tf.Tensor]:
    """(n, height, width, 3) → ``levels`` bands from fine to coarse and the remainder, each half as large."""
    bands = []
    for _ in range(levels):
        low = _reduced(picture)
        bands.append(picture - _expanded(low, tf.shape(picture)))
        picture = low
    return [*bands, picture]


def merge(bands: list[tf.Tensor]) -> tf.Tensor:
    """The inverse of ``split``."""
    picture = bands[-1]
    for band in reversed(bands[:-1]):
        picture = _expanded(picture, tf.shape(band)) + band
    return picture


def adjoint(gradient: tf.Tensor, levels: int) -> list[tf.Tensor]:
    """The gradient (n, height, width, 3) of a picture as that of the bands that ``merge`` makes it of."""
    gradients = [gradient]
    for _ in range(levels):
        gradients.append(4 * _reduced(gradients[-1]))
    return gradients


def _kernel() -> Constants:
    row = np.array([1, 4, 6, 4, 1], np.float32)
    kernel = np.outer(row, row) / np.square(row.sum())
    return np.repeat(kernel[:, :, np.newaxis, np.newaxis], 3, axis=2).astype(np.float32)


def _reduced(picture: tf.Tensor) -> tf.Tensor:
    return tf.nn.depthwise_conv2d(picture, _kernel(), [1, 2, 2, 1], "SAME")


def _expanded(picture: tf.Tensor, shape: tf.Tensor) -> tf.Tensor:
    return tf.nn.depthwise_conv2d_backprop_input(shape, _kernel() * 4, picture, [1, 2, 2, 1], "SAME")
