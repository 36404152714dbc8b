"""How much room on disk all caches together may take: one setting for the plugin, its workers and the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ..errors import DreamError
from ..system import atomic, records
from ..system.folders import data_folder
from .spec import Settings, setting

_GIGABYTE = 10**9


@dataclass(frozen=True)
class CacheSettings(Settings):
    """What a person can choose about caches."""

    kind: ClassVar[str] = "caches"

    cache_limit: float = setting(
        2.0,
        "Cache limit",
        "The most that stages of dreams, waiting frames and rendered atlases may take on disk together; what was used "
        "longest ago is deleted first.",
        "main",
        low=0,
        high=1000,
        step=0.5,
        unit="GB",
    )

    @property
    def limit_bytes(self) -> int:
        """The same in bytes."""
        return round(self.cache_limit * _GIGABYTE)


def read() -> CacheSettings:
    """What was chosen on this computer; the default where nothing, or nothing sensible, was."""
    try:
        return CacheSettings.from_dict(records.read(_path()))
    except DreamError:
        return CacheSettings()


def write(settings: CacheSettings) -> None:
    """Choose for all programs of this user. Raises ``OSError``."""
    _path().parent.mkdir(parents=True, exist_ok=True)
    atomic.write(_path(), json.dumps(settings.to_dict()).encode())


def _path() -> Path:
    return data_folder() / "caches.json"
