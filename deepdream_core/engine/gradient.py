"""The one compiled function: a batch of tiles → how each of their pixels raises the objective."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Any, TypeVar

import cv2
import numpy as np
import tensorflow as tf

from ..arrays import Batch, Features, Maps, PerChannel, Planes, Rgb
from ..errors import DreamError
from ..image.rotation import Rotation, rotated
from ..networks import Network
from ..networks.convolution import gradients_forgotten
from .loss import Objective
from .precision import FP32, usable_cores

VERSION = str(tf.__version__)
DTYPES = {"fp32": tf.float32, "bf16": tf.bfloat16, "fp16": tf.float16}

_Answer = TypeVar("_Answer")


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
        running = tf.config.threading.get_intra_op_parallelism_threads() or usable_cores()
        if running != threads and not others_do:
            raise DreamError("engine.threads", running=running, requested=threads) from error
        threads = running
    cv2.setNumThreads(threads)
    return threads


class Compiled(ABC):
    """Functions traced to compute in a ``precision``, a key of ``DTYPES``; in fp32 from where that fails.

    ``when_failing`` is called then, with the precision and the reason.
    """

    def __init__(self, precision: str) -> None:
        self.when_failing: Callable[[str, str], None] = _ignored
        self._use(precision)

    def _use(self, precision: str) -> None:
        self.precision, self._dtype = precision, DTYPES[precision]
        self._trace()

    @abstractmethod
    def _trace(self) -> None:
        """Make the functions anew, for the precision of ``_dtype``."""

    @abstractmethod
    def probe(self) -> None:
        """Compute something small."""

    def _computed(self, compute: Callable[[], _Answer]) -> _Answer:
        """What ``compute`` gives; every processor can do it in fp32. Lack of memory isn't the precision's fault, nor is
        what fails in fp32 as well.
        """
        try:
            return compute()
        except (tf.errors.OpError, NotFinite) as error:
            if self.precision == FP32 or isinstance(error, tf.errors.ResourceExhaustedError):
                raise
            failed, reason = self.precision, type(error).__name__
        self._use(FP32)
        try:
            answer = compute()
        except (tf.errors.OpError, NotFinite):
            # The picture's fault, not the precision's: others are computed in it as before.
            self._use(failed)
            raise
        self.when_failing(failed, reason)
        return answer


class NotFinite(DreamError):
    """A gradient has infinities, or is no number: one such pixel, and tones held over all would lose the picture."""

    def __init__(self) -> None:
        super().__init__("engine.not_finite")


def _finite(gradients: tf.Tensor) -> Planes:
    """The only one of a batch."""
    gradient: Planes = gradients.numpy()[0]
    if not np.isfinite(gradient).all():
        raise NotFinite
    return gradient


def _ignored(_precision: str, _reason: str) -> None:
    """Nobody wants to know."""


class Gradient(Compiled):
    """The gradient of ``objective`` on ``network``, traced once for pictures of any size.

    The shape is left open on purpose: one trace serves every octave and tile, and with the shape fixed
    TensorFlow's own rewriting makes the depthwise convolutions slower, not faster. ``precision``: of the
    network's own numbers, a key of ``DTYPES``; the objective and the picture are float32 at any precision.
    """

    def __init__(self, network: Network, objective: Objective, precision: str = "fp32") -> None:
        self._network, self._objective = network, objective
        self.maps = objective.maps
        self.groups = objective.groups
        self.emphasised = objective.emphasised
        self._guides = [np.zeros((1, channels), np.float32) for channels in objective.guided]
        self.lattice = objective.lattice
        # Of the picture that likeness compares with: none where nothing does.
        self.original_channels = 3 if objective.likeness_layers else 0
        super().__init__(precision)

    def _trace(self) -> None:
        signature = [
            tf.TensorSpec([None, None, None, 3], tf.float32),
            tf.TensorSpec([None, None, None, len(self.maps)], tf.float32),
            tf.TensorSpec([None, None, None, self.original_channels], tf.float32),
            [tf.TensorSpec([count], tf.float32) for count in self.emphasised],
            [tf.TensorSpec([None, channels], tf.float32) for channels in self._objective.guided],
        ]
        movable = tf.TensorSpec([None, None, None, 1], tf.float32)
        self._compiled = tf.function(self._traced, input_signature=signature, autograph=False)
        self._valued = tf.function(self._value, input_signature=signature, autograph=False)
        self._measured = tf.function(self._with_strength, input_signature=[*signature, movable], autograph=False)

    def guided_by(self, features: list[Features]) -> Gradient:
        """The same traces with other guides: what each guide term of the objective is matched with."""
        guided = copy(self)
        guided._guides = features
        return guided

    def __call__(
        self, tile: Rgb, maps: Maps, original: Planes, emphasis: list[PerChannel], rotation: Rotation
    ) -> Planes:
        """The gradients of one tile, one for each of ``groups``: float32 (height, width, 3 x groups).

        ``tile``: float32 (height, width, 3), 0..255; ``maps``: (height, width, len(self.maps)), 0..1; ``original``:
        (height, width, original_channels), 0..255, what it shall stay like. ``emphasis``: for each count in
        ``emphasised`` that many channel weights; ``rotation``: how the network sees the tile turned, the border
        repeated (robustness: Olah et al. 2017). Raises ``NotFinite`` where fp32 can't compute it either.
        """
        batch = _seen((tile, maps, original), rotation)
        gradient: Planes = self._computed(lambda: _finite(self._compiled(*batch, emphasis, self._guides)))
        return rotated(gradient, rotation.back()) if rotation else gradient

    def with_strength(
        self, pieces: tuple[Rgb, Maps, Planes, Maps], emphasis: list[PerChannel], rotation: Rotation
    ) -> tuple[Planes, PerChannel]:
        """As a call; also how strong the objective is where the tile may move, and would be in photographs: (2,).

        ``pieces``: tile, maps and original, and where it may move: float32 (height, width, 1), 0..1.
        """
        *batch, movable = _seen(pieces, rotation)

        def compute() -> tuple[Planes, PerChannel]:
            gradients, strength = self._measured(*batch, emphasis, self._guides, movable)
            return _finite(gradients), strength.numpy()

        gradient, strength = self._computed(compute)
        return rotated(gradient, rotation.back()) if rotation else gradient, strength

    def value(self, picture: Rgb, maps: Maps, emphasis: list[PerChannel]) -> float:
        """How strong the objective is in a picture, all groups together; arguments as those of a call."""
        batch = _seen((picture, maps, picture[..., : self.original_channels]), Rotation())
        return self._computed(lambda: float(self._valued(*batch, emphasis, self._guides).numpy()))

    def probe(self, with_strength: bool = False) -> None:
        """Compute a small tile, which traces; ``with_strength``: as the method of that name does."""
        tile, maps = np.zeros((64, 64, 3), np.float32), np.zeros((64, 64, len(self.maps)), np.float32)
        emphasis = [np.ones(count, np.float32) for count in self.emphasised]
        pieces = tile, maps, tile[..., : self.original_channels]
        if with_strength:
            self.with_strength((*pieces, tile[..., :1]), emphasis, Rotation())
        else:
            self(*pieces, emphasis, Rotation())

    @property
    def constant_bytes(self) -> int:
        """What the constants of the traced gradients take: how large they are, beside all others."""
        traced = [each for each in (self._compiled, self._measured) if each.experimental_get_tracing_count()]
        operations = [one for each in traced for one in each.get_concrete_function().graph.get_operations()]
        constants = [each.outputs[0] for each in operations if each.type == "Const"]
        return sum(each.shape.num_elements() * each.dtype.size for each in constants)

    @gradients_forgotten()
    def _traced(self, *arguments: Any) -> tf.Tensor:
        return self._gradient(*arguments)[0]

    @gradients_forgotten()
    def _with_strength(self, *arguments: Any) -> tuple[tf.Tensor, tf.Tensor]:
        *usual, movable = arguments
        gradient, found = self._gradient(*usual)
        _pixels, maps, _original, emphasis, _guides = usual
        return gradient, tf.stack(self._objective.strength(found, maps, movable, emphasis))

    @gradients_forgotten()
    def _value(self, pixels: tf.Tensor, *arguments: Any) -> tf.Tensor:
        return tf.add_n(self._values(self._found(pixels), *arguments))

    def _gradient(self, pixels: tf.Tensor, *arguments: Any) -> tuple[tf.Tensor, Mapping[str, tf.Tensor]]:
        """The gradients of all groups, and the activations of the layers."""
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(pixels)
            found = self._found(pixels)
            values = self._values(found, *arguments)
        return tf.concat([tape.gradient(value, pixels) for value in values], axis=-1), found

    def _found(self, pixels: tf.Tensor) -> Mapping[str, tf.Tensor]:
        return self._network.activations(pixels, self._objective.layers, self._dtype)

    def _values(
        self,
        found: Mapping[str, tf.Tensor],
        maps: tf.Tensor,
        original: tf.Tensor,
        emphasis: list[tf.Tensor],
        guides: list[tf.Tensor],
    ) -> list[tf.Tensor]:
        likeness = self._objective.likeness_layers
        wanted = self._network.activations(original, likeness, self._dtype) if likeness else {}
        return self._objective.values(found, maps, emphasis, guides, wanted)


def _seen(planes: Iterable[Planes], rotation: Rotation) -> list[Batch]:
    """A batch of one of each, turned as the network sees it, the border repeated."""
    seen = (rotated(each, rotation, beyond="edge") if rotation else each for each in planes)
    return [each[np.newaxis] for each in seen]
