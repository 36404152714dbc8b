"""Settings of any kind that several widgets show and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..qt import QtCore, Signal


class SettingsChoice(QtCore.QObject):
    """``settings`` is a ``spec.Settings``; ``changed`` fires after each change."""

    changed = Signal()
    settings: Any

    def nudge(self, values: Mapping[str, Any]) -> None:
        """Change some settings. Raises ``DreamError`` for invalid values."""
        nudged = self.settings.replace(values)
        if nudged != self.settings:
            self.settings = nudged
            self.changed.emit()
