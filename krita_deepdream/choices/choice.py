"""What the painter has chosen for the next dream: a preset, the settings it was nudged to, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any

from ..core import catalogue, dream_settings, errors, presets, style_settings, syntax, things
from ..jobs.document_data import LABELS, Destination, Source
from ..jobs.job import LOCAL, Chosen, DreamRequest
from ..jobs.named_pictures import NamedPicture, without
from ..qt import QtCore, Signal
from ..worker.another_computer import arguments
from .animation_choice import AnimationChoice
from .names import dream_name, preset_of, same_things
from .settings_choice import SettingsChoice
from .store import Store, numbered
from .style_choice import StyleChoice, in_words
from .zoom_choice import ZoomChoice

# Width and height of the filter's dialog until somebody changes it.
DIALOG_SIZE = (900, 560)
# More than any screen.
MOST_PX = 1 << 15


class Choice(SettingsChoice):
    """Shared by every docker and menu entry; ``listed`` fires with new presets, ``wanted`` with a kind of job.

    ``style``, ``zoom`` and ``animation`` are what is chosen for pictures in the manner of others, for zooms, and for
    animated layers; ``unfolded`` tells
    whether *More* is. ``typed`` is what stands in *Dream of* and wasn't taken yet (``settle``), ``None`` for nothing.
    ``applied``: where the filter's dialog last put a dream, if it did. ``favourites``: names of presets, those
    used last first; ``listed`` fires when they are others, but not when one is used: nothing may move under the pen.
    """

    listed = Signal()
    wanted = Signal(str)

    def __init__(self, store: Store, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._own = {preset.name: preset for preset in store.load_presets(presets.PRESETS)}
        self._begun = presets.DEFAULT_PRESET
        self.typed: str | None = None
        self.applied: Destination | None = None
        self.style = StyleChoice(store, self)
        self.zoom = ZoomChoice(self)
        self.animation = AnimationChoice(self)
        self.settings: dream_settings.DreamSettings = presets.PRESETS[self._begun].settings
        self.strength = 100.0
        self.destination = Destination.ABOVE
        self.source = Source.CURRENT_LAYER
        self.labels: frozenset[int] = frozenset()
        self.named_pictures: dict[str, NamedPicture] = {each.name: each for each in store.load_named_pictures()}
        self.strength_by = LOCAL
        self.unfolded = False
        self.favourites: list[str] = []
        self.dialog_size = DIALOG_SIZE
        if remembered := store.load_choice():
            self._begun, self.settings, self.strength = remembered
        self._take_habits(store.load_habits())

    @property
    def worker_line(self) -> str:
        """The command that starts the worker on another computer; empty for this one."""
        return self._store.load_worker()[0]

    @worker_line.setter
    def worker_line(self, line: str) -> None:
        arguments(line)
        self._store.save_worker(line.strip(), self.free_core)

    @property
    def free_core(self) -> bool:
        """Whether the worker leaves one core to other programs."""
        return self._store.load_worker()[1]

    @free_core.setter
    def free_core(self, free: bool) -> None:
        self._store.save_worker(self.worker_line, free)

    def check_stored(self) -> None:
        """Raise ``DreamError`` (``data.left_out``) if something that was saved couldn't be read."""
        if self._store.left_out:
            raise errors.DreamError("data.left_out", names=", ".join(file.name for file in self._store.left_out))

    @property
    def preset(self) -> str:
        """The preset whose objective this still has, whatever else was nudged; empty for none."""
        begun = self._preset(self._begun)
        return begun.name if begun and same_things(self.settings, begun) else ""

    @property
    def name(self) -> str:
        """The name of a dream of it, in the painter's words."""
        return dream_name(self.settings, self._preset(self._begun), self.named_pictures)

    @property
    def things(self) -> list[str]:
        """The names in *Dream of*: the things it is a dream of, if it starts with one."""
        terms = syntax.parse(self.settings.objective)
        return (
            [term.name for term in terms if term.type == "class" and term.weight > 0]
            if (terms[0].type == "class")
            else []
        )

    @property
    def request(self) -> DreamRequest:
        """What pressing Dream requests now; call ``settle`` first."""
        named_pictures = tuple(self.named_pictures.values())
        return DreamRequest(
            self.name,
            self.settings,
            self.destination,
            self.source,
            labels=self.labels,
            named_pictures=named_pictures,
            strength_by=self.strength_by,
        )

    @property
    def repeat_request(self) -> DreamRequest:
        """What *Apply DeepDream Again* requests: the destination is the filter dialog's last one, if any."""
        return replace(self.request, destination=self.applied or self.destination)

    @property
    def style_request(self) -> DreamRequest:
        """What pressing Paint requests now. Raises ``DreamError`` if a style's picture is gone."""
        chosen, pictures = self.style.ordered()
        name = " + ".join(in_words(each)[0] for each in self.style.shares)
        masks = [each for each in self.named_pictures.values() if each.name in chosen.mask_pictures]
        return DreamRequest(
            name,
            chosen,
            self.destination,
            self.source,
            pictures,
            self.labels,
            strength_by=self.strength_by,
            named_pictures=(*self.style.painted, *masks),
        )

    @property
    def zoom_request(self) -> DreamRequest:
        """What pressing *Zoom* requests now: each frame is dreamed as ``request`` says."""
        return replace(self.request, destination=Destination.ABOVE, zoom=self.zoom.zoom, strength_by="")

    @property
    def offered(self) -> list[presets.Preset]:
        """All presets: the bundled ones, then the painter's own."""
        return [*presets.PRESETS.values(), *self._own.values()]

    def is_own(self, name: str) -> bool:
        """Whether the preset of that name is one of the painter's own."""
        return name in self._own

    def settle(self) -> None:
        """Take what was typed. Raises ``DreamError`` for an unknown word, which stays typed while nothing is taken.

        An emptied line drops the things and restores what was chosen before them.
        """
        if self.typed is None:
            return
        named = list(things.things(self.typed)) if self.typed.strip() else []
        if named == self.things:
            self._take(self.settings)
        elif named:
            self._take(presets.of_thing(self.typed, self.settings))
        else:
            self.take_preset(self._begun if self._preset(self._begun) else presets.DEFAULT_PRESET)

    def nudge(self, values: Mapping[str, Any]) -> None:
        """As for all settings, after taking what was typed, if it is understood."""
        if "objective" in values:
            self.typed = None
        else:
            with suppress(errors.DreamError):
                self.settle()
        super().nudge(values)

    def take_source(self, source: Source, labels: frozenset[int] = frozenset()) -> None:
        """Choose what is dreamed; ``labels`` as in ``DreamRequest``."""
        self.source, self.labels = source, labels
        self.changed.emit()

    def give(self, picture: NamedPicture) -> None:
        """Add a picture that the objective can name."""
        self.named_pictures = {**self.named_pictures, picture.name: picture}
        self.changed.emit()

    def take_back(self, name: str) -> None:
        """Remove a picture, also from the objective."""
        self.named_pictures = {each: picture for each, picture in self.named_pictures.items() if each != name}
        left = without(self.settings.objective, name) or catalogue.network(self.settings.network).default_layer
        self.settings = self.settings.replace({"objective": left})
        self.style.take_back(name)
        self.changed.emit()

    def set_destination(self, destination: Destination) -> None:
        """Choose where results go."""
        self.destination = destination
        self.changed.emit()

    def take_preset(self, name: str) -> None:
        """Start from a preset. Raises ``DreamError`` if there is none of that name."""
        found = self._own.get(name) or presets.preset(name)
        self._begun = found.name
        self._take(found.settings)

    def take(self, name: str, chosen: Chosen) -> None:
        """Start from the settings of an earlier dream or style called ``name``; its page is ``wanted``."""
        if isinstance(chosen, style_settings.StyleSettings):
            self.style.nudge(chosen.to_dict())
        else:
            begun = preset_of(chosen, [*self.offered, *presets.FORMER_PRESETS.values()], name)
            self._begun = begun.name if begun else ""
            self._take(chosen)
        self.wanted.emit(chosen.kind)

    def _take(self, chosen: dream_settings.DreamSettings) -> None:
        self.typed, self.settings = None, chosen
        self.changed.emit()

    def _preset(self, name: str) -> presets.Preset | None:
        if name in self._own:
            return self._own[name]
        with suppress(errors.DreamError):
            return presets.preset(name)
        return None

    def keep_preset(self, preset: presets.Preset) -> None:
        """Save a preset of the painter's own and take it. Raises ``DreamError`` for a name that is taken."""
        if not preset.name.strip() or preset.name.lower() in (
            name.lower() for name in (*presets.PRESETS, *presets.FORMER_PRESETS)
        ):
            raise errors.DreamError("preset.name", name=preset.name)
        self._store.save_preset(preset)
        self._own[preset.name] = preset
        self.listed.emit()
        self.take_preset(preset.name)

    def rename_preset(self, old: str, new: str) -> None:
        """Rename one of the painter's own presets. Raises as ``keep_preset``."""
        if old not in self._own or new == old:
            return
        if new in self._own:
            raise errors.DreamError("preset.name", name=new)
        begun = self._begun == old
        chosen = self.settings
        self.keep_preset(replace(self._own[old], name=new))
        self.favourites = [new if each == old else each for each in self.favourites]
        self.drop_preset(old)
        if begun:
            self._take(chosen)

    def free_name(self, name: str) -> str:
        """``name``, with a number if there is a preset of that name."""
        return numbered(name, (preset.name for preset in self.offered))

    def drop_preset(self, name: str) -> None:
        """Delete a preset of the painter's own."""
        if self._own.pop(name, None):
            self._store.delete_preset(name)
            self.favourites = [each for each in self.favourites if each != name]
            self.listed.emit()

    @property
    def saved_as(self) -> str:
        """The preset that has exactly these settings, whatever the seed; empty if none has."""
        plain = self.settings.replace({"seed": 1})
        alike = [preset for preset in self.offered if preset.settings.replace({"seed": 1}) == plain]
        alike.sort(key=lambda preset: preset.settings != self.settings)
        return alike[0].name if alike else ""

    def is_favourite(self, name: str) -> bool:
        """Whether the preset of that name is among the favourites."""
        return name in self.favourites

    def set_favourite(self, name: str, wanted: bool) -> None:
        """Add a preset to the favourites or remove it; the preset itself stays."""
        others = [each for each in self.favourites if each != name]
        self.favourites = [name, *others] if wanted else others
        self.listed.emit()

    def keep_favourite(self, chosen: dream_settings.DreamSettings) -> str:
        """Save settings as one of the painter's own presets, as a favourite, and return its name.

        The choice doesn't change. Raises ``DreamError`` if it can't be written.
        """
        name = dream_name(chosen, preset_of(chosen, self.offered), self.named_pictures)
        preset = presets.Preset(self.free_name(name), "", chosen)
        self._store.save_preset(preset)
        self._own[preset.name] = preset
        self.set_favourite(preset.name, wanted=True)
        return preset.name

    def used(self) -> None:
        """The present preset is being dreamed: if it is a favourite, it comes first from next time on."""
        if self.preset in self.favourites:
            self.favourites = [self.preset, *(each for each in self.favourites if each != self.preset)]

    def remember(self) -> None:
        """Save the choice for the next start of Krita, part by part. Raises ``DreamError`` if a part fails."""
        habits = {
            "goes": self.destination.value,
            "source": self.source.value,
            "labels": sorted(self.labels),
            "unfolded": self.unfolded,
            "dialog": list(self.dialog_size),
            "favourites": self.favourites,
        }
        with ExitStack() as each:
            each.callback(self.style.remember)
            each.callback(self._store.save_habits, habits)
            each.callback(self._store.save_named_pictures, self.named_pictures.values())
            each.callback(self._store.save_choice, self._begun, self.settings, self.strength)

    def _take_habits(self, habits: Mapping[str, Any]) -> None:
        """Source and destination, if still known, and whether *More* was unfolded."""
        self.destination = next((each for each in Destination if each.value == habits.get("goes")), self.destination)
        self.source = next((each for each in Source if each.value == habits.get("source")), self.source)
        labels = habits.get("labels")
        # One by one: a damaged file may hold anything, such as a list, which no set can contain.
        self.labels = frozenset(each for each in LABELS if isinstance(labels, list) and each in labels)
        self.unfolded = habits.get("unfolded") is True
        favourites, there = habits.get("favourites"), [preset.name for preset in self.offered]
        self.favourites = [each for each in favourites if each in there] if isinstance(favourites, list) else []
        match habits.get("dialog"):
            case [int(width), int(height)] if 0 < width <= MOST_PX and 0 < height <= MOST_PX:
                self.dialog_size = (width, height)
