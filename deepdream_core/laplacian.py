"""(gradient, mask) → the gradient smoothed, and with every frequency band at the strength that was asked for.

Laplacian-pyramid normalisation of Google's 2015 notebook (Mordvintsev et al.): split into bands (Burt &
Adelson 1983), divide each by its own root mean square, merge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from .settings import SPECS, DreamSettings

Array = NDArray[np.float32]
_EPSILON = 1e-10


@dataclass(frozen=True)
class Bands:
    """``strengths``: of each band from fine to coarse and of the remainder (empty: no normalisation).

    ``smoothing``: standard deviation of a Gaussian in pixels (0: none).
    """

    strengths: tuple[float, ...] = ()
    smoothing: float = 0.0


def bands_of(settings: DreamSettings) -> Bands:
    """What the settings ask for. Raises ``DreamError`` for strengths that are no numbers."""
    if not settings.laplacian_levels:
        return Bands(smoothing=settings.smoothing)
    try:
        strengths = [float(part) for part in settings.laplacian_strengths.split(",")]
    except ValueError as error:
        raise SPECS["laplacian_strengths"].error(settings.laplacian_strengths, "numbers like 1,1,0.5") from error
    count = settings.laplacian_levels + 1
    return Bands(tuple((strengths + strengths[-1:] * count)[:count]), settings.smoothing)


class BandNormaliser:
    """Applies ``bands`` to gradients of any size; traced once."""

    def __init__(self, bands: Bands) -> None:
        self._bands = bands
        picture = tf.TensorSpec([None, None, 3], tf.float32)
        mask = tf.TensorSpec([None, None], tf.float32)
        self._compiled = tf.function(self._normalised, input_signature=[picture, mask], autograph=False)

    def __call__(self, gradient: Array, mask: Array) -> Array:
        """float32 (height, width, 3) and the (height, width) mask whose pixels count → the same, normalised."""
        if self._bands == Bands():
            return gradient
        normalised: Array = self._compiled(gradient, mask).numpy()
        return normalised

    def _normalised(self, gradient: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        picture = gradient[tf.newaxis]
        if self._bands.smoothing:
            picture = _smoothed(picture, self._bands.smoothing)
        if self._bands.strengths:
            bands = split(picture, len(self._bands.strengths) - 1)
            pairs = zip(bands, self._bands.strengths, strict=True)
            picture = merge([_unit(band, mask) * strength for band, strength in pairs])
        return picture[0]


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


def _unit(band: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Divide a band by its root mean square over the mask (which is reduced to the band's size)."""
    size = tf.shape(band)[1:3]
    weight = tf.image.resize(mask[tf.newaxis, ..., tf.newaxis], size, antialias=True)
    total = tf.maximum(tf.reduce_sum(weight), _EPSILON) * 3
    return band / tf.maximum(tf.sqrt(tf.reduce_sum(tf.square(band) * weight) / total), _EPSILON)


def _smoothed(picture: tf.Tensor, sigma: float) -> tf.Tensor:
    reach = math.ceil(3 * sigma)
    row = np.exp(-np.square(np.arange(-reach, reach + 1)) / (2 * sigma**2)).astype(np.float32)
    row = np.tile((row / row.sum())[:, np.newaxis, np.newaxis, np.newaxis], (1, 1, 3, 1))
    once = tf.nn.depthwise_conv2d(picture, row, [1, 1, 1, 1], "SAME")
    return tf.nn.depthwise_conv2d(once, row.transpose(1, 0, 2, 3), [1, 1, 1, 1], "SAME")


def _kernel() -> Array:
    row = np.array([1, 4, 6, 4, 1], np.float32)
    kernel = np.outer(row, row) / np.square(row.sum())
    return np.repeat(kernel[:, :, np.newaxis, np.newaxis], 3, axis=2).astype(np.float32)


def _reduced(picture: tf.Tensor) -> tf.Tensor:
    return tf.nn.depthwise_conv2d(picture, _kernel(), [1, 2, 2, 1], "SAME")


def _expanded(picture: tf.Tensor, shape: tf.Tensor) -> tf.Tensor:
    return tf.nn.depthwise_conv2d_backprop_input(shape, _kernel() * 4, picture, [1, 2, 2, 1], "SAME")
