"""DeepDream for painters: pixels → settings → octaves → tiles → gradient → pixels.

Importing the package costs nothing; TensorFlow is loaded when the first dream begins::

    import deepdream_core as dd

    array = dd.dream_array(array, dd.DreamSettings(objective="class:castle"))

    picture = dd.load("sky.jpg")
    job = dd.Job(picture.pixels, dd.PRESETS["Animals"].settings.replace({"seed": 3}))
    for progress in dd.dreaming(job, dd.Engine()):
        print(f"{progress.done / progress.total:.0%}")
    dd.save("out.png", picture.with_dream(progress.result))

    for info in dd.NETWORKS.values():
        print(info.label, [layer.name for layer in info.layers])
"""

from __future__ import annotations

from typing import Any

from .version import VERSION as __version__

# Public name: the file it lives in, and its name there where that differs (a module's own name can't be shared).
_HOMES = {
    "DreamError": ("errors", "DreamError"),
    "Cancelled": ("errors", "Cancelled"),
    "DreamSettings": ("settings.dream_settings", "DreamSettings"),
    "SPECS": ("settings.dream_settings", "SPECS"),
    "PRESETS": ("settings.presets", "PRESETS"),
    "NETWORKS": ("catalogue", "NETWORKS"),
    "network": ("catalogue", "network"),
    "Pixels": ("image.pixels", "Pixels"),
    "load": ("files.pictures", "load"),
    "save": ("files.pictures", "save"),
    "Job": ("dream", "Job"),
    "Engine": ("engine.engine", "Engine"),
    "Progress": ("dream", "Progress"),
    "dreaming": ("dream", "dream"),
    "dream_array": ("dream", "dream_array"),
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, there = _HOMES[name]
    return getattr(import_module(f".{module}", __name__), there)
