"""The atlas that comes along: for each layer of a network a sheet of small pictures, and what is read in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .classes import class_index

COLUMNS, PIXELS = 16, 64


@dataclass(frozen=True)
class Sheet:
    """``file``: a JPEG of all channels' pictures, ``COLUMNS`` in a row, ``PIXELS`` wide and high.

    ``classes``: for each channel the classes that its network reads in its picture, the likeliest first.
    """

    file: Path
    classes: tuple[tuple[int, ...], ...]

    def place(self, channel: int) -> tuple[int, int]:
        """Left and top of the channel's picture on the sheet."""
        row, column = divmod(channel, COLUMNS)
        return column * PIXELS, row * PIXELS

    def search(self, text: str) -> list[int]:
        """The channels in whose pictures that class is read, where it is the likeliest first.

        ``text``: a class's name, number or an everyday word. Raises ``DreamError`` if it is none.
        """
        wanted = set(class_index(text))
        ranks = {
            channel: min(rank for rank, number in enumerate(numbers) if number in wanted)
            for channel, numbers in enumerate(self.classes) if wanted & set(numbers)
        }
        return sorted(ranks, key=lambda channel: (ranks[channel], channel))


def sheets(network: str) -> dict[str, Sheet]:
    """The sheets that come along for ``network``, by layer; empty for a network that has none."""
    return {
        layer: Sheet(sheet_file(network, layer), tuple(map(tuple, classes)))
        for layer, classes in _classes(network).items()
    }


def search(network: str, text: str) -> Iterator[tuple[str, int]]:
    """(layer, channel) of all sheets of ``network`` where the class ``text`` is read. Raises ``DreamError``."""
    for layer, sheet in sheets(network).items():
        yield from ((layer, channel) for channel in sheet.search(text))


def sheet_file(network: str, layer: str) -> Path:
    """Where the sheet of a layer lies, if there is one."""
    return _folder() / f"atlas_{network}_{layer}.jpg"


def classes_file(network: str) -> Path:
    """Where it is written which classes were read, if there are sheets: JSON, layer → for each channel numbers."""
    return _folder() / f"atlas_{network}.json"


def _folder() -> Path:
    return Path(__file__).parent / "data"


@cache
def _classes(network: str) -> dict[str, Any]:
    file = classes_file(network)
    if not file.exists():
        return {}
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found
