"""What the painter chose and the presets of their own, as JSON files that outlive Krita and updates.

A file that can't be read is reported in the log and does no harm: the plugin starts with its defaults.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core import atomic, errors, presets, settings, style_settings
from ..log import logger
from ..orders.given import Given, read_file

CHOICE_FILE = "docker.json"
PRESET_FOLDER = "presets"
HABITS_FILE = "habits.json"
GIVEN_FILE = "pictures.json"
GIVEN_FIELDS = ("name", "label", "node", "path")
STYLE_FILE = "style.json"
STYLE_FOLDER = "styles"


class Store:
    """Reads and writes below ``folder``, which is made when something is first written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_choice(self) -> tuple[str, settings.DreamSettings, float] | None:
        """Preset's name, settings and strength in percent as they were saved last, if they were."""
        values = _read(self._folder / CHOICE_FILE)
        try:
            chosen = settings.DreamSettings.from_dict(values["settings"])
            return str(values["preset"]), chosen, settings.SPECS["strength"].check(values["strength"])
        except (KeyError, TypeError, errors.DreamError) as error:
            if values:
                logger().warning("the remembered settings are left out: %s", error)
            return None

    def save_choice(self, preset: str, chosen: settings.DreamSettings, strength: float) -> None:
        """Remember them for the next time."""
        values = {"preset": preset, "settings": chosen.to_dict(), "strength": strength}
        self._write(self._folder / CHOICE_FILE, values)

    def load_habits(self) -> dict[str, Any]:
        """What ``save_habits`` was given last, nothing if that can't be read."""
        return _read(self._folder / HABITS_FILE)

    def save_habits(self, habits: dict[str, Any]) -> None:
        """Remember plain values that are no settings of a dream."""
        self._write(self._folder / HABITS_FILE, habits)

    def load_given(self) -> list[Given]:
        """The pictures that were given last, as far as they can be found again: layers, and files that are there."""
        found = _read(self._folder / GIVEN_FILE).get("given")
        return [given for each in found if (given := _given(each))] if isinstance(found, list) else []

    def save_given(self, given: Iterable[Given]) -> None:
        """Remember where they are from for the next time."""
        kept = [
            {name: getattr(each, name) for name in GIVEN_FIELDS}
            for each in given if each.node or each.path
        ]
        self._write(self._folder / GIVEN_FILE, {"given": kept})

    @property
    def style_folder(self) -> Path:
        """Where the painter's own style pictures lie."""
        return self._folder / STYLE_FOLDER

    def load_style(self) -> tuple[style_settings.StyleSettings, dict[str, float], dict[str, str]] | None:
        """Settings, and of style pictures by name weights and layers' ids, as they were saved last, if they were."""
        values = _read(self._folder / STYLE_FILE)
        try:
            chosen = style_settings.StyleSettings.from_dict(values["settings"])
            weights = {str(name): float(weight) for name, weight in values["weights"].items()}
            return chosen, weights, {str(name): str(node) for name, node in values.get("layers", {}).items()}
        except (AttributeError, KeyError, TypeError, ValueError, errors.DreamError) as error:
            if values:
                logger().warning("the remembered style is left out: %s", error)
            return None

    def save_style(
        self, chosen: style_settings.StyleSettings, weights: dict[str, float], layers: dict[str, str]
    ) -> None:
        """Remember them for the next time."""
        values = {"settings": chosen.to_dict(), "weights": weights, "layers": layers}
        self._write(self._folder / STYLE_FILE, values)

    def load_presets(self) -> list[presets.Preset]:
        """The painter's own presets by name; files that are none are left out."""
        files = sorted((self._folder / PRESET_FOLDER).glob("*.json"))
        return [found for found in map(read_preset, files) if found]

    def save_preset(self, preset: presets.Preset) -> None:
        """Write a preset of the painter's own; one of the same name is replaced."""
        write_preset(self._preset_file(preset.name), preset)

    def delete_preset(self, name: str) -> None:
        """Delete a preset of the painter's own, if it is there."""
        self._preset_file(name).unlink(missing_ok=True)

    def _preset_file(self, name: str) -> Path:
        plain = re.sub(r"\W+", "_", name).strip("_").lower()
        return self._folder / PRESET_FOLDER / f"{plain}.json"

    def _write(self, path: Path, values: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, json.dumps(values, indent=1).encode("ascii"))


def read_preset(path: Path) -> presets.Preset | None:
    """The preset that a file holds, or ``None`` with a line in the log."""
    values = _read(path)
    try:
        chosen = settings.DreamSettings.from_dict(values["settings"])
        return presets.Preset(str(values["name"]), str(values.get("description", "")), chosen)
    except (KeyError, TypeError, errors.DreamError) as error:
        logger().warning("%s holds no preset: %s", path, error)
        return None


def write_preset(path: Path, preset: presets.Preset) -> None:
    """Write a preset into a file that ``read_preset`` and other painters can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, preset_text(preset.name, preset.description, preset.settings).encode("ascii"))


def preset_text(
    name: str, description: str, chosen: settings.DreamSettings | style_settings.StyleSettings
) -> str:
    """A preset as it stands in a file."""
    return json.dumps({"name": name, "description": description, "settings": chosen.to_dict()}, indent=1)


def _given(values: Any) -> Given | None:
    try:
        given = Given(str(values["name"]), str(values["label"]), str(values["node"]), str(values["path"]))
        return replace(given, picture=read_file(Path(given.path))) if given.path else given
    except (KeyError, TypeError, errors.DreamError) as error:
        logger().warning("a picture that was given is left out: %s", error)
        return None


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        logger().warning("%s can't be read: %s", path, error)
        return {}
    return values if isinstance(values, dict) else {}
