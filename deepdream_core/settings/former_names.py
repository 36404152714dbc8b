"""(a setting's name in an older version) → today's: for recipes, presets, histories and flags of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = {
    "pull_back": "l2_penalty",
    "wrap": "seamless",
    "rotation": "random_rotation",
    "scaling": "random_scaling",
    "hold_tones": "hold_brightness",
    "variety": "variation",
    "keep_lines": "protect_lines",
    "networks_in_turn": "alternate_networks",
    "decorrelate_colours": "natural_colours",
    "across": "move_right",
    "down": "move_down",
    "per_second": "frames_per_second",
}
# What is a share today and was all or nothing, by its old name.
SWITCHES = ("decorrelate_colours",)
SHARES = {True: 100.0, False: 0.0}


def renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` by today's names; an old name stays where the new one is there too, and is unknown then."""
    return dict(_today(name, value, values) for name, value in values.items())


def names_of(name: str) -> list[str]:
    """What the setting ``name`` was called before."""
    return [former for former, today in NAMES.items() if today == name]


def _today(name: str, value: Any, values: Mapping[str, Any]) -> tuple[str, Any]:
    today = NAMES.get(name, name)
    if today == name or today in values:
        return name, value
    if name not in SWITCHES:
        return today, value
    # Anything but on and off stays what it is, so that it is refused.
    return today, SHARES[value] if isinstance(value, bool) else str(value)
