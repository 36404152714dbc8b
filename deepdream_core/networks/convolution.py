"""A convolution as a plain function over constants, with all that is linear around it folded in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Conv:
    """A convolution and its bias, computed in the precision of its input.

    ``kernel``: (height, width, channels in, channels out). ``padding``: "SAME" or "VALID".
    """

    kernel: Array
    bias: Array
    stride: int = 1
    padding: str = "SAME"

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        kernel, bias = tf.constant(self.kernel, x.dtype), tf.constant(self.bias, x.dtype)
        return tf.nn.bias_add(tf.nn.conv2d(x, kernel, self.stride, self.padding), bias)
