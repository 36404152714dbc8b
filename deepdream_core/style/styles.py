"""The style pictures that come along, by name: drawn by ``docs/make_styles.py``, so free of anybody's rights."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ..objective.syntax import mask_named
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


class NamedStyle(NamedTuple):
    """A style as a person names it: its picture's ``file``, and the name of the ``mask`` after it, "" for none."""

    file: Path
    mask: str


def named(text: str) -> NamedStyle:
    """The style that a person means: "swirls" comes along, else it is a file; "swirls@sky" has the mask "sky"."""
    name, at, behind = text.rpartition("@")
    mask = mask_named(behind) if at and not Path(text).exists() else None
    name = text if mask is None else name.strip()
    return NamedStyle(style_file(name) if name in NAMES else Path(name), mask or "")
