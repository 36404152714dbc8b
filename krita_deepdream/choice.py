"""What the painter has chosen for the next dream: a preset's name and the settings it was nudged to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .core import errors, presets, settings
from .grab import Goes, Source
from .jobs import Order
from .qt import QtCore, Signal
from .store import Store


class Choice(QtCore.QObject):
    """Shared by every docker and menu entry; ``changed`` fires after each change, ``listed`` with new presets."""

    changed = Signal()
    listed = Signal()

    def __init__(self, store: Store, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._own = {preset.name: preset for preset in store.load_presets()}
        self.preset = presets.DEFAULT_PRESET
        self.settings: settings.DreamSettings = presets.PRESETS[self.preset].settings
        self.strength = 100.0
        self.goes = Goes.ABOVE
        self.source = Source.CURRENT_LAYER
        self.labels: frozenset[int] = frozenset()
        if remembered := store.load_choice():
            self.preset, self.settings, self.strength = remembered

    @property
    def order(self) -> Order:
        """What pressing Dream asks for now."""
        return Order(self.preset, self.settings, self.goes, self.source, labels=self.labels)

    @property
    def offered(self) -> list[presets.Preset]:
        """All presets: those that come with the project, then the painter's own."""
        return [*presets.PRESETS.values(), *self._own.values()]

    def is_own(self, name: str) -> bool:
        """Whether the preset of that name is one of the painter's own."""
        return name in self._own

    def take_source(self, source: Source, labels: frozenset[int] = frozenset()) -> None:
        """What is dreamed from now on; ``labels`` as in ``Order``."""
        self.source, self.labels = source, labels
        self.changed.emit()

    def take_preset(self, name: str) -> None:
        """Begin from a preset. Raises ``DreamError`` if there is none of that name."""
        found = self._own.get(name) or presets.preset(name)
        self.preset, self.settings = found.name, found.settings
        self.changed.emit()

    def take(self, name: str, chosen: settings.DreamSettings) -> None:
        """Begin from the settings of an earlier dream."""
        self.preset, self.settings = name, chosen
        self.changed.emit()

    def nudge(self, values: Mapping[str, Any]) -> None:
        """Change some settings. Raises ``DreamError`` for values that can't be."""
        nudged = self.settings.but(values)
        if nudged != self.settings:
            self.settings = nudged
            self.changed.emit()

    def keep_preset(self, preset: presets.Preset) -> None:
        """Save a preset of the painter's own and take it. Raises ``DreamError`` for a name that is taken."""
        if not preset.name.strip() or preset.name.lower() in (name.lower() for name in presets.PRESETS):
            raise errors.DreamError("preset.name", name=preset.name)
        self._store.save_preset(preset)
        self._own[preset.name] = preset
        self.listed.emit()
        self.take_preset(preset.name)

    def drop_preset(self, name: str) -> None:
        """Delete a preset of the painter's own."""
        if self._own.pop(name, None):
            self._store.delete_preset(name)
            self.listed.emit()

    def remember(self) -> None:
        """Save what is chosen for the next start of Krita."""
        self._store.save_choice(self.preset, self.settings, self.strength)
