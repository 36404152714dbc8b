"""The style pictures that come along, by name: drawn by ``docs/make_styles.py``, so free of anybody's rights."""

from __future__ import annotations

from pathlib import Path

from ..system.folders import bundled

# In the order in which they are offered.
NAMES = (
    "swirls",
    "oil",
    "impasto",
    "gouache",
    "pastel",
    "watercolour",
    "inkwash",
    "pencil",
    "charcoal",
    "hatching",
    "etching",
    "woodblock",
    "mosaic",
    "glass",
    "embroidery",
    "collage",
    "dots",
)


def style_file(name: str) -> Path:
    """Where the picture lies."""
    return bundled(f"style_{name}.jpg")


def named(text: str) -> Path:
    """The file that a person means: a picture that comes along, if ``text`` is its name, else the file ``text``."""
    return style_file(text) if text in NAMES else Path(text)
