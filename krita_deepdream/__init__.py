"""DeepDream inside Krita: registers with Krita if Krita is there; otherwise importing it does nothing."""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("krita") is not None:
    from .plugin import register

    register()
