"""DeepDream for painters: pixels → settings → octaves → tiles → gradient → pixels.

Importing the package costs nothing; TensorFlow is loaded when the first dream begins::

    import deepdream_core as dd
    settings = dd.PRESETS["Animals"].settings.but({"seed": 3})
    for progress in dd.dream(dd.load("sky.jpg"), settings):
        print(progress.done / progress.total)
    dd.save("out.png", progress.result)
"""

from __future__ import annotations

from typing import Any

from .version import VERSION as __version__

_HOMES = {
    "DreamError": "errors",
    "Cancelled": "errors",
    "DreamSettings": "settings",
    "SPECS": "settings",
    "PRESETS": "presets",
    "NETWORKS": "catalogue",
    "network": "catalogue",
    "Pixels": "pixels",
    "load": "files",
    "save": "files",
    "dream": "dream",
    "dream_array": "dream",
    "Progress": "dream",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
