"""What TensorFlow and Keras read from the environment when they are loaded: call ``prepare`` before that."""

from __future__ import annotations

import os

# Warnings and errors only; Intel's kernels; Keras on TensorFlow, whatever the person's own Keras uses.
_DEFAULTS = {"TF_CPP_MIN_LOG_LEVEL": "2", "TF_ENABLE_ONEDNN_OPTS": "1"}
_REQUIRED = {"KERAS_BACKEND": "tensorflow"}


def prepare() -> None:
    """Set this process's environment; a person's own choice of logging and kernels wins."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    os.environ.update(_REQUIRED)
