"""DeepDream for painters: pixels → settings → octaves → tiles → gradient → pixels.

Importing the package costs nothing; TensorFlow is loaded by the first that needs it (``Engine``, ``dreaming``,
``dream_array``)::

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

from typing import TYPE_CHECKING, Any

from .version import VERSION as __version__

if TYPE_CHECKING:
    from .catalogue import NETWORKS, network
    from .dream import dream as dreaming
    from .dream import dream_array
    from .engine.engine import Engine
    from .engine.job import Job
    from .engine.progress import Progress
    from .errors import Cancelled, DreamError
    from .files.pictures import PictureFile, load, save
    from .image.pixels import Pixels
    from .settings.dream_settings import SPECS, DreamSettings
    from .settings.presets import PRESETS

__all__ = [
    "NETWORKS",
    "PRESETS",
    "SPECS",
    "Cancelled",
    "DreamError",
    "DreamSettings",
    "Engine",
    "Job",
    "PictureFile",
    "Pixels",
    "Progress",
    "__version__",
    "dream_array",
    "dreaming",
    "load",
    "network",
    "save",
]

# Where each name lives; then those that live beside TensorFlow, with their names there.
_HOMES = {
    "Cancelled": "errors",
    "DreamError": "errors",
    "DreamSettings": "settings.dream_settings",
    "Job": "engine.job",
    "NETWORKS": "catalogue",
    "PRESETS": "settings.presets",
    "PictureFile": "files.pictures",
    "Pixels": "image.pixels",
    "Progress": "engine.progress",
    "SPECS": "settings.dream_settings",
    "load": "files.pictures",
    "network": "catalogue",
    "save": "files.pictures",
}
_HEAVY = {
    "Engine": ("engine.engine", "Engine"),
    "dream_array": ("dream", "dream_array"),
    "dreaming": ("dream", "dream"),
}


def __dir__() -> list[str]:
    return __all__


# For a type checker a name that isn't above doesn't exist.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name in _HOMES:
            found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
        elif name in _HEAVY:
            from .system.environment import loading_tensorflow

            module, there = _HEAVY[name]
            with loading_tensorflow():
                found = getattr(import_module(f".{module}", __name__), there)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = found
        return found
