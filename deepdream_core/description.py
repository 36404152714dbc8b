"""What this core can do, as plain values for JSON: networks with their layers, settings, presets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from . import weights
from .catalogue import NETWORKS
from .presets import PRESETS
from .settings import SPECS


def description() -> dict[str, list[dict[str, Any]]]:
    """The fields of ``wire.Description``. A network also tells whether its weights are ``present``."""
    return {
        "networks": [{**asdict(info), "present": weights.present(info)} for info in NETWORKS.values()],
        "settings": [{**asdict(spec), "kind": spec.kind.__name__, "flag": spec.flag} for spec in SPECS.values()],
        "presets": [asdict(preset) for preset in PRESETS.values()],
    }
