"""A convolution as a plain function over constants, with all that is linear around it folded in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import ops

from ..arrays import Constants

Gradient = Callable[[tf.Tensor], tf.Tensor]


@contextmanager
def gradients_forgotten() -> Iterator[None]:
    """Around a trace with its gradient: TensorFlow forgets afterwards how the convolutions in it are differentiated.

    It registers that for good, under a new name each time, and the whole graph stays with it: without this 60
    objectives leave behind 700 MB. No public function takes it back.
    """
    registry = ops.gradient_registry
    before = set(registry.list())
    try:
        yield
    finally:
        for name in set(registry.list()) - before:
            del registry._registry[name]


@dataclass(frozen=True)
class Conv:
    """A convolution and its bias, computed in the precision of its input.

    ``kernel``: (height, width, channels in, channels out), depthwise (height, width, channels in, 1).
    ``padding``: "SAME" or "VALID".
    """

    kernel: Constants
    bias: Constants
    stride: int = 1
    padding: str = "SAME"
    depthwise: bool = False

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        return tf.nn.bias_add(tf.custom_gradient(self._with_gradient)(x), tf.constant(self.bias, x.dtype))

    def _with_gradient(self, x: tf.Tensor) -> tuple[tf.Tensor, Gradient]:
        """The convolution and how the gradient goes back through it, by the kernels that oneDNN is fastest at."""

        def gradient(upstream: tf.Tensor) -> tf.Tensor:
            if self.stride == 1 and self.padding == "SAME":
                # Itself a convolution, with the kernel turned about. Only a forward convolution's constant kernel
                # is kept in oneDNN's own layout from call to call, which is a sixth of the time of a small tile.
                return self._convolved(upstream, self._turned())
            return self._back_through(upstream, x)

        return self._convolved(x, self.kernel), gradient

    def _convolved(self, x: tf.Tensor, kernel: Constants) -> tf.Tensor:
        constant = tf.constant(kernel, x.dtype)
        if self.depthwise:
            return tf.nn.depthwise_conv2d(x, constant, [1, self.stride, self.stride, 1], self.padding)
        return tf.nn.conv2d(x, constant, self.stride, self.padding)

    def _turned(self) -> Constants:
        """For odd sizes: upside down and back to front, channels in and out changed over."""
        rotated = self.kernel[::-1, ::-1]
        return np.ascontiguousarray(rotated if self.depthwise else rotated.swapaxes(2, 3))

    def _back_through(self, upstream: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
        strides = [1, self.stride, self.stride, 1]
        if not self.depthwise:
            kernel = tf.constant(self.kernel, x.dtype)
            return tf.nn.conv2d_transpose(upstream, kernel, tf.shape(x), strides, self.padding)
        # oneDNN's gradient of a strided depthwise convolution is twenty times slower in bf16 than in fp32.
        above = tf.cast(upstream, tf.float32)
        below = tf.nn.depthwise_conv2d_backprop_input(tf.shape(x), self.kernel, above, strides, self.padding)
        return tf.cast(below, x.dtype)
