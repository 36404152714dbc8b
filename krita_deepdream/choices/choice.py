"""What the painter has chosen for the next dream: a preset's name and the settings it was nudged to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..core import catalogue, errors, presets, settings, style_settings
from ..orders.given import Given, without
from ..orders.grab import LABELS, Goes, Source
from ..orders.jobs import LOCAL, Chosen, Order
from ..qt import QtCore, Signal
from .film_choice import FilmChoice
from .settings_choice import SettingsChoice
from .store import Store
from .style_choice import StyleChoice, in_words

# Width and height of the filter's dialog until somebody changes it.
DIALOG_SIZE = (900, 560)
# More than any screen has.
MOST_PX = 1 << 15


class Choice(SettingsChoice):
    """Shared by every docker and menu entry; ``listed`` fires with new presets, ``wanted`` with a kind of job.

    ``style`` and ``film`` are what is chosen for pictures in the manner of others, and for films; ``unfolded`` tells
    whether *More* is.
    """

    listed = Signal()
    wanted = Signal(str)

    def __init__(self, store: Store, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._own = {preset.name: preset for preset in store.load_presets()}
        self.preset = presets.DEFAULT_PRESET
        self.style = StyleChoice(store, self)
        self.film = FilmChoice(self)
        self.settings: settings.DreamSettings = presets.PRESETS[self.preset].settings
        self.strength = 100.0
        self.goes = Goes.ABOVE
        self.source = Source.CURRENT_LAYER
        self.labels: frozenset[int] = frozenset()
        self.given: dict[str, Given] = {each.name: each for each in store.load_given()}
        self.strength_by = LOCAL
        self.unfolded = False
        self.dialog_size = DIALOG_SIZE
        if remembered := store.load_choice():
            self.preset, self.settings, self.strength = remembered
        self._take_habits(store.load_habits())

    @property
    def order(self) -> Order:
        """What pressing Dream asks for now."""
        given = tuple(self.given.values())
        return Order(
            self.preset, self.settings, self.goes, self.source, labels=self.labels, given=given,
            strength_by=self.strength_by)

    @property
    def style_order(self) -> Order:
        """What pressing Paint asks for now. Raises ``DreamError`` if a style's picture is gone."""
        chosen, pictures = self.style.ordered()
        name = " + ".join(in_words(each)[0] for each in self.style.weights)
        return Order(
            name, chosen, self.goes, self.source, pictures, self.labels, strength_by=self.strength_by,
            given=self.style.painted)

    @property
    def film_order(self) -> Order:
        """What pressing Film asks for now: each frame is dreamed as ``order`` says."""
        return replace(self.order, goes=Goes.ABOVE, film=self.film.film, strength_by="")

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

    def give(self, given: Given) -> None:
        """Add a picture that the objective may speak of."""
        self.given = {**self.given, given.name: given}
        self.changed.emit()

    def take_back(self, name: str) -> None:
        """Take a picture away, and out of the objective too."""
        self.given = {each: given for each, given in self.given.items() if each != name}
        left = without(self.settings.objective, name) or catalogue.network(self.settings.network).default_layer
        self.settings = self.settings.but({"objective": left})
        self.changed.emit()

    def take_goes(self, goes: Goes) -> None:
        """Where results go from now on."""
        self.goes = goes
        self.changed.emit()

    def take_preset(self, name: str) -> None:
        """Begin from a preset. Raises ``DreamError`` if there is none of that name."""
        found = self._own.get(name) or presets.preset(name)
        self.preset, self.settings = found.name, found.settings
        self.changed.emit()

    def take(self, name: str, chosen: Chosen) -> None:
        """Begin from the settings of an earlier dream or style; its page is ``wanted``."""
        if isinstance(chosen, style_settings.StyleSettings):
            self.style.nudge(chosen.to_dict())
        else:
            self.preset, self.settings = name, chosen
            self.changed.emit()
        self.wanted.emit(chosen.kind)

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
        self._store.save_given(self.given.values())
        self._store.save_habits({
            "goes": self.goes.value, "source": self.source.value, "labels": sorted(self.labels),
            "unfolded": self.unfolded, "dialog": list(self.dialog_size),
        })
        self.style.remember()

    def _take_habits(self, habits: Mapping[str, Any]) -> None:
        """Where dreams come from and go to, as far as it is still known; and whether *More* was unfolded."""
        self.goes = next((each for each in Goes if each.value == habits.get("goes")), self.goes)
        self.source = next((each for each in Source if each.value == habits.get("source")), self.source)
        labels = habits.get("labels")
        # Asked one by one: what a spoilt file holds may be anything, such as a list that no set takes.
        self.labels = frozenset(each for each in LABELS if isinstance(labels, list) and each in labels)
        self.unfolded = habits.get("unfolded") is True
        match habits.get("dialog"):
            case [int(width), int(height)] if 0 < width <= MOST_PX and 0 < height <= MOST_PX:
                self.dialog_size = (width, height)
