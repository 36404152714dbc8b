"""(style settings of 0.1.0) → settings that pull as strongly today, when a content weight of 100 % stands for less."""

from __future__ import annotations

from .style_settings import CONTENT_UNIT, StyleSettings


def converted(settings: StyleSettings) -> StyleSettings:
    """``settings`` with the content weight, percent, that keeps forms as its number did in 0.1.0."""
    return settings.replace({"content_weight": settings.content_weight / CONTENT_UNIT})
