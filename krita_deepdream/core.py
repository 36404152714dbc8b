"""Where the core lies: inside this package when installed in Krita, beside it in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

NESTED = Path(__file__).with_name("deepdream_core").is_dir()

if TYPE_CHECKING or not NESTED:
    from deepdream_core import catalogue, errors, version
    from deepdream_core.atlas import look as atlas_look
    from deepdream_core.atlas import sheets as atlas_sheets
    from deepdream_core.engine import precision
    from deepdream_core.objective import classes, syntax, things
    from deepdream_core.protocol import deflate, wire
    from deepdream_core.settings import (
        cache_settings,
        dream_settings,
        film_settings,
        presets,
        quality,
        recipe,
        renewal,
        spec,
        style_settings,
        surroundings,
        working_size,
        zoom_settings,
    )
    from deepdream_core.style import styles
    from deepdream_core.system import atomic, caches, folders, locks, log_text, owned
else:
    from .deepdream_core import catalogue, errors, version
    from .deepdream_core.atlas import look as atlas_look
    from .deepdream_core.atlas import sheets as atlas_sheets
    from .deepdream_core.engine import precision
    from .deepdream_core.objective import classes, syntax, things
    from .deepdream_core.protocol import deflate, wire
    from .deepdream_core.settings import (
        cache_settings,
        dream_settings,
        film_settings,
        presets,
        quality,
        recipe,
        renewal,
        spec,
        style_settings,
        surroundings,
        working_size,
        zoom_settings,
    )
    from .deepdream_core.style import styles
    from .deepdream_core.system import atomic, caches, folders, locks, log_text, owned
