"""(settings of an old recipe, size computed then) → settings that give those sizes today.

Before sizes went by area, the automatic working size was the longer side in pixels, and motifs and strokes were
shares of that side, however narrow the picture.
"""

from __future__ import annotations

import math
from typing import Any

from ..catalogue import network
from ..objective.syntax import parse
from ..objective.terms import check, motif_px
from .dream_settings import SPECS, DreamSettings
from .octaves import count_and_scale
from .spec import Spec, specs_of
from .style_settings import OCTAVE_SCALE, SMALLEST_OCTAVE, StyleSettings
from .working_size import AUTO, extent, scale_by_area

Chosen = DreamSettings | StyleSettings


def converted(settings: Chosen, width: Any, height: Any) -> Chosen:
    """``settings`` with numbers for what would be another today; ``width``, ``height``: of the region as computed.

    A recipe that doesn't tell them is taken as it is. Raises ``DreamError`` for what the network doesn't have.
    """
    if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
        return settings
    longer, size = max(width, height), settings.automatic_size
    if settings.working_size == AUTO and (longer >= size or scale_by_area(width, height, size) < 1):
        settings = settings.replace({"working_size": size})
    if extent(width, height) == longer:
        return settings
    return _dream(settings, longer) if isinstance(settings, DreamSettings) else _style(settings, width, height)


def _dream(settings: DreamSettings, longer: int) -> DreamSettings:
    if settings.size == AUTO:
        return settings
    info = network(settings.network)
    count, scale = count_and_scale(longer, motif_px(check(parse(settings.objective), info), info), settings)
    octaves, octave_scale = SPECS["octaves"], SPECS["octave_scale"]
    return settings.replace({"octaves": _within(octaves, count), "octave_scale": _within(octave_scale, scale)})


def _style(settings: StyleSettings, width: int, height: int) -> StyleSettings:
    scale = OCTAVE_SCALE if settings.octave_scale == AUTO else float(settings.octave_scale)
    longer, specs = max(width, height), specs_of(StyleSettings)
    count = max(0, int(math.log(longer / SMALLEST_OCTAVE) / math.log(scale))) + 1
    changed: dict[str, Any] = {
        "style_scale": _within(specs["style_scale"], settings.style_scale * longer / extent(width, height))
    }
    if settings.octaves == AUTO:
        changed["octaves"] = _within(specs["octaves"], count)
    return settings.replace(changed)


def _within(spec: Spec, value: float) -> float:
    return min(max(value, spec.low), spec.high)
