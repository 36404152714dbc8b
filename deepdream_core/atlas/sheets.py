"""The atlas in sheets: for each layer of a network one picture of small ones, and what is read in them.

Those of the embedded network come along; others are kept in DeepDream's data folder once they were rendered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import DreamError
from ..objective.class_groups import kin
from ..objective.classes import class_index, classes_with, is_class
from ..system import atomic
from ..system.folders import bundled, data_folder

COLUMNS, PIXELS = 16, 64
# Of a sheet, in the order in which they are written: without the classes it isn't whole.
SHEET_FILES = (".jpg", ".json")


@dataclass(frozen=True)
class Sheet:
    """``file``: a JPEG of all channels' pictures, ``COLUMNS`` in a row, ``PIXELS`` wide and high.

    ``classes``: for each channel the classes that its network reads in its picture, the likeliest first.
    """

    file: Path
    classes: tuple[tuple[int, ...], ...]

    def corner(self, channel: int) -> tuple[int, int]:
        """Left and top of the channel's picture on the sheet."""
        row, column = divmod(channel, COLUMNS)
        return column * PIXELS, row * PIXELS

    def search(self, wanted: Container[int]) -> list[int]:
        """The channels in whose pictures one of these classes is read, where it is the likeliest first."""
        ranks = {
            channel: min(rank for rank, number in enumerate(numbers) if number in wanted)
            for channel, numbers in enumerate(self.classes)
            if any(number in wanted for number in numbers)
        }
        return sorted(ranks, key=lambda channel: (ranks[channel], channel))


def sheets(network: str) -> dict[str, Sheet]:
    """All sheets of ``network`` that there are, by layer: those that come along, then those rendered here."""
    along = {layer: Sheet(sheet_file(network, layer), _numbers(read)) for layer, read in _along(network).items()}
    return {**along, **_rendered(network)}


def search(network: str, text: str) -> list[tuple[str, int]]:
    """(layer, channel) of all sheets of ``network`` where the thing ``text`` is read, else one with that in its name.

    ``text``: a class's name, number or an everyday word. Raises ``DreamError`` if it is none.
    """
    named = classes_with(text)
    exact = class_index(text) if is_class(text) or not named else ()
    return _search(network, exact) or _search(network, named)


def search_kin(network: str, text: str) -> list[tuple[str, int]]:
    """As ``search``, for things of the same kind: churches and domes for a tower."""
    return _search(network, kin({*classes_with(text), *(class_index(text) if is_class(text) else ())}))


def _search(network: str, wanted: Container[int]) -> list[tuple[str, int]]:
    return [(layer, channel) for layer, sheet in sheets(network).items() for channel in sheet.search(wanted)]


def sheet_file(network: str, layer: str) -> Path:
    """Where the sheet that comes along for a layer lies, if there is one."""
    return _folder() / f"atlas_{network}_{layer}.jpg"


def classes_file(network: str) -> Path:
    """Where it is written which classes were read in them: JSON, layer → for each channel numbers."""
    return _folder() / f"atlas_{network}.json"


def cached_file(network: str, layer: str) -> Path:
    """Where the sheet of a layer is kept that was rendered here; its classes stand beside it as JSON."""
    return data_folder() / "atlas" / "sheets" / network / f"{layer}.jpg"


def arriving_file(network: str, layer: str, ending: str) -> Path:
    """Where a file goes that was rendered on another computer. Raises ``DreamError`` if it is none of a sheet.

    With the picture the old classes go: rather no sheet, for a moment, than one with another's classes; raises
    ``DreamError`` if they can't.
    """
    if ending not in SHEET_FILES:
        raise DreamError("wire.header", reason=f"“{ending}” doesn't belong to a sheet")
    file = cached_file(network, layer)
    if ending == ".jpg":
        try:
            file.with_suffix(".json").unlink(missing_ok=True)
        except OSError as error:
            raise DreamError("picture.write", path=file, reason=error.strerror or error) from error
    return file.with_suffix(ending)


def _rendered(network: str) -> dict[str, Sheet]:
    # The classes are written last: without them a sheet isn't whole.
    files = sorted(cached_file(network, "any").parent.glob("*.json"))
    sheets = {}
    for file in files:
        if atomic.is_part(file):
            continue
        # Another process may clear the caches just now.
        with suppress(OSError):
            # Used now: other caches go first.
            os.utime(file)
            sheets[file.stem] = Sheet(file.with_suffix(".jpg"), _numbers(json.loads(file.read_text("utf-8"))))
    return sheets


def _numbers(read: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, read))


def _folder() -> Path:
    return bundled("")


@cache
def _along(network: str) -> dict[str, Any]:
    file = classes_file(network)
    if not file.exists():
        return {}
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found
