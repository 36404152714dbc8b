"""What this core can do, as plain values for JSON: networks with their layers, settings, presets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..catalogue import NETWORKS
from ..settings.dream_settings import SPECS
from ..settings.presets import PRESETS
from ..weights import store as weights_store


def description() -> dict[str, list[dict[str, Any]]]:
    """The fields of ``wire.Description``. A network also tells whether its weights are ``present``."""
    return {
        "networks": [{**asdict(info), "present": weights_store.present(info)} for info in NETWORKS.values()],
        "settings": [
            {**asdict(spec), "value_type": spec.value_type.__name__, "flag": spec.flag} for spec in SPECS.values()
        ],
        "presets": [asdict(preset) for preset in PRESETS.values()],
    }
