"""What the painter chose and the presets of their own, as JSON files that outlive Krita and updates.

What can't be read, because it was spoilt or is of another version, is left out and left alone, and the rest is read.
Which preset a file holds is what is written in it: its name only looks like the preset's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core import atomic, dream_settings, errors, presets, recipe, style_settings, syntax
from ..jobs.named_pictures import NamedPicture, read_file
from ..log import logger

CHOICE_FILE = "docker.json"
PRESET_FOLDER = "presets"
HABITS_FILE = "habits.json"
NAMED_PICTURES_FILE = "pictures.json"
NAMED_PICTURE_FIELDS = ("name", "label", "node", "path")
STYLE_FILE = "style.json"
WORKER_FILE = "worker.json"
STYLE_FOLDER = "styles"
# A copy of a file that couldn't be read, made before the file is written again.
UNREADABLE = ".unreadable.json"
LONGEST_FILE_NAME = 40
HIGHEST_SHARE = 200.0
# What reading someone else's file may raise.
SPOILT = (AttributeError, KeyError, TypeError, ValueError, ArithmeticError, errors.DreamError)
# Settings, and by the name of a style picture its weight, its layer's id, and its mask.
_Style = tuple[style_settings.StyleSettings, dict[str, float], dict[str, str], dict[str, str]]


class Store:
    """Reads and writes below ``folder``, which is made when something is first written.

    ``left_out``: files in which something can't be read. What writes raises ``DreamError`` if that fails.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._presets: dict[str, Path] = {}
        self.left_out: list[Path] = []

    def load_choice(self) -> tuple[str, dream_settings.DreamSettings, float] | None:
        """Preset's name, settings and strength in percent as they were saved last, if they were."""
        values = self._read(CHOICE_FILE)
        try:
            chosen = dream_settings.DreamSettings.from_dict(values["settings"])
            return str(values["preset"]), chosen, dream_settings.SPECS["strength"].check(values["strength"])
        except SPOILT as error:
            if values:
                self._leave_out(self._folder / CHOICE_FILE, error)
            return None

    def save_choice(self, preset: str, chosen: dream_settings.DreamSettings, strength: float) -> None:
        """Remember them for the next time."""
        values = {"preset": preset, "settings": chosen.to_dict(), "strength": strength}
        self._write(self._folder / CHOICE_FILE, values)

    def load_habits(self) -> dict[str, Any]:
        """What ``save_habits`` was given last; nothing if that can't be read."""
        return self._read(HABITS_FILE)

    def save_habits(self, habits: dict[str, Any]) -> None:
        """Remember plain values that aren't settings of a dream."""
        self._write(self._folder / HABITS_FILE, habits)

    def load_named_pictures(self) -> list[NamedPicture]:
        """The pictures that were given last, as far as they can be found again: layers, and files that are there."""
        found = self._read(NAMED_PICTURES_FILE).get("given")
        return [picture for each in found if (picture := self._named_picture(each))] if isinstance(found, list) else []

    def save_named_pictures(self, named_pictures: Iterable[NamedPicture]) -> None:
        """Remember where they are from for the next time."""
        entries = [
            {name: getattr(each, name) for name in NAMED_PICTURE_FIELDS}
            for each in named_pictures
            if each.node or each.path
        ]
        self._write(self._folder / NAMED_PICTURES_FILE, {"given": entries})

    def load_worker(self) -> tuple[str, bool]:
        """The command that starts the worker on another computer, empty for this one; whether it leaves a core free."""
        values = self._read(WORKER_FILE)
        return str(values.get("command", "")), values.get("free_core") is True

    def save_worker(self, line: str, free_core: bool) -> None:
        """Remember them for the next start."""
        self._write(self._folder / WORKER_FILE, {"command": line, "free_core": free_core})

    @property
    def style_folder(self) -> Path:
        """Where the painter's own style pictures are."""
        return self._folder / STYLE_FOLDER

    def load_style(self) -> _Style | None:
        """Settings, and of style pictures by name weights, layers' ids and masks, as they were saved last, if ever."""
        values = self._read(STYLE_FILE)
        try:
            chosen = recipe.settings_of({**values, "kind": style_settings.StyleSettings.kind})
            assert isinstance(chosen, style_settings.StyleSettings)
            weights = {
                str(name): float(weight) for name, weight in values["weights"].items() if 0 <= weight <= HIGHEST_SHARE
            }
            layers = {str(name): str(node) for name, node in values.get("layers", {}).items()}
            masks = {str(name): mask for name, mask in values.get("masks", {}).items() if syntax.mask_named(mask)}
            return chosen, weights, layers, masks
        except SPOILT as error:
            if values:
                self._leave_out(self._folder / STYLE_FILE, error)
            return None

    def save_style(
        self,
        chosen: style_settings.StyleSettings,
        weights: dict[str, float],
        layers: dict[str, str],
        masks: dict[str, str],
    ) -> None:
        """Remember them for the next time."""
        values = {"settings": chosen.to_dict(), "content": recipe.RECENTRED, "weights": weights, "layers": layers}
        self._write(self._folder / STYLE_FILE, {**values, "masks": masks})

    def load_presets(self, used: Iterable[str] = ()) -> list[presets.Preset]:
        """The painter's own presets; one whose name is ``used`` or taken by another gets a number."""
        names, found = {name.casefold() for name in used}, []
        for file in sorted((self._folder / PRESET_FOLDER).glob("*.json")):
            if atomic.is_part(file):
                continue
            try:
                preset = read_preset(file)
            except errors.DreamError as error:
                self._leave_out(file, error)
                continue
            name = preset.name if preset.name.casefold() not in names else ""
            name = name if name and name not in self._presets else numbered(preset.name, {*names, *self._presets})
            self._presets[name] = file
            found.append(replace(preset, name=name))
        return found

    def save_preset(self, preset: presets.Preset) -> None:
        """Write a preset of the painter's own; one of exactly the same name is replaced."""
        file = self._presets.get(preset.name) or self._new_file(preset.name)
        write_preset(file, preset)
        self._presets[preset.name] = file

    def delete_preset(self, name: str) -> None:
        """Delete a preset of the painter's own, if it is there."""
        file = self._presets.pop(name, None)
        if file:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise _not_written(file, error) from error

    def _new_file(self, name: str) -> Path:
        """An unused file; similar names get different files on every file system."""
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:LONGEST_FILE_NAME]
        mark = hashlib.blake2s(name.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        first = f"{plain}_{mark}".strip("_")
        names = (first if number == 1 else f"{first}_{number}" for number in range(1, 1000))
        files = (self._folder / PRESET_FOLDER / f"{each}.json" for each in names)
        return next(file for file in files if not file.exists())

    def _named_picture(self, values: Any) -> NamedPicture | None:
        try:
            name, label, node, path = (str(values[field]) for field in NAMED_PICTURE_FIELDS)
            picture = NamedPicture(name, label, node, path)
            return replace(picture, picture=read_file(Path(picture.path))) if picture.path else picture
        except SPOILT as error:
            self._leave_out(self._folder / NAMED_PICTURES_FILE, error)
            return None

    def _read(self, name: str) -> dict[str, Any]:
        try:
            return _values(self._folder / name)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self._leave_out(self._folder / name, error)
            return {}

    def _leave_out(self, file: Path, error: Exception) -> None:
        logger().warning("something in %s is left out: %s", file, error)
        if file not in self.left_out:
            self.left_out.append(file)

    def _write(self, path: Path, values: dict[str, Any]) -> None:
        try:
            if path in self.left_out and path.exists():
                path.replace(path.with_suffix(UNREADABLE))
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(path, json.dumps(values, indent=1).encode("ascii"))
        except OSError as error:
            raise _not_written(path, error) from error


def read_preset(path: Path) -> presets.Preset:
    """The preset in a file. Raises ``DreamError`` (``preset.file``) if it holds none."""
    try:
        values = _values(path)
        chosen = dream_settings.DreamSettings.from_dict(values["settings"])
        name = str(values["name"]).strip()
    except (OSError, RecursionError, *SPOILT) as error:
        logger().warning("%s holds no preset: %s", path, error)
        raise errors.DreamError("preset.file", path=path) from error
    if not name:
        raise errors.DreamError("preset.file", path=path)
    return presets.Preset(name, str(values.get("description", "")), chosen)


def write_preset(path: Path, preset: presets.Preset) -> None:
    """Write a preset to a file for ``read_preset`` and other painters. Raises ``DreamError``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, preset_text(preset.name, preset.description, preset.settings).encode("ascii"))
    except OSError as error:
        raise _not_written(path, error) from error


def preset_text(
    name: str, description: str, chosen: dream_settings.DreamSettings | style_settings.StyleSettings
) -> str:
    """A preset as a file's text."""
    return json.dumps({"name": name, "description": description, "settings": chosen.to_dict()}, indent=1)


def file_name(name: str, longest: int = LONGEST_FILE_NAME) -> str:
    """``name`` as a valid file name everywhere: letters, digits, spaces and dashes, of limited length."""
    return re.sub(r"[^\w -]+", " ", name)[:longest].strip()


def numbered(name: str, used: Iterable[str]) -> str:
    """``name``, or "name 2", "name 3"… if it is taken, ignoring case."""
    there = {each.casefold() for each in used}
    names = (name if number == 1 else f"{name} {number}" for number in range(1, len(there) + 2))
    return next(each for each in names if each.casefold() not in there)


def _values(path: Path) -> dict[str, Any]:
    values = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise ValueError("it isn't an object of JSON")
    return values


def _not_written(path: Path, error: OSError) -> errors.DreamError:
    return errors.DreamError("data.write", path=path, reason=error.strerror or error)
