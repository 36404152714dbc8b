"""What the painter has chosen for the next dream: a preset's name and the settings it was nudged to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .core import presets, settings
from .qt import QtCore, Signal


class Choice(QtCore.QObject):
    """Shared by every docker and menu entry; ``changed`` fires after each change."""

    changed = Signal()

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.preset = presets.DEFAULT_PRESET
        self.settings: settings.DreamSettings = presets.PRESETS[self.preset].settings

    def take_preset(self, name: str) -> None:
        """Begin from a preset. Raises ``DreamError`` if there is none of that name."""
        found = presets.preset(name)
        self.preset, self.settings = found.name, found.settings
        self.changed.emit()

    def nudge(self, values: Mapping[str, Any]) -> None:
        """Change some settings. Raises ``DreamError`` for values that can't be."""
        nudged = self.settings.but(values)
        if nudged != self.settings:
            self.settings = nudged
            self.changed.emit()
