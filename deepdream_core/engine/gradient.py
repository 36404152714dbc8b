"""The one compiled function: a batch of tiles → how each of their pixels raises the objective."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np
import tensorflow as tf

from ..arrays import Maps, PerChannel, Planes, Rgb
from ..errors import DreamError
from ..image.rotation import Rotation, rotated
from ..networks import Network
from .loss import Objective
from .precision import FP32

VERSION = str(tf.__version__)
DTYPES = {"fp32": tf.float32, "bf16": tf.bfloat16, "fp16": tf.float16}


def configure(threads: int, others_do: bool) -> int:
    """Set TensorFlow and OpenCV up for this process, and return the number of threads that they take.

    Where TensorFlow has begun to compute, that is what it began with; if no others do (``others_do``), raises
    ``DreamError`` (``engine.threads``). On a graphics card memory is taken as needed, since a painting program wants
    some of it too.
    """
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        for device in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(device, True)
    except RuntimeError as error:
        # 0 stands for all cores.
        running = tf.config.threading.get_intra_op_parallelism_threads() or os.cpu_count() or 1
        if running != threads and not others_do:
            raise DreamError("engine.threads", running=running, requested=threads) from error
        threads = running
    cv2.setNumThreads(threads)
    return threads


class Compiled(Protocol):
    """Something that computes in a ``precision``, a key of ``DTYPES``."""

    precision: str

    def probe(self) -> None:
        """Compute something small."""


_Made = TypeVar("_Made", bound=Compiled)


def that_works(make: Callable[[str], _Made], precision: str) -> _Made:
    """What ``make`` gives for ``precision``; or for fp32, which every processor can, where this one fails at it."""
    made = make(precision)
    if precision == FP32:
        return made
    try:
        made.probe()
    except tf.errors.OpError as error:
        logging.getLogger(__name__).warning(
            "This computer can't use %s (%s); falling back to fp32, which is slower.", precision, type(error).__name__
        )
        return make(FP32)
    return made


class Gradient:
    """The gradient of ``objective`` on ``network``, traced once for pictures of any size.

    The shape is left open on purpose: one trace serves every octave and tile, and with the shape fixed
    TensorFlow's own rewriting makes the depthwise convolutions slower, not faster. ``precision``: of the
    network's own numbers, a key of ``DTYPES``; the objective and the picture are float32 at any precision.
    """

    def __init__(self, network: Network, objective: Objective, precision: str = "fp32") -> None:
        self._network, self._objective = network, objective
        self.precision, self._dtype = precision, DTYPES[precision]
        self.maps = objective.maps
        self.groups = objective.groups
        self.emphasised = objective.emphasised
        self.lattice = objective.lattice
        # Of the picture that likeness compares with: none where nothing does.
        self.original_channels = 3 if objective.likeness_layers else 0
        signature = [
            tf.TensorSpec([None, None, None, 3], tf.float32),
            tf.TensorSpec([None, None, None, len(objective.maps)], tf.float32),
            tf.TensorSpec([None, None, None, self.original_channels], tf.float32),
            [tf.TensorSpec([count], tf.float32) for count in objective.emphasised],
        ]
        self._compiled = tf.function(self._traced, input_signature=signature, autograph=False)
        self._valued = tf.function(self._value, input_signature=signature, autograph=False)

    def __call__(
        self, tile: Rgb, maps: Maps, original: Planes, emphasis: list[PerChannel], rotation: Rotation
    ) -> Planes:
        """The gradients of one tile, one for each of ``groups``: float32 (height, width, 3 x groups).

        ``tile``: float32 (height, width, 3), 0..255; ``maps``: (height, width, len(self.maps)), 0..1; ``original``:
        (height, width, original_channels), 0..255, what it shall stay like. ``emphasis``: for each count in
        ``emphasised`` that many channel weights; ``rotation``: how the network sees the tile turned, the border
        repeated (robustness: Olah et al. 2017).
        """
        seen = rotated(tile, rotation, beyond="edge") if rotation else tile
        like = rotated(original, rotation, beyond="edge") if rotation else original
        gradient: Planes = self._compiled(*(each[np.newaxis] for each in (seen, maps, like)), emphasis).numpy()[0]
        return rotated(gradient, rotation.back()) if rotation else gradient

    def value(self, picture: Rgb, maps: Maps, emphasis: list[PerChannel]) -> float:
        """How strong the objective is in a picture, all groups together; arguments as those of a call."""
        original = picture[..., : self.original_channels]
        return float(self._valued(*(each[np.newaxis] for each in (picture, maps, original)), emphasis).numpy())

    def probe(self) -> None:
        """Compute a small tile. Raises TensorFlow's ``OpError`` where the processor can't."""
        tile, maps = np.zeros((64, 64, 3), np.float32), np.zeros((64, 64, len(self.maps)), np.float32)
        emphasis = [np.ones(count, np.float32) for count in self.emphasised]
        self(tile, maps, tile[..., : self.original_channels], emphasis, Rotation())

    def _traced(self, pixels: tf.Tensor, maps: tf.Tensor, original: tf.Tensor, emphasis: list[tf.Tensor]) -> tf.Tensor:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(pixels)
            values = self._values(pixels, maps, original, emphasis)
        return tf.concat([tape.gradient(value, pixels) for value in values], axis=-1)

    def _value(self, *arguments: Any) -> tf.Tensor:
        return tf.add_n(self._values(*arguments))

    def _values(
        self, pixels: tf.Tensor, maps: tf.Tensor, original: tf.Tensor, emphasis: list[tf.Tensor]
    ) -> list[tf.Tensor]:
        found = self._network.activations(tf.cast(pixels, self._dtype), self._objective.layers)
        likeness = self._objective.likeness_layers
        wanted = self._network.activations(tf.cast(original, self._dtype), likeness) if likeness else {}
        return self._objective.values(found, maps, emphasis, wanted)
