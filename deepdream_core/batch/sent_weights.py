"""Weights on their way to a worker of a cluster: once to each computer that lacks them, verified where they arrive."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalogue import network
from ..errors import DreamError
from ..networks.alternates import all_of
from ..settings.dream_settings import DreamSettings
from ..settings.style_settings import StyleSettings
from ..weights.store import own_path, present, verified

if TYPE_CHECKING:
    from ..engine.engine import Engine


@dataclass(frozen=True)
class SentWeights:
    """The file with a network's weights. ``trusted``: only its user says that it is the right one."""

    name: str
    content: bytes
    sha256: str
    trusted: bool

    @classmethod
    def of(cls, name: str) -> SentWeights:
        """Those of this computer. Raises ``DreamError`` if they are missing or aren't what they should be."""
        weights = verified(network(name))
        return cls(name, weights.path.read_bytes(), weights.sha256, weights.user_supplied)

    def receive(self) -> bool:
        """Keep them here, if they arrived whole; whether they were missing. Raises ``DreamError``."""
        from ..networks.fetch import add

        info = network(self.name)
        if present(info):
            return False
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / own_path(info).name
            file.write_bytes(self.content)
            if add(info, file, self.trusted).sha256 != self.sha256:
                raise DreamError("cluster.weights", label=info.label, reason="they have another checksum")
        return True


def checksums(settings: DreamSettings | StyleSettings) -> dict[str, str]:
    """Of each network that computes, by its name: the SHA-256 of its weights here. Raises ``DreamError``."""
    return {info.name: verified(info).sha256 for info in all_of(settings)}


def lacking(wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Those networks whose weights this computer doesn't have."""
    return tuple(name for name in wanted if not present(network(name)))


def check(engine: Engine, wanted: Mapping[str, str]) -> None:
    """Raise ``DreamError`` (``cluster.weights``) where weights aren't those of who started the job."""
    for name, sha256 in wanted.items():
        if engine.network(name).weights.sha256 != sha256:
            label = network(name).label
            raise DreamError("cluster.weights", label=label, reason="they have another checksum")
