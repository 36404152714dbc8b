"""DeepDream inside Krita: registers with Krita if Krita is there; otherwise importing it does nothing."""

from __future__ import annotations

import sys
from importlib.util import find_spec

if find_spec("krita") is not None:
    # Older Pythons read this file too, and nothing further.
    if sys.version_info < (3, 10):  # noqa: UP036
        raise ImportError(
            "DeepDream needs Python 3.10 or later, and this Krita has an older one: install Krita 5.2 or later."
        )
    from .plugin import register

    register()
