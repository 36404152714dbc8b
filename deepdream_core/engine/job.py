"""All that a dream needs: pixels, settings, masks and further pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..arrays import Change, Mask
from ..image.pixels import Pixels
from ..settings.dream_settings import DreamSettings


@dataclass(frozen=True)
class Job:
    """All that a dream needs. ``mask``: float32 (height, width), 0..1, ``None`` for everything.

    ``backdrop``: what is visible at the same place, seen under transparent pixels. ``pictures``: by name, the
    guides that the objective speaks of (any size) and its masks (the picture's size, white where they count).
    ``strength_map``: like ``mask``, multiplied with it. ``frame``: of a zoom, from 0; the seed's choices drift with it.
    ``start``: what the dream begins with instead of noise, by what it adds to ``pixels``: an earlier dream less them.
    """

    pixels: Pixels
    settings: DreamSettings
    mask: Mask | None = None
    backdrop: Pixels | None = None
    pictures: Mapping[str, Pixels] = field(default_factory=dict)
    strength_map: Mask | None = None
    frame: int = 0
    start: Change | None = None
