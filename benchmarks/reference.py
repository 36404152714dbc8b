"""The yardstick: DeepDream as TensorFlow's tutorial writes it, plain Keras under a GradientTape, fp32.

No folding, no freezing, no overlap: what a careful programmer has after an afternoon. Every pixel of every
octave is covered. Making it slower is a defect, and so is making it cleverer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import keras
import numpy as np
import tensorflow as tf

from tests import independent

from .task import Task

Gradient = Callable[[tf.Tensor], tf.Tensor]
SMALLEST_TILE = 96


def prepare(task: Task) -> Callable[[np.ndarray, Task], np.ndarray]:
    """Build the network once; the function returned dreams float32 (height, width, 3), 0..255."""
    network = independent.inception_v3() if task.network == "inception_v3" else independent.lite0()
    model = keras.Model(network.input, [network.output[layer] for layer in task.layers])

    @tf.function(input_signature=[tf.TensorSpec((None, None, 3), tf.float32)])
    def gradient(tile: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(tile)
            answers = tf.nest.flatten(model(tile[tf.newaxis], training=False))
            loss = tf.add_n([tf.reduce_mean(answer**2) for answer in answers])
        return tape.gradient(loss, tile)

    return lambda rgb, wanted: dream(rgb, wanted, gradient)


def dream(rgb: np.ndarray, task: Task, gradient: Gradient) -> np.ndarray:
    """Dream ``rgb``, float32 (height, width, 3), 0..255, from small to large."""
    random = np.random.default_rng(task.seed)
    detail = tf.zeros((1, 1, 3))
    for size in task.sizes:
        source = tf.image.resize(rgb, size, antialias=True)
        picture = source + tf.image.resize(detail, size)
        for _ in range(task.steps):
            shift = random.integers(0, task.tile, 2)
            found = rolled_gradient(picture, shift, task.tile, gradient)
            picture += task.step_size * found / tf.reduce_mean(tf.abs(found))
            picture = tf.clip_by_value(picture, 0, 255)
        detail = picture - source
    return picture.numpy()


def rolled_gradient(picture: tf.Tensor, shift: np.ndarray, tile: int, gradient: Gradient) -> tf.Tensor:
    """The gradient of the whole picture, tile by tile over its rolled copy."""
    rolled = tf.roll(picture, shift, (0, 1))
    strips = cut(rolled, 0, tile)
    rows = [tf.concat([tile_gradient(part, gradient) for part in cut(strip, 1, tile)], 1) for strip in strips]
    return tf.roll(tf.concat(rows, 0), -shift, (0, 1))


def cut(picture: tf.Tensor, axis: int, tile: int) -> Iterator[tf.Tensor]:
    """Pieces of ``tile`` pixels along ``axis``; the last one is what is left."""
    for start in range(0, picture.shape[axis], tile):
        yield picture[start : start + tile] if axis == 0 else picture[:, start : start + tile]


def tile_gradient(tile: tf.Tensor, gradient: Gradient) -> tf.Tensor:
    """The gradient of one tile, its edges continued while it is too small for the network."""
    height, width = tile.shape[:2]
    below, right = max(0, SMALLEST_TILE - height), max(0, SMALLEST_TILE - width)
    rows = np.minimum(np.arange(height + below), height - 1)
    columns = np.minimum(np.arange(width + right), width - 1)
    padded = tf.gather(tf.gather(tile, rows), columns, axis=1) if below or right else tile
    return gradient(padded)[:height, :width]
