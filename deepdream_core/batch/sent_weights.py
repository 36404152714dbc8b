"""Weights sent to the workers of a cluster: once to each computer that lacks them, verified on arrival."""

from __future__ import annotations

import hashlib
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
    """The file with a network's weights. ``trusted``: it has no publisher's checksum, only the user's word."""

    name: str
    content: bytes
    sha256: str
    trusted: bool

    @classmethod
    def of(cls, name: str) -> SentWeights:
        """This computer's weights. Raises ``DreamError`` if they are missing or not the expected ones."""
        weights = verified(network(name))
        return cls(name, weights.path.read_bytes(), weights.sha256, weights.user_supplied)

    def receive(self) -> bool:
        """Save them here if they arrived intact; return whether they were missing. Raises ``DreamError``."""
        from ..networks.fetch import add

        info = network(self.name)
        if present(info):
            return False
        if hashlib.sha256(self.content).hexdigest() != self.sha256:
            raise DreamError("cluster.weights", label=info.label, reason="the checksums differ")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / own_path(info).name
            file.write_bytes(self.content)
            add(info, file, self.trusted)
        return True


def checksums(settings: DreamSettings | StyleSettings) -> dict[str, str]:
    """The SHA-256 of the weights here, by network, for each one that is used. Raises ``DreamError``."""
    return {info.name: verified(info).sha256 for info in all_of(settings)}


def lacking(wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Those networks whose weights this computer doesn't have."""
    return tuple(name for name in wanted if not present(network(name)))


def check(engine: Engine, wanted: Mapping[str, str]) -> None:
    """Raise ``DreamError`` (``cluster.weights``) if weights differ from those where the job was started."""
    for name, sha256 in wanted.items():
        if engine.network(name).weights.sha256 != sha256:
            label = network(name).label
            raise DreamError("cluster.weights", label=label, reason="the checksums differ")
