"""Any network of ``keras.applications``: built by Keras itself, its layers called by Keras' own names."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import keras
import tensorflow as tf

from ..catalogue import NetworkInfo
from ..errors import DreamError
from ..weights.keras_h5 import read_blocks
from ..weights.store import Weights
from .preprocess import preprocessed


class KerasApplication:
    """The network without its classifier. It computes in float32, whatever it is asked for."""

    def __init__(self, info: NetworkInfo, weights: Weights) -> None:
        self.info = info
        self.weights = weights
        self._model = getattr(keras.applications, info.builder)(include_top=False, weights=None)
        if weights.path.name.endswith(".weights.h5"):
            for name, numbers in read_blocks(weights.path).items():
                self._model.get_layer(name).set_weights(numbers)
        else:
            self._model.load_weights(weights.path)
        self._model.trainable = False

    def activations(
        self, pixels: tf.Tensor, layers: Collection[str], dtype: tf.DType = tf.float32
    ) -> Mapping[str, tf.Tensor]:
        """See ``Network.activations``."""
        outputs = {name: self._model.get_layer(self.info.layer(name).name).output for name in layers}
        trunk = keras.Model(self._model.input, outputs)
        found: Mapping[str, tf.Tensor] = trunk(preprocessed(pixels, self.info.preprocessing), training=False)
        return found


def build(info: NetworkInfo, weights: Weights) -> KerasApplication:
    """Build and load. Raises ``DreamError`` if they are unreadable or of another layout."""
    try:
        return KerasApplication(info, weights)
    except (ValueError, OSError, KeyError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise DreamError(
            "network.layout", label=info.label, reason=reason, advice="Use the file published by Keras."
        ) from error
