"""What the painter has chosen for the next zoom: the camera, and where the frames go."""

from __future__ import annotations

from ..core import zoom_settings
from ..jobs.job import Zoom
from ..qt import QtCore
from .settings_choice import SettingsChoice


class ZoomChoice(SettingsChoice):
    """``target``: a file or folder, empty for an animated layer."""

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.settings: zoom_settings.ZoomSettings = zoom_settings.ZoomSettings()
        self.target = ""

    @property
    def zoom(self) -> Zoom:
        """The zoom of a request."""
        return Zoom(self.settings, self.target)

    def take_target(self, target: str) -> None:
        """Choose where the frames go."""
        self.target = target
        self.changed.emit()
